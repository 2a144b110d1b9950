"""The jobs of a wave: what every lane needs, cut and gathered into jobs that Bedrock takes."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from lambdas.core.jobs import Job, Part
from lambdas.core.plan import Plan, form_of, lane_name
from lambdas.core.settings import Setting
from lambdas.core.sizing import Shard, generations_of, split_paths
from lambdas.core.waves.gathering import gathered, joined, records_in
from lambdas.core.waves.granted import chosen_of, wave_paths
from lambdas.core.waves.need import Certainty, LaneNeed, LostFrom

# Later waves are not cut into jobs of fewer records: a job may wait for hours, however small. With
# the longest questions that a set may have, so many still are below a job's 1 GiB.
FEW_RECORDS = 1_000


def first_needs(plan: Plan) -> list[LaneNeed]:
    """Return what the lanes need before the first wave: every question its first paths."""
    return [
        LaneNeed(
            lane=lane_name(setting.name, shard.name),
            setting=setting.name,
            shard=shard.name,
            questions=shard.questions,
            open=(Certainty(0.0, shard.questions),),
            lost=(),
            lost_questions=0,
            finished=0,
            sampled=0,
        )
        for setting in plan.settings
        for shard in plan.shards
    ]


def full_jobs(plan: Plan) -> Iterator[Job]:
    """Yield the jobs of all waves as if every question were open to the end of its paths."""
    needs = first_needs(plan)
    for wave in range(1, len(plan.waves) + 1):
        jobs = jobs_of(plan, wave, needs)
        yield from jobs
        sampled: Counter[str] = Counter()
        for part in (part for job in jobs for part in job.parts):
            sampled[part.lane] += part.completions
        needs = [replace(need, sampled=need.sampled + sampled[need.lane]) for need in needs]


def jobs_of(
    plan: Plan, wave: int, needs: Sequence[LaneNeed], *, ask_again: bool = True
) -> list[Job]:
    """Return the jobs of a wave; none where nothing more is to be sampled.

    Parts of too few records for a batch job share jobs with others of their kind. What is then
    left goes with another job of the wave, or in the first wave, and without one, is to be run
    on demand.

    Args:
        plan: of the run.
        wave: counted from 1.
        needs: of all lanes, after the wave before.
        ask_again: whether lost paths may be asked for again.
    """
    parts = list(_new_parts(plan, wave, needs))
    if ask_again:
        parts += _lost_parts(plan, needs)
    large = [(part,) for part in parts if part.records >= plan.min_records]
    few = [part for part in parts if part.records < plan.min_records]
    shared, left = gathered(few, plan.min_records)
    jobs = [*large, *shared]
    if wave > 1:
        jobs, left = joined(jobs, left, plan.max_records)
    jobs += [(part,) for part in left]
    return [_job(plan, wave, number, members) for number, members in enumerate(jobs, 1)]


def _new_parts(plan: Plan, wave: int, needs: Sequence[LaneNeed]) -> Iterator[Part]:
    settings = {setting.name: setting for setting in plan.settings}
    shards = {shard.name: shard for shard in plan.shards}
    chosen = chosen_of(plan, wave, needs)
    for need in needs:
        paths, questions = wave_paths(plan, wave, need.setting), chosen[need.lane]
        if not paths or not questions:
            continue
        setting, shard = settings[need.setting], shards[need.shard]
        after = 0
        for generations in _split(plan, wave, paths, questions):
            yield _part(setting, shard, questions, after, generations)
            after += sum(generations)


def _split(plan: Plan, wave: int, paths: int, questions: int) -> list[tuple[int, ...]]:
    """Return the completions of a question's records, job by job.

    After the first wave few questions are open, and a job of them has more paths of each; not
    where records bring several paths, for the least records of larger jobs are dearer there.
    """
    most, least = form_of(plan).max_generations, -(-plan.min_records // questions)
    few = _few_records(plan) // questions if wave > 1 and most == 1 else 0
    per_job = max(plan.paths_per_job, few)
    batches = split_paths(paths, per_job, questions, plan.min_records, most)
    cut = [generations_of(each, most, least) for each in batches]
    if not cut:
        return [generations_of(paths, most, least_records=1)]
    if sum(map(len, cut)) > records_of(plan, paths):
        # More questions would have had fewer records each: not dearer than for these.
        return [generations_of(paths, most, least)]
    return cut


def records_of(plan: Plan, paths: int) -> int:
    """Return the records of a question for so many paths, where there are questions enough."""
    most, enough = form_of(plan).max_generations, plan.min_records
    return sum(-(-each // most) for each in split_paths(paths, plan.paths_per_job, enough, enough))


def _few_records(plan: Plan) -> int:
    return min(FEW_RECORDS, plan.max_records)


def _part(
    setting: Setting, shard: Shard, questions: int, after: int, generations: tuple[int, ...]
) -> Part:
    return Part(
        lane=lane_name(setting.name, shard.name),
        setting=setting.name,
        temperature=setting.temperature,
        shard=shard.name,
        questions=questions,
        after=after,
        generations=generations,
        again=None,
        records=len(generations) * questions,
        completions=sum(generations) * questions,
    )


def _lost_parts(plan: Plan, needs: Sequence[LaneNeed]) -> Iterator[Part]:
    temperatures = {setting.name: setting.temperature for setting in plan.settings}
    for need in needs:
        for lost in _blocks(need.lost, plan.paths_per_job, _few_records(plan)):
            yield Part(
                lane=need.lane,
                setting=need.setting,
                temperature=temperatures[need.setting],
                shard=need.shard,
                questions=need.lost_questions,
                after=0,
                generations=(),
                again=(lost[0].first_path, lost[-1].first_path + 1),
                records=sum(each.records for each in lost),
                completions=sum(each.completions for each in lost),
            )


def _blocks(lost: Sequence[LostFrom], paths: int, few_records: int) -> list[list[LostFrom]]:
    """Return lost records in blocks that fit in a job, for a job of so many paths does.

    Small blocks are put together.
    """
    blocks: list[list[LostFrom]] = []
    for each in lost:
        last = blocks[-1] if blocks else []
        few = sum(block.records for block in [*last, each]) <= few_records
        if last and (few or each.first_path < last[0].first_path + paths):
            last.append(each)
        else:
            blocks.append([each])
    return blocks


def _job(plan: Plan, wave: int, number: int, parts: tuple[Part, ...]) -> Job:
    records = records_in(parts)
    return Job(
        run_id=plan.run_id,
        execution_arn=plan.execution_arn,
        wave=wave,
        job=f"j{number:04d}",
        parts=parts,
        records=records,
        on_demand=records < plan.min_records,
        model_id=plan.model_id,
        invocation_type=plan.invocation_type,
        jobs_at_once=plan.jobs_at_once,
    )
