"""Figures as tables: what a report says, and which runs there are."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from client.runs import Run
from lambdas.contract import usd

Report = Mapping[str, Any]
Rows = list[tuple[str, ...]]
CURVE_POINTS = (1, 3, 5, 10, 20, 30, 40)
_GREEDY = "greedy"
_SHOWN_WARNINGS = 8
_ACCURACY_COLUMNS = ("setting", "paths", "questions", "accuracy", "over greedy", "unanswered")
_COST_COLUMNS = ("setting", "cost", "a path", "expected", "at most", "records", "on demand")
_RUN_COLUMNS = ("run", "status", "started", "questions", "jobs", "cost", "message")


def report_tables(report: Report, label: str = "") -> RenderableType:
    """Return a report's accuracy, curve and cost as tables; `label` stands above the figures."""
    behind = f" · {label}" if label else ""
    tables = [_table(f"Accuracy of the vote{behind}", _ACCURACY_COLUMNS, accuracy_rows(report))]
    points = curve_points(report)
    if len(points) > 1:
        columns = ("setting", *(f"k = {point}" for point in points))
        title = f"Accuracy in % when k paths vote, ± sd over draws{behind}"
        tables.append(_table(title, columns, curve_rows(report, points)))
    if "estimate" in report:
        tables.append(_table(f"Cost{behind}", _COST_COLUMNS, cost_rows(report)))
    return Group(*tables)


def runs_table(runs: Iterable[Run]) -> RenderableType:
    """Return runs as a table, in the order given."""
    return _table("Recent runs", _RUN_COLUMNS, [_run_row(run) for run in runs])


def accuracy_rows(report: Report) -> Rows:
    """Return a row per setting: paths, questions, accuracy, gain over greedy, no answer."""
    settings = report["settings"]
    greedy = next((s["accuracy"] for s in settings if s["setting"] == _GREEDY), None)
    return [
        (
            str(setting["setting"]),
            _span(setting["paths"]),
            f"{setting['questions']:,}",
            percent(setting["accuracy"]),
            _gain(setting, greedy),
            f"{setting['unanswered']:,}",
        )
        for setting in settings
    ]


def curve_points(report: Report) -> list[int]:
    """Return the main numbers of paths at which some setting's curve has a point."""
    known = {point["paths"] for setting in report["settings"] for point in setting["curve"]}
    return [point for point in CURVE_POINTS if point in known]


def curve_rows(report: Report, points: Sequence[int]) -> Rows:
    """Return a row per setting with a curve: mean and standard deviation at each point."""
    return [
        (str(setting["setting"]), *(_point(setting["curve"], point) for point in points))
        for setting in report["settings"]
        if setting["curve"]
    ]


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
    """Return the report's first warnings, and how many more there are."""
    warnings = [str(warning) for warning in report["warnings"]]
    more = len(warnings) - _SHOWN_WARNINGS
    rest = [f"… and {more:,} more warnings in the report"] if more > 0 else []
    return [f"note: {warning}" for warning in warnings[:_SHOWN_WARNINGS]] + rest


def percent(fraction: float | None) -> str:
    """Return a fraction as a percentage, a dash where there is none.

    >>> percent(0.78432)
    '78.43 %'
    """
    return "–" if fraction is None else f"{100 * fraction:.2f} %"


def _gain(setting: Mapping[str, Any], greedy: float | None) -> str:
    if greedy is None or setting["accuracy"] is None or setting["setting"] == _GREEDY:
        return "–"
    return f"{100 * (setting['accuracy'] - greedy):+.2f} points"


def _cost(setting: Mapping[str, Any], name: str) -> str:
    about = "≈ " if setting["cost_estimated"] and setting[name] is not None else ""
    return about + usd(setting[name])


def _span(paths: Mapping[str, Any]) -> str:
    least, most = paths["min"], paths["max"]
    return f"{least}" if least == most else f"{least}–{most}"


def _point(curve: Sequence[Mapping[str, Any]], paths: int) -> str:
    point = next((point for point in curve if point["paths"] == paths), None)
    if point is None:
        return ""
    return f"{100 * point['mean']:.2f} ± {100 * point['sd']:.2f}"


def _run_row(run: Run) -> tuple[str, ...]:
    started = run.started_at[:19].replace("T", " ")
    return (
        run.run_id,
        run.status,
        started,
        f"{run.questions:,}",
        f"{run.jobs_planned:,}",
        _run_cost(run),
        run.message[:100],
    )


def _run_cost(run: Run) -> str:
    if run.status == "succeeded":
        return usd(run.cost_usd)
    return f"{usd(run.expected.cost_usd)} expected" if run.expected else ""


def _table(title: str, columns: Sequence[str], rows: Rows) -> Table:
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        numeric = number > 0 and columns is not _RUN_COLUMNS
        # What a row is called has to be there in full, to be copied.
        width = None if number else max((len(row[0]) for row in rows), default=0)
        table.add_column(column, justify="right" if numeric else "left", min_width=width)
    for row in rows:
        table.add_row(*map(Text, row))
    return table
