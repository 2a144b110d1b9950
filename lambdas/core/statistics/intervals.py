"""How far an accuracy measured on N questions may lie from that on all questions like them."""

from dataclasses import dataclass
from math import sqrt

# The normal quantile for 95 %, two-sided.
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both included; of accuracies from 0 to 1."""

    low: float
    high: float


def wilson(right: float, questions: int, z: float = Z95) -> Interval:
    """Return the score interval of an accuracy, 95 % unless `z` says otherwise.

    Args:
        right: how many questions are right, from 0 to `questions`; a tie counts with its chance.
        questions: how many there are, at least 1.
        z: the normal quantile.

    This is the error of having these questions and no others, whatever the number of paths.
    A fractional `right` is treated as a count of its size, which overstates the spread a little.

    Source: Wilson 1927, J. Am. Stat. Assoc. 22, 209-212; compared in Newcombe 1998, Stat. Med.
    17, 857-872, method 3.

    >>> interval = wilson(12, 16)
    >>> round(interval.low, 3), round(interval.high, 3)
    (0.505, 0.898)
    """
    share = right / questions
    widening = z * z / questions
    centre = (share + widening / 2) / (1 + widening)
    reach = sqrt(share * (1 - share) * widening + widening**2 / 4) / (1 + widening)
    return Interval(max(0.0, centre - reach), min(1.0, centre + reach))


def standard_error(right: float, questions: int) -> float:
    """Return the standard error over questions of an accuracy: the root of a(1 - a)/N.

    Args:
        right: how many questions are right, from 0 to `questions`; a tie counts with its chance.
        questions: how many there are, at least 1.

    >>> standard_error(8, 16)
    0.125
    """
    share = right / questions
    return sqrt(share * (1 - share) / questions)
