"""The plan of a run: settings by shards make lanes, lanes by waves make jobs."""

from dataclasses import dataclass

from lambdas.contract import InvocationType
from lambdas.core.costs.cost import Estimate
from lambdas.core.families import Form, Sampling, form_named
from lambdas.core.prompting.prompt import Prompt
from lambdas.core.reading import Reading
from lambdas.core.settings import GREEDY, Setting
from lambdas.core.sizing import Shard, generations_of, split_paths


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the steps of a run need to know; `plan.json`."""

    run_id: str
    execution_arn: str
    started_at: str
    model_id: str
    family: str
    invocation_type: InvocationType
    reading: Reading
    prompt: Prompt
    max_tokens: int
    top_p: float | None
    settings: tuple[Setting, ...]
    shards: tuple[Shard, ...]
    questions: int
    labelled: int
    waves: tuple[int, ...]
    paths_per_job: int
    jobs_at_once: int
    min_records: int
    seed: int
    warnings: tuple[str, ...] = ()
    estimate: Estimate | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """One setting on one shard, as Votes and Publish get it: a line of `lanes.jsonl`."""

    run_id: str
    execution_arn: str
    wave: int
    lane: str
    setting: str
    shard: str


@dataclass(frozen=True, slots=True)
class Job:
    """One batch job: a range of a lane's paths; a line of `jobs.jsonl`.

    `generations` are the completions wanted of each of a question's records, in order; their
    sum is `paths`. `records` are those of the whole job; too few for a batch job, they are run
    on demand.
    """

    run_id: str
    execution_arn: str
    wave: int
    job: str
    lane: str
    setting: str
    temperature: float
    shard: str
    first_path: int
    paths: int
    generations: tuple[int, ...]
    records: int
    on_demand: bool
    model_id: str
    invocation_type: InvocationType
    jobs_at_once: int


def lane_name(setting: str, shard: str) -> str:
    """Return a lane's name, such as `T0.7-000`."""
    return f"{setting}-{shard}"


def shard_named(plan: Plan, name: str) -> Shard:
    """Return the plan's shard of that name."""
    return next(shard for shard in plan.shards if shard.name == name)


def lanes_of(plan: Plan, wave: int) -> list[Lane]:
    """Return the run's lanes, setting by setting, as they stand after a wave."""
    return [
        Lane(
            run_id=plan.run_id,
            execution_arn=plan.execution_arn,
            wave=wave,
            lane=lane_name(setting.name, shard.name),
            setting=setting.name,
            shard=shard.name,
        )
        for setting in plan.settings
        for shard in plan.shards
    ]


def jobs_of(plan: Plan, wave: int) -> list[Job]:
    """Return the jobs of a wave, counted from 1; none when all waves are done."""
    shapes = [
        (setting, shard, first_path, generations)
        for setting in plan.settings
        for shard in plan.shards
        for first_path, generations in _path_ranges(plan, wave, setting, shard)
    ]
    return [
        Job(
            run_id=plan.run_id,
            execution_arn=plan.execution_arn,
            wave=wave,
            job=f"j{number:04d}",
            lane=lane_name(setting.name, shard.name),
            setting=setting.name,
            temperature=setting.temperature,
            shard=shard.name,
            first_path=first_path,
            paths=sum(generations),
            generations=generations,
            records=len(generations) * shard.questions,
            on_demand=len(generations) * shard.questions < plan.min_records,
            model_id=plan.model_id,
            invocation_type=plan.invocation_type,
            jobs_at_once=plan.jobs_at_once,
        )
        for number, (setting, shard, first_path, generations) in enumerate(shapes, 1)
    ]


def _path_ranges(
    plan: Plan, wave: int, setting: Setting, shard: Shard
) -> list[tuple[int, tuple[int, ...]]]:
    if wave > len(plan.waves) or (setting.name == GREEDY and wave > 1):
        return []
    sampled_before = sum(plan.waves[: wave - 1])
    paths = 1 if setting.name == GREEDY else plan.waves[wave - 1]
    most = form_of(plan).max_generations
    least = -(-plan.min_records // shard.questions)
    batches = split_paths(paths, plan.paths_per_job, shard.questions, plan.min_records, most)
    if not batches:
        return [(sampled_before, generations_of(paths, most, least_records=1))]
    ranges = []
    for job_paths in batches:
        ranges.append((sampled_before, generations_of(job_paths, most, least)))
        sampled_before += job_paths
    return ranges


def form_of(plan: Plan) -> Form:
    """Return the form in which the run's model is asked."""
    return form_named(plan.family, plan.invocation_type)


def sampling_of(plan: Plan, job: Job) -> list[Sampling]:
    """Return how each of a question's records in a job is sampled, in order."""
    return [
        Sampling(job.temperature, plan.max_tokens, generations, plan.top_p)
        for generations in job.generations
    ]
