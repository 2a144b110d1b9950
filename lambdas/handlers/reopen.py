"""Reopen: end the execution of a failed run, and resume the run once it is redriven."""

from typing import Any, TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.run_table import run_table
from lambdas.aws.store import run_store
from lambdas.contract.keys import jobs_key, partitions_key, wave_totals_key
from lambdas.contract.votes import WaveTotals
from lambdas.core.errors import RunFailedError
from lambdas.core.requests.start import read_start
from lambdas.core.run_failure import failure_message
from lambdas.handlers.decorators import logger, observed
from lambdas.handlers.plan_wave import WaveReceipt


class ReopenTask(TypedDict):
    """The execution and its input; `ended` is a receipt of Abort or Report, or Abort's error."""

    execution_arn: str
    execution_name: str
    redrives: int
    start: object
    ended: dict[str, Any]


class ReopenReceipt(WaveReceipt):
    """PlanWave's receipt for the last planned wave; `planned` if the run has a plan.

    `pilot` if a pilot comes before the first wave: it asks only what has no stored reply.
    """

    duplicate: bool
    planned: bool
    pilot: bool


@observed
def handler(task: ReopenTask, context: LambdaContext) -> ReopenReceipt:
    """Fail with the run's reason, or reopen the run if it was redriven since it failed.

    A redrive restarts at the state that failed, and a state of type Fail would fail again. The
    last wave's jobs are then repeated: each finds what it has and continues from there. Jobs that
    were refused are submitted, and the next wave asks for single records that were.

    Raises:
        RunFailedError: the execution was not redriven.
    """
    run_id = read_start(task["start"], task["execution_name"]).run_id
    logger.append_keys(run_id=run_id)

    run = run_table().reopen(
        run_id,
        task["execution_arn"],
        task["redrives"],
        or_open="message" in task["ended"],
        release_slots=True,
    )
    if run is None:
        raise RunFailedError(failure_message(task["ended"]))

    wave = run.wave
    totals = (
        run_store().read_document(wave_totals_key(run_id, wave), WaveTotals)
        if wave
        else WaveTotals()
    )
    logger.info("reopened", redrives=run.redrives, wave=wave)
    return {
        "run_id": run_id,
        "duplicate": False,
        "planned": run.questions > 0,
        "pilot": run.questions > 0 and not wave,
        "wave": wave,
        "next_wave": wave + 1,
        "jobs": totals.wave_jobs,
        "jobs_key": jobs_key(run_id, wave),
        "partitions_key": partitions_key(run_id, wave),
    }
