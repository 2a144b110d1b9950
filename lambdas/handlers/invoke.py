"""Invoke: run on demand the records of a job that are too few for a batch job."""

import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.calls import Calls
from lambdas.aws.clients import ANSWER_TIMEOUT_S
from lambdas.aws.parts import Parts
from lambdas.aws.refusals import note_refused
from lambdas.aws.store import run_store
from lambdas.aws.table import run_table
from lambdas.aws.turn import Turn
from lambdas.contract import Env
from lambdas.core.errors import JobRefusedError
from lambdas.core.job_ends import REFUSED
from lambdas.core.jobs import Job
from lambdas.core.keys import place_name
from lambdas.core.on_demand import GIVE_UP_S, ON_DEMAND, Failure, Record, Reply
from lambdas.core.statuses import next_wait_s
from lambdas.handlers.observed import logger, observed
from lambdas.handlers.redrivable import redrivable

# Of the function's time: what a call begun last may take, then to keep its answer, and to return.
_RESERVE_S = ANSWER_TIMEOUT_S + 30
# To put the parts together; with less time left, the next turn does it.
_MERGE_S = 120


class InvokeReceipt(TypedDict):
    """Poll's receipt, for records that no batch job has.

    `since` counts from the first turn, or from the first wait for a place; `asked_s` are the
    seconds of turns and waits since then.
    """

    submitted: bool
    job_arn: str
    ended: bool
    status: str
    wait_s: int
    since: float
    asked_s: float


@dataclass(frozen=True, slots=True)
class _Done:
    """What a turn did: whether the output is as it will stay, and the records answered in it."""

    ended: bool
    kept: int
    refused: bool = False


@observed
@redrivable
def handler(task: dict[str, Any], context: LambdaContext) -> InvokeReceipt:
    """Take a place, answer the records that have no answer yet, put all together."""
    job = msgspec.convert(task, Job)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)
    before, now = task.get("bedrock", {}), time.time()

    place = _place(job)
    status = "Invoking" if place else "waiting"
    same = before.get("status") == status
    since = before["since"] if same else now
    # Not since then: an execution that was aborted may be redriven days later.
    asked_s = before.get("asked_s", 0) + before.get("wait_s", 0) if same else 0
    _begin(job, status)
    done = _turn(job, asked_s, context) if place else _Done(ended=False, kept=0)

    logger.info("invoked", place=place, ended=done.ended, kept=done.kept)
    wait_s = next_wait_s(asked_s, int(os.environ[Env.POLL_EVERY_S]), live=place)
    return {
        "submitted": True,
        "job_arn": ON_DEMAND,
        "ended": done.ended,
        "status": _status(done, status),
        # A turn that brought something took its time and ran out of it: no need to wait.
        "wait_s": 1 if done.kept else wait_s,
        "since": since,
        "asked_s": asked_s + time.time() - now,
    }


def _turn(job: Job, worked_s: float, context: LambdaContext) -> _Done:
    """Answer what is missing, unless another turn of the job is at it: both would pay for it."""
    now = time.time()
    until = now + _left_s(context)
    died = run_table().take_turn(job.run_id, job.wave, job.job, now=now, until=until)
    if died is None:
        logger.info("found another turn under way")
        return _Done(ended=False, kept=0)
    calls = Calls(job, died, gives_up=worked_s > GIVE_UP_S)
    try:
        return _own_turn(job, calls, context)
    finally:
        run_table().leave_turn(job.run_id, job.wave, job.job, until=until)


def _own_turn(job: Job, calls: Calls, context: LambdaContext) -> _Done:
    """Answer what is missing, and complete the output where nothing is missing any more."""
    parts = Parts(run_store(), job)
    try:
        return _answered(job, parts, calls, context)
    except JobRefusedError as refused:
        logger.warning("found refused")
        parts.gather()
        note_refused(job, refused)
        return _Done(ended=True, kept=0, refused=True)


def _answered(job: Job, parts: Parts, calls: Calls, context: LambdaContext) -> _Done:
    kept = 0

    def keep(record: Record, end: Reply | Failure) -> None:
        parts.keep(record, end)
        calls.end(record)

    if not parts.merged:
        turn = Turn(
            calls.ask,
            keep,
            left_s=lambda: _left_s(context) - _RESERVE_S,
            look=lambda so_far: _look(job, parts.kept + so_far),
        )
        answered = turn.run(parts.missing(), int(os.environ[Env.ON_DEMAND_AT_ONCE]))
        kept = turn.kept
        if not answered or _left_s(context) < _MERGE_S:
            _note(job, records_done=parts.kept + kept)
            return _Done(ended=False, kept=kept)
        parts.merge()
    _note(job, status="Completed", records_done=job.records, ended_at=_now())
    return _Done(ended=True, kept=kept)


def _status(done: _Done, otherwise: str) -> str:
    if done.refused:
        return REFUSED
    return "Completed" if done.ended else otherwise


def _look(job: Job, records_done: int) -> None:
    """Note how far the job is; raise where its run has ended, so that no more is paid for."""
    _place(job)
    _note(job, records_done=records_done)


def _place(job: Job) -> bool:
    return run_table().take_place(job.run_id, place_name(job.wave, job.job), job.jobs_at_once)


def _begin(job: Job, status: str) -> None:
    noted = run_table().updated_job(job.run_id, job.wave, job.job, status=status, message="")
    if status != "waiting" and "submitted_at" not in noted:
        _note(job, submitted_at=_now())


def _note(job: Job, **attributes: Any) -> None:
    run_table().update_job(job.run_id, job.wave, job.job, **attributes)


def _left_s(context: LambdaContext) -> float:
    return context.get_remaining_time_in_millis() / 1000


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
