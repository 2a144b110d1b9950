"""A run's audit trail as tables: who started it, with what, which jobs, which objects."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from client.audit import Audit, Entry
from client.printable import printable
from client.runs import JOB_PREFIX

_RUN = (
    *("status", "reason", "message", "refused", "started_at", "ended_at", "redrives"),
    *("execution_arn", "model_id", "questions", "labelled", "settings", "estimate", "totals"),
)
_JOB_COLUMNS = (
    *("job", "setting", "status", "submitted", "ended", "records", "tokens in", "tokens out"),
    "ARN",
)
_WAVE_COLUMNS = ("wave", "jobs", "records", "generations")
_OBJECT_COLUMNS = ("what", "key", "bytes", "version", "ETag")

Row = tuple[object, ...]


def audit_tables(audit: Audit) -> RenderableType:
    """Return a run's audit trail as tables one below the other."""
    parts: list[tuple[str, Sequence[str], list[Row]]] = [
        (f"Run {audit.run_id}", ("", ""), run_rows(audit.run)),
        ("Request", ("", ""), [*(audit.run.get("request") or {}).items()]),
        ("Waves", _WAVE_COLUMNS, [_row(wave, _WAVE_COLUMNS) for wave in audit.waves]),
        ("Jobs", _JOB_COLUMNS, [_job_row(job) for job in audit.jobs]),
        ("Objects", _OBJECT_COLUMNS, [*object_rows(audit)]),
    ]
    return Group(*(_table(title, columns, rows) for title, columns, rows in parts if rows))


def run_rows(run: Entry) -> list[Row]:
    """Return what is known of a run and its start, a row each."""
    started = run.get("started_by") or {}
    by: list[Row] = [(f"started by: {name}", value) for name, value in started.items()]
    return [*by, *((name, run[name]) for name in _RUN if name in run)]


def object_rows(audit: Audit) -> Iterator[Row]:
    """Yield the objects that a run read and wrote, as far as its entries name them."""
    for name, found in (audit.run.get("inputs") or {}).items():
        size, version, etag = (found.get(each) for each in ("size_bytes", "version_id", "etag"))
        yield f"read: {name}", found["key"], size, version, etag
    written = {**(audit.run.get("objects") or {}), **(audit.run.get("results") or {})}
    for name, key in written.items():
        yield f"written: {name}", key, None, None, None
    for job in audit.jobs:
        name = _job_name(job)
        for key in job.get("input_keys", ()):
            yield f"job {name}: input", key, job.get("input_bytes"), None, None
        for key in job.get("output_keys", ()):
            yield f"job {name}: output", key, None, None, None


def _row(entry: Entry, columns: Sequence[str]) -> Row:
    return tuple(entry.get(column) for column in columns)


def _job_row(job: Entry) -> Row:
    names = ("submitted_at", "ended_at", "records_planned", "tokens_in", "tokens_out", "job_arn")
    return (_job_name(job), job.get("setting"), job.get("status"), *_row(job, names))


def _job_name(job: Entry) -> str:
    return str(job["entry"]).removeprefix(JOB_PREFIX)


def _table(title: str, columns: Sequence[str], rows: Sequence[Row]) -> RenderableType:
    table = Table(show_header=any(columns))
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(_shown(cell))) for cell in row))
    return Group(Text(printable(title), style="italic"), table)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping | list | tuple | set):
        return json.dumps(value, default=_plain, ensure_ascii=False)
    return str(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return sorted(value) if isinstance(value, set) else value
