"""Reads a question set with its answers, for the simulated reasoner to be right or wrong about."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from local.bedrock.answers.layouts import KeyedQuestion, keyed


class AnswerKeyError(ValueError):
    """The question set cannot be read."""


def read_answer_key(path: Path) -> list[KeyedQuestion]:
    """Read JSONL or CSV in any of the layouts in which question sets are published.

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
            yield msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise AnswerKeyError(f"{path} line {number}: {error}, expected JSON") from error


def _csv_rows(path: Path) -> Iterator[Any]:
    rows = csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline=""))
    try:
        for row in rows:
            yield {name: _cell(text) for name, text in row.items() if name is not None}
    except csv.Error as error:
        raise AnswerKeyError(f"{path} line {rows.line_num}: {error}, expected CSV") from error


def _cell(text: Any) -> Any:
    """Return a cell's list or object where it holds one, as options in CSV do, else its text."""
    if not isinstance(text, str) or not text.lstrip().startswith(("[", "{")):
        return text
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text


def _keyed(row: Any, where: str) -> KeyedQuestion:
    found = keyed(row) if isinstance(row, Mapping) else None
    if found is None:
        raise AnswerKeyError(f"{where}: {str(row)[:80]!r} has no question, expected a text")
    return found
