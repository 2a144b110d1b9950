"""The run's one answer to each question: all its sampled settings vote together."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lambdas.contract.schema import FINAL, GREEDY, Plan
from lambdas.contract.votes import FinalRecord, VoteRecord
from lambdas.core.voting.majority import majority, prefer
from lambdas.core.voting.sums import PartitionSums, ScoredVote, correct_chance, sum_votes
from lambdas.core.voting.tally import VoteCounts, ranked

# The exact curve of more paths takes too long for the largest shards.
MAX_CURVE_PATHS = 200
_STAGE = 1

# A question's votes, by setting.
VotesBySetting = Mapping[str, VoteRecord]


@dataclass(frozen=True, slots=True)
class FinalVotes:
    """A shard's final answers.

    Attributes:
        records: one per question, in the shard's order.
        sums: over them; `None` if one setting votes alone, whose sums they are.
    """

    records: Sequence[FinalRecord]
    sums: PartitionSums | None


def final_votes(plan: Plan, questions: Iterable[VotesBySetting], requested: int) -> FinalVotes:
    """Return the final answers of a shard.

    Args:
        plan: of the run.
        questions: the votes on each question of the shard, in its order.
        requested: paths requested by the settings that vote, over all questions.
    """
    if len(plan.sampled) == 1:
        return FinalVotes([final_record(plan, votes) for votes in questions], None)
    records, scored = [], []
    for votes in questions:
        pooled = _pooled(plan, votes)
        records.append(_pooled_record(votes[plan.sampled[0].name], pooled))
        scored.append(pooled)
    return FinalVotes(records, sum_votes(scored, {}, requested=requested, self_reported=0))


def final_record(plan: Plan, votes: VotesBySetting) -> FinalRecord:
    """Return the final answer to a question: that of the only sampled setting, or the pool's.

    Args:
        plan: of the run.
        votes: on the question, by setting.
    """
    first = votes[plan.sampled[0].name]
    if len(plan.sampled) > 1:
        return _pooled_record(first, _pooled(plan, votes))
    return _record(first, first.votes, first.unanswered, first.answer, tied=first.tied)


def _pooled_record(vote: VoteRecord, pooled: ScoredVote) -> FinalRecord:
    counts = pooled.counts
    return _record(vote, counts.votes, counts.unanswered, pooled.answer, tied=pooled.tied > 1)


def _record(
    vote: VoteRecord,
    votes: dict[str, int],
    unanswered: int,
    answer: str | None,
    *,
    tied: bool,
) -> FinalRecord:
    paths = sum(votes.values()) + unanswered
    is_scored = vote.gold is not None and paths > 0
    return FinalRecord(
        question_id=vote.question_id,
        answer=answer,
        gold=vote.gold,
        correct=answer == vote.gold if is_scored else None,
        support=votes[answer] if answer is not None else 0,
        paths=paths,
        tied=tied,
        stage=_STAGE,
        votes=votes,
        unanswered=unanswered,
    )


def _pooled(plan: Plan, votes: VotesBySetting) -> ScoredVote:
    """Return the vote of all sampled settings together.

    Each path counts once, whatever its setting. Its curve draws from all of them alike; it has
    none where questions stop early, because later waves are no random sample.

    Source: the plurality over pooled samples; Wang et al. 2023, arXiv 2203.11171, section 2, for
    the vote itself.
    """
    pool = [votes[setting.name] for setting in plan.sampled]
    tally: Counter[str] = Counter()
    for each in pool:
        tally.update(each.votes)
    counts = VoteCounts(ranked(tally), sum(each.unanswered for each in pool))
    leaders, greedy = counts.leaders, votes[GREEDY].answer if plan.ties == "greedy" else None
    favoured = prefer(leaders, greedy)
    vote = majority(
        dict.fromkeys(favoured, 1),
        seed=plan.seed,
        setting=FINAL,
        question_id=pool[0].question_id,
    )
    gold = pool[0].gold if counts.paths else None
    return ScoredVote(
        counts=counts,
        curve_counts=counts if _has_curve(plan) else None,
        answer=vote.answer if vote else None,
        tied=len(leaders),
        gold=gold,
        chance=correct_chance(favoured, gold),
        greedy=greedy,
    )


def _has_curve(plan: Plan) -> bool:
    paths = sum(setting.paths for setting in plan.sampled)
    return not plan.stops_early and paths <= MAX_CURVE_PATHS
