"""Recorded sets: the answers of real generations, as the project's own readers read them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.samples import RECORDED
from lambdas.contract.schema import AnswerSpec, Question
from lambdas.core.answers.reader import answer_reader
from lambdas.core.dataset.files import MAX_LINE_BYTES
from lambdas.core.dataset.golds import Asked as AsAsked
from lambdas.core.dataset.golds import Reading
from lambdas.core.dataset.reader import questions_of, reading_of
from lambdas.core.models.base import Completion
from lambdas.core.text import split_lines

_ENDING = ".recorded.jsonl"
_QUESTIONS = ".questions.jsonl"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's right answer, and one answer or none per path in sampling order."""

    id: str
    gold: str | None
    answers: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class RecordedSet:
    """One setting of a recorded set; every question has the same number of paths."""

    name: str
    setting: str
    paths: int
    questions: tuple[Asked, ...]


def recorded_sets(at_least: int) -> list[RecordedSet]:
    """Return every setting with so many paths of each set beside the repository, by name."""
    folder = RECORDED.parent
    found = [each for path in sorted(folder.glob(f"*{_ENDING}")) for each in _settings(path)]
    return [each for each in found if each.paths >= at_least]


def drawn_again(recorded: RecordedSet, paths: int, seed: int) -> RecordedSet:
    """Return a set with more paths of each question, drawn from its own with replacement.

    It stands in for a recording of so many, as a rough one: the same few answers come back, so
    a rival is stronger than it would be.
    """
    random = Random(seed)  # noqa: S311 - drawn for a measurement, not for a secret
    questions = tuple(
        Asked(each.id, each.gold, tuple(random.choices(each.answers, k=paths)))
        for each in recorded.questions
    )
    return RecordedSet(recorded.name, recorded.setting, paths, questions)


def questions_file(recording: Path) -> Path:
    """Return the questions of a recording: the file whose name the recording's begins with."""
    found = recording.parent.glob(f"*{_QUESTIONS}")
    named = [
        each for each in found if recording.name.startswith(each.name.removesuffix(_QUESTIONS))
    ]
    return max(named, key=lambda each: len(each.name))


def _settings(path: Path) -> Iterator[RecordedSet]:
    name = path.name.removesuffix(_ENDING)
    source = questions_file(path)
    file = source.name
    lines = list(split_lines([source.read_bytes()], MAX_LINE_BYTES))
    reading = reading_of(lines, file, AsAsked()) or Reading("arithmetic")
    asked = list(questions_of(lines, file, reading))
    # Both files have the questions in one order; a set may have the same text twice.
    samples = [_by_setting(row["samples"]) for row in _rows(path)]
    spec = AnswerSpec(reading.task, decimal_mark=reading.decimal_mark, yes_no=reading.yes_no)
    read = answer_reader(spec, asked)
    for setting in samples[0]:
        texts = [sample[setting] for sample in samples]
        questions = tuple(
            Asked(each.id, each.gold, tuple(read(Completion(text), place) for text in paths))
            for place, (each, paths) in enumerate(_paired(asked, texts))
        )
        yield RecordedSet(name, setting, min(map(len, texts)), questions)


def _by_setting(samples: dict[str, list[str]] | list[str]) -> dict[str, list[str]]:
    """Return texts by setting; a bare list is of one setting without a name."""
    return {"": samples} if isinstance(samples, list) else samples


def _paired(asked: list[Question], texts: list[list[str]]) -> Iterator[tuple[Question, list[str]]]:
    least = min(map(len, texts))
    for question, paths in zip(asked, texts, strict=True):
        yield question, paths[:least]


def _by_setting(samples: Any) -> dict[str, list[str]]:
    """Return a question's texts by setting; those of a plain list have a setting of no name."""
    return samples if isinstance(samples, dict) else {"": samples}


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    yield from (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line)
