"""The options of a multiple-choice question, recognised by their labels or by their texts."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from lambdas.contract.schema import Choice
from lambdas.core.answers.languages import (
    JOINING_SIGNS,
    JOINING_WORDS,
    LETTERS,
    LOOK_ALIKES,
    OPTION,
    any_of,
)
from lambdas.core.answers.normalize import (
    CANNOT_TELL,
    NONE_OF_THEM,
    plain_formulas,
    plain_numbers,
)
from lambdas.core.answers.numeric import canonical_number

# An option is a phrase: longer texts are not compared with it.
MAX_OPTION_CHARS = 400


@dataclass(frozen=True, slots=True)
class Options:
    """A question's options, indexed by label and by text.

    Attributes:
        labels: as the dataset gives them, in order.
        label_of: each label by its upper case, and by the letter that another script has in its
            place, where only one option can be meant.
        text_of: each option's normalised text by its label.
        label_by_text: labels by normalised text, where only one option has it.
        label_by_number: labels by canonical number, where only one option has it.
        none_label: the label of the only option that says "none of these", if there is one.
        cannot_tell_label: the label of the only option that says "cannot be determined", if
            there is one.
    """

    labels: tuple[str, ...]
    label_of: dict[str, str]
    text_of: dict[str, str]
    label_by_text: dict[str, str]
    label_by_number: dict[str, str]
    none_label: str | None
    cannot_tell_label: str | None

    @staticmethod
    def of(choices: Sequence[Choice]) -> "Options":
        """Return a question's options, indexed."""
        return _indexed(tuple(choices))

    @property
    def lettered(self) -> bool:
        """Whether labels are letters, not numbers."""
        return not any(label.isdecimal() for label in self.labels)

    def joined(self, labels: Iterable[str]) -> str:
        """Return labels as one answer: in the options' order, with commas."""
        chosen = set(labels)
        return ",".join(label for label in self.labels if label in chosen)

    def label_for(self, phrase: str) -> str | None:
        """Return the label of the only option with this text or number, `None` if there is none.

        >>> Options.of((Choice("A", "1,900"), Choice("B", "the rocks"))).label_for("Rocks.")
        'B'
        """
        if len(phrase) > MAX_OPTION_CHARS or not (text := _comparable(phrase)):
            return None
        if text in self.label_by_text:
            return self.label_by_text[text]
        number = _number(phrase) if self.label_by_number else None
        return self.label_by_number.get(number) if number else None

    def has_text(self, label: str, phrase: str) -> bool:
        """Return whether a phrase is the text of an option, which others may have too.

        >>> Options.of((Choice("A", "pear"), Choice("B", "pear"))).has_text("B", "Pear.")
        True
        """
        return self.label_for(phrase) == label or _comparable(phrase) == self.text_of[label]


# A question's paths are read one after another.
@lru_cache(maxsize=256)
def _indexed(choices: tuple[Choice, ...]) -> Options:
    text_of = {choice.label: _comparable(choice.text[:MAX_OPTION_CHARS]) for choice in choices}
    return Options(
        labels=tuple(choice.label for choice in choices),
        label_of=_by_letters([choice.label for choice in choices]),
        text_of=text_of,
        label_by_text=_unique((text, label) for label, text in text_of.items()),
        label_by_number=_unique((_number(choice.text), choice.label) for choice in choices),
        none_label=_only_label(choices, NONE_OF_THEM),
        cannot_tell_label=_only_label(choices, CANNOT_TELL),
    )


def _by_letters(labels: Sequence[str]) -> dict[str, str]:
    own = {label.upper(): label for label in labels}
    if any(label.isdecimal() for label in labels):
        return own
    alike = [(letter, own[latin]) for letter, latin in LOOK_ALIKES.items() if latin in own]
    placed = [pair for letters in LETTERS for pair in zip(letters, labels, strict=False)]
    meant: dict[str, set[str]] = {}
    for letter, label in (*alike, *placed):
        meant.setdefault(letter, set()).add(label)
    return {letter: min(found) for letter, found in meant.items() if len(found) == 1} | own


def _unique(pairs: Iterable[tuple[str | None, str]]) -> dict[str, str]:
    """Return labels by their keys, without the keys that occur more than once."""
    found = [(key, label) for key, label in pairs if key]
    counts = Counter(key for key, _ in found)
    return {key: label for key, label in found if counts[key] == 1}


def _only_label(choices: Sequence[Choice], wording: re.Pattern[str]) -> str | None:
    labels = [choice.label for choice in choices if wording.search(choice.text)]
    return labels[0] if len(labels) == 1 else None


# A formula with one of these is not the number that it contains.
_IRRATIONAL = re.compile(r"√|π|∞|sqrt|\\(?:pi|infty|theta|sin|cos|tan|log|ln)(?![a-z])")


def _number(text: str) -> str | None:
    return None if _IRRATIONAL.search(text) else canonical_number(text)


_FORMATTING = dict.fromkeys(map(ord, "\"'*`_$\\{}"))
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3})")
_ARTICLE = re.compile(r"(?:the|an?)\s+(?=\S)")


def _comparable(text: str) -> str:
    """Return a text without formatting, spaces, case, article and full stop, for comparison."""
    phrase = normalize("NFKC", plain_numbers(plain_formulas(text))).casefold()
    phrase = phrase.translate(_FORMATTING).strip(" \t\n.,;:!?")
    return "".join(_SEPARATOR.sub("", _ARTICLE.sub("", phrase, count=1)).split())


# What may stand between "the answer is" and a label. Possessive: it never gives anything back.
_LEAD_IN = re.compile(
    r"""(?: [\s:=>→,\#–—"] | -(?!\d) | \.(?!\d)
      | \b(?: most | likely | probably | clearly | definitely | either | both | options? | choices?
        | letters? | answers? | alternatives? | label(?:l?ed)? | the | correct | best | closest
        | right | actually | therefore | then | simply | only | indeed | final | following | are
        | is | would\ be | number | select | choose ) \b )*+""",
    re.VERBOSE | re.IGNORECASE,
)
# A letter of another script goes on in signs that are no word characters.
_LABEL = (
    r"[A-Za-z](?![0-9A-Za-z_\u00aa-\u036f'’])|\d{1,2}(?![\d%°]|[.,:/]\d|\s?[-+*/^=×÷])"
    rf"|[{''.join(LETTERS)}](?![\w\u0300-\u036f\u0900-\u0dff\u0e30-\u0e4e])"
)
# Behind a Latin label, a word of another script ends it: there it is no article, and no initial.
_OTHER_SCRIPT = r"[\u0370-\u1fff\u2e80-\uffff]"
_END = (
    rf"\s*(?:$|[\].,;:!?)\n/&+]|(?<=[A-Z]){_OTHER_SCRIPT}|(?<=[A-Z]\s){_OTHER_SCRIPT}"
    r"|(?<=\d)[번番号])"
)
_CONTINUATION = r"\s{1,3}(?:because|since|as|due|which|and|or|is|was|if|but|with|\()"
_FIRST_LABEL = re.compile(
    rf"""\(\s?(?P<round>{_LABEL})\s?\)
  | \[\s?(?P<square>{_LABEL})\s?\]
  | (?P<glued>[A-Z]{{2,26}})(?={_END})
  | \((?P<inner>{_LABEL})(?=[:.,])
  | (?P<bare>{_LABEL})
    (?:(?P<end>(?={_END}))|(?P<on>(?={_CONTINUATION}))|(?P<dash>(?=\s{{1,3}}[-–—=]))|(?=\s))""",
    re.VERBOSE,
)


def leading_labels(phrase: str, options: Options) -> tuple[str, ...] | None:
    """Return the labels that a phrase begins with, `None` if it does not begin with a label.

    Args:
        phrase: a line without quotes and Markdown.
        options: of the question. A capital letter that is not a label gives an empty tuple.

    >>> options = Options.of([Choice(label, "") for label in "ABCD"])
    >>> [leading_labels(text, options) for text in ("(C) 4m", "C or D.", "a book", "F.")]
    [('C',), ('C', 'D'), None, ()]
    """
    start = _LEAD_IN.match(phrase)
    first = _FIRST_LABEL.match(phrase, start.end() if start else 0)
    if not first:
        return None
    if first["glued"]:
        return _glued_labels(first["glued"], options)
    label = _first_label(first, options)
    if label is None:
        return None
    return _known_labels([label, *_further_labels(phrase, first)], options)


def _glued_labels(letters: str, options: Options) -> tuple[str, ...] | None:
    labels = [options.label_of.get(letter) for letter in letters]
    sole = len(set(letters)) == len(letters)
    return tuple(label for label in labels if label) if sole and all(labels) else None


_WORDS = ("a", "A", "I", "i")


def _first_label(found: re.Match[str], options: Options) -> str | None:
    enclosed = found["round"] or found["square"] or found["inner"]
    if enclosed:
        return enclosed
    bare = found["bare"]
    if found["end"] is not None:
        return bare if bare.upper() in options.label_of or bare.isupper() else None
    if found["on"] is not None:
        return None if bare in ("a", "i", "I") else bare
    if found["dash"] is not None:
        return bare if bare.isupper() else None
    # "B the rocks" names an option, "A rock" and "d rocks" do not.
    return bare if bare.isupper() and bare not in _WORDS else None


_NEXT_LABEL = re.compile(
    rf"""[):.]?\s*(?:,\s*(?:or\b|and\b)?|;|/|&|\+|\band/or\b|\bor\b|\band\b
      |{any_of(JOINING_SIGNS)}|(?<=\s)(?-i:{any_of(JOINING_WORDS)})(?=\s))\s*
    (?:(?:options?|choices?|answers?|also|maybe|possibly|perhaps|either)\s+
      |(?:[^\W\d_]{{1,3}}\s)?{OPTION}){{0,2}}
    \(?(?P<label>{_LABEL})(?={_END}|\s+(?:and|or|are)\s)""",
    re.VERBOSE | re.IGNORECASE,
)
_ALTERNATIVE = re.compile(
    rf"\b(?:or|and)\s+(?:(?:option|choice)\s+)?(?:\((?P<round>{_LABEL})\)|(?P<bare>{_LABEL})[):])"
)


def _further_labels(phrase: str, first: re.Match[str]) -> Iterator[str]:
    """Yield the labels that continue a list, or name an alternative in the same phrase."""
    end = first.end()
    while found := _NEXT_LABEL.match(phrase, end):
        yield found["label"]
        end = found.end()
    for other in _ALTERNATIVE.finditer(phrase, end):
        yield other["round"] or other["bare"]


def _known_labels(labels: list[str], options: Options) -> tuple[str, ...] | None:
    """Return labels as the dataset gives them, none if one is a letter but not an option."""
    known = [options.label_of.get(label.upper()) for label in labels]
    if all(known):
        return tuple(dict.fromkeys(label for label in known if label))
    return () if labels[0].isalpha() and options.lettered else None


_MENTION = re.compile(
    rf"""(?<![\w)\]}}^\\])\((?P<round>{_LABEL})\)(?![\w(])
  | (?:\b(?:option|choice|answer|letter|alternative)s?\s|{OPTION})
    \(?(?P<called>{_LABEL})\)?(?![0-9A-Za-z_])
  | (?:\b(?:is|be|are|choose|select|pick|chose|with|to|it['’]s)\s|:\s?)(?P<bare>{_LABEL})(?={_END})
  | (?<=\s)(?P<listed>{_LABEL})[:)](?=\s)""",
    re.VERBOSE | re.IGNORECASE,
)


def mentioned_labels(sentence: str, options: Options) -> tuple[str, ...]:
    """Return what a sentence marks as labels, anywhere in it.

    >>> options = Options.of([Choice(label, "") for label in "ABCD"])
    >>> mentioned_labels("So option b is a better fit than (C).", options)
    ('B', 'C')
    """
    mentions = _MENTION.finditer(sentence)
    return tuple(dict.fromkeys(label for found in mentions for label in _named(found, options)))


_LISTED_LABEL = re.compile(r"(?:,\s?|\s)(?:(?:and|or|&)\s)?(?P<label>[A-Z]|\d{1,2})\b(?![.]\d)")


def _named(mention: re.Match[str], options: Options) -> Iterator[str]:
    """Yield a label, and those that follow it in a list such as "choices A, B and C"."""
    label = _mentioned_label(mention, options)
    end = mention.end()
    while label:
        yield label
        after = _LISTED_LABEL.match(mention.string, end) if mention["called"] else None
        label = options.label_of.get(after["label"]) if after else None
        end = after.end() if after else end


def _mentioned_label(mention: re.Match[str], options: Options) -> str | None:
    token = mention[mention.lastgroup or 0]
    # Without brackets, "a" and "I" are mostly words, and a number is mostly a number.
    if mention["bare"] and (token in ("a", "i", "I") or token.isdecimal()):
        return None
    if mention["listed"] and not token.isupper():
        return None
    return options.label_of.get(token.upper())
