"""Which records a slice of a job has: of which questions, and of which of their paths."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import NamedTuple

import msgspec

from lambdas.contract.jobs import JobSlice
from lambdas.contract.schema import Shard
from lambdas.contract.votes import LostRecord, OpenQuestion
from lambdas.core.text import Line

_OPEN = msgspec.json.Decoder(OpenQuestion)
_LOST = msgspec.json.Decoder(LostRecord)


class RecordSpec(NamedTuple):
    """A record of a question: its first path, and the completions that it requests."""

    first_path: int
    generations: int


# By question index.
RecordsByQuestion = Mapping[int, tuple[RecordSpec, ...]]


def all_records(job_slice: JobSlice, shard: Shard) -> RecordsByQuestion:
    """Return the records of a first-wave slice, which has all questions of its shard."""
    specs = _specs(job_slice, 0)
    return dict.fromkeys(range(shard.first, shard.first + shard.questions), specs)


def open_records(job_slice: JobSlice, lines: Iterable[Line]) -> RecordsByQuestion:
    """Return the records of a later slice, which has the least certain open questions.

    Args:
        job_slice: the slice.
        lines: of the partition's `open.jsonl`, written by the vote before.
    """
    still_open = (_OPEN.decode(line.content) for line in lines if line.content)
    specs_by_requested: dict[int, tuple[RecordSpec, ...]] = {}
    records = {}
    for each in islice(still_open, job_slice.questions):
        if each.requested not in specs_by_requested:
            specs_by_requested[each.requested] = _specs(job_slice, each.requested)
        records[each.question] = specs_by_requested[each.requested]
    return records


def retry_records(job_slice: JobSlice, lines: Iterable[Line]) -> RecordsByQuestion:
    """Return the records of a slice that retries lost paths.

    Args:
        job_slice: the slice.
        lines: of the partition's `lost.jsonl`, written by the vote before.
    """
    first, end = job_slice.retry_paths or (0, 0)
    records: dict[int, tuple[RecordSpec, ...]] = defaultdict(tuple)
    for line in lines:
        if line.content:
            lost = _LOST.decode(line.content)
            if first <= lost.first_path < end:
                records[lost.question] += (RecordSpec(lost.first_path, lost.generations),)
    return dict(records)


def _specs(job_slice: JobSlice, requested: int) -> tuple[RecordSpec, ...]:
    specs, path = [], requested + job_slice.path_offset
    for generations in job_slice.generations:
        specs.append(RecordSpec(path, generations))
        path += generations
    return tuple(specs)
