"""The top of the page: the main result in a sentence, the run in figures, advice, warnings."""

from collections.abc import Iterator, Sequence
from html import escape

from lambdas.contract.answered_by import names_of
from lambdas.contract.report import DatasetReport, Report, SettingReport
from lambdas.core.report.page.cost import marked_usd
from lambdas.core.report.page.format import (
    duration,
    greedy_setting,
    interval,
    may_be_chance,
    p_value,
    percent,
    points,
    sampled_settings,
)
from lambdas.core.report.page.html import folded, paragraph, sentence_list
from lambdas.core.text import count_of

# The first matter most, such as those of missing answers; more are folded.
_OPEN_WARNINGS = 3


def summary(report: Report) -> str:
    """Return what stands above the sections."""
    advice = [
        f"{each.setting}: {each.advice.sentence.rstrip('.')}."
        for each in sampled_settings(report)
        if each.advice
    ]
    facts = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in _facts(report)
    )
    return "\n".join(
        (
            paragraph(_marked(main_result(report), report), "finding"),
            paragraph(uncertainty(report), "note"),
            sentence_list(advice, "advice"),
            f'<dl class="facts">{facts}</dl>',
            _warnings(report.warnings),
        )
    )


def _marked(result: str, report: Report) -> str:
    return f"{report.made_up_label}. {result}" if report.made_up_label else result


def main_result(report: Report) -> str:
    """Return the best vote's accuracy beside greedy's, in a sentence."""
    scored, greedy = _scored(report), greedy_setting(report)
    if not scored:
        return _unscored(report, greedy)
    best = scored[0]
    mean = best.paths.mean
    paths = f"{mean:.3g} path{'' if mean == 1 else 's'}"
    chosen = f", the best of {len(scored)} settings," if len(scored) > 1 else ""
    sentence = (
        f"A vote over {paths} per question at {best.setting}{chosen} is right for"
        f" {percent(best.accuracy)} of the {_questions(best, report.dataset)}"
    )
    return f"{sentence}{_against_greedy(best, greedy, report.dataset)}."


def uncertainty(report: Report) -> str:
    """Return how far off the figures of the main result may be, "" if that is unknown."""
    scored = _scored(report)
    if not scored or not scored[0].interval:
        return ""
    bounds = f"95% interval over questions: {interval(scored[0].interval)}"
    gain = scored[0].gain
    if gain is not None:
        bounds += f"; of the gain {points(gain.low)} to {points(gain.high)} points"
    if len(scored) == 1:
        return f"{bounds}."
    return f"{bounds}. The best of {len(scored)} settings, so probably a little too high."


def _scored(report: Report) -> list[SettingReport]:
    """Return the settings that vote and are scored, the best first."""
    scored = (each for each in sampled_settings(report) if each.accuracy is not None)
    return sorted(scored, key=lambda each: each.accuracy or 0.0, reverse=True)


def _questions(best: SettingReport, dataset: DatasetReport) -> str:
    """Return the questions that a setting's accuracy covers: labelled ones with a path."""
    if best.labelled == dataset.questions:
        return "questions"
    paths = "" if best.labelled == dataset.labelled else " and paths"
    return f"{count_of(best.labelled, 'question')} with known answers{paths}"


def _against_greedy(
    best: SettingReport, greedy: SettingReport | None, dataset: DatasetReport
) -> str:
    if greedy is None or greedy.accuracy is None or best.accuracy is None:
        return ""
    gain = best.gain
    if gain is None and best.labelled != greedy.labelled:
        return ""
    difference = points(gain.points if gain else best.accuracy - greedy.accuracy)
    base = percent(gain.base if gain else greedy.accuracy)
    shared = ""
    if gain and gain.questions != dataset.labelled:
        shared = f" on the {count_of(gain.questions, 'question')} that both have"
    if difference == points(0):
        return f": no difference from greedy’s {base}{shared}"
    chance = ""
    if gain and may_be_chance(gain):
        chance = f", which may be chance ({p_value(gain.p_value)})"
    return f": {difference} points against greedy’s {base}{shared}{chance}"


def _unscored(report: Report, greedy: SettingReport | None) -> str:
    if greedy and greedy.accuracy is not None:
        return (
            f"Greedy is right for {percent(greedy.accuracy)} of the questions; no vote is scored."
        )
    if report.dataset.labelled:
        return "Not scored: no path has a readable answer."
    return "Voted, not scored: no question has a known answer."


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    totals, request = report.totals, report.request
    yield "Answered by", names_of(report.answered_by) or request.model_id or "unknown"
    if report.is_rehearsed and request.model_id:
        yield "Stands in for", request.model_id
    yield "Dataset", f"{request.dataset} ({request.task})"
    yield "Questions", f"{report.dataset.questions:,}"
    yield "Completions received", f"{totals.generations:,}"
    if report.cost_word:
        amount = marked_usd(totals.cost_usd, estimated=totals.cost_estimated)
        yield report.cost_word.capitalize(), amount
    yield "Time", duration(totals.seconds)


def _warnings(warnings: Sequence[str]) -> str:
    if not warnings:
        return ""
    first, rest = warnings[:_OPEN_WARNINGS], warnings[_OPEN_WARNINGS:]
    more = ""
    if rest:
        title = count_of(len(rest), "more warning")
        more = folded(title, sentence_list(rest, "warnings"), printed=True)
    heading = f"<h2>{count_of(len(warnings), 'warning')}</h2>"
    return f'<aside class="warned">{heading}{sentence_list(first, "warnings")}{more}</aside>'
