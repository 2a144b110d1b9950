"""What grows with paths: the cost of one more of every question, and the time of the jobs."""

from collections.abc import Mapping, Sequence
from typing import Any

from lambdas.contract import usd
from lambdas.core.reporting.pages.columns import Column, by_paths
from lambdas.core.reporting.pages.figures import GREEDY, duration
from lambdas.core.reporting.pages.markup import Cell, Row, chart, folded, paragraph, table

_COST_TITLE = "Cost when every question gets k paths"
_COST_NOTE = (
    "Cost when k paths of every question are asked for at once, at this run’s mean tokens: a record"
    " pays for its prompt once, however many paths it brings."
)
_TIME_TITLE = "Time of the jobs"
_TIME_NOTE = "Jobs run several at once, so a run takes less time than the sum of its jobs."


def growth(settings: Sequence[Mapping[str, Any]]) -> str:
    """Return the charts of cost and time with their figures, nothing where neither is known.

    Args:
        settings: as in the report, greedy among them.
    """
    costly = [each for each in settings if _is_line(each)]
    timed = [each for each in settings if each.get("job_seconds")]
    drawn = [
        chart("spent", _COST_TITLE, _cost_gist(costly)) if costly else "",
        chart("time", _TIME_TITLE, _time_gist(timed)) if timed else "",
    ]
    parts = (
        f'<div class="pair">{"".join(drawn)}</div>' if any(drawn) else "",
        _costs(costly),
        _times(timed),
    )
    return "\n".join(filter(None, parts))


def _is_line(setting: Mapping[str, Any]) -> bool:
    return setting["setting"] != GREEDY and len(setting.get("path_costs") or ()) > 1


def _cost_gist(costly: Sequence[Mapping[str, Any]]) -> str:
    lines = "; ".join(
        f"{each['setting']} from {usd(first['cost_usd'])} with {first['paths']}"
        f" to {usd(last['cost_usd'])} with {last['paths']}"
        for each in costly
        for first, *_, last in (each["path_costs"],)
    )
    return f"Line chart of the cost against the paths of a question: {lines}."


def _time_gist(timed: Sequence[Mapping[str, Any]]) -> str:
    bars = "; ".join(f"{each['setting']} {duration(each['job_seconds'])}" for each in timed)
    return f"Bars of the time of each setting’s jobs, summed: {bars}."


def _costs(costly: Sequence[Mapping[str, Any]]) -> str:
    if not costly:
        return ""
    columns = [
        Column(
            Cell(each["setting"]),
            {point["paths"]: usd(point["cost_usd"]) for point in each["path_costs"]},
        )
        for each in costly
    ]
    shown = by_paths("path-costs", _COST_TITLE, columns)
    note = paragraph(_COST_NOTE, "note")
    return f"{note}\n{folded('The figures of the cost', shown, printed=True)}"


def _times(timed: Sequence[Mapping[str, Any]]) -> str:
    if not timed:
        return ""
    heads = (
        "Setting",
        Cell("Time", "of its jobs, summed"),
        Cell("Per path", "job time divided by the paths of a question"),
    )
    rows = (
        Row(
            (
                each["setting"],
                duration(each["job_seconds"]),
                duration(each["seconds_per_path"]) if each.get("seconds_per_path") else "",
            )
        )
        for each in timed
    )
    return f"{table('times', 'Time by setting', heads, rows)}\n{paragraph(_TIME_NOTE, 'note')}"
