"""The votes on a question as the explorer shows them: the final answer among the settings'."""

from collections.abc import Mapping

from lambdas.contract.schema import FINAL, GREEDY
from lambdas.contract.votes import FinalRecord, VoteRecord


def with_final(votes: Mapping[str, VoteRecord], final: FinalRecord) -> dict[str, VoteRecord]:
    """Return the votes on a question with the final answer behind greedy's.

    Unchanged where at most one setting votes beside greedy: the final answer is then its own.

    Args:
        votes: by setting, in the plan's order.
        final: the run's answer to the question.
    """
    sampled = {name: vote for name, vote in votes.items() if name != GREEDY}
    if len(sampled) < 2:
        return dict(votes)
    greedy = {name: vote for name, vote in votes.items() if name == GREEDY}
    return greedy | {FINAL: _as_vote(final, sampled)} | sampled


def _as_vote(final: FinalRecord, sampled: Mapping[str, VoteRecord]) -> VoteRecord:
    return VoteRecord(
        question_id=final.question_id,
        setting=FINAL,
        answer=final.answer,
        gold=final.gold,
        correct=final.correct,
        paths=final.paths,
        support=final.support,
        votes=final.votes,
        unanswered=final.unanswered,
        tied=final.tied,
        wave=max(vote.wave for vote in sampled.values()),
    )
