"""Prompts: what stands before and after each question, the same in every record of a run."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambdas.core.lines import Line, split_lines
from lambdas.core.questions import MAX_LINE_BYTES, Findings, encodable
from lambdas.core.wording import shown

MAX_EXEMPLARS = 64
# Some 50,000 tokens, billed once per record: more is a mistake, and would fill Build's memory.
MAX_EXEMPLAR_CHARACTERS = 200_000
_BUILTIN = Path(__file__).parent / "exemplars" / "arithmetic.jsonl"
_INSTRUCTION = (
    "Work out each answer step by step, in a few sentences."
    ' End with one more sentence: "The answer is N.", where N is a number.\n\n'
)


@dataclass(frozen=True, slots=True)
class Exemplar:
    """A worked example: a question, and reasoning that ends with its answer."""

    question: str
    rationale: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The text before and after the question."""

    before: str
    after: str

    def around(self, question: str) -> str:
        """Return the whole prompt of a question."""
        return f"{self.before}{question}{self.after}"


def arithmetic_prompt(exemplars: Iterable[Exemplar]) -> Prompt:
    r"""Return the few-shot prompt of Wei et al. 2022, arXiv 2201.11903.

    Without exemplars it is a zero-shot prompt: the instruction and the question.

    >>> arithmetic_prompt([Exemplar("1 + 1?", "The answer is 2.")]).around("2 + 2?")[-43:]
    'Q: 1 + 1?\nA: The answer is 2.\n\nQ: 2 + 2?\nA:'
    """
    worked = "".join(f"Q: {each.question}\nA: {each.rationale}\n\n" for each in exemplars)
    return Prompt(f"{_INSTRUCTION}{worked}Q: ", "\nA:")


def builtin_exemplars() -> list[Exemplar]:
    """Return the eight arithmetic exemplars that come with the project."""
    findings = Findings(_BUILTIN.name)
    lines = split_lines([_BUILTIN.read_bytes()], limit=MAX_LINE_BYTES)
    exemplars = read_exemplars(lines, findings)
    findings.refuse()
    return exemplars


def read_exemplars(lines: Iterable[Line], findings: Findings) -> list[Exemplar]:
    """Return the exemplars of a JSONL file, noting in `findings` what is wrong with it.

    Each line has `question`, `rationale` and `answer`; the rationale gets a closing sentence
    with the answer where it does not say "answer is".
    """
    exemplars: list[Exemplar] = []
    for line in lines:
        if line.content == b"":
            continue
        exemplar = _exemplar(line, findings)
        if len(exemplars) == MAX_EXEMPLARS:
            findings.add(line.number, f"more than {MAX_EXEMPLARS} exemplars; keep the best few")
            break
        if exemplar is not None:
            exemplars.append(exemplar)
    size = sum(len(each.question) + len(each.rationale) for each in exemplars)
    if size > MAX_EXEMPLAR_CHARACTERS:
        most = f"{MAX_EXEMPLAR_CHARACTERS:,}"
        findings.add(1, f"{size:,} characters of exemplars, must be at most {most}; keep a few")
    if not exemplars and not findings.problems:
        findings.add(1, 'no exemplar; use "few_shot": "none" for a prompt without any')
    return exemplars


def _exemplar(line: Line, findings: Findings) -> Exemplar | None:
    try:
        row = json.loads((line.content or b"").decode("utf-8-sig"))
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        findings.add(line.number, "must be a JSON object with question, rationale and answer")
        return None
    absent = [name for name in ("question", "rationale", "answer") if not _is_text(row.get(name))]
    for name in absent:
        findings.add(line.number, f"{name} is {shown(row.get(name))}, must be a text")
    return None if absent else Exemplar(row["question"].strip(), _closed(row))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and encodable(value)


def _closed(row: dict[str, Any]) -> str:
    rationale, answer = row["rationale"].strip(), row["answer"].strip()
    return rationale if "answer is" in rationale else f"{rationale} The answer is {answer}."
