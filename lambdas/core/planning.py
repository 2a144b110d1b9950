"""Plan a run: from a request and its files to the plan, or to one error with all problems."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from lambdas.contract import RunRequest, Task
from lambdas.contract.schema import Estimate, Plan, Prompt, Shard, Stopping, is_batch_only
from lambdas.core.costs.estimate import cost_limit_error, estimate
from lambdas.core.costs.loads import FieldTimes
from lambdas.core.dataset.files import DATASET_LIMIT, EXEMPLARS_LIMIT, SizeLimit
from lambdas.core.dataset.golds import Reading
from lambdas.core.errors import Problems, RequestError
from lambdas.core.models.base import Sampling
from lambdas.core.models.limits import model_warnings
from lambdas.core.models.registry import geography
from lambdas.core.prices import prices_of
from lambdas.core.prompts.build import build_prompt
from lambdas.core.prompts.exemplars import Exemplar, builtin_exemplars, read_exemplars
from lambdas.core.prompts.templates import question_leads, template_task_problems
from lambdas.core.requests.request import CheckedRequest, UncheckedRequest, check_request
from lambdas.core.requests.rules import variant_task_problems
from lambdas.core.requests.start import InputName
from lambdas.core.sampling.records import RecordWriter
from lambdas.core.sampling.scheduling import run_size_error
from lambdas.core.sampling.sharding import Quotas, cut_shards
from lambdas.core.sampling.stopping import default_budget_waves, default_waves, stopping_of
from lambdas.core.survey import DatasetSurvey, survey_dataset
from lambdas.core.text import Line

# Opens a file of the run: its name there, its key, and the most bytes it may have.
OpenLines = Callable[[InputName, str, SizeLimit], Iterator[Line]]
# Temperatures and generation counts differ between jobs by a few characters.
_OVERHEAD_SLACK_BYTES = 64


@dataclass(frozen=True, slots=True)
class RunInputs:
    """Dataset and exemplars, as far as they can be read, and what is wrong with them.

    Attributes:
        survey: of the dataset, `None` if it cannot be read.
        task: of the dataset, or else of the request; `None` if neither implies one.
        exemplars: of the prompt.
        problems: why they are refused; the first ones.
        more_problems: how many more there are.
    """

    survey: DatasetSurvey | None
    task: Task | None
    exemplars: tuple[Exemplar, ...]
    problems: tuple[str, ...]
    more_problems: int


@dataclass(frozen=True, slots=True)
class Origin:
    """The id of a run, its execution, and when that started (ISO 8601)."""

    run_id: str
    execution_arn: str
    started_at: str


@dataclass(frozen=True, slots=True)
class StackSettings:
    """What a request depends on in the deployed stack.

    Attributes:
        bucket: that holds datasets and exemplars.
        default_model: of a request that names none.
        jobs_at_once: the most that a run may have.
        quotas: of one batch job.
        rehearsal: whether nothing is paid for.
    """

    bucket: str
    default_model: str
    jobs_at_once: int
    quotas: Quotas
    rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A plan, its request with model and task filled in, and its dataset.

    Attributes:
        plan: of the run.
        request: with defaults filled in.
        dataset_key: of the dataset.
        reading: how the dataset is to be read.
    """

    plan: Plan
    request: RunRequest
    dataset_key: str
    reading: Reading


def read_inputs(request: UncheckedRequest, open_lines: OpenLines) -> RunInputs:
    """Read dataset and exemplars of a request, even of one that will be refused."""
    problems = Problems()
    survey = problems.attempt(lambda: _survey(request, open_lines))
    if survey is not None:
        problems.add(*survey.problems, more=survey.more_problems)
    task = request.task if survey is None else survey.task
    exemplars = problems.attempt(lambda: _exemplars(request, open_lines, task))
    return RunInputs(survey, task, tuple(exemplars or ()), tuple(problems.messages), problems.more)


def plan_run(
    origin: Origin,
    request: UncheckedRequest,
    inputs: RunInputs,
    stack: StackSettings,
    model_behind: Callable[[str], str | None],
) -> PlannedRun:
    """Return the plan of a run.

    Args:
        origin: of the run.
        request: as it was given.
        inputs: its dataset and exemplars.
        stack: that it runs on.
        model_behind: returns the model of an application profile's ARN, `None` if it cannot.

    Raises:
        RequestError: with all problems of request, dataset and exemplars at once; or the run is
            too large, or may cost more than the request allows.
    """
    problems = Problems()
    checked = problems.attempt(
        lambda: check_request(
            request.content,
            bucket=stack.bucket,
            default_model=stack.default_model,
            most_jobs_at_once=stack.jobs_at_once,
            model_behind=model_behind,
        )
    )
    problems.add(*inputs.problems, more=inputs.more_problems)
    problems.add(*_task_problems(request, inputs.task))
    survey = inputs.survey
    if problems or checked is None or survey is None or survey.reading is None:
        raise problems.error()
    plan = make_plan(origin, checked, survey, inputs.exemplars, stack.quotas)
    run_request = checked.request.model_copy(update={"task": plan.answer_spec.task})
    return PlannedRun(plan, run_request, checked.dataset_key, survey.reading)


def make_plan(
    origin: Origin,
    checked: CheckedRequest,
    survey: DatasetSurvey,
    exemplars: Sequence[Exemplar],
    quotas: Quotas,
) -> Plan:
    """Return the plan of a checked request, with its estimate.

    Raises:
        RequestError: the dataset or the template cannot be used; or the run is larger than its
            steps can carry out, or may cost more than the request allows.
    """
    plan = _plan_without_estimate(origin, checked, survey, exemplars, quotas)
    _raise_any(run_size_error(plan))
    request, global_profile = checked.request, geography(checked.model_id) == "global"
    base = None if is_batch_only(checked.model_id) else checked.foundation_model
    prices = prices_of(base, request.prices, global_profile=global_profile)
    estimated = estimate(plan, survey.size, prices)
    _raise_any(
        _batch_only_problem(plan, estimated), cost_limit_error(estimated, request.max_cost_usd)
    )
    return replace(plan, estimate=estimated, prices=prices)


def _survey(request: UncheckedRequest, open_lines: OpenLines) -> DatasetSurvey | None:
    key = request.dataset_key
    if key is None:
        return None
    return survey_dataset(
        lambda: open_lines("dataset", key, DATASET_LIMIT), key, request.asked, limit=request.limit
    )


def _exemplars(
    request: UncheckedRequest, open_lines: OpenLines, task: Task | None
) -> list[Exemplar]:
    """Return the exemplars of a request; a file is checked even if the template omits it."""
    key = request.few_shot_key
    if key is not None:
        return read_exemplars(open_lines("few_shot", key, EXEMPLARS_LIMIT), key, task)
    return [] if request.zero_shot or task is None else builtin_exemplars(task)


def _task_problems(request: UncheckedRequest, task: Task | None) -> list[str]:
    """Return why template and variants do not fit a task that the request does not name.

    The check of the request covers a task that it names.
    """
    if request.named_task == task:
        return []
    template = request.template
    problems = [] if template is None else template_task_problems(template, task)
    return problems + variant_task_problems(request.variants, task)


def _raise_any(*problems: str | None) -> None:
    found = [problem for problem in problems if problem]
    if found:
        raise RequestError(found)


def _plan_without_estimate(
    origin: Origin,
    checked: CheckedRequest,
    survey: DatasetSurvey,
    exemplars: Sequence[Exemplar],
    quotas: Quotas,
) -> Plan:
    if survey.reading is None:
        raise RequestError(survey.problems, survey.more_problems)
    request, answer_spec = checked.request, checked.answer_spec(survey.reading)
    prompt = build_prompt(answer_spec, exemplars, request.template)
    leads = question_leads(prompt.texts, prompt.fields)
    return Plan(
        run_id=origin.run_id,
        execution_arn=origin.execution_arn,
        started_at=origin.started_at,
        model_id=checked.model_id,
        family=checked.family.name,
        invocation_type=checked.form.invocation_type,
        answer_spec=replace(answer_spec, next_question=leads),
        prompt=prompt,
        max_tokens=request.max_tokens,
        top_p=request.top_p,
        settings=checked.settings,
        shards=tuple(_shards(checked, prompt, survey, quotas)),
        questions=len(survey.question_bytes),
        labelled=survey.labelled,
        waves=_waves(request),
        paths_per_job=request.paths_per_job,
        jobs_at_once=request.jobs_at_once,
        min_records=quotas.min_records,
        max_records=quotas.max_records,
        seed=request.seed,
        stopping=_stopping(request),
        budget=request.budget,
        attempts=request.attempts,
        variants=request.variants,
        max_cost_usd=request.max_cost_usd,
        warnings=(*model_warnings(checked.model_id, checked.family), *survey.warnings),
    )


def _shards(
    checked: CheckedRequest, prompt: Prompt, survey: DatasetSurvey, quotas: Quotas
) -> list[Shard]:
    request, form = checked.request, checked.form
    temperature = checked.settings[-1].temperature
    sampling = Sampling(temperature, request.max_tokens, top_p=request.top_p)
    writer = RecordWriter(form, prompt, sampling)
    paths = min(request.paths_per_job, request.paths)
    records = -(-paths // form.max_generations) if request.temperatures else 1
    overhead = writer.overhead(form.max_generations) + _OVERHEAD_SLACK_BYTES
    times = FieldTimes.of(prompt.fields)
    sizes = array("L", map(times.total, survey.question_bytes, survey.choices_bytes))
    return cut_shards(sizes, overhead, records, quotas)


def _waves(request: RunRequest) -> tuple[int, ...]:
    if request.waves is not None:
        return request.waves
    if request.budget is not None:
        return default_budget_waves(request.paths, request.budget)
    return default_waves(request.paths, stopping_of(request.early_stop))


def _stopping(request: RunRequest) -> Stopping:
    """Return the stopping rule; a budget is not spent on votes that no path can change."""
    if request.budget is not None and request.early_stop is None:
        return Stopping("certain")
    return stopping_of(request.early_stop)


def _batch_only_problem(plan: Plan, estimated: Estimate) -> str | None:
    """Return why a model without on-demand inference cannot run a plan; `None` if it can."""
    names = [each.setting for each in estimated.settings if each.on_demand]
    if not plan.batch_only or not names:
        return None
    return (
        f"{', '.join(names)}: fewer records than the {plan.min_records} of a batch job, and on"
        " demand Bedrock has no custom model by this ARN; use more questions or paths, or"
        ' "greedy": false'
    )
