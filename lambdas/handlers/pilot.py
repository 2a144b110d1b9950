"""Pilot: ask a few questions on demand, and refuse a run that would be paid for in vain."""

import time
from collections.abc import Sequence
from typing import TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.on_demand import ReplyStore, call_of, runtime
from lambdas.aws.run_files import questions_in
from lambdas.aws.run_table import run_table
from lambdas.aws.store import run_store
from lambdas.contract.entries import RunEntry
from lambdas.contract.environment import environment
from lambdas.contract.keys import PILOT, pilot_folder, plan_key, run_key
from lambdas.contract.report import PilotReport
from lambdas.contract.schema import Plan, Question, Setting
from lambdas.core.errors import JobRefusedError, RequestError
from lambdas.core.on_demand_worker import OnDemandWorker
from lambdas.core.outputs.reader import MAX_ROW_BYTES
from lambdas.core.pilot import (
    SettingPilot,
    pilot_problem,
    pilot_questions,
    pilot_records,
    pilot_report,
    read_pilot,
)
from lambdas.handlers.decorators import logger, observed, redrivable

# When the last call may begin. It may take ten minutes, and the function has 15.
_PATIENCE_S = 240


class PilotTask(TypedDict):
    """The run, and its first wave."""

    run_id: str
    execution_arn: str
    redrives: int
    next_wave: int


class PilotReceipt(TypedDict):
    """The run, and the wave to plan next."""

    run_id: str
    next_wave: int


@observed
@redrivable
def handler(task: PilotTask, context: LambdaContext) -> PilotReceipt:
    """Ask the pilot's questions, note what came back, raise if the run is doomed.

    A step that is repeated asks only what has no stored reply; calls that failed have none.

    Raises:
        RequestError: access to the model is denied, or no answer can be read.
        RunEndedError: the run was stopped or failed.
    """
    run_id = task["run_id"]
    logger.append_keys(run_id=run_id)
    plan = run_store().read_document(plan_key(run_id), Plan)
    report = _carry_out(plan, context) if plan.pilot else PilotReport(skipped="the run has none")
    run_store().write_document(run_key(run_id, PILOT), report)
    run_table().update_run(run_id, plan.execution_arn, RunEntry(pilot=report), task["redrives"])
    if problem := pilot_problem(plan, report):
        raise RequestError(problem.split("\n"))
    logger.info("asked", asked=report.asked, readable=report.readable, skipped=report.skipped)
    return {"run_id": run_id, "next_wave": task["next_wave"]}


def _carry_out(plan: Plan, context: LambdaContext) -> PilotReport:
    """Ask in every setting, as long as there is time, and return what came back."""
    ends_at = time.monotonic() + min(_PATIENCE_S, context.get_remaining_time_in_millis() / 1000)
    shard = list(questions_in(run_store(), plan.run_id, plan.shards[0].name))
    asked: list[SettingPilot] = []
    runtime().reconnect()
    for setting in plan.settings:
        run_table().check_running(plan.run_id)
        asked.append(_ask(plan, setting, shard, ends_at))
        if asked[-1].refusal:
            break
    return pilot_report(plan, asked)


def _ask(plan: Plan, setting: Setting, shard: Sequence[Question], ends_at: float) -> SettingPilot:
    """Ask the pilot's questions in one setting, but for those with a stored reply."""
    records = pilot_records(plan, setting, pilot_questions(shard, plan.pilot))
    folder = pilot_folder(plan.run_id, setting.name)
    # A stored failure could never be asked again: not by a redrive after its cause is mended.
    replies = ReplyStore(run_store(), folder, lambda: records, keeps_failures=False)
    worker = OnDemandWorker(
        lambda record: runtime().invoke(call_of(plan, record)),
        replies.store,
        left_s=lambda: ends_at - time.monotonic(),
        look=lambda _: run_table().check_running(plan.run_id),
    )
    refusal: JobRefusedError | None = None
    try:
        worker.run(replies.missing(), environment().pilot.on_demand_at_once)
    except JobRefusedError as refused:
        # What was asked before has been paid for, and stays.
        refusal = refused
    manifest = replies.write_rows()
    lines = [*run_store().lines(replies.rows_key, MAX_ROW_BYTES)]
    return read_pilot(plan, setting, shard, records, lines, manifest=manifest, refusal=refusal)
