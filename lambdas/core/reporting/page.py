"""`report.html`: one file that needs nothing from elsewhere and runs nothing but its own script."""

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import msgspec

from lambdas.core.reporting.packed import packed
from lambdas.core.reporting.pages.accuracy import accuracy_section
from lambdas.core.reporting.pages.agreement import agreement_section
from lambdas.core.reporting.pages.cost import cost_section
from lambdas.core.reporting.pages.jobs import jobs_section
from lambdas.core.reporting.pages.markup import Section
from lambdas.core.reporting.pages.summary import summary
from lambdas.core.reporting.pages.waves import waves_section

_PAGES = Path(__file__).parent / "pages"
# One style sheet and one script, each in this order.
_STYLES = ("report.css", "questions.css", "media.css")
_SCRIPTS = (
    "shapes.js",
    "palette.js",
    "line_charts.js",
    "accuracy_chart.js",
    "growth_charts.js",
    "agreement_charts.js",
    "wave_chart.js",
    "downloads.js",
    "choice.js",
    "question.js",
    "explorer.js",
    # Last: a chart that cannot be drawn keeps nothing else from working.
    "drawing.js",
)
# What would end the script element, and what old scripts take for the end of a line.
_UNSAFE = re.compile("[<\u2028\u2029]")


def make_page(
    report: Mapping[str, Any], explorer: Mapping[str, Any] | None, chart_library: str
) -> str:
    """Return `report.html`.

    Its tables are written here, so that they can be read without a script; charts and the list of
    questions are drawn in the browser from the same figures, which the page carries as JSON.
    Whatever users or models wrote is text; the page's content-security policy lets nothing run
    but its own scripts, which it names by their digests, and nothing be fetched.

    Args:
        report: `report.json`.
        explorer: the questions with their tallies and paths, `None` to leave them out.
        chart_library: the source of Chart.js.
    """
    style, script = ("\n".join(map(_asset, names)) for names in (_STYLES, _SCRIPTS))
    sections = list(_sections(report, explorer))
    return Template(_asset("template.html")).substitute(
        policy=_policy(style, chart_library, script),
        title=escape(f"Run {report['run_id']}"),
        style=style,
        summary=summary(report),
        links="".join(f'<a href="#{each.name}">{escape(each.title)}</a>' for each in sections),
        sections="\n".join(each.html() for each in sections),
        report=_embedded(report),
        questions=packed(explorer) if explorer else "",
        chart_library=chart_library,
        script=script,
    )


def _sections(report: Mapping[str, Any], explorer: Mapping[str, Any] | None) -> Iterator[Section]:
    yield accuracy_section(report)
    if agreement := agreement_section(report):
        yield agreement
    if waves := waves_section(report):
        yield waves
    yield cost_section(report)
    if explorer and explorer["questions"]:
        yield Section("questions", "Questions", _asset("questions.html"))
    if jobs := jobs_section(report):
        yield jobs


def _embedded(report: Mapping[str, Any]) -> str:
    drawn = {
        "run_id": report["run_id"],
        "settings": report["settings"],
        "waves": report.get("waves") or (),
    }
    # JSON has no NaN: msgspec writes null for it.
    text = msgspec.json.encode(drawn).decode()
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _policy(style: str, *scripts: str) -> str:
    run = " ".join(map(_digest, scripts))
    return (
        f"default-src 'none'; script-src {run}; style-src {_digest(style)};"
        " img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def _digest(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


@cache
def _asset(name: str) -> str:
    return (_PAGES / name).read_text(encoding="utf-8")
