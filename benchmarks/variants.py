"""The calculator check beside the plain majority: accuracy with wrong equations left out.

A path whose equation is wrong counts as unanswered: it is drawn like others and does not vote. Both
accuracies are exact over all draws of k paths.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.measure import Measurement
from benchmarks.samples import RECORDED
from lambdas.core.extraction.arithmetic import extract, gold
from lambdas.core.extraction.calculator import verdict
from lambdas.core.statistics.curve import Curve, Point, question_chances

_SETS = ("gsm8k_qwen2.5-1.5b", "addsub_code-davinci-002", "gsm8k_gpt-4")
_SOLUTIONS = ("gsm8k_train.jsonl", "gsm8k_test.jsonl")
_AT = (1, 3, 5, 10, 20, 40)
_ANNOTATION = re.compile(r"<<[^<>]*>>")
_OFF = 3


@dataclass(frozen=True, slots=True)
class _Path:
    """One path's answer, and what the check says of it, `None` where it cannot say."""

    answer: str
    verdict: bool | None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question's right answer and its paths, `None` for one that is unanswered."""

    gold: str
    paths: tuple[_Path | None, ...]


@dataclass(frozen=True, slots=True)
class _Checked:
    """One setting of a recorded set."""

    name: str
    setting: str
    questions: tuple[_Asked, ...]

    def points(self, *, checked: bool) -> tuple[Point, ...]:
        """Return the exact curve, of the plain majority or of the checked one."""
        return Curve.of(_chances(each, checked=checked) for each in self.questions).points()

    def right(self, said: bool | None) -> str:
        """Return how many of the paths of which the check says so have the right answer."""
        answers = [
            path.answer == each.gold
            for each in self.questions
            for path in each.paths
            if path and path.verdict is said
        ]
        return f"{sum(answers)}/{len(answers)}"


def measure() -> list[Measurement]:
    """Return the accuracies of the checked majority, against those of the plain one."""
    return [
        Measurement(
            f"calculator, {each.name} {each.setting}",
            f"checked, k = {plain.paths}",
            100 * checked.mean,
            "% right",
            "plain",
            checked.mean / plain.mean,
        )
        for each in _sets()
        for plain, checked in _pairs(each)
    ]


def report() -> str:
    """Return how many paths are right by verdict, and both accuracies at some k."""
    if not _sets():
        return "calculator: no recorded sets beside the repository"
    lines = [
        "Calculator check: right paths of those it says are right, wrong, or cannot say of, and",
        "k: accuracy in percent when k paths vote, plain > checked",
        f"{'set':<36}{'right':>14}{'wrong':>8}{'unsaid':>10}",
    ]
    lines += [_line(each) for each in _sets()]
    return "\n".join((*lines, "", *_people()))


def _line(each: _Checked) -> str:
    counts = f"{each.right(True):>14}{each.right(False):>8}{each.right(None):>10}"
    points = "  ".join(
        f"{plain.paths}: {100 * plain.mean:.2f} > {100 * checked.mean:.2f}"
        for plain, checked in _pairs(each)
    )
    return f"{each.name + ' ' + each.setting:<36}{counts}  {points}"


def _pairs(each: _Checked) -> list[tuple[Point, Point]]:
    both = zip(each.points(checked=False), each.points(checked=True), strict=True)
    return [(plain, checked) for plain, checked in both if plain.paths in _AT]


def _chances(asked: _Asked, *, checked: bool) -> Sequence[float]:
    votes = Counter(
        path.answer for path in asked.paths if path and not (checked and path.verdict is False)
    )
    return question_chances(votes, asked.gold, len(asked.paths) - votes.total())


@cache
def _sets() -> tuple[_Checked, ...]:
    files = [RECORDED.with_name(f"{name}.recorded.jsonl") for name in _SETS]
    return tuple(each for path in files if path.exists() for each in _settings(path))


def _settings(path: Path) -> Iterator[_Checked]:
    name = path.name.removesuffix(".recorded.jsonl")
    golds = [gold(row["answer"]) or "" for row in _rows(path.with_name(f"{name}.questions.jsonl"))]
    samples = [row["samples"] for row in _rows(path)]
    for setting in samples[0]:
        asked = zip(golds, (sample[setting] for sample in samples), strict=True)
        questions = tuple(_Asked(right, tuple(map(_read, texts))) for right, texts in asked)
        yield _Checked(name, setting, questions)


def _read(text: str) -> _Path | None:
    answer = extract(text)
    return None if answer is None else _Path(answer, verdict(text, answer))


def _people() -> Iterator[str]:
    """Yield what the check says of solutions that people wrote, as they are and made wrong."""
    files = [RECORDED.with_name(name) for name in _SOLUTIONS]
    texts = [_ANNOTATION.sub("", row["answer"]) for each in files for row in _rows(each)]
    said = Counter(_said(text) for text in texts)
    spoilt = Counter(_said(_spoilt(text)) for text in texts if _said(text) is True)
    for name, counts in (("as they are", said), (f"right ones, {_OFF} added", spoilt)):
        yield (
            f"GSM8K's own solutions, {name}: {counts[True]} right, {counts[False]} wrong,"
            f" {counts[None]} unsaid of {counts.total()}"
        )


def _said(text: str) -> bool | None:
    return verdict(text, gold(text) or "")


def _spoilt(text: str) -> str:
    """Return a solution with another number for its answer wherever an equation gives it."""
    answer = text.rpartition("####")[2].strip().replace(",", "")
    if not answer.isdecimal():
        return text
    wrong = str(int(answer) + _OFF)
    given = re.compile(rf"(=\s?\$?)(?:{answer}|{int(answer):,})(?:\.0+)?(?![\d,.]\d|\d)")
    return given.sub(rf"\g<1>{wrong}", text.rpartition("####")[0]) + f"#### {wrong}"


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
