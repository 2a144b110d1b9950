"""A wave as the table and the report tell it: what was asked for, and what it settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from lambdas.core.jobs import Job
from lambdas.core.plan import Plan
from lambdas.core.waves.layout import jobs_of
from lambdas.core.waves.need import LaneNeed


@dataclass(frozen=True, slots=True)
class SettingWave:
    """A setting in a wave.

    Attributes:
        setting: its name.
        questions: those that records were asked of.
        generations: completions asked for.
        again: of these, those asked for again.
        settled: questions that had left by the rule when the wave had ended, and not before it.
        spent: those that no path was to come of any more, for they had had all of theirs or the
            budget was at its end, though their votes do not say enough for the rule.
        open: those that still waited for some. With the two before it is what was open before.
        short: questions that have left with fewer paths than they might have had, of all waves.
        lost: paths that did not come back and may be asked for again, of all waves.
    """

    setting: str
    questions: int
    generations: int
    again: int
    settled: int
    spent: int
    open: int
    short: int = 0
    lost: int = 0


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
    broke = _is_broke(plan, wave, before, after)
    ended = list(before) != list(after)
    return WaveStory(
        wave=wave,
        jobs=len(jobs),
        records=sum(job.records for job in jobs),
        generations=sum(job.completions for job in jobs),
        settings=tuple(
            _setting(
                each.name,
                _asked(each.name, after) if ended else _wanted(each.name, jobs),
                jobs,
                _Stand.of(each.name, before),
                _Stand.of(each.name, after, broke=broke),
            )
            for each in plan.settings
        ),
    )


@dataclass(frozen=True, slots=True)
class _Stand:
    """How many questions of a setting have left by the rule, how many else, and wait still."""

    settled: int
    spent: int
    open: int
    short: int
    lost: int

    @classmethod
    def of(cls, setting: str, needs: Sequence[LaneNeed], *, broke: bool = False) -> "_Stand":
        lanes = [need for need in needs if need.setting == setting]
        settled, spent = (sum(each.settled for each in lanes), sum(each.spent for each in lanes))
        still = sum(need.questions for need in lanes) - settled - spent
        short, lost = (sum(each.short for each in lanes), sum(each.lost_paths for each in lanes))
        if broke:
            return cls(settled, spent + still, 0, short, lost)
        return cls(settled, spent, still, short, lost)


def _is_broke(plan: Plan, wave: int, before: Sequence[LaneNeed], after: Sequence[LaneNeed]) -> bool:
    """Tell whether a budget is at its end: a wave has ended, and none can come after it."""
    if plan.budget is None or list(before) == list(after):
        return False
    return not jobs_of(plan, wave + 1, after)


def _asked(setting: str, after: Sequence[LaneNeed]) -> int:
    """Return the questions that a wave has asked records of."""
    return sum(need.asked for need in after if need.setting == setting)


def _wanted(setting: str, jobs: Sequence[Job]) -> int:
    """Return the questions that a wave will ask records of, as far as its parts tell."""
    asked: dict[str, int] = {}
    for part in (part for job in jobs for part in job.parts if part.setting == setting):
        asked[part.lane] = max(asked.get(part.lane, 0), part.questions)
    return sum(asked.values())


def _setting(
    setting: str, questions: int, jobs: Sequence[Job], before: _Stand, after: _Stand
) -> SettingWave:
    parts = [part for job in jobs for part in job.parts if part.setting == setting]
    return SettingWave(
        setting=setting,
        questions=questions,
        generations=sum(part.completions for part in parts),
        again=sum(part.completions for part in parts if part.again is not None),
        settled=after.settled - before.settled,
        spent=after.spent - before.spent,
        open=after.open,
        short=after.short,
        lost=after.lost,
    )
