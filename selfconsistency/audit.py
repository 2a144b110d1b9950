"""A run's audit trail as tables: who started it, with what, which jobs, which objects."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table as RichTable
from rich.text import Text

from lambdas.contract import Table
from lambdas.contract.entries import JobEntry, RunEntry, wave_of
from lambdas.contract.keys import WAVE_PREFIX
from lambdas.contract.votes import WaveSummary
from selfconsistency.connection import Connection, Stack
from selfconsistency.runs import entries_of, job_label, read_jobs
from selfconsistency.shell import ClientError, printable
from selfconsistency.tables import finding_lines

_RUN = (
    *("status", "reason", "message", "refused", "started_at", "ended_at", "redrives"),
    *(
        "execution_arn",
        "answered_by",
        "model_id",
        "questions",
        "labelled",
        "settings",
        "estimate",
        "totals",
    ),
)
_JOB_COLUMNS = (
    *("job", "setting", "status", "submitted", "ended", "records", "tokens in", "tokens out"),
    "ARN",
)
_WAVE_COLUMNS = ("wave", "jobs", "records", "generations")
_OBJECT_COLUMNS = ("what", "key", "bytes", "version", "ETag")

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Audit:
    """A run's own entry, and those of its waves and jobs in order."""

    run_id: str
    run: RunEntry
    waves: tuple[WaveSummary, ...]
    jobs: tuple[JobEntry, ...]


def read_audit(connection: Connection, stack: Stack, run_id: str) -> Audit:
    """Return what the table holds of a run but its answers and accuracies.

    Raises:
        ClientError: there is no such run.
        FormatError: another version of the app wrote it.
    """
    run = entries_of(connection, stack, run_id, Table.RUN_ENTRY)
    if not run:
        raise ClientError(f"there is no run {run_id!r}, see `selfconsistency list`")
    waves = entries_of(connection, stack, run_id, WAVE_PREFIX)
    return Audit(
        run_id,
        RunEntry.of(run[0], f"run {run_id!r}"),
        tuple(wave_of(wave, f"a wave of run {run_id!r}") for wave in waves),
        tuple(read_jobs(connection, stack, run_id)),
    )


def audit_tables(audit: Audit) -> RenderableType:
    """Return a run's audit trail as tables, one below the other."""
    parts: list[tuple[str, Sequence[str], list[Row]]] = [
        (f"Run {audit.run_id}", ("", ""), run_rows(audit.run)),
        ("Request", ("", ""), [*audit.run.request.items()]),
        ("Dataset", ("",), [(line,) for line in dataset_lines(audit.run)]),
        ("Waves", _WAVE_COLUMNS, [_wave_row(wave) for wave in audit.waves]),
        ("Jobs", _JOB_COLUMNS, [_job_row(job) for job in audit.jobs]),
        ("Objects", _OBJECT_COLUMNS, [*object_rows(audit)]),
    ]
    return Group(*(_table(title, columns, rows) for title, columns, rows in parts if rows))


def run_rows(run: RunEntry) -> list[Row]:
    """Return what is known of a run and its start, a row each."""
    known = run.to_attributes()
    started: Mapping[str, object] = known.get("started_by") or {}
    by: list[Row] = [(f"started by: {name}", value) for name, value in started.items() if value]
    return [*by, *((name, known[name]) for name in _RUN if known.get(name, "") != "")]


def dataset_lines(run: RunEntry) -> list[str]:
    """Return how the run reads its dataset, a line for each thing worth knowing."""
    return finding_lines(run.dataset) if run.dataset else []


def object_rows(audit: Audit) -> Iterator[Row]:
    """Yield the objects that a run read and wrote, as far as its entries name them."""
    for name, found in audit.run.inputs.items():
        yield f"read: {name}", found.key, found.size_bytes, found.version_id, found.etag
    for name, key in {**audit.run.objects, **audit.run.outputs}.items():
        yield f"written: {name}", key, None, None, None
    for job in audit.jobs:
        for key in job.input_keys:
            yield f"job {job_label(job)}: input", key, job.input_bytes, None, None
        for key in job.output_keys:
            yield f"job {job_label(job)}: output", key, None, None, None


def _wave_row(wave: WaveSummary) -> Row:
    return (wave.wave, wave.jobs, wave.records, wave.generations)


def _job_row(job: JobEntry) -> Row:
    return (
        job_label(job),
        job.setting,
        job.status,
        job.submitted_at,
        job.ended_at,
        job.records_planned,
        job.tokens_in,
        job.tokens_out,
        job.job_arn,
    )


def _table(title: str, columns: Sequence[str], rows: Sequence[Row]) -> RenderableType:
    table = RichTable(show_header=any(columns))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(_shown(cell))) for cell in row))
    return Group(Text(printable(title), style="italic"), table)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, set | frozenset):
        value = sorted(value)
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, default=str, ensure_ascii=False)
    return str(value)
