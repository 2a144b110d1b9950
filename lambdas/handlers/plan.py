"""Plan: check the request and its question set, cut it into shards, write the plan."""

import os
from itertools import islice
from typing import Any, TypedDict

from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.inputs import Inputs
from lambdas.aws.profiles import profile_model
from lambdas.aws.store import run_store
from lambdas.aws.table import run_table
from lambdas.contract import Env, Task
from lambdas.core.errors import Problems, RequestError
from lambdas.core.keys import questions_key, run_key
from lambdas.core.plan import Plan
from lambdas.core.planning import Origin, Survey, make_plan, survey
from lambdas.core.prompting.exemplars import Exemplar, builtin_exemplars, read_exemplars
from lambdas.core.prompting.prompts import prompt_for
from lambdas.core.prompting.templates import misfits
from lambdas.core.requests.locations import key_named
from lambdas.core.requests.request import Checked, check_request, task_asked
from lambdas.core.requests.sampling import variant_misfits
from lambdas.core.requests.start import Start, read_start
from lambdas.core.sets.limits import EXEMPLARS, QUESTION_SET
from lambdas.core.sets.questions import Findings, read_questions
from lambdas.core.sizing import Quotas
from lambdas.core.voting.lane import write_shard
from lambdas.handlers.observed import logger, observed


class PlanTask(TypedDict):
    """The execution's input, and what Step Functions says of the execution."""

    start: object
    execution_arn: str
    execution_name: str
    started_at: str


class PlanReceipt(TypedDict):
    """The run; `duplicate` where another execution has it already."""

    run_id: str
    duplicate: bool
    next_wave: int


@observed
def handler(task: PlanTask, context: LambdaContext) -> PlanReceipt:
    """Read request and question set, refuse them or plan them, write the plan."""
    start = read_start(task["start"], task["execution_name"])
    logger.append_keys(run_id=start.run_id)
    origin = Origin(start.run_id, task["execution_arn"], task["started_at"])
    if not run_table().claim(origin.run_id, origin.execution_arn, origin.started_at):
        return _duplicate(start)
    _note(origin, started_by=start.by.attributes() | {"execution_name": task["execution_name"]})

    inputs, problems = Inputs(run_store(), _etags(start)), Problems()
    given = inputs.request(start.request_key) if start.request_key else start.request
    checked = problems.attempt(lambda: _checked(given))
    findings = Findings(key_named(given, "dataset", run_store().bucket) or "")
    surveyed = problems.attempt(lambda: _surveyed(given, inputs, findings))
    task_read = findings.task or task_asked(given)
    exemplars = problems.attempt(lambda: _exemplars(given, inputs, task_read))
    fitting = problems.attempt(lambda: _fitting(given, task_read))
    _note(origin, inputs=inputs.attributes())
    if checked is None or surveyed is None or exemplars is None or not fitting:
        raise problems.refusal()
    prompt = prompt_for(checked.reading(surveyed.task), exemplars, checked.request.template)
    plan = make_plan(origin, checked, prompt, surveyed, _quotas())

    _write(plan, checked, inputs)
    logger.info("planned", questions=plan.questions, shards=len(plan.shards))
    return {"run_id": start.run_id, "duplicate": False, "next_wave": 1}


def _duplicate(start: Start) -> PlanReceipt:
    """Return that an upload has its run already; a name used again is no duplicate.

    Raises:
        RequestError: a run of the execution's name exists, with jobs and outputs of its own.
    """
    if start.upload_key is None:
        raise RequestError([f"run {start.run_id} exists already; start under another name"])
    logger.info("found already started")
    return {"run_id": start.run_id, "duplicate": True, "next_wave": 1}


def _etags(start: Start) -> dict[str, str]:
    """Return which content is read of an upload: a newer one under its key has its own run."""
    name = "request" if start.request_key else "dataset"
    return {name: start.upload_etag} if start.upload_etag else {}


def _note(origin: Origin, **attributes: Any) -> None:
    run_table().update_run(origin.run_id, origin.execution_arn, **attributes)


def _checked(given: Any) -> Checked:
    return check_request(
        given,
        bucket=run_store().bucket,
        default_model=os.environ[Env.DEFAULT_MODEL],
        most_jobs_at_once=int(os.environ[Env.JOBS_AT_ONCE]),
        model_behind=profile_model,
    )


def _surveyed(given: Any, inputs: Inputs, findings: Findings) -> Survey | None:
    """Return the question set's survey, even where the request is refused: it may be as well."""
    if not findings.file:
        return None
    limit = given.get("limit")
    lines = inputs.lines("dataset", findings.file, QUESTION_SET)
    questions = read_questions(
        lines, findings, limit if isinstance(limit, int) else None, task_asked(given)
    )
    return survey(questions, findings)


def _exemplars(given: Any, inputs: Inputs, task: Task | None) -> list[Exemplar]:
    """Return the exemplars of the prompt; those of a file are checked even where none are built."""
    few_shot_key = key_named(given, "few_shot", run_store().bucket)
    if few_shot_key is None:
        bare = isinstance(given, dict) and given.get("few_shot") == "none"
        return [] if bare or task is None else builtin_exemplars(task)
    findings = Findings(few_shot_key)
    lines = inputs.lines("few_shot", few_shot_key, EXEMPLARS)
    exemplars = read_exemplars(lines, findings, task)
    findings.refuse()
    return exemplars


def _fitting(given: Any, task: Task | None) -> bool:
    """Return that template and variants fit the task that was told from the set.

    Raises:
        RequestError: they do not.
    """
    asked = given if isinstance(given, dict) else {}
    template, found = asked.get("template"), []
    # For a task that the request names, its own check has told.
    if asked.get("task") != task:
        found += misfits(template, task) if isinstance(template, str) else []
        found += variant_misfits(asked.get("variants"), task)
    if found:
        raise RequestError(found)
    return True


def _quotas() -> Quotas:
    return Quotas(
        min_records=int(os.environ[Env.MIN_RECORDS]),
        max_records=int(os.environ[Env.MAX_RECORDS]),
        max_input_mib=int(os.environ[Env.MAX_INPUT_MIB]),
    )


def _write(plan: Plan, checked: Checked, inputs: Inputs) -> None:
    store, run_id = run_store(), plan.run_id
    request = checked.request.model_dump(mode="json") | {"task": plan.reading.task}
    lines = inputs.lines("dataset", checked.dataset_key, QUESTION_SET)
    findings = Findings(checked.dataset_key)
    questions = read_questions(lines, findings, checked.request.limit, plan.reading.task)
    for shard in plan.shards:
        here = islice(questions, shard.questions)
        store.write_all(questions_key(run_id, shard.name), write_shard(here))
    store.write_json(run_key(run_id, "request.json"), request)
    store.write_json(run_key(run_id, "plan.json"), plan)
    run_table().update_run(
        run_id,
        plan.execution_arn,
        status="running",
        # A template is long, and a table's record is limited to 400 kB and read and written often.
        request={key: value for key, value in request.items() if key != "template"},
        model_id=plan.model_id,
        questions=plan.questions,
        labelled=plan.labelled,
        settings=[setting.name for setting in plan.settings],
        estimate=_figures(plan),
        objects={
            name: run_key(run_id, name) for name in ("request.json", "plan.json", "questions/")
        },
        paths_planned=plan.questions * sum(setting.paths for setting in plan.settings),
    )


def _figures(plan: Plan) -> dict[str, float | None]:
    """Return what the run is expected to cost, for those who follow it."""
    if plan.estimate is None:
        return {}
    return {"cost_usd": plan.estimate.cost_usd, "ceiling_usd": plan.estimate.ceiling_usd}
