"""Questions counted by the confidence of their vote, in a form that adds up."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from math import fsum

import msgspec

# Confidences are kept in thousandths, so that there are at most 1,001 of them.
WHOLE = 1000


@dataclass(frozen=True, slots=True)
class Judged:
    """A vote's confidence from 0 to 1, and the chance that it is right, `None` if not known."""

    confidence: float
    right: float | None


class Cell(msgspec.Struct, frozen=True, array_like=True):
    """Questions of the same confidence; in JSON a short list.

    Attributes:
        thousandths: the confidence, rounded.
        questions: how many have it.
        labelled: those whose right answer is known.
        right: those whose vote is right; a tie counts with its chance.
    """

    thousandths: int
    questions: int
    labelled: int
    right: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """Questions by confidence, rising; histograms of several shards add up.

    Its size is bounded: at most 1,001 cells, whatever the number of questions.
    """

    cells: tuple[Cell, ...] = ()

    @classmethod
    def of(cls, votes: Iterable[Judged]) -> "Histogram":
        """Sum up votes.

        >>> Histogram.of([Judged(1.0, 1.0), Judged(0.4, None), Judged(1.0, 0.5)]).cells[-1]
        Cell(thousandths=1000, questions=2, labelled=2, right=1.5)
        """
        return _joined(
            Cell(round(WHOLE * vote.confidence), 1, int(vote.right is not None), vote.right or 0.0)
            for vote in votes
        )

    def __add__(self, other: "Histogram") -> "Histogram":
        return _joined([*self.cells, *other.cells])

    def mean(self) -> float | None:
        """Return the mean confidence of all questions, `None` where there are none."""
        questions = sum(cell.questions for cell in self.cells)
        total = sum(cell.thousandths * cell.questions for cell in self.cells)
        return total / (WHOLE * questions) if questions else None

    def labelled(self) -> Iterator[Cell]:
        """Yield the cells that have labelled questions, the least confident first."""
        return (cell for cell in self.cells if cell.labelled)

    def auroc(self) -> float | None:
        """Return the chance that a right vote is more confident than a wrong one.

        Equal confidences count a half; 0.5 is no better than chance. `None` where all votes are
        right, or all wrong. A tied vote is in part right and in part wrong.

        Source: Mann & Whitney 1947, Ann. Math. Stat. 18, 50-60; Hanley & McNeil 1982, Radiology
        143, 29-36.

        >>> Histogram.of([Judged(0.9, 1.0), Judged(0.4, 0.0), Judged(0.9, 0.0)]).auroc()
        0.75
        """
        above, wrong_below = 0.0, 0.0
        for cell in self.labelled():
            wrong = cell.labelled - cell.right
            above += cell.right * (wrong_below + wrong / 2)
            wrong_below += wrong
        right = fsum(cell.right for cell in self.cells)
        return above / (right * wrong_below) if right and wrong_below else None


def _joined(cells: Iterable[Cell]) -> Histogram:
    rising = sorted(cells, key=lambda cell: cell.thousandths)
    return Histogram(
        tuple(
            _summed(thousandths, list(same))
            for thousandths, same in groupby(rising, lambda cell: cell.thousandths)
        )
    )


def _summed(thousandths: int, cells: list[Cell]) -> Cell:
    return Cell(
        thousandths,
        sum(cell.questions for cell in cells),
        sum(cell.labelled for cell in cells),
        fsum(cell.right for cell in cells),
    )
