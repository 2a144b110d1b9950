"""Where a completion gives its answer: markers such as "the answer is", the last one first."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Literal

from lambdas.contract import DecimalMark

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
        decimal_mark: of the language that the marker is in; `None` for English and for signs.
    """

    kind: MarkerKind
    text: str
    start: int
    decimal_mark: DecimalMark | None = None


_KEY = re.compile(r"""nswer\\?["']\s{0,8}:\s{0,8}""", re.IGNORECASE)
_QUOTED = re.compile(r'(?P<open>\\?["\'])(?P<text>(?:[^"\\]|\\.){0,2000}?)(?P=open)')


def answer_field(text: str) -> str | None:
    """Return the text of the last JSON member or XML element named answer.

    >>> answer_field('{"reasoning": "9 * 2 = 18", "answer": "$18"}')
    '$18'
    >>> answer_field("9 * 2 = 18, so <answer>18</answer>")
    '18'
    """
    start = max(text.rfind(f"nswer{quote}") for quote in ('"', "'", '\\"'))
    key = _KEY.match(text, start) if start >= 0 else None
    if key:
        quoted = _QUOTED.match(text, key.end())
        if quoted:
            return quoted["text"]
        value = text[key.end() : key.end() + MARKED_CHARS]
        return value.partition("\n")[0].partition("}")[0].rstrip(" ,")
    opened = text.rfind("<answer>")
    if opened < 0:
        return None
    inside, closing, _ = text[opened + 8 : opened + 8 + MARKED_CHARS].partition("</answer>")
    return inside if closing else inside.split("<", 1)[0]


_MAX_MARKERS = 16
# Each alternative begins with its own letter, so the search is fast. It looks ahead by a bounded
# length and consumes only the marker itself, so that markers within its reach are found as well.
_MARKER = re.compile(
    r"""
    \\f?box(?:ed)?\ ?(?P<box>\{)
  | \#(?<!\#\#)\#{2,3}(?!\#)(?=(?P<hashes>[ \t]{0,4}))
  | nswer
    (?= (?P<statement> [^.\n:=?!{}"]{0,80}?
          \b(?:is|IS|are|was|be|equals|(?=can(?:not|'t|\ not)\b))\b :? )
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
    for found in islice(_matches_from_end(text, pattern or _MARKER), _MAX_MARKERS):
        group = found.lastgroup or "box"
        start = found.end(group)
        inside = text[start : start + MARKED_CHARS]
        if group == "box":
            inside = _before_closing_brace(inside)
        elif group in _CLOSING:
            inside = inside.partition(_CLOSING[group])[0]
        if inside:
            yield AnswerMarker(_KIND_OF_GROUP[group], inside, start)


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
