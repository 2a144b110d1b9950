"""The options of a multiple-choice question, in whatever layout they are published."""

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

LETTERS = string.ascii_uppercase
# "A)21" as in AQuA, "(A) 21", "1. up"; not "1.5", nor the time "1:30".
_PREFIX = re.compile(
    r"\s*\(?([A-Za-z](?=[).:])|\d{1,2}(?=[).:](?:\s|$)))[).:]\s*(.*)", re.DOTALL | re.ASCII
)
_SHOWN = re.compile(r"^\(([A-Z]|\d{1,2})\) ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Option:
    """A label and the text behind it."""

    label: str
    text: str


def options_in(members: Mapping[str, Any]) -> list[Option]:
    """Return the options of a row, whose member names are in lower case; none if it has none."""
    for name in ("choices", "options"):
        given = members.get(name)
        if isinstance(given, Mapping):
            return _of_map(given)
        if isinstance(given, list) and given:
            return _of_list(given)
    columns = list(takewhile(lambda letter: members.get(letter.lower()), LETTERS))
    return [Option(each, str(members[each.lower()])) for each in columns] if columns[1:] else []


def labels_shown(prompt: str) -> tuple[str, ...]:
    r"""Return the labels of options as prompts show them, a line each.

    >>> labels_shown("Which?\n(A) one\n(B) two")
    ('A', 'B')
    """
    return tuple(dict.fromkeys(_SHOWN.findall(prompt)))


def _of_map(given: Mapping[str, Any]) -> list[Option]:
    texts, labels = given.get("text"), given.get("label")
    if isinstance(texts, list) and isinstance(labels, list):
        pairs = zip(labels, texts, strict=False)
        return [Option(str(label), str(text)) for label, text in pairs]
    return [Option(str(label), str(text)) for label, text in given.items()]


def _of_list(given: list[Any]) -> list[Option]:
    if all(isinstance(each, Mapping) for each in given):
        labels = (each.get("label", LETTERS[place % 26]) for place, each in enumerate(given))
        return [
            Option(str(label), str(each.get("text", "")))
            for label, each in zip(labels, given, strict=True)
        ]
    prefixed = [_PREFIX.fullmatch(str(each)) for each in given]
    found = [match for match in prefixed if match]
    if len({match[1] for match in found}) == len(given):
        return [Option(match[1].upper(), match[2]) for match in found]
    return [Option(LETTERS[place % 26], str(each)) for place, each in enumerate(given)]
