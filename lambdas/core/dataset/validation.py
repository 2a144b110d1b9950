"""Checks of a row's question, options, answer and id; their messages never quote a text."""

import re

from lambdas.contract import Task
from lambdas.core.dataset.choices import LAYOUTS, ParsedChoices
from lambdas.core.dataset.files import MAX_ID_CHARACTERS
from lambdas.core.dataset.schemas import RawQuestion, expected_answer, is_absent
from lambdas.core.text import describe, encodable, quoted_name

# Neither text nor layout: some models refuse them, and a terminal obeys them.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NO_CHOICES = (
    f"has no options, must have choices or options: {LAYOUTS};"
    ' use "task": "arithmetic" or "exact" for questions without'
)


def row_problems(row: RawQuestion, task: Task, gold: str | None) -> list[str]:
    """Return what is wrong with a row's question, options and answer.

    Args:
        row: of a dataset or an exemplars file.
        task: of the run.
        gold: the row's correct answer, `None` if it has none that can be read.
    """
    problems = text_problems("question", row.text) + _choices_problems(row.parsed_choices, task)
    if isinstance(row.answer, str):
        problems += character_problems("answer", row.answer)
    if not problems and gold is None and not is_absent(row.answer):
        problems.append(f"answer is {describe(row.answer)}, {expected_answer(task, row)}")
    return problems


def text_problems(name: str, text: object) -> list[str]:
    """Return why a member is no text for a prompt."""
    if not isinstance(text, str) or not text.strip():
        return [f"{name} is {describe(text)}, must be a text"]
    return character_problems(name, text)


def character_problems(name: str, text: str) -> list[str]:
    r"""Return which characters of a text do not belong in a prompt; line ends and tabs do.

    >>> character_problems("question", "a\x1b[2J")
    ['question holds the control character U+001B, must be text alone; remove it']
    """
    if not encodable(text):
        return [f"{name} holds half a surrogate pair, must be UTF-8 text"]
    found = _CONTROL.search(text)
    if found is None:
        return []
    code = f"U+{ord(found[0]):04X}"
    return [f"{name} holds the control character {code}, must be text alone; remove it"]


def id_problems(value: object) -> list[str]:
    """Return why a row's id cannot be one; a row may have none."""
    if value is None:
        return []
    valid_type = isinstance(value, str | int) and not isinstance(value, bool)
    if not valid_type or not str(value).strip():
        return [f"id is {describe(value)}, must be a text or whole number"]
    if len(str(value)) > MAX_ID_CHARACTERS:
        return [f"id is {describe(value)}, must be at most {MAX_ID_CHARACTERS} characters long"]
    return character_problems("id", str(value))


def repeated_id_problem(value: str, first_line: int) -> str:
    """Return that an earlier line has this id."""
    return f"id {quoted_name(value)} is that of line {first_line}, must be new"


def _choices_problems(parsed: ParsedChoices | None, task: Task) -> list[str]:
    if task != "multiple_choice":
        return [f'has options, must have none for "{task}"; {_way_out(task)}'] if parsed else []
    if parsed is None:
        return [_NO_CHOICES]
    unfit = (character_problems("an option", choice.text) for choice in parsed.choices)
    return [*parsed.problems, *next(filter(None, unfit), [])]


def _way_out(task: Task) -> str:
    # A pattern or a JSON key implies "exact", and goes with no other task.
    alone = ", without pattern and json_key" if task == "exact" else ""
    return f'use "task": "multiple_choice"{alone}, or leave the options out of the dataset'
