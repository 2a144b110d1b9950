"""Votes by confidence: sums, calibration, coverage, and telling right from wrong."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.statistics.calibration import calibration, calibration_error
from lambdas.core.statistics.coverage import Covered, coverage
from lambdas.core.statistics.histogram import Cell, Histogram, Judged

CONFIDENCES = st.integers(0, 8).map(lambda eighths: eighths / 8)
VOTES = st.lists(
    st.builds(Judged, CONFIDENCES, st.sampled_from([0.0, 0.5, 1.0, None])), max_size=12
)
# Four votes: two of 0.9, one right; one of 0.6, right; one of 0.2, wrong.
FOUR = Histogram.of([Judged(0.9, 1.0), Judged(0.9, 0.0), Judged(0.6, 1.0), Judged(0.2, 0.0)])


def test_votes_of_one_confidence_are_one_cell() -> None:
    votes = [Judged(2 / 3, 1.0), Judged(0.25, None), Judged(0.6667, 0.5), Judged(2 / 3, None)]

    assert Histogram.of(votes).cells == (Cell(250, 1, 0, 0.0), Cell(667, 3, 2, 1.5))


@given(first=VOTES, second=VOTES)
def test_shards_add_up_to_the_whole_set(first: list[Judged], second: list[Judged]) -> None:
    assert Histogram.of(first) + Histogram.of(second) == Histogram.of([*second, *first])


@given(votes=VOTES)
def test_a_histogram_survives_json(votes: list[Judged]) -> None:
    histogram = Histogram.of(votes)

    assert msgspec.json.decode(msgspec.json.encode(histogram), type=Histogram) == histogram


def test_a_histogram_is_small_however_many_questions_there_are() -> None:
    votes = Histogram.of(Judged(step / 99_999, 1 / 3) for step in range(100_000))

    assert len(votes.cells) == 1001
    assert len(msgspec.json.encode(votes)) < 40_000


def test_the_mean_counts_questions_without_a_known_answer() -> None:
    assert Histogram.of([Judged(1.0, None), Judged(0.5, 1.0)]).mean() == 0.75
    assert Histogram().mean() is None


def test_confidence_and_accuracy_stand_side_by_side() -> None:
    low, middle, high = calibration(FOUR)

    assert (low.low, low.high, low.questions, low.accuracy) == (0.2, 0.3, 1, 0.0)
    assert (middle.low, middle.confidence, middle.accuracy) == (0.6, 0.6, 1.0)
    assert (high.low, high.questions, high.confidence, high.accuracy) == (0.9, 2, 0.9, 0.5)
    # Wilson: one of two.
    assert high.interval.low == pytest.approx(0.0945, abs=5e-5)
    assert high.interval.high == pytest.approx(0.9055, abs=5e-5)


def test_full_confidence_is_in_the_last_range_and_a_bound_in_the_upper() -> None:
    votes = Histogram.of([Judged(1.0, 1.0), Judged(0.5, 1.0), Judged(0.0, 0.0)])

    assert [each.low for each in calibration(votes, bins=2)] == [0.0, 0.5]
    assert calibration(votes, bins=2)[1].questions == 2


def test_the_calibration_error_is_the_mean_distance() -> None:
    # (1 · |0 - 0.2| + 1 · |1 - 0.6| + 2 · |0.5 - 0.9|) / 4
    assert calibration_error(calibration(FOUR)) == pytest.approx(0.35)
    assert calibration_error(()) is None


def test_votes_without_a_known_answer_are_not_judged() -> None:
    votes = FOUR + Histogram.of([Judged(0.9, None), Judged(0.4, None)])

    assert calibration(votes) == calibration(FOUR)
    assert coverage(votes) == coverage(FOUR)
    assert votes.auroc() == FOUR.auroc()


def test_the_most_confident_are_answered_first() -> None:
    assert coverage(FOUR, steps=4) == (
        Covered(0.25, 1, 0.5, 0.9),
        Covered(0.5, 2, 0.5, 0.9),
        Covered(0.75, 3, pytest.approx(2 / 3), 0.6),
        Covered(1.0, 4, 0.5, 0.2),
    )


def test_a_share_of_questions_is_rounded_up_and_shown_once() -> None:
    votes = Histogram.of([Judged(0.9, 1.0), Judged(0.5, 1.0), Judged(0.1, 0.0)])

    assert [each.questions for each in coverage(votes)] == [1, 2, 3]
    assert coverage(Histogram()) == ()


@given(votes=VOTES)
def test_all_questions_covered_are_as_right_as_all_are(votes: list[Judged]) -> None:
    judged = [vote.right for vote in votes if vote.right is not None]

    for last in coverage(Histogram.of(votes))[-1:]:
        assert last.questions == len(judged)
        assert last.accuracy == pytest.approx(sum(judged) / len(judged))


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        pytest.param([(0.9, 1.0), (0.1, 0.0)], 1.0, id="told apart"),
        pytest.param([(0.1, 1.0), (0.9, 0.0)], 0.0, id="the wrong way round"),
        pytest.param([(0.5, 1.0), (0.5, 0.0)], 0.5, id="alike"),
        pytest.param([(0.5, 1.0), (0.5, 0.0), (0.2, 0.0)], 0.75, id="one alike, one below"),
        pytest.param([(0.9, 1.0), (0.5, 0.5), (0.1, 0.0)], 2.125 / 2.25, id="a tie"),
        pytest.param([(0.9, 1.0)], None, id="all right"),
        pytest.param([(0.9, 0.0)], None, id="all wrong"),
        pytest.param([], None, id="no votes"),
    ],
)
def test_auroc_worked_by_hand(votes: list[tuple[float, float]], expected: float | None) -> None:
    histogram = Histogram.of(Judged(*vote) for vote in votes)

    assert histogram.auroc() == (None if expected is None else pytest.approx(expected))


@given(votes=VOTES)
def test_auroc_equals_its_count_of_pairs(votes: list[Judged]) -> None:
    judged = [(each.confidence, each.right) for each in votes if each.right is not None]
    right, wrong = sum(r for _, r in judged), sum(1 - r for _, r in judged)
    pairs = sum(
        r * (1 - other) * ((high > low) + (high == low) / 2)
        for high, r in judged
        for low, other in judged
    )

    expected = pytest.approx(pairs / (right * wrong)) if right and wrong else None

    assert Histogram.of(votes).auroc() == expected
