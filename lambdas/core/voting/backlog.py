"""The backlog of a partition after its vote: open questions, and lost paths to retry."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from lambdas.contract.schema import GREEDY, NEVER, Partition, Plan
from lambdas.contract.votes import Backlog, ConfidenceGroup, LostRecord, LostRecords, OpenQuestion
from lambdas.core.sampling.plan import form_of, setting_named, shard_named
from lambdas.core.sampling.stopping import confidence, is_decided
from lambdas.core.sampling.worth import best_size, wanted_paths
from lambdas.core.voting.sums import PartitionSums
from lambdas.core.voting.tally import ShardPaths, VoteCounts


@dataclass(frozen=True, slots=True)
class PartitionBacklog:
    """What a partition may get in the next wave.

    Attributes:
        counts: the backlog in numbers.
        open_questions: questions that may get new paths: those that are to get most first, then
            the least certain.
        lost_records: records that may be retried, in the order of the questions.
    """

    counts: Backlog
    open_questions: Sequence[OpenQuestion]
    lost_records: Sequence[LostRecord]


def compute_backlog(plan: Plan, partition: Partition, paths: ShardPaths) -> PartitionBacklog:
    """Return the backlog of a partition.

    Args:
        plan: of the run.
        partition: as it stands after a wave.
        paths: of its questions, with all jobs up to that wave.
    """
    judge = _Judge(plan, partition, paths)
    states = [judge.state(number) for number in range(judge.shard.questions)]
    # Sorting is stable: of equally certain questions, the first in the dataset comes first.
    still_open = sorted((each for each in states if each.open), key=_order)
    open_questions = [
        OpenQuestion(
            judge.shard.first + each.number,
            paths.requested(each.number),
            each.wanted,
            paths.records(each.number),
        )
        for each in still_open
    ]
    lost_records = [record for state in states for record in state.lost]
    return PartitionBacklog(_count(partition, paths, states), open_questions, lost_records)


def with_sums(backlog: Backlog, sums: PartitionSums) -> Backlog:
    """Return the backlog of a partition with what the summary of its wave says of its votes."""
    return replace(
        backlog, labelled=sums.labelled, expected=sums.expected, returned_paths=sums.paths
    )


@dataclass(frozen=True, slots=True)
class _State:
    """The state of a question after a vote.

    Attributes:
        number: in its shard.
        confidence: that the leader is the majority answer.
        open: whether it may get new paths.
        wanted: how many it is to get, if the next wave is sized; else 0.
        lost: its lost records that may be retried.
        exhausted: whether it is finished though the stopping rule did not decide it.
        underfilled: whether it is exhausted with fewer paths than a question may get.
    """

    number: int
    confidence: float
    open: bool
    lost: tuple[LostRecord, ...]
    wanted: int = 0
    exhausted: bool = False
    underfilled: bool = False


def _order(state: _State) -> tuple[int, float]:
    return -state.wanted, state.confidence


class _Judge:
    """Applies the stopping rule to single questions of a partition."""

    def __init__(self, plan: Plan, partition: Partition, paths: ShardPaths) -> None:
        is_greedy = partition.setting == GREEDY
        self.shard = shard_named(plan, partition.shard)
        self._paths = paths
        self._attempts = plan.attempts
        self._max_generations = form_of(plan).max_generations
        self._max_paths = setting_named(plan, partition.setting).paths
        self._stopping = NEVER if is_greedy else plan.stopping
        self._later_waves_paths = 0 if is_greedy else plan.paths_after(partition.wave)
        self._later_waves = plan.last_wave - partition.wave
        self._worth = plan.stopping.bound if plan.is_sized(2) and not is_greedy else None

    def state(self, number: int) -> _State:
        counts = self._paths.counts(number)
        first, second = counts.top_two
        unrequested = self._max_paths - self._paths.requested(number)
        new = min(unrequested, self._later_waves_paths)
        specs = self._paths.lost(number, self._attempts, self._max_generations)
        lost = tuple(LostRecord(self.shard.first + number, *spec) for spec in specs)
        retried = sum(each.generations for each in lost)
        to_come = new + retried
        wanted = self._wanted(counts, to_come)
        if wanted != 0 and not is_decided(self._stopping, first, second, to_come):
            if wanted is not None:
                # Lost paths that are retried are of those that it wants.
                wanted = new = max(0, min(wanted - retried, new))
            certainty = confidence(first, second)
            return _State(number, certainty, open=new > 0, lost=lost, wanted=wanted or 0)
        exhausted = to_come <= 0 and not self._rule_decides(first, second, unrequested)
        underfilled = exhausted and unrequested > 0
        return _State(
            number, 1.0, open=False, lost=(), exhausted=exhausted, underfilled=underfilled
        )

    def _wanted(self, counts: VoteCounts, left: int) -> int | None:
        """Return how many paths are worth their cost; `None` if waves are not sized."""
        if self._worth is None:
            return None
        waves, most = max(1, self._later_waves), self._max_paths
        return wanted_paths(
            self._worth, *counts.top_two, counts.paths, left=left, most=most, waves=waves
        )

    def _rule_decides(self, first: int, second: int, unrequested: int) -> bool:
        """Return whether the rule decides a question that gets no more paths.

        `never` does once the question has all its paths. Under the other rules any lead is
        certain once no path is to come, which says nothing. So unrequested paths count as to
        come; without any, the counts must decide by themselves.
        """
        if self._stopping.rule == "never":
            return unrequested <= 0
        to_come = unrequested if unrequested > 0 else first + 1
        if self._worth is not None:
            return best_size(self._worth, first, second, first + second + to_come, 1) == 0
        return is_decided(self._stopping, first, second, to_come)


def _count(partition: Partition, paths: ShardPaths, states: Sequence[_State]) -> Backlog:
    numbers = range(len(states))
    return Backlog(
        partition=partition.partition,
        setting=partition.setting,
        shard=partition.shard,
        questions=len(states),
        open=_groups(each for each in states if each.open),
        lost=_by_first_path(
            (record, paths.was_tried(state.number, record.first_path, record.generations))
            for state in states
            for record in state.lost
        ),
        lost_questions=sum(bool(each.lost) for each in states),
        finished=sum(not (each.open or each.lost) for each in states),
        requested_paths=sum(map(paths.requested, numbers)),
        exhausted=sum(each.exhausted for each in states),
        underfilled=sum(each.underfilled for each in states),
        requested_questions=sum(paths.last_wave(number) == partition.wave for number in numbers),
    )


def _groups(states: Iterable[_State]) -> tuple[ConfidenceGroup, ...]:
    questions = Counter(map(_order, states))
    return tuple(
        ConfidenceGroup(confidence, questions[less, confidence], -less)
        for less, confidence in sorted(questions)
    )


def _by_first_path(lost: Iterable[tuple[LostRecord, bool]]) -> tuple[LostRecords, ...]:
    """Return lost records in groups; each comes with whether it was tried."""
    records: Counter[int] = Counter()
    completions: Counter[int] = Counter()
    untried: Counter[int] = Counter()
    for each, was_tried in lost:
        records[each.first_path] += 1
        completions[each.first_path] += each.generations
        untried[each.first_path] += not was_tried
    return tuple(
        LostRecords(path, records[path], completions[path], untried[path])
        for path in sorted(records)
    )
