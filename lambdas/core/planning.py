"""Plan a run: from a request and its files to the plan, or to one error with all problems."""

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from lambdas.contract import Prices, RunRequest, Task
from lambdas.contract.answered_by import BEDROCK, UNKNOWN, AnsweredBy
from lambdas.contract.costs import Estimate, ModelPrices
from lambdas.contract.schema import Plan, Prompt, Shard, Stopping, is_batch_only
from lambdas.contract.stack import StackVariables
from lambdas.core.costs.estimate import cost_limit_error, estimate
from lambdas.core.costs.limits import (
    PriceGap,
    limit_prices,
    price_gap,
    reckoned,
    stack_limit,
    stack_limit_error,
    upload_model_problem,
)
from lambdas.core.costs.loads import FieldTimes, prompt_size
from lambdas.core.dataset.files import DATASET_LIMIT, EXEMPLARS_LIMIT, SizeLimit
from lambdas.core.dataset.golds import Reading
from lambdas.core.errors import Problems, RequestError
from lambdas.core.models.availability import PaidRun, batch_error, life_cycle_remarks
from lambdas.core.models.base import Sampling
from lambdas.core.models.limits import model_warnings
from lambdas.core.models.registry import limit_geography, price_geography
from lambdas.core.models.thinking import thinking_of
from lambdas.core.preflight import LookUp, preflight
from lambdas.core.prices import prices_of
from lambdas.core.prompts.build import build_prompt
from lambdas.core.prompts.exemplars import Exemplar, builtin_exemplars, read_exemplars
from lambdas.core.prompts.templates import question_leads, template_task_problems
from lambdas.core.requests.request import CheckedRequest, UncheckedRequest, check_request
from lambdas.core.requests.rules import variant_task_problems
from lambdas.core.requests.start import InputName, Uploaded
from lambdas.core.sampling.records import RecordWriter
from lambdas.core.sampling.scheduling import run_size_error
from lambdas.core.sampling.sharding import Quotas, cut_shards, packed_paths
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
    """Where a run comes from.

    Attributes:
        run_id: of the run.
        execution_arn: of its execution.
        started_at: when that started (ISO 8601).
        uploaded: what was uploaded to start it; `None` if it was started without an upload.
    """

    run_id: str
    execution_arn: str
    started_at: str
    uploaded: Uploaded | None = None


@dataclass(frozen=True, slots=True)
class StackSettings:
    """What a request depends on in the deployed stack.

    Attributes:
        bucket: that holds datasets and exemplars.
        variables: its settings.
    """

    bucket: str
    variables: StackVariables

    @property
    def quotas(self) -> Quotas:
        """The quotas of one batch job."""
        variables = self.variables
        return Quotas(variables.min_records, variables.max_records, variables.max_input_mib)


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A plan, its request with model and task filled in, and its dataset.

    Attributes:
        plan: of the run.
        request: with defaults filled in; in a rehearsal without a model that it does not name.
        dataset_key: of the dataset.
        reading: how the dataset is to be read.
    """

    plan: Plan
    request: RunRequest
    dataset_key: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class _LimitPrices:
    """The prices that a stack's limit is reckoned by, and why the built-in ones do not hold."""

    prices: ModelPrices | None
    gap: PriceGap | None


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
    look_up: LookUp,
) -> PlannedRun:
    """Return the plan of a run.

    Args:
        origin: of the run.
        request: as it was given.
        inputs: its dataset and exemplars.
        stack: that it runs on.
        look_up: asks Bedrock about the model.

    Raises:
        RequestError: with all problems of request, model, dataset and exemplars at once; or the
            run is too large, or may cost more than the request or the stack allows.
    """
    problems = Problems()
    variables = stack.variables
    model_id = request.model_id or variables.default_model
    facts = look_up(model_id, checks=not variables.rehearsal)
    asked = facts.life_cycle is not None
    found = preflight(model_id, facts, variables.granted_regions, origin.started_at)
    checked = problems.attempt(
        lambda: check_request(
            request.content,
            bucket=stack.bucket,
            default_model=variables.default_model,
            most_jobs_at_once=variables.jobs_at_once,
            model_behind=lambda _: facts.model,
            paid=None if variables.rehearsal else PaidRun(origin.started_at, asked),
        )
    )
    problems.add(*inputs.problems, more=inputs.more_problems)
    problems.add(*_task_problems(request, inputs.task))
    survey, can_be_planned = inputs.survey, not problems
    problems.add(*found.refusals)
    if origin.uploaded and checked is not None:
        problems.add(*_upload_problems(stack, checked))
    if not can_be_planned or checked is None or survey is None or survey.reading is None:
        raise problems.error()
    life = facts.life_cycle
    risen_on = life.risen_on(origin.started_at) if life else None
    plan = problems.attempt(
        lambda: make_plan(origin, checked, survey, inputs.exemplars, stack, risen_on=risen_on)
    )
    if problems or plan is None:
        raise problems.error()
    if _has_model(checked, variables):
        ends = () if asked else _life_cycle_remarks(checked, origin)
        plan = replace(plan, warnings=(*found.remarks, *ends, *plan.warnings))
    return PlannedRun(plan, _request(checked, plan, variables), checked.dataset_key, survey.reading)


def make_plan(
    origin: Origin,
    checked: CheckedRequest,
    survey: DatasetSurvey,
    exemplars: Sequence[Exemplar],
    stack: StackSettings,
    *,
    risen_on: str | None = None,
) -> Plan:
    """Return the plan of a checked request, with its estimate.

    Args:
        origin: of the run.
        checked: its request.
        survey: of its dataset.
        exemplars: of its prompt.
        stack: that it runs on.
        risen_on: since when (ISO 8601 date) Bedrock may take more for the model, `None` if it
            does not say so.

    Raises:
        RequestError: the dataset or the template cannot be used; or the run is larger than its
            steps can carry out, or may cost more than the request or the stack allows.
    """
    plan = _plan_without_estimate(origin, checked, survey, exemplars, stack)
    _raise_any(run_size_error(plan))
    prices = _run_prices(checked, stack.variables)
    longest_prompt = prompt_size(plan, survey.size).longest_token_bound
    if price_gap(prices, longest_prompt, risen_on):
        prices = None
    estimated = estimate(plan, survey.size, prices)
    problems = [
        _batch_only_problem(plan, estimated),
        cost_limit_error(estimated, plan.max_cost_usd),
    ]
    if not stack.variables.rehearsal:
        problems.append(_no_batch_problem(plan, estimated, checked.foundation_model))
    limit = stack_limit(stack.variables, by_upload=origin.uploaded is not None)
    if limit is not None:
        safe = _limit_prices(checked, longest_prompt, stack.variables.aws_region, risen_on)
        same = safe.prices == prices
        reckoned_at = estimated if same else estimate(plan, survey.size, safe.prices)
        bare = checked.dataset_key if origin.uploaded == "dataset" else None
        problems.append(stack_limit_error(limit, reckoned_at, plan, bare, safe.gap))
        plan = replace(plan, stack_limit=reckoned(limit, reckoned_at))
    _raise_any(*problems)
    pilot = plan.pilot if estimated.pilot else 0
    return replace(plan, estimate=estimated, prices=prices, pilot=pilot)


def _life_cycle_remarks(checked: CheckedRequest, origin: Origin) -> Iterator[str]:
    return life_cycle_remarks(checked.model_id, checked.foundation_model, origin.started_at)


def _has_model(checked: CheckedRequest, variables: StackVariables) -> bool:
    """Return whether a run has a model of Bedrock that reports may speak of.

    In a rehearsal someone else answers, and the stack's default is nobody's choice.
    """
    return not variables.rehearsal or checked.request.model_id is not None


def _answered_by(checked: CheckedRequest, variables: StackVariables) -> tuple[AnsweredBy, ...]:
    if variables.rehearsal:
        return variables.answered_by or (UNKNOWN,)
    return (AnsweredBy(checked.model_id, BEDROCK),)


def _request(checked: CheckedRequest, plan: Plan, variables: StackVariables) -> RunRequest:
    """Return the request as it was understood."""
    model_id = checked.model_id if _has_model(checked, variables) else None
    return checked.request.model_copy(update={"task": plan.answer_spec.task, "model_id": model_id})


def _run_prices(checked: CheckedRequest, variables: StackVariables) -> ModelPrices | None:
    """Return the prices that a run's figures are reckoned by, `None` without any."""
    given = checked.request.prices
    if not _has_model(checked, variables):
        return prices_of(None, given)
    return _prices(checked, given, price_geography(checked.model_id))


def _prices(
    checked: CheckedRequest, given: Prices | None, geography: str | None
) -> ModelPrices | None:
    """Return the prices of a run: those of its request, if any are given, else built-in ones."""
    base = None if is_batch_only(checked.model_id) else checked.foundation_model
    return prices_of(base, given, geography=geography)


def _limit_prices(
    checked: CheckedRequest, longest_prompt: float, region: str | None, risen_on: str | None
) -> _LimitPrices:
    given, geography = checked.request.prices, limit_geography(checked.model_id, region)
    built_in = _prices(checked, None, geography)
    gap = price_gap(built_in, longest_prompt, risen_on)
    raised = None if given is None else _prices(checked, given, geography)
    return _LimitPrices(limit_prices(built_in, raised, gap), gap)


def _upload_problems(stack: StackSettings, checked: CheckedRequest) -> list[str]:
    problem = upload_model_problem(stack.variables, checked.model_id, checked.foundation_model)
    return [problem] if problem else []


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
    stack: StackSettings,
) -> Plan:
    if survey.reading is None:
        raise RequestError(survey.problems, survey.more_problems)
    request, answer_spec = checked.request, checked.answer_spec(survey.reading)
    quotas = stack.quotas
    prompt = build_prompt(answer_spec, exemplars, request.template)
    leads = question_leads(prompt.texts, prompt.fields)
    # Batch-only models cannot be asked on demand.
    off = stack.variables.rehearsal or is_batch_only(checked.model_id)
    shards = tuple(_shards(checked, prompt, survey, quotas))
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
        shards=shards,
        questions=len(survey.question_bytes),
        labelled=survey.labelled,
        waves=_waves(request),
        paths_per_job=_paths_per_job(checked, survey, quotas),
        jobs_at_once=request.jobs_at_once,
        min_records=quotas.min_records,
        max_records=quotas.max_records,
        seed=request.seed,
        stopping=_stopping(request),
        budget=request.budget,
        attempts=request.attempts,
        variants=request.variants,
        max_cost_usd=request.max_cost_usd,
        pilot=0 if off else min(request.pilot, shards[0].questions),
        warnings=(*_model_warnings(checked, stack.variables), *survey.warnings),
        model_fields=request.fields_of_model or {},
        thinking_tokens=_thinking_tokens(checked),
        answered_by=_answered_by(checked, stack.variables),
        ties=request.ties,
        confidence_temperature=request.confidence_temperature,
    )


def _model_warnings(checked: CheckedRequest, variables: StackVariables) -> list[str]:
    if not _has_model(checked, variables):
        return []
    model, max_tokens = checked.foundation_model, checked.request.max_tokens
    return model_warnings(checked.model_id, model, max_tokens)


def _thinking_tokens(checked: CheckedRequest) -> int:
    traits = checked.family.traits_of(checked.foundation_model or checked.model_id)
    thinks = any(trait.thinks for trait in traits)
    return thinking_of(thinks, checked.request.fields_of_model or {}).tokens


def _paths_per_job(checked: CheckedRequest, survey: DatasetSurvey, quotas: Quotas) -> int:
    request, generations = checked.request, checked.form.max_generations
    questions = len(survey.question_bytes)
    return request.paths_per_job or packed_paths(request.paths, questions, quotas, generations)


def _shards(
    checked: CheckedRequest, prompt: Prompt, survey: DatasetSurvey, quotas: Quotas
) -> list[Shard]:
    request, form = checked.request, checked.form
    sampling = Sampling(
        checked.settings[-1].temperature_of(0),
        request.max_tokens,
        top_p=request.top_p,
        model_fields=request.fields_of_model or {},
    )
    writer = RecordWriter(form, prompt, sampling)
    paths = min(_paths_per_job(checked, survey, quotas), request.paths)
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


def _no_batch_problem(plan: Plan, estimated: Estimate, model: str | None) -> str | None:
    """Return why a model without batch inference cannot run a plan; `None` if it may."""
    if model is None or all(each.records == each.on_demand for each in estimated.settings):
        return None
    return batch_error(plan.model_id, model, plan.min_records)


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
