"""Reopen: where the execution of a failed run ends, and goes on once it is redriven."""

from typing import Any, TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.redrives import reopened
from lambdas.aws.selections import jobs_in
from lambdas.aws.store import run_store
from lambdas.core.ending import failure_of
from lambdas.core.errors import RunFailedError
from lambdas.core.keys import wave_key
from lambdas.core.requests.start import read_start
from lambdas.handlers.observed import logger, observed
from lambdas.handlers.plan_wave import WaveReceipt


class ReopenTask(TypedDict):
    """The execution and its input; `ended` is the receipt of Abort or of Report, or an error."""

    execution_arn: str
    execution_name: str
    start: object
    ended: dict[str, Any]


class ReopenReceipt(WaveReceipt):
    """The last wave that was laid out, as PlanWave told it; `planned` where there is a plan."""

    duplicate: bool
    planned: bool


@observed
def handler(task: ReopenTask, context: LambdaContext) -> ReopenReceipt:
    """Fail with the run's reason; redriven since it failed, open the run again.

    Redriving begins where an execution failed, and a state of type Fail would fail again. The
    last wave's jobs are then run again: each finds what it has, and goes on from there.

    Raises:
        RunFailedError: the execution was not redriven.
    """
    run_id = read_start(task["start"], task["execution_name"]).run_id
    logger.append_keys(run_id=run_id)

    record = reopened(run_id, task["execution_arn"], or_open="message" in task["ended"])
    if record is None:
        raise RunFailedError(failure_of(task["ended"]))

    wave = record.get("wave", 0)
    jobs = sum(1 for _ in jobs_in(run_store(), run_id, wave)) if wave else 0
    logger.info("reopened", redrives=record["redrives"], wave=wave)
    return {
        "run_id": run_id,
        "duplicate": False,
        "planned": "questions" in record,
        "wave": wave,
        "next_wave": wave + 1,
        "jobs": jobs,
        "jobs_key": wave_key(run_id, wave, "jobs.jsonl"),
        "lanes_key": wave_key(run_id, wave, "lanes.jsonl"),
    }
