"""Boolean answers: yes or no, in whatever words a completion says so."""

import re
from collections.abc import Iterator

from lambdas.core.answers.markers import (
    AnswerMarker,
    ExtractedAnswer,
    answer_field,
    answer_markers,
    first_answer,
)
from lambdas.core.answers.normalize import CANNOT_TELL, plain_text
from lambdas.core.answers.spelling import BOOLEANS, YesNo, boolean


def extract_boolean(text: str) -> str | None:
    """Return "yes" or "no", `None` if a completion decides on neither.

    Args:
        text: a completion without thoughts. In order of precedence: a JSON member or XML element
            named answer; the last of the usual markers that decides; the last sentence; the
            word that the text begins with.

    >>> texts = ("Yes, it can.", "So the claim is not true.", "Answer: Yes and no.", "It may be.")
    >>> [extract_boolean(text) for text in texts]
    ['yes', 'no', None, None]
    """
    if (value := answer_field(text)) is not None:
        decided = _verdict(value)
        return decided.answer if decided else None
    text = f"\n{text}"
    if found := first_answer(answer_markers(text), lambda marker: _from_marker(marker, text)):
        return found[1].answer
    decided = _from_sentences(text)
    return decided.answer if decided else _first_word(text)


def _from_marker(marker: AnswerMarker, text: str) -> ExtractedAnswer | None:
    decided = _verdict(marker.text)
    if decided or marker.kind != "statement":
        return decided
    # "The answer depends on …" takes back what was said before.
    return _from_sentences(text[marker.start :]) or ExtractedAnswer(None)


_BOTH = re.compile(
    r"\b(?:yes|true|no|false)\b\W{0,3}(?:and|or|/)\W{0,3}(?:yes|true|no|false)\b"
    r"|\b(?:n?either)\b|\b(?:it|that|this) depends\b|\b(?:part(?:ly|ially)|half|mostly)\b"
    r"|\bnot (?:necessarily|entirely|always|quite)\b",
    re.IGNORECASE,
)
# As in "True or False: True".
_ALTERNATIVES = re.compile(
    r"\W{0,4}(?:true\s?(?:or|/)\s?false|yes\s?(?:or|/)\s?no)\s?[:?]\s?(?=\w)", re.IGNORECASE
)
_SURELY_NOT = re.compile(
    r"\W{0,4}(?:definitely|probably|certainly|absolutely|surely|of course)\snot\W{0,3}\Z",
    re.IGNORECASE,
)
_ANY_WORD = "|".join(sorted(map(re.escape, filter(None, BOOLEANS)), key=len, reverse=True))
_SUBJECT = r"""(?: it | this | that | (?: the\s (?:\w{1,20}\s){0,2}? )?
    (?: statement | claim | proposition | assertion | hypothesis | sentence | conclusion | premise
      | answer ) (?: \s (?: above | to\sthe\squestion ) )? )"""
# "So the statement is not true, because …", "Yes, …", "no, they do not".
_VERDICT = re.compile(
    rf"""[\s\W_]{{0,8}}
    (?: (?: so | therefore | thus | hence | overall | in\ conclusion | probably | most\ likely
        | likely | clearly | definitely | actually | indeed | simply | just | that | also | then
        | finally | again | an? | {_SUBJECT}(?:\s(?:is|was|must\sbe|would\sbe|should\sbe)|'s) )
      ,? \s{{1,3}} ){{0,4}}
    (?: (?P<negated> not | (?:it|this|that|{_SUBJECT})\s(?:is|was)n't ) \s )?
    ["']? (?P<word> {_ANY_WORD} ) ["']?
    (?= \s{{0,2}} (?: [.,;:!?)\]}}。، |]{{1}}(?!\w) | [–—-]\s | \Z | \n )
      | \s(?:because|since|as|it|he|she|they|there|this|that|we|you|i)\b )""",
    re.VERBOSE | re.IGNORECASE,
)


def _verdict(phrase: str) -> ExtractedAnswer | None:
    """Return what a phrase decides: no answer if on neither, `None` if it is about other things."""
    line = plain_text(phrase).strip().partition("\n")[0][:_LINE_CHARS]
    line = _ALTERNATIVES.sub("", line, count=1)
    sentence = _STOP.split(line, maxsplit=1)[0]
    if _SURELY_NOT.match(sentence):
        return ExtractedAnswer("no")
    if _BOTH.search(sentence) or CANNOT_TELL.search(sentence):
        return ExtractedAnswer(None)
    found = _VERDICT.match(line) or _PREDICATE.search(sentence)
    if not found:
        return None
    return ExtractedAnswer(_negated(found) if found["negated"] else boolean(found["word"]))


def _negated(found: re.Match[str]) -> str | None:
    """Return "no" for "not true"; what is not false may be neither."""
    return "no" if found["word"].lower() in ("true", "correct", "right") else None


_LINE_CHARS = 400
_STOP = re.compile(r"[.!?。](?=[\s\"')]|\Z)")
_PREDICATE = re.compile(
    rf"""\b{_SUBJECT}\b [^.!?\n]{{0,120}}? \s(?:is|was|be) \s
    (?: (?P<negated> not ) \s )? (?P<word> true | false | correct | incorrect | wrong )
    \W{{0,3}} \Z""",
    re.VERBOSE | re.IGNORECASE,
)
_FIRST_WORD = re.compile(
    rf"\W{{0,4}}(?P<word>{_ANY_WORD})(?=[.,;:!。，]|\s[–—-]\s|\n)", re.IGNORECASE
)
_SENTENCES = 2


def _from_sentences(text: str) -> ExtractedAnswer | None:
    for sentence in _last_sentences(text):
        behind_label = sentence.replace("：", ":").rpartition(":")[2]
        if decided := _verdict(sentence) or _verdict(behind_label):
            return decided
    return None


def _first_word(text: str) -> YesNo | None:
    found = _FIRST_WORD.match(text[:_LINE_CHARS])
    return boolean(found["word"]) if found else None


def _last_sentences(text: str) -> Iterator[str]:
    """Yield the last sentences, the last one first."""
    sentences = [each for each in _STOP.split(text[-_LINE_CHARS:]) if each.strip(" \n\"'*)")]
    yield from reversed(sentences[-_SENTENCES:])
