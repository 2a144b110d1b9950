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
    may_be_chance,
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
    told += f" is right for {percent(best['accuracy'])} of the {_asked(best, report['dataset'])}"
    if base is None or not (best.get("gain") or _same_questions(best, greedy or {})):
        return f"{told}."
    return f"{told}: {_against(best, base, report['dataset'])}."


def uncertainty(report: Mapping[str, Any]) -> str:
    """Return how far off the figures of the finding may be, nothing where that is not known."""
    scored = _scored(report)
    if not scored or not scored[0].get("interval"):
        return ""
    told = f"95% interval over questions: {interval(scored[0]['interval'])}"
    gain = scored[0].get("gain")
    if gain is not None:
        told += f"; of the difference {points(gain['low'])} to {points(gain['high'])} points"
    if len(scored) == 1:
        return f"{told}."
    return f"{told}. Chosen after looking at {len(scored)} settings, so likely a little too high."


def _scored(report: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the settings that vote and are scored, the best first."""
    scored = (each for each in votes_of(report) if each["accuracy"] is not None)
    return sorted(scored, key=lambda each: each["accuracy"], reverse=True)


def _asked(best: Mapping[str, Any], dataset: Mapping[str, Any]) -> str:
    """Return of which questions a setting's accuracy is: those without a path do not count."""
    labelled = _labelled(dataset)
    asked = best.get("labelled", labelled)
    if asked == dataset["questions"]:
        return "questions"
    paths = "" if asked == labelled else " and paths"
    return f"{count_of(asked, 'question')} with known answers{paths}"


def _same_questions(best: Mapping[str, Any], greedy: Mapping[str, Any]) -> bool:
    return best.get("labelled") == greedy.get("labelled")


def _labelled(dataset: Mapping[str, Any]) -> int:
    labelled: int = dataset.get("labelled", dataset["questions"])
    return labelled


def _against(best: Mapping[str, Any], base: float, dataset: Mapping[str, Any]) -> str:
    gain = best.get("gain") or {}
    difference = points(gain.get("points", best["accuracy"] - base))
    compared = percent(gain.get("base", base))
    none = difference == points(0)
    told = "no difference from" if none else f"{difference} points against"
    told += f" greedy’s {compared}"
    both = gain.get("questions")
    if both is not None and both != _labelled(dataset):
        told += f" on the {count_of(both, 'question')} that both have"
    if none or not may_be_chance(gain):
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
    yield "Completions received", f"{totals['generations']:,}"
    yield "Cost", spent_usd(totals)
    if totals.get("seconds") is not None:
        yield "Time", duration(totals["seconds"])


def _warnings(warnings: list[str]) -> str:
    if not warnings:
        return ""
    first, rest = warnings[:_OPEN_WARNINGS], warnings[_OPEN_WARNINGS:]
    more = (
        folded(count_of(len(rest), "more warning"), listed(rest, "warnings"), printed=True)
        if rest
        else ""
    )
    title = f"<h2>{count_of(len(warnings), 'warning')}</h2>"
    return f'<aside class="warned">{title}{listed(first, "warnings")}{more}</aside>'
