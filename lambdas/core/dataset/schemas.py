"""Published dataset schemas: which member of a row is the question, the answer, the options."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lambdas.contract import Task
from lambdas.contract.schema import Choice
from lambdas.core.answers.exact import MAX_ANSWER_CHARS, normalised
from lambdas.core.answers.numeric import gold_number
from lambdas.core.dataset.choices import (
    ParsedChoices,
    ambiguity,
    column_choices,
    correct_labels,
    parse_choices,
)
from lambdas.core.dataset.files import Members

QUESTION_MEMBERS = "question, question_concat or sQuestion"
# A longer answer that is no number is reasoning without its number, not a class or a date.
SHORT_ANSWER = 100
# Names in published datasets, in lower case and without "@"; the first that a row has counts.
_TEXTS = (
    ("question_concat",),  # SVAMP on Hugging Face
    ("body", "question"),  # SVAMP, ASDiv
    ("question",),  # GSM8K, MultiArith on Hugging Face, MMLU, ARC, CommonsenseQA, AQuA
    ("squestion",),  # MultiArith and AddSub, as in MAWPS
)
_ANSWERS = (
    "answer",  # GSM8K, SVAMP, ASDiv; MMLU's index
    "final_ans",  # MultiArith on Hugging Face
    "lsolutions",  # MultiArith and AddSub, as in MAWPS
)
_CORRECT_CHOICES = (
    "answerkey",  # ARC, CommonsenseQA
    "correct",  # AQuA
)
_CHOICES = ("choices", "options")
_STEM = "stem"  # ARC and CommonsenseQA, which have the options beside it
_READ = frozenset(
    {"id", "rationale", *_ANSWERS, *_CORRECT_CHOICES, *_CHOICES}.union(*_TEXTS),
)
_NUMBER_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS: Mapping[str, int] = {
    **{word: number for number, word in enumerate(_NUMBER_WORDS, 2)},
    **{str(number): number for number in range(2, 27)},
}
_OF_CHOICES = r"(?:answers|options|choices|statements|responses|items|letters|that|of\ the|correct)"
_CHOOSE = re.compile(
    rf"""
    (?: ^ | [.?!:;(\[\n] ) \s{{0,4}} (?:please\ )?
    (?:choose|select|pick|mark|check|tick|give)\ (?:the\ )?
    (?: (?P<all>all)\b (?=\ (?:that|which|correct|of\ the|answers|options|applicable))
      | (?P<count>{"|".join(_NUMBERS)}) (?= \s{{0,4}}(?:[.)\]:;]|$) | \ {_OF_CHOICES}\b ) )
  | \bwhich\ (?P<which>{"|".join(_NUMBERS)})\ {_OF_CHOICES}\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RawQuestion:
    """The members of a row by their meaning, unchecked; `None` for those that it lacks.

    `unread` are the names of all other members, for a row without an answer: one may be it.
    """

    id: object
    text: object
    answer: object
    rationale: object
    parsed_choices: ParsedChoices | None
    unread: tuple[str, ...] = ()

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Its options, none if it has none."""
        return self.parsed_choices.choices if self.parsed_choices else ()


def read_members(row: Members) -> RawQuestion:
    """Return what a row of a dataset, or of an exemplars file, holds.

    >>> read_members({"Body": "He has $ 4.", "Question": "Left?", "Answer": 1.0}).text
    'He has $ 4. Left?'
    >>> stem = {"stem": "Which?", "choices": [{"label": "A", "text": "x"}]}
    >>> read_members({"question": stem}).text
    'Which?'
    """
    members = _by_lower_name(row)
    question = members.get("question")
    if isinstance(question, dict):
        members |= _by_lower_name(question) | {"question": question.get(_STEM)}
    choices = _choices(members, row)
    answer = _first(members, (*_CORRECT_CHOICES, *_ANSWERS) if choices else _ANSWERS)
    unread = (name for name in members if name not in _READ) if answer is None else ()
    return RawQuestion(
        id=members.get("id"),
        text=_text(members),
        answer=answer,
        rationale=members.get("rationale"),
        parsed_choices=choices,
        unread=tuple(unread),
    )


def has_question_column(names: Iterable[str]) -> bool:
    """Return whether these names of columns include the question's."""
    known = {name.lower() for name in names}
    return any(known.issuperset(spelling) for spelling in _TEXTS)


def wrapping_member(row: Members) -> str | None:
    """Return the member that holds a whole dataset in one row, `None` if none does.

    >>> wrapping_member({"version": 1, "data": [{"question": "1 + 1?"}]})
    'data'
    """
    if _text(_by_lower_name(row)) is not None:
        return None
    return next((name for name, value in row.items() if _is_dataset(value)), None)


def infer_task(row: RawQuestion) -> Task:
    """Return the task that a row suggests.

    With options it is multiple choice; with a short answer that is no number, `exact`; with a
    number, or without an answer, arithmetic.
    """
    if row.parsed_choices:
        return "multiple_choice"
    if is_absent(row.answer) or gold_number(row.answer) is not None:
        return "arithmetic"
    short = isinstance(row.answer, str) and len(row.answer.strip()) <= SHORT_ANSWER
    return "exact" if short or isinstance(row.answer, bool) else "arithmetic"


def is_absent(answer: object) -> bool:
    """Return whether a row has no answer."""
    return answer is None or (isinstance(answer, str) and not answer.strip())


def gold_of(task: Task, row: RawQuestion) -> str | None:
    """Return a row's correct answer in canonical form, `None` if it is not one of the task."""
    if task == "arithmetic":
        return gold_number(row.answer)
    if task == "exact":
        return _gold_text(row.answer)
    return correct_labels(row.answer, row.parsed_choices) if row.parsed_choices else None


def expected_answer(task: Task, row: RawQuestion) -> str:
    """Return what a row's answer must be, with the way out."""
    if task == "arithmetic":
        return 'must be a number, or absent; use "task": "exact" for answers that are texts'
    if task == "exact":
        return _expected_text(row.answer)
    ambiguous = ambiguity(row.answer, row.parsed_choices) if row.parsed_choices else None
    labels = ", ".join(choice.label for choice in row.choices)
    return ambiguous or f"must be among the options {labels}, or absent"


def choices_to_select(text: str, correct: str | None) -> int:
    """Return how many options a question asks for, 0 for "all that apply".

    If the correct labels are known they decide, because a word problem may say "choose two hats".

    Args:
        text: of the question.
        correct: its correct labels joined by commas, `None` if they are not known.

    >>> choices_to_select("Which metals float? (Choose two.)", None)
    2
    >>> choices_to_select("Select all that apply: which are prime?", "A,C")
    0
    >>> choices_to_select("In how many ways can Ann choose two hats?", None)
    1
    """
    found = _CHOOSE.search(text)
    if found and found["all"]:
        return 0
    if correct is not None:
        return correct.count(",") + 1
    number = found["count"] or found["which"] if found else None
    return _NUMBERS[number.lower()] if number else 1


def _by_lower_name(row: Members) -> dict[str, Any]:
    """Return a row's members by their names in lower case; of two equal names the first."""
    members: dict[str, Any] = {}
    for name, value in row.items():
        members.setdefault(name.lstrip("@").lower(), value)
    return members


def _choices(members: Members, row: Members) -> ParsedChoices | None:
    value = _first(members, _CHOICES)
    return column_choices(row) if value is None else parse_choices(value)


def _first(members: Members, names: tuple[str, ...]) -> object:
    values = (members.get(name) for name in names)
    return next((value for value in values if value is not None and value != ""), None)


def _text(members: Members) -> object:
    for names in _TEXTS:
        parts = [members.get(name) for name in names]
        texts = [part.strip() for part in parts if isinstance(part, str)]
        if 1 < len(parts) == len(texts):
            return " ".join(filter(None, texts))
        if len(parts) == 1 and parts[0] is not None:
            return parts[0]
    return None


def _is_dataset(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _gold_text(answer: object) -> str | None:
    if isinstance(answer, str):
        return normalised(answer)
    return normalised(json.dumps(answer)) if isinstance(answer, int | float) else None


def _expected_text(answer: object) -> str:
    if isinstance(answer, str) and len(answer) > MAX_ANSWER_CHARS:
        return (
            f"must be at most {MAX_ANSWER_CHARS} characters long, as no longer answer votes;"
            f" it has {len(answer):,}; shorten it, or leave it out"
        )
    return "must be a text with letters or digits, a number, true or false, or absent"
