"""Plan: check the request and its dataset, cut it into shards, write the plan."""

from datetime import datetime
from itertools import islice
from typing import Any, TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.model_access import look_up
from lambdas.aws.run_files import InputFiles
from lambdas.aws.run_table import run_table
from lambdas.aws.store import run_store
from lambdas.contract.entries import ExpectedCost, RunEntry
from lambdas.contract.environment import environment
from lambdas.contract.keys import (
    PLAN,
    QUESTIONS,
    REQUEST,
    plan_key,
    questions_key,
    run_key,
    upload_partition,
)
from lambdas.contract.schema import Plan
from lambdas.core.dataset.files import DATASET_LIMIT
from lambdas.core.dataset.reader import questions_of
from lambdas.core.errors import RequestError
from lambdas.core.planning import Origin, PlannedRun, StackSettings, plan_run, read_inputs
from lambdas.core.question import write_shard
from lambdas.core.requests.request import read_unchecked
from lambdas.core.requests.start import Start, read_start
from lambdas.handlers.decorators import logger, observed


class PlanTask(TypedDict):
    """The execution's input, and what Step Functions says of the execution."""

    start: object
    execution_arn: str
    execution_name: str
    redrives: int
    started_at: str


class PlanReceipt(TypedDict):
    """The run; `duplicate` if another execution has it already, `pilot` if one is to come first."""

    run_id: str
    duplicate: bool
    pilot: bool
    next_wave: int


@observed
def handler(task: PlanTask, context: LambdaContext) -> PlanReceipt:
    """Read the request and its files, plan the run or refuse it, write the plan."""
    start = read_start(task["start"], task["execution_name"])
    logger.append_keys(run_id=start.run_id)
    origin = Origin(start.run_id, task["execution_arn"], task["started_at"], start.uploaded)
    if (first := _run_of_upload(start, origin)) != start.run_id:
        return _duplicate(start, first)
    claimed = run_table().claim(
        origin.run_id, origin.execution_arn, origin.started_at, task["redrives"]
    )
    if not claimed:
        return _found(start, origin)
    started_by = start.by.model_copy(update={"execution_name": task["execution_name"]})
    _update_run(origin, RunEntry(started_by=started_by))

    files = InputFiles(run_store(), start.upload_etags)
    content = files.request(start.request_key) if start.request_key else start.request
    request = read_unchecked(content, run_store().bucket)
    inputs = read_inputs(request, files.lines)
    _update_run(origin, RunEntry(inputs=files.found()))
    if inputs.survey:
        _update_run(origin, RunEntry(dataset=inputs.survey.findings))
    stack = StackSettings(run_store().bucket, environment().plan)
    planned = plan_run(origin, request, inputs, stack, look_up)

    _write(planned, files)
    logger.info("planned", questions=planned.plan.questions, shards=len(planned.plan.shards))
    return _receipt(planned.plan)


def _receipt(plan: Plan) -> PlanReceipt:
    return {"run_id": plan.run_id, "duplicate": False, "pilot": plan.pilot > 0, "next_wave": 1}


def _run_of_upload(start: Start, origin: Origin) -> str:
    """Return the id of the run that an upload's content has: this one's, or an earlier one's."""
    if start.upload_key is None or start.upload_etag is None:
        return start.run_id
    if run_table().belongs_to(start.run_id, origin.execution_arn):
        # A repeated step, or a redrive of a run whose content has another run by now.
        return start.run_id
    uploaded_at = datetime.fromisoformat(start.uploaded_at or origin.started_at)
    partition = upload_partition(start.upload_key, start.upload_etag)
    return run_table().claim_upload(partition, start.run_id, uploaded_at.timestamp())


def _found(start: Start, origin: Origin) -> PlanReceipt:
    """Return the receipt of a run that this execution has planned; its jobs may be live by now.

    Raises:
        RequestError: the run is another execution's.
    """
    run = run_table().run(start.run_id)
    found = (run.execution_arn, run.started_at)
    if not run.questions or found != (origin.execution_arn, origin.started_at):
        return _duplicate(start, start.run_id)
    logger.info("found planned")
    return _receipt(run_store().read_document(plan_key(start.run_id), Plan))


def _duplicate(start: Start, run_id: str) -> PlanReceipt:
    """Return that an upload has its run already, as another delivery or another version.

    Raises:
        RequestError: another execution of this name has a run, with jobs and outputs of its own.
    """
    if start.upload_key is None:
        raise RequestError([f"run {start.run_id} exists already; start under another name"])
    logger.info("found already started", first=run_id)
    return {"run_id": run_id, "duplicate": True, "pilot": False, "next_wave": 1}


def _update_run(origin: Origin, changes: RunEntry) -> None:
    run_table().update_run(origin.run_id, origin.execution_arn, changes)


def _write(planned: PlannedRun, files: InputFiles) -> None:
    store, plan, run_id = run_store(), planned.plan, planned.plan.run_id
    request = planned.request.model_dump(mode="json")
    dataset, limit = planned.dataset_key, planned.request.limit
    lines = files.lines("dataset", dataset, DATASET_LIMIT)
    questions = questions_of(lines, dataset, planned.reading, limit=limit)
    for shard in plan.shards:
        shard_questions = islice(questions, shard.questions)
        store.write_all(questions_key(run_id, shard.name), write_shard(shard_questions))
    store.write_document(run_key(run_id, REQUEST), request)
    store.write_document(plan_key(run_id), plan)
    run_table().update_run(run_id, plan.execution_arn, _run_entry(plan, request))


def _run_entry(plan: Plan, request: dict[str, Any]) -> RunEntry:
    names = (REQUEST, PLAN, QUESTIONS)
    return RunEntry(
        status="running",
        # A template is long, and an entry is limited to 400 kB and read and written often.
        request={key: value for key, value in request.items() if key != "template"},
        model_id=request["model_id"] or "",
        answered_by=plan.answered_by,
        questions=plan.questions,
        labelled=plan.labelled,
        settings=tuple(setting.name for setting in plan.settings),
        estimate=_expected_cost(plan),
        objects={name: run_key(plan.run_id, name) for name in names},
        stop_if_unreadable=request["stop_if_unreadable"],
        paths_planned=plan.questions * sum(setting.paths for setting in plan.settings),
    )


def _expected_cost(plan: Plan) -> ExpectedCost:
    """Return what the run is expected to cost, for those who follow it."""
    if plan.estimate is None:
        return ExpectedCost()
    return ExpectedCost(cost_usd=plan.estimate.cost_usd, ceiling_usd=plan.estimate.ceiling_usd)
