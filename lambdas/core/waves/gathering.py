"""Parts gathered into jobs: each of enough records for Bedrock, none of more parts than fit."""

from collections.abc import Iterable, Sequence

from lambdas.core.jobs import Part
from lambdas.core.plan import Plan

# A job travels through the workflow as one state, of 262,144 bytes at most, and its counts are one
# entry of the table, of 400 kB at most. With so many parts the state has 75 kB, and the entry some
# 280, the longest error messages of each part in it. Jobs of 100 records, Bedrock's least, never
# have as many.
MAX_PARTS = 200

Members = tuple[Part, ...]


def gathered(parts: Iterable[Part], min_records: int) -> tuple[list[Members], Members]:
    """Return jobs of several parts that reach the least records, and the parts that are left.

    Parts are taken in order; the last ones, too few by themselves, go with the job before them.
    Left as well are parts so small that as many as a job may have do not reach the least.
    """
    jobs: list[Members] = []
    left: Members = ()
    open_job: Members = ()
    for part in parts:
        open_job += (part,)
        if records_in(open_job) >= min_records:
            jobs.append(open_job)
            open_job = ()
        elif len(open_job) == MAX_PARTS:
            left += open_job
            open_job = ()
    if jobs and len(jobs[-1]) + len(open_job) <= MAX_PARTS:
        jobs[-1] += open_job
        open_job = ()
    return jobs, left + open_job


def joined(
    jobs: Sequence[Members], left: Members, max_records: int
) -> tuple[list[Members], Members]:
    """Return the jobs, the smallest of them with what is left, and what is left then.

    The wave waits for that job in any case, and on demand the same would cost twice as much.
    """
    if not jobs or not left:
        return list(jobs), left
    place = min(range(len(jobs)), key=lambda number: records_in(jobs[number]))
    together = jobs[place] + left
    if records_in(together) > max_records or len(together) > MAX_PARTS:
        return list(jobs), left
    return [*jobs[:place], together, *jobs[place + 1 :]], ()


def groups_left(plan: Plan) -> int:
    """Return how often a wave may leave fewer new records than a job's least, at most.

    New parts come before those asked for again, one a lane where it has so few records.
    """
    if plan.min_records <= MAX_PARTS:
        return 1
    return -(-len(plan.settings) * len(plan.shards) // MAX_PARTS)


def records_in(parts: Iterable[Part]) -> int:
    """Return the records of parts together."""
    return sum(part.records for part in parts)
