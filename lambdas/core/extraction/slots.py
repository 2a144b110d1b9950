"""Where in a completion an answer stands: the places that models give it, the last one first."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Literal

# What is read of a completion and of a slot at most, in characters; both bound the work.
WINDOW = 24_000
SLOT = 400
_TRIED = 16
_NEAR = 160

Mark = Literal["box", "rule", "says", "names"]

_THOUGHTS = ("</think>", "</thinking>", "</thought>", "</reasoning>")
# A base model that has answered goes on with the next question of its prompt.
_NEXT_QUESTION = re.compile(r"(?:Q|Question|Problem|Human|User)(?:\*\*)? ?:")
_NEXT_SPEAKERS = ("\nHuman:", "\nUser:", "\nProblem:")
_ENDS = ("\n", ".", "!", "?")
DIGIT = re.compile(r"\d")

# Each alternative begins with a letter of its own, which makes the search fast, looks ahead by
# a bounded length, and consumes only what marks it: others within its reach are found as well.
_MARK = re.compile(
    r"""
    \\f?box(?:ed)?\ ?(?P<box>\{)
  | \#(?<!\#\#)\#{2,3}(?!\#)(?=(?P<rule>[ \t]{0,4}))
  | nswer
    (?= (?P<says> [^.\n:=?!{}"]{0,80}? \b(?:is|IS|are|was|be|equals|(?=can(?:not|'t|\ not)\b))\b
          :? )
      | (?P<names> [sS]? [^.\n:=?!{}"]{0,40}? [*_"')\]]{0,4} (?: \s?[:=] | \s{0,2}\n ) | \( ) )
  | \n[*\#>\ \t]{0,6}(?:A|[Aa]ns|ANS)(?=(?P<short>[*_]{0,4}[ ]?[:=]))
    """,
    re.VERBOSE,
)
_KEY = re.compile(r"""nswer\\?["']\s{0,8}:\s{0,8}""", re.IGNORECASE)
_QUOTED = re.compile(r'(?P<open>\\?["\'])(?P<text>(?:[^"\\]|\\.){0,2000}?)(?P=open)')


_NAMES: Mapping[str, Mark] = {
    "box": "box",
    "rule": "rule",
    "says": "says",
    "names": "names",
    "short": "names",
    "line": "rule",
    "tagged": "box",
    "judged": "box",
}
# What ends places that open like brackets.
_CLOSING: Mapping[str, str] = {"tagged": "</", "judged": "]]"}


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for an answer.

    Args:
        mark: what announces it: `box` is LaTeX's, `rule` is `####`, `says` is "the answer is",
            `names` is a label such as `Answer:`, which may as well announce the reasoning.
        text: what stands there, of at most `SLOT` characters.
        start: where it begins in the completion.
    """

    mark: Mark
    text: str
    start: int


def own(text: str, said: re.Pattern[str] = DIGIT) -> str:
    r"""Return what a completion says itself.

    Without the question that the model went on to invent, and without thoughts that it closed.

    Args:
        text: a completion.
        said: what an answer has at least; where the rest has none of it, nothing is left out.

    >>> own("<think>12? No, 4.</think>The answer is 4.\n\nQ: A boy has $120.\nA: It is 80.")
    'The answer is 4.\n\n'
    """
    for closing in _THOUGHTS:
        after = text.rpartition(closing)[2]
        text = after if said.search(after) else text
    if "Q" not in text and not any(speaker in text for speaker in _NEXT_SPEAKERS):
        return text
    first = said.search(text)
    for found in _NEXT_QUESTION.finditer(text, first.end() if first else len(text)):
        start = found.start()
        if text[max(0, start - 8) : start].rstrip(" #*").endswith(_ENDS):
            return text[:start].rstrip(" #*")
    return text


def field(text: str) -> str | None:
    """Return the text of the last JSON member or XML element named answer.

    >>> field('{"reasoning": "9 * 2 = 18", "answer": "$18"}')
    '$18'
    >>> field("9 * 2 = 18, so <answer>18</answer>")
    '18'
    """
    start = max(text.rfind(f"nswer{quote}") for quote in ('"', "'", '\\"'))
    key = _KEY.match(text, start) if start >= 0 else None
    if key:
        quoted = _QUOTED.match(text, key.end())
        if quoted:
            return quoted["text"]
        return text[key.end() : key.end() + SLOT].partition("\n")[0].partition("}")[0].rstrip(" ,")
    opened = text.rfind("<answer>")
    if opened < 0:
        return None
    inside, closing, _ = text[opened + 8 : opened + 8 + SLOT].partition("</answer>")
    return inside if closing else inside.split("<", 1)[0]


def slots(text: str, marks: re.Pattern[str] | None = None) -> Iterator[Slot]:
    r"""Yield the last places for an answer, from the end of the text backwards.

    Args:
        text: a completion.
        marks: what announces them, with groups named as here, where a task has marks of its own.

    >>> [slot.text for slot in slots(r"The answer is 5. Wait, the answer is \boxed{7}")]
    ['7', ' \\boxed{7}', ' 5. Wait, the answer is \\boxed{7}']
    """
    # Of the same length, so that places stay the same.
    text = text.replace("NSWER", "nswer")
    for found in islice(_marks(text, marks or _MARK), _TRIED):
        group = found.lastgroup or "box"
        start = found.end(group)
        inside = text[start : start + SLOT]
        if group == "box":
            inside = _balanced(inside)
        elif group in _CLOSING:
            inside = inside.partition(_CLOSING[group])[0]
        if inside:
            yield Slot(_NAMES[group], inside, start)


def _marks(text: str, mark: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Yield the marks from the last to the first; those near the end are mostly enough."""
    near = max(0, len(text) - _NEAR)
    yield from reversed(list(mark.finditer(text, near)))
    marks = mark.finditer(text, max(0, len(text) - WINDOW))
    yield from reversed(list(takewhile(lambda found: found.start() < near, marks)))


def _balanced(text: str) -> str:
    """Return what stands before the brace that closes an opened one, "" where none does."""
    depth = 1
    for position, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if not depth:
            return text[:position]
    return ""
