"""The options of a multiple-choice question, in every layout that sets are published in."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, zip_longest
from string import ascii_uppercase
from typing import Any

from lambdas.core.sets.kinds import kind_of
from lambdas.core.sets.question import Choice

MIN_OPTIONS, MAX_OPTIONS = 2, 26
LAYOUTS = (
    'a list of texts, a map such as {"A": …}, {"text": […], "label": […]},'
    ' [{"label": …, "text": …}], or columns A, B, C …'
)
_LETTERS = frozenset(ascii_uppercase)
_LABEL = re.compile(r"[\s(]*([A-Za-z]|\d{1,2})[).:\s]*", re.ASCII)
# "A)21" as in AQuA, "(A) 21", "A. 21", "1) 21"; not "1.5", nor the time "1:30".
_PREFIX = re.compile(
    r"\s*(?: \( ([A-Za-z]|\d{1,2}) \) | ([A-Za-z]) \) | (\d{1,2}) \) (?=\s)"
    r" | ([A-Za-z]|\d{1,2}) [.:] (?=\s|$) )\s*",
    re.ASCII | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Offered:
    """The options that a row offers, and what is wrong with them.

    Attributes:
        choices: in order, as far as they can be read.
        problems: what a user must correct, in words.
        numeric: whether one was given as a number, not as a text.
    """

    choices: tuple[Choice, ...]
    problems: tuple[str, ...] = ()
    numeric: bool = False


def options_of(given: object) -> Offered:
    """Return the options that a row's `choices` or `options` gives.

    >>> [choice.label for choice in options_of(["A)21", "B)21.5"]).choices]
    ['A', 'B']
    >>> options_of({"text": ["up", "up"], "label": ["1", "2"]}).problems
    ('options (1) and (2) have the same text, must differ',)
    """
    pairs = _pairs(given)
    if pairs is None:
        return Offered((), (f"options are {kind_of(given)}, must be {LAYOUTS}",))
    if not MIN_OPTIONS <= len(pairs) <= MAX_OPTIONS:
        return Offered((), (f"{len(pairs)} options, must be {MIN_OPTIONS} to {MAX_OPTIONS}",))
    problems, choices = [], []
    for label, text in pairs:
        name, written = _label(label), _text(text)
        if name is None:
            problems.append(f"a label is {kind_of(label)}, must be a letter or a number below 100")
        elif not written:
            problems.append(f"option ({name}) is {kind_of(text)}, must be a text")
        else:
            choices.append(Choice(name, written))
    numeric = any(isinstance(text, int | float) for _, text in pairs)
    return Offered(tuple(choices), (*problems, *_repeated(choices)), numeric)


def columns(row: Mapping[str, Any]) -> Offered | None:
    """Return the options of MMLU's columns A, B, C, D; `None` where a row has no A and B.

    A row may have fewer than the file: its last columns are then empty.
    """
    given = [(letter, row[letter]) for letter in ascii_uppercase if letter in row]
    while given and given[-1][1] in (None, ""):
        given.pop()
    lettered = [letter for letter, _ in given] == list(ascii_uppercase[: len(given)])
    return options_of(dict(given)) if lettered and len(given) >= MIN_OPTIONS else None


def _pairs(given: object) -> Sequence[tuple[object, object]] | None:
    """Return labels with texts, `None` where the layout is unknown."""
    match given:
        case str():
            return _pairs(_parsed(given))
        case {"label": list(labels), "text": list(texts)}:
            return list(zip_longest(labels, texts))
        case dict():
            return list(given.items())
        case [dict(), *_]:
            return [
                (each.get("label"), each.get("text")) if isinstance(each, dict) else (None, each)
                for each in given
            ]
        case list():
            return _listed(given)
    return None


def _parsed(text: str) -> object:
    """Return the list or map that a CSV field holds as JSON, `None` where it holds none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list | dict) else None


def _listed(texts: list[object]) -> list[tuple[object, object]]:
    """Return a list's texts under the labels that they begin with, or else under A, B, C."""
    prefixes = [*_prefixes(texts)]
    labels = [next(filter(None, found.groups())).upper() for found in prefixes]
    if len(labels) == len(texts) and set(labels) in _first_labels(len(texts)):
        rests = [found.string[found.end() :] for found in prefixes]
        return list(zip(labels, rests, strict=True))
    return list(zip_longest(ascii_uppercase[: len(texts)], texts))


def _prefixes(texts: list[object]) -> Iterator[re.Match[str]]:
    """Yield the labels that texts begin with, up to the first that begins with none."""
    for text in texts:
        found = _PREFIX.match(text) if isinstance(text, str) else None
        if found is None:
            return
        yield found


def _first_labels(count: int) -> tuple[set[str], set[str]]:
    """Return as many letters from A, and as many numbers from 1."""
    return set(ascii_uppercase[:count]), {str(number) for number in range(1, count + 1)}


def _label(given: object) -> str | None:
    if isinstance(given, bool) or not isinstance(given, str | int):
        return None
    if given in _LETTERS:
        return str(given)
    found = _LABEL.fullmatch(str(given))
    return found[1] if found else None


def _text(given: object) -> str:
    if isinstance(given, str):
        return given.strip()
    return json.dumps(given) if isinstance(given, int | float) else ""


def _repeated(choices: Sequence[Choice]) -> list[str]:
    labels = [choice.label.casefold() for choice in choices]
    texts = [" ".join(choice.text.split()) for choice in choices]
    if len(set(labels)) == len(set(texts)) == len(choices):
        return []
    problems = []
    for (first, one), (second, other) in combinations(enumerate(choices), 2):
        if labels[first] == labels[second]:
            problems.append(f"label ({other.label}) twice, must differ")
        if texts[first] == texts[second]:
            both = f"options ({one.label}) and ({other.label})"
            problems.append(f"{both} have the same text, must differ")
    return problems
