"""Options of a multiple-choice question as lists, maps or texts, and the correct ones."""

import ast
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from string import ascii_uppercase

from lambdas.contract.schema import Choice
from lambdas.core.answers.multiple_choice import gold_labels
from lambdas.core.dataset.layouts import plain_name
from lambdas.core.text import describe

MIN_CHOICES, MAX_CHOICES = 2, 26
LAYOUTS = (
    'a list of texts, a map such as {"A": …}, {"text": […], "label": […]},'
    ' [{"label": …, "text": …}], or columns A, B, C …'
)
_LETTERS = frozenset(ascii_uppercase)
_LABEL = re.compile(r"[\s(]*([A-Za-z]|\d{1,2})[).:\s]*", re.ASCII)
# "A)21" as in AQuA, "(A) 21", "A. 21", "A:21", "1) 21"; not "1.5", "A.M.", nor the time "1:30".
_PREFIX = re.compile(
    r"\s*(?: \( ([A-Za-z]|\d{1,2}) \) | ([A-Za-z]) \) | (\d{1,2}) \) (?=\s)"
    r" | ([A-Za-z]|\d{1,2}) [.:] (?=\s|$) | ([A-Z]) [.:．：、] (?=[^A-Z\s.]|[A-Z][a-z]) )\s*",
    re.ASCII | re.VERBOSE,
)
# Enough digits for a position among 26 options.
_POSITION = re.compile(r"\d|[1-9]\d", re.ASCII)
_FLOAT = re.compile(r"\d{1,2}\.0", re.ASCII)


@dataclass(frozen=True, slots=True)
class ParsedChoices:
    """The options of a row, and what is wrong with them.

    Attributes:
        choices: those that can be read, in order.
        problems: what the user must correct.
        numeric: whether at least one option is a number, not a text.
        counted_from: where an answer's position is counted from: 0, 1, or either of both if
            the layout does not say.
        marked: labels of the options whose own objects say that they are right, `None` if none
            says so.
    """

    choices: tuple[Choice, ...]
    problems: tuple[str, ...] = ()
    numeric: bool = False
    counted_from: tuple[int, ...] = (0,)
    marked: str | None = None


def parse_choices(value: object) -> ParsedChoices:
    """Return the options in the `choices` or `options` of a row.

    >>> [choice.label for choice in parse_choices(["A)21", "B)21.5"]).choices]
    ['A', 'B']
    >>> [choice.text for choice in parse_choices("a ) 38 , b ) 27.5").choices]
    ['38', '27.5']
    >>> parse_choices({"text": ["up", "down"], "label": ["1", "1"]}).problems
    ('label (1) twice, must differ',)
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
    found = (*problems, *_repeated(choices))
    return ParsedChoices(tuple(choices), found, numeric, marked=_marked(value, choices))


# Within a question: "(A) red (B) blue" as in ARC's tables and BIG-Bench Hard, "A) red B) blue",
# and "A. red" or "(a) red" at the start of a line each.
_INLINE = (
    re.compile(r"(?:^|(?<=\s))\(([A-Z])\)\s{1,4}(?=\S)"),
    re.compile(r"(?:^|(?<=\s))([A-Z])\)\s{1,4}(?=\S)"),
    re.compile(r"^[ \t]{0,8}([A-Z])[.:][ \t]{1,4}(?=\S)", re.MULTILINE),
    re.compile(r"^[ \t]{0,8}\(?([a-z])\)[ \t]{1,4}(?=\S)", re.MULTILINE),
)
_INLINE_HEADING = re.compile(
    r"\s{0,8}(?:(?:answer\s)?(?:options|choices)\s?:)?\s{0,8}\Z", re.IGNORECASE
)


def inline_choices(text: str, answer: object) -> tuple[str, ParsedChoices] | None:
    r"""Return a question without the options within it, and these; `None` if it has none.

    Args:
        text: of a question that has no options beside it.
        answer: of the question; only a letter such as `B` or `(B)` names an option.

    >>> inline_choices("Which is red? (A) blood (B) snow", "A")[0]
    'Which is red?'
    """
    named = _LABEL.fullmatch(answer) if isinstance(answer, str) else None
    if named is None:
        return None
    labels = next(filter(None, (_in_order(text, notation) for notation in _INLINE)), [])
    letters = ascii_uppercase[: len(labels)]
    if named[1].upper() not in letters:
        return None
    texts = _between(text, labels)
    if "\n" in texts[-1] and "\n" not in "".join(texts[:-1]):
        # A line behind the last option may be no part of it.
        return None
    stem = text[: labels[0].start()]
    heading = _INLINE_HEADING.search(stem, max(0, len(stem) - 40))
    stem = stem[: heading.start()] if heading else stem
    return (stem.strip(), parse_choices(dict(zip(letters, texts, strict=True)))) if stem else None


def _in_order(text: str, notation: re.Pattern[str]) -> list[re.Match[str]]:
    """Return the labels in a text if they are A, B, C …, else none."""
    labels = [*notation.finditer(text)]
    letters = "".join(found[1] for found in labels).upper()
    in_order = len(labels) >= MIN_CHOICES and letters == ascii_uppercase[: len(labels)]
    return labels if in_order else []


def correct_labels(
    answer: object, parsed: ParsedChoices, counted_from: int | None = None
) -> str | None:
    """Return the labels that an answer names, `None` if it names none or is ambiguous.

    Args:
        answer: a label, an option's text, a position, or a list of these. A JSON integer beside
            texts is a position, as in MMLU, or a label if labels are numbers.
            Digits beside options that are numbers, or in a text, as in a CSV, are a label, or
            else an option's text, or else a position. They are ambiguous if they are the text
            of one option and the position of another.
        parsed: the options.
        counted_from: where positions are counted from, if the dataset's other rows show it.

    Returns:
        The labels in the options' order, joined by commas.

    >>> correct_labels(1, parse_choices(["3 m", "2 m", "1 m"]))
    'B'
    >>> correct_labels(1, parse_choices([3, 2, 1])) is None
    True
    >>> correct_labels(3, parse_choices(["3 m", "2 m", "1 m"]), counted_from=1)
    'C'
    """
    known = _counted(parsed, counted_from)
    candidates = [_candidates(each, known) for each in _parts(answer, known)]
    if not candidates or any(len(labels) != 1 for labels in candidates):
        return None
    named = {label for (labels,) in candidates for label in labels.split(",")}
    return ",".join(choice.label for choice in parsed.choices if choice.label in named)


def ambiguity(answer: object, parsed: ParsedChoices, counted_from: int | None = None) -> str | None:
    """Return why an answer may mean either of two options, with the way out; or `None`."""
    known = _counted(parsed, counted_from)
    candidates = (_candidates(each, known) for each in _parts(answer, known))
    one, other = next((both[:2] for both in candidates if len(both) > 1), (None, None))
    if one is None:
        return None
    if len(known.counted_from) > 1:
        return (
            f"may be option {one} or {other}: no row shows whether options are counted from 0 or"
            " from 1; write the option's letter"
        )
    return (
        f"must be one option: {one} has this text, {other} this position counted from"
        f" {known.counted_from[0]}; write the option's label"
    )


def position_of(answer: object, parsed: ParsedChoices) -> int | None:
    """Return the position that an answer can only be, `None` if it is or may be something else.

    >>> options = parse_choices(["up", "down"])
    >>> [position_of(answer, options) for answer in (0, 1, 2, "B")]
    [0, 1, 2, None]
    """
    text = _answer_text(answer, parsed)
    if text is None or not _POSITION.fullmatch(text) or _own_label(text, parsed.choices):
        return None
    if _label_by_text(text, parsed.choices) or parsed.numeric:
        return None
    return int(text) if not any(each.label.isdecimal() for each in parsed.choices) else None


def _counted(parsed: ParsedChoices, counted_from: int | None) -> ParsedChoices:
    return parsed if counted_from is None else replace(parsed, counted_from=(counted_from,))


def _labelled_texts(value: object) -> Sequence[tuple[object, object]] | None:
    """Return labels with texts, `None` if the layout is unknown."""
    match value:
        case str():
            return _labelled_texts(_parse_field(value)) or _listed_in_text(value)
        case {"label": list(labels), "text": list(texts)}:
            return list(zip_longest(labels, texts))
        case dict():
            return list(value.items())
        case [dict(), *_]:
            return [_labelled_text(each, place) for place, each in enumerate(value)]
        case list():
            return _label_list(value)
    return None


def _parse_field(text: str) -> object:
    """Return the list or map that a CSV field holds, as JSON or as Python writes it, or `None`."""
    value = None
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(text.strip()) if text.lstrip().startswith(("[", "{")) else None
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, list | dict):
            return value
    return None


# As in MathQA: "a ) 38 , b ) 27.5 , c ) 30".
_TEXT_LABEL = re.compile(r"(?:\A|[,;\n]|(?<=\s))\s{0,4}\(?([A-Za-z])\s?\)\s{0,4}")
# "A. red; B. blue", or a line each.
_TEXT_LETTER = re.compile(r"(?:\A|[,;|\n])\s{0,4}([A-Z])[.:]\s{1,4}")


def _listed_in_text(text: str) -> list[tuple[object, object]] | None:
    """Return the labelled texts of one string, `None` if it has no labels in order from A."""
    labels = _in_order(text, _TEXT_LABEL) or _in_order(text, _TEXT_LETTER)
    if not labels:
        return None
    letters = ascii_uppercase[: len(labels)]
    return list(zip(letters, _between(text, labels), strict=True))


def _between(text: str, labels: Sequence[re.Match[str]]) -> list[str]:
    """Return what stands behind each label, up to the next one or the end."""
    ends = [found.start() for found in labels[1:]] + [len(text)]
    pairs = zip(labels, ends, strict=True)
    return [text[found.end() : end].strip(" ,;|\n") for found, end in pairs]


_LABEL_NAMES = ("label", "key", "letter", "id", "aid", "option")
_TEXT_NAMES = ("text", "content", "value", "choice", "answer", "atext", "body")
# What an option's object may say of whether it is right; as `plain_name` has it.
_MARKS = frozenset({"iscorrect", "correct", "isright", "right", "isanswer", "iscorrectanswer"})


def _labelled_text(option: object, place: int) -> tuple[object, object]:
    """Return the label and text of an option that is an object."""
    if not isinstance(option, dict):
        return None, option
    label = next((option[name] for name in _LABEL_NAMES if name in option), None)
    text = next((option[name] for name in _TEXT_NAMES if name in option), None)
    if text is None and isinstance(label, str) and not _LABEL.fullmatch(label):
        label, text = None, label
    return ascii_uppercase[place] if label is None else label, text


_TRUE = frozenset({"true", "1", "yes"})


def _marked(value: object, choices: Sequence[Choice]) -> str | None:
    """Return the labels of options whose objects say that they are right, `None` without any."""
    if not isinstance(value, list) or len(value) != len(choices):
        return None
    right = [
        choice.label
        for option, choice in zip(value, choices, strict=True)
        if isinstance(option, dict)
        and any(
            plain_name(name) in _MARKS and str(mark).lower() in _TRUE
            for name, mark in option.items()
        )
    ]
    return ",".join(right) or None


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
    """Return which labels stand for two options; two options may have the same text."""
    labels = [choice.label.casefold() for choice in choices]
    repeated = (
        choice.label for place, choice in enumerate(choices) if labels[place] in labels[:place]
    )
    return [f"label ({label}) twice, must differ" for label in repeated]


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
    if not isinstance(answer, list):
        return [answer]
    # A mark for each option, such as [0, 1, 0]; positions would all be different.
    if len(answer) == len(parsed.choices) and all(each in (0, 1) for each in answer):
        return [option.label for option, mark in zip(parsed.choices, answer, strict=True) if mark]
    return answer


def _candidates(value: object, parsed: ParsedChoices) -> tuple[str, ...]:
    """Return the labels that a value may mean: none, one, or one by text and one by position."""
    text, choices = _answer_text(value, parsed), parsed.choices
    if text is None:
        return ()
    label = _own_label(text, choices)
    if label is not None:
        return (label,)
    by_position = [_label_by_position(text, choices, base) for base in parsed.counted_from]
    if not (isinstance(value, int) and not parsed.numeric):
        if [choice.text for choice in choices].count(text) > 1:
            return ()
        by_text = _label_by_text(text, choices) or gold_labels(text, choices)
        by_position.insert(0, by_text)
    return tuple(dict.fromkeys(label for label in by_position if label))


def _answer_text(value: object, parsed: ParsedChoices) -> str | None:
    if isinstance(value, str):
        text = value.strip()
        # A column of whole numbers with a gap, as pandas writes it.
        is_float = _FLOAT.fullmatch(text) and not _label_by_text(text, parsed.choices)
        return text.removesuffix(".0") if is_float else text
    if isinstance(value, float) and value.is_integer() and not parsed.numeric:
        return str(int(value))
    whole = isinstance(value, int) and not isinstance(value, bool)
    number = isinstance(value, int | float)
    return json.dumps(value) if whole or (number and parsed.numeric) else None


def _own_label(text: str, choices: Sequence[Choice]) -> str | None:
    """Return the label that a text is; checked first because most answers are bare labels."""
    upper = text.upper()
    return next((choice.label for choice in choices if choice.label.upper() == upper), None)


def _label_by_text(text: str, choices: Sequence[Choice]) -> str | None:
    """Return the label of the only option with exactly this text."""
    labels = [choice.label for choice in choices if choice.text == text]
    return labels[0] if len(labels) == 1 else None


def _label_by_position(text: str, choices: Sequence[Choice], counted_from: int) -> str | None:
    """Return the label of the option at this position, unless labels are numbers."""
    if not _POSITION.fullmatch(text) or any(choice.label.isdecimal() for choice in choices):
        return None
    position = int(text) - counted_from
    return choices[position].label if 0 <= position < len(choices) else None
