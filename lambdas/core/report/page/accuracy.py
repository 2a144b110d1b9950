"""Accuracy by setting: the table, with the curves and the forecast below it."""

from collections.abc import Iterator, Mapping

from lambdas.contract.report import FinalReport, Report, SettingReport, VariantReport
from lambdas.contract.schema import FINAL
from lambdas.contract.statistics import Gain
from lambdas.core.report.page.cost import marked_usd
from lambdas.core.report.page.curves import (
    FINAL_CURVE,
    SETTING_CURVES,
    accuracy_curves,
    forecasts,
)
from lambdas.core.report.page.format import (
    gain_uncertainty,
    greedy_setting,
    interval,
    path_spread,
    percent,
    points,
)
from lambdas.core.report.page.html import Section, TableCell, TableRow, paragraph, table
from lambdas.core.report.page.votes import (
    answer_votes,
    in_words,
    pooled_final,
    setting_votes,
    temperatures_of,
)
from lambdas.core.text import count_of

_VARIANTS: Mapping[str, str] = {
    "repair": "with wrong sums repaired",
    "confidence": "weighted by confidence",
}
_HEADS = (
    TableCell("Accuracy", "95% interval over questions"),
    TableCell("Gain over greedy, points", "95% interval over questions, McNemar’s p"),
    "Accuracy as cast",
    TableCell("Paths per question", "mean (fewest to most)"),
    "Questions",
    TableCell("Unanswered paths", "of all"),
)
_NOTE = (
    "Accuracy counts a tied vote by its chance of being right. Accuracy as cast is that of the"
    " votes in the run’s files, whose ties {breaker} broke. A 95% interval over questions shows"
    " how much a figure could differ for other questions of the same kind. A gain compares answers"
    " to the same questions."
)
_BREAKERS = {
    "seed": "the run’s seed",
    "greedy": "greedy’s answer, if it was among the tied, or else the run’s seed",
}
_NO_CURVE = "The vote of several settings has no curve by paths"
_STOPPED_EARLY = (
    f"{_NO_CURVE}: questions stop early, so the later paths of a setting are no random sample."
)
_TOO_MANY = f"{_NO_CURVE}: with so many of them it would take too long."
_ALONE_NOTE = (
    "The final vote counts the paths of all these settings. The figures here show what each would"
    " have answered by itself."
)
_LUCK_NOTE = (
    " None was chosen by them: the best of several looks better than it is, because part of its"
    " lead is luck."
)
_HOLM_NOTE = (
    "A corrected p allows for the number of settings compared with greedy (Holm’s method). If it is"
    " 0.05 or more, the gain may be chance."
)


def accuracy_section(report: Report) -> Section:
    """Return the accuracy of the run's one answer, its curve and the forecast.

    Where one setting votes alone, and in reports of earlier versions, it is that of the settings.
    """
    pooled, greedy, word = pooled_final(report), greedy_setting(report), report.cost_word
    if pooled is None:
        shown = _settings_table(report, "Accuracy by setting")
        curves = accuracy_curves(SETTING_CURVES, setting_votes(report), greedy)
    else:
        shown = _final_table(report, pooled)
        curves = accuracy_curves(FINAL_CURVE, answer_votes(report), greedy)
    note = _NOTE.format(breaker=_BREAKERS[report.request.ties])
    missing = paragraph(_no_curve(report), "note")
    parts = (
        shown,
        paragraph(note, "note"),
        curves or missing,
        forecasts(answer_votes(report), word),
    )
    return Section("accuracy", "Accuracy", "\n".join(filter(None, parts)))


def settings_section(report: Report) -> Section | None:
    """Return what each setting would have answered by itself, `None` if only one votes."""
    pooled = pooled_final(report)
    if pooled is None:
        return None
    corrected = any(each.gain and each.gain.p_adjusted is not None for each in report.settings)
    parts = (
        paragraph(_ALONE_NOTE + ("" if pooled.accuracy is None else _LUCK_NOTE)),
        _settings_table(report, "Accuracy of each setting by itself"),
        paragraph(_HOLM_NOTE, "note") if corrected else "",
        accuracy_curves(SETTING_CURVES, setting_votes(report), greedy_setting(report)),
    )
    return Section("settings-alone", "Each setting by itself", "\n".join(filter(None, parts)))


def _no_curve(report: Report) -> str:
    """Return why the vote of several settings has no curve, "" if it has or is not scored."""
    pooled = pooled_final(report)
    if pooled is None or pooled.curve or pooled.accuracy is None:
        return ""
    return _STOPPED_EARLY if report.request.early_stop or report.request.budget else _TOO_MANY


def _final_table(report: Report, final: FinalReport) -> str:
    """Return the final vote's row, and greedy's below it."""
    greedy, word = greedy_setting(report), report.cost_word
    estimated = any(each.cost_estimated for each in report.settings)
    cells = (
        TableCell(FINAL, f"votes of {in_words(final.settings)} together"),
        TableCell(_accuracy(final.accuracy), interval(final.interval)),
        _gain_cell(final, greedy),
        percent(final.voted_accuracy),
        path_spread(final.paths),
        f"{final.questions:,}",
        TableCell(f"{final.unanswered:,}", f"of {_pooled_paths(report, final):,}"),
        *((marked_usd(final.cost_usd, estimated=estimated),) if word else ()),
    )
    rows = [TableRow(cells), *(_rows(greedy, None, word) if greedy else ())]
    return table("final", "Accuracy of the final vote", _heads("Vote", word), rows)


def _settings_table(report: Report, caption: str) -> str:
    greedy, word = greedy_setting(report), report.cost_word
    rows = [row for setting in report.settings for row in _rows(setting, greedy, word)]
    return table("settings", caption, _heads("Setting", word), rows)


def _heads(first: str, cost_word: str) -> tuple[TableCell | str, ...]:
    return (first, *_HEADS, cost_word.capitalize()) if cost_word else (first, *_HEADS)


def _pooled_paths(report: Report, final: FinalReport) -> int:
    return sum(each.generations for each in report.settings if each.setting in final.settings)


def _accuracy(share: float | None) -> str:
    return "not scored" if share is None else percent(share)


def _rows(
    setting: SettingReport, greedy: SettingReport | None, cost_word: str
) -> Iterator[TableRow]:
    cells = (
        TableCell(setting.setting, temperatures_of(setting)),
        TableCell(_accuracy(setting.accuracy), interval(setting.interval)),
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


def _gain_cell(vote: SettingReport | FinalReport, greedy: SettingReport | None) -> TableCell:
    gain = vote.gain
    if gain is not None:
        below = f"{gain_uncertainty(gain)}{_compared_questions(gain, vote, greedy)}"
        return TableCell(points(gain.points), below)
    if vote is greedy or vote.accuracy is None:
        return TableCell("")
    # Accuracies on different questions do not compare.
    if greedy is None or greedy.accuracy is None or vote.labelled != greedy.labelled:
        return TableCell("")
    return TableCell(points(vote.accuracy - greedy.accuracy))


def _compared_questions(gain: Gain, *votes: SettingReport | FinalReport | None) -> str:
    """Return on how many questions two votes are compared, if either has others as well."""
    if all(each is None or each.labelled == gain.questions for each in votes):
        return ""
    return f", on {count_of(gain.questions, 'question')}"


def _variant_row(variant: VariantReport, columns: int) -> TableRow:
    versus = TableCell("")
    if variant.versus is not None:
        over = f"{points(variant.versus.points)} over the plain majority"
        versus = TableCell(over, gain_uncertainty(variant.versus))
    cells = (
        _VARIANTS.get(variant.variant, variant.variant),
        TableCell(percent(variant.accuracy), interval(variant.interval)),
        versus,
        percent(variant.voted_accuracy),
    )
    return TableRow((*cells, *[""] * (columns - len(cells))), "variant")
