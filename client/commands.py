"""What the client's commands do, on whichever account the connection leads to."""

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from client.audit import read_audit
from client.audit_tables import audit_tables
from client.connection import Connection
from client.fetch import fetch
from client.follow import Pace, follow
from client.partial import VOTES, fetch_votes
from client.printable import tell
from client.progress import show_until_end
from client.redrive import redrive
from client.runs import Run, read_run, recent_runs
from client.shell import one_line
from client.stack import Stack
from client.start import StartedBy, Submission, start, submission
from client.tables import notes, report_tables, runs_table


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
        tell(self._console, f"started run {run_id}")
        return run_id

    def redrive(self, run_id: str, pace: Pace) -> int:
        """Have a failed run go on, print so, and return how often it has been redriven."""
        done = redrive(self._connection, self._stack, run_id, pace)
        told = "has been redriven already" if done.before else "is redriven: it goes on"
        tell(self._console, f"run {run_id} {told}")
        return done.redrives

    def follow(self, run_id: str, pace: Pace, redrives: int = 0) -> Run:
        """Show the run until it ends and return its last state."""
        states = follow(self._connection, self._stack, run_id, pace, redrives=redrives)
        return show_until_end(states, self._console)

    def fetch(self, run_id: str, folder: Path, label: str = "") -> None:
        """Copy the run's files into a folder and print its tables.

        Of a run that failed, what it left: its report, or the votes of its last wave.
        """
        run = read_run(self._connection, self._stack, run_id)
        if run.status == "failed" and not run.report_key and self.fetch_votes(run, folder):
            return
        report = fetch(self._connection, self._stack, run_id, folder)
        self._warn(run)
        self._console.print(report_tables(report, label))
        for line in (*notes(report), f"wrote {folder}"):
            tell(self._console, line)

    def fetch_votes(self, run: Run, folder: Path) -> bool:
        """Bring the votes of a failed run's last wave, if there are any, and return whether."""
        wave = fetch_votes(self._connection, self._stack, run, folder)
        if wave is not None:
            self._warn(run)
            for line in (f"partial: votes of wave {wave}, no report", f"wrote {folder / VOTES}"):
                tell(self._console, line)
        return wave is not None

    def show(self, run_id: str) -> None:
        """Print a run's audit trail, as the table alone has it."""
        self._console.print(audit_tables(read_audit(self._connection, self._stack, run_id)))

    def list(self, most: int) -> None:
        """Print the latest runs."""
        runs = recent_runs(self._connection, self._stack, most=most)
        self._console.print(runs_table(runs) if runs else "no runs yet")

    def _warn(self, run: Run) -> None:
        """Say of a run that has failed why; of one that goes on, that its report is an older one.

        One line each: a message may have several.
        """
        if run.status == "failed":
            tell(self._console, f"warning: {one_line(run.message)}")
        elif run.report_key and not run.ended:
            tell(self._console, f"warning: the run is {run.standing}; the report is of before that")
