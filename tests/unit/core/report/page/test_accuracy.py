"""Accuracy by setting: the ± of each figure, gains, variants, curves and forecast."""

from dataclasses import replace

from lambdas.contract.report import PathSpread, SettingReport, VariantReport
from lambdas.contract.statistics import Forecast, Gain, Interval
from lambdas.core.report.page.accuracy import accuracy_section, settings_section
from tests.unit.core.report.page.tables import body_of, rows_of
from tests.unit.core.report.samples import a_final, a_report, a_setting, with_settings

GREEDY = a_setting("greedy", 0.6)
GAIN = Gain(0.02, 0.001, 0.039, 40, 20, p_value=0.03, questions=2, base=0.6)


def body(*settings: SettingReport) -> str:
    return body_of(accuracy_section(with_settings(*settings)))


def test_each_uncertainty_says_what_it_is_over() -> None:
    whole = body_of(accuracy_section(a_report()))

    assert "Accuracy<small>95% interval over questions</small>" in whole
    assert "final<small>± sd over draws of paths</small>" in whole


def test_accuracies_are_shown_with_the_gain_over_greedy() -> None:
    rows = rows_of(body(a_setting("greedy", 0.517), a_setting("T1.0", 0.5, 0.68)), "settings")

    assert [row[:3] for row in rows] == [["greedy", "51.70%", ""], ["T1.0", "68.00%", "+16.30"]]


def test_several_settings_have_their_vote_together_above_greedy_and_no_setting_beside_it() -> None:
    settings = (GREEDY, a_setting("T0.5", 0.61), a_setting("T0.7", 0.7))
    final = a_final(
        *("T0.5", "T0.7"), accuracy=0.65, voted_accuracy=0.64, interval=Interval(0.6, 0.7),
        gain=GAIN, paths=PathSpread(4, 4.0, 4), unanswered=1, cost_usd=0.5,
    )  # fmt: skip

    found = body_of(accuracy_section(with_settings(*settings, final=final)))

    assert rows_of(found, "final") == [
        [
            *("final|votes of T0.5 and T0.7 together", "65.00%|60.00 to 70.00%"),
            *("+2.00|+0.10 to +3.90, p = 0.030", "64.00%", "4", "2", "1|of 8", "$0.50"),
        ],
        ["greedy", "60.00%", "", "60.00%", "1", "2", "0|of 2", "unknown"],
    ]
    assert 'id="settings"' not in found


def test_settings_stand_by_themselves_with_corrected_p_and_a_warning_of_luck() -> None:
    gain = replace(GAIN, p_adjusted=0.06)
    settings = (GREEDY, a_setting("T0.5", 0.61), a_setting("T0.7", 0.62, gain=gain))

    final = a_final("T0.5", "T0.7", accuracy=0.65)

    found = body_of(settings_section(with_settings(*settings, final=final)))

    assert [row[2] for row in rows_of(found, "settings")] == [
        *("", "+1.00", "+2.00|+0.10 to +3.90, p = 0.030, corrected p = 0.060")
    ]
    assert "None was chosen by them: the best of several looks better than it is" in found
    assert "Holm’s method" in found


def test_a_setting_that_votes_alone_has_no_section_of_its_own() -> None:
    report = with_settings(GREEDY, a_setting("T0.7", 0.62), final=a_final("T0.7"))

    assert settings_section(report) is None
    assert len(rows_of(body_of(accuracy_section(report)), "settings")) == 2


def test_a_mix_shows_its_temperatures() -> None:
    mix = a_setting("mix", 0.7, temperature=None, temperatures=(0.5, 0.7, 1.0))

    assert rows_of(body(mix), "settings")[0][0] == "mix|temperatures 0.5, 0.7 and 1"


def test_a_setting_that_is_not_scored_says_so() -> None:
    assert rows_of(body(a_setting("T1.0")), "settings")[0][1] == "not scored"


def test_the_mean_number_of_paths_is_short() -> None:
    setting = a_setting("T1.0", 0.5, paths=PathSpread(4, 9.999331, 10))

    assert rows_of(body(setting), "settings")[0][4] == "9.999 (4 to 10)"


def test_intervals_stand_below_their_figures() -> None:
    gain = replace(GAIN, points=-0.02, low=-0.041, high=0.001, p_value=0.0312)
    setting = a_setting("T0.7", 0.7, interval=Interval(0.6, 0.7812), gain=gain)

    [row] = rows_of(body(setting), "settings")

    assert row[:3] == ["T0.7", "70.00%|60.00 to 78.12%", "−2.00|−4.10 to +0.10, p = 0.031"]


def test_a_gain_says_on_how_many_questions_if_one_setting_has_others() -> None:
    gain = replace(GAIN, questions=281)
    settings = (
        replace(GREEDY, labelled=281),
        a_setting("T0.5", 0.62, gain=gain, labelled=300),
        a_setting("T0.7", 0.62, gain=gain, labelled=281),
        a_setting("T1.0", 0.62, gain=None, labelled=300),
    )

    assert [row[2] for row in rows_of(body(*settings), "settings")] == [
        "",
        "+2.00|+0.10 to +3.90, p = 0.030, on 281 questions",
        "+2.00|+0.10 to +3.90, p = 0.030",
        "",
    ]


def test_variants_stand_below_their_setting_and_against_its_plain_majority() -> None:
    versus = replace(GAIN, points=0.02, low=0.01, high=0.03, p_value=0.0001)
    variant = VariantReport("repair", 0.72, 0.71, 0, Interval(0.7, 0.74), versus, ())
    settings = (a_setting("T0.5", 0.7, variants=(variant,)), a_setting("T0.7", 0.6))

    found = rows_of(body(*settings), "settings")

    assert [row[0] for row in found] == ["T0.5", "with wrong sums repaired", "T0.7"]
    assert found[1][1:4] == [
        "72.00%|70.00 to 74.00%",
        "+2.00 over the plain majority|+1.00 to +3.00, p &lt; 0.001",
        "71.00%",
    ]


def test_the_curve_s_table_has_each_point_once_and_ends_with_its_curve() -> None:
    settings = (a_setting("T0.5", 0.5, 0.6), a_setting("T0.7", 0.5, 0.5, 0.75))

    assert rows_of(body(*settings), "curve") == [
        ["1", "50.00% ± 0.00", "50.00% ± 0.00"],
        ["2", "60.00% ± 0.00", "50.00% ± 0.00"],
        ["3", "", "75.00% ± 0.00"],
    ]


def test_many_settings_have_tables_that_fit_on_paper() -> None:
    found = body(*(a_setting(f"T0.{number}", 0.5, 0.6) for number in range(1, 9)))

    assert [len(row) for row in rows_of(found, "curve")] == [7, 7]
    assert [len(row) for row in rows_of(found, "curve-2")] == [3, 3]
    assert 'aria-label="Accuracy when k paths vote: T0.7 to T0.8"' in found


def test_a_vote_over_more_paths_than_the_curve_has_is_explained() -> None:
    whole = a_setting("T0.7", 0.5, 0.6, paths=PathSpread(2, 2.0, 2))
    early = a_setting("T0.7", 0.5, 0.6, paths=PathSpread(2, 7.5, 10))

    assert "A separate mark" not in body(whole)
    assert "A separate mark" in body(early)


def test_the_reason_of_a_curve_s_end_is_shown() -> None:
    setting = a_setting("T0.7", 0.5, 0.6, curve_reach="ends at 5, which every question has")

    assert "<li>T0.7: ends at 5, which every question has</li>" in body(setting)


def test_the_forecast_has_its_range_and_cost() -> None:
    forecast = Forecast(60, 0.71, 0.7, 0.72, cost_usd=2.5)

    found = body(a_setting("T0.7", 0.5, 0.6, forecast=forecast))

    assert rows_of(found, "forecast") == [["T0.7", "60", "71.00%|70.00 to 72.00%", "$2.50"]]


def test_several_settings_that_stop_early_have_no_curve_together_and_the_page_says_why() -> None:
    early, whole = a_report(early_stop=True), a_report()

    assert "no curve by paths: questions stop early" in body_of(accuracy_section(early))
    assert "no curve by paths" not in body_of(accuracy_section(whole))


def test_the_page_says_what_breaks_ties() -> None:
    by_greedy = body_of(accuracy_section(a_report(ties="greedy")))

    assert "whose ties greedy’s answer, if it was among the tied, or else the run’s" in by_greedy
    assert "whose ties the run’s seed broke" in body_of(accuracy_section(a_report()))
