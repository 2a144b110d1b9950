"""Rows of a question set's file, JSONL or CSV, as their authors named the members."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from lambdas.core.lines import Line
from lambdas.core.sets.formats import file_problem
from lambdas.core.sets.kinds import kind_of
from lambdas.core.sets.limits import MAX_COLUMNS, MAX_LINE_BYTES, MAX_LINES

Row = Mapping[str, Any]
Note = Callable[[int, str], None]
_ARRAY = "begins a JSON array, must be JSONL, one object a line: jq -c '.[]' FILE makes it so"
_SPREAD = "begins an object of several lines, must be one a line: jq -c . FILE makes it so"
_QUOTING = "quote fields that hold quotes or commas"


def json_rows(lines: Iterable[Line], note: Note) -> Iterator[tuple[int, Row]]:
    """Yield the objects of a JSONL file with their line numbers, passing problems to `note`.

    A file that is one JSON array, or one object spread over lines, is told once.
    """
    first = True
    for number, text in _readable(lines, note):
        if not text.strip():
            continue
        problem = _whole_file(text) if first else None
        if problem:
            note(number, problem)
            return
        first = False
        try:
            row = json.loads(text)
        except (ValueError, RecursionError) as error:
            note(number, f"is no JSON ({json_reason(error)}), must be one object a line")
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            note(number, f"is {kind_of(row)}, must be a JSON object with a question")


def csv_rows(lines: Iterable[Line], note: Note) -> Iterator[tuple[int, Row]]:
    """Yield the rows of a CSV file by the names of its first line; an empty field is `None`."""
    texts = _OneRow(text + "\n" for _, text in _readable(lines, note))
    reader = csv.reader(texts, strict=True)
    names: list[str] | None = None
    try:
        for fields in reader:
            texts.begin()
            if not fields:
                continue
            if names is None:
                names = fields
            elif len(fields) > len(names):
                note(reader.line_num, _too_many(len(names), len(fields)))
            else:
                yield reader.line_num, _row(names, fields)
            if len(names) > MAX_COLUMNS:
                note(1, f"{len(names):,} columns, must be at most {MAX_COLUMNS:,}")
                return
    except csv.Error as error:
        note(reader.line_num, f"no CSV: {error}; {_QUOTING}")


def json_reason(error: ValueError | RecursionError) -> str:
    """Return why a text is no JSON, without anything of the text.

    >>> try: json.loads('{"question": secret}')
    ... except ValueError as error: print(json_reason(error))
    Expecting value at column 14
    """
    if isinstance(error, RecursionError):
        return "nested too deep"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at column {error.colno:,}"
    # `int` takes no more digits, for the time that more would take.
    return "a number of more than 4,300 digits"


class _OneRow:
    """Lines of a CSV, no more for one row than one line may hold.

    Quoted fields may hold line ends, so that a row of many would take any number of lines.
    """

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self._left = MAX_LINE_BYTES

    def __iter__(self) -> "_OneRow":
        return self

    def __next__(self) -> str:
        if self._left < 0:
            raise csv.Error(f"a row of more than {MAX_LINE_BYTES:,} characters")
        text = next(self._texts)
        self._left -= len(text)
        return text

    def begin(self) -> None:
        """Begin the next row."""
        self._left = MAX_LINE_BYTES


def _row(names: Sequence[str], fields: Sequence[str]) -> Row:
    """Return a row by the names of its columns; of two alike the last counts."""
    pairs = zip_longest(names, fields, fillvalue="")
    return {name.strip(): value or None for name, value in pairs if name}


def _too_many(named: int, fields: int) -> str:
    return (
        f"{fields:,} fields, must be {named:,} as in the first line; quote fields that hold commas"
    )


def _readable(lines: Iterable[Line], note: Note) -> Iterator[tuple[int, str]]:
    """Yield every line with its number; one that cannot be read is blank."""
    for line in lines:
        problem = _unreadable(line)
        if problem:
            note(line.number, problem)
            return
        if line.content is None:
            note(line.number, f"{line.size} bytes long, must be at most {MAX_LINE_BYTES} bytes")
            yield line.number, ""
            continue
        try:
            text = line.content.decode("utf-8-sig" if line.number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            byte = line.content[error.start]
            note(line.number, f"byte {error.start} is 0x{byte:02x}, must be UTF-8 text")
            text = ""
        yield line.number, text


def _unreadable(line: Line) -> str | None:
    """Return why nothing from this line on is read, `None` where it is."""
    if line.number > MAX_LINES:
        return f"more than {MAX_LINES:,} lines; split the set"
    return file_problem(line.content or b"") if line.number == 1 else None


def _whole_file(text: str) -> str | None:
    """Return what is wrong where the first line begins an array or spreads an object."""
    text = text.strip()
    if text.startswith("["):
        return _ARRAY
    if text.startswith("{") and text.endswith(("{", "[")):
        return _SPREAD
    return None
