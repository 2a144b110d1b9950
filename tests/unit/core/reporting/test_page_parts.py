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
GAIN = {"points": 0.02, "low": 0.001, "high": 0.039, "p_value": 0.03}


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
            [GREEDY, a_setting("T0.7", 0.62, gain=GAIN | {"p_value": 0.05})],
            "A vote over 4.5 paths a question at T0.7 is right for 62.00% of the questions:"
            " +2.00 points against greedy’s 60.00%, which may be chance (p = 0.050).",
            id="a gain that the test alone doubts",
        ),
        pytest.param(
            [GREEDY, a_setting("T0.7", 0.62, gain=GAIN)],
            "A vote over 4.5 paths a question at T0.7 is right for 62.00% of the questions:"
            " +2.00 points against greedy’s 60.00%.",
            id="a gain that is none",
        ),
        pytest.param(
            [GREEDY, a_setting("T0.7", 0.6, gain=NO_GAIN | {"points": 0.0, "p_value": 1.0})],
            "A vote over 4.5 paths a question at T0.7 is right for 60.00% of the questions:"
            " no difference from greedy’s 60.00%.",
            id="no difference",
        ),
        pytest.param(
            [GREEDY, a_setting("T0.7", 0.62, gain=GAIN | {"base": 0.6, "questions": 1234})],
            "A vote over 4.5 paths a question at T0.7 is right for 62.00% of the questions:"
            " +2.00 points against greedy’s 60.00%.",
            id="greedy has the same questions",
        ),
        pytest.param(
            [
                GREEDY | {"labelled": 281},
                a_setting("T0.7", 0.62, gain=GAIN | {"base": 0.5937, "questions": 281}),
            ],
            "A vote over 4.5 paths a question at T0.7 is right for 62.00% of the questions:"
            " +2.00 points against greedy’s 59.37% on the 281 questions that both have.",
            id="greedy has fewer questions",
        ),
        pytest.param(
            [GREEDY | {"labelled": 281}, a_setting("T0.7", 0.62, gain=None, labelled=1234)],
            "A vote over 4.5 paths a question at T0.7 is right for 62.00% of the questions.",
            id="greedy has others, and none is compared",
        ),
        pytest.param(
            [a_setting("T0.7", 0.62, labelled=1000)],
            "A vote over 4.5 paths a question at T0.7 is right for 62.00% of the 1,000 questions"
            " with known answers and paths.",
            id="some questions lost all their paths",
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
        " Chosen after looking at 2 settings, so likely a little too high."
    )
    assert uncertainty(a_report(GREEDY, best)).endswith("+4.00 points.")
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
    head, _, rest = top.partition("<details")

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


def test_a_difference_says_of_how_many_questions_it_is_where_one_setting_has_others() -> None:
    gain = GAIN | {"questions": 281}
    settings = (
        GREEDY | {"labelled": 281},
        a_setting("T0.5", 0.62, gain=gain, labelled=300),
        a_setting("T0.7", 0.62, gain=gain, labelled=281),
        a_setting("T1.0", 0.62, gain=None, labelled=300),
    )

    found = rows(shown(accuracy_section(a_report(*settings))), "settings")

    assert [row[2] for row in found] == [
        "",
        "+2.00|+0.10 to +3.90, p = 0.030, on 281 questions",
        "+2.00|+0.10 to +3.90, p = 0.030",
        "",
    ]


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


def test_many_settings_have_tables_that_fit_on_paper() -> None:
    settings = [a_setting(f"T0.{place}", 0.5, 0.6) for place in range(1, 9)]

    body = shown(accuracy_section(a_report(*settings)))

    assert [len(row) for row in rows(body, "curve")] == [7, 7]
    assert [len(row) for row in rows(body, "curve-2")] == [3, 3]
    assert 'aria-label="Accuracy when k paths vote: T0.7 to T0.8"' in body


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


def test_what_agreement_does_not_tell_is_noted_once_for_all_settings() -> None:
    agreement = {"means": {"share": 0.7}, "note": "confidence is of the paths that it got"}
    settings = (a_setting(name, 0.7, agreement=agreement) for name in ("T0.5", "T0.7"))

    body = shown(agreement_section(a_report(*settings)))

    assert body.count("<li>T0.5, T0.7: confidence is of the paths that it got</li>") == 1
    assert 'class="note"><li>' not in shown(
        agreement_section(a_report(a_setting("T0.5", 0.7, agreement={"means": {"share": 0.7}})))
    )


def test_a_wave_s_jobs_are_told_once_and_its_questions_by_setting() -> None:
    settings = [
        {"setting": name, "questions": 100, "settled": settled, "open": 100 - settled}
        for name, settled in (("T0.5", 60), ("T0.7", 40))
    ]
    wave = {"wave": 1, "jobs": 3, "records": 1500, "generations": 1500, "settings": settings}

    body = shown(waves_section(a_report(a_setting("T0.5", 0.5), waves=[wave])))

    assert rows(body, "waves-figures") == [
        ["1", "3", "1,500", "1,500", "T0.5", "100", "60", "40"],
        ['<span class="heard">wave 1</span>', "", "", "", "T0.7", "100", "40", "60"],
    ]
    assert "<canvas" not in body


def two_waves(**first: int) -> list[dict[str, Any]]:
    """Return the waves of one setting with 100 questions, 60 of them settled by the first."""
    asked = {"setting": "T0.7", "questions": 100, "settled": 60, "open": 40} | first
    left = {"setting": "T0.7", "questions": asked["open"], "settled": 10, "open": 0}
    left |= {"spent": asked["open"] - 10}
    submitted = {"jobs": 1, "records": 100, "generations": 500}
    return [
        {"wave": 1, **submitted, "settings": [asked]},
        {"wave": 2, **submitted, "settings": [left]},
    ]


def test_questions_that_left_unsettled_have_a_column_of_their_own() -> None:
    body = shown(waves_section(a_report(a_setting("T0.7", 0.5), waves=two_waves())))

    assert [row[5:] for row in rows(body, "waves-figures")] == [
        ["100", "60", "0", "40"],
        ["40", "10", "30", "0"],
    ]
    assert "Left unsettled<small>paths or budget used up</small>" in body
    assert "10 in wave 2, 30 left when paths or budget were used up" in body


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ({"early_stop": 0.95, "budget": None}, "the questions whose vote is settled leave; only"),
        ({"early_stop": None, "budget": 10.0}, "least certain are sampled again, as far as the"),
        ({"early_stop": None, "budget": None}, "A question leaves once it has all its paths"),
    ],
    ids=["a rule", "a budget", "neither"],
)
def test_what_a_wave_does_is_told_as_the_request_has_it(
    request_: dict[str, Any], told: str
) -> None:
    report = a_report(a_setting("T0.7", 0.5), waves=two_waves(), request=request_)

    assert told in shown(waves_section(report))


def test_completions_asked_for_and_received_are_told_apart() -> None:
    report = a_report(a_setting("T0.7", 0.5), waves=two_waves())

    assert "<dt>Completions received</dt><dd>6,000</dd>" in summary(report)
    assert "Completions<small>asked for</small>" in shown(waves_section(report))


def test_costs_are_those_of_the_paths_and_not_a_multiple_of_one() -> None:
    costs = [{"paths": k, "cost_usd": cost} for k, cost in ((1, 1.0), (2, 1.25), (6, 2.5))]
    settings = (
        a_setting("T0.5", 0.5, usd_per_path=0.5, path_costs=costs),
        a_setting("T0.7", 0.5, usd_per_path=0.5, path_costs=None),
    )

    body = shown(cost_section(a_report(*settings)))

    assert rows(body, "path-costs") == [["1", "$1.00"], ["2", "$1.25"], ["6", "$2.50"]]
    assert "T0.5 from $1.00 with 1 to $2.50 with 6." in body


def test_a_cost_by_paths_that_is_not_known_has_no_chart() -> None:
    body = shown(cost_section(a_report(a_setting("T0.7", 0.5, usd_per_path=0.5))))

    assert "<canvas" not in body


def test_time_is_that_of_the_jobs() -> None:
    setting = a_setting("T0.7", 0.5, job_seconds=7300.0, seconds_per_path=730.0)

    body = shown(cost_section(a_report(setting)))

    assert rows(body, "times") == [["T0.7", "2 h 1 min", "12 min 10 s"]]
    assert "Per path<small>job time divided by the paths of a question</small>" in body


def test_a_fraction_of_a_second_is_not_0() -> None:
    setting = a_setting("T0.7", 0.5, job_seconds=1.26, seconds_per_path=0.042)

    body = shown(cost_section(a_report(setting)))

    assert rows(body, "times") == [["T0.7", "1.3 s", "0.042 s"]]


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
