"""Where the options of a row stand: in one member, in a column each, or as right and wrong ones."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from math import isnan
from random import Random
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from lambdas.core.dataset.choices import MAX_CHOICES, MIN_CHOICES, ParsedChoices, parse_choices
from lambdas.core.dataset.layouts import (
    CHOICES,
    CORRECT_CHOICES,
    LABELLED_CHOICES,
    LABELS_OF_CHOICES,
    LISTED_SCORES,
    OPTION_PREFIXES,
    RIGHT_OPTIONS,
    SCORED_CHOICES,
    WRONG_OPTIONS,
)

_BOTH = (0, 1)
# What the published copies count from: with a label, PIQA's sol1 and COPA's choice1 from 0, and
# SIQA's answerA from 1. Else a name with a number is what an answer means.
_FROM_ZERO = ("sol", "choice")
_FROM_ONE = "answer"


@dataclass(frozen=True, slots=True)
class FoundOptions:
    """The options of a row.

    Attributes:
        parsed: the options.
        names: plain names of their members.
        answer: the label of the right one, if the layout itself says which it is.
    """

    parsed: ParsedChoices
    names: tuple[str, ...]
    answer: str | None = None


def find_options(members: Mapping[str, Any], text: str, seed: int) -> FoundOptions | None:
    """Return the options of a row, `None` if it has none.

    Args:
        members: by plain name.
        text: of the question. With the seed, it decides the order of options whose dataset
            always gives the right one first.
        seed: of the run.

    >>> row = {"correctanswer": "iron", "distractor1": "tin", "distractor2": "lead"}
    >>> found = find_options(row, "Which rusts?", seed=0)
    >>> sorted(choice.text for choice in found.parsed.choices)
    ['iron', 'lead', 'tin']
    """
    for name in CHOICES:
        if not is_empty(members.get(name)):
            return FoundOptions(parse_choices(members[name]), (name,))
    for name in SCORED_CHOICES:
        if isinstance(scored := members.get(name), dict) and scored:
            return _scored(scored, name, f"{seed}:{text}")
    if all(isinstance(members.get(name), list) and members[name] for name in LISTED_SCORES):
        texts, scores = (members[name] for name in LISTED_SCORES)
        return _by_score(parse_choices(texts), scores, LISTED_SCORES)
    listed = members.get(LABELLED_CHOICES)
    if isinstance(listed, list) and listed:
        parsed = parse_choices(listed)
        if parsed.marked or any(name in members for name in LABELS_OF_CHOICES):
            return FoundOptions(parsed, (LABELLED_CHOICES,))
    return _right_and_wrong(members, text, seed) or _in_columns(members)


def is_empty(value: object) -> bool:
    """Return whether a member has no content: `null`, pandas' NaN, an empty text or list."""
    if isinstance(value, float):
        return isnan(value)
    return value is None or (isinstance(value, str | list | dict) and len(value) == 0)


def _scored(scored: Mapping[str, Any], name: str, seed: str) -> FoundOptions:
    """Return options with a score each, in a map or in two lists."""
    texts, scores = [*scored], [*scored.values()]
    match scored:
        case {"choices": [*listed], "labels": [*marks]} if len(listed) == len(marks):
            texts, scores = listed, marks
    if name == "targetscores":
        return _by_score(parse_choices(texts), scores, (name,))
    return _shuffled(texts, scores, (name,), seed)


def _by_score(
    parsed: ParsedChoices, scores: Sequence[object], names: tuple[str, ...]
) -> FoundOptions:
    """Return options of which the one with the best score is right, if there is only one."""
    most = max((score for score in scores if isinstance(score, int | float)), default=None)
    pairs = zip(parsed.choices, scores, strict=False)
    right = [choice.label for choice, score in pairs if score == most]
    return FoundOptions(parsed, names, right[0] if len(right) == 1 else None)


def _right_and_wrong(members: Mapping[str, Any], text: str, seed: int) -> FoundOptions | None:
    wrong = [name for name in members if _is_wrong(name) and not is_empty(members[name])]
    right = next((name for name in RIGHT_OPTIONS if not is_empty(members.get(name))), None)
    if right is None or not wrong:
        return None
    others = [each for name in wrong for each in _several(members[name])]
    texts = [members[right], *(each for each in others if each != members[right])]
    scores = [1, *(0 for _ in texts[1:])]
    return _shuffled(texts, scores, (right, *wrong), f"{seed}:{text}")


_PLURAL_OR_NUMBERED = re.compile(rf"(?:{'|'.join(WRONG_OPTIONS)})(?:s|\d{{1,2}})?")


@lru_cache(maxsize=4096)
def _is_wrong(name: str) -> bool:
    return _PLURAL_OR_NUMBERED.fullmatch(name) is not None


def _several(value: object) -> Sequence[object]:
    """Return the texts of a list, or of a text that parts them by semicolons, as in TruthfulQA."""
    if isinstance(value, list):
        return value
    parts = [part.strip() for part in value.split(";")] if isinstance(value, str) else [value]
    return [part for part in parts if part]


def _shuffled(
    texts: Sequence[object], scores: Sequence[object], names: tuple[str, ...], seed: str
) -> FoundOptions:
    """Return options in an order that says nothing of which is right."""
    order = [*range(len(texts))]
    Random(seed).shuffle(order)  # noqa: S311 - an order, not a secret
    parsed = parse_choices([texts[place] for place in order])
    return _by_score(parsed, [scores[place] for place in order], names)


def _in_columns(members: Mapping[str, Any]) -> FoundOptions | None:
    by_prefix: dict[str, set[str]] = {}
    for name in members:
        if column := _column(name):
            by_prefix.setdefault(column[0], set()).add(column[1])
    for prefix in filter(by_prefix.__contains__, OPTION_PREFIXES):
        for suffixes in _SUFFIXES if prefix else _SUFFIXES[:1]:
            names = _names(prefix, suffixes, by_prefix[prefix], members)
            if len(names) >= MIN_CHOICES and _are_options(prefix, names, members):
                texts = dict(zip(ascii_uppercase, map(members.get, names), strict=False))
                counted = _counted_from(prefix, suffixes[0], members)
                return FoundOptions(replace(parse_choices(texts), counted_from=counted), names)
    return None


# Beside these, columns such as `answer1` are options.
_NAMES_OF_RIGHT = ("label", *(name for name in CORRECT_CHOICES if "correct" in name), "answerkey")
_COLUMN = re.compile(rf"({'|'.join(OPTION_PREFIXES[1:])})?([a-z]|\d{{1,2}})", re.ASCII)
_SUFFIXES: Sequence[Sequence[str]] = (
    ascii_lowercase,
    [str(number) for number in range(MAX_CHOICES)],
    [str(number) for number in range(1, MAX_CHOICES + 1)],
)


@lru_cache(maxsize=4096)
def _column(name: str) -> tuple[str, str] | None:
    """Return the prefix and the letter or number of a column's name, `None` without one.

    >>> [_column(name) for name in ("choicea", "b", "option12", "question")]
    [('choice', 'a'), ('', 'b'), ('option', '12'), None]
    """
    found = _COLUMN.fullmatch(name)
    return (found[1] or "", found[2]) if found else None


def _names(
    prefix: str, suffixes: Sequence[str], found: Collection[str], members: Mapping[str, Any]
) -> tuple[str, ...]:
    """Return the names of columns in order and without gap, up to the last that is not empty."""
    names = [prefix + suffix for suffix in takewhile(found.__contains__, suffixes)]
    while names and is_empty(members[names[-1]]):
        names.pop()
    return tuple(names)


def _are_options(prefix: str, names: Sequence[str], members: Mapping[str, Any]) -> bool:
    """Return whether columns such as `answer1`, which may be several answers, are options."""
    several = prefix in ("answer", "ans") and (len(names) < 3 or names[0][-1].isdecimal())
    return not several or any(not is_empty(members.get(name)) for name in _NAMES_OF_RIGHT)


def _counted_from(prefix: str, first: str, members: Mapping[str, Any]) -> tuple[int, ...]:
    if first == "0" or (prefix in _FROM_ZERO and first == "1" and "label" in members):
        return (0,)
    named_by_number = first == "1" and "label" not in members
    return (1,) if named_by_number or prefix == _FROM_ONE else _BOTH
