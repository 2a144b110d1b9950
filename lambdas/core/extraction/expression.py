"""Sums and products of plain numbers: their tokens, and what they come to in exact fractions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Sign = Literal["+", "-", "*", "/", "(", ")"]

# How tightly each sign binds.
USUAL: Mapping[str, int] = {"+": 1, "-": 1, "*": 2, "/": 2}
FLAT: Mapping[str, int] = {"+": 1, "-": 1, "*": 1, "/": 1}
PRODUCTS_FIRST: Mapping[str, int] = {"+": 1, "-": 1, "*": 3, "/": 2}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written.

    Args:
        value: without regard to a percent sign.
        decimals: how many digits stand behind the point.
        percent: whether a percent sign follows.
    """

    value: Fraction
    decimals: int = 0
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression in a text.

    Args:
        tokens: numbers and signs, brackets balanced, as they would be typed into a calculator.
        words: units and other words within it and behind it, in lower case, in order.
        certain: whether it is sure to begin where it seems to, so that nothing is left out.
    """

    tokens: tuple[Number | Sign, ...]
    words: tuple[str, ...] = ()
    certain: bool = True

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers, from left to right."""
        return tuple(token for token in self.tokens if isinstance(token, Number))

    @property
    def adds(self) -> bool:
        """Whether anything is added or subtracted."""
        return "+" in self.tokens or "-" in self.tokens


def value(
    tokens: Sequence[Number | Sign],
    ranks: Mapping[str, int] = USUAL,
    *,
    hundredths: bool = True,
    rightmost: bool = False,
) -> Fraction | None:
    """Return what an expression comes to, `None` where it divides by zero.

    Args:
        tokens: of a well-formed expression.
        ranks: how tightly each sign binds.
        hundredths: whether `20%` is 0.2 and not 20.
        rightmost: whether of signs that bind alike the right one comes first, not the left.

    Method: two stacks, one of values and one of signs (Dijkstra's shunting yard), so that depth
    of brackets costs no recursion.

    >>> value([Number(Fraction(2)), "+", Number(Fraction(3)), "*", Number(Fraction(4))])
    Fraction(14, 1)
    """
    values: list[Fraction] = []
    signs: list[Sign] = []
    try:
        for token in (*tokens, ")"):
            if isinstance(token, Number):
                values.append(token.value / 100 if hundredths and token.percent else token.value)
            else:
                _take(token, values, signs, ranks, rightmost=rightmost)
    except ZeroDivisionError:
        return None
    return values.pop()


def _take(
    sign: Sign,
    values: list[Fraction],
    signs: list[Sign],
    ranks: Mapping[str, int],
    *,
    rightmost: bool,
) -> None:
    """Carry out what binds as tightly as a sign before it, and keep the sign for later."""
    if sign == "(":
        signs.append(sign)
        return
    rank = ranks.get(sign, 0) + rightmost
    while signs and signs[-1] != "(" and ranks[signs[-1]] >= rank:
        second, first = values.pop(), values.pop()
        values.append(_apply(signs.pop(), first, second))
    if sign != ")":
        signs.append(sign)
    elif signs:
        signs.pop()


def _apply(sign: Sign, first: Fraction, second: Fraction) -> Fraction:
    match sign:
        case "+":
            return first + second
        case "-":
            return first - second
        case "*":
            return first * second
        case _:
            return first / second
