"""Where a completion gives its answer: markers such as "the answer is", the last one first."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import Literal

from lambdas.contract import DecimalMark
from lambdas.core.answers.announcements import announced, languages_in, marker_pattern
from lambdas.core.answers.languages import Language
from lambdas.core.answers.rejections import (
    Standing,
    correction,
    is_refuted,
    late_correction,
    rejects_ahead,
    standing,
    supposition,
)

# Characters read of a completion and behind a marker; both bound the work.
WINDOW_CHARS = 24_000
MARKED_CHARS = 400
DIGIT = re.compile(r"\d")
NON_SPACE = re.compile(r"\S")
MarkerKind = Literal["box", "hashes", "statement", "label"]


@dataclass(frozen=True, slots=True)
class ExtractedAnswer:
    """The extracted answer; `None` if the text explicitly gives none."""

    answer: str | None


@dataclass(frozen=True, slots=True)
class AnswerMarker:
    r"""A marker, and the text behind it that should hold the answer.

    Attributes:
        kind: `box` is LaTeX's `\boxed{}`, `hashes` is `####`, `statement` is "the answer is",
            `label` is a label such as `Answer:`, which may also introduce the reasoning.
        text: what follows the marker, at most `MARKED_CHARS` characters.
        start: offset of `text` in the completion.
        supposed: whether it holds only in a case that the text supposes, so that a plain answer
            comes before it. These markers come last.
        decimal_mark: of the language that the marker is in; `None` for English and for signs.
    """

    kind: MarkerKind
    text: str
    start: int
    decimal_mark: DecimalMark | None = None
    supposed: bool = False


_KEY = re.compile(r"""nswer\\?["']\s{0,8}:\s{0,8}""", re.IGNORECASE)
_QUOTED = re.compile(r'(?P<open>\\?["\'])(?P<text>(?:[^"\\]|\\.){0,2000}?)(?P=open)')
_NEXT_MEMBER = re.compile(r"""[\n}]|,\s?\\?["']""")
_TAG = re.compile(r"<(?:final[_ -]?)?answer>", re.IGNORECASE)
_CLOSING_TAG = re.compile(r"</(?:final[_ -]?)?answer>", re.IGNORECASE)


def answer_field(text: str) -> str | None:
    """Return the text of the last JSON member or XML element named answer.

    Where there is none, a text that is one JSON object has its only member, or the only one with
    such a name as "result". An answer of several members is "".

    >>> answer_field('{"reasoning": "9 * 2 = 18", "answer": "$18"}')
    '$18'
    >>> answer_field("9 * 2 = 18, so <answer>18</answer>")
    '18'
    >>> answer_field('{"value": 18, "why": "9 * 2"}'), answer_field('{"answer": {"a": 1, "b": 2}}')
    ('18', '')
    """
    start = max(text.rfind(f"nswer{quote}") for quote in ('"', "'", '\\"'))
    key = _KEY.match(text, start) if start >= 0 else None
    if key:
        return _value(text, key.end())
    tagged = "nswer>" in text or "NSWER>" in text
    tags = [*_TAG.finditer(text, max(0, len(text) - WINDOW_CHARS))] if tagged else []
    if not tags:
        return _sole_member(text)
    inside, *closed = _CLOSING_TAG.split(text[tags[-1].end() :][:MARKED_CHARS], maxsplit=1)
    return inside if closed else inside.split("<", 1)[0]


def _value(text: str, start: int) -> str:
    """Return the text of the JSON value at an offset."""
    quoted = _QUOTED.match(text, start)
    if quoted:
        return quoted["text"]
    value = text[start : start + MARKED_CHARS]
    if value.startswith("{"):
        return _sole_member(value.partition("}")[0] + "}") or ""
    if value.startswith("["):
        return " ".join(value.partition("]")[0].split()) + "]"
    return _NEXT_MEMBER.split(value, maxsplit=1)[0].rstrip(" ,")


_OBJECT = re.compile(r"\s{0,20}(?:```[a-z]{0,8}\s{1,4})?(\{.*\})\s*(?:```)?\s*", re.DOTALL)
_OPENED = re.compile(r"\s{0,20}[{`]")
_OTHER_NAME = re.compile(
    r"""(?:(?:final|correct|selected|predicted|overall)[_ ]?)? (?: result | solution | response
    | output | value | prediction | label | class | category | classification | sentiment | verdict
    | choice | option | total | final | conclusion | decision )""",
    re.VERBOSE | re.IGNORECASE,
)


def _sole_member(text: str) -> str | None:
    """Return what a text that is one JSON object says: its only member, or that of a known name."""
    found = _OBJECT.fullmatch(text) if _OPENED.match(text) else None
    try:
        read = json.loads(found[1], parse_int=str, parse_float=str) if found else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(read, dict):
        return None
    named = [value for name, value in read.items() if _OTHER_NAME.fullmatch(name)]
    values = named or [*read.values()]
    value = values[0] if len(values) == 1 else None
    return json.dumps(value) if isinstance(value, bool) else value if type(value) is str else None


_MAX_MARKERS = 16
# Each alternative begins with its own letter, so the search is fast. It looks ahead by a bounded
# length and consumes only the marker itself, so that markers within its reach are found as well.
_MARKER = re.compile(
    r"""
    \\f?box(?:ed)?\ ?(?P<box>\{)
  | \#(?<!\#\#)\#{2,3}(?!\#)(?=(?P<hashes>[ \t]{0,4}))
  | nswer (?!\ (?:question|key|sheet|phone)s?\b)
    (?= (?P<statement> [^.\n:=?!{}"]{0,80}? \b(?:is|IS|are|was|be|equals
          |(?=can(?:not|\ not)\b|(?:is|was|ca|could|would|should)n['’]t\b))\b :? )
      | (?P<label> [sS]? [^.\n:=?!{}"]{0,40}? [*_"')\]]{0,4} (?: \s?[:=] | \s{0,2}\n ) | \( ) )
  | \n[*\#>\ \t]{0,6}(?:A|[Aa]ns|ANS)(?=(?P<short_label>[*_]{0,4}[ ]?[:=]))
    """,
    re.VERBOSE,
)
_KIND_OF_GROUP: Mapping[str, MarkerKind] = {
    "box": "box",
    "hashes": "hashes",
    "statement": "statement",
    "label": "label",
    "short_label": "label",
    "line_label": "hashes",
    "tag": "box",
    "double_brackets": "box",
}
# What closes the markers that open like brackets.
_CLOSING: Mapping[str, str] = {"tag": "</", "double_brackets": "]]"}
_NEAR_END_CHARS = 160


def answer_markers(text: str, pattern: re.Pattern[str] | None = None) -> Iterator[AnswerMarker]:
    r"""Yield the last markers of a text, from its end backwards.

    Args:
        text: a completion.
        pattern: a task's own markers, with the group names of `_MARKER` and `_KIND_OF_GROUP`.

    >>> text = r"The answer is 5. Wait, the answer is \boxed{7}"
    >>> [marker.text for marker in answer_markers(text)]
    ['7', ' \\boxed{7}', ' 5. Wait, the answer is \\boxed{7}']
    """
    # The replacement has the same length, so offsets stay valid.
    text = text.replace("NSWER", "nswer")
    supposed = []
    judged = islice(_judged_markers(text, pattern or _MARKER), _MAX_MARKERS)
    for number, (marker, rank) in enumerate(judged):
        if not number and (start := late_correction(text, marker.start)):
            yield AnswerMarker("statement", text[start:], start)
        if rank == "plain" and marker.text:
            yield marker
        elif rank == "supposed" and marker.text:
            supposed.append(replace(marker, supposed=True))
    yield from supposed


# "A if x > 0, otherwise B" is an answer in each of two cases.
_TWO_CASES = re.compile(r"[^.\n]{1,40}?\sif\s[^.\n]{1,60}?\botherwise\b", re.IGNORECASE)


def first_answer(
    markers: Iterable[AnswerMarker], read: Callable[[AnswerMarker], ExtractedAnswer | None]
) -> tuple[int, ExtractedAnswer] | None:
    """Return where the first marker with an answer stands, and that answer.

    Args:
        markers: in order of precedence.
        read: what a marker gives.

    Different answers in cases that a text only supposes are no answer.
    """
    supposed: dict[str | None, int] = {}
    for marker in markers:
        extracted = read(marker)
        if extracted and _TWO_CASES.match(marker.text):
            return marker.start, ExtractedAnswer(None)
        if extracted and not marker.supposed:
            return marker.start, extracted
        if extracted:
            supposed.setdefault(extracted.answer, marker.start)
    if not supposed:
        return None
    answer, start = next(iter(supposed.items()))
    return start, ExtractedAnswer(answer if len(supposed) == 1 else None)


# A marker, its answer and another language's marker take more.
_MIN_PAIR_CHARS = 16
JudgedMarker = tuple[AnswerMarker, Standing]


def _judged_markers(text: str, pattern: re.Pattern[str]) -> Iterator[JudgedMarker]:
    """Yield markers in English and in the languages of a text, from last to first."""
    end = len(text)
    for found in _matches_from_end(text, pattern):
        start = found.start()
        if end - start > _MIN_PAIR_CHARS and (languages := languages_in(text[start:end])):
            yield from _foreign_markers(text, start, end, languages)
        yield _english(found)
        end = start
    start = max(0, len(text) - WINDOW_CHARS)
    yield from _foreign_markers(text, start, end, languages_in(text[start:end]))


def _foreign_markers(
    text: str, start: int, end: int, languages: Iterable[Language]
) -> Iterator[JudgedMarker]:
    """Yield the markers of other languages between two offsets, from last to first."""
    found = [
        (match, language)
        for language in languages
        for match in marker_pattern(language).finditer(text, start, end)
    ]
    found.sort(key=lambda pair: pair[0].start(), reverse=True)
    yield from (_foreign(match, language) for match, language in found)


def _english(found: re.Match[str]) -> JudgedMarker:
    text, group = found.string, found.lastgroup or "box"
    start = found.end(group)
    inside = text[start : start + MARKED_CHARS]
    if group == "box":
        inside = _before_closing_brace(inside)
    elif group in _CLOSING:
        inside = inside.partition(_CLOSING[group])[0]
    kind = _KIND_OF_GROUP[group]
    rank = standing(text, found.start())
    if rank != "rejected" and kind == "statement":
        rank = supposition(text, found.start(), start, rank)
    if rank == "rejected" or rejects_ahead(inside):
        # "One might think that the answer is 5, but it is 7": the marker's text is what is right.
        instead = correction(inside)
        start += len(inside) - len(instead or "")
        inside, rank = instead or "", "plain"
    elif is_refuted(inside):
        inside = ""
    return AnswerMarker(kind, inside, start), rank


def _foreign(found: re.Match[str], language: Language) -> JudgedMarker:
    group = found.lastgroup or "statement"
    start = found.end(group)
    inside = announced(language, found[group], found.string[start : start + MARKED_CHARS])
    kind: MarkerKind = "label" if group == "label" else "statement"
    marker = AnswerMarker(kind, inside, start, language.decimal_mark)
    return marker, standing(found.string, found.start())


def _matches_from_end(text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield matches from last to first. The end is searched first, as it is mostly enough."""
    near = max(0, len(text) - _NEAR_END_CHARS)
    yield from reversed(list(pattern.finditer(text, near)))
    matches = pattern.finditer(text, max(0, len(text) - WINDOW_CHARS))
    yield from reversed(list(takewhile(lambda found: found.start() < near, matches)))


def _before_closing_brace(text: str) -> str:
    """Return the text up to the brace that closes an opened one, "" if none does."""
    depth = 1
    for position, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if not depth:
            return text[:position]
    return ""
