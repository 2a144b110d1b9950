"""What the client's commands do, on whichever account the connection leads to."""

from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from client.audit import read_audit
from client.audit_tables import audit_tables
from client.connection import Connection
from client.fetch import fetch
from client.follow import Pace, follow
from client.printable import tell
from client.progress import show_until_end
from client.runs import Run, recent_runs
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

    def follow(self, run_id: str, pace: Pace) -> Run:
        """Show the run until it ends and return its last state."""
        return show_until_end(follow(self._connection, self._stack, run_id, pace), self._console)

    def fetch(self, run_id: str, folder: Path, label: str = "") -> None:
        """Copy the run's files into a folder and print its tables."""
        report = fetch(self._connection, self._stack, run_id, folder)
        self._console.print(report_tables(report, label))
        for line in (*notes(report), f"wrote {folder}"):
            tell(self._console, line)

    def show(self, run_id: str) -> None:
        """Print a run's audit trail, as the table alone has it."""
        self._console.print(audit_tables(read_audit(self._connection, self._stack, run_id)))

    def list(self, most: int) -> None:
        """Print the latest runs."""
        runs = recent_runs(self._connection, self._stack, most=most)
        self._console.print(runs_table(runs) if runs else "no runs yet")
