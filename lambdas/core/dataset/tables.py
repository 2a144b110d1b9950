"""Rows of a table: CSV, with commas, semicolons or tabs, with or without a header."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest
from string import ascii_uppercase

from lambdas.core.dataset.files import (
    MAX_LINE_BYTES,
    FileNote,
    FileRow,
    LineProblem,
    LineText,
    texts_of,
)
from lambdas.core.dataset.layouts import Members
from lambdas.core.dataset.schemas import QUESTION_MEMBERS, has_question_column
from lambdas.core.text import Line, count_of, describe, quoted_name

# Every row costs a step per column, even an empty one.
MAX_COLUMNS = 1_000
_SEPARATORS = (",", ";", "\t")
_SHOWN_NAMES = 12
_ROW_TOO_LONG = f"a row of more than {MAX_LINE_BYTES:,} characters"
_QUOTING = "quote fields that hold quotes or separators"
_OLD_LINE_ENDS = "has line ends of old Macs, must have LF: tr '\\r' '\\n' < FILE makes them so"
_BREAK_IN_QUOTES = "a field of a .tsv holds no line end: write a .csv, or one line a row"
_HEADER = "write a first line with the columns' names"
# What Excel understands before the header.
_EXCEL = re.compile(r"\s*sep=([,;|\t])\s*")
_QUOTED = re.compile(r'"((?:[^"]|"")*+)"')
_NUMBER = re.compile(r"-?[\d.,]{1,40}", re.ASCII)
# MMLU's files have no header: question, two to ten options, and the letter of the right one.
_OPTION_COUNTS = range(2, 11)


def table_rows(lines: Iterable[Line], file: str) -> Iterator[FileRow | FileNote | LineProblem]:
    """Yield the rows of a table by the names of its columns, and what is wrong with its lines.

    An empty field is `None`. A file without a header is read if its rows have the layout of
    MGSM (question, number) or of MMLU (question, options, letter).

    Args:
        lines: of the file.
        file: its name: one that ends in `.tsv` has tabs and no quotes around fields.
    """
    texts = _RowLines(lines)
    first = texts.first()
    if named := _EXCEL.fullmatch(first):
        next(texts)
        first = texts.first()
    if "\r" in first and '"' not in first:
        yield LineProblem(1, _OLD_LINE_ENDS)
        return
    separator = "\t" if file.lower().endswith(".tsv") else _separator(first)
    separator = named[1] if named else separator
    if _is_plain(separator, first):
        yield from _rows(_unquoted(texts), texts, is_plain=True)
    else:
        # Rows are bounded already, and csv's own limit is half of what one may have.
        csv.field_size_limit(2 * MAX_LINE_BYTES)
        yield from _rows(csv.reader(texts, strict=True, delimiter=separator), texts)


def _separator(first_line: str) -> str:
    """Return what separates the fields of a first line: what gives a question, or most fields."""

    def fields(separator: str) -> tuple[bool, int]:
        try:
            names = next(csv.reader([first_line], delimiter=separator), [])
        except csv.Error:
            return False, 0
        return has_question_column(names), len(names)

    return max(_SEPARATORS, key=fields)


def _is_plain(separator: str, first_line: str) -> bool:
    """Return whether quotes are signs like any other, as in MGSM's files."""
    fields = first_line.split("\t")
    return separator == "\t" and not any(field[:1] == '"' == field[-1:] for field in fields)


def _unquoted(texts: "_RowLines") -> Iterator[list[str]]:
    for text in texts:
        fields = text.rstrip("\r\n").split("\t")
        yield [_without_quotes(field) for field in fields] if fields != [""] else []


def _without_quotes(field: str) -> str:
    """Return a field as its writer meant it, if quotes surround it and are doubled within."""
    found = _QUOTED.fullmatch(field)
    return found[1].replace('""', '"') if found else field


def _rows(
    rows: Iterable[list[str]], texts: "_RowLines", *, is_plain: bool = False
) -> Iterator[FileRow | FileNote | LineProblem]:
    names: list[str] = []
    try:
        for fields in rows:
            yield from texts.end_row()
            is_header = False
            if fields and not names:
                names = _column_names(fields)
                if problem := _header_problem(names):
                    yield LineProblem(1, problem)
                    return
                is_header = fields == names
                if not is_header:
                    yield FileNote(f"no header: the columns are read as {', '.join(names)}")
                names = _told_apart(names)
            if problem := _fields_problem(fields, names, is_plain=is_plain):
                yield LineProblem(texts.line, problem)
            elif fields and not is_header:
                yield FileRow(texts.line, _by_name(names, fields))
        yield from texts.end_row()
    except csv.Error as error:
        yield from texts.end_row()
        yield LineProblem(texts.line, f"no CSV: {error}; {_QUOTING}")


def _column_names(fields: list[str]) -> list[str]:
    """Return the names of columns: the first row itself, unless it is a row of MGSM or MMLU."""
    last = fields[-1].strip()
    if has_question_column(fields):
        return fields
    if len(fields) == 2 and _NUMBER.fullmatch(last):
        return ["question", "answer"]
    options = ascii_uppercase[: len(fields) - 2]
    if len(options) in _OPTION_COUNTS and len(last) == 1 and last in options:
        return ["question", *options, "answer"]
    return fields


def _header_problem(names: Sequence[str]) -> str | None:
    if len(names) > MAX_COLUMNS:
        return f"{len(names):,} columns, must be at most {MAX_COLUMNS:,}"
    if has_question_column(names):
        return None
    # What has spaces may be no name, but a question's own text: the file may lack its header.
    shown = ", ".join(
        quoted_name(name) if len(name.split()) < 2 else describe(name)
        for name in map(str.strip, names[:_SHOWN_NAMES])
    )
    return (
        f"none of {len(names):,} columns is named {QUESTION_MEMBERS}; {_HEADER}, or rename one;"
        f" the first line has {shown}"
    )


def _told_apart(names: Iterable[str]) -> list[str]:
    """Return the names of columns; one without a name of its own is `column 3` by its place."""
    stripped = [name.strip() for name in names]
    return [
        name if name and stripped.index(name) == place else f"column {place + 1}"
        for place, name in enumerate(stripped)
    ]


class _RowLines:
    """Lines for a reader of rows; one row gets no more than one line may hold.

    A quoted field may contain line ends, so that one row could otherwise read the whole file.

    Attributes:
        line: number of the last line read.
    """

    def __init__(self, lines: Iterable[Line]) -> None:
        self._texts: Iterator[LineText] = texts_of(lines)
        self._room = MAX_LINE_BYTES
        self._problems: list[LineProblem] = []
        self.line = 0

    def __iter__(self) -> "_RowLines":
        return self

    def __next__(self) -> str:
        if self._room < 0:
            raise csv.Error(_ROW_TOO_LONG)
        self.line, text, problem = next(self._texts)
        if len(text) > MAX_LINE_BYTES:
            raise csv.Error(_ROW_TOO_LONG)
        if problem:
            self._problems.append(LineProblem(self.line, problem))
        self._room -= len(text) + 1
        return f"{text}\n"

    def first(self) -> str:
        """Return the first line with a text, "" if none has; it stays to be read."""
        skipped = []
        for each in self._texts:
            skipped.append(each)
            if each.problem or each.text.strip():
                break
        self._texts = chain(skipped, self._texts)
        return skipped[-1].text[:MAX_LINE_BYTES] if skipped else ""

    def end_row(self) -> list[LineProblem]:
        """Return the problems of a row's lines, and begin the next row."""
        problems, self._problems = self._problems, []
        self._room = MAX_LINE_BYTES
        return problems


def _fields_problem(fields: Sequence[str], names: Sequence[str], *, is_plain: bool) -> str | None:
    """Return why a row has too many fields or, without quotes, ends within one."""
    wrong = f"{count_of(len(fields), 'field')}, must be {len(names):,} as in the first line"
    if len(fields) > len(names):
        return f"{wrong}; quote fields that hold separators"
    if is_plain and 0 < len(fields) < len(names) and any('"' in field for field in fields):
        return f"{wrong}; {_BREAK_IN_QUOTES}"
    return None


def _by_name(names: Sequence[str], fields: Sequence[str]) -> Members:
    """Return a row by the names of its columns."""
    pairs = zip_longest(names, fields, fillvalue="")
    return {name: value or None for name, value in pairs}
