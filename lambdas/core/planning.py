"""From a checked request and a surveyed question set to the plan of the run."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from lambdas.core.errors import RequestError
from lambdas.core.plan import Plan, check_minimum
from lambdas.core.prompts import Prompt
from lambdas.core.questions import Findings, Question
from lambdas.core.records import RecordWriter, encoded
from lambdas.core.request import Checked
from lambdas.core.sizing import Quotas, Shard, cut_shards
from lambdas.core.wording import count_of

# Temperatures and generation counts differ between jobs by a few characters.
_OVERHEAD_SLACK_BYTES = 64


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first reading of the question set tells: its sizes, not its texts.

    `sizes` are the bytes of each question's text as a record holds it.
    """

    labelled: int
    sizes: "array[int]"
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
    labelled = 0
    for question in questions:
        sizes.append(len(encoded(question.text)))
        labelled += question.gold is not None
    findings.refuse()
    if not sizes:
        raise RequestError([f"{findings.file} holds no question, must have one in each line"])
    return Survey(labelled, sizes, tuple(_warnings(findings, len(sizes), labelled)))


def make_plan(
    origin: Origin, checked: Checked, prompt: Prompt, surveyed: Survey, quotas: Quotas
) -> Plan:
    """Return the plan of a run.

    Raises:
        RequestError: where a job would fall below the minimum of records.
    """
    request = checked.request
    plan = Plan(
        run_id=origin.run_id,
        execution_arn=origin.execution_arn,
        started_at=origin.started_at,
        model_id=checked.model_id,
        family=checked.family.name,
        invocation_type=checked.family.invocation_type,
        prompt=prompt,
        max_tokens=request.max_tokens,
        settings=checked.settings,
        shards=tuple(_shards(checked, prompt, surveyed, quotas)),
        questions=len(surveyed.sizes),
        labelled=surveyed.labelled,
        waves=request.waves or (request.paths,),
        paths_per_job=request.paths_per_job,
        jobs_at_once=request.jobs_at_once,
        min_records=quotas.min_records,
        seed=request.seed,
        warnings=surveyed.warnings,
    )
    check_minimum(plan)
    return plan


def _shards(checked: Checked, prompt: Prompt, surveyed: Survey, quotas: Quotas) -> list[Shard]:
    request, family = checked.request, checked.family
    writer = RecordWriter(
        family,
        prompt,
        temperature=checked.settings[-1].temperature,
        max_tokens=request.max_tokens,
        generations=(family.max_generations,),
        first_path=0,
    )
    paths = min(request.paths_per_job, request.paths)
    records = -(-paths // family.max_generations) if request.temperatures else 1
    overhead = writer.overhead() + _OVERHEAD_SLACK_BYTES
    return cut_shards(surveyed.sizes, overhead, records, quotas)


def _warnings(findings: Findings, questions: int, labelled: int) -> list[str]:
    warnings = []
    if findings.repeated:
        warnings.append(
            f"{count_of(findings.repeated, 'question')} with the text of an earlier one; each is"
            " sampled and counted on its own"
        )
    if labelled < questions:
        unlabelled = count_of(questions - labelled, "question")
        warnings.append(f"{unlabelled} without an answer: voted, not scored")
    return warnings
