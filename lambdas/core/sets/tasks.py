"""The kinds of question: which one a row is of, and its right answer in canonical form."""

import json
import re
from collections.abc import Mapping

from lambdas.contract import Task
from lambdas.core.extraction.arithmetic import gold
from lambdas.core.extraction.exact import normalised
from lambdas.core.extraction.spelling import LONGEST_ANSWER
from lambdas.core.sets.layouts import Published
from lambdas.core.sets.right_options import ambiguity, right_labels

# Longer, an answer that is no number is reasoning that lost its number, not a class or a date.
SHORT_ANSWER = 100
_COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS: Mapping[str, int] = {
    **{word: count for count, word in enumerate(_COUNTS, 2)},
    **{str(count): count for count in range(2, 27)},
}
_OF_OPTIONS = r"(?:answers|options|choices|statements|responses|items|letters|that|of\ the|correct)"
_CHOOSE = re.compile(
    rf"""
    (?: ^ | [.?!:;(\[\n] ) \s{{0,4}} (?:please\ )?
    (?:choose|select|pick|mark|check|tick|give)\ (?:the\ )?
    (?: (?P<all>all)\b (?=\ (?:that|which|correct|of\ the|answers|options|applicable))
      | (?P<count>{"|".join(_NUMBERS)}) (?= \s{{0,4}}(?:[.)\]:;]|$) | \ {_OF_OPTIONS}\b ) )
  | \bwhich\ (?P<which>{"|".join(_NUMBERS)})\ {_OF_OPTIONS}\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def task_of(row: Published) -> Task:
    """Return the task that a row is of.

    With options it is multiple choice; with a short answer that is no number `exact`; with a
    number, or without an answer, arithmetic.
    """
    if row.options:
        return "multiple_choice"
    if is_absent(row.answer) or gold_number(row.answer) is not None:
        return "arithmetic"
    short = isinstance(row.answer, str) and len(row.answer.strip()) <= SHORT_ANSWER
    return "exact" if short or isinstance(row.answer, bool) else "arithmetic"


def is_absent(answer: object) -> bool:
    """Return whether a row has no answer."""
    return answer is None or (isinstance(answer, str) and not answer.strip())


def gold_of(task: Task, row: Published) -> str | None:
    """Return a row's right answer in canonical form, `None` where it is not one of the task."""
    if task == "arithmetic":
        return gold_number(row.answer)
    if task == "exact":
        return _gold_text(row.answer)
    return right_labels(row.answer, row.options) if row.options else None


def expected(task: Task, row: Published) -> str:
    """Return what a row's answer must be, with the way out."""
    if task == "arithmetic":
        return 'must be a number, or absent; use "task": "exact" for answers that are texts'
    if task == "exact":
        return _expected_text(row.answer)
    doubtful = ambiguity(row.answer, row.options) if row.options else None
    labels = ", ".join(choice.label for choice in row.choices)
    return doubtful or f"must be among the options {labels}, or absent"


def chosen_of(text: str, right: str | None) -> int:
    """Return how many options a question wants chosen, 0 for "all that apply".

    Where the right labels are known they decide, for a sum may well say "choose two hats".

    Args:
        text: of the question.
        right: its right labels joined by commas, `None` where they are not known.

    >>> chosen_of("Which metals float? (Choose two.)", None)
    2
    >>> chosen_of("Select all that apply: which are prime?", "A,C")
    0
    >>> chosen_of("In how many ways can Ann choose two hats?", None)
    1
    """
    asked = _CHOOSE.search(text)
    if asked and asked["all"]:
        return 0
    if right is not None:
        return right.count(",") + 1
    count = asked["count"] or asked["which"] if asked else None
    return _NUMBERS[count.lower()] if count else 1


def gold_number(answer: object) -> str | None:
    """Return a number's canonical form; a list of one number, as in MAWPS, is that number."""
    one = answer[0] if isinstance(answer, list) and len(answer) == 1 else answer
    return gold(one)


def _gold_text(answer: object) -> str | None:
    if isinstance(answer, str):
        return normalised(answer)
    return normalised(json.dumps(answer)) if isinstance(answer, int | float) else None


def _expected_text(answer: object) -> str:
    if isinstance(answer, str) and len(answer) > LONGEST_ANSWER:
        return (
            f"must be at most {LONGEST_ANSWER} characters long, as no longer answer votes;"
            f" it has {len(answer):,}; shorten it, or leave it out"
        )
    return "must be a text with letters or digits, a number, true or false, or absent"
