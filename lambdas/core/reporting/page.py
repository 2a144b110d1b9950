"""The report as a page: accuracy by setting, its curve, its cost, and what a reader must know."""

from collections.abc import Mapping, Sequence
from html import escape
from string import Template
from typing import Any

import leather

from lambdas.core.reporting.cost_page import cost_section, spent_usd

# In pixels, at most: a narrow window shows it smaller.
_CHART_WIDTH, _CHART_HEIGHT = 720, 400
_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  overflow-wrap: anywhere }
.table { overflow-x: auto }
table { border-collapse: collapse; margin: 1rem 0 }
th, td { padding: .3rem .6rem; text-align: right; border-bottom: 1px solid #ccc;
  overflow-wrap: normal }
td { white-space: nowrap }
th:first-child, td:first-child { text-align: left }
.warning { background: #fff3cd; padding: .5rem 1rem; margin: .3rem 0 }
figure { margin: 1rem 0; max-width: 50rem }
svg { max-width: 100%; height: auto }
</style>
</head>
<body>
<h1>$title</h1>
<p>$subtitle</p>
$warnings
<div class="table"><table>
<thead><tr><th>Setting</th><th>Accuracy</th><th>Over greedy</th><th>Of the votes drawn</th>
<th>Paths</th><th>Questions</th>
<th>Unanswered paths</th><th>Cost</th></tr></thead>
<tbody>$rows</tbody>
</table></div>
<p>Accuracy counts a tie with its chance of being won; the votes drawn are those of the run's
seed, as in votes.jsonl.</p>
$chart
$cost
</body>
</html>
""")


def make_page(report: Mapping[str, Any]) -> str:
    """Return `report.html` of a report: one file that needs nothing from elsewhere."""
    settings = report["settings"]
    greedy = next((each["accuracy"] for each in settings if each["setting"] == "greedy"), None)
    warnings = (f'<p class="warning">{escape(text)}</p>' for text in report["warnings"])
    request = report["request"]
    return _PAGE.substitute(
        title=f"Self-consistency run {escape(report['run_id'])}",
        subtitle=escape(
            f"{request['model_id']}, {request['task']}, {request['dataset']}:"
            f" {report['dataset']['questions']:,} questions,"
            f" {report['totals']['generations']:,} completions"
        ),
        warnings="\n".join(warnings),
        rows="\n".join(_row(setting, greedy) for setting in settings),
        chart=_chart(settings, greedy),
        cost=cost_section(report),
    )


def _row(setting: Mapping[str, Any], greedy: float | None) -> str:
    accuracy = setting["accuracy"]
    sampled = setting["setting"] != "greedy" and accuracy is not None and greedy is not None
    gain = f"{100 * (accuracy - greedy):+.2f} points" if sampled else ""
    cells = (
        escape(setting["setting"]),
        "not scored" if accuracy is None else f"{accuracy:.2%}",
        gain,
        "" if accuracy is None else f"{setting['voted_accuracy']:.2%}",
        f"{setting['paths']['mean']:.4g}",
        f"{setting['questions']:,}",
        f"{setting['unanswered']:,}",
        spent_usd(setting),
    )
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


def _chart(settings: Sequence[Mapping[str, Any]], greedy: float | None) -> str:
    curves = [each for each in settings if len(each["curve"]) > 1]
    if not curves:
        return ""
    chart = leather.Chart("Accuracy when k paths vote (%)")
    chart.add_x_axis(name="paths k")
    chart.add_y_axis(name="accuracy (%)")
    for each in curves:
        points = [(point["paths"], 100 * point["mean"]) for point in each["curve"]]
        chart.add_line(points, name=each["setting"])
    if greedy is not None:
        longest = max(len(each["curve"]) for each in curves)
        chart.add_line([(1, 100 * greedy), (longest, 100 * greedy)], name="greedy")
    drawn = chart.to_svg(width=_CHART_WIDTH, height=_CHART_HEIGHT)
    # Without a view box a narrow window would cut the chart off instead of shrinking it.
    scaled = drawn.replace("<svg ", f'<svg viewBox="0 0 {_CHART_WIDTH} {_CHART_HEIGHT}" ', 1)
    return f"<figure>{scaled}</figure>"
