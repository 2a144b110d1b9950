"""Cost beside its estimate, by paths, and the time of the jobs."""

from dataclasses import replace

from lambdas.contract.costs import ModelPrices, SecondsRange, TimeEstimate
from lambdas.contract.report import SettingReport, Tokens
from lambdas.contract.statistics import PathCost
from lambdas.core.report.page.cost import cost_section
from tests.unit.core.report.page.tables import body_of, rows_of
from tests.unit.core.report.samples import a_report, a_setting, with_settings

PRICES = ModelPrices(1.5, 2.0, 0.75, 1.0, "2024-03-01", "a <blog>")


def body(*settings: SettingReport) -> str:
    return body_of(cost_section(with_settings(*settings)))


def test_an_unknown_cost_is_not_shown_as_0() -> None:
    found = body(a_setting("T1.0", 0.5))

    assert rows_of(found, "cost-figures")[0][1:5] == ["unknown"] * 4
    assert "prices are unknown" in found
    assert "$0" not in found


def test_the_cost_stands_beside_the_estimate_and_its_prices() -> None:
    report = a_report(settings=["T0.7"])
    setting = replace(
        report.settings[0],
        cost_usd=14.55,
        usd_per_path=2.91,
        cost_estimated=True,
        records=5000,
        on_demand_records=16,
    )
    estimate = report.estimate
    assert estimate is not None
    expected = replace(estimate.settings[0], cost_usd=12.5, ceiling_usd=30.0)
    estimate = replace(
        estimate, settings=(expected,), cost_usd=15.0, ceiling_usd=40.0, remarks=("less & more",)
    )

    found = body_of(
        cost_section(replace(report, settings=(setting,), estimate=estimate, prices=PRICES))
    )

    setting_row, total_row = rows_of(found, "cost-figures")
    assert setting_row[1:7] == ["≈ $14.55", "≈ $2.91", "$12.50", "$30.00", "5,000", "16"]
    assert total_row[3:5] == ["$15.00", "$40.00"]
    assert "$0.75 in and $1.00 out in batch, $1.50 and $2.00 on demand" in found
    assert "(as of 2024-03-01, a &lt;blog&gt;)" in found
    assert "<li>less &amp; more</li>" in found


def test_estimated_tokens_are_marked() -> None:
    setting = a_setting("T1.0", 0.5, tokens=Tokens(1000, 10, estimated=True))

    assert rows_of(body(setting), "cost-figures")[0][-2:] == ["≈ 1,000", "≈ 10"]


def test_costs_are_those_of_the_paths_and_not_a_multiple_of_one() -> None:
    costs = (PathCost(1, 1.0), PathCost(2, 1.25), PathCost(6, 2.5))

    found = body(a_setting("T0.5", 0.5, path_costs=costs), a_setting("T0.7", 0.5))

    assert rows_of(found, "path-costs") == [["1", "$1.00"], ["2", "$1.25"], ["6", "$2.50"]]
    assert "T0.5 from $1.00 with 1 to $2.50 with 6." in found


def test_an_unknown_cost_by_paths_has_no_chart() -> None:
    assert "<canvas" not in body(a_setting("T0.7", 0.5, usd_per_path=0.5))


def test_time_is_that_of_the_jobs() -> None:
    found = body(a_setting("T0.7", 0.5, job_seconds=7300.0, seconds_per_path=730.0))

    assert rows_of(found, "times") == [["T0.7", "2 h 1 min", "12 min 10 s"]]


def test_a_fraction_of_a_second_is_not_0() -> None:
    found = body(a_setting("T0.7", 0.5, job_seconds=1.26, seconds_per_path=0.042))

    assert rows_of(found, "times") == [["T0.7", "1.3 s", "0.042 s"]]


TIME = TimeEstimate(4, 2, 3, SecondsRange(1200, 2400))


def test_the_time_stands_beside_what_was_expected() -> None:
    report = a_report(settings=["T0.7"])
    assert report.estimate

    timed = replace(report, estimate=replace(report.estimate, time=TIME))
    body = body_of(cost_section(timed))

    # The one job of the sample runs from 9:10 to 9:11:30.
    assert rows_of(body, "run-time") == [
        ["expected", "4", "2", "20 to 40 minutes"],
        ["actual", "1", "1", "1 min 30 s"],
    ]
    assert "At most 3 jobs ran at once." in body


def test_without_an_expected_time_there_is_no_table_of_it() -> None:
    report = a_report(settings=["T0.7"])
    assert report.estimate

    untimed = replace(report, estimate=replace(report.estimate, time=None))

    assert 'id="run-time"' not in body_of(cost_section(untimed))
