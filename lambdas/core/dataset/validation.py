"""Checks of a row's question, options, answer and id; their messages never quote a text."""

import re
from dataclasses import replace
from difflib import get_close_matches

from lambdas.contract import Task
from lambdas.contract.schema import Choice
from lambdas.core.dataset.choices import LAYOUTS, ParsedChoices
from lambdas.core.dataset.files import MAX_ID_CHARACTERS, MAX_LINE_BYTES
from lambdas.core.dataset.golds import (
    Reading,
    expected_answer,
    says_no_answer,
    says_no_number,
    states_formula,
)
from lambdas.core.dataset.schemas import QUESTION_MEMBERS, RawQuestion, is_absent
from lambdas.core.text import describe, encodable, quoted_name

# Neither text nor layout: some models refuse them, and a terminal obeys them.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_NO_CHOICES = (
    f"has no options, must have choices or options: {LAYOUTS};"
    ' use "task": "arithmetic" or "exact" for questions without'
)
_SHOWN_MEMBERS = 8
# For which a mistyped name may be meant.
_KNOWN_MEMBERS = ("question", "problem", "input", "prompt", "query")
_CONVERSATIONS = ("messages", "conversations", "conversation", "turns")


def row_problems(row: RawQuestion, reading: Reading) -> list[str]:
    """Return what is wrong with a row's question and options.

    Args:
        row: of a dataset or an exemplars file.
        reading: of the dataset.
    """
    if row.text is None:
        return [_no_question(row)]
    if isinstance(row.text, list) and all(isinstance(turn, dict) for turn in row.text):
        return [_list_of_messages(row.asked[-1])]
    return [
        *text_problems("question", row.text),
        *row.problems,
        *_choices_problems(row.parsed_choices, reading.task),
    ]


def gold_problem(row: RawQuestion, reading: Reading, gold: str | None) -> str | None:
    """Return why a row with an answer cannot be scored, `None` if it can or has no answer.

    Args:
        row: whose question and options are right.
        reading: of the dataset.
        gold: the row's correct answer, `None` if none can be read.
    """
    is_none = says_no_answer if reading.yes_no else says_no_number
    no_number = (reading.task == "arithmetic" or reading.yes_no) and is_none(row.answer)
    if gold is not None or no_number or is_absent(row.answer):
        return None
    name = row.answer_name or "answer"
    formula = reading.task == "arithmetic" and states_formula(row.answer)
    kind = "a formula" if formula else describe(row.answer)
    return f"{name} is {kind}, {expected_answer(row, reading)}"


def without_controls(row: RawQuestion) -> RawQuestion:
    r"""Return a row with a space for each control character; the same object if it has none.

    >>> without_controls(RawQuestion(None, "a\x1b[2J", 7, None, None)).text
    'a [2J'
    """
    texts = (row.text, row.answer, *(choice.text for choice in row.choices))
    if not any(isinstance(text, str) and _CONTROL.search(text) for text in texts):
        return row
    parsed = row.parsed_choices
    choices = [Choice(each.label, _spaced(each.text)) for each in row.choices]
    return replace(
        row,
        text=_spaced(row.text) if isinstance(row.text, str) else row.text,
        answer=_spaced(row.answer) if isinstance(row.answer, str) else row.answer,
        parsed_choices=replace(parsed, choices=tuple(choices)) if parsed else None,
    )


def _spaced(text: str) -> str:
    return _CONTROL.sub(" ", text)


def text_problems(name: str, text: object) -> list[str]:
    """Return why a member is no text for a prompt."""
    if not isinstance(text, str) or not text.strip():
        return [f"{name} is {describe(text)}, must be a text"]
    if len(text) > MAX_LINE_BYTES:
        return [f"{name} has {len(text):,} characters, must have at most {MAX_LINE_BYTES:,}"]
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


def _no_question(row: RawQuestion) -> str:
    """Return that a row has no question, with what it has and the way out."""
    names = [*row.asked, *row.unused]
    if not names:
        return f"has no question, must have {QUESTION_MEMBERS}"
    first = ", ".join(map(quoted_name, names[:_SHOWN_MEMBERS]))
    more = len(names) - _SHOWN_MEMBERS
    shown = f"{first} and {more} more" if more > 0 else first
    return f"has no question, must have {QUESTION_MEMBERS}; it has {shown}{_way_to_question(row)}"


def _list_of_messages(name: str) -> str:
    # The user may run this command, so it contains no name with odd characters.
    known = name if name.isidentifier() and name.isascii() else "NAME"
    return (
        f"{quoted_name(name)} is a list of messages, must be a text;"
        f" jq -c '.question = .{known}[-1].content' FILE makes the last one the question"
    )


def _way_to_question(row: RawQuestion) -> str:
    conversation = next((name for name in row.unused if name in _CONVERSATIONS), None)
    if conversation:
        turn = "turns[0]" if conversation == "turns" else f"{conversation}[0].content"
        return f"; jq -c '.question = .{turn}' FILE makes the first turn the question"
    for name in row.unused:
        meant = get_close_matches(name.lower(), _KNOWN_MEMBERS, n=1, cutoff=0.75)
        if meant:
            return f"; rename {quoted_name(name)} to {meant[0]}"
    return "; rename the one that is the question"


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
