"""Multiple-choice answers: the option labels that a completion or a dataset gives."""

import re
from collections.abc import Sequence

from lambdas.contract.schema import Choice
from lambdas.core.answers.choice_reader import ChoiceReader, label_at_end, match_list_item
from lambdas.core.answers.markers import NON_SPACE
from lambdas.core.answers.options import Options
from lambdas.core.answers.own_text import own_text


def extract_choice(text: str, choices: Sequence[Choice], chosen: int = 1) -> str | None:
    r"""Return the option that a careful reader takes from a completion, `None` if it has none.

    Args:
        text: a completion; only its last 24,000 characters are read.
        choices: the question's options, whose texts may be empty.
        chosen: how many options to choose, 0 for "all that apply".

    Returns:
        The label as the dataset gives it; several labels in the options' order, joined by
        commas. In order of precedence: a JSON member or XML element named answer; the last of
        `Answer("C")`, `\boxed{}`, "the answer is", "C is correct" and the like that names an
        option by label or text; a label that the text begins with; the last conclusion that
        names one.

        `None` also if the number of options named is not `chosen`, if a label is not an
        option's, and if the text says that there is no answer, unless an option says the same.

    >>> choices = [Choice("A", "4m"), Choice("B", "4.2m"), Choice("C", "5m")]
    >>> texts = ("So it is (b).", "The answer is 5 m.", "A or B")
    >>> [extract_choice(text, choices) for text in texts]
    ['B', 'C', None]
    """
    options = Options.of(choices)
    text = own_text(text, NON_SPACE)
    if chosen == 1 and (label := label_at_end(text, options)):
        return label
    extracted = ChoiceReader(options, chosen).extract(text)
    return extracted.answer if extracted else None


def gold_labels(value: object, choices: Sequence[Choice]) -> str | None:
    """Return a dataset's answer as labels, `None` if it is not among the options.

    Args:
        value: a label, as `B`, `(B)`, `B.` or `B) 4m`; an option's text; several of these as a
            list or as `A,C`, `AC`, `A and C`; or an option's index from 0, as in MMLU. If
            labels are numbers, a number is a label, not an index.
        choices: the question's options.

    >>> choices = [Choice("A", "4m"), Choice("B", "4.2m"), Choice("C", "5m")]
    >>> [gold_labels(value, choices) for value in ("b", "(B)", "5m", 0, "AC", ["C", "A"], 7)]
    ['B', 'B', 'C', 'A', 'A,C', 'A,C', None]
    """
    options = Options.of(choices)
    values = value if isinstance(value, list | tuple) else [value]
    found = [_labels_of_value(each, options) for each in values]
    if not found or not all(found):
        return None
    return options.joined(label for labels in found for label in labels)


def _labels_of_value(value: object, options: Options) -> list[str]:
    """Return the labels of one value, none if any part of it is not among the options."""
    if isinstance(value, bool):
        return []
    if isinstance(value, int):
        return _labels_of_integer(value, options)
    if not isinstance(value, str):
        return []
    text = value.strip()
    label = options.label_of.get(text.upper()) or options.label_for(text)
    label = label or _label_of_phrase(text, options)
    return [label] if label else _listed_labels(text, options)


def _labels_of_integer(number: int, options: Options) -> list[str]:
    if not options.lettered:
        label = options.label_of.get(str(number))
        return [label] if label else []
    return [options.labels[number]] if 0 <= number < len(options.labels) else []


_ENCLOSED = re.compile(r"[(\[]?\s?([^\s()\[\].:]{1,2})\s?[)\].:]?")


def _label_of_phrase(text: str, options: Options) -> str | None:
    """Return the label of `(B)`, `B)` or `B. 4m`; a text must be that of the same option."""
    if enclosed := _ENCLOSED.fullmatch(text):
        return options.label_of.get(enclosed[1].upper())
    found = match_list_item(text)
    label = options.label_of.get(found["label"].upper()) if found else None
    return label if found and label and options.has_text(label, found["rest"]) else None


_LIST_SEPARATOR = re.compile(r"\s*(?:[,;/&+]|\band\b)\s*|\s+")


def _listed_labels(text: str, options: Options) -> list[str]:
    parts = [part for part in _LIST_SEPARATOR.split(text) if part]
    if len(parts) == 1 and text.isalpha() and text.isupper():
        parts = list(text)
    labels = [_label_of_phrase(part, options) for part in parts]
    known = [label for label in labels if label]
    return known if len(known) == len(parts) == len(set(known)) else []
