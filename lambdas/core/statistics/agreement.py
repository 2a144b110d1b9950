"""How far a question's paths agree, as the confidence of its vote."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import fsum, log

from lambdas.core.statistics.histogram import Histogram, Judged


@dataclass(frozen=True, slots=True)
class Split:
    """How the paths of a question split.

    Attributes:
        counts: the votes of each answer, at least 1 each, in any order.
        unanswered: paths without an answer.
        right: the chance that the vote is right, open only in a tie; `None` if not known.
    """

    counts: Sequence[int]
    unanswered: int
    right: float | None


@dataclass(frozen=True, slots=True)
class Measures:
    """A figure for each measure of confidence, `None` where it has none."""

    share: float | None
    margin: float | None
    entropy: float | None


@dataclass(frozen=True, slots=True)
class Agreement:
    """Questions by each measure of confidence; those of several shards add up.

    Attributes:
        share: by the winner's share of all paths of the question.
        margin: by the winner's share less that of the second answer.
        entropy: by 1 less the entropy of the answers over the most that it can be.

    All measures are 0 where no path has an answer, and 1 where all paths have the same.
    """

    share: Histogram = field(default_factory=Histogram)
    margin: Histogram = field(default_factory=Histogram)
    entropy: Histogram = field(default_factory=Histogram)

    @classmethod
    def of(cls, questions: Iterable[Split]) -> "Agreement":
        """Sum up questions that have a path.

        Source of the share: Wang et al. 2023, arXiv 2203.11171, who find it to go with accuracy.

        >>> Agreement.of([Split((3, 1), 0, 1.0)]).means()
        Measures(share=0.75, margin=0.5, entropy=0.594)
        """
        splits = list(questions)
        return cls(
            Histogram.of(Judged(_share(split), split.right) for split in splits),
            Histogram.of(Judged(_margin(split), split.right) for split in splits),
            Histogram.of(Judged(_entropy(split), split.right) for split in splits),
        )

    def __add__(self, other: "Agreement") -> "Agreement":
        return Agreement(
            self.share + other.share,
            self.margin + other.margin,
            self.entropy + other.entropy,
        )

    def means(self) -> Measures:
        """Return the mean of each measure over all questions, labelled or not."""
        return Measures(self.share.mean(), self.margin.mean(), self.entropy.mean())

    def auroc(self) -> Measures:
        """Return how well each measure tells right votes from wrong ones, from 0 to 1."""
        return Measures(self.share.auroc(), self.margin.auroc(), self.entropy.auroc())


def _share(split: Split) -> float:
    return max(split.counts, default=0) / _paths(split)


def _margin(split: Split) -> float:
    first, second, *_ = [*sorted(split.counts, reverse=True), 0, 0]
    return (first - second) / _paths(split)


def _entropy(split: Split) -> float:
    """Return 1 - H / log(paths), each unanswered path taken for an answer of its own.

    With n paths that is the sum of c log c over the answers' counts c, over n log n. One path
    agrees with itself if it has an answer.
    """
    paths = _paths(split)
    if paths == 1:
        return _share(split)
    return fsum(count * log(count) for count in split.counts) / (paths * log(paths))


def _paths(split: Split) -> int:
    return sum(split.counts) + split.unanswered
