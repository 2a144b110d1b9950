"""How often the most confident votes are right: what is gained by leaving the others unanswered."""

from dataclasses import dataclass

from lambdas.core.statistics.histogram import WHOLE, Histogram


@dataclass(frozen=True, slots=True)
class Covered:
    """What is right if only the most confident votes are taken.

    Attributes:
        coverage: the share of the labelled questions that are answered.
        questions: how many these are.
        accuracy: the share of right votes among them.
        confidence: the least of theirs.
    """

    coverage: float
    questions: int
    accuracy: float
    confidence: float


def coverage(votes: Histogram, steps: int = 10) -> tuple[Covered, ...]:
    """Return the accuracy of the most confident 1/steps, 2/steps, … all of the questions.

    Questions are rounded up. Of those of equal confidence, where only some are needed, these
    are drawn at random: right ones count in proportion.

    Source: El-Yaniv & Wiener 2010, J. Mach. Learn. Res. 11, 1605-1641 (risk and coverage).

    >>> from lambdas.core.statistics.histogram import Judged
    >>> votes = Histogram.of([Judged(0.9, 1.0), Judged(0.5, 1.0), Judged(0.5, 0.0)])
    >>> coverage(votes, steps=3)[1]
    Covered(coverage=0.6666666666666666, questions=2, accuracy=0.75, confidence=0.5)
    """
    labelled = sum(cell.labelled for cell in votes.cells)
    wanted = {-(-labelled * step // steps) for step in range(1, steps + 1)} - {0}
    return tuple(_covered(votes, questions, labelled) for questions in sorted(wanted))


def _covered(votes: Histogram, questions: int, labelled: int) -> Covered:
    left, right, least = questions, 0.0, 0
    for cell in reversed([*votes.labelled()]):
        taken = min(left, cell.labelled)
        right += cell.right * taken / cell.labelled
        left -= taken
        least = cell.thousandths if taken else least
    return Covered(questions / labelled, questions, right / questions, least / WHOLE)
