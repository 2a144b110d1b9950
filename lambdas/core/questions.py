"""Question sets: JSONL or CSV in, checked questions out, one at a time."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lambdas.core.arithmetic import gold
from lambdas.core.errors import RequestError
from lambdas.core.lines import Line
from lambdas.core.wording import shown

MAX_LINE_BYTES = 256 * 1024
MAX_QUESTIONS = 500_000
_KEPT_PROBLEMS = 40


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the set: its place from 0, its id, text, and right answer where known."""

    index: int
    id: str
    text: str
    gold: str | None


@dataclass(slots=True)
class Findings:
    """What reading a set brought to light; grows while the set is read.

    Attributes:
        problems: sentences with file, line, value and expectation; the first ones.
        more: further problems, counted only.
        repeated: questions whose text stood there before.
    """

    file: str
    problems: list[str] = field(default_factory=list)
    more: int = 0
    repeated: int = 0

    def add(self, line: int, problem: str) -> None:
        """Note a problem of a line."""
        if len(self.problems) < _KEPT_PROBLEMS:
            self.problems.append(f"{self.file} line {line}: {problem}")
        else:
            self.more += 1

    def refuse(self) -> None:
        """Raise `RequestError` where a problem was found."""
        if self.problems:
            raise RequestError(self.problems, self.more)


def read_questions(
    lines: Iterable[Line], findings: Findings, limit: int | None = None
) -> Iterator[Question]:
    """Yield the questions of a set, noting in `findings` what is wrong with it.

    A line with a problem yields nothing, so that one reading finds every problem. Memory grows
    with the number of questions alone, by two hashes each.

    Args:
        lines: the file's lines; JSON objects, or CSV where its name ends in `.csv`.
        findings: collects the problems; the caller refuses the set when reading has ended.
        limit: the most questions to read, `None` for all.
    """
    rows = _csv_rows if findings.file.lower().endswith(".csv") else _json_rows
    ids: dict[int, int] = {}
    texts: set[int] = set()
    for number, row in rows(_readable(lines, findings), findings):
        question = _question(len(ids), number, row, findings)
        if question is None:
            continue
        if len(ids) == MAX_QUESTIONS:
            findings.add(number, f"more than {MAX_QUESTIONS} questions; split the set")
            return
        first = ids.setdefault(hash(question.id), number)
        if first != number:
            findings.add(number, f"id {shown(question.id)} is that of line {first}, must be new")
            continue
        findings.repeated += hash(question.text) in texts
        texts.add(hash(question.text))
        yield question
        if len(ids) == limit:
            return


def _readable(lines: Iterable[Line], findings: Findings) -> Iterator[tuple[int, str]]:
    """Yield every line with its number; one that cannot be read is blank."""
    for line in lines:
        if line.content is None:
            findings.add(
                line.number, f"{line.size} bytes long, must be at most {MAX_LINE_BYTES} bytes"
            )
            yield line.number, ""
            continue
        try:
            text = line.content.decode("utf-8-sig" if line.number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            byte = line.content[error.start]
            findings.add(line.number, f"byte {error.start} is 0x{byte:02x}, must be UTF-8 text")
            text = ""
        yield line.number, text


def _json_rows(
    lines: Iterable[tuple[int, str]], findings: Findings
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    for number, text in lines:
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            findings.add(number, f"{shown(text)} is no JSON, must be one object a line")
            continue
        if isinstance(row, dict):
            yield number, row
        else:
            findings.add(number, f"{shown(row)} is no JSON object, must have a question")


def _csv_rows(
    lines: Iterable[tuple[int, str]], findings: Findings
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    reader = csv.DictReader((text + "\n" for _, text in lines), strict=True, restval="")
    try:
        for row in reader:
            if None in row:
                fields = len(reader.fieldnames or ())
                findings.add(
                    reader.line_num,
                    f"{fields + len(row[None])} fields, must be {fields} as in the first line;"
                    " quote fields that hold commas",
                )
                continue
            yield reader.line_num, {key: value or None for key, value in row.items() if key}
    except csv.Error as error:
        findings.add(reader.line_num, f"no CSV: {error}; quote fields that hold quotes or commas")


def _question(
    index: int, number: int, row: Mapping[str, Any], findings: Findings
) -> Question | None:
    text, given_id, answer = row.get("question"), row.get("id"), row.get("answer")
    right = gold(answer)
    problems = []
    if not isinstance(text, str) or not text.strip():
        problems.append(f"question is {shown(text)}, must be a text")
    elif not encodable(text):
        problems.append("question holds half a surrogate pair, must be UTF-8 text")
    if given_id is not None and not _is_id(given_id):
        problems.append(f"id is {shown(given_id)}, must be a text or whole number")
    if answer not in (None, "") and right is None:
        problems.append(f"answer is {shown(answer)}, must be a number, or absent")
    if row.keys() & {"choices", "options"}:
        problems.append("has choices, must be free-form: this version answers arithmetic only")
    for problem in problems:
        findings.add(number, problem)
    if problems or not isinstance(text, str):
        return None
    return Question(index, str(given_id if given_id is not None else f"q{index}"), text, right)


def _is_id(value: object) -> bool:
    named = isinstance(value, str | int) and not isinstance(value, bool)
    return named and bool(str(value).strip()) and encodable(str(value))


def encodable(text: str) -> bool:
    """Return whether a text can be written as UTF-8: JSON may bring half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
