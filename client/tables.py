"""Figures as tables: what a report says, and which runs there are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from client.accuracy import (
    ACCURACY_COLUMNS,
    GAIN_COLUMNS,
    Report,
    Rows,
    accuracy_rows,
    accuracy_title,
    findings,
    gain_rows,
    variants_of,
)
from client.printable import printable
from client.runs import Run
from lambdas.contract import usd

CURVE_POINTS = (1, 3, 5, 10, 20, 30, 40)
_GREEDY = "greedy"
_SHOWN_WARNINGS = 8
_SHOWN_WAVES = 10
_COST_COLUMNS = ("setting", "cost", "a path", "expected", "at most", "records", "on demand")
_RUN_COLUMNS = ("run", "status", "started", "questions", "jobs", "cost", "message")
_WAVE_COUNTS = ("questions", "settled", "spent", "open")
_WAVE_COLUMNS = (
    *("wave", "jobs", "records", "generations", "setting"),
    *("asked", "settled", "unsettled", "open"),
)


def report_tables(report: Report, label: str = "") -> RenderableType:
    """Return a report's accuracy, curve, waves and cost as tables.

    `label` stands above the figures.
    """
    points, gains = curve_points(report), gain_rows(report)
    parts: list[tuple[str, Sequence[str], Rows]] = [
        (accuracy_title(report), ACCURACY_COLUMNS, accuracy_rows(report))
    ]
    if gains:
        parts.append(("Gain in points on the same questions", GAIN_COLUMNS, gains))
    if len(points) > 1:
        columns = ("setting", *(f"k = {point}" for point in points))
        title = "Accuracy in % when k paths vote, ± sd over draws of paths"
        parts.append((title, columns, curve_rows(report, points)))
    if len(report.get("waves", ())) > 1:
        title = "Waves: questions asked, settled, left unsettled and still open"
        parts.append((title, _WAVE_COLUMNS, wave_rows(report)))
    if "estimate" in report:
        parts.append(("Cost", _COST_COLUMNS, cost_rows(report)))
    behind = f" · {label}" if label else ""
    return Group(*(_titled(f"{title}{behind}", columns, rows) for title, columns, rows in parts))


def runs_table(runs: Iterable[Run]) -> RenderableType:
    """Return runs as a table, in the order given."""
    return _titled("Recent runs", _RUN_COLUMNS, [_run_row(run) for run in runs])


def curve_points(report: Report) -> list[int]:
    """Return the main numbers of paths at which some curve has a point, and the last of all."""
    known = {point["paths"] for setting in report["settings"] for point in setting["curve"]}
    return sorted(known & {*CURVE_POINTS, max(known, default=0)})


def curve_rows(report: Report, points: Sequence[int]) -> Rows:
    """Return a row per curve, of a setting or a vote beside: mean and sd at each point."""
    curves = [
        each
        for setting in report["settings"]
        for each in (
            (str(setting["setting"]), setting["curve"]),
            *((name, variant.get("curve")) for name, variant in variants_of(setting)),
        )
    ]
    return [(name, *(_point(curve, point) for point in points)) for name, curve in curves if curve]


def wave_rows(report: Report) -> Rows:
    """Return a row per wave and sampled setting: what was asked of how many questions."""
    waves = report["waves"]
    rows = [row for wave in waves[:_SHOWN_WAVES] for row in _wave_rows(wave)]
    more = len(waves) - _SHOWN_WAVES
    rest = [(f"… and {more:,} more", *("",) * (len(_WAVE_COLUMNS) - 1))] if more > 0 else []
    return rows + rest


def cost_rows(report: Report) -> Rows:
    """Return a row per setting: its cost and that of a path, what was expected, records."""
    estimate = report["estimate"] or {"settings": ()}
    expected = {each["setting"]: each for each in estimate["settings"]}
    return [
        (
            str(setting["setting"]),
            _cost(setting, "cost_usd"),
            _cost(setting, "usd_per_path"),
            usd(expected.get(setting["setting"], {}).get("cost_usd")),
            usd(expected.get(setting["setting"], {}).get("ceiling_usd")),
            f"{setting['records']:,}",
            f"{setting['on_demand_records']:,}",
        )
        for setting in report["settings"]
    ]


def notes(report: Report) -> list[str]:
    """Return what the figures say, the first warnings, and how many more there are."""
    warnings = [str(warning) for warning in report["warnings"]]
    more = len(warnings) - _SHOWN_WARNINGS
    rest = [f"… and {more:,} more warnings in the report"] if more > 0 else []
    told = [f"note: {warning}" for warning in warnings[:_SHOWN_WARNINGS]]
    return [*findings(report), *told, *rest]


def _cost(setting: Mapping[str, Any], name: str) -> str:
    about = "≈ " if setting["cost_estimated"] and setting[name] is not None else ""
    return about + usd(setting[name])


def _wave_rows(wave: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    asked = tuple(f"{wave[name]:,}" for name in ("wave", "jobs", "records", "generations"))
    sampled = [each for each in wave["settings"] if each["setting"] != _GREEDY]
    for setting in sampled or wave["settings"]:
        counts = (f"{setting.get(name, 0):,}" for name in _WAVE_COUNTS)
        yield (*asked, setting["setting"], *counts)
        # What all settings had of a wave stands beside the first.
        asked = ("", "", "", "")


def _point(curve: Sequence[Mapping[str, Any]], paths: int) -> str:
    point = next((point for point in curve if point["paths"] == paths), None)
    if point is None:
        return ""
    return f"{100 * point['mean']:.2f} ± {100 * point['sd']:.2f}"


def _run_row(run: Run) -> tuple[str, ...]:
    started = run.started_at[:19].replace("T", " ")
    return (
        run.run_id,
        run.standing,
        started,
        f"{run.questions:,}",
        f"{run.jobs_planned:,}",
        _run_cost(run),
        run.message[:100],
    )


def _run_cost(run: Run) -> str:
    if run.status == "succeeded" or (run.ended and run.report_key):
        return usd(run.cost_usd)
    return f"{usd(run.expected.cost_usd)} expected" if run.expected else ""


def _titled(title: str, columns: Sequence[str], rows: Rows) -> RenderableType:
    """Return a table below its title, which may be the wider of the two."""
    return Group(Text(printable(title), style="italic"), _table(columns, rows))


def _table(columns: Sequence[str], rows: Rows) -> Table:
    table = Table()
    for number, column in enumerate(columns):
        numeric = number > 0 and columns is not _RUN_COLUMNS
        # What a row is called has to be there in full, to be copied.
        width = None if number else max((len(row[0]) for row in rows), default=0)
        table.add_column(column, justify="right" if numeric else "left", min_width=width)
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    return table
