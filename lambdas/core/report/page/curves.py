"""What grows with paths: accuracy curves, the forecast for more paths, cost and time."""

from collections.abc import Sequence
from dataclasses import dataclass

from lambdas.contract import usd
from lambdas.contract.report import SettingReport
from lambdas.contract.statistics import CurvePoint, PathCost
from lambdas.core.report.page.format import duration, interval, percent
from lambdas.core.report.page.html import (
    Column,
    TableCell,
    TableRow,
    chart,
    folded,
    paragraph,
    sentence_list,
    table,
    tables_by_paths,
)
from lambdas.core.report.page.votes import ShownVote
from lambdas.core.text import group_messages

_VARIANTS_SWITCH = (
    '<p class="switch" hidden><label><input type="checkbox" id="show-variants"> Show the votes'
    " with wrong sums repaired or weighted by confidence (dotted)</label></p>"
)
_CURVE_NOTE = (
    "The band is ± 1 sd over draws of k of a question’s paths, tie-breaks included. It does not"
    " cover the choice of questions: see the 95% interval over questions in the table above."
)
_MARK_NOTE = " A separate mark is the vote over all paths, at the mean number per question."
_CURVE_CSV = '<p class="buttons" hidden><button id="curve-csv">Download as CSV</button></p>'
_FORECAST_TITLE = "Forecast for more paths"
_FORECAST_HEADS = ("Vote", "Paths", TableCell("Expected accuracy", "likely range"))
_FORECAST_NOTE = (
    "Extrapolated from the curve, not measured. The range holds for these questions, not for others"
    " like them."
)
_COST_TITLES = {
    "cost": "Cost when every question gets k paths",
    "would cost": "What it would cost if every question got k paths",
}
_COST_NOTE = (
    "Cost of k paths of every question in one wave, at this run’s mean tokens. A record pays for"
    " its prompt once, however many paths it has."
)
_TIME_TITLE = "Time of the jobs"
_TIME_HEADS = (
    "Setting",
    TableCell("Time", "of its jobs, summed"),
    TableCell("Per path", "job time divided by the paths of a question"),
)
_TIME_NOTE = "Jobs run in parallel, so a run takes less time than the sum of its jobs."


@dataclass(frozen=True, slots=True)
class CurvesChart:
    """A chart of accuracy curves, as the script calls it, and the id of its table."""

    name: str
    table: str
    title: str


FINAL_CURVE = CurvesChart("final", "final-curve", "Accuracy when k paths of all settings vote")
SETTING_CURVES = CurvesChart("accuracy", "curve", "Accuracy when k paths vote")


def accuracy_curves(
    drawn_in: CurvesChart, votes: Sequence[ShownVote], greedy: SettingReport | None
) -> str:
    """Return the chart of the accuracy curves with its figures, "" without any curve.

    Args:
        drawn_in: the chart.
        votes: those to draw, without greedy.
        greedy: the greedy setting, `None` if the run has none.
    """
    drawn = [each for each in votes if len(each.curve) > 1]
    if not drawn:
        return ""
    ends_early = any(len(each.curve) < each.paths.max for each in drawn)
    parts = (
        chart(drawn_in.name, drawn_in.title, _curves_text(drawn, greedy)),
        _VARIANTS_SWITCH if any(each.variants for each in drawn) else "",
        paragraph(_CURVE_NOTE + (_MARK_NOTE if ends_early else ""), "note"),
        curve_ends(drawn),
        folded("Figures of the curves", _curve_tables(drawn_in, drawn), printed=True),
    )
    return "\n".join(filter(None, parts))


def curve_ends(votes: Sequence[ShownVote]) -> str:
    """Return why curves end before the paths that some questions have, "" if none does."""
    reaches = [(each.name, each.curve_reach) for each in votes if each.curve_reach]
    return sentence_list(group_messages(reaches), "note")


def forecasts(votes: Sequence[ShownVote], cost_word: str) -> str:
    """Return the expected accuracy of twice the paths, "" without any forecast.

    Args:
        votes: those to forecast.
        cost_word: what amounts are called, "" to show none.
    """
    known = [(each.name, each.forecast) for each in votes if each.forecast]
    if not known:
        return ""
    rows = (
        TableRow(
            (
                name,
                f"{forecast.paths:,}",
                TableCell(percent(forecast.mean), interval(forecast)),
                *((usd(forecast.cost_usd),) if cost_word else ()),
            )
        )
        for name, forecast in known
    )
    cost_head = (TableCell(cost_word.capitalize(), "of all paths"),) if cost_word else ()
    shown = table("forecast", _FORECAST_TITLE, (*_FORECAST_HEADS, *cost_head), rows)
    return f"<h3>{_FORECAST_TITLE}</h3>\n{shown}\n{paragraph(_FORECAST_NOTE, 'note')}"


def cost_and_time(
    votes: Sequence[ShownVote], settings: Sequence[SettingReport], cost_word: str
) -> str:
    """Return the charts of cost and time with their figures, "" if neither is known.

    Args:
        votes: whose cost grows with their paths.
        settings: of the report, greedy among them.
        cost_word: what amounts are called, "" if there are none.
    """
    cost_title = _COST_TITLES.get(cost_word, "")
    costs = [
        (each.name, each.path_costs)
        for each in votes
        if each.path_costs and len(each.path_costs) > 1
    ]
    timed = [each for each in settings if each.job_seconds]
    charts = [
        chart("cost", cost_title, _costs_text(costs)) if costs else "",
        chart("time", _TIME_TITLE, _times_text(timed)) if timed else "",
    ]
    parts = (
        f'<div class="pair">{"".join(charts)}</div>' if any(charts) else "",
        _cost_tables(costs, cost_title),
        _time_table(timed),
    )
    return "\n".join(filter(None, parts))


def _curves_text(drawn: Sequence[ShownVote], greedy: SettingReport | None) -> str:
    base = greedy.accuracy if greedy else None
    dashed = "" if base is None else f" Greedy, as a dashed line: {percent(base)}."
    lines = "; ".join(
        f"{each.name} from {percent(each.curve[0].mean)} with 1 path"
        f" to {percent(each.curve[-1].mean)} with {each.curve[-1].paths}"
        for each in drawn
    )
    return f"Line chart of accuracy against the number of paths that vote: {lines}.{dashed}"


def _curve_tables(drawn_in: CurvesChart, drawn: Sequence[ShownVote]) -> str:
    columns = [
        Column(
            TableCell(each.name, "± sd over draws of paths"),
            {point.paths: _curve_figure(point) for point in each.curve},
        )
        for each in drawn
    ]
    download = _CURVE_CSV if drawn_in is SETTING_CURVES else ""
    return f"{tables_by_paths(drawn_in.table, drawn_in.title, columns)}\n{download}"


def _curve_figure(point: CurvePoint) -> str:
    return f"{percent(point.mean)} ± {100 * point.sd:.2f}"


def _costs_text(costs: Sequence[tuple[str, Sequence[PathCost]]]) -> str:
    lines = "; ".join(
        f"{name} from {usd(first.cost_usd)} with {first.paths}"
        f" to {usd(last.cost_usd)} with {last.paths}"
        for name, (first, *_, last) in costs
    )
    return f"Line chart of the cost against the paths per question: {lines}."


def _times_text(timed: Sequence[SettingReport]) -> str:
    bars = "; ".join(f"{each.setting} {duration(each.job_seconds)}" for each in timed)
    return f"Bars of the time of each setting’s jobs, summed: {bars}."


def _cost_tables(costs: Sequence[tuple[str, Sequence[PathCost]]], title: str) -> str:
    if not costs:
        return ""
    columns = [
        Column(TableCell(name), {each.paths: usd(each.cost_usd) for each in by_paths})
        for name, by_paths in costs
    ]
    shown = tables_by_paths("path-costs", title, columns)
    note = paragraph(_COST_NOTE, "note")
    return f"{note}\n{folded('Figures of the cost', shown, printed=True)}"


def _time_table(timed: Sequence[SettingReport]) -> str:
    if not timed:
        return ""
    rows = (
        TableRow(
            (
                each.setting,
                duration(each.job_seconds),
                duration(each.seconds_per_path) if each.seconds_per_path else "",
            )
        )
        for each in timed
    )
    shown = table("times", "Time by setting", _TIME_HEADS, rows)
    return f"{shown}\n{paragraph(_TIME_NOTE, 'note')}"
