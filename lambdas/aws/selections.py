"""The jobs of a wave, and which records their parts have, as PlanWave and Vote left them."""

from collections.abc import Iterator

import msgspec

from lambdas.aws.store import Store
from lambdas.core.jobs import Job, Part
from lambdas.core.keys import votes_key, wave_key
from lambdas.core.lines import Line
from lambdas.core.outputs.output import MAX_ROW_BYTES
from lambdas.core.plan import Plan, shard_named
from lambdas.core.waves.wanted import Wanted, of_lost, of_open, whole_shard

_JOB = msgspec.json.Decoder(Job)


def jobs_in(store: Store, run_id: str, wave: int) -> Iterator[Job]:
    """Yield the jobs of a wave as PlanWave laid them out."""
    for line in store.lines(wave_key(run_id, wave, "jobs.jsonl"), MAX_ROW_BYTES):
        yield _JOB.decode(line.content or b"")


def wanted_of(store: Store, plan: Plan, job: Job, part: Part) -> Wanted:
    """Return the records of a part of a job: the same to Build, Collect and Vote."""
    before = job.wave - 1

    def lines(kind: str) -> Iterator[Line]:
        return store.lines(votes_key(job.run_id, before, part.lane, kind), MAX_ROW_BYTES)

    if part.again is not None:
        return of_lost(part, lines("lost"))
    if before == 0:
        return whole_shard(part, shard_named(plan, part.shard))
    return of_open(part, lines("open"))
