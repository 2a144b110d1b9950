"""A wave as the table and the report tell it: what was asked for, and what it settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from lambdas.core.plan import Job, Plan
from lambdas.core.waves.need import LaneNeed


@dataclass(frozen=True, slots=True)
class SettingWave:
    """A setting in a wave.

    Attributes:
        setting: its name.
        questions: those that records were asked of.
        generations: completions asked for.
        again: of these, those asked for again.
        settled: questions that waited for no path any more when the wave had ended, and did
            before it.
        open: those that still waited for some.
    """

    setting: str
    questions: int
    generations: int
    again: int
    settled: int
    open: int


@dataclass(frozen=True, slots=True)
class WaveStory:
    """A wave: its jobs, their records and completions as asked for, and its settings."""

    wave: int
    jobs: int
    records: int
    generations: int
    settings: tuple[SettingWave, ...]


def story_of(
    plan: Plan,
    wave: int,
    jobs: Sequence[Job],
    before: Sequence[LaneNeed],
    after: Sequence[LaneNeed],
) -> WaveStory:
    """Return a wave's story.

    Args:
        plan: of the run.
        wave: counted from 1.
        jobs: of the wave.
        before: what all lanes needed before the wave.
        after: what they need after it; the same while it is under way.
    """
    return WaveStory(
        wave=wave,
        jobs=len(jobs),
        records=sum(job.records for job in jobs),
        generations=sum(job.completions for job in jobs),
        settings=tuple(_setting(each.name, jobs, before, after) for each in plan.settings),
    )


def _setting(
    setting: str, jobs: Sequence[Job], before: Sequence[LaneNeed], after: Sequence[LaneNeed]
) -> SettingWave:
    parts = [part for job in jobs for part in job.parts if part.setting == setting]
    lanes = [need for need in after if need.setting == setting]
    finished = sum(need.finished for need in lanes)
    asked: dict[str, int] = {}
    for part in parts:
        asked[part.lane] = max(asked.get(part.lane, 0), part.questions)
    return SettingWave(
        setting=setting,
        questions=sum(asked.values()),
        generations=sum(part.completions for part in parts),
        again=sum(part.completions for part in parts if part.again is not None),
        settled=finished - sum(need.finished for need in before if need.setting == setting),
        open=sum(need.questions for need in lanes) - finished,
    )
