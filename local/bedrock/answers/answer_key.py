"""Reads a question set with its answers, for the simulated reasoner to be right or wrong about."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

GSM8K_MARK = "####"
LETTERS = "ABCDEFGHIJ"


class AnswerKeyError(ValueError):
    """The question set cannot be read."""


@dataclass(frozen=True, slots=True)
class KeyedQuestion:
    """A question, its right answer ("" if not known) and how many letters it chooses from."""

    question: str
    answer: str
    choices: int


def read_answer_key(path: Path) -> list[KeyedQuestion]:
    """Read JSONL or CSV with `question`, and maybe `answer` and `choices`.

    GSM8K's own answers count from their last `####`.

    Raises:
        AnswerKeyError: a line cannot be read, or has no question.
    """
    rows = _csv_rows(path) if path.suffix == ".csv" else _jsonl_rows(path)
    return [_keyed(row, f"{path} row {number}") for number, row in enumerate(rows, start=1)]


def _jsonl_rows(path: Path) -> Iterator[Any]:
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            yield msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise AnswerKeyError(f"{path} line {number}: {error}, expected JSON") from error


def _csv_rows(path: Path) -> Iterator[Any]:
    yield from csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))


def _keyed(row: Any, where: str) -> KeyedQuestion:
    question = row.get("question") if isinstance(row, Mapping) else None
    if not isinstance(question, str) or not question.strip():
        raise AnswerKeyError(f"{where}: {str(row)[:80]!r} has no question, expected a text")
    answer = str(row["answer"]) if row.get("answer") is not None else ""
    gold = answer.rpartition(GSM8K_MARK)[2].strip().replace(",", "")
    choices = row.get("choices") or ()
    count = len(choices) if isinstance(choices, list | Mapping) else 0
    return KeyedQuestion(question, gold, count or (4 if _is_letter(gold) else 0))


def _is_letter(answer: str) -> bool:
    return len(answer) == 1 and answer in LETTERS
