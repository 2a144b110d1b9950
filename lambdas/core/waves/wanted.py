"""Which records a part of a job has: of which questions, and of which of their paths."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import NamedTuple

import msgspec

from lambdas.core.jobs import Part
from lambdas.core.lines import Line
from lambdas.core.sizing import Shard
from lambdas.core.waves.need import LostRecord, OpenQuestion

_OPEN = msgspec.json.Decoder(OpenQuestion)
_LOST = msgspec.json.Decoder(LostRecord)


class Slot(NamedTuple):
    """A record of a question: its first path, and the completions wanted of it."""

    first_path: int
    generations: int


# By question's index.
Wanted = Mapping[int, tuple[Slot, ...]]


def whole_shard(part: Part, shard: Shard) -> Wanted:
    """Return the records of a part that has all questions of its shard: of the first wave."""
    slots = _slots(part, 0)
    return dict.fromkeys(range(shard.first, shard.first + shard.questions), slots)


def of_open(part: Part, lines: Iterable[Line]) -> Wanted:
    """Return the records of a part that has open questions, the least certain of its lane.

    Args:
        part: of the job.
        lines: of `open.jsonl`, as the vote before left it.
    """
    chosen = (_OPEN.decode(line.content) for line in lines if line.content)
    by_sampled: dict[int, tuple[Slot, ...]] = {}
    wanted = {}
    for each in islice(chosen, part.questions):
        slots = by_sampled.setdefault(each.sampled, _slots(part, each.sampled))
        wanted[each.question] = slots
    return wanted


def of_lost(part: Part, lines: Iterable[Line]) -> Wanted:
    """Return the records of a part whose paths are asked for again.

    Args:
        part: of the job.
        lines: of `lost.jsonl`, as the vote before left it.
    """
    first, end = part.again or (0, 0)
    wanted: dict[int, tuple[Slot, ...]] = defaultdict(tuple)
    for line in lines:
        if line.content:
            lost = _LOST.decode(line.content)
            if first <= lost.first_path < end:
                wanted[lost.question] += (Slot(lost.first_path, lost.generations),)
    return dict(wanted)


def _slots(part: Part, sampled: int) -> tuple[Slot, ...]:
    slots, path = [], sampled + part.after
    for generations in part.generations:
        slots.append(Slot(path, generations))
        path += generations
    return tuple(slots)
