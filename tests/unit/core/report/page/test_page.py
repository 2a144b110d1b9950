"""The page: one file that shows the report, whatever users and models wrote."""

import gzip
import json
import re
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest

from lambdas.contract.report import SettingReport, StoredRequest
from lambdas.core.report.page import page
from lambdas.core.report.page.page import LIBRARY, chart_library, make_page
from tests.unit.core.report.question_samples import an_explorer
from tests.unit.core.report.samples import LOCAL, MADE_UP, a_report, a_setting, with_settings

SCRIPT = "window.Chart = class {};"
HOSTILE = "</script><script>alert(1)</script><!-- \u2028 <img src=x onerror=alert(1)>"
WHOLE = a_report(early_stop=True, variants=["repair"], warnings=["half of them"])
QUESTIONS = an_explorer(2)


class Reading(HTMLParser):
    """What a browser reads: attributes of each tag, and the text within scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inline: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag in {"script", "style"}:
            self.inline.append("")

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            self.inline[-1] += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.tags if found == tag]

    @property
    def sections(self) -> list[str | None]:
        return [each["id"] for each in self.all("section")]

    @property
    def charts(self) -> list[str | None]:
        return [each["data-chart"] for each in self.all("canvas")]


def a_page(*settings: SettingReport, **changed: Any) -> str:
    return make_page(with_settings(*settings, **changed), None, SCRIPT)


def questions_in(page: str) -> Any:
    [found] = re.findall(r'<script type="text/plain" id="packed-questions">(.*?)</script>', page)
    return json.loads(gzip.decompress(b64decode(found)))


def test_every_table_scrolls_in_a_box_of_its_own() -> None:
    page = make_page(WHOLE, QUESTIONS, SCRIPT)

    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    boxed = re.findall(r'<div class="table" role="region" aria-label="[^"]+" tabindex="0"><', page)
    assert len(boxed) == page.count("<table ") == 13


def test_what_users_and_models_wrote_is_text_and_not_markup() -> None:
    row = msgspec.structs.replace(
        QUESTIONS.questions[0], id=HOSTILE, question=HOSTILE, gold=HOSTILE
    )
    explorer = msgspec.structs.replace(QUESTIONS, questions=[row])
    report = with_settings(
        a_setting("T0.7", 0.5, 0.6, setting=HOSTILE),
        warnings=(HOSTILE,),
        request=StoredRequest(dataset="a&$b", model_id=HOSTILE),
        run_id=HOSTILE,
    )

    page = make_page(report, explorer, SCRIPT)

    assert [each.get("type") for each in Reading(page).all("script")] == [
        "application/json",
        "text/plain",
        None,
        "module",
    ]
    assert Reading(page).all("img") == []
    assert "a&amp;$b (" in page
    assert questions_in(page)["questions"][0]["gold"] == HOSTILE
    assert "\u2028" not in page.partition('id="report">')[2]


def test_the_policy_lets_the_page_s_own_scripts_run_and_nothing_else() -> None:
    reading = Reading(make_page(WHOLE, QUESTIONS, SCRIPT))
    style, _, _, library, script = (
        f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in reading.inline
    )
    [policy] = [
        each["content"] or ""
        for each in reading.all("meta")
        if each.get("http-equiv") == "Content-Security-Policy"
    ]

    assert dict(directive.strip().split(" ", 1) for directive in policy.split(";")) == {
        "default-src": "'none'",
        "script-src": f"{library} {script}",
        "style-src": style,
        "img-src": "data: blob:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_nothing_is_fetched_and_no_attribute_holds_style_or_script() -> None:
    reading = Reading(make_page(WHOLE, QUESTIONS, SCRIPT))
    attributes = [pair for _, found in reading.tags for pair in found.items()]

    outside = {value for name, value in attributes if name in {"src", "href"}}
    assert {value for value in outside if value and not value.startswith("#")} == {"data:,"}
    assert not [name for name, _ in attributes if name == "style" or name.startswith("on")]


def test_a_whole_report_has_all_sections_and_charts_in_order() -> None:
    reading = Reading(make_page(WHOLE, QUESTIONS, SCRIPT))

    assert reading.sections == [
        *("accuracy", "settings-alone", "agreement", "waves", "cost", "questions", "jobs")
    ]
    assert [each["href"] for each in reading.all("a")] == [f"#{each}" for each in reading.sections]
    assert reading.charts == [
        *("accuracy", "calibration", "coverage", "waves", "bought", "cost", "time")
    ]
    assert all(each["role"] == "img" and each["aria-label"] for each in reading.all("canvas"))


def test_settings_that_all_have_all_paths_have_a_curve_together() -> None:
    assert Reading(make_page(a_report(), None, SCRIPT)).charts[:2] == ["final", "accuracy"]


def test_a_setting_that_votes_alone_is_shown_once() -> None:
    reading = Reading(make_page(a_report(settings=["greedy", "T0.7"]), None, SCRIPT))

    assert reading.sections[:2] == ["accuracy", "agreement"]
    assert reading.charts == ["accuracy", "calibration", "coverage", "cost", "time"]
    assert [each["id"] for each in reading.all("table")].count("settings") == 1


def test_sections_and_charts_without_figures_are_left_out() -> None:
    reading = Reading(a_page(a_setting("greedy", 0.5), a_setting("T1.0", 0.5)))

    assert reading.sections == ["accuracy", "cost"]
    assert reading.charts == []


@pytest.mark.parametrize("means", [(1.0, 1.0), (0.0, 0.0), (0.5,) * 30])
def test_a_flat_curve_has_its_chart(means: tuple[float, ...]) -> None:
    assert Reading(a_page(a_setting("T1.0", *means))).charts == ["accuracy"]


def test_a_figure_that_is_no_number_leaves_the_page_readable() -> None:
    setting = replace(a_setting("T0.7", 0.5), standard_error=float("nan"))

    assert '"standard_error":null' in a_page(setting)


def test_made_up_figures_are_labelled_in_title_headline_tables_and_charts() -> None:
    label = "SIMULATED, says nothing about a model"

    page = make_page(a_report(early_stop=True, answered_by=MADE_UP), QUESTIONS, SCRIPT)

    titles = re.findall(r"<(title|h1|caption|figcaption)\b[^>]*>([^<]*)<", page)
    assert {name for name, _ in titles} == {"title", "h1", "caption", "figcaption"}
    assert all(text.endswith(f" · {label}") for _, text in titles)
    assert f'<p class="finding">{label}. A vote over' in page
    assert f'"label":"{label}"' in page


def test_a_model_s_figures_bear_no_label() -> None:
    page = make_page(a_report(answered_by=LOCAL), QUESTIONS, SCRIPT)

    assert "SIMULATED" not in page
    assert '"label":""' in page


def test_a_rehearsal_without_prices_has_no_amount_and_no_model_that_nobody_chose() -> None:
    report = a_report(early_stop=True, priced=False, answered_by=LOCAL, model_id=None)

    shown = text_of(make_page(report, None, SCRIPT))

    assert "Answered by qwen2.5:1.5b (http://localhost:11434)" in shown
    for absent in ("$", "cost", "Cost", "price", "billed", "us.amazon", "Stands in for"):
        assert absent not in shown


def test_a_rehearsal_with_prices_says_what_it_would_cost() -> None:
    shown = text_of(make_page(a_report(answered_by=LOCAL), None, SCRIPT))

    assert "Stands in for us.amazon.nova-lite-v1:0" in shown
    assert "Would cost $" in shown
    assert "What it would cost, and time" in shown
    assert not re.search(r"(?<!would )(?<!Would )cost \$", shown)


def test_on_aws_the_model_is_said_to_have_answered() -> None:
    shown = text_of(make_page(a_report(), None, SCRIPT))

    assert "Answered by us.amazon.nova-lite-v1:0 (Amazon Bedrock)" in shown
    assert "would cost" not in shown.lower()


def text_of(page: str) -> str:
    """Return what a reader sees, words and cells parted by one space."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def test_the_chart_library_keeps_its_licence_and_names_no_other_file() -> None:
    source = chart_library()

    assert source.startswith("/*!\n * Chart.js v4.6.1\n")
    assert "Released under the MIT License" in source[:200]
    assert "sourceMappingURL" not in source


def test_the_copy_of_the_chart_library_is_npm_s_pinned_file() -> None:
    origin = Path(__file__).parents[5] / "node_modules/chart.js/dist" / LIBRARY
    if not origin.exists():
        pytest.skip("npm's packages are not installed: make setup does it")

    assert (Path(page.__file__).parent / LIBRARY).read_bytes() == origin.read_bytes()
