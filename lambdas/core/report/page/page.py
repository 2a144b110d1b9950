"""`report.html`: one file that loads nothing from elsewhere and runs only its own script."""

import re
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from string import Template

import msgspec

from lambdas.contract.report import FinalReport, Report, SettingReport
from lambdas.contract.votes import WaveSummary
from lambdas.core.report.explorer import Explorer, pack
from lambdas.core.report.page.accuracy import accuracy_section, settings_section
from lambdas.core.report.page.agreement import agreement_section
from lambdas.core.report.page.cost import cost_section
from lambdas.core.report.page.html import Section, labelled
from lambdas.core.report.page.jobs import jobs_section, waves_section
from lambdas.core.report.page.summary import summary
from lambdas.core.report.page.votes import pooled_final

# A copy of npm's pinned file, so that neither a function nor a local run needs npm.
LIBRARY = "chart.umd.min.js"
# Names a file that is not there; a browser's developer tools would ask for it.
_SOURCE_MAP = "//# sourceMappingURL="
_FOLDER = Path(__file__).parent
# One style sheet and one script, each in this order.
_STYLES = ("report.css", "questions.css", "media.css")
_SCRIPTS = (
    "chart_parts.js",
    "charts.js",
    "explorer.js",
    # Last: the rest works even if a chart cannot be drawn.
    "drawing.js",
)
# What would end the script element, and what old scripts take for the end of a line.
_UNSAFE = re.compile("[<\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class ChartFigures:
    """The members of a report that the page's script draws; the page carries them as JSON.

    `final` is the vote of several settings, `None` if one votes alone. `label` stands in each
    chart, so that a copy of it has it too; "" for none.
    """

    run_id: str
    final: FinalReport | None
    settings: tuple[SettingReport, ...]
    waves: tuple[WaveSummary, ...]
    label: str


def make_page(report: Report, explorer: Explorer | None, chart_library: str) -> str:
    """Return `report.html`.

    Its tables are HTML and need no script. The browser draws charts and the list of questions
    from figures that the page carries. All that users or models wrote is plain text. The page's
    content-security policy names its scripts by their digests, and lets nothing else run or load.

    Args:
        report: of the run.
        explorer: questions with their votes and paths, `None` to leave them out.
        chart_library: the source of Chart.js.
    """
    style, script = "\n".join(map(_asset, _STYLES)), page_script()
    sections = list(_sections(report, explorer))
    return Template(_asset("template.html")).substitute(
        policy=_policy(style, chart_library, script),
        title=escape(_title(report)),
        style=style,
        summary=summary(report),
        links="".join(f'<a href="#{each.name}">{escape(each.title)}</a>' for each in sections),
        sections=labelled("\n".join(each.html() for each in sections), report.made_up_label),
        report=_embedded(report),
        questions=pack(explorer) if explorer else "",
        chart_library=chart_library,
        script=script,
    )


def page_script() -> str:
    """Return the page's own script."""
    return "\n".join(map(_asset, _SCRIPTS))


def chart_library() -> str:
    """Return the source of the chart library, with its licence at the top."""
    return _asset(LIBRARY).partition(_SOURCE_MAP)[0]


def _title(report: Report) -> str:
    label = report.made_up_label
    return f"Run {report.run_id} · {label}" if label else f"Run {report.run_id}"


def _sections(report: Report, explorer: Explorer | None) -> Iterator[Section]:
    yield accuracy_section(report)
    if settings := settings_section(report):
        yield settings
    if agreement := agreement_section(report):
        yield agreement
    if waves := waves_section(report):
        yield waves
    yield cost_section(report)
    if explorer and explorer.questions:
        yield Section("questions", "Questions", _asset("questions.html"))
    if jobs := jobs_section(report):
        yield jobs


def _embedded(report: Report) -> str:
    # JSON has no NaN: msgspec writes null for it.
    figures = ChartFigures(
        run_id=report.run_id,
        final=pooled_final(report),
        settings=report.settings,
        waves=report.waves,
        label=report.made_up_label,
    )
    text = msgspec.json.encode(figures).decode()
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
    return (_FOLDER / name).read_text(encoding="utf-8")
