"""The jobs of a wave: the partitions' backlogs as slices, packed into jobs that Bedrock accepts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import floor

from lambdas.contract.costs import CostLimit
from lambdas.contract.jobs import Job, JobSlice
from lambdas.contract.schema import GREEDY, MIX, Plan, Setting
from lambdas.contract.votes import Backlog, ConfidenceGroup, LostRecords
from lambdas.core.prices import is_within
from lambdas.core.sampling.layers import layer_load, layers
from lambdas.core.sampling.plan import form_of, partition_name
from lambdas.core.sampling.sharding import split_generations, split_paths
from lambdas.core.sampling.stopping import (
    ConfidenceBucket,
    affordable_questions,
    allocate_questions,
)

# A job travels through the workflow as one state of at most 262,144 bytes, and its counts are one
# table entry of at most 400 kB. With this many slices the state has 75 kB, and the entry some 280
# with the longest error messages in every slice. Jobs of 100 records, Bedrock's minimum, never have
# as many slices.
MAX_SLICES = 200
# Later waves are not cut into jobs of fewer records, because a job may wait for hours, however
# small. Even with the longest questions that a dataset may have, this many stay below 1 GiB.
FEW_RECORDS = 1_000
# Each is a few objects that PlanWave and Report read one after the other, and some seconds of
# Vote, of which a few run at once: docs/decisions/0022-long-and-large.md.
MAX_PARTITIONS = 4_000
# Report holds the entries of all jobs in memory.
MAX_JOBS = 10_000
# The slices of one job.
JobSlices = tuple[JobSlice, ...]


def initial_backlogs(plan: Plan) -> list[Backlog]:
    """Return the partitions' backlogs before the first wave: all questions are open."""
    return [
        Backlog(
            partition=partition_name(setting.name, shard.name),
            setting=setting.name,
            shard=shard.name,
            questions=shard.questions,
            open=(ConfidenceGroup(0.0, shard.questions),),
            lost=(),
            lost_questions=0,
            finished=0,
            requested_paths=0,
        )
        for setting in plan.settings
        for shard in plan.shards
    ]


def next_jobs(
    plan: Plan, wave: int, backlogs: Sequence[Backlog], retried_records: int = 0
) -> list[Job]:
    """Return the jobs of a wave within the limit of cost; none if there is nothing to sample.

    Args:
        plan: of the run.
        wave: counted from 1.
        backlogs: of all partitions, after the wave before.
        retried_records: records of earlier waves that retried lost paths.
    """
    jobs = _affordable_jobs(plan, wave, backlogs, retried_records)
    if not plan.batch_only:
        return jobs
    in_batch = [job for job in jobs if not job.on_demand]
    if in_batch or wave > len(plan.waves) or plan.is_sized(wave):
        return in_batch
    # Too few records for a batch job: request all paths that these questions may still get.
    at_once = replace(plan, waves=(*plan.waves[: wave - 1], sum(plan.waves[wave - 1 :])))
    jobs = _affordable_jobs(at_once, wave, backlogs, retried_records)
    return [job for job in jobs if not job.on_demand]


def plan_jobs(
    plan: Plan, wave: int, backlogs: Sequence[Backlog], *, retry_lost: bool = True
) -> list[Job]:
    """Return the jobs of a wave, whatever they cost; none if there is nothing to sample.

    Slices with too few records for a batch job share jobs. Leftover slices join another job of
    the wave. In the first wave, and if there is no other job, they run on demand.

    Args:
        plan: of the run.
        wave: counted from 1.
        backlogs: of all partitions, after the wave before.
        retry_lost: whether to retry lost paths.
    """
    slices = list(_new_slices(plan, wave, backlogs))
    if retry_lost:
        slices += _retry_slices(plan, backlogs)
    large = [(each,) for each in slices if each.records >= plan.min_records]
    small = [each for each in slices if each.records < plan.min_records]
    shared, leftovers = pack_jobs(small, plan.min_records)
    jobs = [*large, *shared]
    if wave > 1:
        jobs, leftovers = merge_leftovers(jobs, leftovers, plan.max_records)
    jobs += [(each,) for each in leftovers]
    return [_job(plan, wave, number, each) for number, each in enumerate(jobs, 1)]


def full_run_jobs(plan: Plan) -> Iterator[Job]:
    """Yield the jobs of all waves as if every question stayed open until its last path."""
    backlogs = initial_backlogs(plan)
    for wave in range(1, len(plan.waves) + 1):
        jobs = plan_jobs(plan, wave, backlogs)
        yield from jobs
        requested: Counter[str] = Counter()
        for job_slice in _slices_of(jobs):
            requested[job_slice.partition] += job_slice.completions
        backlogs = [
            replace(each, requested_paths=each.requested_paths + requested[each.partition])
            for each in backlogs
        ]


def run_size_error(plan: Plan) -> str | None:
    """Return why a run is too large for its steps, `None` if it is not."""
    settings, shards = len(plan.settings), len(plan.shards)
    partitions = settings * shards
    if partitions > MAX_PARTITIONS:
        return (
            f"{settings:,} settings on {shards:,} shards of the dataset are {partitions:,}"
            f" partitions, must be at most {MAX_PARTITIONS:,}; use fewer paths_per_job (which makes"
            " larger shards), fewer temperatures, or a part of the dataset at a time"
        )
    jobs = sum(1 for _ in full_run_jobs(plan))
    if jobs > MAX_JOBS:
        return (
            f"the run would have {jobs:,} jobs, must have at most {MAX_JOBS:,}; use fewer paths,"
            " fewer temperatures, or a part of the dataset at a time"
        )
    return None


def wave_paths(plan: Plan, wave: int, setting: str) -> int:
    """Return the most new paths of a setting's question in a wave, 0 after its last wave."""
    if setting == GREEDY:
        return 1 if wave == 1 else 0
    return plan.paths_in(wave)


def allocate(plan: Plan, wave: int, backlogs: Sequence[Backlog]) -> Mapping[str, int]:
    """Return how many of each partition's open questions, the least certain, get new paths."""
    if plan.budget is None or wave == 1:
        return {each.partition: each.open_questions for each in backlogs}
    questions: dict[str, int] = {}
    for setting in plan.settings:
        partitions = [each for each in backlogs if each.setting == setting.name]
        questions |= _within_budget(plan, plan.budget, wave, setting, partitions)
    return questions


def records_per_question(plan: Plan, paths: int) -> int:
    """Return a question's records for this many paths, in a wave with enough questions."""
    max_generations, enough = form_of(plan).max_generations, plan.min_records
    jobs = split_paths(paths, plan.paths_per_job, enough, enough)
    return sum(-(-each // max_generations) for each in jobs)


def pack_jobs(slices: Iterable[JobSlice], min_records: int) -> tuple[list[JobSlices], JobSlices]:
    """Return jobs of several slices that reach the minimum of records, and the leftovers.

    Jobs take the slices in order. The last slices, too few for a job, join the job before them.
    Leftovers are also slices so small that `MAX_SLICES` of them miss the minimum.
    """
    jobs: list[JobSlices] = []
    leftovers: JobSlices = ()
    unfilled: JobSlices = ()
    for job_slice in slices:
        unfilled += (job_slice,)
        if records_in(unfilled) >= min_records:
            jobs.append(unfilled)
            unfilled = ()
        elif len(unfilled) == MAX_SLICES:
            leftovers += unfilled
            unfilled = ()
    if jobs and len(jobs[-1]) + len(unfilled) <= MAX_SLICES:
        jobs[-1] += unfilled
        unfilled = ()
    return jobs, leftovers + unfilled


def merge_leftovers(
    jobs: Sequence[JobSlices], leftovers: JobSlices, max_records: int
) -> tuple[list[JobSlices], JobSlices]:
    """Return the jobs with the leftovers in the smallest, and the leftovers that did not fit.

    The wave waits for that job in any case, and on demand the leftovers would cost twice as much.
    """
    if not jobs or not leftovers:
        return list(jobs), leftovers
    smallest = min(range(len(jobs)), key=lambda number: records_in(jobs[number]))
    merged = jobs[smallest] + leftovers
    if records_in(merged) > max_records or len(merged) > MAX_SLICES:
        return list(jobs), leftovers
    return [*jobs[:smallest], merged, *jobs[smallest + 1 :]], ()


def max_leftovers(plan: Plan) -> int:
    """Return the upper bound of groups of new records in a wave that miss a job's minimum.

    New slices come before retries, one per partition that has so few records.
    """
    if plan.min_records <= MAX_SLICES:
        return 1
    return -(-len(plan.settings) * len(plan.shards) // MAX_SLICES)


def records_in(slices: Iterable[JobSlice]) -> int:
    """Return the records of all slices together."""
    return sum(job_slice.records for job_slice in slices)


def retry_records_in(jobs: Iterable[Job]) -> int:
    """Return the records of jobs that retry lost paths, and cost more than the run's estimate.

    A refused record was not billed. So it costs what it was to cost before, except on demand.
    """
    return sum(
        each.records - (0 if job.on_demand else each.untried)
        for job in jobs
        for each in job.slices
        if each.retry_paths is not None
    )


def _affordable_jobs(
    plan: Plan, wave: int, backlogs: Sequence[Backlog], retried_records: int
) -> list[Job]:
    jobs = plan_jobs(plan, wave, backlogs)
    retries = retry_records_in(jobs)
    if _is_affordable(plan, retried_records + retries):
        return jobs
    return plan_jobs(plan, wave, backlogs, retry_lost=False)


def _is_affordable(plan: Plan, retry_records: int) -> bool:
    """Return whether retries keep the run within its limits of cost."""
    return not retry_records or all(_holds(limit, retry_records) for limit in plan.cost_limits)


def _holds(limit: CostLimit, retry_records: int) -> bool:
    """Return whether a limit holds even if every retry is billed.

    The ceiling includes every path once, and a lost path may be billed. So the upper bound of the
    cost of each retry record comes on top.
    """
    if limit.ceiling_usd is None or limit.record_ceiling_usd is None:
        return False
    return is_within(limit.ceiling_usd + retry_records * limit.record_ceiling_usd, limit.usd)


def _slices_of(jobs: Iterable[Job]) -> Iterator[JobSlice]:
    return (job_slice for job in jobs for job_slice in job.slices)


def _new_slices(plan: Plan, wave: int, backlogs: Sequence[Backlog]) -> Iterator[JobSlice]:
    allocated = allocate(plan, wave, backlogs)
    for backlog in backlogs:
        paths = wave_paths(plan, wave, backlog.setting)
        questions = allocated[backlog.partition]
        if not paths or not questions:
            continue
        if any(group.wanted for group in backlog.open):
            yield from _sized_slices(plan, backlog)
            continue
        path_offset = record_offset = 0
        for generations in _generations_by_job(plan, wave, paths, questions):
            yield _slice(
                backlog,
                questions=questions,
                path_offset=path_offset,
                record_offset=record_offset,
                generations=generations,
                records=len(generations) * questions,
                completions=sum(generations) * questions,
            )
            path_offset += sum(generations)
            record_offset += len(generations)


def _within_budget(
    plan: Plan, budget: float, wave: int, setting: Setting, backlogs: Sequence[Backlog]
) -> Mapping[str, int]:
    """Return how many questions of each of a setting's partitions the budget affords."""
    paths = wave_paths(plan, wave, setting.name)
    if not paths:
        return {each.partition: 0 for each in backlogs}
    remaining = floor(budget * plan.questions) - sum(each.requested_paths for each in backlogs)
    affordable = affordable_questions(remaining, paths, len(plan.waves) - wave + 1)
    buckets = [
        ConfidenceBucket(backlog.partition, group.confidence, group.questions)
        for backlog in backlogs
        for group in backlog.open
    ]
    return {each.partition: 0 for each in backlogs} | allocate_questions(buckets, affordable)


def _generations_by_job(plan: Plan, wave: int, paths: int, questions: int) -> list[tuple[int, ...]]:
    """Return the completions of a question's records, job by job.

    After the first wave few questions are open, so a job has more paths of each. That does not
    apply if records bring several paths: a larger job's minimum of records costs more there.
    """
    max_generations, min_records = form_of(plan).max_generations, -(-plan.min_records // questions)
    few = _few_records(plan) // questions if wave > 1 and max_generations == 1 else 0
    per_job = max(plan.paths_per_job, few)
    jobs = split_paths(paths, per_job, questions, plan.min_records, max_generations)
    generations = [split_generations(each, max_generations, min_records) for each in jobs]
    if not generations:
        return [split_generations(paths, max_generations, least_records=1)]
    if sum(map(len, generations)) > records_per_question(plan, paths):
        # More questions would have fewer records each; these must not cost more than those.
        return [split_generations(paths, max_generations, min_records)]
    return generations


def _slice(
    backlog: Backlog,
    *,
    questions: int,
    path_offset: int,
    record_offset: int,
    generations: tuple[int, ...],
    records: int,
    completions: int,
) -> JobSlice:
    return JobSlice(
        partition=backlog.partition,
        setting=backlog.setting,
        shard=backlog.shard,
        questions=questions,
        path_offset=path_offset,
        generations=generations,
        retry_paths=None,
        records=records,
        completions=completions,
        record_offset=record_offset if backlog.setting == MIX else 0,
    )


def _sized_slices(plan: Plan, backlog: Backlog) -> Iterator[JobSlice]:
    """Yield the slices of a sized wave: each has some of the paths, of those who want as many."""
    max_generations = form_of(plan).max_generations
    path_offset = record_offset = 0
    few = _few_records(plan)
    for paths in layers(backlog.open, plan.paths_per_job, few, max_generations):
        generations = split_generations(paths, max_generations, least_records=1)
        load = layer_load(backlog.open, path_offset, generations)
        yield _slice(
            backlog,
            questions=load.questions,
            path_offset=path_offset,
            record_offset=record_offset,
            generations=generations,
            records=load.records,
            completions=load.completions,
        )
        path_offset += paths
        record_offset += len(generations)


def _retry_slices(plan: Plan, backlogs: Sequence[Backlog]) -> Iterator[JobSlice]:
    for backlog in backlogs:
        for lost in _group_lost(backlog.lost, plan.paths_per_job, _few_records(plan)):
            yield JobSlice(
                partition=backlog.partition,
                setting=backlog.setting,
                shard=backlog.shard,
                questions=backlog.lost_questions,
                path_offset=0,
                generations=(),
                retry_paths=(lost[0].first_path, lost[-1].first_path + 1),
                records=sum(each.records for each in lost),
                completions=sum(each.completions for each in lost),
                untried=sum(each.untried for each in lost),
            )


def _group_lost(
    lost: Sequence[LostRecords], paths_per_job: int, few_records: int
) -> list[list[LostRecords]]:
    """Return lost records in groups that each fit in a job, because a job's paths do.

    Small groups are merged.
    """
    groups: list[list[LostRecords]] = []
    for each in lost:
        last = groups[-1] if groups else []
        few = sum(records.records for records in [*last, each]) <= few_records
        if last and (few or each.first_path < last[0].first_path + paths_per_job):
            last.append(each)
        else:
            groups.append([each])
    return groups


def _few_records(plan: Plan) -> int:
    return min(FEW_RECORDS, plan.max_records)


def _job(plan: Plan, wave: int, number: int, slices: JobSlices) -> Job:
    records = records_in(slices)
    return Job(
        run_id=plan.run_id,
        execution_arn=plan.execution_arn,
        wave=wave,
        job=f"j{number:04d}",
        slices=slices,
        records=records,
        on_demand=records < plan.min_records,
        model_id=plan.model_id,
        invocation_type=plan.invocation_type,
        jobs_at_once=plan.jobs_at_once,
    )
