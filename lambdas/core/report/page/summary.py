"""The top of the page: the main result in a sentence, the run in figures, advice, warnings."""

from collections.abc import Iterator, Sequence
from html import escape

from lambdas.contract.answered_by import names_of
from lambdas.contract.report import DatasetReport, FinalReport, Report, SettingReport
from lambdas.contract.schema import GREEDY
from lambdas.core.report.page.cost import marked_usd
from lambdas.core.report.page.format import (
    duration,
    greedy_setting,
    half_width,
    interval,
    p_value,
    percent,
    points,
    sampled_settings,
)
from lambdas.core.report.page.html import folded, paragraph, sentence_list
from lambdas.core.report.page.votes import in_words, temperatures_of
from lambdas.core.text import count_of

# The first matter most, such as those of missing answers; more are folded.
_OPEN_WARNINGS = 3


def summary(report: Report) -> str:
    """Return what stands above the sections."""
    facts = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
        for name, value in _facts(report)
    )
    return "\n".join(
        (
            paragraph(_marked(main_result(report), report), "finding"),
            paragraph(uncertainty(report), "note"),
            sentence_list(_advice(report), "advice"),
            f'<dl class="facts">{facts}</dl>',
            _warnings(report.warnings),
        )
    )


def _marked(result: str, report: Report) -> str:
    return f"{report.made_up_label}. {result}" if report.made_up_label else result


def main_result(report: Report) -> str:
    """Return the accuracy of the run's one answer beside greedy's, in a sentence.

    In reports of earlier versions it is that of the best setting.
    """
    best, greedy = _main_vote(report), greedy_setting(report)
    if best is None:
        return _unscored(report, greedy)
    mean = best.paths.mean
    paths = f"{mean:.3g} path{'' if mean == 1 else 's'}"
    sentence = (
        f"A vote over {paths} per question {_where(report, best)} is right for"
        f" {percent(best.accuracy)}{half_width(best.interval)} of the"
        f" {_questions(best, report.dataset)}"
    )
    return f"{sentence}{_against_greedy(best, greedy, report.dataset)}."


def uncertainty(report: Report) -> str:
    """Return how far off the figures of the main result may be, "" if that is unknown."""
    best = _main_vote(report)
    if best is None or not best.interval:
        return ""
    bounds = f"95% interval over questions: {interval(best.interval)}"
    if best.gain is not None:
        low, high = points(best.gain.low), points(best.gain.high)
        # Parted by spaces that do not break a line.
        chance = p_value(best.gain.p_value).replace(" ", "\xa0")
        bounds += f"; of the gain {low} to {high} points, {chance}"
    if isinstance(best, FinalReport) or len(_scored(report)) == 1:
        return f"{bounds}."
    of = len(_scored(report))
    return f"{bounds}. The best of {of} settings, so probably a little too high."


def _advice(report: Report) -> list[str]:
    """Return the final vote's advice; in reports of earlier versions, that of each setting."""
    if report.final:
        advice = report.final.advice
        return [f"{advice.sentence.rstrip('.')}."] if advice else []
    return [
        f"{each.setting}: {each.advice.sentence.rstrip('.')}."
        for each in sampled_settings(report)
        if each.advice
    ]


def _main_vote(report: Report) -> FinalReport | SettingReport | None:
    """Return the vote that the page is headed by, `None` if no vote is scored."""
    final = report.final
    if final is None:
        return next(iter(_scored(report)), None)
    return None if final.accuracy is None or final.settings == (GREEDY,) else final


def _where(report: Report, vote: FinalReport | SettingReport) -> str:
    """Return which settings a vote is of."""
    if isinstance(vote, SettingReport):
        scored = len(_scored(report))
        return f"at {vote.setting}" + (f", the best of {scored} settings," if scored > 1 else "")
    if vote.is_pooled:
        return f"from {in_words(vote.settings)} together"
    mixed = [temperatures_of(each) for each in report.settings if each.setting in vote.settings]
    return f"in a mix of {mixed[0]}" if any(mixed) else f"at {vote.settings[0]}"


def _scored(report: Report) -> list[SettingReport]:
    """Return the settings that vote and are scored, the best first."""
    scored = (each for each in sampled_settings(report) if each.accuracy is not None)
    return sorted(scored, key=lambda each: each.accuracy or 0.0, reverse=True)


def _questions(best: FinalReport | SettingReport, dataset: DatasetReport) -> str:
    """Return the questions that a setting's accuracy covers: labelled ones with a path."""
    if best.labelled == dataset.questions:
        return "questions"
    paths = "" if best.labelled == dataset.labelled else " and paths"
    return f"{count_of(best.labelled, 'question')} with known answers{paths}"


def _against_greedy(
    best: FinalReport | SettingReport, greedy: SettingReport | None, dataset: DatasetReport
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
    if gain and gain.may_be_chance:
        chance = f", which may be chance ({p_value(gain.p_value)})"
    return f": {difference} points against greedy’s {base}{shared}{chance}"


def _unscored(report: Report, greedy: SettingReport | None) -> str:
    if greedy and greedy.accuracy is not None:
        return (
            f"Greedy is right for {percent(greedy.accuracy)}{half_width(greedy.interval)} of the"
            " questions; no vote is scored."
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
        yield from _thousand(report)
    yield "Time", duration(totals.seconds)


def _thousand(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what the final vote costs for a thousand questions, if that is known."""
    final = report.final
    if final and final.cost_usd is not None and final.questions:
        estimated = report.totals.cost_estimated
        amount = marked_usd(1000 * final.cost_usd / final.questions, estimated=estimated)
        yield "A thousand questions", amount


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
