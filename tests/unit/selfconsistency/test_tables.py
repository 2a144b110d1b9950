from dataclasses import replace

import pytest
from rich.console import Console, RenderableType

from lambdas.contract.costs import SecondsRange, TimeEstimate
from lambdas.contract.entries import ExpectedCost
from lambdas.contract.report import DatasetReport, PathSpread, PilotReport, VariantReport
from lambdas.contract.statistics import Advice, CurvePoint, Gain, Interval
from lambdas.contract.votes import SettingWaveSummary, WaveSummary
from selfconsistency.headline import final_lines, time_lines
from selfconsistency.runs import Run
from selfconsistency.tables import (
    accuracy_rows,
    accuracy_title,
    bought_rows,
    cost_rows,
    curve_points,
    curve_rows,
    gain_rows,
    gain_title,
    notes,
    report_tables,
    runs_table,
    wave_rows,
)
from tests.unit.core.report.samples import (
    LOCAL,
    MADE_UP,
    a_final,
    a_report,
    a_setting,
    with_settings,
)

INTERVAL = Interval(0.8864, 0.941)
GAIN = Gain(0.0241, 0.0013, 0.0484, gained=14, lost=5, p_value=0.0636, questions=395, base=0.8936)
CURVE = tuple(CurvePoint(k, 0.6 + k / 100, 0.02) for k in range(1, 11))
REPAIR = VariantReport("repair", 0.93, 0.93, 0, INTERVAL, None, ())


def printed(shown: RenderableType, width: int = 140) -> str:
    console = Console(width=width)
    with console.capture() as captured:
        console.print(shown)
    return captured.get()


def a_wave(number: int, **settings: tuple[int, int, int, int]) -> WaveSummary:
    """A wave of 200 records; of each setting questions, decided, exhausted and open."""
    summaries = tuple(
        SettingWaveSummary(name, asked, 500, 0, decided, exhausted, still)
        for name, (asked, decided, exhausted, still) in settings.items()
    )
    return WaveSummary(number, 2, 200, 1000, summaries)


def test_an_accuracy_stands_with_its_interval_over_questions() -> None:
    setting = a_setting("T0.7", 0.9177, interval=INTERVAL, unanswered=2, variants=())

    [row] = accuracy_rows(with_settings(setting))

    assert row[2:] == ("91.77 %", "88.6–94.1", "2 of 4")


def test_a_variant_has_a_row_below_its_setting() -> None:
    rows = accuracy_rows(with_settings(a_setting("T0.7", 0.9177, variants=(REPAIR,))))

    assert rows[1] == ("  repair", "", "93.00 %", "88.6–94.1", "")


def test_questions_without_answers_have_no_accuracy() -> None:
    [row] = accuracy_rows(with_settings(a_setting("T0.7", interval=None)))

    assert row[2:4] == ("–", "–")


def test_numbers_of_paths_that_differ_are_a_span_with_their_mean() -> None:
    [row] = accuracy_rows(with_settings(a_setting("T0.7", 0.5, paths=PathSpread(4, 9.16, 40))))

    assert row[1] == "4–40, mean 9.2"


def test_a_gain_stands_with_its_interval_its_questions_and_p() -> None:
    settings = a_setting("greedy", 0.8937, gain=None), a_setting("T0.7", 0.9177, gain=GAIN)

    assert gain_rows(with_settings(*settings)) == [
        ("T0.7", "greedy", "+2.41", "+0.1 to +4.8", "14", "5", "0.064")
    ]


def test_a_variant_gains_over_the_majority() -> None:
    loss = replace(GAIN, points=-0.01, low=-0.03, high=0.0, p_value=0.00001)
    worse = replace(REPAIR, versus=loss)

    rows = gain_rows(with_settings(a_setting("T0.7", 0.9, gain=None, variants=(worse,))))

    assert rows == [("T0.7 repair", "majority", "-1.00", "-3.0 to +0.0", "14", "5", "< 0.001")]


def test_it_stands_below_its_setting_where_that_has_a_gain() -> None:
    variant = replace(REPAIR, versus=GAIN)

    rows = gain_rows(with_settings(a_setting("T0.7", 0.9, gain=GAIN, variants=(variant,))))

    assert [row[0] for row in rows] == ["T0.7", "  repair"]


def test_accuracies_over_other_questions_are_no_gain() -> None:
    settings = a_setting("greedy", 0.5, gain=None), a_setting("T0.7", 0.625, gain=None)

    assert gain_rows(with_settings(*settings)) == []


@pytest.mark.parametrize(
    ("questions", "labelled", "title"),
    [
        (1, 1, "Accuracy of the vote on 1 question"),
        (1319, 1000, "Accuracy of the vote on 1,000 labelled questions of 1,319"),
        (20, 1, "Accuracy of the vote on 1 labelled question of 20"),
        (1, 0, "Votes on 1 question, none of them labelled"),
        (20, 0, "Votes on 20 questions, none of them labelled"),
    ],
)
def test_the_title_counts_questions_and_labels(questions: int, labelled: int, title: str) -> None:
    report = with_settings(dataset=DatasetReport(questions, labelled))

    assert accuracy_title(report) == title


def test_a_wave_has_a_row_for_each_sampled_setting() -> None:
    waves = [
        a_wave(1, greedy=(50, 50, 0, 0), hot=(50, 30, 0, 20), cold=(50, 40, 0, 10)),
        a_wave(2, greedy=(0, 0, 0, 0), hot=(20, 15, 5, 0), cold=(10, 10, 0, 0)),
    ]

    assert wave_rows(waves) == [
        ("1", "2", "200", "1,000", "hot", "50", "30", "0", "20"),
        ("", "", "", "", "cold", "50", "40", "0", "10"),
        ("2", "2", "200", "1,000", "hot", "20", "15", "5", "0"),
        ("", "", "", "", "cold", "10", "10", "0", "0"),
    ]


def test_many_waves_are_counted_not_shown() -> None:
    rows = wave_rows([a_wave(number, hot=(5, 0, 0, 5)) for number in range(1, 31)])

    assert len(rows) == 11
    assert rows[-1][0] == "… and 20 more"


@pytest.mark.parametrize(("early_stop", "tables"), [(False, 0), (True, 1)])
def test_waves_are_a_table_where_there_are_several(early_stop: bool, tables: int) -> None:
    report = a_report(settings=("T0.7",), questions=10, early_stop=early_stop)

    assert printed(report_tables(report)).count("Waves:") == tables


def test_no_figure_of_accuracy_is_cut_off_on_a_narrow_terminal() -> None:
    gain = replace(GAIN, points=0.125, low=-0.1013, high=0.1484, gained=114, lost=50)
    setting = a_setting(
        "T0.7",
        0.625,
        paths=PathSpread(4, 19.16, 40),
        interval=Interval(0.8864, 1.0),
        gain=gain,
        variants=(replace(REPAIR, versus=gain),),
    )

    shown = printed(report_tables(with_settings(a_setting("greedy", 0.5), setting)), width=80)

    for figure in ("4–40, mean 19.2", "88.6–100.0", "-10.1 to +14.8", "0.064", "an answer"):
        assert figure in shown
    assert shown.count("over questions") == 2


def test_the_curve_ends_with_its_last_point() -> None:
    assert curve_points(with_settings(a_setting("T0.7", curve=CURVE[:4]))) == [1, 3, 4]


def test_the_curve_s_main_points_are_shown() -> None:
    report = with_settings(a_setting("T0.7", curve=CURVE, variants=()))

    points = curve_points(report)

    assert points == [1, 3, 5, 10]
    assert curve_rows(report, points) == [
        ("T0.7", "61.00 ± 2.00", "63.00 ± 2.00", "65.00 ± 2.00", "70.00 ± 2.00")
    ]


def test_a_variant_has_its_curve_below_that_of_its_setting() -> None:
    weighted = replace(REPAIR, variant="confidence")
    variants = (replace(REPAIR, curve=CURVE[1:]), weighted)

    rows = curve_rows(with_settings(a_setting("T0.7", curve=CURVE, variants=variants)), [1, 3])

    assert rows == [
        ("T0.7", "61.00 ± 2.00", "63.00 ± 2.00"),
        ("  repair", "", "63.00 ± 2.00"),
    ]


def test_made_up_figures_are_said_to_be_so_in_each_title() -> None:
    shown = printed(report_tables(a_report(questions=10, answered_by=MADE_UP)))

    assert shown.count("· SIMULATED, says nothing about a model") == 4
    assert "SIMULATED" not in printed(report_tables(a_report(questions=10, answered_by=LOCAL)))


def test_a_rehearsal_with_prices_says_what_it_would_cost_and_for_which_model() -> None:
    shown = printed(report_tables(a_report(questions=10, answered_by=LOCAL)))

    assert shown.startswith(
        "answered by qwen2.5:1.5b (http://localhost:11434), standing in for us.amazon.nova-lite"
    )
    assert "\nWould cost" in shown
    assert " would cost " in shown


def test_a_rehearsal_without_prices_has_no_table_of_costs() -> None:
    report = a_report(questions=10, priced=False, answered_by=LOCAL, model_id=None)

    shown = printed(report_tables(report)) + "".join(notes(report))

    assert "answered by qwen2.5:1.5b (http://localhost:11434)\n" in shown
    for absent in ("cost", "Cost", "$", "us.amazon"):
        assert absent not in shown


def test_paths_without_an_answer_stand_beside_all_paths() -> None:
    setting = a_setting("T0.7", 0.9, unanswered=53, generations=3600)

    [row] = accuracy_rows(with_settings(setting))

    assert row[-1] == "53 of 3,600"


def test_the_cost_stands_beside_the_estimate() -> None:
    report = a_report(settings=("T0.7",), questions=10)
    costly = replace(
        report.settings[0], cost_usd=14.55, usd_per_path=1.455, cost_estimated=True, records=1319
    )
    assert report.estimate
    expected = replace(report.estimate.settings[0], cost_usd=12.5, ceiling_usd=30.0)
    estimate = replace(report.estimate, settings=(expected,))

    [row] = cost_rows(replace(report, settings=(costly,), estimate=estimate))

    assert row[:6] == ("T0.7", "≈ $14.55", "≈ $1.46", "$12.50", "$30.00", "1,319")


def test_an_unknown_cost_is_not_shown_as_0() -> None:
    [row] = cost_rows(a_report(settings=("T0.7",), questions=10, priced=False))

    assert row[1:5] == ("unknown",) * 4


@pytest.mark.parametrize(
    ("run", "cost"),
    [
        pytest.param(Run("r1", status="succeeded", cost_usd=9.51), "$9.51", id="ended"),
        pytest.param(Run("r1", status="succeeded"), "unknown", id="ended, prices unknown"),
        pytest.param(
            Run("r1", status="running", expected=ExpectedCost(cost_usd=0.17, ceiling_usd=0.42)),
            "$0.17 expected",
            id="runs",
        ),
        pytest.param(Run("r1", status="failed"), "", id="failed before it was planned"),
        pytest.param(
            Run("r1", status="succeeded", cost_usd=9.51, answered_by=tuple(LOCAL)),
            "would be $9.51",
            id="rehearsed",
        ),
        pytest.param(
            Run("r1", status="failed", report_key="k", cost_usd=4.2), "$4.20", id="lacks jobs"
        ),
    ],
)
def test_runs_are_listed_with_their_cost(run: Run, cost: str) -> None:
    assert cost in printed(runs_table([run])).splitlines()[-2]


def test_a_rehearsal_without_prices_is_listed_without_a_cost() -> None:
    shown = printed(runs_table([Run("r1", status="succeeded", answered_by=tuple(LOCAL))]))

    assert "unknown" not in shown


def test_runs_are_listed_with_their_status() -> None:
    shown = printed(runs_table([Run("r1", status="failed", message="no questions")]))

    assert "r1" in shown
    assert "no questions" in shown


def test_the_list_fits_the_terminal_and_keeps_names_whole() -> None:
    name = "word_problems-20261130-103013-5435-0123456789"
    message = "no s3://bucket/key: " + "a reason " * 20

    shown = printed(runs_table([Run(name, status="failed", message=message)]), width=100)

    assert name in shown
    assert {len(line) for line in shown.splitlines()[1:]} == {100}


def test_advice_and_the_end_of_curves_stand_before_the_warnings() -> None:
    advised = a_setting("T0.7", 0.9, advice=Advice("5 paths do"), curve_reach="it ends at 4")
    silent = a_setting("greedy", 0.9, advice=None, curve_reach=None)

    assert notes(with_settings(silent, advised, warnings=("w",))) == [
        "T0.7: 5 paths do",
        "T0.7: it ends at 4",
        "note: w",
    ]


def test_many_warnings_are_counted_not_shown() -> None:
    lines = notes(with_settings(warnings=tuple(f"w{number}" for number in range(1000))))

    assert len(lines) == 9
    assert lines[0] == "note: w0"
    assert lines[-1] == "… and 992 more warnings in the report"


def test_a_pilot_is_a_line_of_the_costs() -> None:
    pilot = PilotReport(asked=6, readable=6, cost_usd=0.01)

    *_, row = cost_rows(replace(a_report(settings=("T0.7",), questions=10), pilot=pilot))

    assert row == ("pilot", "$0.010", "", "unknown", "unknown", "6", "6")


FINAL = a_final(
    *("T0.5", "T0.7"),
    accuracy=0.9177,
    labelled=395,
    paths=PathSpread(20, 20.0, 20),
    interval=INTERVAL,
    gain=GAIN,
    unanswered=3,
    advice=Advice("Take 10 mixed paths."),
)


def test_the_run_s_one_answer_stands_first_in_words() -> None:
    report = with_settings(a_setting("greedy", 0.8936), final=FINAL, answered_by=MADE_UP)

    assert final_lines(report) == [
        "SIMULATED, says nothing about a model",
        "final vote: 91.77 % ± 2.7 of 395 questions",
        "votes: T0.5, T0.7 together; paths per question: 20",
        "gain over greedy: +2.41 points (+0.1 to +4.8), p = 0.064, which may be chance",
        "Take 10 mixed paths.",
    ]


def test_greedy_alone_is_no_vote_and_a_mix_has_its_temperatures() -> None:
    greedy = with_settings(a_setting("greedy", 0.5), final=a_final("greedy", accuracy=0.5))
    mix = a_setting("mix", 0.5, temperature=None, temperatures=(0.5, 1.0))

    assert final_lines(greedy) == ["greedy: 50.00 % of 2 questions"]
    assert final_lines(with_settings(mix, final=a_final("mix"))) == [
        *("final vote: not scored", "votes: a mix of temperatures 0.5, 1; paths per question: 2")
    ]


def test_a_report_of_an_earlier_version_has_no_one_answer() -> None:
    assert final_lines(with_settings(a_setting("T0.7", 0.5))) == []


def test_several_settings_have_a_row_together_and_corrected_p_values() -> None:
    corrected = replace(GAIN, p_adjusted=0.1272)
    settings = (a_setting("T0.5", 0.9), a_setting("T0.7", 0.9177, gain=corrected))
    report = with_settings(*settings, final=FINAL)

    assert accuracy_rows(report)[0] == ("final", "20", "91.77 %", "88.6–94.1", "3 of 8")
    assert [(row[0], row[-1]) for row in gain_rows(report)] == [
        ("final", "0.064"),
        ("T0.7", "0.127"),
    ]
    assert gain_title(report).endswith("p of each setting corrected (Holm)")


def test_the_advice_of_settings_is_left_out_where_the_run_has_its_own() -> None:
    advised = a_setting("T0.7", 0.9, advice=Advice("5 paths do"), curve_reach="it ends at 4")

    assert notes(with_settings(advised, final=FINAL)) == ["T0.7: it ends at 4"]


def test_a_wave_s_points_stand_for_a_thousand_of_its_paths() -> None:
    first = a_wave(1, hot=(50, 30, 0, 20))
    second = a_wave(2, hot=(20, 20, 0, 0))
    waves = [
        replace(wave, settings=(replace(wave.settings[0], accuracy=right, mean_paths=paths),))
        for wave, right, paths in ((first, 0.7, 10.0), (second, 0.725, 20.0))
    ]

    # 2.5 points for 500 paths.
    assert bought_rows(waves) == [
        ("1", "hot", "500", "10.00", "70.00 %", ""),
        ("2", "hot", "500", "20.00", "72.50 %", "+5.00"),
    ]
    assert bought_rows([first, second]) == []


def test_tables_of_waves_fit_a_narrow_terminal() -> None:
    report = a_report(settings=("greedy", "T0.5", "T0.7"), early_stop=True)

    shown = printed(report_tables(report), width=80)

    for head in ("records", "paths", "setting", "asked", "decided", "hausted", "1,000 paths"):
        assert head in shown
    assert "…" not in shown


def test_the_time_stands_beside_what_was_expected() -> None:
    report = a_report(settings=("T0.7",))
    assert report.estimate
    time = TimeEstimate(4, 2, 3, SecondsRange(1200, 2400))
    timed = replace(report, estimate=replace(report.estimate, time=time))

    # The one job of the sample runs for a minute and a half.
    assert time_lines(timed) == [
        "time: 1 batch job in 1 round, 1 min 30 s (expected 4 in 2, 20 to 40 minutes)"
    ]
    assert time_lines(with_settings()) == []
