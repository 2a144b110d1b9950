"""Exemplars: the worked examples of a prompt, built in or the user's own."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lambdas.contract import Task
from lambdas.core.lines import Line, split_lines
from lambdas.core.sets.checks import problems_of, unfit_text
from lambdas.core.sets.kinds import kind_of
from lambdas.core.sets.layouts import Published, published
from lambdas.core.sets.question import Choice
from lambdas.core.sets.questions import MAX_LINE_BYTES, Findings
from lambdas.core.sets.rows import json_rows
from lambdas.core.sets.tasks import gold_of, is_absent, task_of

MAX_EXEMPLARS = 64
# Some 50,000 tokens, billed once per record: more is a mistake, and would fill Build's memory.
MAX_EXEMPLAR_CHARACTERS = 200_000
_FOLDER = Path(__file__).parent / "builtin"
_BUILTIN: Mapping[Task, str] = {
    "arithmetic": "arithmetic.jsonl",
    "multiple_choice": "multiple_choice.jsonl",
}
# GSM8K's "48 / 2 = <<48/2=24>>24" is for a calculator, not for a reader.
_CALCULATED = re.compile(r"<<[^<>\n]{0,200}>>")


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A worked example: a question, reasoning that ends with its answer, and its options."""

    question: str
    rationale: str
    choices: tuple[Choice, ...] = ()

    @property
    def characters(self) -> int:
        """How long its texts are."""
        options = sum(len(choice.label) + len(choice.text) for choice in self.choices)
        return len(self.question) + len(self.rationale) + options


def builtin_exemplars(task: Task) -> list[Exemplar]:
    """Return the exemplars that come with the project: none for `exact`."""
    if task not in _BUILTIN:
        return []
    path = _FOLDER / _BUILTIN[task]
    findings = Findings(path.name)
    lines = split_lines([path.read_bytes()], limit=MAX_LINE_BYTES)
    exemplars = read_exemplars(lines, findings, task)
    findings.refuse()
    return exemplars


def read_exemplars(lines: Iterable[Line], findings: Findings, task: Task | None) -> list[Exemplar]:
    """Return the exemplars of a JSONL file, noting in `findings` what is wrong with it.

    A row is laid out as those of a question set, with the right answer, and has a `rationale`;
    in a row of GSM8K's that is what stands before `####`. The rationale gets a closing sentence
    with the answer where it does not say "answer is".

    Args:
        lines: the file's lines.
        findings: collects the problems; the caller refuses the file.
        task: of the run, `None` to tell it from the first row.
    """
    exemplars: list[Exemplar] = []
    for number, row in json_rows(lines, findings.add):
        if len(exemplars) == MAX_EXEMPLARS:
            findings.add(number, f"more than {MAX_EXEMPLARS} exemplars; keep the best few")
            break
        here = published(row)
        task = task or task_of(here)
        exemplar = _exemplar(number, here, findings, task)
        if exemplar is not None:
            exemplars.append(exemplar)
    size = sum(each.characters for each in exemplars)
    if size > MAX_EXEMPLAR_CHARACTERS:
        most = f"{MAX_EXEMPLAR_CHARACTERS:,}"
        findings.add(1, f"{size:,} characters of exemplars, must be at most {most}; keep a few")
    if not exemplars and not findings.problems:
        findings.add(1, 'no exemplar; use "few_shot": "none" for a prompt without any')
    return exemplars


def _exemplar(number: int, row: Published, findings: Findings, task: Task) -> Exemplar | None:
    rationale = _rationale(row)
    problems = problems_of(row, task) + unfit_text("rationale", rationale)
    if is_absent(row.answer):
        problems.append(f"answer is {kind_of(row.answer)}, must be the right answer")
    for problem in problems:
        findings.add(number, problem)
    if problems or not isinstance(row.text, str) or not isinstance(rationale, str):
        return None
    return Exemplar(row.text.strip(), _closed(rationale.strip(), row, task), row.choices)


def _rationale(row: Published) -> object:
    if row.rationale is None and isinstance(row.answer, str) and "####" in row.answer:
        return _CALCULATED.sub("", row.answer.rpartition("####")[0])
    return row.rationale


def _closed(rationale: str, row: Published, task: Task) -> str:
    """Return a rationale that ends with the answer, in the form that the task asks for."""
    if "answer is" in rationale:
        return rationale
    answer = gold_of(task, row)
    if task == "multiple_choice":
        answer = f"({', '.join((answer or '').split(','))})"
    elif isinstance(row.answer, str) and "####" not in row.answer:
        answer = row.answer.strip()
    return f"{rationale} The answer is {answer}."
