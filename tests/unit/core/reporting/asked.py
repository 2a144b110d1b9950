"""Questions with votes and places of paths, as the Report step streams them; small and exact."""

from lambdas.core.reporting.telling import Asked
from lambdas.core.sets.question import Choice, Question
from lambdas.core.voting.examples import Example, Examples
from lambdas.core.voting.lane import Voted

GOLD = "18"


def voted(
    votes: dict[str, int],
    *,
    setting: str = "T0.7",
    gold: str | None = GOLD,
    unanswered: int = 0,
) -> Voted:
    """Return a vote that the first of the answers with the most paths has won."""
    paths = sum(votes.values()) + unanswered
    support = max(votes.values(), default=0)
    tied = [answer for answer, count in votes.items() if count == support]
    answer = tied[0] if tied else None
    return Voted(
        question_id="?",
        setting=setting,
        answer=answer,
        gold=gold,
        correct=answer == gold if gold is not None and paths else None,
        paths=paths,
        support=support,
        votes=votes,
        unanswered=unanswered,
        tied=len(tied) > 1,
        wave=1,
    )


def greedy(answer: str | None, gold: str | None = GOLD) -> Voted:
    """Return the one path of greedy."""
    return voted(
        {answer: 1} if answer else {}, setting="greedy", gold=gold, unanswered=int(answer is None)
    )


def example(index: int, place: int = 0, *, job: str = "j0002") -> Example:
    """Return the place of one of a question's completions."""
    return Example(wave=1, job=job, file=0, start=1000 * index, size=900, place=place)


def asked(
    index: int,
    *votes: Voted,
    examples: dict[str, Examples] | None = None,
    text: str = "How many eggs?",
    choices: tuple[Choice, ...] = (),
    id_: str = "",
) -> Asked:
    """Return a question with its votes; where no examples are given, one path for each winner."""
    gold = votes[0].gold
    won = {
        vote.setting: Examples(won=example(index, place))
        for place, vote in enumerate(votes)
        if vote.answer is not None
    }
    return Asked(
        Question(index, id_ or f"id{index}", text, gold, choices),
        {vote.setting: vote for vote in votes},
        won if examples is None else examples,
    )


def dull(index: int) -> Asked:
    """Return a question that all paths answer right."""
    return asked(index, greedy("18"), voted({"18": 5}))
