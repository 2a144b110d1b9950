"""Reads a question set with its answers, for the simulated reasoner to be right or wrong about."""

import csv
import io
import re
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import msgspec

from selfconsistency.bedrock.answers.source import UNDECODABLE

LETTERS = string.ascii_uppercase
# "A)21" as in AQuA, "(A) 21", "1. up"; not "1.5", nor the time "1:30".
_PREFIX = re.compile(
    r"\s*\(?([A-Za-z](?=[).:])|\d{1,2}(?=[).:](?:\s|$)))[).:]\s*(.*)", re.DOTALL | re.ASCII
)
_SHOWN = re.compile(r"^\(([A-Z]|\d{1,2})\) ", re.MULTILINE)
GSM8K_MARK = "####"
# "9 (apples)" of ASDiv, "1,000", "72".
_NUMBER = re.compile(r"(-?\d[\d,]*(?:\.\d+)?)(?:\s*\([^()]*\))?")
_PARTS = re.compile(r"[\s,;/&]+")
_ANSWERS = ("answer", "final_ans", "lsolutions", "answerkey", "target")
_CHOSEN = ("answerkey", "correct", "answer", "label")


class AnswerKeyError(ValueError):
    """The question set cannot be read."""


@dataclass(frozen=True, slots=True)
class KeyedQuestion:
    """A question with its right answer ("" if not known) and the labels it chooses from.

    Several right labels are one answer, such as "A, C". Without labels the answer is a number or
    a short text.
    """

    question: str
    answer: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Option:
    """A label and the text behind it."""

    label: str
    text: str


def read_answer_key(path: Path) -> list[KeyedQuestion]:
    """Read JSONL or CSV in any of the layouts in which question sets are published.

    Raises:
        AnswerKeyError: a line cannot be read, or has no question.
    """
    rows = _csv_rows(path) if path.suffix == ".csv" else _jsonl_rows(path)
    return [_keyed(row, f"{path} row {number}") for number, row in enumerate(rows, start=1)]


def labels_shown(prompt: str) -> tuple[str, ...]:
    r"""Return the labels of options as prompts show them, a line each.

    >>> labels_shown("Which?\n(A) one\n(B) two")
    ('A', 'B')
    """
    return tuple(dict.fromkeys(_SHOWN.findall(prompt)))


def _jsonl_rows(path: Path) -> Iterator[Any]:
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            yield msgspec.json.decode(line.removeprefix(b"\xef\xbb\xbf"))
        except UNDECODABLE as error:
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
    except UNDECODABLE:
        return text


def _keyed(row: Any, where: str) -> KeyedQuestion:
    found = keyed(row) if isinstance(row, Mapping) else None
    if found is None:
        raise AnswerKeyError(f"{where}: {str(row)[:80]!r} has no question, expected a text")
    return found


def keyed(row: Mapping[str, Any]) -> KeyedQuestion | None:
    """Return a row's question and answer, None where it has no question.

    Known are GSM8K, SVAMP, ASDiv, MultiArith and AddSub; options as a list, a map of letters,
    texts that begin with "A)", ARC's texts beside labels, its nested stem, or columns A, B, C.
    """
    members = {str(name).lower(): member for name, member in row.items()}
    nested = members.get("question")
    if isinstance(nested, Mapping):
        members |= {str(name).lower(): member for name, member in nested.items()}
        members["question"] = nested.get("stem")
    question = _question(members)
    if not question.strip():
        return None
    options = options_in(members)
    given = _first(members, _CHOSEN if options else _ANSWERS)
    if options:
        labels = tuple(option.label for option in options)
        return KeyedQuestion(question, _right_labels(given, options), labels)
    return KeyedQuestion(question, _right_answer(given))


def _question(members: Mapping[str, Any]) -> str:
    concatenated, body = members.get("question_concat"), members.get("body")
    if isinstance(concatenated, str):
        return concatenated
    asked = members.get("question") or members.get("squestion")
    parts = (part for part in (body, asked) if isinstance(part, str))
    return asked if body is None and isinstance(asked, str) else " ".join(map(str.strip, parts))


def _first(members: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((members[name] for name in names if members.get(name) not in (None, "")), None)


def _right_answer(given: Any) -> str:
    value = given[0] if isinstance(given, list) and given else given
    if value is None or isinstance(value, list):
        return ""
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    text = text.rpartition(GSM8K_MARK)[2].strip()
    number = _NUMBER.fullmatch(text)
    return number[1].replace(",", "") if number else text


def _right_labels(given: Any, options: list[Option]) -> str:
    """Return the right labels in the options' order, parted by commas; "" where none is known."""
    chosen = {label for each in _listed(given, options) for label in _labels_of(each, options)}
    return ", ".join(option.label for option in options if option.label in chosen)


def _listed(given: Any, options: list[Option]) -> list[Any]:
    """Return the right options one by one: a text such as "A, C" is several unless it is one."""
    if isinstance(given, list):
        return given
    if not isinstance(given, str) or _labels_of(given, options):
        return [] if given is None else [given]
    parts = [part for part in _PARTS.split(given) if part not in ("", "and")]
    # "AC", if all of it is labels.
    run = list(given.strip()) if len(parts) == 1 else []
    return run if all(_labels_of(letter, options) for letter in run) and run else parts


def _labels_of(given: Any, options: list[Option]) -> list[str]:
    """Return the label that an answer names: itself, by its text, or by its place from 0."""
    spelled = str(given).strip()
    named = [each.label for each in options if spelled.strip("().").upper() == each.label.upper()]
    written = [each.label for each in options if spelled == each.text.strip()]
    placed = [options[int(spelled)].label] if _is_place(spelled, len(options)) else []
    # A number that is no text is a place, as in MMLU, even where an option reads so.
    return (named or (placed if isinstance(given, int) else written) or placed)[:1]


def _is_place(spelled: str, count: int) -> bool:
    return spelled.isascii() and spelled.isdecimal() and int(spelled) < count


def options_in(members: Mapping[str, Any]) -> list[Option]:
    """Return the options of a row, whose member names are in lower case; none if it has none."""
    for name in ("choices", "options"):
        given = members.get(name)
        if isinstance(given, Mapping):
            return _of_map(given)
        if isinstance(given, list) and given:
            return _of_list(given)
    columns = list(takewhile(lambda letter: members.get(letter.lower()), LETTERS))
    return [Option(each, str(members[each.lower()])) for each in columns] if columns[1:] else []


def _of_map(given: Mapping[str, Any]) -> list[Option]:
    texts, labels = given.get("text"), given.get("label")
    if isinstance(texts, list) and isinstance(labels, list):
        pairs = zip(labels, texts, strict=False)
        return [Option(str(label), str(text)) for label, text in pairs]
    return [Option(str(label), str(text)) for label, text in given.items()]


def _of_list(given: list[Any]) -> list[Option]:
    if all(isinstance(each, Mapping) for each in given):
        labels = (each.get("label", LETTERS[place % 26]) for place, each in enumerate(given))
        return [
            Option(str(label), str(each.get("text", "")))
            for label, each in zip(labels, given, strict=True)
        ]
    prefixed = [_PREFIX.fullmatch(str(each)) for each in given]
    found = [match for match in prefixed if match]
    if len({match[1] for match in found}) == len(given):
        return [Option(match[1].upper(), match[2]) for match in found]
    return [Option(LETTERS[place % 26], str(each)) for place, each in enumerate(given)]
