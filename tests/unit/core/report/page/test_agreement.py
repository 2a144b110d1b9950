"""Agreement: calibration and coverage with their tables, and the notes about them."""

from dataclasses import replace

from lambdas.contract.report import SettingReport
from lambdas.contract.statistics import (
    AgreementReport,
    CalibrationBin,
    CoverageStep,
    Interval,
    MeasureIntervals,
    Measures,
)
from lambdas.core.report.page.agreement import agreement_section
from tests.unit.core.report.page.tables import body_of, rows_of
from tests.unit.core.report.samples import a_final, a_setting, with_settings

LABELLED = AgreementReport(
    means=Measures(0.7, 0.5, None),
    auroc=Measures(0.8, 0.75, None),
    calibration_error=0.05,
    calibration=(CalibrationBin(0.6, 0.7, 1200, 0.65, 0.75, Interval(0.5, 0.9)),),
    coverage=(CoverageStep(0.8, 960, 0.96, 0.55),),
    note=None,
)
UNLABELLED = AgreementReport(
    Measures(0.7, 0.5, 0.6), Measures(None, None, None), None, (), (), None
)


def body(*settings: SettingReport) -> str:
    return body_of(agreement_section(with_settings(*settings)))


def test_calibration_and_coverage_have_tables_of_their_figures() -> None:
    found = body(a_setting("T0.7", 0.7, agreement=LABELLED))

    assert rows_of(found, "agreement-measures") == [
        ["T0.7", "0.700", "0.500", "", "0.800", "0.750", "", "5.00%"]
    ]
    assert rows_of(found, "calibration") == [
        ["T0.7", "60% to 70%", "1,200", "65.00%", "75.00%|50.00 to 90.00%"]
    ]
    assert rows_of(found, "coverage") == [["T0.7", "80%", "960", "96.00%", "55.00%"]]


def test_agreement_without_known_answers_has_means_and_no_charts() -> None:
    found = body(a_setting("T0.7", agreement=UNLABELLED))

    assert rows_of(found, "agreement-measures") == [["T0.7", "0.700", "0.500", "0.600", *[""] * 4]]
    assert "<canvas" not in found
    assert "<details" not in found


def test_a_note_stands_once_for_all_its_settings() -> None:
    noted = replace(UNLABELLED, note="do not compare")

    found = body(*(a_setting(name, 0.7, agreement=noted) for name in ("T0.5", "T0.7")))

    assert found.count("<li>T0.5, T0.7: do not compare</li>") == 1
    assert 'class="note"><li>' not in body(a_setting("T0.5", 0.7, agreement=UNLABELLED))


def test_without_any_agreement_there_is_no_section() -> None:
    assert agreement_section(with_settings(a_setting("T0.7", 0.7))) is None


def test_several_settings_are_drawn_together_and_measured_each() -> None:
    settings = [a_setting(name, 0.7, agreement=LABELLED) for name in ("T0.5", "T0.7")]
    final = a_final("T0.5", "T0.7", agreement=replace(LABELLED, calibration_error=0.04))

    found = body_of(agreement_section(with_settings(*settings, final=final)))

    measures = rows_of(found, "agreement-measures")
    assert [(row[0], row[-1]) for row in measures] == [
        *(("final", "4.00%"), ("T0.5", "5.00%"), ("T0.7", "5.00%"))
    ]
    assert [row[0] for row in rows_of(found, "coverage")] == ["final"]


def test_the_floor_of_calibration_and_the_intervals_of_auroc_stand_below_their_figures() -> None:
    intervals = MeasureIntervals(Interval(0.7, 0.9), Interval(0.6512, 0.8488), None)
    known = replace(LABELLED, calibration_floor=0.0463, auroc_intervals=intervals)

    found = body(a_setting("T0.7", 0.7, agreement=known))

    [row] = rows_of(found, "agreement-measures")
    assert row[4:] == [
        *("0.800|0.700 to 0.900", "0.750|0.651 to 0.849", "", "5.00%|4.63% if perfect")
    ]
    assert "A perfectly calibrated vote would show some calibration error too" in found
    assert "perfectly" not in body(a_setting("T0.7", 0.7, agreement=LABELLED))
