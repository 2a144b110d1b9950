"""How long the batch jobs took, beside what was expected."""

from lambdas.contract.report import Report
from lambdas.core.costs.time import spoken
from lambdas.core.report.page.format import duration
from lambdas.core.report.page.html import TableCell, TableRow, paragraph, table
from lambdas.core.report.rounds import actual_time
from lambdas.core.text import count_of

_TITLE = "Time of the run"
_HEADS = (
    "Batch jobs",
    TableCell("Jobs", "of all waves"),
    TableCell("Rounds", "one after the other"),
    TableCell("Time", "from first to last"),
)


def run_time(report: Report) -> str:
    """Return the expected and the actual time of the batch jobs, "" if none was expected."""
    expected = report.estimate.time if report.estimate else None
    if expected is None:
        return ""
    actual = actual_time(report.jobs, expected.jobs_at_once)
    took = "unknown" if actual.seconds is None else duration(actual.seconds)
    name = TableCell("expected", "if no question leaves early" if expected.at_most else "")
    jobs, rounds = f"{expected.jobs:,}", f"{expected.rounds:,}"
    rows = [
        TableRow((name, jobs, rounds, spoken(expected.range))),
        TableRow(("actual", f"{actual.jobs:,}", f"{actual.rounds:,}", took)),
    ]
    note = f"At most {count_of(expected.jobs_at_once, 'job')} ran at once."
    return f"{table('run-time', _TITLE, _HEADS, rows)}\n{paragraph(note, 'note')}"
