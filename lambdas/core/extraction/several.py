"""Several options named at once: by their texts, line by line, or all of them."""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile

from lambdas.core.extraction.choice_places import opening
from lambdas.core.extraction.offered import Options
from lambdas.core.extraction.phrases import endings

_AND = re.compile(r"\s*[,;&]\s*(?:and\s)?|\s(?:and|as well as)\s")
_PARTS = 26
_NUMBERED = re.compile(r"\s*(?:\d{1,2}[.)]|[-–•])\s+")
_COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ALL = re.compile(
    rf"""\W{{0,4}}(?:(?:so|thus|therefore|hence)\W{{1,3}})?
    all\ (?:of\ )?(?:the\ )?
    (?: (?:above|these|those|them)\b
      | (?:(?P<count>{"|".join(_COUNTS)})\ )?(?:options|choices|answers|statements)\b )
    (?: \W{{0,4}}\Z | [^.,;]{{0,20}}\b(?:correct|true|right|apply|valid|hold)\b )""",
    re.VERBOSE | re.IGNORECASE,
)


def all_of(sentence: str, options: Options) -> tuple[str, ...]:
    """Return every label where a sentence says that all options are right, else none.

    >>> from lambdas.core.sets.question import Choice
    >>> options = Options.of([Choice("A", "iron"), Choice("B", "tin")])
    >>> [all_of(said, options) for said in ("All of the above.", "Not all of the above.")]
    [('A', 'B'), ()]
    """
    found = _ALL.match(sentence)
    if not found:
        return ()
    counted = _COUNTS.index(found["count"].lower()) + 2 if found["count"] else len(options.labels)
    return options.labels if counted == len(options.labels) else ()


def by_texts(sentence: str, options: Options) -> tuple[str, ...]:
    """Return the labels of a list of options' texts, none where a part of it is no option.

    >>> from lambdas.core.sets.question import Choice
    >>> options = Options.of([Choice("A", "iron"), Choice("B", "wood"), Choice("C", "tin")])
    >>> by_texts("The metals are iron and tin", options)
    ('A', 'C')
    """
    for phrase in (sentence, *endings(sentence)):
        parts = _AND.split(phrase, maxsplit=_PARTS)
        labels = [options.saying(part) for part in parts]
        if len(parts) > 1 and all(labels):
            return tuple(label for label in labels if label)
    return ()


def unnumbered(lines: Iterable[str], options: Options) -> list[str]:
    """Return lines without numbers or dashes before them, which are no labels of options."""
    return [_NUMBERED.sub("", line, count=1) if options.lettered else line for line in lines]


def by_lines(lines: Iterable[str], options: Options) -> Iterator[str]:
    """Yield the labels that lines begin with, or whose texts they are, up to one of neither."""
    named = (_of_line(line, options) for line in lines)
    yield from (label for label in takewhile(bool, named) if label)


def _of_line(line: str, options: Options) -> str | None:
    first = opening(line)
    label = options.label_of.get(first["label"].upper()) if first else None
    return label or options.saying(line)
