"""The right options of a multiple-choice row: what its answer means, or that nobody can tell."""

import json
import re
from collections.abc import Sequence

from lambdas.core.extraction.multiple_choice import canonical_labels
from lambdas.core.sets.options import Offered
from lambdas.core.sets.question import Choice

# As many digits as a place among 26 options has.
_PLACE = re.compile(r"\d|[1-9]\d", re.ASCII)


def right_labels(answer: object, offered: Offered) -> str | None:
    """Return the labels that an answer names, `None` where it names none or may mean two.

    Args:
        answer: a label, an option's text, a place counted from 0, or a list of these. A JSON
            integer beside texts is a place, as in MMLU, or a label where labels are numbers.
            Beside options that are numbers, or as a text, as a CSV gives it, digits are a
            label, or else an option's text, or else a place; where they are the text of one
            option and the place of another, nobody can tell.
        offered: the options.

    Returns:
        The labels in the options' order, joined by commas.

    >>> from lambdas.core.sets.options import options_of
    >>> right_labels(1, options_of(["3 m", "2 m", "1 m"]))
    'B'
    >>> right_labels(1, options_of([3, 2, 1])) is None
    True
    """
    meant = [_meant(each, offered) for each in _several(answer, offered)]
    if not meant or any(len(labels) != 1 for labels in meant):
        return None
    named = {label for (labels,) in meant for label in labels.split(",")}
    return ",".join(choice.label for choice in offered.choices if choice.label in named)


def ambiguity(answer: object, offered: Offered) -> str | None:
    """Return why an answer may mean either of two options, with the way out; or `None`."""
    meant = (_meant(each, offered) for each in _several(answer, offered))
    said, placed = next((labels for labels in meant if len(labels) == 2), (None, None))
    if said is None:
        return None
    return (
        f"must be one option: {said} has this text, {placed} this place counted from 0;"
        " write the option's label"
    )


def _several(answer: object, offered: Offered) -> list[object]:
    """Return an answer's parts; a CSV gives a list as text, unless an option is that text."""
    if isinstance(answer, str) and answer.lstrip().startswith("["):
        if _saying(answer.strip(), offered.choices):
            return [answer]
        try:
            answer = json.loads(answer)
        except (ValueError, RecursionError):
            return [answer]
    return answer if isinstance(answer, list) else [answer]


def _meant(value: object, offered: Offered) -> tuple[str, ...]:
    """Return what a value may mean: no label, one answer's, or those by text and by place."""
    written, choices = _written(value, offered), offered.choices
    if written is None:
        return ()
    label = _label(written, choices)
    if label is not None:
        return (label,)
    placed = _placed(written, choices)
    if isinstance(value, int) and not offered.numeric:
        return (placed,) if placed else ()
    said = _saying(written, choices) or canonical_labels(written, choices)
    return tuple(dict.fromkeys(label for label in (said, placed) if label))


def _written(value: object, offered: Offered) -> str | None:
    if isinstance(value, str):
        return value.strip()
    whole = isinstance(value, int) and not isinstance(value, bool)
    number = isinstance(value, int | float)
    return json.dumps(value) if whole or (number and offered.numeric) else None


def _label(written: str, choices: Sequence[Choice]) -> str | None:
    """Return the label that a value is; looked at first, for most answers are bare labels."""
    sought = written.upper()
    return next((choice.label for choice in choices if choice.label.upper() == sought), None)


def _saying(written: str, choices: Sequence[Choice]) -> str | None:
    """Return the label of the option with exactly this text."""
    return next((choice.label for choice in choices if choice.text == written), None)


def _placed(written: str, choices: Sequence[Choice]) -> str | None:
    """Return the label of the option whose place from 0 it is, unless labels are numbers."""
    if not _PLACE.fullmatch(written) or any(choice.label.isdecimal() for choice in choices):
        return None
    place = int(written)
    return choices[place].label if place < len(choices) else None
