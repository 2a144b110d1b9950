"""Equations in a completion whose right-hand side is a number: `2 * 3 = 6`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from unicodedata import normalize

from lambdas.core.extraction.expression import Expression, Number
from lambdas.core.extraction.expressions import expressions
from lambdas.core.extraction.plain import plain
from lambdas.core.extraction.slots import DIGIT, own

# What is looked at of a completion, in characters from its end, and how many equal signs.
WINDOW = 6_000
_TRIED = 40
_MILLIONTH = Fraction(1, 10**6)
_STEPS_BACK = 4
# How many words behind a number may say what it counts.
_UNITS = 3

_UNREADABLE = "§"
_NAME = re.compile(r"[ \t]*([A-Za-z][A-Za-z _']{0,40}?)[ \t]*=")
_BOUNDARY = re.compile(r"[;!?\n]|(?<!\d):|:(?!\d)|,(?!\d)|\.(?!\d)|[→⇒⟹—•|]|\bso\b")
_NUMBER_FIRST = re.compile(
    r"[\s(]*(?:(?:about|approximately|around|roughly|nearly|only|a total of)\s+)?-?[\d.]"
)
_ENUMERATOR = re.compile(r"\s*(?:\(?[A-Za-z]|\(?\d{1,2})\)\s+(?![-+*/×÷=)])")
_COMPARES = re.compile(r"[<>≤≥≠]=?|!=")
_SPACED_POINT = re.compile(r"(?<=\d) \. (?=\d)")
_ARROW = re.compile(r"[=-]{1,3}>")
_BRACKETS = str.maketrans("[]", "()")
_EQUAL = re.compile(r"=+|≈")

_FRACTION = re.compile(r"\\[dtc]?frac\s?\{([^{}]{1,80})\}\s?\{([^{}]{1,80})\}")
_MIXED = re.compile(r"(?<![\d.,])(\d{1,6})\s?\\[dtc]?frac\s?\{(\d{1,6})\}\s?\{(\d{1,6})\}")
_TEXT = re.compile(r"\\(?:text|mathrm|mbox)\s?\{([^{}]{0,80})\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
# Commands that `plain` reads or that mean nothing; any other, such as a root, is unreadable.
_KNOWN = re.compile(
    r"(?:text|math|mbox|box|fbox|display|left|right|quad|qquad|times|cdot|approx|begin|end"
    r"|big|Big|bigg|Bigg)[a-z]{0,8}"
)
_REPLACED = {"div": "÷", "ast": "*", "implies": ";", "Rightarrow": ";", "rightarrow": ";"}
_VULGAR = re.compile(r"(\d?)\s?([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])")


@dataclass(frozen=True, slots=True)
class _Sides:
    """The sides left of a sign of equality, the nearest first, and the one right of it."""

    lefts: list[str]
    right: str
    about: bool


@dataclass(frozen=True, slots=True)
class Equation:
    """What stands on both sides of a sign of equality.

    Args:
        left: the nearest expression on the left that computes something.
        between: bare numbers between it and the last side, as in `10 / 3 = 3.33 = 3`.
        before: the expressions before that, as 3/4 * 8 in `3/4 * 8 = 24 / 4 = 6`.
        right: the number on the last side.
        words: right behind that number, in lower case.
        about: whether a sign says that the sides are about equal.
    """

    left: Expression
    between: tuple[Number, ...]
    before: tuple[Expression, ...]
    right: Number
    words: tuple[str, ...]
    about: bool


def last_equation(text: str, answer: Fraction) -> Equation | None:
    """Return the last equation that gives an answer, `None` where it cannot be read or is none.

    Args:
        text: a completion; its last 6,000 characters are looked at.
        answer: to within a millionth.
    """
    for sides in islice(_sides(_lines(text)), _TRIED):
        right = _stated(sides.right)
        if right and abs(right.numbers[0].value - answer) <= _MILLIONTH:
            return _equation(sides, right)
    return None


def _equation(sides: _Sides, right: Expression) -> Equation | None:
    """Return an equation, its left side looked for beyond bare numbers."""
    between: list[Number] = []
    for place, side in enumerate(sides.lefts, 1):
        found = expressions(_last_clause(side))
        if not found:
            return None
        left = found[-1]
        if len(left.tokens) > 1:
            before = tuple(_last_ones(sides.lefts[place:]))
            return Equation(
                left, tuple(between), before, right.numbers[0], right.words[:_UNITS], sides.about
            )
        alone = not _BOUNDARY.search(side) and _NUMBER_FIRST.match(side)
        if len(found) > 1 or not (left.certain and alone):
            return None
        between.append(left.numbers[0])
    return None


def _last_ones(sides: Iterable[str]) -> Iterator[Expression]:
    for side in sides:
        yield from expressions(_last_clause(side))[-1:]


def _sides(lines: list[str]) -> Iterator[_Sides]:
    """Yield, from the last to the first, what stands around each sign of equality."""
    for line in reversed(lines):
        sides = _EQUAL.split(line)
        about = "≈" in line
        for place in range(len(sides) - 1, 0, -1):
            lefts = sides[max(0, place - _STEPS_BACK) : place][::-1]
            if DIGIT.search(lefts[0]):
                yield _Sides(lefts, sides[place], about)


def _stated(side: str) -> Expression | None:
    """Return the number that a right-hand side is, with the words behind it."""
    clause = _BOUNDARY.split(side, maxsplit=1)[0]
    found = expressions(clause) if _NUMBER_FIRST.match(clause) else []
    return found[0] if found and len(found[0].tokens) == 1 else None


def _last_clause(side: str) -> str:
    ends = [*_BOUNDARY.finditer(side)]
    if not ends:
        return side
    listed = ends[-1][0] == "," and side[: ends[-1].start()][-1:].isdigit()
    return (_UNREADABLE if listed else "") + side[ends[-1].end() :]


def _lines(text: str) -> list[str]:
    """Return the lines of a completion's end, plain, each with those that go on with it."""
    shown = own(text)
    if len(shown) > WINDOW:
        # An expression that was cut in two would come to something else.
        shown = shown[-WINDOW:].partition("\n")[2]
    shown = plain(_without_commands(shown)).replace("&", " ").translate(_BRACKETS)
    shown = _SPACED_POINT.sub(".", shown)
    shown = _COMPARES.sub(_UNREADABLE, _ARROW.sub(";", shown))
    return _joined(line[_start(line) :] for line in shown.split("\n") if line.strip())


def _start(line: str) -> int:
    """Return where a line begins behind its place in a list, `a)` or `2)`."""
    return found.end() if (found := _ENUMERATOR.match(line)) else 0


def _without_commands(text: str) -> str:
    """Return a text with LaTeX's fractions in brackets and what is not read marked."""
    text = _VULGAR.sub(lambda found: f"{found[1]} ({normalize('NFKC', found[2])})", text)
    if "\\" not in text:
        return text
    text = _TEXT.sub(r" \1 ", text)
    text = _FRACTION.sub(r"((\1)/(\2))", _MIXED.sub(r"(\1+\2/\3)", text))
    return _COMMAND.sub(_command, text)


def _command(found: re.Match[str]) -> str:
    known = _KNOWN.fullmatch(found[1])
    return found[0] if known else _REPLACED.get(found[1], _UNREADABLE)


def _joined(lines: Iterable[str]) -> list[str]:
    """Return lines with those that go on with an equation joined to where it began.

    >>> _joined(["P = 48 + 22", "P = 70", "= 70"])
    ['P = 48 + 22 = 70 = 70']
    """
    joined: list[str] = []
    last_name = None
    for line in lines:
        name = found[1] if (found := _NAME.match(line)) else None
        if joined and (line.lstrip().startswith("=") or joined[-1].rstrip().endswith("=")):
            joined[-1] += f" {line.strip()}"
        elif name and name == last_name:
            joined[-1] += f" {line[line.index('=') :]}"
        else:
            joined.append(line)
            last_name = name
    return joined
