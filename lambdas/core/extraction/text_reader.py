"""What a completion's places say where answers are texts."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from lambdas.core.extraction.cuts import beginnings, sentence, without_reasons
from lambdas.core.extraction.members import unescaped
from lambdas.core.extraction.phrases import bare, endings
from lambdas.core.extraction.refusals import CANNOT_TELL
from lambdas.core.extraction.slots import DIGIT, Slot, field, slots
from lambdas.core.extraction.spelling import normalised
from lambdas.core.extraction.verdict import Verdict

_SHORT = 100
_STATED = 40
_SURELY = re.compile(
    r"(?:(?:therefore|thus|hence|clearly|obviously|indeed|that(?=\s(?:the|it)\b))\s)+(?=\S)",
    re.IGNORECASE,
)
_ADVERB = re.compile(
    r"(?:(?:simply|just|also|still|about|approximately|exactly|therefore|thus|then|probably"
    r"|most likely|likely|clearly|definitely|indeed|that)\s)+(?=\S)",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(
    r"\beither\b.{1,80}\bor\b|\b(?:it|that|this) depends (?:on|upon|how|wh\w{2,6})\b"
    r"|\d\sor\s[$€£]?\d",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\W{0,4}either\s.{1,80}\sor\b", re.IGNORECASE)
# A number, or a date such as May 1, 2021.
_FIGURE = re.compile(r"[-+$€£]?\.?\d|[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}\Z")
_YES_NO = re.compile(
    r"\W{0,4}(yes|no)\b(?=[\s*]{0,3}(?:[,;:!]|\.(?!\s?\d+\W*$)|$)|\s?[–—]|\s-\s)", re.IGNORECASE
)
_SORRY = re.compile(
    r"\W{0,4}(?:I['’]m sorry|I am sorry|sorry|I apologi[sz]e|as an AI)\b", re.IGNORECASE
)
_BOLD = re.compile(r"\*\*([^*\n]{1,60})\*\*\W{0,3}\Z")
_LABELLED = re.compile(
    r"""[\W_]{0,4}(?:(?:final|predicted|my|the|overall)\s)?(?:label|class|category|classification|sentiment
    |verdict|prediction|output|conclusion|decision|response|date|intent|topic|emotion|stance)
    [\W_]{0,3}:\s?(.{1,60})\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_LEAD_IN = re.compile(rf"(?:{_ADVERB.pattern})?(?:(?:the|an?)\s+(?=\S))?", re.IGNORECASE)
_LISTED = re.compile(r"\s?[,;/]\s?(?:(?:and|or|but)\s)?")
_IS = re.compile(r"\b(?:is|are|was|were|be|equals)\s|(?<=[A-Za-z]):\s", re.IGNORECASE)
_BUT = re.compile(r"[,;]\s(?:but|which|although|though|assuming)\b", re.IGNORECASE)
_EQUATION = re.compile(r"\W{0,4}[A-Za-z]\s?=")
_SENTENCE = re.compile(r"[.!?](?=[\s\"'*)]|$)|\n")


@dataclass(frozen=True, slots=True)
class TextReader:
    """Reads answers as normalised texts; each method returns `None` where nothing is said.

    Attributes:
        labels: normalised answers that the set is known to have; may be none.
    """

    labels: Collection[str]

    def verdict(self, text: str) -> Verdict | None:
        """Return what a completion comes down to."""
        if (said := field(text)) is not None:
            return self._in_field(unescaped(said))
        # "A:" is a label at the start of a line, and so at the start of a text.
        found = (verdict for slot in slots(f"\n{text}") if (verdict := self._in_slot(slot)))
        return next(found, None) or self._at_end(text.strip())

    def _in_field(self, said: str) -> Verdict | None:
        if said.strip() == "null" and "null" not in self.labels:
            return Verdict(None)
        return self._of_phrase(said)

    def _in_slot(self, slot: Slot) -> Verdict | None:
        if slot.mark == "rule":
            # What else stands after ### is a heading.
            said = normalised(slot.text.strip().split("\n", 1)[0])
            figure = said and said[0].isdigit() and len(said) <= _STATED
            return Verdict(said) if figure else None
        return self._of_phrase(slot.text)

    def _of_phrase(self, phrase: str) -> Verdict | None:
        """Return what stands where an answer belongs, unless it is long: then it is reasoning."""
        line = phrase.strip().lstrip(":= \t*").split("\n", 1)[0].strip()
        if label := self._label(line):
            return label
        if yes_no := _YES_NO.match(line):
            return Verdict(yes_no[1].lower())
        said = sentence(line) if "." in line or len(line) > _SHORT else line
        said = _SURELY.sub("", without_reasons(said), count=1)
        undecided = _UNDECIDED.search(said) or _EITHER.match(line)
        if undecided or CANNOT_TELL.search(said):
            return Verdict(None)
        answer = (DIGIT.search(said) and _figure(said)) or normalised(said)
        return Verdict(answer) if answer else None

    def _label(self, line: str) -> Verdict | None:
        """Return the known label that a line begins with, no answer where it lists another."""
        for said in beginnings(line) if self.labels else ():
            if label := self._known(said):
                listed = _LISTED.match(line, len(said))
                others = beginnings(line[listed.end() :]) if listed else ()
                other = next((each for each in map(self._known, others) if each), label)
                return Verdict(label if other == label else None)
        return None

    def _known(self, said: str) -> str | None:
        lead = _LEAD_IN.match(said)
        spellings = (normalised(said), normalised(said[lead.end() :]) if lead else None)
        return next((each for each in spellings if each in self.labels), None)

    def _at_end(self, text: str) -> Verdict | None:
        """Return what the last line comes to, or the text itself where it is short."""
        line = text.rpartition("\n")[2].strip()
        found = _BOLD.search(line[-_SHORT:]) or _LABELLED.match(line)
        if found:
            return self._of_phrase(found[1])
        if text == line and len(text) <= _SHORT and (label := self._label(text)):
            return label
        sentences = [each for each in _SENTENCE.split(line[-1_000:]) if each.strip(" \"'*)")]
        if not sentences or CANNOT_TELL.search(sentences[-1]):
            return None
        whole = text == line and _is_one(text)
        equation = whole and _EQUATION.match(text)
        if not equation and (figure := _last_figure(sentences[-1])):
            return Verdict(figure)
        return self._of_phrase(text) if whole and not _SORRY.match(text) else None


def _is_one(text: str) -> bool:
    """Whether a text is one short sentence."""
    return len(text) <= _SHORT and len(sentence(text)) >= len(text.rstrip(" .!?\"'*)"))


def _figure(phrase: str) -> str | None:
    """Return the number or date that a phrase is, or comes down to after "is"."""
    lead = _ADVERB.match(phrase)
    said = _BUT.split(phrase[lead.end() :] if lead else phrase, maxsplit=1)[0]
    ends = [found.end() for found in _IS.finditer(said)]
    return _spelled(said[ends[-1] :] if ends else said)


def _last_figure(sentence: str) -> str | None:
    """Return the number or date that a sentence says something is."""
    if _UNDECIDED.search(sentence):
        return None
    return _spelled(next(endings(bare(without_reasons(sentence))), ""))


def _spelled(said: str) -> str | None:
    said = said.strip(" *_$`\"'")
    return normalised(said) if len(said) <= _STATED and _FIGURE.match(said) else None
