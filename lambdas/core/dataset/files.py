"""Rows of a JSON file, an object a line or one document, with the members its authors chose."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from lambdas.core.dataset.documents import DocumentError, no_rows, rows_within
from lambdas.core.dataset.layouts import Members
from lambdas.core.dataset.schemas import question_text
from lambdas.core.text import Line, describe

# Plan reads this many in its time; recordId has seven digits for a question, 10,000,000.
MAX_QUESTIONS = 1_000_000
MAX_LINE_BYTES = 256 * 1024
# Blank lines, and lines within a quoted field, are lines as well.
MAX_LINES = 10 * MAX_QUESTIONS
# A JSON document is in memory as a whole, as text and as values.
MAX_DOCUMENT_BYTES = 64 * 2**20
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
_NOT_UTF_8 = "must be UTF-8 text: iconv -f WINDOWS-1252 -t UTF-8 FILE makes it so of Excel's"
_DOCUMENT_TOO_LONG = (
    f"a JSON document of more than {MAX_DOCUMENT_BYTES // 2**20} MiB, must be JSONL, one object a"
    " line: jq -c '.[]' FILE makes an array so"
)
_COMMAS = "ends in a comma, must be one object alone: sed 's/,[[:space:]]*$//' FILE makes all so"
_ALONE = "follows a whole dataset in one value, must be one of the two: a file of each"


class FileRow(NamedTuple):
    """A row and the number of its line; in a JSON document, the number of the row."""

    line: int
    members: Members


class FileNote(NamedTuple):
    """What a user should know of how a file was read."""

    message: str


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


def json_rows(lines: Iterable[Line]) -> Iterator[FileRow | FileNote | LineProblem]:
    """Yield the objects of a JSON file, and what is wrong with its lines.

    The file is JSONL, or one value that holds all rows as `rows_within` knows them.
    """
    texts = texts_of(lines)
    first = next((each for each in texts if each.problem or each.text.strip()), None)
    if first is None:
        return
    if first.problem is None and _begins_document(first.text):
        yield from _rows_of_document([first], texts)
        return
    if first.problem is None and (inner := _rows_of_line(first)) is not None:
        yield from inner
        yield from (LineProblem(each.line, _ALONE) for each in texts if each.text.strip())
        return
    for each in chain([first], texts):
        if each.problem or each.text.strip():
            yield _row_of_line(each)


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


class LineText(NamedTuple):
    """A line's number and text; blank if there is a problem."""

    line: int
    text: str
    problem: str | None = None


def texts_of(lines: Iterable[Line]) -> Iterator[LineText]:
    """Yield every line, up to one that shows that the file cannot be read at all."""
    for line in lines:
        problem = _file_level_problem(line)
        if problem:
            yield LineText(line.number, "", problem)
            return
        yield _text(line)


def _file_level_problem(line: Line) -> str | None:
    if line.number > MAX_LINES:
        return f"more than {MAX_LINES:,} lines; split the dataset"
    return file_problem(line.content or b"") if line.number == 1 else None


def _text(line: Line) -> LineText:
    if line.content is None:
        return LineText(line.number, "", _too_long(line.size))
    try:
        text = line.content.decode("utf-8-sig" if line.number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        byte = line.content[error.start]
        problem = f"byte {error.start} is 0x{byte:02x}, {_NOT_UTF_8}"
        return LineText(line.number, "", problem)
    return LineText(line.number, text)


def _too_long(size: int) -> str:
    return (
        f"{size:,} bytes long, must be at most {MAX_LINE_BYTES:,} bytes for a row; a JSON document"
        f" may have {MAX_DOCUMENT_BYTES // 2**20} MiB"
    )


def _begins_document(first_line: str) -> bool:
    """Return whether a first line begins an array, or an object of several lines."""
    text = first_line.strip()
    return text.startswith("[") or (text.startswith("{") and text.endswith(("{", "[", ",")))


def _rows_of_document(
    first: Sequence[LineText], others: Iterable[LineText]
) -> Iterator[FileRow | FileNote | LineProblem]:
    """Yield the rows of a file that is one JSON value over all its lines."""
    texts, size = [], 0
    for line, text, problem in chain(first, others):
        size += len(text)
        if problem or size > MAX_DOCUMENT_BYTES:
            yield LineProblem(line, problem or _DOCUMENT_TOO_LONG)
            return
        texts.append(text)
    try:
        value = json.loads("\n".join(texts))
        rows = rows_within(value)
    except DocumentError as error:
        yield LineProblem(1, str(error))
        return
    except (ValueError, RecursionError) as error:
        reason = f"begins JSON of several lines, which is none ({json_reason(error)})"
        yield LineProblem(1, _COMMAS if _is_row_with_comma(texts[0]) else reason)
        return
    if rows is None and isinstance(value, dict) and isinstance(question_text(value), str):
        rows = [value]
    yield from [LineProblem(1, no_rows(value))] if rows is None else _numbered(rows, value)


def _is_row_with_comma(text: str) -> bool:
    """Return whether a first line is a row, but for the comma behind it."""
    try:
        return isinstance(json.loads(text.strip().removesuffix(",")), dict)
    except (ValueError, RecursionError):
        return False


def _rows_of_line(line: LineText) -> Iterator[FileRow | FileNote | LineProblem] | None:
    """Return the rows that the first line holds all at once, `None` if it is a row itself."""
    try:
        value = json.loads(line.text)
        rows = rows_within(value)
    except DocumentError as error:
        return iter([LineProblem(line.line, str(error))])
    except (ValueError, RecursionError):
        return None
    return None if rows is None else _numbered(rows, value)


def _numbered(rows: Sequence[Members], value: object) -> Iterator[FileRow | FileNote]:
    total = value.get("num_rows_total") if isinstance(value, dict) else None
    if isinstance(total, int) and total > len(rows):
        yield FileNote(f"the file is an export of {len(rows):,} of the dataset's {total:,} rows")
    yield from (FileRow(number, row) for number, row in enumerate(rows, start=1))


def _row_of_line(line: LineText) -> FileRow | LineProblem:
    if line.problem or len(line.text) > MAX_LINE_BYTES:
        return LineProblem(line.line, line.problem or _too_long(len(line.text.encode())))
    try:
        row = json.loads(line.text)
    except (ValueError, RecursionError) as error:
        reason = f"is no JSON ({json_reason(error)}), must be one object a line"
        return LineProblem(line.line, reason)
    if isinstance(row, dict):
        return FileRow(line.line, row)
    return LineProblem(line.line, f"is {describe(row)}, must be a JSON object with a question")
