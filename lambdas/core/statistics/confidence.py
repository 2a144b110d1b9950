"""How far a question's paths agree, used as the confidence of its vote."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import fsum, log, pi, sqrt

import msgspec

from lambdas.contract.statistics import (
    CalibrationBin,
    CoverageStep,
    Interval,
    MeasureIntervals,
    Measures,
)
from lambdas.core.statistics.significance import Z95, wilson

# Confidences are rounded to thousandths, so there are at most 1,001 different ones.
_SCALE = 1000


@dataclass(frozen=True, slots=True)
class VoteSplit:
    """How the paths of a question split.

    Attributes:
        counts: the votes of each answer, at least 1 each, in any order.
        unanswered: paths without an answer.
        right: probability that the vote is right, fractional only in a tie; `None` if unknown.
    """

    counts: Sequence[int]
    unanswered: int
    right: float | None


@dataclass(frozen=True, slots=True)
class ScoredConfidence:
    """A vote's confidence from 0 to 1, and the probability that it is right, `None` if unknown."""

    confidence: float
    right: float | None


class Bin(msgspec.Struct, frozen=True, array_like=True):
    """Questions with the same confidence; in JSON a short list.

    Attributes:
        thousandths: the rounded confidence.
        questions: all with that confidence.
        labelled: those with a known answer.
        right: labelled questions whose vote is right; a tie counts as its chance.
    """

    thousandths: int
    questions: int
    labelled: int
    right: float


@dataclass(frozen=True, slots=True)
class Histogram:
    """Questions by rising confidence; the histograms of several shards add up.

    It has at most 1,001 bins, whatever the number of questions.
    """

    bins: tuple[Bin, ...] = ()

    @classmethod
    def of(cls, votes: Iterable[ScoredConfidence]) -> "Histogram":
        """Sum up votes.

        >>> votes = [ScoredConfidence(1.0, 1.0), ScoredConfidence(0.4, None)]
        >>> Histogram.of([*votes, ScoredConfidence(1.0, 0.5)]).bins[-1]
        Bin(thousandths=1000, questions=2, labelled=2, right=1.5)
        """
        return _merge(
            Bin(round(_SCALE * vote.confidence), 1, int(vote.right is not None), vote.right or 0.0)
            for vote in votes
        )

    def __add__(self, other: "Histogram") -> "Histogram":
        return _merge([*self.bins, *other.bins])

    def mean(self) -> float | None:
        """Return the mean confidence of all questions, `None` if there are none."""
        questions = sum(each.questions for each in self.bins)
        total = sum(each.thousandths * each.questions for each in self.bins)
        return total / (_SCALE * questions) if questions else None

    def labelled(self) -> Iterator[Bin]:
        """Yield the bins with labelled questions, least confident first."""
        return (each for each in self.bins if each.labelled)

    def auroc(self) -> float | None:
        """Return the probability that a right vote is more confident than a wrong one.

        Equal confidences count a half, so 0.5 is chance level. `None` if all votes are right, or
        all wrong. A tied vote is partly right and partly wrong.

        Source: Mann & Whitney 1947, Ann. Math. Stat. 18, 50-60; Hanley & McNeil 1982, Radiology
        143, 29-36.

        >>> right, wrong = ScoredConfidence(0.9, 1.0), ScoredConfidence(0.4, 0.0)
        >>> Histogram.of([right, wrong, ScoredConfidence(0.9, 0.0)]).auroc()
        0.75
        """
        above, wrong_below = 0.0, 0.0
        for each in self.labelled():
            wrong = each.labelled - each.right
            above += each.right * (wrong_below + wrong / 2)
            wrong_below += wrong
        right = fsum(each.right for each in self.bins)
        return above / (right * wrong_below) if right and wrong_below else None

    def auroc_interval(self) -> Interval | None:
        """Return the 95 % interval of the AUROC over questions, `None` without one.

        Its variance is (A(1 - A) + (r - 1)(Q1 - A²) + (w - 1)(Q2 - A²)) / (r w) for r right and w
        wrong votes, Q1 = A/(2 - A), Q2 = 2A²/(1 + A): exact for exponential confidences, and near
        it for others. With few right or wrong votes it is too short.

        Source: Hanley & McNeil 1982, Radiology 143, 29-36.
        """
        area = self.auroc()
        if area is None:
            return None
        right = fsum(each.right for each in self.bins)
        wrong = sum(each.labelled for each in self.bins) - right
        of_right = area / (2 - area) - area**2
        of_wrong = 2 * area**2 / (1 + area) - area**2
        spread = area * (1 - area) + (right - 1) * of_right + (wrong - 1) * of_wrong
        reach = Z95 * sqrt(max(0.0, spread / (right * wrong)))
        return Interval(max(0.0, area - reach), min(1.0, area + reach))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Questions by each measure of confidence; the sums of several shards add up.

    Attributes:
        share: by the winner's share of the question's paths.
        margin: by the winner's share minus that of the second answer.
        entropy: by 1 minus the entropy of the answers over its maximum.

    Every measure is 0 if no path has an answer, and 1 if all paths have the same.
    """

    share: Histogram = field(default_factory=Histogram)
    margin: Histogram = field(default_factory=Histogram)
    entropy: Histogram = field(default_factory=Histogram)

    @classmethod
    def of(cls, questions: Iterable[VoteSplit]) -> "Agreement":
        """Sum up questions with at least one path each.

        Source of the share: Wang et al. 2023, arXiv 2203.11171, who find that it correlates with
        accuracy.

        >>> Agreement.of([VoteSplit((3, 1), 0, 1.0)]).means()
        Measures(share=0.75, margin=0.5, entropy=0.594)
        """
        splits = list(questions)
        return cls(
            Histogram.of(ScoredConfidence(_share(split), split.right) for split in splits),
            Histogram.of(ScoredConfidence(_margin(split), split.right) for split in splits),
            Histogram.of(ScoredConfidence(_entropy(split), split.right) for split in splits),
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
        """Return how well each measure separates right votes from wrong ones, from 0 to 1."""
        return Measures(self.share.auroc(), self.margin.auroc(), self.entropy.auroc())

    def auroc_intervals(self) -> MeasureIntervals:
        """Return the 95 % interval of each AUROC over questions."""
        return MeasureIntervals(
            self.share.auroc_interval(),
            self.margin.auroc_interval(),
            self.entropy.auroc_interval(),
        )


def calibration(votes: Histogram, ranges: int = 10) -> tuple[CalibrationBin, ...]:
    """Return the accuracy in equal ranges of confidence, without the empty ones.

    A range includes its lower bound and excludes its upper one; the last includes 1.

    >>> right, wrong = ScoredConfidence(1.0, 1.0), ScoredConfidence(0.9, 0.0)
    >>> votes = Histogram.of([right, wrong, ScoredConfidence(0.4, 0.0)])
    >>> [(each.low, each.questions, each.accuracy) for each in calibration(votes)]
    [(0.4, 1, 0.0), (0.9, 2, 0.5)]
    """
    grouped = groupby(votes.labelled(), lambda each: _range_of(each, ranges))
    return tuple(_calibrate(number, ranges, list(bins)) for number, bins in grouped)


def calibration_error(bins: Sequence[CalibrationBin]) -> float | None:
    """Return the expected calibration error, `None` without labelled questions.

    It is the mean over questions of the distance between their range's accuracy and confidence.

    Source: Naeini et al. 2015, AAAI 29, 2901-2907; Guo et al. 2017, arXiv 1706.04599, section 2.
    """
    questions = sum(each.questions for each in bins)
    distance = fsum(each.questions * abs(each.accuracy - each.confidence) for each in bins)
    return distance / questions if questions else None


def calibration_floor(votes: Histogram, ranges: int = 10) -> float | None:
    """Return the calibration error to expect if every confidence were exactly right.

    It is not 0, because the accuracy of a few questions is off by chance: the mean distance of a
    normal variable from its mean is √(2/π) of its standard deviation. `None` without labelled
    questions.

    >>> coin = ScoredConfidence(0.5, 1.0)
    >>> round(calibration_floor(Histogram.of([coin] * 100)), 4)
    0.0399
    """
    grouped = groupby(votes.labelled(), lambda each: _range_of(each, ranges))
    variances = (fsum(map(_variance, bins)) for _, bins in grouped)
    questions = sum(each.labelled for each in votes.bins)
    return sqrt(2 / pi) * fsum(map(sqrt, variances)) / questions if questions else None


def _variance(each: Bin) -> float:
    confidence = each.thousandths / _SCALE
    return each.labelled * confidence * (1 - confidence)


def coverage(votes: Histogram, steps: int = 10) -> tuple[CoverageStep, ...]:
    """Return the accuracy of the most confident 1/steps, 2/steps, … all of the questions.

    Numbers of questions are rounded up. If a step needs only some questions of equal confidence,
    they are drawn at random: right ones count in proportion.

    Source: El-Yaniv & Wiener 2010, J. Mach. Learn. Res. 11, 1605-1641 (risk and coverage).

    >>> surest, right = ScoredConfidence(0.9, 1.0), ScoredConfidence(0.5, 1.0)
    >>> coverage(Histogram.of([surest, right, ScoredConfidence(0.5, 0.0)]), steps=3)[1]
    CoverageStep(coverage=0.6666666666666666, questions=2, accuracy=0.75, confidence=0.5)
    """
    labelled = sum(each.labelled for each in votes.bins)
    sizes = {-(-labelled * step // steps) for step in range(1, steps + 1)} - {0}
    return tuple(_cover(votes, questions, labelled) for questions in sorted(sizes))


def _share(split: VoteSplit) -> float:
    return max(split.counts, default=0) / _paths(split)


def _margin(split: VoteSplit) -> float:
    first, second, *_ = [*sorted(split.counts, reverse=True), 0, 0]
    return (first - second) / _paths(split)


def _entropy(split: VoteSplit) -> float:
    """Return 1 - H / log(paths), where each unanswered path counts as an answer of its own.

    With n paths that is the sum of c log c over the answers' counts c, divided by n log n. A
    single path agrees with itself if it has an answer.
    """
    paths = _paths(split)
    if paths == 1:
        return _share(split)
    return fsum(count * log(count) for count in split.counts) / (paths * log(paths))


def _paths(split: VoteSplit) -> int:
    return sum(split.counts) + split.unanswered


def _merge(bins: Iterable[Bin]) -> Histogram:
    rising = sorted(bins, key=lambda each: each.thousandths)
    grouped = groupby(rising, lambda each: each.thousandths)
    return Histogram(tuple(_add(thousandths, list(same)) for thousandths, same in grouped))


def _add(thousandths: int, bins: Sequence[Bin]) -> Bin:
    return Bin(
        thousandths,
        sum(each.questions for each in bins),
        sum(each.labelled for each in bins),
        fsum(each.right for each in bins),
    )


def _range_of(each: Bin, ranges: int) -> int:
    return min(each.thousandths * ranges // _SCALE, ranges - 1)


def _calibrate(number: int, ranges: int, bins: Sequence[Bin]) -> CalibrationBin:
    questions = sum(each.labelled for each in bins)
    right = fsum(each.right for each in bins)
    total = sum(each.thousandths * each.labelled for each in bins)
    return CalibrationBin(
        low=number / ranges,
        high=(number + 1) / ranges,
        questions=questions,
        confidence=total / (_SCALE * questions),
        accuracy=right / questions,
        interval=wilson(right, questions),
    )


def _cover(votes: Histogram, questions: int, labelled: int) -> CoverageStep:
    missing, right, least = questions, 0.0, 0
    for each in reversed([*votes.labelled()]):
        taken = min(missing, each.labelled)
        right += each.right * taken / each.labelled
        missing -= taken
        least = each.thousandths if taken else least
    return CoverageStep(questions / labelled, questions, right / questions, least / _SCALE)
