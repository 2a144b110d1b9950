"""Accuracy by setting: the table, with the curves and the forecast below it."""

from collections.abc import Iterator, Mapping
from typing import Any

from lambdas.core.reporting.pages.cost import spent_usd
from lambdas.core.reporting.pages.curves import curves, forecasts
from lambdas.core.reporting.pages.figures import (
    GREEDY,
    compared,
    greedy_of,
    interval,
    paths,
    percent,
    points,
    votes_of,
)
from lambdas.core.reporting.pages.markup import Cell, Row, Section, paragraph, table
from lambdas.core.wording import count_of

_VARIANTS = {"calculator": "with the calculator check", "confidence": "weighted by confidence"}
_HEADS = (
    "Setting",
    Cell("Accuracy", "95% interval over questions"),
    Cell("Over greedy, points", "95% interval over questions, McNemar’s p"),
    "Of the votes drawn",
    Cell("Paths", "a question: mean (least to most)"),
    "Questions",
    "Unanswered paths",
    "Cost",
)


def accuracy_section(report: Mapping[str, Any]) -> Section:
    """Return the settings' accuracies, their curves and the forecast."""
    settings = report["settings"]
    greedy = greedy_of(report)
    rows = [row for setting in settings for row in _rows(setting, greedy or {})]
    noted = (
        "Accuracy counts a tie with its chance of being won; the votes drawn are those of the"
        " run’s seed, as in votes.jsonl. A 95% interval over questions tells how far off a figure"
        " may be because it is of these questions and not of all like them; differences are of"
        " answers to the same questions."
    )
    parts = (
        table("settings", "Accuracy by setting", _HEADS, rows),
        paragraph(noted, "note"),
        curves(votes_of(report), greedy),
        forecasts(votes_of(report)),
    )
    return Section("accuracy", "Accuracy", "\n".join(filter(None, parts)))


def _rows(setting: Mapping[str, Any], greedy: Mapping[str, Any]) -> Iterator[Row]:
    accuracy = setting["accuracy"]
    scored = "not scored" if accuracy is None else percent(accuracy)
    cells = (
        setting["setting"],
        Cell(scored, interval(setting.get("interval"))),
        _gain(setting, greedy),
        percent(setting["voted_accuracy"]),
        paths(setting["paths"]),
        f"{setting['questions']:,}",
        f"{setting['unanswered']:,}",
        spent_usd(setting),
    )
    yield Row(cells)
    for variant in setting.get("variants") or ():
        yield _variant(variant)


def _gain(setting: Mapping[str, Any], greedy: Mapping[str, Any]) -> Cell:
    gain = setting.get("gain")
    if gain is not None:
        return Cell(points(gain["points"]), f"{compared(gain)}{_both(gain, setting, greedy)}")
    accuracy, base = setting["accuracy"], greedy.get("accuracy")
    if setting["setting"] == GREEDY or accuracy is None or base is None:
        return Cell("")
    # Accuracies of other questions are no difference.
    same = setting.get("labelled") == greedy.get("labelled")
    return Cell(points(accuracy - base) if same else "")


def _both(gain: Mapping[str, Any], *settings: Mapping[str, Any]) -> str:
    """Return on which questions two settings are compared, where either has others as well."""
    both = gain.get("questions")
    if both is None or all(each.get("labelled", both) == both for each in settings):
        return ""
    return f", on {count_of(both, 'question')}"


def _variant(variant: Mapping[str, Any]) -> Row:
    versus = variant.get("versus")
    told = Cell("")
    if versus is not None:
        told = Cell(f"{points(versus['points'])} over the plain vote", compared(versus))
    cells = (
        _VARIANTS.get(variant["variant"], variant["variant"]),
        Cell(percent(variant["accuracy"]), interval(variant.get("interval"))),
        told,
        percent(variant.get("voted_accuracy")),
        *("", "", "", ""),
    )
    return Row(cells, "variant")
