"""A report's accuracies and gains, a row for each vote, and in words what no row can say."""

from collections.abc import Iterator, Mapping
from typing import Any

from client.figures import NONE, chance, interval, percent, points, span, spread

Report = Mapping[str, Any]
Setting = Mapping[str, Any]
Rows = list[tuple[str, ...]]

_INTERVAL = "95 % interval\nover questions"
ACCURACY_COLUMNS = ("setting", "paths", "accuracy", _INTERVAL, "unanswered")
GAIN_COLUMNS = ("setting", "over", "points", _INTERVAL, "gained", "lost", "McNemar\np")
_GREEDY = "greedy"


def accuracy_title(report: Report) -> str:
    """Return what the accuracies are of: how many questions, and how many are labelled.

    >>> accuracy_title({"dataset": {"questions": 1319, "labelled": 1000}})
    'Accuracy of the vote on 1,000 labelled questions of 1,319'
    """
    known = report["dataset"]
    questions, labelled = known["questions"], known["labelled"]
    if not labelled:
        return f"Votes on {_questions(questions)}, none of them labelled"
    if labelled < questions:
        return f"Accuracy of the vote on {_questions(labelled, 'labelled ')} of {questions:,}"
    return f"Accuracy of the vote on {_questions(questions)}"


def accuracy_rows(report: Report) -> Rows:
    """Return a row per setting, and below it one for each vote beside the plain majority.

    Each has paths, accuracy with its interval over questions, paths without an answer.
    """
    return [row for setting in report["settings"] for row in _accuracies(setting)]


def gain_rows(report: Report) -> Rows:
    """Return a row per gain: of a setting over greedy, of a vote beside over the plain one.

    Each has points with their interval over questions, questions gained and lost, and p.
    """
    settings = report["settings"]
    greedy = next((each["accuracy"] for each in settings if each["setting"] == _GREEDY), None)
    return [row for setting in settings for row in _gains(setting, greedy)]


def findings(report: Report) -> list[str]:
    """Return what a setting's figures say: the advice, and where its curve ends."""
    by_text: dict[str, list[str]] = {}
    for setting in report.get("settings", ()):
        for text in ((setting.get("advice") or {}).get("sentence"), setting.get("curve_reach")):
            if text:
                by_text.setdefault(text, []).append(setting["setting"])
    return [f"{', '.join(names)}: {text}" for text, names in by_text.items()]


def variants_of(setting: Setting) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the votes beside a setting's plain majority, each with the name of its rows."""
    return [(f"  {each['variant']}", each) for each in setting.get("variants") or ()]


def _questions(number: int, kind: str = "") -> str:
    return f"{number:,} {kind}question{'' if number == 1 else 's'}"


def _accuracies(setting: Setting) -> Iterator[tuple[str, ...]]:
    yield (
        str(setting["setting"]),
        span(setting["paths"]),
        percent(setting["accuracy"]),
        interval(setting.get("interval")),
        f"{setting['unanswered']:,}",
    )
    for name, variant in variants_of(setting):
        yield (name, "", percent(variant["accuracy"]), interval(variant.get("interval")), "")


def _gains(setting: Setting, greedy: float | None) -> Iterator[tuple[str, ...]]:
    name, accuracy, beside = str(setting["setting"]), setting["accuracy"], ""
    if setting.get("gain"):
        yield (name, _GREEDY, *_gain(setting["gain"]))
    elif "gain" not in setting and name != _GREEDY and None not in (accuracy, greedy):
        # A report of an earlier version knows no more.
        yield (name, _GREEDY, points(accuracy - greedy), NONE, NONE, NONE, NONE)
    else:
        # Without a row of the setting's own, its votes beside the majority name it.
        beside = f"{name} "
    for variant_name, variant in variants_of(setting):
        if variant.get("versus"):
            shown = f"{beside}{variant['variant']}" if beside else variant_name
            yield (shown, "majority", *_gain(variant["versus"]))


def _gain(gain: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        points(gain["points"]),
        spread(gain),
        f"{gain['gained']:,}",
        f"{gain['lost']:,}",
        chance(gain["p_value"]),
    )
