"""Rows of a question set's file, JSONL or CSV, as their authors named the members."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from lambdas.core.lines import Line
from lambdas.core.wording import shown

MAX_LINE_BYTES = 256 * 1024
Row = Mapping[str, Any]
Note = Callable[[int, str], None]
_ARRAY = "begins a JSON array, must be JSONL, one object a line: jq -c '.[]' FILE makes it so"
_SPREAD = "begins an object of several lines, must be one a line: jq -c . FILE makes it so"


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
        except (ValueError, RecursionError):
            note(number, f"{shown(text)} is no JSON, must be one object a line")
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            note(number, f"{shown(row)} is no JSON object, must have a question")


def csv_rows(lines: Iterable[Line], note: Note) -> Iterator[tuple[int, Row]]:
    """Yield the rows of a CSV file by the names of its first line; an empty field is `None`."""
    texts = (text + "\n" for _, text in _readable(lines, note))
    reader = csv.DictReader(texts, strict=True, restval="")
    try:
        for row in reader:
            if None in row:
                fields = len(reader.fieldnames or ())
                note(
                    reader.line_num,
                    f"{fields + len(row[None])} fields, must be {fields} as in the first line;"
                    " quote fields that hold commas",
                )
                continue
            yield reader.line_num, {key.strip(): value or None for key, value in row.items() if key}
    except csv.Error as error:
        note(reader.line_num, f"no CSV: {error}; quote fields that hold quotes or commas")


def _readable(lines: Iterable[Line], note: Note) -> Iterator[tuple[int, str]]:
    """Yield every line with its number; one that cannot be read is blank."""
    for line in lines:
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


def _whole_file(text: str) -> str | None:
    """Return what is wrong where the first line begins an array or spreads an object."""
    text = text.strip()
    if text.startswith("["):
        return f"{shown(text)} {_ARRAY}"
    if text.startswith("{") and text.endswith(("{", "[")):
        return f"{shown(text)} {_SPREAD}"
    return None
