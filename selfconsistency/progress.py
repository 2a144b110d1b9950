"""Show a run's progress: a live picture on a terminal, a few plain lines elsewhere."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from lambdas.contract import usd
from lambdas.contract.answered_by import made_up_label
from lambdas.contract.entries import JobEntry
from lambdas.contract.keys import REFUSED, SKIPPED
from lambdas.core.text import count_of
from selfconsistency.figures import percent
from selfconsistency.runs import Run, job_label
from selfconsistency.shell import print_line, printable
from selfconsistency.tables import finding_lines

_SHOWN_JOBS = 12
_TELL_EVERY_S = 60.0


class Display(Protocol):
    """Something that shows a run as it goes on."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def show(self, run: Run) -> None:
        """Show the run as it stands now."""


@dataclass(slots=True)
class Answering:
    """How far a source of answers is, where this process asks it.

    Attributes:
        count: returns how many answers have come so far.
        clock: of seconds.
    """

    count: Callable[[], int]
    clock: Callable[[], float] = time.monotonic
    _began: tuple[float, int] | None = field(default=None)

    def line(self, expected: int) -> str:
        """Return answers so far of those expected, their rate, and the time left; "" without any.

        The rate counts from the first look that found answers.
        """
        answered, now = self.count(), self.clock()
        if not answered:
            return ""
        if self._began is None:
            self._began = (now, answered)
        since, before = self._began
        line = f"answers {answered:,} of {max(expected, answered):,}"
        if answered == before or now <= since:
            return line
        a_second = (answered - before) / (now - since)
        left = max(expected - answered, 0)
        return f"{line} · {_rate(a_second)}" + (f" · {_left(left / a_second)}" if left else "")


def show_until_end(
    runs: Iterable[Run], console: Console, answering: Answering | None = None
) -> Run:
    """Show each state of a run and return the last."""
    display: Display = (
        LiveDisplay(console, answering) if console.is_terminal else PlainDisplay(console, answering)
    )
    last: Run | None = None
    with display:
        for last in runs:
            display.show(last)
    if last is None:
        raise ValueError("a run that is followed has at least one state")
    return last


class PlainDisplay:
    """Prints a line when something worth one has changed."""

    def __init__(self, console: Console, answering: Answering | None = None) -> None:
        self._console = console
        self._before: Run | None = None
        self._answering = answering
        self._told: tuple[float, int] = (time.monotonic(), 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def show(self, run: Run) -> None:
        """Print what is new since the last state."""
        for line in news(self._before, run):
            print_line(self._console, line)
        if self._answering and run.paths_planned:
            self._show_answers(self._answering, run.paths_planned)
        self._before = run

    def _show_answers(self, answering: Answering, expected: int) -> None:
        """Print how many answers have come at every tenth of them, and once a minute."""
        told_at, told_tenths = self._told
        tenths = 10 * answering.count() // expected
        now = answering.clock()
        line = answering.line(expected)
        if line and tenths < 10 and (tenths > told_tenths or now - told_at >= _TELL_EVERY_S):
            print_line(self._console, line)
            self._told = (now, tenths)


class LiveDisplay:
    """Redraws one picture of the run in place; its clock goes on between two looks."""

    def __init__(self, console: Console, answering: Answering | None = None) -> None:
        self._answering = answering
        self._since = time.monotonic()
        self._found = False
        self._run: Run | None = None
        self._live = Live(
            console=console, refresh_per_second=4, transient=False, get_renderable=self._picture
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, run: Run) -> None:
        """Draw the run's state."""
        if run.dataset and not self._found:
            self._found = True
            for line in _beginning(run):
                print_line(self._live.console, line)
        self._run = run
        self._live.refresh()

    def _picture(self) -> RenderableType:
        if not self._run:
            return ""
        return picture(self._run, time.monotonic() - self._since, self._answering)


def news(before: Run | None, now: Run) -> list[str]:
    """Return a line for each change, at most ten on the progress of a wave.

    Progress is counted in tenths of the jobs, so that a run of 1,000 jobs prints no 1,000 lines.
    """
    lines = []
    if now.dataset and not (before and before.dataset):
        lines += _beginning(now)
    if not (before and before.expected):
        lines += expectation(now)
    if now.wave and (before is None or before.wave != now.wave):
        lines.append(wave_begun(now))
    if _is_further(before, now):
        lines.append(counts(now))
    if _is_voting(now) and not (before and before.wave == now.wave and _is_voting(before)):
        lines.append(
            f"voting after wave {now.wave} on {count_of(now.questions, 'question')}:"
            f" {now.generations:,} generations"
        )
    is_new = before is None or before.status_line != now.status_line
    status = [f"run {now.run_id}: {now.status_line}"] * is_new
    return lines + status if now.ended else status + lines


def expectation(run: Run) -> list[str]:
    """Return what the run is expected to cost, in a rehearsal what it would cost.

    Nothing before that is known, and in a rehearsal without prices.
    """
    expected = run.expected
    if expected is None or (run.is_rehearsed and expected.cost_usd is None):
        return []
    if expected.cost_usd is None:
        return ["expected cost unknown: the model's prices are not known"]
    # An estimate cannot know who leaves early; it includes a budget.
    fewer = " if no question leaves early" if run.early_stop and not run.budget else ""
    word = "would cost" if run.is_rehearsed else "expected cost"
    return [f"{word} {usd(expected.cost_usd)}{fewer}, upper bound {usd(expected.ceiling_usd)}"]


def wave_begun(run: Run) -> str:
    """Return the line for a new wave: questions that wait for paths, and jobs so far."""
    questions = count_of(run.questions, "question")
    if run.wave > 1 and run.open_questions is not None:
        questions = f"{count_of(run.open_questions, 'question')} still open"
        if run.sampled_settings > 1:
            questions += " over all settings"
    right = accuracy_so_far(run)
    jobs = count_of(run.jobs_planned, "job")
    return f"wave {run.wave}: {questions}, {jobs} so far" + (f"; {right}" if right else "")


def accuracy_so_far(run: Run) -> str:
    """Return the accuracy of the votes after the last wave that ended, by setting; "" if unknown.

    It is over all questions, those still open included.
    """
    wave = run.ended_wave
    if wave is None:
        return ""
    known = [
        f"{each.setting} {percent(each.accuracy)}"
        for each in wave.settings
        if each.accuracy is not None
    ]
    return f"accuracy after wave {wave.wave}: {', '.join(known)}" if known else ""


def counts(run: Run) -> str:
    """Return how far the run is, in jobs, records and generations."""
    so_far = " requested so far" if run.grows else ""
    of_paths = f" of {run.paths_planned:,}{so_far}" if run.paths_planned and run.wave else ""
    refused = f", {run.jobs_refused:,} refused" if run.jobs_refused else ""
    return (
        f"jobs {run.jobs_done:,} of {run.jobs_planned:,}{refused} · "
        f"records {run.records_done:,} of {run.records_planned:,} · "
        f"generations {run.generations:,}{of_paths}"
    )


def picture(run: Run, elapsed_s: float, answering: Answering | None = None) -> RenderableType:
    """Return the run as a headline, a bar, and a table of the jobs in flight."""
    phase = "voting" if _is_voting(run) else run.status_line
    headline = f"run {run.run_id} · {phase} · wave {run.wave} · {elapsed_s:,.0f} s"
    total, done = max(run.jobs_planned, 1), run.jobs_done
    answers = answering.line(run.paths_planned) if answering else ""
    if answering and answers:
        total, done = max(run.paths_planned, answering.count()), answering.count()
    bar = ProgressBar(total=total, completed=done, width=60)
    jobs = Table(box=None, pad_edge=False)
    for column in ("job", "setting", "status", "records"):
        jobs.add_column(column)
    for job in in_flight(run.jobs):
        records = f"{job.records_done:,} of {job.records_planned:,}"
        cells = (job_label(job), job.setting, job.status or "planned", records)
        jobs.add_row(*(Text(printable(cell)) for cell in cells))
    lines = answers, counts(run), accuracy_so_far(run)
    progress = [Text(printable(line)) for line in lines if line]
    cost = map(Text, expectation(run))
    return Group(Text(printable(headline)), bar, *progress, *cost, jobs)


def in_flight(jobs: Iterable[JobEntry]) -> list[JobEntry]:
    """Return live jobs, then refused ones; the last three where all are collected."""
    known = list(jobs)
    lacking = [job for job in known if not job.collected]
    return sorted(lacking, key=_is_refused)[:_SHOWN_JOBS] or known[-3:]


def _rate(a_second: float) -> str:
    """Return a rate in the unit that shows it best.

    >>> _rate(41.6), _rate(2.34), _rate(0.01)
    ('42 a second', '2.3 a second', '0.6 a minute')
    """
    if a_second < 0.5:
        return f"{60 * a_second:,.1f} a minute"
    return f"{a_second:,.0f} a second" if a_second >= 10 else f"{a_second:,.1f} a second"


def _left(seconds: float) -> str:
    """Return a time that is left, roughly.

    >>> _left(42.4), _left(600), _left(20_000)
    ('about 42 s left', 'about 10 min left', 'about 5.6 h left')
    """
    if seconds < 100:
        return f"about {seconds:.0f} s left"
    return (
        f"about {seconds / 60:.0f} min left"
        if seconds < 6000
        else f"about {seconds / 3600:.1f} h left"
    )


def _beginning(run: Run) -> list[str]:
    """Return what is known once a run is planned: that answers are made up, and the dataset."""
    label = made_up_label(run.answered_by)
    return [*([label] if label else []), *(finding_lines(run.dataset) if run.dataset else [])]


def _is_voting(run: Run) -> bool:
    return run.status == "running" and 0 < run.jobs_planned <= run.jobs_done + run.jobs_refused


def _is_refused(job: JobEntry) -> bool:
    return job.status in {REFUSED, SKIPPED}


def _is_further(before: Run | None, now: Run) -> bool:
    """Return whether another tenth of the jobs is done; more planned jobs do not count."""
    if before is None or not now.jobs_planned:
        return _tenths(now) > 0
    return now.jobs_done != before.jobs_done and _tenths(now) != _tenths(before)


def _tenths(run: Run) -> int:
    return 10 * run.jobs_done // run.jobs_planned if run.jobs_planned else 0
