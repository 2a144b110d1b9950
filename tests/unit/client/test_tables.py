from typing import Any

import pytest
from rich.console import Console

from client.runs import Expected, Run
from client.tables import (
    accuracy_rows,
    cost_rows,
    curve_points,
    curve_rows,
    notes,
    report_tables,
    runs_table,
)


def setting(name: str, accuracy: float | None, **more: Any) -> dict[str, Any]:
    return {
        "setting": name,
        "questions": 1319,
        "paths": {"min": 10, "mean": 10, "max": 10},
        "accuracy": accuracy,
        "unanswered": 2,
        "curve": [],
        "records": 1319,
        "on_demand_records": 0,
        "cost_usd": None,
        "cost_estimated": False,
        "usd_per_path": None,
    } | more


CURVE = [{"paths": k, "mean": 0.6 + k / 100, "sd": 0.02} for k in range(1, 11)]
REPORT = {
    "settings": [setting("greedy", 0.5), setting("T0.7", 0.625, curve=CURVE)],
    "estimate": None,
}


def test_gain_is_told_over_greedy() -> None:
    assert accuracy_rows(REPORT) == [
        ("greedy", "10", "1,319", "50.00 %", "–", "2"),
        ("T0.7", "10", "1,319", "62.50 %", "+12.50 points", "2"),
    ]


def test_without_greedy_no_gain_is_told() -> None:
    [row] = accuracy_rows({"settings": [setting("T0.7", 0.625)]})

    assert row[4] == "–"


def test_questions_without_answers_have_no_accuracy() -> None:
    [row] = accuracy_rows({"settings": [setting("T0.7", None)]})

    assert row[3:5] == ("–", "–")


def test_paths_that_differ_are_told_as_a_span() -> None:
    [row] = accuracy_rows({"settings": [setting("T0.7", 0.5, paths={"min": 5, "max": 30})]})

    assert row[1] == "5–30"


def test_the_curve_s_main_points_are_shown() -> None:
    points = curve_points(REPORT)

    assert points == [1, 3, 5, 10]
    assert curve_rows(REPORT, points) == [
        ("T0.7", "61.00 ± 2.00", "63.00 ± 2.00", "65.00 ± 2.00", "70.00 ± 2.00")
    ]


@pytest.mark.parametrize("label", ["", "SIMULATED"])
def test_a_label_stands_above_the_figures(label: str) -> None:
    console = Console(width=120)

    with console.capture() as printed:
        console.print(report_tables(REPORT, label))

    assert printed.get().count("SIMULATED") == (3 if label else 0)


def test_the_cost_stands_beside_what_was_expected() -> None:
    spent = setting("T0.7", 0.5, cost_usd=14.55, usd_per_path=1.455, cost_estimated=True)
    estimate = {"settings": [{"setting": "T0.7", "cost_usd": 12.5, "ceiling_usd": 30}]}

    assert cost_rows({"settings": [spent], "estimate": estimate}) == [
        ("T0.7", "≈ $14.55", "≈ $1.46", "$12.50", "$30.00", "1,319", "0")
    ]


def test_an_unknown_cost_is_not_told_as_0() -> None:
    [row] = cost_rows({"settings": [setting("T0.7", 0.5)], "estimate": None})

    assert row[1:5] == ("unknown",) * 4


def test_a_report_of_an_earlier_version_is_shown_without_cost() -> None:
    console = Console(width=120)

    with console.capture() as printed:
        console.print(report_tables({"settings": REPORT["settings"]}))

    assert "Accuracy" in printed.get()
    assert "Cost" not in printed.get()


@pytest.mark.parametrize(
    ("run", "cost"),
    [
        pytest.param(Run("r1", status="succeeded", cost_usd=9.51), "$9.51", id="ended"),
        pytest.param(Run("r1", status="succeeded"), "unknown", id="ended, prices unknown"),
        pytest.param(
            Run("r1", status="running", expected=Expected(0.17, 0.42)), "$0.17 expected", id="runs"
        ),
        pytest.param(Run("r1", status="failed"), "", id="failed before it was planned"),
    ],
)
def test_runs_are_listed_with_their_cost(run: Run, cost: str) -> None:
    console = Console(width=140)

    with console.capture() as printed:
        console.print(runs_table([run]))

    assert cost in printed.get().splitlines()[-2]


def test_runs_are_listed_with_their_status() -> None:
    console = Console(width=120)

    with console.capture() as printed:
        console.print(runs_table([Run("r1", status="failed", message="no questions")]))

    assert "r1" in printed.get()
    assert "no questions" in printed.get()


def test_many_warnings_are_counted_not_shown() -> None:
    told = notes({"warnings": [f"w{number}" for number in range(1000)]})

    assert len(told) == 9
    assert told[0] == "note: w0"
    assert told[-1] == "… and 992 more warnings in the report"
