"""Questions with votes and examples, as the Report step reads them; small and exact."""

from collections import Counter
from random import Random

from lambdas.contract.schema import Choice, Question
from lambdas.contract.votes import Example, Examples, VoteRecord
from lambdas.core.report.explorer import Explorer, make_explorer
from lambdas.core.report.explorer_selection import ExampleSelector, Limits, QuestionVotes

GOLD = "18"
_PEOPLE = ("Mara", "Jonas", "Aisha", "Pavel", "Linh", "Tomas", "Ines", "Kofi")


def a_vote(
    votes: dict[str, int],
    *,
    setting: str = "T0.7",
    gold: str | None = GOLD,
    unanswered: int = 0,
) -> VoteRecord:
    """Return a vote won by the first of the answers with the most paths."""
    paths = sum(votes.values()) + unanswered
    support = max(votes.values(), default=0)
    tied = [answer for answer, count in votes.items() if count == support]
    answer = tied[0] if tied else None
    return VoteRecord(
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


def greedy_vote(answer: str | None, gold: str | None = GOLD) -> VoteRecord:
    """Return the vote of greedy's one path."""
    return a_vote(
        {answer: 1} if answer else {}, setting="greedy", gold=gold, unanswered=int(answer is None)
    )


def example(index: int, place: int = 0, *, job: str = "j0002") -> Example:
    """Return the place of one of a question's completions."""
    return Example(wave=1, job=job, file=0, start=1000 * index, size=900, completion=place)


def a_question(
    index: int,
    *votes: VoteRecord,
    examples: dict[str, Examples] | None = None,
    text: str = "How many eggs?",
    choices: tuple[Choice, ...] = (),
    id_: str = "",
) -> QuestionVotes:
    """Return a question with its votes; by default with one example for each winner."""
    gold = votes[0].gold
    winners = {
        vote.setting: Examples(winner=example(index, number))
        for number, vote in enumerate(votes)
        if vote.answer is not None
    }
    return QuestionVotes(
        Question(index, id_ or f"id{index}", text, gold, choices),
        {vote.setting: vote for vote in votes},
        winners if examples is None else examples,
    )


def unanimous(index: int) -> QuestionVotes:
    """Return a question that all paths have right."""
    return a_question(index, greedy_vote("18"), a_vote({"18": 5}))


def an_explorer(questions: int, with_paths: int = 120) -> Explorer:
    """Return the explorer of questions from easy to hard, with four settings."""
    selector = ExampleSelector(questions, Limits(with_paths=with_paths))
    for index in range(questions):
        selector.add(_random_question(index))
    texts = [
        f"Adding both: 1{index % 10} + 7.\nSo." for index, _ in enumerate(selector.paths_to_show())
    ]
    return make_explorer(selector, texts)


def _random_question(index: int) -> QuestionVotes:
    random = Random(index)
    right = random.random()
    answers = {
        name: ["18" if random.random() < right else random.choice("379") for _ in range(paths)]
        for name, paths in (("greedy", 1), ("T0.5", 10), ("T0.7", 10), ("T1.0", 10))
    }
    votes = [a_vote(dict(Counter(each)), setting=name) for name, each in answers.items()]
    examples = {
        vote.setting: Examples(
            winner=example(index, number),
            rival=example(index, number + 4) if len(vote.votes) > 1 else None,
            rival_answer=next((each for each in vote.votes if each != vote.answer), None),
        )
        for number, vote in enumerate(votes)
    }
    text = f"{random.choice(_PEOPLE)} has {index} apples and gives 7 away. How many are left?"
    return a_question(index, *votes, examples=examples, text=text, id_=f"gsm-{index}")
