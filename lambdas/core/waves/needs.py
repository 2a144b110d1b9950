"""What a lane needs after its vote, found from its paths."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import msgspec

from lambdas.core.plan import Lane, Plan, form_of, setting_named, shard_named
from lambdas.core.settings import GREEDY
from lambdas.core.stopping.rules import Stopping, confidence, settled
from lambdas.core.voting.paths import ShardPaths
from lambdas.core.waves.need import Certainty, LaneNeed, LostFrom, LostRecord, OpenQuestion

_ENCODER = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class _Standing:
    """How a question stands.

    Attributes:
        number: in its shard.
        confidence: that the leader is the majority answer.
        open: whether it may get new paths.
        lost: what it lost and may be asked for again.
        spent: whether it has left without the rule saying so.
        short: whether it has so with fewer paths than it might have had.
    """

    number: int
    confidence: float
    open: bool
    lost: tuple[LostRecord, ...]
    spent: bool = False
    short: bool = False


class LaneNeeds:
    """What a lane may be given in the next wave.

    Args:
        plan: of the run.
        lane: as it stands after a wave.
        paths: of its questions, all jobs up to that wave counted.
    """

    def __init__(self, plan: Plan, lane: Lane, paths: ShardPaths) -> None:
        self._plan = plan
        self._lane = lane
        self._shard = shard_named(plan, lane.shard)
        self._paths = paths
        self._most = form_of(plan).max_generations
        self._cap = setting_named(plan, lane.setting).paths
        self._stopping = Stopping("never") if lane.setting == GREEDY else plan.stopping
        still = sum(plan.waves[lane.wave :])
        self._still_to_come = 0 if lane.setting == GREEDY else still
        self._standings = [self._standing(number) for number in range(self._shard.questions)]

    def need(self) -> LaneNeed:
        """Return what the lane may be given, in counts."""
        levels = Counter(each.confidence for each in self._standings if each.open)
        losing = [each for each in self._standings if each.lost]
        waiting = sum(each.open or bool(each.lost) for each in self._standings)
        return LaneNeed(
            lane=self._lane.lane,
            setting=self._lane.setting,
            shard=self._lane.shard,
            questions=self._shard.questions,
            open=tuple(Certainty(level, levels[level]) for level in sorted(levels)),
            lost=_by_first_path([lost for each in losing for lost in each.lost]),
            lost_questions=len(losing),
            finished=self._shard.questions - waiting,
            sampled=sum(map(self._paths.sampled, range(self._shard.questions))),
            spent=sum(each.spent for each in self._standings),
            short=sum(each.short for each in self._standings),
            asked=sum(self._paths.wave(each.number) == self._lane.wave for each in self._standings),
        )

    def open_lines(self) -> Iterator[bytes]:
        """Yield a line of `open.jsonl` for each question that may get new paths."""
        standing = sorted(
            (each for each in self._standings if each.open), key=lambda each: each.confidence
        )
        for each in standing:
            sampled = self._paths.sampled(each.number)
            yield _line(OpenQuestion(self._shard.first + each.number, sampled))

    def lost_lines(self) -> Iterator[bytes]:
        """Yield a line of `lost.jsonl` for each record that is to be asked for again."""
        for standing in self._standings:
            yield from map(_line, standing.lost)

    def _standing(self, number: int) -> _Standing:
        first, second = self._paths.tally(number).leading
        unasked = self._cap - self._paths.sampled(number)
        new = min(unasked, self._still_to_come)
        slots = self._paths.lost(number, self._plan.attempts, self._most)
        lost = tuple(LostRecord(self._shard.first + number, *slot) for slot in slots)
        to_come = new + sum(each.generations for each in lost)
        if settled(self._stopping, first, second, to_come):
            spent = to_come <= 0 and not _says_enough(self._stopping, first, second, unasked)
            short = spent and unasked > 0
            return _Standing(number, 1.0, open=False, lost=(), spent=spent, short=short)
        return _Standing(number, confidence(first, second), open=new > 0, lost=lost)


def _says_enough(stopping: Stopping, first: int, second: int, unasked: int) -> bool:
    """Tell whether a question that no path is to come of leaves by the rule.

    Under `never` the rule is that it has had all its paths. Under the others that alone says
    nothing: any lead is certain once no path is left, so what was never asked for counts as to
    come, and after all paths the counts must say enough by themselves.
    """
    if stopping.rule == "never":
        return unasked <= 0
    return settled(stopping, first, second, unasked if unasked > 0 else first + 1)


def _by_first_path(lost: Sequence[LostRecord]) -> tuple[LostFrom, ...]:
    records: Counter[int] = Counter()
    completions: Counter[int] = Counter()
    for each in lost:
        records[each.first_path] += 1
        completions[each.first_path] += each.generations
    return tuple(LostFrom(path, records[path], completions[path]) for path in sorted(records))


def _line(row: OpenQuestion | LostRecord) -> bytes:
    return _ENCODER.encode(row) + b"\n"
