"""Repaired votes: accuracy with wrong equations recomputed, and as the paths have it.

A path whose own equation is wrong votes for what it comes to. Both accuracies are exact means over
all draws of k paths.
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
from lambdas.contract.statistics import CurvePoint
from lambdas.core.answers.calculator import check_equation, repaired_answer
from lambdas.core.answers.numeric import extract_number, gold_number
from lambdas.core.statistics.curve import Curve, question_chances

_SETS = ("gsm8k_qwen2.5-1.5b", "addsub_code-davinci-002", "gsm8k_gpt-4")
_SOLUTIONS = ("gsm8k_train.jsonl", "gsm8k_test.jsonl")
_AT = (1, 3, 5, 10, 20, 40)
_ANNOTATION = re.compile(r"<<[^<>]*>>")
_OFF = 3


@dataclass(frozen=True, slots=True)
class _Path:
    """One path's answer and its repaired vote.

    Attributes:
        answer: as the path has it.
        equation_right: whether its equation is right, `None` if it could not be checked.
        vote: its answer, or what a wrong equation comes to.
    """

    answer: str
    equation_right: bool | None
    vote: str


@dataclass(frozen=True, slots=True)
class _Question:
    """A question's gold answer and its paths, `None` for an unanswered path."""

    gold: str
    paths: tuple[_Path | None, ...]


@dataclass(frozen=True, slots=True)
class _Checked:
    """One setting of a recorded dataset."""

    name: str
    setting: str
    questions: tuple[_Question, ...]

    def points(self, *, repaired: bool) -> tuple[CurvePoint, ...]:
        """Return the exact curve of the plain majority, or of the repaired one."""
        return Curve.of(_chances(each, repaired=repaired) for each in self.questions).points()

    def right(self, outcome: bool | None) -> str:
        """Return how many paths with this outcome of the check have the right answer."""
        answers = [
            path.answer == each.gold
            for each in self.questions
            for path in each.paths
            if path and path.equation_right is outcome
        ]
        return f"{sum(answers)}/{len(answers)}"

    def repaired_right(self) -> int:
        """Return how many paths have the right answer only once repaired."""
        return sum(
            path.vote == each.gold != path.answer
            for each in self.questions
            for path in each.paths
            if path
        )


def measure() -> list[Measurement]:
    """Return the accuracies of the repaired majority, compared to those of the plain one."""
    return [
        Measurement(
            f"repair, {each.name} {each.setting}",
            f"repaired, k = {plain.paths}",
            100 * repaired.mean,
            "% right",
            "plain",
            repaired.mean / plain.mean,
        )
        for each in _sets()
        for plain, repaired in _pairs(each)
    ]


def report() -> str:
    """Return how many paths are right by outcome of the check, and both accuracies at some k."""
    if not _sets():
        return "repair: no recorded datasets beside the repository"
    lines = [
        "Repair: right answers of paths whose equation is right, wrong or not checked, and of the",
        "wrong ones once repaired; k: accuracy in percent if k paths vote, plain > repaired",
        f"{'dataset':<36}{'right':>14}{'wrong':>8}{'not checked':>13}{'repaired':>10}",
    ]
    lines += [_line(each) for each in _sets()]
    return "\n".join((*lines, "", *_human_lines()))


def _line(each: _Checked) -> str:
    counts = f"{each.right(True):>14}{each.right(False):>8}{each.right(None):>13}"
    counts += f"{each.repaired_right():>10}"
    points = "  ".join(
        f"{plain.paths}: {100 * plain.mean:.2f} > {100 * repaired.mean:.2f}"
        for plain, repaired in _pairs(each)
    )
    return f"{each.name + ' ' + each.setting:<36}{counts}  {points}"


def _pairs(each: _Checked) -> list[tuple[CurvePoint, CurvePoint]]:
    both = zip(each.points(repaired=False), each.points(repaired=True), strict=True)
    return [(plain, repaired) for plain, repaired in both if plain.paths in _AT]


def _chances(question: _Question, *, repaired: bool) -> Sequence[float]:
    votes = Counter(path.vote if repaired else path.answer for path in question.paths if path)
    return question_chances(votes, question.gold, len(question.paths) - votes.total())


@cache
def _sets() -> tuple[_Checked, ...]:
    files = [RECORDED.with_name(f"{name}.recorded.jsonl") for name in _SETS]
    return tuple(each for path in files if path.exists() for each in _settings(path))


def _settings(path: Path) -> Iterator[_Checked]:
    name = path.name.removesuffix(".recorded.jsonl")
    golds = [
        gold_number(row["answer"]) or "" for row in _rows(path.with_name(f"{name}.questions.jsonl"))
    ]
    samples = [row["samples"] for row in _rows(path)]
    for setting in samples[0]:
        pairs = zip(golds, (sample[setting] for sample in samples), strict=True)
        questions = tuple(_Question(right, tuple(map(_read, texts))) for right, texts in pairs)
        yield _Checked(name, setting, questions)


def _read(text: str) -> _Path | None:
    answer = extract_number(text)
    if answer is None:
        return None
    return _Path(answer, check_equation(text, answer), repaired_answer(text, answer) or answer)


def _human_lines() -> Iterator[str]:
    """Yield the outcomes for human solutions, as they are and with wrong answers."""
    files = [RECORDED.with_name(name) for name in _SOLUTIONS]
    texts = [_ANNOTATION.sub("", row["answer"]) for each in files for row in _rows(each)]
    original = Counter(map(_outcome, texts))
    spoilt = Counter(_outcome(_spoilt(text)) for text in texts if _outcome(text) is True)
    for name, counts in (("as they are", original), (f"right ones, {_OFF} added", spoilt)):
        yield (
            f"GSM8K's own solutions, {name}: {counts[True]} right, {counts[False]} wrong,"
            f" {counts[None]} not checked of {counts.total()}"
        )


def _outcome(text: str) -> bool | None:
    return check_equation(text, gold_number(text) or "")


def _spoilt(text: str) -> str:
    """Return a solution with another number wherever an equation gives its answer."""
    answer = text.rpartition("####")[2].strip().replace(",", "")
    if not answer.isdecimal():
        return text
    wrong = str(int(answer) + _OFF)
    given = re.compile(rf"(=\s?\$?)(?:{answer}|{int(answer):,})(?:\.0+)?(?![\d,.]\d|\d)")
    return given.sub(rf"\g<1>{wrong}", text.rpartition("####")[0]) + f"#### {wrong}"


def _rows(path: Path) -> Iterable[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
