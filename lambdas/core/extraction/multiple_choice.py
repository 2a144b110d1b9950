"""Answers to multiple-choice questions: the options that a completion, or a question set, names."""

import re
from collections.abc import Sequence

from lambdas.core.extraction.choice_places import opening
from lambdas.core.extraction.choice_reader import ChoiceReader
from lambdas.core.extraction.offered import Options
from lambdas.core.extraction.slots import own
from lambdas.core.sets.question import Choice

SAID = re.compile(r"\S")
_ENCLOSED = re.compile(r"[(\[]?\s?([^\s()\[\].:]{1,2})\s?[)\].:]?")
_LIST = re.compile(r"\s*(?:[,;/&+]|\band\b)\s*|\s+")


def extract(text: str, choices: Sequence[Choice], chosen: int = 1) -> str | None:
    r"""Return the option that a careful reader takes from a completion, `None` where it has none.

    Args:
        text: a completion; of a long one the last 24,000 characters are read.
        choices: the question's options, whose texts may be empty.
        chosen: how many of them are to be named, 0 where it is not said.

    Returns:
        The label as the question set gives it; of several labels, all, in the options' order,
        joined by commas. In order of precedence: a JSON member or XML element named answer; the
        last of `Answer("C")`, `\boxed{}`, "the answer is", "C is correct" and the like that
        names an option by label or text; a label that the text begins with; the last
        conclusion that does. `None` also where other than `chosen` options are named, where a
        label is none of the options', and where the text says that there is no answer, unless
        an option says the same.

    >>> choices = [Choice("A", "4m"), Choice("B", "4.2m"), Choice("C", "5m")]
    >>> [extract(text, choices) for text in ("So it is (b).", "The answer is 5 m.", "A or B")]
    ['B', 'C', None]
    """
    verdict = ChoiceReader(Options.of(choices), chosen).verdict(own(text, SAID))
    return verdict.answer if verdict else None


def canonical_labels(value: object, choices: Sequence[Choice]) -> str | None:
    """Return a question set's answer as labels, `None` where it is not among the options.

    Args:
        value: a label, bare or as `(B)`, `B.` or `B) 4m`; an option's text; several of these as
            a list or as `A,C`, `AC`, `A and C`; or an option's place from 0, as in MMLU, unless
            labels are numbers: then a number is a label.
        choices: the question's options.

    >>> choices = [Choice("A", "4m"), Choice("B", "4.2m"), Choice("C", "5m")]
    >>> [canonical_labels(value, choices) for value in ("b", "(B)", "5m", 0, "AC", ["C", "A"], 7)]
    ['B', 'B', 'C', 'A', 'A,C', 'A,C', None]
    """
    options = Options.of(choices)
    several = value if isinstance(value, list | tuple) else [value]
    found = [_golds(each, options) for each in several]
    if not found or not all(found):
        return None
    return options.named(label for labels in found for label in labels)


def _golds(value: object, options: Options) -> list[str]:
    """Return the labels of one value, none where any of it is not among the options."""
    if isinstance(value, bool):
        return []
    if isinstance(value, int):
        return _numbered(value, options)
    if not isinstance(value, str):
        return []
    text = value.strip()
    label = options.label_of.get(text.upper()) or options.saying(text) or _labelled(text, options)
    return [label] if label else _listed(text, options)


def _numbered(place: int, options: Options) -> list[str]:
    if not options.lettered:
        label = options.label_of.get(str(place))
        return [label] if label else []
    return [options.labels[place]] if 0 <= place < len(options.labels) else []


def _labelled(text: str, options: Options) -> str | None:
    """Return the label of `(B)`, `B)` or `B. 4m`, whose text has to be the option's."""
    if enclosed := _ENCLOSED.fullmatch(text):
        return options.label_of.get(enclosed[1].upper())
    found = opening(text)
    label = options.label_of.get(found["label"].upper()) if found else None
    return label if found and label and options.saying(found["rest"]) == label else None


def _listed(text: str, options: Options) -> list[str]:
    parts = [part for part in _LIST.split(text) if part]
    if len(parts) == 1 and text.isalpha() and text.isupper():
        parts = list(text)
    labels = [_labelled(part, options) for part in parts]
    known = [label for label in labels if label]
    return known if len(known) == len(parts) == len(set(known)) else []
