"""Confidence of votes: measures of agreement, histograms, calibration, coverage and AUROC."""

from math import log
from random import Random
from statistics import fmean

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import entropy, mannwhitneyu

from lambdas.contract.statistics import CoverageStep, Measures
from lambdas.core.statistics.confidence import (
    Agreement,
    Bin,
    Histogram,
    ScoredConfidence,
    VoteSplit,
    calibration,
    calibration_error,
    calibration_floor,
    coverage,
)

RIGHT = st.sampled_from([0.0, 0.5, 1.0, None])
SPLITS = st.lists(
    st.builds(
        VoteSplit,
        st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple),
        st.integers(0, 3),
        RIGHT,
    ),
    max_size=6,
)
CONFIDENCES = st.integers(0, 8).map(lambda eighths: eighths / 8)
VOTES = st.lists(st.builds(ScoredConfidence, CONFIDENCES, RIGHT), max_size=12)


def histogram(*votes: tuple[float, float | None]) -> Histogram:
    return Histogram.of(ScoredConfidence(*vote) for vote in votes)


# Four votes: two of 0.9, one right; one of 0.6, right; one of 0.2, wrong.
FOUR = histogram((0.9, 1.0), (0.9, 0.0), (0.6, 1.0), (0.2, 0.0))


@pytest.mark.parametrize(
    ("counts", "unanswered", "share", "margin", "entropy"),
    [
        pytest.param((5,), 0, 1, 1, 1, id="all agree"),
        pytest.param((1,), 0, 1, 1, 1, id="one path agrees with itself"),
        pytest.param((), 1, 0, 0, 0, id="one path without an answer"),
        pytest.param((), 4, 0, 0, 0, id="no path has an answer"),
        pytest.param((1, 1, 1, 1), 0, 0.25, 0, 0, id="all differ"),
        pytest.param((2, 2), 0, 0.5, 0, 0.5, id="two halves: 1 - log 2 / log 4"),
        pytest.param((1, 3, 2), 4, 0.3, 0.1, 0.203, id="unanswered paths lower it"),
        pytest.param((3,), 1, 0.75, 0.75, 0.594, id="an unanswered path is no rival"),
    ],
)
def test_a_measure_worked_by_hand(
    counts: tuple[int, ...], unanswered: int, share: float, margin: float, entropy: float
) -> None:
    means = Agreement.of([VoteSplit(counts, unanswered, right=None)]).means()

    assert means == Measures(share, margin, entropy)


@given(st.lists(st.integers(1, 30), min_size=1, max_size=6), st.integers(1, 9))
def test_the_entropy_counts_each_unanswered_path_as_an_answer_of_its_own(
    counts: list[int], unanswered: int
) -> None:
    paths = sum(counts) + unanswered

    means = Agreement.of([VoteSplit(counts, unanswered, right=None)]).means()

    expected = 1 - entropy([*counts, *[1] * unanswered]) / log(paths)
    assert means.entropy == pytest.approx(expected, abs=0.000_501)


def test_each_measure_separates_right_from_wrong() -> None:
    questions = [VoteSplit((9, 1), 0, 1.0), VoteSplit((5, 5), 0, 0.0), VoteSplit((8, 1), 1, 1.0)]

    assert Agreement.of(questions).auroc() == Measures(1.0, 1.0, 1.0)


@given(first=SPLITS, second=SPLITS)
def test_agreements_of_shards_add_up(first: list[VoteSplit], second: list[VoteSplit]) -> None:
    assert Agreement.of(first) + Agreement.of(second) == Agreement.of([*second, *first])


@given(splits=SPLITS)
def test_an_agreement_survives_json(splits: list[VoteSplit]) -> None:
    agreement = Agreement.of(splits)

    assert msgspec.json.decode(msgspec.json.encode(agreement), type=Agreement) == agreement


@given(splits=SPLITS)
def test_a_confidence_lies_between_0_and_1(splits: list[VoteSplit]) -> None:
    agreement = Agreement.of(splits)
    bins = [*agreement.share.bins, *agreement.margin.bins, *agreement.entropy.bins]

    assert all(0 <= each.thousandths <= 1000 for each in bins)


def test_no_questions_have_no_means() -> None:
    assert Agreement().means() == Agreement().auroc() == Measures(None, None, None)


def test_votes_with_the_same_thousandth_share_a_bin() -> None:
    found = histogram((2 / 3, 1.0), (0.25, None), (0.6667, 0.5), (2 / 3, None))

    assert found.bins == (Bin(250, 1, 0, 0.0), Bin(667, 3, 2, 1.5))


@given(first=VOTES, second=VOTES)
def test_histograms_of_shards_add_up(
    first: list[ScoredConfidence], second: list[ScoredConfidence]
) -> None:
    assert Histogram.of(first) + Histogram.of(second) == Histogram.of([*second, *first])


def test_a_histogram_is_small_however_many_questions_there_are() -> None:
    votes = Histogram.of(ScoredConfidence(step / 99_999, 1 / 3) for step in range(100_000))

    assert len(votes.bins) == 1001
    assert len(msgspec.json.encode(votes)) < 40_000


def test_the_mean_counts_questions_without_a_known_answer() -> None:
    assert histogram((1.0, None), (0.5, 1.0)).mean() == 0.75
    assert Histogram().mean() is None


def test_calibration_gives_confidence_and_accuracy_by_range() -> None:
    low, middle, high = calibration(FOUR)

    assert (low.low, low.high, low.questions, low.accuracy) == (0.2, 0.3, 1, 0.0)
    assert (middle.low, middle.confidence, middle.accuracy) == (0.6, 0.6, 1.0)
    assert (high.low, high.questions, high.confidence, high.accuracy) == (0.9, 2, 0.9, 0.5)
    # Wilson: one of two.
    assert high.interval.low == pytest.approx(0.0945, abs=5e-5)
    assert high.interval.high == pytest.approx(0.9055, abs=5e-5)


def test_the_last_range_includes_1_and_a_bound_belongs_to_the_upper_range() -> None:
    found = calibration(histogram((1.0, 1.0), (0.5, 1.0), (0.0, 0.0)), ranges=2)

    assert [(each.low, each.questions) for each in found] == [(0.0, 1), (0.5, 2)]


def test_the_calibration_error_is_the_mean_distance() -> None:
    # (1 · |0 - 0.2| + 1 · |1 - 0.6| + 2 · |0.5 - 0.9|) / 4
    assert calibration_error(calibration(FOUR)) == pytest.approx(0.35)
    assert calibration_error(()) is None


def test_votes_without_a_known_answer_are_not_scored() -> None:
    votes = FOUR + histogram((0.9, None), (0.4, None))

    assert calibration(votes) == calibration(FOUR)
    assert coverage(votes) == coverage(FOUR)
    assert votes.auroc() == FOUR.auroc()


def test_the_most_confident_votes_are_covered_first() -> None:
    assert coverage(FOUR, steps=4) == (
        CoverageStep(0.25, 1, 0.5, 0.9),
        CoverageStep(0.5, 2, 0.5, 0.9),
        CoverageStep(0.75, 3, pytest.approx(2 / 3), 0.6),
        CoverageStep(1.0, 4, 0.5, 0.2),
    )


def test_numbers_of_covered_questions_are_rounded_up_and_shown_once() -> None:
    votes = histogram((0.9, 1.0), (0.5, 1.0), (0.1, 0.0))

    assert [each.questions for each in coverage(votes)] == [1, 2, 3]
    assert coverage(Histogram()) == ()


@given(votes=VOTES)
def test_full_coverage_has_the_accuracy_of_all_questions(votes: list[ScoredConfidence]) -> None:
    known = [vote.right for vote in votes if vote.right is not None]

    for last in coverage(Histogram.of(votes))[-1:]:
        assert last.questions == len(known)
        assert last.accuracy == pytest.approx(sum(known) / len(known))


@pytest.mark.parametrize("right", [1.0, 0.0], ids=["all right", "all wrong"])
def test_there_is_no_auroc_without_both_right_and_wrong_votes(right: float) -> None:
    assert histogram((0.9, right), (0.4, right)).auroc() is None
    assert Histogram().auroc() is None


@given(votes=VOTES)
def test_the_auroc_is_the_u_statistic_of_mann_and_whitney(votes: list[ScoredConfidence]) -> None:
    # A tied vote, right with probability 1/2, counts once on each side; all others count twice.
    rights, wrongs = [], []
    for vote in votes:
        if vote.right is not None:
            rights += [vote.confidence] * round(2 * vote.right)
            wrongs += [vote.confidence] * round(2 * (1 - vote.right))

    found = Histogram.of(votes).auroc()

    if not rights or not wrongs:
        assert found is None
    else:
        pairs = mannwhitneyu(rights, wrongs, method="asymptotic").statistic
        assert found == pytest.approx(pairs / (len(rights) * len(wrongs)))


def test_the_interval_of_an_auroc_is_hanley_and_mcneil_s() -> None:
    # A = 0.625, two right, two wrong: Q1 = 0.625/1.375, Q2 = 2 x 0.390625/1.625; the variance is
    # (0.234375 + 0.063920 + 0.090144) / 4 = 0.097110, so the reach is 0.6108.
    interval = FOUR.auroc_interval()

    assert FOUR.auroc() == 0.625
    assert interval is not None
    assert (interval.low, interval.high) == (pytest.approx(0.0142, abs=1e-4), 1.0)


def test_without_an_auroc_it_has_no_interval() -> None:
    assert histogram((0.9, 1.0)).auroc_interval() is None


def test_a_perfectly_calibrated_vote_shows_the_floor_in_the_mean() -> None:
    """Simulated: each of 100 votes is right with exactly its confidence."""
    random = Random(0)
    shares = [random.choice((0.3, 0.5, 0.6, 0.75, 0.9, 1.0)) for _ in range(100)]
    errors = [
        calibration_error(
            calibration(histogram(*((share, float(random.random() < share)) for share in shares)))
        )
        for _ in range(2_000)
    ]

    floor = calibration_floor(histogram(*((share, 1.0) for share in shares)))

    assert floor == pytest.approx(fmean(each or 0.0 for each in errors), rel=0.05)


def test_there_is_no_floor_without_labelled_votes() -> None:
    assert calibration_floor(histogram((0.9, None))) is None
