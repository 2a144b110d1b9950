"""What is wrong with a row's question, options and answer, without quoting any of them."""

import re

from lambdas.contract import Task
from lambdas.core.sets.kinds import kind_of, name_shown
from lambdas.core.sets.layouts import Published
from lambdas.core.sets.limits import MAX_ID_CHARACTERS
from lambdas.core.sets.options import LAYOUTS, Offered
from lambdas.core.sets.tasks import expected, gold_of, is_absent

# Neither text nor layout: some models refuse them, and a terminal obeys them.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NO_OPTIONS = (
    f"has no options, must have choices or options: {LAYOUTS};"
    ' use "task": "arithmetic" or "exact" for questions without'
)


def problems_of(row: Published, task: Task) -> list[str]:
    """Return what is wrong with a row's question, options and answer."""
    problems = unfit_text("question", row.text) + _unfit_options(row.options, task)
    if isinstance(row.answer, str):
        problems += unfit_characters("answer", row.answer)
    if not problems and not is_absent(row.answer) and gold_of(task, row) is None:
        problems.append(f"answer is {kind_of(row.answer)}, {expected(task, row)}")
    return problems


def unfit_text(name: str, text: object) -> list[str]:
    """Return why a member is no text that a prompt can hold."""
    if not isinstance(text, str) or not text.strip():
        return [f"{name} is {kind_of(text)}, must be a text"]
    return unfit_characters(name, text)


def unfit_characters(name: str, text: str) -> list[str]:
    r"""Return which characters of a text no prompt should hold; line ends and tabs it may.

    >>> unfit_characters("question", "a\x1b[2J")
    ['question holds the control character U+001B, must be text alone; remove it']
    """
    if not encodable(text):
        return [f"{name} holds half a surrogate pair, must be UTF-8 text"]
    found = _CONTROL.search(text)
    if found is None:
        return []
    code = f"U+{ord(found[0]):04X}"
    return [f"{name} holds the control character {code}, must be text alone; remove it"]


def unfit_id(given: object) -> list[str]:
    """Return why a row's id cannot be one; a row may go without."""
    if given is None:
        return []
    named = isinstance(given, str | int) and not isinstance(given, bool)
    if not named or not str(given).strip():
        return [f"id is {kind_of(given)}, must be a text or whole number"]
    if len(str(given)) > MAX_ID_CHARACTERS:
        return [f"id is {kind_of(given)}, must be at most {MAX_ID_CHARACTERS} characters long"]
    return unfit_characters("id", str(given))


def encodable(text: str) -> bool:
    """Return whether a text can be written as UTF-8: JSON may bring half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def repeated_id(given: str, first: int) -> str:
    """Return that an id is taken by an earlier line."""
    return f"id {name_shown(given)} is that of line {first}, must be new"


def _unfit_options(given: Offered | None, task: Task) -> list[str]:
    if task != "multiple_choice":
        return [f'has options, must have none for "{task}"; {_way_out(task)}'] if given else []
    if given is None:
        return [_NO_OPTIONS]
    unfit = (unfit_characters("an option", choice.text) for choice in given.choices)
    return [*given.problems, *next(filter(None, unfit), [])]


def _way_out(task: Task) -> str:
    # A pattern and a JSON key ask for "exact" themselves, and go with no other task.
    alone = ", without pattern and json_key" if task == "exact" else ""
    return f'use "task": "multiple_choice"{alone}, or leave the options out of the set'
