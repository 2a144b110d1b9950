"""Invoke: run a job on demand whose records are too few for a batch job."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.clients import ANSWER_TIMEOUT_S
from lambdas.aws.on_demand import InFlightLog, ReplyStore
from lambdas.aws.run_table import run_table
from lambdas.aws.store import run_store
from lambdas.contract.entries import JobEntry
from lambdas.contract.environment import environment
from lambdas.contract.jobs import Job
from lambdas.contract.keys import COMPLETED, INVOKING, REFUSED, SKIPPED, WAITING
from lambdas.core.errors import JobRefusedError
from lambdas.core.job_clock import JobClock, JobReceipt
from lambdas.core.on_demand import GIVE_UP_S, ON_DEMAND, Failure, Record, Reply
from lambdas.core.on_demand_worker import OnDemandWorker
from lambdas.core.outputs.readability import must_stop
from lambdas.handlers.decorators import logger, observed, redrivable_child

# Of the function's time: the last call and storing its reply, then returning.
_RESERVE_S = ANSWER_TIMEOUT_S + 30
# To merge the replies; with less time left, the next invocation does it.
_MERGE_S = 120


@dataclass(frozen=True, slots=True)
class InvokeTask(Job):
    """A job, and the receipt of the invocation before."""

    bedrock: JobReceipt | None = None


@dataclass(frozen=True, slots=True)
class _Progress:
    """What an invocation did: the job's status, and how many replies it stored."""

    status: str
    stored: int = 0

    @property
    def ended(self) -> bool:
        """Whether the output is complete, or stays as it is."""
        return self.status in {COMPLETED, REFUSED, SKIPPED}


@observed
@redrivable_child
def handler(task: object, context: LambdaContext) -> JobReceipt:
    """Acquire a slot, invoke the model for records without a reply, then merge the replies.

    A late copy of the step finds the job over, and calls no model.

    The receipt's `waited_s` are the seconds of invocations and waits since the job got its slot,
    or since it began to wait for one.
    """
    job = msgspec.convert(task, InvokeTask)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)
    now = time.time()
    entry = run_table().acquire_slot(job, JobEntry(status=INVOKING, message=""))
    has_slot, status = entry is not None, INVOKING if entry else WAITING
    before = job.bedrock if job.bedrock and job.bedrock["status"] == status else None
    clock = JobClock.at(before, now, environment().invoke.poll_every_s)

    progress = _progress(job, entry, clock.waited_s, context) if entry else _Progress(status)

    logger.info("invoked", has_slot=has_slot, ended=progress.ended, stored=progress.stored)
    times = clock.after_invocation(has_slot=has_slot, worked_s=time.time() - now)
    if progress.stored:
        # The invocation ended because its time ran out, so the next one need not wait.
        times = {**times, "wait_s": 1}
    return {
        **times,
        "submitted": True,
        "job_arn": ON_DEMAND,
        "ended": progress.ended,
        "status": progress.status,
    }


def _progress(job: Job, entry: JobEntry, waited_s: float, context: LambdaContext) -> _Progress:
    """Invoke what has no reply, unless another invocation does: both would be billed."""
    if entry.is_over:
        logger.info("found over", status=entry.status)
        return _Progress(entry.status)
    if not entry.submitted_at:
        run_table().update_job(job, JobEntry(submitted_at=_now()))
    now = time.time()
    until = now + _left_s(context)
    unfinished = run_table().acquire_lease(job, now=now, until=until)
    if unfinished is None:
        logger.info("found another invocation")
        return _Progress(INVOKING)
    in_flight = InFlightLog(job, unfinished, gives_up=waited_s > GIVE_UP_S)
    try:
        return _invoke(job, in_flight, context)
    finally:
        run_table().release_lease(job, until=until)


def _invoke(job: Job, in_flight: InFlightLog, context: LambdaContext) -> _Progress:
    """Invoke what has no reply; merge all replies once none is missing."""
    replies = ReplyStore.of_job(run_store(), job)

    def store(record: Record, outcome: Reply | Failure) -> None:
        replies.store(record, outcome)
        in_flight.mark_done(record)

    worker = OnDemandWorker(
        in_flight.invoke,
        store,
        left_s=lambda: _left_s(context) - _RESERVE_S,
        look=lambda stored: _look(job, replies.stored_before + stored),
    )
    at_once = environment().invoke.on_demand_at_once
    try:
        complete = replies.merged or next(replies.missing(), None) is None
        if not complete and must_stop(run_table().run(job.run_id)):
            return _skip(job, replies)
        complete = complete or worker.run(replies.missing(), at_once)
    except JobRefusedError as refused:
        logger.warning("found refused")
        replies.write_rows()
        run_table().refuse_job(job, str(refused))
        return _Progress(REFUSED)
    return _merge(job, replies, worker.stored, complete=complete, left_s=_left_s(context))


def _skip(job: Job, replies: ReplyStore) -> _Progress:
    """Keep what was answered until the run was stopped, and ask for nothing more."""
    logger.warning("found the run stopped")
    replies.write_rows()
    run_table().skip_job(job)
    return _Progress(SKIPPED)


def _merge(
    job: Job, replies: ReplyStore, stored: int, *, complete: bool, left_s: float
) -> _Progress:
    if not replies.merged:
        if not complete or left_s < _MERGE_S:
            changes = JobEntry(records_done=replies.stored_before + stored)
            run_table().update_job(job, changes)
            return _Progress(INVOKING, stored)
        replies.merge()
    changes = JobEntry(status=COMPLETED, records_done=job.records, ended_at=_now())
    run_table().update_job(job, changes)
    return _Progress(COMPLETED, stored)


def _look(job: Job, records_done: int) -> None:
    """Note the job's progress; raise if its run has ended, so that no more is billed."""
    run_table().check_running(job.run_id)
    run_table().update_job(job, JobEntry(records_done=records_done))


def _left_s(context: LambdaContext) -> float:
    return context.get_remaining_time_in_millis() / 1000


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
