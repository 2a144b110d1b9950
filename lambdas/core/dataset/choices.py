"""The options of a multiple-choice question in every published layout, and the correct ones."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, zip_longest
from string import ascii_uppercase

from lambdas.contract.schema import Choice
from lambdas.core.answers.multiple_choice import gold_labels
from lambdas.core.text import describe

MIN_CHOICES, MAX_CHOICES = 2, 26
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
# Enough digits for a position among 26 options.
_POSITION = re.compile(r"\d|[1-9]\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class ParsedChoices:
    """The options of a row, and what is wrong with them.

    Attributes:
        choices: those that can be read, in order.
        problems: what the user must correct.
        numeric: whether at least one option is a number, not a text.
    """

    choices: tuple[Choice, ...]
    problems: tuple[str, ...] = ()
    numeric: bool = False


def parse_choices(value: object) -> ParsedChoices:
    """Return the options in the `choices` or `options` of a row.

    >>> [choice.label for choice in parse_choices(["A)21", "B)21.5"]).choices]
    ['A', 'B']
    >>> parse_choices({"text": ["up", "up"], "label": ["1", "2"]}).problems
    ('options (1) and (2) have the same text, must differ',)
    """
    pairs = _labelled_texts(value)
    if pairs is None:
        return ParsedChoices((), (f"options are {describe(value)}, must be {LAYOUTS}",))
    if not MIN_CHOICES <= len(pairs) <= MAX_CHOICES:
        wrong_number = f"{len(pairs)} options, must be {MIN_CHOICES} to {MAX_CHOICES}"
        return ParsedChoices((), (wrong_number,))
    problems, choices = [], []
    for raw_label, raw_text in pairs:
        label, text = _label(raw_label), _text(raw_text)
        if label is None:
            kind = describe(raw_label)
            problems.append(f"a label is {kind}, must be a letter or a number below 100")
        elif not text:
            problems.append(f"option ({label}) is {describe(raw_text)}, must be a text")
        else:
            choices.append(Choice(label, text))
    numeric = any(isinstance(text, int | float) for _, text in pairs)
    return ParsedChoices(tuple(choices), (*problems, *_repeated(choices)), numeric)


def column_choices(row: Mapping[str, object]) -> ParsedChoices | None:
    """Return the options in MMLU's columns A, B, C, D; `None` if a row has no A and B.

    A row may have fewer options than the file has columns: its last ones are then empty.
    """
    columns = [(letter, row[letter]) for letter in ascii_uppercase if letter in row]
    while columns and columns[-1][1] in (None, ""):
        columns.pop()
    without_gap = [letter for letter, _ in columns] == list(ascii_uppercase[: len(columns)])
    return parse_choices(dict(columns)) if without_gap and len(columns) >= MIN_CHOICES else None


def correct_labels(answer: object, parsed: ParsedChoices) -> str | None:
    """Return the labels that an answer names, `None` if it names none or is ambiguous.

    Args:
        answer: a label, an option's text, a position counted from 0, or a list of these. A JSON
            integer beside texts is a position, as in MMLU, or a label if labels are numbers.
            Digits beside options that are numbers, or in a text, as in a CSV, are a label, or
            else an option's text, or else a position. They are ambiguous if they are the text
            of one option and the position of another.
        parsed: the options.

    Returns:
        The labels in the options' order, joined by commas.

    >>> correct_labels(1, parse_choices(["3 m", "2 m", "1 m"]))
    'B'
    >>> correct_labels(1, parse_choices([3, 2, 1])) is None
    True
    """
    candidates = [_candidates(each, parsed) for each in _parts(answer, parsed)]
    if not candidates or any(len(labels) != 1 for labels in candidates):
        return None
    named = {label for (labels,) in candidates for label in labels.split(",")}
    return ",".join(choice.label for choice in parsed.choices if choice.label in named)


def ambiguity(answer: object, parsed: ParsedChoices) -> str | None:
    """Return why an answer may mean either of two options, with the way out; or `None`."""
    candidates = (_candidates(each, parsed) for each in _parts(answer, parsed))
    by_text, by_position = next((both for both in candidates if len(both) == 2), (None, None))
    if by_text is None:
        return None
    return (
        f"must be one option: {by_text} has this text, {by_position} this position counted from 0;"
        " write the option's label"
    )


def _labelled_texts(value: object) -> Sequence[tuple[object, object]] | None:
    """Return labels with texts, `None` if the layout is unknown."""
    match value:
        case str():
            return _labelled_texts(_parse_field(value))
        case {"label": list(labels), "text": list(texts)}:
            return list(zip_longest(labels, texts))
        case dict():
            return list(value.items())
        case [dict(), *_]:
            return [
                (each.get("label"), each.get("text")) if isinstance(each, dict) else (None, each)
                for each in value
            ]
        case list():
            return _label_list(value)
    return None


def _parse_field(text: str) -> object:
    """Return the list or map that a CSV field holds as JSON, `None` if it holds none."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list | dict) else None


def _label_list(texts: list[object]) -> list[tuple[object, object]]:
    """Return the texts of a list with the labels that they begin with, or else A, B, C."""
    prefixes = [*_prefixes(texts)]
    labels = [next(filter(None, found.groups())).upper() for found in prefixes]
    if len(labels) == len(texts) and set(labels) in _first_labels(len(texts)):
        rests = [found.string[found.end() :] for found in prefixes]
        return list(zip(labels, rests, strict=True))
    return list(zip_longest(ascii_uppercase[: len(texts)], texts))


def _prefixes(texts: list[object]) -> Iterator[re.Match[str]]:
    """Yield the labels at the beginning of texts, up to the first text without one."""
    for text in texts:
        found = _PREFIX.match(text) if isinstance(text, str) else None
        if found is None:
            return
        yield found


def _first_labels(count: int) -> tuple[set[str], set[str]]:
    """Return as many letters from A, and as many numbers from 1."""
    return set(ascii_uppercase[:count]), {str(number) for number in range(1, count + 1)}


def _label(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    if value in _LETTERS:
        return str(value)
    found = _LABEL.fullmatch(str(value))
    return found[1] if found else None


def _text(value: object) -> str:
    if isinstance(value, str):
        return value.strip()
    return json.dumps(value) if isinstance(value, int | float) else ""


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


def _parts(answer: object, parsed: ParsedChoices) -> list[object]:
    """Return the members of a list, or the answer alone.

    A CSV has a list as text, unless that text is an option's own.
    """
    if isinstance(answer, str) and answer.lstrip().startswith("["):
        if _label_by_text(answer.strip(), parsed.choices):
            return [answer]
        try:
            answer = json.loads(answer)
        except (ValueError, RecursionError):
            return [answer]
    return answer if isinstance(answer, list) else [answer]


def _candidates(value: object, parsed: ParsedChoices) -> tuple[str, ...]:
    """Return the labels that a value may mean: none, one, or one by text and one by position."""
    text, choices = _answer_text(value, parsed), parsed.choices
    if text is None:
        return ()
    label = _own_label(text, choices)
    if label is not None:
        return (label,)
    by_position = _label_by_position(text, choices)
    if isinstance(value, int) and not parsed.numeric:
        return (by_position,) if by_position else ()
    by_text = _label_by_text(text, choices) or gold_labels(text, choices)
    return tuple(dict.fromkeys(label for label in (by_text, by_position) if label))


def _answer_text(value: object, parsed: ParsedChoices) -> str | None:
    if isinstance(value, str):
        return value.strip()
    whole = isinstance(value, int) and not isinstance(value, bool)
    number = isinstance(value, int | float)
    return json.dumps(value) if whole or (number and parsed.numeric) else None


def _own_label(text: str, choices: Sequence[Choice]) -> str | None:
    """Return the label that a text is; checked first because most answers are bare labels."""
    upper = text.upper()
    return next((choice.label for choice in choices if choice.label.upper() == upper), None)


def _label_by_text(text: str, choices: Sequence[Choice]) -> str | None:
    """Return the label of the option with exactly this text."""
    return next((choice.label for choice in choices if choice.text == text), None)


def _label_by_position(text: str, choices: Sequence[Choice]) -> str | None:
    """Return the label of the option at this position from 0, unless labels are numbers."""
    if not _POSITION.fullmatch(text) or any(choice.label.isdecimal() for choice in choices):
        return None
    position = int(text)
    return choices[position].label if position < len(choices) else None
