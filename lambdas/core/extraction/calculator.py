"""The calculator check: whether the equation that gives a completion's answer comes to it."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from lambdas.core.extraction.equation_words import (
    changes_value,
    joins_sentences,
    mixes_units,
)
from lambdas.core.extraction.equations import Equation, last_equation
from lambdas.core.extraction.expression import FLAT, PRODUCTS_FIRST, Number, Sign, value

_CANONICAL = re.compile(r"-?\d{1,60}(?:\.\d{1,60})?", re.ASCII)
# Answers are equal when they round to the same millionth.
_DECIMALS = 6
_ZERO = Number(Fraction(0))
# Decimals such as 0.67 stand for what was rounded, and what is worked out from them is near.
_NEAR = Fraction(1, 50)
_ABOUT = Fraction(1, 20)


def verdict(text: str, answer: str) -> bool | None:
    """Return whether the equation that gives the answer comes to it.

    Args:
        text: a completion; its last 6,000 characters are looked at.
        answer: as `arithmetic.extract` read it there, a canonical number.

    Returns:
        `True` where the last equation with the answer on its right-hand side is right, rounded
        as that side is; `False` where it is wrong in any fair reading; `None` where there is
        none, or it cannot be read for certain.

    >>> verdict("She sells 16 - 3 - 4 = 9 eggs for 9 * 2 = $18. The answer is $18.", "18")
    True
    >>> verdict("She sells 16 - 3 - 4 = 8 eggs. The answer is 8.", "8")
    False
    >>> verdict("Half of 10 + 2 = 6. The answer is 6.", "6")
    """
    if not _CANONICAL.fullmatch(answer) or ("=" not in text and "≈" not in text):
        return None
    equation = last_equation(text, Fraction(answer))
    return _judged(equation) if equation else None


def _judged(equation: Equation) -> bool | None:
    readings = _readings(equation)
    if not readings:
        return None
    if any(_agrees(reading, equation) for reading in readings):
        return True
    near = any(_is_near(reading, equation) for reading in readings)
    return None if near or not _sure(equation) or _sloppily_right(equation) else False


def _readings(equation: Equation) -> list[Fraction]:
    """Return what the left side may come to: `20%` is 0.2, or 20 of what the right side counts."""
    tokens = equation.left.tokens
    exact = value(tokens)
    if exact is None:
        return []
    readings = [exact, value(tokens, hundredths=False) or exact]
    return [*readings, 100 * exact] if equation.right.percent else readings


def _agrees(exact: Fraction, equation: Equation) -> bool:
    """Whether a value comes to the right side, at once or rounded step by step on the way."""
    if _rounds_to(exact, equation.right):
        return True
    steps = (*reversed(equation.between), equation.right)
    values = (exact, *(step.value for step in steps))
    return len(steps) > 1 and all(map(_rounds_to, values, steps))


def _rounds_to(exact: Fraction, stated: Number) -> bool:
    apart = abs(exact - stated.value)
    return apart <= Fraction(1, 2 * 10 ** min(stated.decimals, _DECIMALS))


def _is_near(exact: Fraction, equation: Equation) -> bool:
    """Whether the right side may be a value cut off, rounded up, or of fewer digits."""
    right = equation.right
    apart = abs(exact - right.value)
    shortened = any(map(_may_be_rounded, equation.left.numbers))
    share = _ABOUT if equation.about else _NEAR if shortened else 0
    return apart < Fraction(1, 10**right.decimals) or apart < share * abs(exact)


def _may_be_rounded(number: Number) -> bool:
    """Whether a number, such as 0.67 or 33%, may stand for one with more digits."""
    last_digits = number.value * 10**number.decimals % 5
    return (number.decimals > 1 or number.percent) and last_digits != 0


def _sloppily_right(equation: Equation) -> bool:
    """Whether the number is right though the equation is not: of what was meant, or meant before.

    `10 + 5 / 3 = 5` is a mean, `60 / 2 * 3 = 10` has a product below the line, `6 / 1/2 = 12` a
    fraction, `22 - 56 = 34` says how far apart two numbers are, and in `3/4 * 8 = 8 / 4 = 6` only
    the step between is wrong.
    """
    tokens = equation.left.tokens
    meant = (
        value(tokens, FLAT),
        value(tokens, PRODUCTS_FIRST),
        value(tokens, rightmost=True),
        value((_ZERO, "-", "(", *tokens, ")")),
        *(value(each.tokens) for each in equation.before),
        *map(value, _behind_dashes(tokens)),
    )
    return any(amount is not None and _rounds_to(amount, equation.right) for amount in meant)


def _behind_dashes(tokens: Sequence[Number | Sign]) -> Iterator[Sequence[Number | Sign]]:
    """Yield what stands behind each minus: it may be a dash, as in `2 trees - 16/8 = 2`."""
    for place, sign in enumerate(tokens):
        before, behind = tokens[:place], tokens[place + 1 :]
        if sign == "-" and before.count("(") == before.count(")") and len(behind) > 1:
            yield behind


def _sure(equation: Equation) -> bool:
    """Whether the left side can be read in one way only."""
    left = equation.left
    words = (*left.words, *equation.words)
    percents = [number.percent for number in left.numbers]
    # `50 - 20%` takes a share of 50 to some, and 0.2 to others.
    shares_added = left.adds and any(percents) and not all(percents)
    # `60 + 20/people` divides by what is not said.
    by_words = left.adds and any(word.startswith("/") for word in words)
    below_zero = left.numbers[0].value < 0
    of_words = changes_value(words) or joins_sentences(left.words) or _converts(equation)
    doubtful = shares_added or by_words or below_zero or of_words
    return left.certain and not doubtful and not _divides_twice(left.tokens)


def _converts(equation: Equation) -> bool:
    """Whether units may have been converted: `2 hours + 30 minutes = 150 minutes`."""
    left, right = equation.left, equation.right.value
    if not mixes_units((*left.words, *equation.words)):
        return False
    exact = value(left.tokens)
    if left.adds or not exact or not right:
        return True
    return 1 in ((exact / right).denominator, (right / exact).denominator)


def _divides_twice(tokens: Sequence[Number | Sign]) -> bool:
    """Whether a quotient is divided again: of `7/12 / 1/12` it is not sure by what."""
    signs = [each for each in tokens if isinstance(each, str) and each in "+-/"]
    return any(pair == ("/", "/") for pair in pairwise(signs))
