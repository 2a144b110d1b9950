"""Whether votes are right as often as they are confident."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import fsum

from lambdas.core.statistics.histogram import WHOLE, Cell, Histogram
from lambdas.core.statistics.intervals import Interval, wilson


@dataclass(frozen=True, slots=True)
class Calibrated:
    """The labelled questions whose confidence lies from `low` up to `high`.

    Attributes:
        low: included.
        high: excluded, but for 1.
        questions: how many, at least 1.
        confidence: their mean confidence.
        accuracy: the share of right votes among them.
        interval: of the accuracy, 95 % over questions.
    """

    low: float
    high: float
    questions: int
    confidence: float
    accuracy: float
    interval: Interval


def calibration(votes: Histogram, bins: int = 10) -> tuple[Calibrated, ...]:
    """Return the accuracy in each of `bins` equal ranges of confidence; empty ones are left out.

    >>> from lambdas.core.statistics.histogram import Judged
    >>> votes = Histogram.of([Judged(1.0, 1.0), Judged(0.9, 0.0), Judged(0.4, 0.0)])
    >>> [(each.low, each.questions, each.accuracy) for each in calibration(votes)]
    [(0.4, 1, 0.0), (0.9, 2, 0.5)]
    """
    binned = groupby(votes.labelled(), lambda cell: _bin(cell, bins))
    return tuple(_calibrated(number, bins, list(cells)) for number, cells in binned)


def calibration_error(calibrated: Sequence[Calibrated]) -> float | None:
    """Return the expected calibration error, `None` without labelled questions.

    The mean over questions of the distance between accuracy and confidence of their range.

    Source: Naeini et al. 2015, AAAI 29, 2901-2907; Guo et al. 2017, arXiv 1706.04599, section 2.
    """
    questions = sum(each.questions for each in calibrated)
    off = fsum(each.questions * abs(each.accuracy - each.confidence) for each in calibrated)
    return off / questions if questions else None


def _bin(cell: Cell, bins: int) -> int:
    return min(cell.thousandths * bins // WHOLE, bins - 1)


def _calibrated(number: int, bins: int, cells: Sequence[Cell]) -> Calibrated:
    questions = sum(cell.labelled for cell in cells)
    right = fsum(cell.right for cell in cells)
    confidence = sum(cell.thousandths * cell.labelled for cell in cells) / (WHOLE * questions)
    return Calibrated(
        low=number / bins,
        high=(number + 1) / bins,
        questions=questions,
        confidence=confidence,
        accuracy=right / questions,
        interval=wilson(right, questions),
    )
