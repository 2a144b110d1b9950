"""The calculator: whether the equation that gives a completion's answer is right, or what is."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from lambdas.core.answers.equations import Equation, last_equation
from lambdas.core.answers.expressions import (
    FLAT,
    PRODUCTS_FIRST,
    Number,
    Sign,
    changes_value,
    joins_sentences,
    mixes_units,
    value,
)
from lambdas.core.answers.notation import canonical_fraction

_CANONICAL = re.compile(r"-?\d{1,60}(?:\.\d{1,60})?", re.ASCII)
# Answers are equal if they round to the same millionth.
_DECIMALS = 6
_ZERO = Number(Fraction(0))
# Relative tolerances: for sides with rounded decimals such as 0.67, and for `≈`.
_ROUNDED_TOLERANCE = Fraction(1, 50)
_ABOUT_TOLERANCE = Fraction(1, 20)


def check_equation(text: str, answer: str) -> bool | None:
    """Return whether the equation that gives the answer is right.

    Args:
        text: a completion; only its last 6,000 characters are read.
        answer: the canonical number that `extract_number` extracted from the text.

    Returns:
        `True` if the last equation with the answer on its right-hand side is right, rounded
        as that side is; `False` if it is wrong in any fair reading; `None` if there is no such
        equation, or it cannot be read for certain.

    >>> check_equation("16 - 3 - 4 = 9 eggs make 9 * 2 = $18. The answer is $18.", "18")
    True
    >>> check_equation("She sells 16 - 3 - 4 = 8 eggs. The answer is 8.", "8")
    False
    >>> check_equation("Half of 10 + 2 = 6. The answer is 6.", "6")
    """
    equation = _equation(text, answer)
    return _check(equation) if equation else None


def repaired_answer(text: str, answer: str) -> str | None:
    """Return what the equation that gives the answer comes to, where `check_equation` is `False`.

    Args:
        text: a completion.
        answer: the canonical number that `extract_number` extracted from the text.

    Returns:
        The value of the equation's left side as a canonical number, not rounded as the wrong one
        was; of its readings, such as 0.2 and 20 of `20%`, the one nearest to the answer. `None`
        where the equation is right or unchecked, or comes to no canonical number.

    >>> repaired_answer("She sells 16 - 3 - 4 = 8 eggs. The answer is 8.", "8")
    '9'
    >>> repaired_answer("She sells 16 - 3 - 4 = 9 eggs. The answer is 9.", "9")
    """
    equation = _equation(text, answer)
    if equation is None or _check(equation) is not False:
        return None
    stated = equation.right.value
    nearest = min(_left_values(equation), key=lambda exact: abs(exact - stated))
    return canonical_fraction(nearest)


def _equation(text: str, answer: str) -> Equation | None:
    if not _CANONICAL.fullmatch(answer) or ("=" not in text and "≈" not in text):
        return None
    return last_equation(text, Fraction(answer))


def _check(equation: Equation) -> bool | None:
    values = _left_values(equation)
    if not values:
        return None
    if any(_agrees(exact, equation) for exact in values):
        return True
    close = any(_is_close(exact, equation) for exact in values)
    certain = not close and _is_certain(equation) and not _sloppily_right(equation)
    return False if certain else None


def _left_values(equation: Equation) -> list[Fraction]:
    """Return the values the left side may have: `20%` is 0.2, or 20 of the right side's unit."""
    tokens = equation.left.tokens
    exact = value(tokens)
    if exact is None:
        return []
    values = [exact, value(tokens, hundredths=False) or exact]
    return [*values, 100 * exact] if equation.right.percent else values


def _agrees(exact: Fraction, equation: Equation) -> bool:
    """Whether a value gives the right side, at once or rounded step by step on the way."""
    if _rounds_to(exact, equation.right):
        return True
    steps = (*reversed(equation.between), equation.right)
    values = (exact, *(step.value for step in steps))
    return len(steps) > 1 and all(map(_rounds_to, values, steps))


def _rounds_to(exact: Fraction, number: Number) -> bool:
    difference = abs(exact - number.value)
    return difference <= Fraction(1, 2 * 10 ** min(number.decimals, _DECIMALS))


def _is_close(exact: Fraction, equation: Equation) -> bool:
    """Whether the right side may be a value cut off, rounded up, or with fewer digits."""
    right = equation.right
    difference = abs(exact - right.value)
    rounded = any(map(_may_be_rounded, equation.left.numbers))
    tolerance = _ABOUT_TOLERANCE if equation.about else _ROUNDED_TOLERANCE if rounded else 0
    return difference < Fraction(1, 10**right.decimals) or difference < tolerance * abs(exact)


def _may_be_rounded(number: Number) -> bool:
    """Whether a number, such as 0.67 or 33%, may stand for one with more digits."""
    last_digits = number.value * 10**number.decimals % 5
    return (number.decimals > 1 or number.percent) and last_digits != 0


def _is_certain(equation: Equation) -> bool:
    """Whether the left side can be read in only one way."""
    left = equation.left
    words = (*left.words, *equation.words)
    percents = [number.percent for number in left.numbers]
    # `50 - 20%` takes a fifth of 50 off for some, and 0.2 for others.
    adds_percents = left.adds and any(percents) and not all(percents)
    # `60 + 20/people` divides by an unknown number.
    divides_by_word = left.adds and any(word.startswith("/") for word in words)
    below_zero = left.numbers[0].value < 0
    by_words = changes_value(words) or joins_sentences(left.words) or _converts(equation)
    doubtful = adds_percents or divides_by_word or below_zero or by_words
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
    """Whether a quotient is divided again: in `7/12 / 1/12` the divisor is unclear."""
    signs = [each for each in tokens if isinstance(each, str) and each in "+-/"]
    return any(pair == ("/", "/") for pair in pairwise(signs))


def _sloppily_right(equation: Equation) -> bool:
    """Whether the number is right though the equation, as written, is not.

    `10 + 5 / 3 = 5` is a mean, `60 / 2 * 3 = 10` has a product below the line, `6 / 1/2 = 12` a
    fraction, `22 - 56 = 34` is the distance of two numbers, and in `3/4 * 8 = 8 / 4 = 6` only
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
    """Yield the tokens behind each minus: it may be a dash, as in `2 trees - 16/8 = 2`."""
    for index, sign in enumerate(tokens):
        before, behind = tokens[:index], tokens[index + 1 :]
        if sign == "-" and before.count("(") == before.count(")") and len(behind) > 1:
            yield behind
