"""Exemplars: the worked examples of a prompt, built in or the user's own."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lambdas.contract import Task
from lambdas.contract.schema import Choice
from lambdas.core.dataset.files import MAX_LINE_BYTES, FileNote, LineProblem, json_rows
from lambdas.core.dataset.golds import Asked, Reading, gold_of, infer_reading
from lambdas.core.dataset.schemas import RawQuestion, is_absent, read_members
from lambdas.core.dataset.validation import gold_problem, row_problems, text_problems
from lambdas.core.errors import Problems
from lambdas.core.text import Line, describe, split_lines

MAX_EXEMPLARS = 64
# About 50,000 tokens, billed once per record: more is a mistake, and would fill Build's memory.
MAX_EXEMPLAR_CHARACTERS = 200_000
_FOLDER = Path(__file__).parent / "builtin"
_BUILTIN: Mapping[Task, str] = {
    "arithmetic": "arithmetic.jsonl",
    "multiple_choice": "multiple_choice.jsonl",
}
# GSM8K's "48 / 2 = <<48/2=24>>24" is for a calculator, not for a reader.
_CALCULATION = re.compile(r"<<[^<>\n]{0,200}>>")


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A worked example: a question, reasoning that ends with its answer, and its options."""

    question: str
    rationale: str
    choices: tuple[Choice, ...] = ()

    @property
    def characters(self) -> int:
        """How long its texts are."""
        choices = sum(len(choice.label) + len(choice.text) for choice in self.choices)
        return len(self.question) + len(self.rationale) + choices


def builtin_exemplars(task: Task) -> list[Exemplar]:
    """Return the exemplars that come with the project: none for `exact`."""
    if task not in _BUILTIN:
        return []
    path = _FOLDER / _BUILTIN[task]
    lines = split_lines([path.read_bytes()], limit=MAX_LINE_BYTES)
    return read_exemplars(lines, path.name, task)


def read_exemplars(lines: Iterable[Line], file: str, task: Task | None) -> list[Exemplar]:
    """Return the exemplars of a JSONL file.

    A row has the members of a dataset's row, the correct answer among them, and a `rationale`;
    in a row of GSM8K that is the text before `####`. A rationale without "answer is" gets a
    closing sentence with the answer.

    Args:
        lines: of the file.
        file: its name, for messages.
        task: of the run, `None` to infer it from the rows.

    Raises:
        RequestError: with every problem of the file.
    """
    exemplars: list[Exemplar] = []
    problems = Problems()
    rows = [*json_rows(lines)]
    reading = infer_reading(rows, Asked(task)) or Reading(task or "arithmetic")
    for row in rows:
        if isinstance(row, FileNote):
            continue
        if isinstance(row, LineProblem):
            found = [row.message]
        elif len(exemplars) == MAX_EXEMPLARS:
            too_many = f"more than {MAX_EXEMPLARS} exemplars; keep the best few"
            problems.add(f"{file} line {row.line}: {too_many}")
            break
        else:
            raw = read_members(row.members)
            found = _row_problems(raw, reading)
            exemplars += [] if found else [_exemplar(raw, reading)]
        problems.add(*(f"{file} line {row.line}: {problem}" for problem in found))
    problems.add(*(f"{file} line 1: {problem}" for problem in _size_problems(exemplars)))
    if not exemplars and not problems:
        none = 'no exemplar; use "few_shot": "none" for a prompt without any'
        problems.add(f"{file} line 1: {none}")
    problems.raise_any()
    return exemplars


def _row_problems(row: RawQuestion, reading: Reading) -> list[str]:
    problems = row_problems(row, reading) + text_problems("rationale", _rationale(row))
    unscored = gold_problem(row, reading, gold_of(row, reading))
    if is_absent(row.answer):
        problems.append(f"answer is {describe(row.answer)}, must be the right answer")
    elif unscored and not problems:
        problems.append(unscored)
    return problems


def _size_problems(exemplars: Iterable[Exemplar]) -> list[str]:
    size = sum(exemplar.characters for exemplar in exemplars)
    if size <= MAX_EXEMPLAR_CHARACTERS:
        return []
    most = f"{MAX_EXEMPLAR_CHARACTERS:,}"
    return [f"{size:,} characters of exemplars, must be at most {most}; keep a few"]


def _exemplar(row: RawQuestion, reading: Reading) -> Exemplar:
    rationale = str(_rationale(row)).strip()
    return Exemplar(str(row.text).strip(), _with_answer(rationale, row, reading), row.choices)


def _rationale(row: RawQuestion) -> object:
    if row.rationale is None and isinstance(row.answer, str) and "####" in row.answer:
        return _CALCULATION.sub("", row.answer.rpartition("####")[0])
    return row.rationale


def _with_answer(rationale: str, row: RawQuestion, reading: Reading) -> str:
    """Return a rationale that ends with the answer, in the form that the prompt asks for."""
    if "answer is" in rationale:
        return rationale
    answer = gold_of(row, reading)
    if reading.task == "multiple_choice":
        answer = f"({', '.join((answer or '').split(','))})"
    elif isinstance(row.answer, str) and "####" not in row.answer:
        answer = row.answer.strip()
    return f"{rationale} The answer is {answer}."
