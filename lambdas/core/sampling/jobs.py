"""Which records a slice of a job has: of which questions, and of which of their paths."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import NamedTuple

import msgspec

from lambdas.contract.jobs import JobSlice
from lambdas.contract.schema import MIX, Shard
from lambdas.contract.votes import LostRecord, OpenQuestion
from lambdas.core.text import Line

_OPEN = msgspec.json.Decoder(OpenQuestion)
_LOST = msgspec.json.Decoder(LostRecord)


class RecordSpec(NamedTuple):
    """A record of a question: its first path, and the completions that it requests.

    In a mix `number` counts the records of the question, and decides the temperature; else it is 0.
    """

    first_path: int
    generations: int
    number: int = 0


# By question index.
RecordsByQuestion = Mapping[int, tuple[RecordSpec, ...]]


def all_records(job_slice: JobSlice, shard: Shard) -> RecordsByQuestion:
    """Return the records of a first-wave slice, which has all questions of its shard."""
    specs = _specs(job_slice, OpenQuestion(0, 0))
    return dict.fromkeys(range(shard.first, shard.first + shard.questions), specs)


def open_records(job_slice: JobSlice, lines: Iterable[Line]) -> RecordsByQuestion:
    """Return the records of a later slice, which has the first open questions.

    Args:
        job_slice: the slice.
        lines: of the partition's `open.jsonl`, written by the vote before.
    """
    still_open = (_OPEN.decode(line.content) for line in lines if line.content)
    known: dict[tuple[int, int, int], tuple[RecordSpec, ...]] = {}
    records = {}
    for each in islice(still_open, job_slice.questions):
        kind = (each.requested, each.wanted, each.records)
        if kind not in known:
            known[kind] = _specs(job_slice, each)
        records[each.question] = known[kind]
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
                spec = RecordSpec(lost.first_path, lost.generations, lost.record)
                records[lost.question] += (spec,)
    return dict(records)


def _specs(job_slice: JobSlice, question: OpenQuestion) -> tuple[RecordSpec, ...]:
    """Return the records of a question; of a sized wave only those up to the paths it is to get."""
    path = question.requested + job_slice.path_offset
    end = question.requested + question.wanted if question.wanted else None
    number = question.records + job_slice.record_offset
    specs = []
    for generations in job_slice.generations:
        wanted = generations if end is None else min(generations, end - path)
        if wanted > 0:
            specs.append(RecordSpec(path, wanted, number if job_slice.setting == MIX else 0))
        path, number = path + generations, number + 1
    return tuple(specs)
