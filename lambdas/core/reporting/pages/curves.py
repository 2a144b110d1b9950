"""Accuracy against paths: each setting's curve, its figures, and what more paths would bring."""

from collections.abc import Mapping, Sequence
from typing import Any

from lambdas.contract import usd
from lambdas.core.reporting.pages.columns import Column, by_paths
from lambdas.core.reporting.pages.figures import interval, percent
from lambdas.core.reporting.pages.markup import Cell, Row, chart, folded, listed, paragraph, table
from lambdas.core.wording import told_together

_SWITCH = (
    '<p class="switch" hidden><label><input type="checkbox" id="show-variants"> Show the votes'
    " with the calculator check or weighted by confidence (dotted)</label></p>"
)
_NOTE = (
    "The band is ± sd over draws of k of a question’s paths, ties included. It is no uncertainty"
    " from having these questions and not others: that is the 95% interval over questions of the"
    " table above."
)
_MARK = " A mark by itself is the vote over all paths, at the mean number that a question has."


def curves(settings: Sequence[Mapping[str, Any]], greedy: Mapping[str, Any] | None) -> str:
    """Return the chart of the settings that vote, with its figures; none for single points.

    Args:
        settings: those that vote, as in the report.
        greedy: the greedy setting, `None` where there is none.
    """
    drawn = [each for each in settings if len(each["curve"]) > 1]
    if not drawn:
        return ""
    ends_early = any(len(each["curve"]) < each["paths"]["max"] for each in drawn)
    ends = [(each["setting"], each["curve_reach"]) for each in drawn if each.get("curve_reach")]
    parts = (
        chart("accuracy", "Accuracy when k paths vote", _gist(drawn, greedy)),
        _SWITCH if any(each.get("variants") for each in drawn) else "",
        paragraph(_NOTE + (_MARK if ends_early else ""), "note"),
        listed(told_together(ends), "note"),
        folded("The curve’s figures", _curve_tables(drawn), printed=True),
    )
    return "\n".join(filter(None, parts))


def forecasts(settings: Sequence[Mapping[str, Any]]) -> str:
    """Return what twice the paths would come to, nothing where that is not foreseen."""
    known = [(each["setting"], each["forecast"]) for each in settings if each.get("forecast")]
    if not known:
        return ""
    heads = (
        "Setting",
        "Paths",
        Cell("Accuracy expected", "likely range"),
        Cell("Cost", "of all paths"),
    )
    rows = (
        Row(
            (
                name,
                f"{forecast['paths']:,}",
                Cell(percent(forecast["mean"]), interval(forecast)),
                usd(forecast.get("cost_usd")),
            )
        )
        for name, forecast in known
    )
    title = "What more paths would bring"
    noted = (
        "A forecast read off the curve, not a measurement. The range is for these questions, not"
        " for others like them."
    )
    return f"<h3>{title}</h3>\n{table('forecast', title, heads, rows)}\n{paragraph(noted, 'note')}"


def _gist(drawn: Sequence[Mapping[str, Any]], greedy: Mapping[str, Any] | None) -> str:
    base = greedy["accuracy"] if greedy else None
    dashed = "" if base is None else f" Greedy, as a dashed line: {percent(base)}."
    lines = "; ".join(
        f"{each['setting']} from {percent(each['curve'][0]['mean'])} with 1 path"
        f" to {percent(each['curve'][-1]['mean'])} with {each['curve'][-1]['paths']}"
        for each in drawn
    )
    return f"Line chart of accuracy against the number of paths that vote: {lines}.{dashed}"


def _curve_tables(drawn: Sequence[Mapping[str, Any]]) -> str:
    columns = [
        Column(
            Cell(each["setting"], "± sd over draws of paths"),
            {point["paths"]: _point(point) for point in each["curve"]},
        )
        for each in drawn
    ]
    shown = by_paths("curve", "Accuracy when k paths vote", columns)
    return f'{shown}\n<p class="buttons" hidden><button id="curve-csv">Download as CSV</button></p>'


def _point(point: Mapping[str, float]) -> str:
    return f"{percent(point['mean'])} ± {100 * point['sd']:.2f}"
