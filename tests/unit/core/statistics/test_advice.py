"""The fewest paths that are worth it, and the sentence that says so."""

import pytest

from lambdas.core.statistics.advice import advice
from lambdas.core.statistics.curve import Point


def curve(*means: float) -> list[Point]:
    return [Point(paths, mean, 0.0) for paths, mean in enumerate(means, 1)]


# Thirty paths: half of what is gained comes with 5, all but half a point with 10.
PUBLISHED = curve(*[0.50] * 4, *[0.60] * 5, *[0.675] * 10, *[0.68] * 11)


def test_the_fewest_paths_within_a_point_of_the_best_are_advised() -> None:
    advised = advice(PUBLISHED, greedy=0.52, usd_per_path=None)

    assert advised is not None
    assert (advised.paths, advised.mean) == (10, 0.675)
    assert advised.gain_share == pytest.approx(0.155 / 0.16)
    assert advised.cost_share == pytest.approx(1 / 3)


def test_exactly_a_point_below_the_best_is_within_it() -> None:
    advised = advice(curve(0.5, 0.69, 0.69, 0.70), greedy=None, usd_per_path=None)

    assert advised is not None
    assert advised.paths == 2


@pytest.mark.parametrize(
    ("points", "greedy", "usd_per_path", "sentence"),
    [
        pytest.param(
            PUBLISHED,
            0.52,
            None,
            "10 paths give 97% of the gain for 33% of the cost of 30",
            id="most of the gain for a part of the cost",
        ),
        pytest.param(
            PUBLISHED,
            0.52,
            0.5,
            "10 paths give 97% of the gain for 33% of the cost of 30 ($5.00 of $15.00)",
            id="the cost is known",
        ),
        pytest.param(
            PUBLISHED,
            None,
            None,
            "10 paths give 97% of the gain for 33% of the cost of 30",
            id="greedy was not asked: the gain is over one path",
        ),
        pytest.param(
            curve(0.5, 0.5, 0.799, *[0.80] * 97),
            0.5,
            None,
            "3 paths give 99% of the gain for 3% of the cost of 100",
            id="less than all is never 100%",
        ),
        pytest.param(
            curve(*[0.799] * 300, 0.80),
            0.5,
            None,
            "1 path gives 99% of the gain for 1% of the cost of 301",
            id="something is never 0%",
        ),
        pytest.param(
            curve(0.5, 0.5, 0.7, 0.7, 0.7, 0.7),
            None,
            None,
            "3 paths give all of the gain for 50% of the cost of 6",
            id="all of the gain",
        ),
        pytest.param(
            curve(0.5, 0.5, 0.6, 0.7, 0.705),
            None,
            None,
            "The curve still climbs at 5 paths: 4 of them give 98% of the gain so far"
            " for 80% of the cost of 5",
            id="the curve still climbs",
        ),
        pytest.param(
            curve(0.5, 0.5, 0.6, 0.65, 0.7),
            None,
            1.0,
            "The curve still climbs at 5 paths: more of them may gain more",
            id="the curve climbs to its end",
        ),
        pytest.param(
            curve(0.650, 0.650, 0.655, 0.652),
            None,
            None,
            "More paths do not help: up to 4 gain less than 1 point over one",
            id="a flat curve",
        ),
        pytest.param(
            curve(0.65, 0.65, 0.60, 0.58),
            None,
            None,
            "More paths do harm: 4 reach 58.0%, 1 reaches 65.0%",
            id="a curve that falls",
        ),
        pytest.param(
            curve(0.65, 0.65, 0.655, 0.658),
            0.654,
            None,
            "Voting does not pay: its best, 65.8% at 4 paths, is less than 1 point above"
            " greedy's 65.4%",
            id="hardly above greedy",
        ),
        pytest.param(
            curve(0.65, 0.65, 0.66, 0.66),
            0.70,
            None,
            "Voting does not pay: its best, 66.0% at 3 paths, is not above greedy's 70.0%",
            id="below greedy",
        ),
        pytest.param(
            curve(0.60, 0.60, 0.64, 0.66, 0.68),
            0.70,
            None,
            "Voting does not pay yet, though the curve still climbs: its best, 68.0% at 5 paths,"
            " is not above greedy's 70.0%",
            id="below greedy and climbing",
        ),
    ],
)
def test_the_sentence(
    points: list[Point], greedy: float | None, usd_per_path: float | None, sentence: str
) -> None:
    advised = advice(points, greedy, usd_per_path)

    assert advised is not None
    assert advised.sentence == sentence


def test_a_gain_of_less_than_a_point_has_no_share() -> None:
    advised = advice(curve(0.65, 0.65, 0.655, 0.658), greedy=None, usd_per_path=None)

    assert advised is not None
    assert (advised.paths, advised.gain_share) == (1, None)


@pytest.mark.parametrize("paths", [0, 1, 2])
def test_fewer_than_three_paths_are_too_short_a_curve(paths: int) -> None:
    assert advice(curve(*[0.5] * paths), greedy=0.4, usd_per_path=1.0) is None
