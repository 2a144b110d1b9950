"""Equations in a completion whose right-hand side is a number: `2 * 3 = 6`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from unicodedata import normalize

from lambdas.core.answers.expressions import Expression, Number, expressions
from lambdas.core.answers.markers import DIGIT
from lambdas.core.answers.normalize import plain_numbers
from lambdas.core.answers.own_text import own_text

# Limits: characters read at the end of a completion, signs of equality tried, sides read left of
# one, and words read behind a number, which may be its unit.
_WINDOW_CHARS = 6_000
_MAX_SIGNS = 40
_MAX_LEFT_SIDES = 4
_MAX_UNIT_WORDS = 3
_MILLIONTH = Fraction(1, 10**6)
_UNREADABLE = "§"


@dataclass(frozen=True, slots=True)
class Equation:
    """The two sides of a sign of equality.

    Attributes:
        left: the nearest expression on the left that computes something.
        between: bare numbers between it and the last side, as in `10 / 3 = 3.33 = 3`.
        before: the expressions before that, as 3/4 * 8 in `3/4 * 8 = 24 / 4 = 6`.
        right: the number on the last side.
        words: right behind that number, in lower case.
        about: whether a sign says that the sides are approximately equal.
    """

    left: Expression
    between: tuple[Number, ...]
    before: tuple[Expression, ...]
    right: Number
    words: tuple[str, ...]
    about: bool


def last_equation(text: str, answer: Fraction) -> Equation | None:
    """Return the last equation that gives an answer, `None` if there is none or it is unreadable.

    Args:
        text: a completion; only its last 6,000 characters are read.
        answer: to within a millionth.
    """
    for sides in islice(_sides(_lines(text)), _MAX_SIGNS):
        right = _right_number(sides.right)
        if right and abs(right.numbers[0].value - answer) <= _MILLIONTH:
            return _equation(sides, right)
    return None


@dataclass(frozen=True, slots=True)
class _Sides:
    """The sides left of a sign of equality, the nearest first, and the one right of it."""

    lefts: list[str]
    right: str
    about: bool


_EQUAL = re.compile(r"=+|≈")


def _sides(lines: list[str]) -> Iterator[_Sides]:
    """Yield what stands around each sign of equality, from the last to the first."""
    for line in reversed(lines):
        sides = _EQUAL.split(line)
        about = "≈" in line
        for index in range(len(sides) - 1, 0, -1):
            lefts = sides[max(0, index - _MAX_LEFT_SIDES) : index][::-1]
            if DIGIT.search(lefts[0]):
                yield _Sides(lefts, sides[index], about)


_BOUNDARY = re.compile(r"[;!?\n]|(?<!\d):|:(?!\d)|,(?!\d)|\.(?!\d)|[→⇒⟹—•|]|\bso\b")
_NUMBER_FIRST = re.compile(
    r"[\s(]*(?:(?:about|approximately|around|roughly|nearly|only|a total of)\s+)?-?[\d.]"
)


def _right_number(side: str) -> Expression | None:
    """Return the number that is a right-hand side, with the words behind it."""
    clause = _BOUNDARY.split(side, maxsplit=1)[0]
    found = expressions(clause) if _NUMBER_FIRST.match(clause) else []
    return found[0] if found and len(found[0].tokens) == 1 else None


def _equation(sides: _Sides, right: Expression) -> Equation | None:
    """Return an equation, whose left side may stand before further bare numbers."""
    between: list[Number] = []
    for count, side in enumerate(sides.lefts, 1):
        found = expressions(_last_clause(side))
        if not found:
            return None
        left = found[-1]
        if len(left.tokens) > 1:
            before = tuple(_last_expressions(sides.lefts[count:]))
            words = right.words[:_MAX_UNIT_WORDS]
            return Equation(left, tuple(between), before, right.numbers[0], words, sides.about)
        alone = not _BOUNDARY.search(side) and _NUMBER_FIRST.match(side)
        if len(found) > 1 or not (left.certain and alone):
            return None
        between.append(left.numbers[0])
    return None


def _last_expressions(sides: Iterable[str]) -> Iterator[Expression]:
    for side in sides:
        yield from expressions(_last_clause(side))[-1:]


def _last_clause(side: str) -> str:
    ends = [*_BOUNDARY.finditer(side)]
    if not ends:
        return side
    listed = ends[-1][0] == "," and side[: ends[-1].start()][-1:].isdigit()
    return (_UNREADABLE if listed else "") + side[ends[-1].end() :]


_COMPARES = re.compile(r"[<>≤≥≠]=?|!=")
_SPACED_POINT = re.compile(r"(?<=\d) \. (?=\d)")
_ARROW = re.compile(r"[=-]{1,3}>")
_BRACKETS = str.maketrans("[]", "()")


def _lines(text: str) -> list[str]:
    """Return the plain lines of a completion's end, continued lines joined."""
    end = own_text(text)
    if len(end) > _WINDOW_CHARS:
        # Drop the first line: half an expression would have another value.
        end = end[-_WINDOW_CHARS:].partition("\n")[2]
    end = plain_numbers(_without_commands(end)).replace("&", " ").translate(_BRACKETS)
    end = _COMPARES.sub(_UNREADABLE, _ARROW.sub(";", _SPACED_POINT.sub(".", end)))
    return _joined(line[_start(line) :] for line in end.split("\n") if line.strip())


_ENUMERATOR = re.compile(r"\s*(?:\(?[A-Za-z]|\(?\d{1,2})\)\s+(?![-+*/×÷=)])")


def _start(line: str) -> int:
    """Return where a line begins behind a list's `a)` or `2)`."""
    return found.end() if (found := _ENUMERATOR.match(line)) else 0


_VULGAR_FRACTION = re.compile(r"(\d?)\s?([½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])")
_TEXT = re.compile(r"\\(?:text|mathrm|mbox)\s?\{([^{}]{0,80})\}")
_FRACTION = re.compile(r"\\[dtc]?frac\s?\{([^{}]{1,80})\}\s?\{([^{}]{1,80})\}")
_MIXED = re.compile(r"(?<![\d.,])(\d{1,6})\s?\\[dtc]?frac\s?\{(\d{1,6})\}\s?\{(\d{1,6})\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)")


def _without_commands(text: str) -> str:
    """Return a text with LaTeX's fractions in brackets and unreadable commands marked."""
    text = _VULGAR_FRACTION.sub(lambda found: f"{found[1]} ({normalize('NFKC', found[2])})", text)
    if "\\" not in text:
        return text
    text = _TEXT.sub(r" \1 ", text)
    text = _FRACTION.sub(r"((\1)/(\2))", _MIXED.sub(r"(\1+\2/\3)", text))
    return _COMMAND.sub(_replaced_command, text)


# Commands that `plain_numbers` reads or that mean nothing. Others, such as a root, are unreadable.
_KNOWN_COMMAND = re.compile(
    r"(?:text|math|mbox|box|fbox|display|left|right|quad|qquad|times|cdot|approx|begin|end"
    r"|big|Big|bigg|Bigg)[a-z]{0,8}"
)
_REPLACEMENTS = {"div": "÷", "ast": "*", "implies": ";", "Rightarrow": ";", "rightarrow": ";"}


def _replaced_command(found: re.Match[str]) -> str:
    known = _KNOWN_COMMAND.fullmatch(found[1])
    return found[0] if known else _REPLACEMENTS.get(found[1], _UNREADABLE)


_NAME = re.compile(r"[ \t]*([A-Za-z][A-Za-z _']{0,40}?)[ \t]*=")


def _joined(lines: Iterable[str]) -> list[str]:
    """Return lines, with those that continue an equation joined to its first line.

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
