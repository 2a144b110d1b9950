"""Statistics in a report: accuracies, gains, agreement, forecast and advice."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """From `low` to `high`, both included; of accuracies from 0 to 1."""

    low: float
    high: float

    @property
    def half_points(self) -> float:
        """How far it reaches to either side on average, in percentage points."""
        return 50 * (self.high - self.low)


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Accuracy when `paths` paths of every question vote; mean and sd from 0 to 1."""

    paths: int
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Gain:
    """What voting gains over greedy, or one vote over another, on the same questions.

    Attributes:
        points: accuracy of the vote less that of the base, from -1 to 1; 0.075 is 7.5 points.
        low: lower end of its 95 % interval over questions.
        high: upper end.
        gained: questions that the vote, as cast, has right and the base has not.
        lost: the other way round.
        p_value: of McNemar's exact test of these two counts.
        questions: those that both have, with a known answer.
        base: accuracy of the base on them, from 0 to 1.
        p_adjusted: the p-value corrected for the other settings that were compared; `None` where
            there are none.
    """

    points: float
    low: float
    high: float
    gained: int
    lost: int
    p_value: float
    questions: int
    base: float
    p_adjusted: float | None = None

    @property
    def may_be_chance(self) -> bool:
        """Whether the test, corrected where several settings are compared, does not rule it out."""
        return (self.p_value if self.p_adjusted is None else self.p_adjusted) >= 0.05


@dataclass(frozen=True, slots=True)
class Measures:
    """A figure for each measure of agreement, from 0 to 1; `None` where it has none.

    Attributes:
        share: votes for the winner, of all paths.
        margin: by how much the winner leads the second, of all paths.
        entropy: 1 where all paths agree, 0 where no two do.
    """

    share: float | None
    margin: float | None
    entropy: float | None


@dataclass(frozen=True, slots=True)
class MeasureIntervals:
    """An interval for each measure of agreement; `None` where there is none."""

    share: Interval | None
    margin: Interval | None
    entropy: Interval | None


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Questions whose confidence lies between two bounds, and how often their votes are right.

    Attributes:
        low: the least confidence, from 0 to 1.
        high: the largest.
        questions: labelled ones.
        confidence: their mean.
        accuracy: of their votes, from 0 to 1.
        interval: of the accuracy, 95 % over questions.
    """

    low: float
    high: float
    questions: int
    confidence: float
    accuracy: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class CoverageStep:
    """Accuracy when only the votes with the highest confidence are kept.

    Attributes:
        coverage: share of the questions that are kept, from 0 to 1.
        questions: how many that are.
        accuracy: of their votes.
        confidence: the least of them.
    """

    coverage: float
    questions: int
    accuracy: float
    confidence: float


@dataclass(frozen=True, slots=True)
class AgreementReport:
    """How agreement between a question's paths tells right votes from wrong ones.

    Attributes:
        means: over the questions.
        auroc: the chance that a right vote has the larger measure; 0.5 is chance.
        calibration_error: mean distance of accuracy from confidence; `None` without labels.
        calibration_floor: what it would be expected to be if every confidence were exactly right.
        auroc_intervals: 95 % of each AUROC, over questions.
        calibration: accuracy by confidence.
        coverage: accuracy when only the surest votes are kept.
        note: what makes these figures not comparable with others, `None` if nothing does.
    """

    means: Measures
    auroc: Measures
    calibration_error: float | None
    calibration: tuple[CalibrationBin, ...]
    coverage: tuple[CoverageStep, ...]
    note: str | None
    calibration_floor: float | None = None
    auroc_intervals: MeasureIntervals | None = None


@dataclass(frozen=True, slots=True)
class PathCost:
    """What so many paths of every question cost, in USD."""

    paths: int
    cost_usd: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """The accuracy to expect of `paths` paths of every question, from 0 to 1.

    Attributes:
        paths: twice as many as there are.
        mean: the accuracy.
        low: lower end of the range in which it is likely to lie.
        high: upper end.
        cost_usd: what these paths cost in all; `None` if not known.
    """

    paths: int
    mean: float
    low: float
    high: float
    cost_usd: float | None


@dataclass(frozen=True, slots=True)
class Advice:
    """The fewest paths, from three on, that come within a point of the best of the curve.

    Attributes:
        sentence: the advice in words; with early stopping, what that saved and reached, with no
            figures of paths.
        paths: how many.
        mean: their accuracy from 0 to 1.
        gain_share: their part, from 0 to 1, of the best's gain over greedy, or over one path
            without greedy on the same questions; `None` where that gain is below a point or may
            be chance.
        cost_share: of what all paths of the curve cost; `None` where that is not known.
    """

    sentence: str
    paths: int | None = None
    mean: float | None = None
    gain_share: float | None = None
    cost_share: float | None = None
