"""The page: one file that shows what the report says, whatever stands in it."""

from html.parser import HTMLParser
from typing import Any

import pytest

from lambdas.core.reporting.page import make_page


def a_setting(name: str, *means: float, **changed: Any) -> dict[str, Any]:
    return {
        "setting": name,
        "questions": 1234,
        "paths": {"min": 1, "mean": 4.5, "max": 5},
        "accuracy": means[-1] if means else None,
        "voted_accuracy": means[-1] if means else None,
        "unanswered": 0,
        "curve": [{"paths": k, "mean": mean, "sd": 0.0} for k, mean in enumerate(means, 1)],
        "records": 5000,
        "on_demand_records": 0,
        "tokens": {"input": 1000, "output": 10, "estimated": False},
        "cost_usd": None,
        "cost_estimated": False,
        "usd_per_path": None,
    } | changed


def a_page(*settings: dict[str, Any], **changed: Any) -> str:
    request = {"model_id": "m", "task": "arithmetic", "dataset": "q.jsonl"}
    report = {
        "run_id": "run-1",
        "request": request,
        "dataset": {"questions": 1234},
        "settings": settings,
        "totals": {
            "records": 5000,
            "generations": 6000,
            "tokens": {"input": 1000, "output": 10, "estimated": False},
            "cost_usd": None,
            "cost_estimated": False,
        },
        "prices": None,
        "estimate": None,
        "warnings": [],
    }
    return make_page(report | changed)


class Tags(HTMLParser):
    """Collects what a browser would fetch or run."""

    def __init__(self) -> None:
        super().__init__()
        self.outside: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fetched = [pair for pair in attrs if pair[0] in {"src", "href"}]
        self.outside += fetched + ([(tag, None)] if tag in {"script", "link", "img"} else [])


def test_accuracies_are_shown_beside_greedy() -> None:
    page = a_page(a_setting("greedy", 0.517), a_setting("T1.0", 0.5, 0.68))

    assert "<td>51.70%</td>" in page
    assert "<td>68.00%</td><td>+16.30 points</td>" in page
    assert "<svg" in page


def test_a_run_that_is_not_scored_says_so() -> None:
    page = a_page(a_setting("T1.0"))

    assert "not scored" in page
    assert "<svg" not in page


def test_estimated_tokens_are_marked() -> None:
    tokens = {"input": 1000, "output": 10, "estimated": True}

    assert "<td>≈ 1,000</td><td>≈ 10</td>" in a_page(a_setting("T1.0", 0.5, tokens=tokens))


@pytest.mark.parametrize("means", [(1.0, 1.0), (0.0, 0.0), (0.5,) * 30, (0.5,)])
def test_a_flat_curve_is_drawn(means: tuple[float, ...]) -> None:
    assert "</html>" in a_page(a_setting("T1.0", *means), a_setting("greedy", means[0]))


def test_a_narrow_window_scrolls_tables_and_shrinks_the_chart() -> None:
    page = a_page(a_setting("T1.0", 0.5, 0.6))

    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in page
    assert page.count('<div class="table"><table>') == page.count("<table>") == 2
    assert '<svg viewBox="0 0 720 400" width="720" height="400"' in page


def test_the_mean_number_of_paths_is_short() -> None:
    page = a_page(a_setting("T1.0", 0.5, paths={"min": 4, "mean": 9.999331, "max": 10}))

    assert "<td>9.999</td>" in page


def test_an_unknown_cost_is_not_shown_as_0() -> None:
    page = a_page(a_setting("T1.0", 0.5))

    assert "<td>unknown</td>" in page
    assert "prices are not known" in page
    assert "$" not in page


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


def test_what_users_wrote_is_text_and_not_markup() -> None:
    page = a_page(
        a_setting("T1.0", 0.5, 0.6),
        warnings=["<script>alert('$x')</script>"],
        request={"model_id": "<b>", "task": "t", "dataset": "a&$b"},
    )
    tags = Tags()
    tags.feed(page)

    assert "&lt;script&gt;alert(&#x27;$x&#x27;)&lt;/script&gt;" in page
    assert "&lt;b&gt;, t, a&amp;$b: 1,234 questions, 6,000 completions" in page
    assert tags.outside == []
