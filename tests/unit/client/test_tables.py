from typing import Any

import pytest
from rich.console import Console

from client.runs import Expected, Run
from client.tables import (
    cost_rows,
    curve_points,
    curve_rows,
    notes,
    report_tables,
    runs_table,
    wave_rows,
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
    "dataset": {"questions": 1319, "labelled": 1319},
    "settings": [setting("greedy", 0.5), setting("T0.7", 0.625, curve=CURVE)],
    "estimate": None,
}


def wave(number: int, **settings: tuple[int, int, int]) -> dict[str, Any]:
    """A wave of 200 records; of each setting the questions asked, settled and open."""
    members = ("questions", "settled", "open")
    return {
        "wave": number,
        "jobs": 2,
        "records": 200,
        "generations": 1000,
        "settings": [
            {"setting": name, **dict(zip(members, counts, strict=True))}
            for name, counts in settings.items()
        ],
    }


def test_a_wave_has_a_row_for_each_sampled_setting() -> None:
    waves = [
        wave(1, greedy=(50, 50, 0), hot=(50, 30, 20), cold=(50, 40, 10)),
        wave(2, greedy=(0, 0, 0), hot=(20, 20, 0), cold=(10, 10, 0)),
    ]
    waves[1]["settings"][1]["spent"] = 5

    assert wave_rows({"waves": waves}) == [
        ("1", "2", "200", "1,000", "hot", "50", "30", "0", "20"),
        ("", "", "", "", "cold", "50", "40", "0", "10"),
        ("2", "2", "200", "1,000", "hot", "20", "20", "5", "0"),
        ("", "", "", "", "cold", "10", "10", "0", "0"),
    ]


def test_many_waves_are_counted_not_shown() -> None:
    rows = wave_rows({"waves": [wave(number, hot=(5, 0, 5)) for number in range(1, 31)]})

    assert len(rows) == 11
    assert rows[-1][0] == "… and 20 more"


@pytest.mark.parametrize(("count", "tables"), [(1, 0), (2, 1)])
def test_waves_are_a_table_where_there_are_several(count: int, tables: int) -> None:
    console = Console(width=100)
    waves = [wave(number, hot=(5, 0, 5)) for number in range(1, count + 1)]

    with console.capture() as printed:
        console.print(report_tables(REPORT | {"waves": waves}))

    assert printed.get().count("Waves") == tables


def test_no_figure_of_accuracy_is_cut_off_on_a_narrow_terminal() -> None:
    console = Console(width=80)
    interval = {"low": 0.8864, "high": 1.0}
    gain = {"points": 0.125, "low": -0.1013, "high": 0.1484} | {"gained": 114, "lost": 50}
    vote = {"interval": interval, "gain": gain | {"p_value": 0.0636}}
    beside = {"variant": "calculator", "accuracy": 0.93, "versus": vote["gain"]}
    paths = {"min": 4, "mean": 19.16, "max": 40}
    told = setting("T0.7", 0.625, paths=paths, variants=[beside | vote], **vote)

    with console.capture() as printed:
        console.print(report_tables(REPORT | {"settings": [setting("greedy", 0.5), told]}))

    for figure in ("4–40, mean 19.2", "88.6–100.0", "-10.1 to +14.8", "0.064", "unanswered"):
        assert figure in printed.get()
    assert printed.get().count("over questions") == 2


def test_the_curve_ends_with_its_last_point() -> None:
    assert curve_points({"settings": [setting("T0.7", 0.5, curve=CURVE[:4])]}) == [1, 3, 4]


def test_a_vote_beside_the_majority_has_a_curve_below_its_setting() -> None:
    beside = [{"variant": "calculator", "curve": CURVE[1:]}, {"variant": "confidence"}]
    told = setting("T0.7", 0.5, curve=CURVE, variants=beside)

    assert curve_rows({"settings": [told]}, [1, 3]) == [
        ("T0.7", "61.00 ± 2.00", "63.00 ± 2.00"),
        ("  calculator", "", "63.00 ± 2.00"),
    ]


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

    assert printed.get().count("SIMULATED") == (4 if label else 0)


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
        console.print(report_tables({name: REPORT[name] for name in ("dataset", "settings")}))

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
        pytest.param(
            Run("r1", status="failed", report_key="k", cost_usd=4.2), "$4.20", id="lacks jobs"
        ),
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


def test_what_the_figures_say_stands_before_the_warnings() -> None:
    told = setting("T0.7", 0.5, advice={"sentence": "5 paths do"})

    assert notes({"settings": [told], "warnings": ["w"]}) == ["T0.7: 5 paths do", "note: w"]


def test_many_warnings_are_counted_not_shown() -> None:
    told = notes({"warnings": [f"w{number}" for number in range(1000)]})

    assert len(told) == 9
    assert told[0] == "note: w0"
    assert told[-1] == "… and 992 more warnings in the report"
