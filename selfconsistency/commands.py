"""What each command does, on the account of the connection."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from lambdas.contract.keys import VOTES
from selfconsistency.audit import audit_tables, read_audit
from selfconsistency.connection import Connection, Stack
from selfconsistency.fetch import copy_files, fetch_votes, read_report
from selfconsistency.follow import Pace, follow
from selfconsistency.progress import show_until_end
from selfconsistency.redrive import redrive
from selfconsistency.runs import Run, read_run, recent_runs
from selfconsistency.shell import one_line, print_line
from selfconsistency.start import StartedBy, Submission, start, submission
from selfconsistency.stop import after_stop, before_stop, look_before_stop, stop
from selfconsistency.tables import notes, report_tables, runs_table


class Commands:
    """The commands against one stack, shown on one console."""

    def __init__(self, connection: Connection, stack: Stack, console: Console) -> None:
        self._connection = connection
        self._stack = stack
        self._console = console

    def run(self, questions: Path, request: dict[str, object], by: StartedBy) -> str:
        """Start a run, print its id and return it."""
        asked: Submission = submission(questions, request, datetime.now(UTC))
        run_id = start(self._connection, self._stack, asked, by)
        print_line(self._console, f"started run {run_id}")
        return run_id

    def redrive(self, run_id: str, pace: Pace) -> int:
        """Resume a failed run and return how often it was redriven."""
        done = redrive(self._connection, self._stack, run_id, pace)
        outcome = "was redriven already" if done.before else "is redriven"
        print_line(self._console, f"run {run_id} {outcome}")
        return done.redrives

    def stop(self, run_id: str, pace: Pace, agrees: Callable[[], bool], options: str = "") -> bool:
        """Stop a run and say how to resume it; return whether it has ended.

        Args:
            run_id: of the run.
            pace: to wait until it is marked failed.
            agrees: asks the person, unless the run has ended.
            options: as in `after_stop`.
        """
        asked = look_before_stop(self._connection, self._stack, run_id)
        for line in before_stop(asked):
            print_line(self._console, line)
        if not asked.ended and not agrees():
            print_line(self._console, f"run {run_id} continues")
            return False
        if stop(self._connection, self._stack, asked, pace):
            for line in after_stop(run_id, options):
                print_line(self._console, line)
        elif not asked.ended:
            print_line(self._console, f"run {run_id} ended before it was stopped")
        return True

    def follow(
        self,
        run_id: str,
        pace: Pace,
        redrives: int = 0,
        given_up: Callable[[], object] = lambda: None,
    ) -> Run:
        """Show the run until it ends, or is given up, and return its last state."""
        states = follow(self._connection, self._stack, run_id, pace, redrives=redrives)
        return show_until_end(_until(given_up, states), self._console)

    def fetch(self, run_id: str, folder: Path, copied: Callable[[], None] = lambda: None) -> None:
        """Copy the run's files into a folder and print its tables.

        Of a failed run these are its partial report, or the votes of its last wave.

        Args:
            run_id: of the run.
            folder: made if need be.
            copied: called before anything is printed; the stack is not needed any more.
        """
        run = read_run(self._connection, self._stack, run_id)
        if run.status == "failed" and not run.report_key and self.fetch_votes(run, folder):
            return
        copy_files(self._connection, self._stack, run_id, folder)
        copied()
        report = read_report(folder)
        self._warn(run)
        self._console.print(report_tables(report))
        for line in (*notes(report), f"wrote {folder}"):
            print_line(self._console, line)

    def fetch_what_came(
        self, run: Run, folder: Path, copied: Callable[[], None] = lambda: None
    ) -> None:
        """Fetch a run that has ended, or was given up, before its bucket is gone."""
        if run.status == "succeeded" or run.report_key:
            self.fetch(run.run_id, folder, copied)
        else:
            self.fetch_votes(run, folder)

    def fetch_votes(self, run: Run, folder: Path) -> bool:
        """Copy the votes of a failed run's last wave; return whether there are any."""
        wave = fetch_votes(self._connection, self._stack, run, folder)
        if wave is not None:
            self._warn(run)
            for line in (f"partial: votes of wave {wave}, no report", f"wrote {folder / VOTES}"):
                print_line(self._console, line)
        return wave is not None

    def show(self, run_id: str) -> None:
        """Print a run's audit trail from its table entries."""
        self._console.print(audit_tables(read_audit(self._connection, self._stack, run_id)))

    def list(self, most: int) -> None:
        """Print the latest runs."""
        runs = recent_runs(self._connection, self._stack, most=most)
        self._console.print(runs_table(runs) if runs else "no runs yet")

    def _warn(self, run: Run) -> None:
        """Print why a run failed, or that the report of a resumed run is older than its state."""
        if run.status == "failed":
            print_line(self._console, f"warning: {one_line(run.message)}")
        elif run.report_key and not run.ended:
            print_line(
                self._console,
                f"warning: the run is {run.status_line}; the report is older",
            )


def _until(given_up: Callable[[], object], states: Iterable[Run]) -> Iterator[Run]:
    for state in states:
        yield state
        if given_up():
            return
