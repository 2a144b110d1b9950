"""The options of a multiple-choice question, found by their labels or by their texts."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from lambdas.core.extraction.number import canonical
from lambdas.core.extraction.phrases import formula
from lambdas.core.extraction.plain import plain
from lambdas.core.extraction.refusals import CANNOT_TELL, NONE_OF_THEM
from lambdas.core.sets.question import Choice

# An option is a phrase; more than this of a text is not compared with one.
LONGEST_OPTION = 400
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3})")
_ARTICLE = re.compile(r"(?:the|an?)\s+(?=\S)")
# With these a formula is not the number that it has.
_IRRATIONAL = re.compile(r"√|π|∞|sqrt|\\(?:pi|infty|theta|sin|cos|tan|log|ln)(?![a-z])")
_UNDRESSED = dict.fromkeys(map(ord, "\"'*`_$\\{}"))


@dataclass(frozen=True, slots=True)
class Options:
    """What options are called and what they say.

    Attributes:
        labels: as the question set gives them, in order.
        label_of: each label by its upper case.
        texts: each label by its option's text, where no other option says the same.
        values: each label by its option's value, where no other option has the same number.
        none: the label of the one option that says "none of these", if there is one.
        cannot: the label of the one option that says "cannot be determined", if there is one.
    """

    labels: tuple[str, ...]
    label_of: dict[str, str]
    texts: dict[str, str]
    values: dict[str, str]
    none: str | None
    cannot: str | None

    @property
    def lettered(self) -> bool:
        """Whether labels are letters, not numbers."""
        return not any(label.isdecimal() for label in self.labels)

    def named(self, labels: Iterable[str]) -> str:
        """Return labels in the options' order, as they vote."""
        named = set(labels)
        return ",".join(label for label in self.labels if label in named)

    def saying(self, phrase: str) -> str | None:
        """Return the label of the one option with this text or this number, `None` if none has.

        >>> Options.of((Choice("A", "1,900"), Choice("B", "the rocks"))).saying("Rocks.")
        'B'
        """
        if len(phrase) > LONGEST_OPTION or not (spelling := _spelling(phrase)):
            return None
        if spelling in self.texts:
            return self.texts[spelling]
        number = _value(phrase) if self.values else None
        return self.values.get(number) if number else None

    @staticmethod
    def of(choices: Sequence[Choice]) -> "Options":
        """Return what can be looked up in a question's options."""
        return _options(tuple(choices))


# A question's paths are read one after another.
@lru_cache(maxsize=256)
def _options(choices: tuple[Choice, ...]) -> Options:
    return Options(
        labels=tuple(choice.label for choice in choices),
        label_of={choice.label.upper(): choice.label for choice in choices},
        texts=_sole((_spelling(choice.text[:LONGEST_OPTION]), choice.label) for choice in choices),
        values=_sole((_value(choice.text), choice.label) for choice in choices),
        none=_only(choices, NONE_OF_THEM),
        cannot=_only(choices, CANNOT_TELL),
    )


def _sole(pairs: Iterable[tuple[str | None, str]]) -> dict[str, str]:
    """Return the labels of what stands once."""
    found = [(key, label) for key, label in pairs if key]
    counts = Counter(key for key, _ in found)
    return {key: label for key, label in found if counts[key] == 1}


def _only(choices: Sequence[Choice], wording: re.Pattern[str]) -> str | None:
    labels = [choice.label for choice in choices if wording.search(choice.text)]
    return labels[0] if len(labels) == 1 else None


def _value(text: str) -> str | None:
    return None if _IRRATIONAL.search(text) else canonical(text)


def _spelling(text: str) -> str:
    """Return a text as it is compared: without dress, spaces, case, article and full stop."""
    bare = normalize("NFKC", plain(formula(text))).casefold().translate(_UNDRESSED)
    bare = _ARTICLE.sub("", bare.strip(" \t\n.,;:!?"), count=1) if bare else bare
    return "".join(_SEPARATOR.sub("", bare).split())
