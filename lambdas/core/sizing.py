"""Sizes: how a question set is cut into shards, and a lane's paths into jobs and records."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

# Keeps a lane's votes within one function's memory and time.
MAX_SHARD_QUESTIONS = 10_000
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Quotas:
    """What one batch job may hold; account quotas, so settings and not constants."""

    min_records: int
    max_records: int
    max_input_mib: int


@dataclass(frozen=True, slots=True)
class Shard:
    """A slice of the question set: its name, first question's index, number of questions."""

    name: str
    first: int
    questions: int


def split_paths(
    paths: int, per_job: int, questions: int, min_records: int, max_generations: int = 1
) -> list[int]:
    """Return the paths of each job of a lane, as even as can be.

    No job may fall below the least records that Bedrock takes: where `per_job` paths of a small
    set would, fewer and larger jobs are made. Fewer still where records bring several paths:
    each job's least records would be filled with prompts for one path each, and paid for.
    Empty where even one job of all paths would be below the least.

    >>> split_paths(31, 5, questions=1000, min_records=100)
    [5, 5, 5, 4, 4, 4, 4]
    >>> split_paths(30, 5, questions=16, min_records=100)
    [8, 8, 7, 7]
    >>> split_paths(30, 5, questions=50, min_records=100, max_generations=5)
    [10, 10, 10]
    """
    least = -(-min_records // questions)
    jobs = min(-(-paths // per_job), paths // least)
    if least > 1 and jobs:
        jobs = max(1, min(jobs, paths // (least * max_generations)))
    return [paths // jobs + (place < paths % jobs) for place in range(jobs)]


def generations_of(paths: int, max_generations: int, least_records: int) -> tuple[int, ...]:
    """Return the completions wanted of each record of a question, as even as can be.

    Args:
        paths: of each question in the job.
        max_generations: completions one record can bring.
        least_records: records of each question that the job's minimum asks for, at most `paths`.

    >>> generations_of(5, max_generations=5, least_records=2)
    (3, 2)
    """
    records = max(-(-paths // max_generations), least_records)
    return tuple(paths // records + (place < paths % records) for place in range(records))


def cut_shards(sizes: Sequence[int], overhead: int, records: int, quotas: Quotas) -> list[Shard]:
    """Return even slices of the question set that each fit in a job.

    Args:
        sizes: bytes of each question's text as a record holds it.
        overhead: bytes of one record without the question's text.
        records: the most records of a question in a job.
        quotas: what a job may hold.
    """
    # Bytes before each question: of a million questions, what a slice has is so found at once.
    before = array("Q", accumulate((size + overhead for size in sizes), initial=0))
    most_bytes = quotas.max_input_mib * _MIB // records
    fitting = min(quotas.max_records // records, MAX_SHARD_QUESTIONS)
    slices = max(-(-len(sizes) // fitting), min(-(-before[-1] // most_bytes), len(sizes)))
    while slices < len(sizes) and _heaviest(before, slices) > most_bytes:
        slices += 1
    return [
        Shard(f"{place:03d}", first, end - first)
        for place, (first, end) in enumerate(pairwise(_edges(len(sizes), slices)))
    ]


def _edges(questions: int, slices: int) -> list[int]:
    return [questions * place // slices for place in range(slices + 1)]


def _heaviest(before: Sequence[int], slices: int) -> int:
    """Return the bytes of the heaviest slice, given those before each question and after all."""
    return max(
        before[end] - before[first] for first, end in pairwise(_edges(len(before) - 1, slices))
    )
