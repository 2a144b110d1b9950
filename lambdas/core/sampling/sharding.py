"""Sizes: how a dataset is cut into shards, and a partition's paths into jobs and records."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from lambdas.contract.schema import Shard

# Keeps a partition's votes within one function's memory and time.
MAX_SHARD_QUESTIONS = 10_000
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Quotas:
    """Limits of one batch job; they are account quotas, so settings and not constants."""

    min_records: int
    max_records: int
    max_input_mib: int


def split_paths(
    paths: int, per_job: int, questions: int, min_records: int, max_generations: int = 1
) -> list[int]:
    """Return the paths of each job of a partition, as even as possible.

    No job falls below `min_records`: if `per_job` paths of a small dataset would, the jobs are
    fewer and larger. They are fewer still if records bring several paths, because reaching the
    minimum with records of one path each would cost more prompts.
    Empty if even one job of all paths is below the minimum.

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
    return [paths // jobs + (number < paths % jobs) for number in range(jobs)]


def packed_paths(paths: int, questions: int, quotas: Quotas, max_generations: int = 1) -> int:
    """Return the paths of each question in a job that make the fewest jobs of a setting.

    All paths go into one job as long as the dataset fits in it. Beyond that a job has all questions
    of a shard and fewer paths of each, because more shards would be more jobs for every setting.

    >>> quotas = Quotas(min_records=100, max_records=50_000, max_input_mib=950)
    >>> [packed_paths(30, questions, quotas) for questions in (120, 7_473, 1_000_000)]
    [30, 6, 5]
    """
    shards = -(-questions // min(quotas.max_records, MAX_SHARD_QUESTIONS))
    largest = -(-questions // shards)
    fitting = max(1, min(paths, quotas.max_records // largest * max_generations))
    jobs = -(-paths // fitting)
    return -(-paths // jobs)


def split_generations(paths: int, max_generations: int, least_records: int) -> tuple[int, ...]:
    """Return the completions of each record of a question, as even as possible.

    Args:
        paths: of each question in the job.
        max_generations: completions that one record can bring.
        least_records: records of each question that the job's minimum requires, at most `paths`.

    >>> split_generations(5, max_generations=5, least_records=2)
    (3, 2)
    """
    records = max(-(-paths // max_generations), least_records)
    return tuple(paths // records + (number < paths % records) for number in range(records))


def cut_shards(sizes: Sequence[int], overhead: int, records: int, quotas: Quotas) -> list[Shard]:
    """Return even shards of the dataset that each fit in a job.

    Args:
        sizes: bytes of each question's text as a record holds it.
        overhead: bytes of one record without the question's text.
        records: the most records of a question in a job.
        quotas: limits of a job.
    """
    # Bytes before each question: sizes a shard at once, also with a million questions.
    before = array("Q", accumulate((size + overhead for size in sizes), initial=0))
    most_bytes = quotas.max_input_mib * _MIB // records
    fitting = min(quotas.max_records // records, MAX_SHARD_QUESTIONS)
    shards = max(-(-len(sizes) // fitting), min(-(-before[-1] // most_bytes), len(sizes)))
    while shards < len(sizes) and _heaviest(before, shards) > most_bytes:
        shards += 1
    return [
        Shard(f"{number:03d}", first, end - first)
        for number, (first, end) in enumerate(pairwise(_bounds(len(sizes), shards)))
    ]


def _heaviest(before: Sequence[int], shards: int) -> int:
    """Return the bytes of the heaviest shard, given the bytes before each question."""
    bounds = _bounds(len(before) - 1, shards)
    return max(before[end] - before[first] for first, end in pairwise(bounds))


def _bounds(questions: int, shards: int) -> list[int]:
    return [questions * number // shards for number in range(shards + 1)]
