"""The page: one file that shows what the report says, whatever stands in it."""

import gzip
import json
import re
from base64 import b64decode, b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from lambdas.core.reporting.page import make_page
from tests.unit.core.reporting.page_samples import (
    a_report,
    a_setting,
    an_explorer,
    whole_report,
)

LIBRARY = "window.Chart = class {};"
HOSTILE = "</script><script>alert(1)</script><!-- \u2028 <img src=x onerror=alert(1)>"


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


def a_page(*settings: dict[str, Any], **changed: Any) -> str:
    return make_page(a_report(*settings, **changed), None, LIBRARY)


def embedded(page: str) -> Any:
    [found] = re.findall(r'<script type="application/json" id="report">(.*?)</script>', page)
    return json.loads(found)


def questions_in(page: str) -> Any:
    [found] = re.findall(r'<script type="text/plain" id="packed-questions">(.*?)</script>', page)
    return json.loads(gzip.decompress(b64decode(found)))


def test_accuracies_are_shown_beside_greedy() -> None:
    page = a_page(a_setting("greedy", 0.517), a_setting("T1.0", 0.5, 0.68))

    assert '<th scope="row">greedy</th><td>51.70%</td><td></td>' in page
    assert '<th scope="row">T1.0</th><td>68.00%</td><td>+16.30</td>' in page
    assert Reading(page).charts == ["accuracy"]


def test_a_run_that_is_not_scored_says_so() -> None:
    page = a_page(a_setting("T1.0"))

    assert "<td>not scored</td>" in page
    assert Reading(page).charts == []


def test_estimated_tokens_are_marked() -> None:
    tokens = {"input": 1000, "output": 10, "estimated": True}

    assert "<td>≈ 1,000</td><td>≈ 10</td>" in a_page(a_setting("T1.0", 0.5, tokens=tokens))


def test_every_table_scrolls_in_a_box_of_its_own() -> None:
    page = make_page(whole_report(), an_explorer(2), LIBRARY)

    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    boxed = re.findall(r'<div class="table" role="region" aria-label="[^"]+" tabindex="0"><', page)
    assert len(boxed) == page.count("<table ") == 11


def test_the_mean_number_of_paths_is_short() -> None:
    page = a_page(a_setting("T1.0", 0.5, paths={"min": 4, "mean": 9.999331, "max": 10}))

    assert "<td>9.999 (4 to 10)</td>" in page


def test_an_unknown_cost_is_not_shown_as_0() -> None:
    page = a_page(a_setting("T1.0", 0.5))

    assert "<td>unknown</td>" in page
    assert "prices are not known" in page
    assert "$0" not in page.partition("<script")[0]


def test_the_cost_stands_beside_the_estimate_and_its_prices() -> None:
    setting = a_setting(
        "T1.0", 0.5, cost_usd=14.55, usd_per_path=2.91, cost_estimated=True, on_demand_records=16
    )
    estimate = {
        "cost_usd": 15.0,
        "ceiling_usd": 40.0,
        "settings": [{"setting": "T1.0", "cost_usd": 12.5, "ceiling_usd": 30.0}],
        "remarks": ["no exemplars would save about $6.00 & more"],
    }
    prices = {
        "input": 1.5,
        "output": 2.0,
        "batch_input": 0.75,
        "batch_output": 1.0,
        "as_of": "2024-03-01",
        "source": "a <blog>",
    }

    page = a_page(setting, estimate=estimate, prices=prices)

    assert (
        "<td>≈ $14.55</td><td>≈ $2.91</td><td>$12.50</td><td>$30.00</td><td>5,000</td><td>16</td>"
        in page
    )
    assert "<td>$15.00</td><td>$40.00</td>" in page
    assert "$0.75 in and $1.00 out in batch, $1.50 and $2.00 on demand" in page
    assert "(as of 2024-03-01, a &lt;blog&gt;)" in page
    assert "<li>no exemplars would save about $6.00 &amp; more</li>" in page


def test_what_users_and_models_wrote_is_text_and_not_markup() -> None:
    found = an_explorer(1)
    found["questions"][0] |= {"id": HOSTILE, "question": HOSTILE, "gold": HOSTILE}
    request = {"model_id": HOSTILE, "task": "t", "dataset": "a&$b"}
    report = a_report(
        a_setting(HOSTILE, 0.5, 0.6), warnings=[HOSTILE], request=request, run_id=HOSTILE
    )

    page = make_page(report, found, LIBRARY)

    assert [each.get("type") for each in Reading(page).all("script")] == [
        "application/json",
        "text/plain",
        None,
        "module",
    ]
    assert Reading(page).all("img") == []
    assert "a&amp;$b (t)" in page
    assert questions_in(page)["questions"][0]["gold"] == HOSTILE
    assert "\u2028" not in page.partition('id="report">')[2]


def test_the_policy_lets_run_what_the_page_brings_and_nothing_else() -> None:
    reading = Reading(make_page(whole_report(), an_explorer(2), LIBRARY))
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
    reading = Reading(make_page(whole_report(), an_explorer(2), LIBRARY))
    attributes = [pair for _, found in reading.tags for pair in found.items()]

    outside = {value for name, value in attributes if name in {"src", "href"}}
    assert {value for value in outside if value and not value.startswith("#")} == {"data:,"}
    assert not [name for name, _ in attributes if name == "style" or name.startswith("on")]


def test_a_whole_report_has_all_sections_and_charts_in_order() -> None:
    reading = Reading(make_page(whole_report(), an_explorer(2), LIBRARY))

    assert reading.sections == ["accuracy", "agreement", "waves", "cost", "questions", "jobs"]
    assert [each["href"] for each in reading.all("a")] == [f"#{each}" for each in reading.sections]
    assert reading.charts == ["accuracy", "calibration", "coverage", "waves", "spent", "time"]
    assert all(each["role"] == "img" and each["aria-label"] for each in reading.all("canvas"))


def test_what_a_report_does_not_have_is_left_out() -> None:
    reading = Reading(a_page(a_setting("greedy", 0.5), a_setting("T1.0", 0.5)))

    assert reading.sections == ["accuracy", "cost"]
    assert reading.charts == []


def test_members_that_are_none_are_left_out_as_well() -> None:
    nothing = dict.fromkeys(
        ("interval", "gain", "curve_reach", "agreement", "forecast", "advice", "job_seconds")
    )
    setting = a_setting("T1.0", 0.5, 0.6, seconds_per_path=None, variants=None, **nothing)

    reading = Reading(a_page(setting, waves=None, jobs=[]))

    assert reading.sections == ["accuracy", "cost"]
    assert reading.charts == ["accuracy"]


@pytest.mark.parametrize("means", [(1.0, 1.0), (0.0, 0.0), (0.5,) * 30])
def test_a_flat_curve_has_its_chart(means: tuple[float, ...]) -> None:
    assert Reading(a_page(a_setting("T1.0", *means))).charts == ["accuracy"]
