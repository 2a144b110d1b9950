"""Answers that vote as text: labels, yes or no, dates; read where they stand or by a pattern."""

import re
from collections.abc import Callable
from functools import partial

from lambdas.core.extraction.members import member
from lambdas.core.extraction.patterns import compiled, last_match, pattern_problem
from lambdas.core.extraction.phrases import bare, endings
from lambdas.core.extraction.refusals import CANNOT_TELL
from lambdas.core.extraction.slots import Slot, field, own, slots
from lambdas.core.extraction.spelling import normalised
from lambdas.core.extraction.verdict import Verdict
from lambdas.core.reading import Reading

__all__ = ["normalised", "pattern_problem", "reader", "stated"]

SAID = re.compile(r"\S")
_SHORT = 100
_STATED = 40
_SENTENCE = re.compile(r"[.!?](?=[\s\"'*)]|$)|\n")
_ASIDE = re.compile(
    r"[,;]?\s(?:because|since|as (?:it|the|he|she|they)\b|\(|in \S{2,12} format\Z)", re.IGNORECASE
)
_ADVERB = re.compile(
    r"^(?:(?:simply|just|also|still|therefore|thus|then|probably|most likely|likely|clearly"
    r"|definitely|indeed|that)\s)+(?=\S)",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(
    r"\beither\b|\b(?:it|that|this) depends\b|\d\s(?:or|and)\s[$€£]?\d", re.IGNORECASE
)
# A number, or a date such as May 1, 2021.
_FIGURE = re.compile(r"[-+$€£]?\.?\d|[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}\Z")
_YES_NO = re.compile(r"\W{0,4}(yes|no)\b(?=[\s*]{0,3}(?:[,.;:!–—-]|$))", re.IGNORECASE)
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


def reader(reading: Reading) -> Callable[[str], str | None]:
    r"""Return what reads a completion's answer as normalised text, `None` where it has none.

    Args:
        reading: with a pattern, its last match answers, of which the first group if it has
            one; with a key, that member of the last JSON object that has it. With neither, the
            usual places are read: see `stated`.

    >>> read = reader(Reading("exact", pattern=r"Label: (\w+)"))
    >>> [read(text) for text in ("Label: Cat? No. Label: DOG.", "a dog")]
    ['dog', None]
    """
    find = _finder(reading)
    if find is None:
        return lambda text: stated(own(text, SAID))

    def read(text: str) -> str | None:
        said = find(own(text, SAID))
        return None if said is None or CANNOT_TELL.search(said) else normalised(said)

    return read


def _finder(reading: Reading) -> Callable[[str], str | None] | None:
    if reading.json_key is not None:
        return partial(member, key=reading.json_key)
    return partial(last_match, compiled(reading.pattern)) if reading.pattern else None


def stated(text: str) -> str | None:
    """Return the answer in its usual places, normalised, `None` where there is none.

    Args:
        text: a completion's own part. In order of precedence: a JSON member or XML element named
            answer; the last of a box, "the answer is" and labels such as `Answer:` or `A:`; what
            the last sentence ends with in bold, after a label such as `Sentiment:`, or after
            "is" if that has a digit; the text itself, if it is one line of at most 100
            characters. A long text never votes.

    >>> stated("It was April 30, 2021, so today is May 1, 2021. The date today is 5/1/2021.")
    '05/01/2021'
    """
    if (said := field(text)) is not None:
        verdict = _of_phrase(said.strip())
        return verdict.answer if verdict else None
    # "A:" is a label at the start of a line, and so at the start of a text.
    found = (verdict for slot in slots(f"\n{text}") if (verdict := _in_slot(slot)))
    verdict = next(found, None) or _at_end(text.strip())
    return verdict.answer if verdict else None


def _in_slot(slot: Slot) -> Verdict | None:
    if slot.mark == "rule":
        # What else stands after ### is a heading.
        said = normalised(slot.text.strip().split("\n", 1)[0])
        return Verdict(said) if said and said[0].isdigit() and len(said) <= _STATED else None
    return _of_phrase(slot.text.strip())


def _of_phrase(phrase: str) -> Verdict | None:
    """Return what stands where an answer belongs, unless it is long: then it is reasoning."""
    line = bare(phrase).strip().lstrip("(:= ").split("\n", 1)[0].strip()
    if yes_no := _YES_NO.match(line):
        return Verdict(yes_no[1].lower())
    said = line
    if len(said) > _SHORT or "." in said:
        said = _SENTENCE.split(said, maxsplit=1)[0]
    said = _ADVERB.sub("", _ASIDE.split(said, maxsplit=1)[0])
    if CANNOT_TELL.search(said) or _UNDECIDED.search(said) or said == "null":
        return Verdict(None)
    answer = _figure(said) or normalised(said)
    return Verdict(answer) if answer and len(said) <= _SHORT else None


def _at_end(text: str) -> Verdict | None:
    """Return what the last line comes to, or the text itself where it is short."""
    line = text.rpartition("\n")[2].strip()
    found = _BOLD.search(line[-_SHORT:]) or _LABELLED.match(line)
    if found:
        return _of_phrase(found[1])
    sentences = [each for each in _SENTENCE.split(line[-1_000:]) if each.strip(" \"'*)")]
    if not sentences or CANNOT_TELL.search(sentences[-1]):
        return None
    if figure := _figure(_ASIDE.split(bare(sentences[-1]), maxsplit=1)[0]):
        return Verdict(figure)
    whole = text == line and len(text) <= _SHORT and len(sentences) == 1
    return _of_phrase(text) if whole and not _SORRY.match(text) else None


def _figure(sentence: str) -> str | None:
    """Return the number or date that a sentence says something is."""
    said = "" if _UNDECIDED.search(sentence) else next(endings(sentence), "")
    return normalised(said) if len(said) <= _STATED and _FIGURE.match(said) else None
