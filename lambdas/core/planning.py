"""From a checked request and a surveyed question set to the plan of the run."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace

from lambdas.contract import RunRequest, Task
from lambdas.core.costs.cost import Estimate
from lambdas.core.costs.estimate import cost_problem, estimate
from lambdas.core.costs.loads import Texts
from lambdas.core.costs.most_tokens import most_tokens
from lambdas.core.costs.prices import prices_of
from lambdas.core.errors import RequestError
from lambdas.core.families import Sampling, geography
from lambdas.core.families.rules import remarks
from lambdas.core.plan import Plan, is_batch_only
from lambdas.core.prompting.prompt import Prompt
from lambdas.core.records import RecordWriter, choices_block, encoded
from lambdas.core.requests.request import Checked
from lambdas.core.sets.question import Question
from lambdas.core.sets.questions import Findings
from lambdas.core.sizing import Quotas, Shard, cut_shards
from lambdas.core.stopping.rules import Stopping, stopping_of
from lambdas.core.stopping.waves import default_budget_waves, default_waves
from lambdas.core.waves.extent import extent_problem
from lambdas.core.wording import count_of

# Temperatures and generation counts differ between jobs by a few characters.
_OVERHEAD_SLACK_BYTES = 64
_SHOWN_NAMES = 12


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first reading of the question set tells: its sizes, not its texts.

    Attributes:
        task: asked for, or told from the set.
        labelled: questions whose right answer is known.
        sizes: the bytes of each question's fields as a record holds them.
        texts: of all questions' fields, the cost is reckoned with.
        warnings: what a reader of the report must know of the set.
    """

    task: Task
    labelled: int
    sizes: "array[int]"
    texts: Texts
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Origin:
    """Which run is planned, for which execution, begun when (ISO 8601)."""

    run_id: str
    execution_arn: str
    started_at: str


def survey(questions: Iterable[Question], findings: Findings) -> Survey:
    """Return the survey of a question set, once read to its end.

    Raises:
        RequestError: with all that `findings` holds by then, or for a set without a question.
    """
    sizes = array("L")
    labelled = most = longest = 0
    for question in questions:
        texts = (question.text, choices_block(question.choices))
        sizes.append(sum(len(encoded(text)) for text in texts))
        tokens = sum(map(most_tokens, texts))
        most, longest = most + tokens, max(longest, tokens)
        labelled += question.gold is not None
    findings.refuse()
    if not sizes:
        raise RequestError([f"{findings.file} holds no question, must have one in each line"])
    warnings = tuple(_warnings(findings, len(sizes), labelled))
    return Survey(
        findings.task or "arithmetic", labelled, sizes, Texts(sum(sizes), most, longest), warnings
    )


def make_plan(
    origin: Origin, checked: Checked, prompt: Prompt, surveyed: Survey, quotas: Quotas
) -> Plan:
    """Return the plan of a run, with what it may cost.

    Raises:
        RequestError: it is larger than its steps can carry out, or may cost more than the request
            allows.
    """
    plan = _unpriced(origin, checked, prompt, surveyed, quotas)
    _refuse([extent_problem(plan)])
    request, worldwide = checked.request, geography(checked.model_id) == "global"
    base = None if is_batch_only(checked.model_id) else checked.foundation_model
    prices = prices_of(base, request.prices, worldwide=worldwide)
    estimated = estimate(plan, surveyed.texts, prices)
    problems = [_batch_only(plan, estimated), cost_problem(estimated, request.max_cost_usd)]
    _refuse(problems)
    return replace(plan, estimate=estimated)


def _refuse(problems: Iterable[str | None]) -> None:
    told = [problem for problem in problems if problem]
    if told:
        raise RequestError(told)


def _unpriced(
    origin: Origin, checked: Checked, prompt: Prompt, surveyed: Survey, quotas: Quotas
) -> Plan:
    request = checked.request
    return Plan(
        run_id=origin.run_id,
        execution_arn=origin.execution_arn,
        started_at=origin.started_at,
        model_id=checked.model_id,
        family=checked.family.name,
        invocation_type=checked.form.invocation_type,
        reading=checked.reading(surveyed.task),
        prompt=prompt,
        max_tokens=request.max_tokens,
        top_p=request.top_p,
        settings=checked.settings,
        shards=tuple(_shards(checked, prompt, surveyed, quotas)),
        questions=len(surveyed.sizes),
        labelled=surveyed.labelled,
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
        warnings=(*remarks(checked.model_id, checked.family), *surveyed.warnings),
    )


def _stopping(request: RunRequest) -> Stopping:
    """Return when questions leave; of a budget nothing goes where it can change no vote."""
    if request.budget is not None and request.early_stop is None:
        return Stopping("certain")
    return stopping_of(request.early_stop)


def _waves(request: RunRequest) -> tuple[int, ...]:
    if request.waves is not None:
        return request.waves
    if request.budget is not None:
        return default_budget_waves(request.paths, request.budget)
    return default_waves(request.paths, stopping_of(request.early_stop))


def _batch_only(plan: Plan, estimated: Estimate) -> str | None:
    """Return why a model that is had in batch jobs alone cannot run a plan; `None` if it can."""
    names = [each.setting for each in estimated.settings if each.on_demand]
    if not plan.batch_only or not names:
        return None
    return (
        f"{', '.join(names)}: fewer records than the {plan.min_records} of a batch job, and on"
        " demand Bedrock has no custom model by this ARN; use more questions or paths, or"
        ' "greedy": false'
    )


def _shards(checked: Checked, prompt: Prompt, surveyed: Survey, quotas: Quotas) -> list[Shard]:
    request, form = checked.request, checked.form
    temperature = checked.settings[-1].temperature
    sampling = Sampling(temperature, request.max_tokens, top_p=request.top_p)
    writer = RecordWriter(form, prompt, sampling)
    paths = min(request.paths_per_job, request.paths)
    records = -(-paths // form.max_generations) if request.temperatures else 1
    overhead = writer.overhead(form.max_generations) + _OVERHEAD_SLACK_BYTES
    return cut_shards(surveyed.sizes, overhead, records, quotas)


def _warnings(findings: Findings, questions: int, labelled: int) -> list[str]:
    warnings = []
    if findings.neutralised:
        warnings.append(
            f"{count_of(findings.neutralised, 'question')} with marks of a prompt's structure in"
            ' the text, such as a line that begins with "Q:"; they were defused, letters and'
            " digits kept"
        )
    if findings.repeated:
        warnings.append(
            f"{count_of(findings.repeated, 'question')} with the text of an earlier one; each is"
            " sampled and counted on its own"
        )
    if labelled < questions:
        unlabelled = count_of(questions - labelled, "question")
        names = ", ".join(sorted(findings.others)[:_SHOWN_NAMES])
        unread = f"; of their members these are not read: {names}" if names else ""
        warnings.append(f"{unlabelled} without an answer: voted, not scored{unread}")
    return warnings
