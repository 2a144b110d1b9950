"""The top of the page: the main finding in a sentence, the run in figures, the advice."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from lambdas.core.reporting.pages.cost import spent_usd
from lambdas.core.reporting.pages.figures import (
    chance,
    duration,
    greedy_of,
    interval,
    percent,
    points,
    votes_of,
)
from lambdas.core.reporting.pages.markup import folded, listed, paragraph
from lambdas.core.wording import count_of

# The first say what weighs most, such as answers that no model gave; more are folded.
_OPEN_WARNINGS = 3


def summary(report: Mapping[str, Any]) -> str:
    """Return what stands above the sections."""
    advice = [each for each in map(_advice, votes_of(report)) if each]
    facts = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(shown)}</dd></div>"
        for name, shown in _facts(report)
    )
    return "\n".join(
        (
            paragraph(finding(report), "finding"),
            paragraph(uncertainty(report), "note"),
            listed(advice, "advice"),
            f'<dl class="facts">{facts}</dl>',
            _warnings(report["warnings"]),
        )
    )


def finding(report: Mapping[str, Any]) -> str:
    """Return the best vote's accuracy beside greedy's, in a sentence."""
    scored = _scored(report)
    greedy = greedy_of(report)
    base = greedy["accuracy"] if greedy else None
    if not scored:
        return _unscored(report, base)
    best = scored[0]
    paths = f"{best['paths']['mean']:.3g} path{'' if best['paths']['mean'] == 1 else 's'}"
    chosen = f", the best of {len(scored)} settings," if len(scored) > 1 else ""
    told = f"A vote over {paths} a question at {best['setting']}{chosen}"
    told += f" is right for {percent(best['accuracy'])} of the {_labelled(report['dataset'])}"
    if base is None:
        return f"{told}."
    return f"{told}: {_against(best, base)}."


def uncertainty(report: Mapping[str, Any]) -> str:
    """Return how far off the figures of the finding may be, nothing where that is not known."""
    best = next(iter(_scored(report)), {})
    if not best.get("interval"):
        return ""
    told = f"95% interval over questions: {interval(best['interval'])}"
    gain = best.get("gain")
    if gain is not None:
        told += f"; of the difference {points(gain['low'])} to {points(gain['high'])} points"
    return f"{told}."


def _scored(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the settings that vote and are scored, the best first."""
    scored = (each for each in votes_of(report) if each["accuracy"] is not None)
    return sorted(scored, key=lambda each: each["accuracy"], reverse=True)


def _labelled(dataset: Mapping[str, Any]) -> str:
    labelled = dataset.get("labelled", dataset["questions"])
    if labelled == dataset["questions"]:
        return "questions"
    return f"{labelled:,} questions with known answers"


def _against(best: Mapping[str, Any], base: float) -> str:
    gain = best.get("gain")
    difference = best["accuracy"] - base if gain is None else gain["points"]
    told = f"{points(difference)} points against greedy’s {percent(base)}"
    if gain is None or not gain["low"] <= 0 <= gain["high"]:
        return told
    return f"{told}, which may be chance ({chance(gain['p_value'])})"


def _unscored(report: Mapping[str, Any], base: float | None) -> str:
    if base is not None:
        return f"Greedy is right for {percent(base)} of the questions; no vote is scored."
    if report["dataset"].get("labelled"):
        return "Not scored: no path has a readable answer."
    return "Voted, not scored: no question has an answer to compare with."


def _advice(setting: Mapping[str, Any]) -> str:
    advice = setting.get("advice")
    return f"{setting['setting']}: {advice['sentence'].rstrip('.')}." if advice else ""


def _facts(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    totals, request = report["totals"], report["request"]
    yield "Model", request["model_id"]
    yield "Question set", f"{request['dataset']} ({request['task']})"
    yield "Questions", f"{report['dataset']['questions']:,}"
    yield "Completions", f"{totals['generations']:,}"
    yield "Cost", spent_usd(totals)
    if totals.get("seconds") is not None:
        yield "Time", duration(totals["seconds"])


def _warnings(warnings: list[str]) -> str:
    if not warnings:
        return ""
    first, rest = warnings[:_OPEN_WARNINGS], warnings[_OPEN_WARNINGS:]
    more = (
        folded(f"{count_of(len(rest), 'more warning')}", listed(rest, "warnings")) if rest else ""
    )
    title = f"<h2>{count_of(len(warnings), 'warning')}</h2>"
    return f'<aside class="warned">{title}{listed(first, "warnings")}{more}</aside>'
