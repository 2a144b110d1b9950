"""Rows of a dataset's file, JSONL or CSV, with the members that its authors chose."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, NamedTuple

from lambdas.core.text import Line, describe

# Plan reads this many in its time; recordId has seven digits for a question, 10,000,000.
MAX_QUESTIONS = 1_000_000
MAX_LINE_BYTES = 256 * 1024
# Blank lines, and lines within a quoted field, are lines as well.
MAX_LINES = 10 * MAX_QUESTIONS
# Every row of a CSV costs a step per column, even an empty one.
MAX_COLUMNS = 1_000
# The table's entries and the report's page contain a question's id.
MAX_ID_CHARACTERS = 200

_COMPRESSED = "compressed files are not accepted: unpack it first"
_UTF_16 = "must be UTF-8: iconv -f UTF-16 -t UTF-8 FILE makes it so"
_UTF_32 = "must be UTF-8: iconv -f UTF-32 -t UTF-8 FILE makes it so"
# Longer signatures first: UTF-32 in little-endian order begins as UTF-16 does.
_SIGNATURES: Mapping[bytes, str] = {
    b"\xff\xfe\x00\x00": f"is UTF-32, {_UTF_32}",
    b"\x00\x00\xfe\xff": f"is UTF-32, {_UTF_32}",
    b"\xff\xfe": f"is UTF-16, {_UTF_16}",
    b"\xfe\xff": f"is UTF-16, {_UTF_16}",
    b"\x1f\x8b": f"is gzip, must be text; {_COMPRESSED}",
    b"PK\x03\x04": f"is zip, or an office document, must be text; {_COMPRESSED}",
    b"PK\x05\x06": f"is an empty zip, must be text; {_COMPRESSED}",
    b"BZh": f"is bzip2, must be text; {_COMPRESSED}",
    b"\xfd7zXZ": f"is xz, must be text; {_COMPRESSED}",
    b"\x28\xb5\x2f\xfd": f"is Zstandard, must be text; {_COMPRESSED}",
    b"7z\xbc\xaf": f"is 7-Zip, must be text; {_COMPRESSED}",
    b"PAR1": "is Parquet, must be JSONL or CSV",
    b"%PDF-": "is PDF, must be JSONL or CSV",
    b"\xd0\xcf\x11\xe0": "is an office document, must be JSONL or CSV",
}
_SIGNATURE_BYTES = max(map(len, _SIGNATURES))
_ARRAY = "begins a JSON array, must be JSONL, one object a line: jq -c '.[]' FILE makes it so"
_SPREAD = "begins an object of several lines, must be one a line: jq -c . FILE makes it so"
_QUOTING = "quote fields that hold quotes or commas"

# A row as its author wrote it: any members, of any types.
Members = Mapping[str, Any]


class FileRow(NamedTuple):
    """A row and the number of its line."""

    line: int
    members: Members


class LineProblem(NamedTuple):
    """What is wrong with a line, and its number."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class SizeLimit:
    """The most bytes an object may have, and what to do with a larger one."""

    max_bytes: int
    way_out: str

    def problem(self, location: str, size_bytes: int) -> str | None:
        """Return why an object of this size is refused, `None` if it is not.

        >>> SizeLimit(9, "split it").problem("s3://b/k", 10)
        's3://b/k is 10 bytes large, must be at most 9 bytes; split it'
        """
        if size_bytes <= self.max_bytes:
            return None
        return (
            f"{location} is {size_bytes:,} bytes large, must be at most {self.max_bytes:,}"
            f" bytes; {self.way_out}"
        )


# A million questions of 1 KiB, as much as Plan reads in its time; GSM8K's have 0.6 with solutions.
DATASET_LIMIT = SizeLimit(2**30, "split the dataset, or leave out members that are not read")
# 200,000 characters, each as the 12 of an escaped surrogate pair.
EXEMPLARS_LIMIT = SizeLimit(4 * 2**20, "keep the best few")
# A template of 100,000 characters, escaped.
REQUEST_LIMIT = SizeLimit(2 * 2**20, "a request has a few short values; correct the file")


def file_problem(beginning: bytes) -> str | None:
    r"""Return why a file that begins like this cannot be read, `None` if it seems to be text.

    >>> file_problem(b"\x1f\x8b\x08\x00")
    'is gzip, must be text; compressed files are not accepted: unpack it first'
    >>> file_problem(b"{\x00}\x00")[:9]
    'is UTF-16'
    """
    known = next((start for start in _SIGNATURES if beginning.startswith(start)), None)
    if known is not None:
        return _SIGNATURES[known]
    # Without a byte-order mark, the ASCII letters of UTF-16 have a zero byte on one side.
    first = beginning[:_SIGNATURE_BYTES]
    if len(first) > 1 and (first[0] == 0) != (first[1] == 0):
        return f"is UTF-16, {_UTF_16}"
    return None


def json_rows(lines: Iterable[Line]) -> Iterator[FileRow | LineProblem]:
    """Yield the objects of a JSONL file, and what is wrong with its lines.

    A file that is one JSON array, or one object over several lines, is one problem.
    """
    first = True
    for line, text, problem in _texts(lines):
        if problem:
            yield LineProblem(line, problem)
            continue
        if not text.strip():
            continue
        not_jsonl = _whole_file_problem(text) if first else None
        if not_jsonl:
            yield LineProblem(line, not_jsonl)
            return
        first = False
        yield _json_row(line, text)


def csv_rows(lines: Iterable[Line]) -> Iterator[FileRow | LineProblem]:
    """Yield the rows of a CSV file by its first line's names, and what is wrong with its lines.

    An empty field is `None`.
    """
    texts = _CsvLines(lines)
    reader = csv.reader(texts, strict=True)
    names: list[str] | None = None
    try:
        for fields in reader:
            yield from texts.end_row()
            if not fields:
                continue
            if names is None:
                names = fields
            elif len(fields) > len(names):
                yield LineProblem(reader.line_num, _too_many_fields(len(names), len(fields)))
            else:
                yield FileRow(reader.line_num, _by_name(names, fields))
            if len(names) > MAX_COLUMNS:
                yield LineProblem(1, f"{len(names):,} columns, must be at most {MAX_COLUMNS:,}")
                return
        yield from texts.end_row()
    except csv.Error as error:
        yield from texts.end_row()
        yield LineProblem(reader.line_num, f"no CSV: {error}; {_QUOTING}")


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
    # `int` takes no more digits, because more would take too long.
    return "a number of more than 4,300 digits"


class _LineText(NamedTuple):
    """A line's number and text; blank if there is a problem."""

    line: int
    text: str
    problem: str | None = None


def _texts(lines: Iterable[Line]) -> Iterator[_LineText]:
    """Yield every line, up to one that shows that the file cannot be read at all."""
    for line in lines:
        problem = _file_level_problem(line)
        if problem:
            yield _LineText(line.number, "", problem)
            return
        yield _text(line)


def _file_level_problem(line: Line) -> str | None:
    if line.number > MAX_LINES:
        return f"more than {MAX_LINES:,} lines; split the dataset"
    return file_problem(line.content or b"") if line.number == 1 else None


def _text(line: Line) -> _LineText:
    if line.content is None:
        too_long = f"{line.size} bytes long, must be at most {MAX_LINE_BYTES} bytes"
        return _LineText(line.number, "", too_long)
    try:
        text = line.content.decode("utf-8-sig" if line.number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        byte = line.content[error.start]
        problem = f"byte {error.start} is 0x{byte:02x}, must be UTF-8 text"
        return _LineText(line.number, "", problem)
    return _LineText(line.number, text)


def _whole_file_problem(first_line: str) -> str | None:
    """Return what is wrong if the first line begins an array, or an object of several lines."""
    text = first_line.strip()
    if text.startswith("["):
        return _ARRAY
    if text.startswith("{") and text.endswith(("{", "[")):
        return _SPREAD
    return None


def _json_row(line: int, text: str) -> FileRow | LineProblem:
    try:
        row = json.loads(text)
    except (ValueError, RecursionError) as error:
        return LineProblem(line, f"is no JSON ({json_reason(error)}), must be one object a line")
    if isinstance(row, dict):
        return FileRow(line, row)
    return LineProblem(line, f"is {describe(row)}, must be a JSON object with a question")


class _CsvLines:
    """Lines for a CSV reader; one row gets no more than one line may hold.

    A quoted field may contain line ends, so that one row could otherwise read the whole file.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        self._texts = _texts(lines)
        self._room = MAX_LINE_BYTES
        self._problems: list[LineProblem] = []

    def __iter__(self) -> "_CsvLines":
        return self

    def __next__(self) -> str:
        if self._room < 0:
            raise csv.Error(f"a row of more than {MAX_LINE_BYTES:,} characters")
        line, text, problem = next(self._texts)
        if problem:
            self._problems.append(LineProblem(line, problem))
        self._room -= len(text) + 1
        return f"{text}\n"

    def end_row(self) -> list[LineProblem]:
        """Return the problems of a row's lines, and begin the next row."""
        problems, self._problems = self._problems, []
        self._room = MAX_LINE_BYTES
        return problems


def _too_many_fields(names: int, fields: int) -> str:
    return (
        f"{fields:,} fields, must be {names:,} as in the first line; quote fields that hold commas"
    )


def _by_name(names: Sequence[str], fields: Sequence[str]) -> Members:
    """Return a row by the names of its columns; of two columns with one name the last counts."""
    pairs = zip_longest(names, fields, fillvalue="")
    return {name.strip(): value or None for name, value in pairs if name}
