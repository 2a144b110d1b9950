"""Accuracy by setting: the table, with the curves and the forecast below it."""

from collections.abc import Iterator, Mapping

from lambdas.contract.names import VoteMethod
from lambdas.contract.report import (
    Report,
    SettingReport,
    VariantReport,
)
from lambdas.contract.schema import GREEDY
from lambdas.contract.statistics import (
    Gain,
)
from lambdas.core.report.page.cost import marked_usd
from lambdas.core.report.page.curves import accuracy_curves, forecasts
from lambdas.core.report.page.format import (
    gain_uncertainty,
    greedy_setting,
    interval,
    path_spread,
    percent,
    points,
    sampled_settings,
)
from lambdas.core.report.page.html import Section, TableCell, TableRow, paragraph, table
from lambdas.core.text import count_of

_VARIANTS: Mapping[VoteMethod, str] = {
    "calculator": "with the calculator check",
    "confidence": "weighted by confidence",
}
_HEADS = (
    "Setting",
    TableCell("Accuracy", "95% interval over questions"),
    TableCell("Gain over greedy, points", "95% interval over questions, McNemar’s p"),
    "Accuracy as cast",
    TableCell("Paths per question", "mean (fewest to most)"),
    "Questions",
    TableCell("Unanswered paths", "of all"),
)
_NOTE = (
    "Accuracy counts a tied vote by its chance of being right. Accuracy as cast is that of the"
    " votes in votes.jsonl, whose ties the run’s seed broke. A 95% interval over questions shows"
    " how much a figure could differ for other questions of the same kind. A gain compares answers"
    " to the same questions."
)


def accuracy_section(report: Report) -> Section:
    """Return the settings' accuracies, their curves and the forecast."""
    greedy, sampled = greedy_setting(report), sampled_settings(report)
    word = report.cost_word
    rows = [row for setting in report.settings for row in _rows(setting, greedy, word)]
    heads = (*_HEADS, word.capitalize()) if word else _HEADS
    parts = (
        table("settings", "Accuracy by setting", heads, rows),
        paragraph(_NOTE, "note"),
        accuracy_curves(sampled, greedy),
        forecasts(sampled, word),
    )
    return Section("accuracy", "Accuracy", "\n".join(filter(None, parts)))


def _rows(
    setting: SettingReport, greedy: SettingReport | None, cost_word: str
) -> Iterator[TableRow]:
    accuracy = "not scored" if setting.accuracy is None else percent(setting.accuracy)
    cells = (
        setting.setting,
        TableCell(accuracy, interval(setting.interval)),
        _gain_cell(setting, greedy),
        percent(setting.voted_accuracy),
        path_spread(setting.paths),
        f"{setting.questions:,}",
        TableCell(f"{setting.unanswered:,}", f"of {setting.generations:,}"),
        *((marked_usd(setting.cost_usd, estimated=setting.cost_estimated),) if cost_word else ()),
    )
    yield TableRow(cells)
    for variant in setting.variants:
        yield _variant_row(variant, columns=len(cells))


def _gain_cell(setting: SettingReport, greedy: SettingReport | None) -> TableCell:
    gain = setting.gain
    if gain is not None:
        below = f"{gain_uncertainty(gain)}{_compared_questions(gain, setting, greedy)}"
        return TableCell(points(gain.points), below)
    if setting.setting == GREEDY or setting.accuracy is None:
        return TableCell("")
    # Accuracies on different questions do not compare.
    if greedy is None or greedy.accuracy is None or setting.labelled != greedy.labelled:
        return TableCell("")
    return TableCell(points(setting.accuracy - greedy.accuracy))


def _compared_questions(gain: Gain, *settings: SettingReport | None) -> str:
    """Return on how many questions two settings are compared, if either has others as well."""
    if all(each is None or each.labelled == gain.questions for each in settings):
        return ""
    return f", on {count_of(gain.questions, 'question')}"


def _variant_row(variant: VariantReport, columns: int) -> TableRow:
    versus = TableCell("")
    if variant.versus is not None:
        over = f"{points(variant.versus.points)} over the plain majority"
        versus = TableCell(over, gain_uncertainty(variant.versus))
    cells = (
        _VARIANTS[variant.variant],
        TableCell(percent(variant.accuracy), interval(variant.interval)),
        versus,
        percent(variant.voted_accuracy),
    )
    return TableRow((*cells, *[""] * (columns - len(cells))), "variant")
