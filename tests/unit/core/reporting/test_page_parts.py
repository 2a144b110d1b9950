"""What the page says: the finding, the ± of each figure, variants, waves, jobs, warnings."""

import re
from pathlib import Path
from typing import Any

import pytest

from lambdas.core.reporting.library import LIBRARY, NoChartLibraryError, chart_library
from lambdas.core.reporting.page import make_page
from lambdas.core.reporting.pages.accuracy import accuracy_section
from lambdas.core.reporting.pages.agreement import agreement_section
from lambdas.core.reporting.pages.cost import cost_section
from lambdas.core.reporting.pages.jobs import jobs_section
from lambdas.core.reporting.pages.markup import Section
from lambdas.core.reporting.pages.summary import finding, summary, uncertainty
from lambdas.core.reporting.pages.waves import waves_section
from tests.unit.core.reporting.page_samples import a_report, a_setting, whole_report

GREEDY = a_setting("greedy", 0.6)
NO_GAIN = {"points": 0.01, "low": -0.02, "high": 0.04, "p_value": 0.61}


def shown(section: Section | None) -> str:
    assert section is not None
    return section.body


def rows(body: str, table: str) -> list[list[str]]:
    """Return the cells of a table's body, what is below a figure after a bar."""
    [found] = re.findall(rf'<table id="{table}">.*?<tbody>(.*?)</tbody>', body, re.DOTALL)
    return [
        [cell.replace("<small>", "|").replace("</small>", "") for cell in cells]
        for cells in (re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in found.split("</tr>"))
        if cells
    ]


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param(
            [GREEDY, a_setting("T0.7", 0.7)],
            "A vote over 4.5 paths a question at T0.7 is right for 70.00% of the questions:"
            " +10.00 points against greedy’s 60.00%.",
            id="one setting",
        ),
        pytest.param(
            [a_setting("T0.5", 0.6), a_setting("T0.7", 0.7)],
            "A vote over 4.5 paths a question at T0.7, the best of 2 settings, is right for"
            " 70.00% of the questions.",
            id="the best of several, without greedy",
        ),
        pytest.param(
            [GREEDY, a_setting("T0.7", 0.61, gain=NO_GAIN)],
            "A vote over 4.5 paths a question at T0.7 is right for 61.00% of the questions:"
            " +1.00 points against greedy’s 60.00%, which may be chance (p = 0.61).",
            id="a gain that may be chance",
        ),
        pytest.param(
            [GREEDY, a_setting("T0.7")],
            "Greedy is right for 60.00% of the questions; no vote is scored.",
            id="no vote",
        ),
        pytest.param(
            [a_setting("T0.7")], "Not scored: no path has a readable answer.", id="no answer read"
        ),
    ],
)
def test_the_finding_is_one_sentence(settings: list[dict[str, Any]], told: str) -> None:
    assert finding(a_report(*settings)) == told


def test_the_finding_says_of_how_many_questions_it_is() -> None:
    report = a_report(a_setting("T0.7", 0.7), dataset={"questions": 2000, "labelled": 1200})

    assert finding(report).endswith(
        "is right for 70.00% of the 1,200 questions with known answers."
    )


def test_below_the_finding_stands_how_far_off_it_may_be() -> None:
    best = a_setting("T0.7", 0.7, interval={"low": 0.45, "high": 0.85}, gain=NO_GAIN)

    assert uncertainty(a_report(GREEDY, a_setting("T0.5", 0.6), best)) == (
        "95% interval over questions: 45.00 to 85.00%; of the difference −2.00 to +4.00 points."
    )
    assert uncertainty(a_report(GREEDY)) == ""


def test_a_set_without_answers_is_voted_and_not_scored() -> None:
    report = a_report(a_setting("T0.7"), dataset={"questions": 5, "labelled": 0})

    assert finding(report).startswith("Voted, not scored")


def test_advice_stands_on_top_with_its_setting() -> None:
    advice = {"sentence": "10 paths give 97 % of the gain"}

    top = summary(a_report(a_setting("T0.7", 0.7, advice=advice)))

    assert '<ul class="advice"><li>T0.7: 10 paths give 97 % of the gain.</li></ul>' in top


@pytest.mark.parametrize(
    ("warnings", "folded"), [(1, 0), (3, 0), (4, 1), (9, 6)], ids=["one", "three", "four", "nine"]
)
def test_the_first_warnings_stand_open_and_the_rest_are_folded(warnings: int, folded: int) -> None:
    top = summary(a_report(a_setting("T0.7", 0.7), warnings=["lost"] * warnings))
    head, _, rest = top.partition("<details>")

    assert (head.count("<li>lost</li>"), rest.count("<li>lost</li>")) == (warnings - folded, folded)


def test_each_uncertainty_says_what_it_is_over() -> None:
    body = shown(accuracy_section(whole_report()))

    assert "Accuracy<small>95% interval over questions</small>" in body
    assert "T0.7<small>± sd over draws of paths</small>" in body
    assert "The band is ± sd over draws of k of a question’s paths" in body


def test_intervals_stand_below_their_figures() -> None:
    interval = {"low": 0.6, "high": 0.7812}
    gain = {"points": -0.02, "low": -0.041, "high": 0.001, "p_value": 0.0312}
    setting = a_setting("T0.7", 0.7, interval=interval, gain=gain)

    [row] = rows(shown(accuracy_section(a_report(setting))), "settings")

    assert row[:3] == ["T0.7", "70.00%|60.00 to 78.12%", "−2.00|−4.10 to +0.10, p = 0.031"]


def test_variants_stand_below_their_setting_and_against_its_plain_vote() -> None:
    versus = {"points": 0.02, "low": 0.01, "high": 0.03, "p_value": 0.0001}
    variant = {
        "variant": "calculator",
        "accuracy": 0.72,
        "voted_accuracy": 0.71,
        "interval": None,
        "versus": versus,
        "curve": [],
    }
    report = a_report(a_setting("T0.5", 0.7, variants=[variant]), a_setting("T0.7", 0.6))

    found = rows(shown(accuracy_section(report)), "settings")

    assert [row[0] for row in found] == ["T0.5", "with the calculator check", "T0.7"]
    assert found[1][1:4] == [
        "72.00%",
        "+2.00 over the plain vote|+1.00 to +3.00, p &lt; 0.001",
        "71.00%",
    ]


def test_the_curve_s_table_has_each_point_once_and_ends_with_its_curve() -> None:
    report = a_report(a_setting("T0.5", 0.5, 0.6), a_setting("T0.7", 0.5, 0.5, 0.75))

    assert rows(shown(accuracy_section(report)), "curve") == [
        ["1", "50.00% ± 0.00", "50.00% ± 0.00"],
        ["2", "60.00% ± 0.00", "50.00% ± 0.00"],
        ["3", "", "75.00% ± 0.00"],
    ]


def test_a_vote_over_more_paths_than_the_curve_has_is_marked_and_explained() -> None:
    whole = a_setting("T0.7", 0.5, 0.6, paths={"min": 2, "mean": 2.0, "max": 2})
    early = a_setting("T0.7", 0.5, 0.6, paths={"min": 2, "mean": 7.5, "max": 10})
    told = "A mark by itself is the vote over all paths"

    assert told not in shown(accuracy_section(a_report(whole)))
    assert told in shown(accuracy_section(a_report(early)))


def test_where_the_curve_ends_is_told() -> None:
    setting = a_setting("T0.7", 0.5, 0.6, curve_reach="ends at 5, which every question has")

    body = shown(accuracy_section(a_report(setting)))

    assert "<li>T0.7: ends at 5, which every question has</li>" in body


def test_the_forecast_has_its_range_and_cost() -> None:
    forecast = {"paths": 60, "mean": 0.71, "low": 0.7, "high": 0.72, "cost_usd": 2.5}

    body = shown(accuracy_section(a_report(a_setting("T0.7", 0.5, 0.6, forecast=forecast))))

    assert rows(body, "forecast") == [["T0.7", "60", "71.00%|70.00 to 72.00%", "$2.50"]]


def test_calibration_and_coverage_have_tables_of_their_figures() -> None:
    interval = {"low": 0.5, "high": 0.9}
    agreement = {
        "means": {"share": 0.7, "margin": 0.5, "entropy": None},
        "auroc": {"share": 0.8, "margin": 0.75, "entropy": None},
        "calibration_error": 0.05,
        "calibration": [
            {
                "low": 0.6,
                "high": 0.7,
                "questions": 1200,
                "confidence": 0.65,
                "accuracy": 0.75,
                "interval": interval,
            }
        ],
        "coverage": [{"coverage": 0.8, "questions": 960, "accuracy": 0.96, "confidence": 0.55}],
    }

    body = shown(agreement_section(a_report(a_setting("T0.7", 0.7, agreement=agreement))))

    assert rows(body, "agreement-measures") == [
        ["T0.7", "0.700", "0.500", "", "0.800", "0.750", "", "5.00%"]
    ]
    assert rows(body, "calibration") == [
        ["T0.7", "60% to 70%", "1,200", "65.00%", "75.00%|50.00 to 90.00%"]
    ]
    assert rows(body, "coverage") == [["T0.7", "80%", "960", "96.00%", "55.00%"]]


def test_agreement_without_known_answers_has_means_and_no_charts() -> None:
    agreement = {
        "means": {"share": 0.7, "margin": 0.5, "entropy": 0.6},
        "auroc": dict.fromkeys(("share", "margin", "entropy")),
        "calibration_error": None,
        "calibration": [],
        "coverage": [],
    }

    body = shown(agreement_section(a_report(a_setting("T0.7", agreement=agreement))))

    assert rows(body, "agreement-measures") == [["T0.7", "0.700", "0.500", "0.600", *[""] * 4]]
    assert "<canvas" not in body
    assert "<details" not in body


def test_a_wave_s_jobs_are_told_once_and_its_questions_by_setting() -> None:
    settings = [
        {"setting": name, "questions": 100, "settled": settled, "open": 100 - settled}
        for name, settled in (("T0.5", 60), ("T0.7", 40))
    ]
    wave = {"wave": 1, "jobs": 3, "records": 1500, "generations": 1500, "settings": settings}

    body = shown(waves_section(a_report(a_setting("T0.5", 0.5), waves=[wave])))

    assert rows(body, "waves-figures") == [
        ["1", "3", "1,500", "1,500", "T0.5", "100", "60", "40"],
        ["", "", "", "", "T0.7", "100", "40", "60"],
    ]
    assert "<canvas" not in body


def test_time_is_that_of_the_jobs() -> None:
    setting = a_setting("T0.7", 0.5, job_seconds=7300.0, seconds_per_path=730.0)

    body = shown(cost_section(a_report(setting)))

    assert rows(body, "times") == [["T0.7", "2 h 1 min", "12 min 10 s"]]


def test_a_job_is_shown_with_what_it_brought() -> None:
    job = {
        "job": "j0002",
        "wave": 1,
        "setting": "T0.7",
        "status": "Completed",
        "on_demand": True,
        "records_planned": 500,
        "succeeded": 499,
        "cost_usd": 0.25,
        "submitted_at": "2026-11-22T09:00:00+00:00",
        "ended_at": "2026-11-22T09:01:30+00:00",
    }

    body = shown(jobs_section(a_report(jobs=[job])))

    assert rows(body, "jobs-figures") == [
        [
            "01/j0002",
            "T0.7",
            "Completed, on demand",
            "500",
            "499",
            *[""] * 5,
            "$0.25",
            "1 min 30 s",
        ]
    ]


def test_a_missing_chart_library_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoChartLibraryError, match=r"chart\.umd\.min\.js is missing.*make setup"):
        chart_library(tmp_path)


def test_the_chart_library_keeps_its_licence_and_names_no_other_file(tmp_path: Path) -> None:
    file = tmp_path / LIBRARY
    file.parent.mkdir(parents=True)
    file.write_text("/*! (c) MIT */run();\n//# sourceMappingURL=chart.umd.min.js.map\n")

    assert chart_library(tmp_path) == "/*! (c) MIT */run();\n"


def test_a_figure_that_is_no_number_leaves_the_page_readable() -> None:
    page = make_page(a_report(a_setting("T0.7", 0.5, standard_error=float("nan"))), None, "")

    assert '"standard_error":null' in page
