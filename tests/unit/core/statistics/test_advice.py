"""Advice on the number of paths, and the forecast for twice as many."""

import pytest

from lambdas.contract.statistics import (
    CurvePoint,
)
from lambdas.core.statistics.advice import advice, forecast
from lambdas.core.statistics.curve import Curve, chances


def curve(*means: float, sd: float = 0.0) -> list[CurvePoint]:
    return [CurvePoint(paths, mean, sd) for paths, mean in enumerate(means, 1)]


def linear(paths: int, usd_per_path: float) -> dict[int, float]:
    return {k: k * usd_per_path for k in range(1, paths + 1)}


# Thirty paths: half of the gain comes with 5, all but half a point with 10.
PUBLISHED = curve(*[0.50] * 4, *[0.60] * 5, *[0.675] * 10, *[0.68] * 11)
# Multiple choice: it peaks at 5 paths and then falls.
PEAKED = curve(0.6485, 0.6538, 0.6585, 0.6585, 0.6590, 0.6585, 0.658, 0.657, 0.655, 0.6495)
# An even number of paths votes as the odd one before it, except for rounding noise.
EXAM = curve(0.60, 0.60, 0.64, 0.64, 0.67, 0.67, 0.69, 0.69, 0.71, 0.7100000000000001)


def test_the_fewest_paths_within_a_point_of_the_best_are_advised() -> None:
    advised = advice(PUBLISHED, greedy=0.52, costs=linear(30, 0.5))

    assert advised is not None
    assert (advised.paths, advised.mean) == (10, 0.675)
    assert advised.gain_share == pytest.approx(0.155 / 0.16)
    assert advised.cost_share == pytest.approx(1 / 3)


def test_exactly_a_point_below_the_best_is_within_it() -> None:
    advised = advice(curve(0.5, 0.5, 0.69, 0.69, 0.70), greedy=None, costs={})

    assert advised is not None
    assert advised.paths == 3


@pytest.mark.parametrize(
    "points",
    [curve(0.70, 0.70, 0.70, 0.71), curve(0.65, 0.65, 0.655, 0.658), curve(0.70, 0.60, 0.60)],
)
def test_one_or_two_paths_are_never_advised(points: list[CurvePoint]) -> None:
    advised = advice(points, greedy=0.5, costs={})

    assert advised is not None
    assert advised.paths == 3


def test_in_a_rehearsal_paths_would_cost() -> None:
    cheaper = advice(PUBLISHED, greedy=0.52, costs=linear(30, 0.5), rehearsed=True)
    dear = advice(PUBLISHED, greedy=0.52, costs={10: 15.0, 30: 15.0}, rehearsed=True)

    assert cheaper is not None
    assert dear is not None
    assert cheaper.sentence == (
        "10 paths give 97% of the gain and would cost 33% of what 30 do ($5.00 of $15.00)"
    )
    assert dear.sentence.endswith("but would cost no less than 30 ($15.00 against $15.00)")


def test_unknown_costs_give_no_cost_share() -> None:
    advised = advice(PUBLISHED, greedy=0.52, costs={10: 5.0})

    assert advised is not None
    assert advised.cost_share is None


def test_the_cost_share_compares_total_costs() -> None:
    """Ten paths in two records of five: the prompt of a third of the records that 30 have."""
    advised = advice(PUBLISHED, greedy=0.52, costs={10: 6.0, 30: 15.0})

    assert advised is not None
    assert advised.cost_share == pytest.approx(0.4)
    assert advised.sentence.endswith("for 40% of the cost of 30 ($6.00 of $15.00)")


@pytest.mark.parametrize(
    ("points", "greedy", "costs", "sentence"),
    [
        pytest.param(
            PUBLISHED,
            0.52,
            {},
            "10 paths give 97% of the gain with 33% of the paths",
            id="most of the gain for a third of the paths",
        ),
        pytest.param(
            PUBLISHED,
            0.52,
            linear(30, 0.5),
            "10 paths give 97% of the gain for 33% of the cost of 30 ($5.00 of $15.00)",
            id="the cost is known",
        ),
        pytest.param(
            PUBLISHED,
            None,
            {},
            "10 paths give 97% of the gain with 33% of the paths",
            id="no greedy: the gain is over one path",
        ),
        pytest.param(
            PUBLISHED,
            0.52,
            {10: 2.0, 30: 1.8},
            "10 paths give 97% of the gain, but cost no less than 30 ($2.00 against $1.80)",
            id="too few for a batch job, on demand at twice the price",
        ),
        pytest.param(
            curve(0.5, 0.5, 0.799, *[0.80] * 97),
            0.5,
            {},
            "3 paths give 99% of the gain with 3% of the paths",
            id="less than all is never 100%",
        ),
        pytest.param(
            curve(*[0.799] * 800, 0.80),
            0.5,
            {},
            "3 paths give 99% of the gain with 1% of the paths",
            id="something is never 0%",
        ),
        pytest.param(
            curve(0.5, 0.5, 0.7, 0.7, 0.7, 0.7),
            None,
            linear(6, 1.0),
            "3 paths give all of the gain for 50% of the cost of 6 ($3.00 of $6.00)",
            id="all of the gain",
        ),
        pytest.param(
            curve(0.70, 0.70, 0.7099, 0.71, 0.66),
            None,
            linear(5, 1.0),
            "3 paths give 99% of the gain at 4 paths for 60% of the cost of 5 ($3.00 of $5.00);"
            " more than 4 paths lose: 66.0% at 5",
            id="the end lies below the peak",
        ),
        pytest.param(
            PEAKED,
            None,
            {},
            # 0.0100 of 0.0105; the end is 0.95 points below the peak.
            "3 paths give 95% of the gain at 5 paths with 30% of the paths",
            id="the peak is named if it is not the end",
        ),
        pytest.param(
            PEAKED,
            0.655,
            {},
            "Voting does not pay: its best, 65.9% at 5 paths, is less than 1 point above"
            " greedy's 65.5%",
            id="peaked, but hardly above greedy",
        ),
        pytest.param(
            curve(0.5, 0.5, 0.6, 0.65, 0.62),
            None,
            {},
            "4 paths give all of the gain with 80% of the paths; more than 4 paths lose:"
            " 62.0% at 5",
            id="the peak is what is advised",
        ),
        pytest.param(
            EXAM,
            None,
            {},
            "9 paths give all of the gain with 90% of the paths",
            id="the fewest of equal points; a flat last step is no climb",
        ),
        pytest.param(
            curve(0.5, 0.5, 0.6, 0.7, 0.705),
            None,
            {},
            "The curve still climbs at 5 paths: 4 of them give 98% of the gain so far"
            " with 80% of the paths",
            id="the curve still climbs",
        ),
        pytest.param(
            curve(0.5, 0.5, 0.6, 0.7, 0.7005),
            None,
            {},
            "4 paths give 99% of the gain with 80% of the paths",
            id="a last step of half a thousandth is no climb",
        ),
        pytest.param(
            curve(0.5, 0.5, 0.6, 0.65, 0.7),
            None,
            linear(5, 1.0),
            "The curve still climbs at 5 paths: more of them may gain more",
            id="the curve climbs to its end",
        ),
        pytest.param(
            curve(2 / 3, 2 / 3, 1.0),
            None,
            {},
            "3 paths give all of the gain",
            id="one question, right with all paths: nothing more to gain",
        ),
        pytest.param(
            curve(1.0, 1.0, 1.0),
            None,
            {},
            "More paths do not help: up to 3 gain less than 1 point over one",
            id="one question, always right",
        ),
        pytest.param(
            curve(0.650, 0.650, 0.655, 0.652),
            None,
            {},
            "More paths do not help: up to 4 gain less than 1 point over one",
            id="a flat curve",
        ),
        pytest.param(
            curve(0.65, 0.65, 0.60, 0.58),
            None,
            {},
            "More paths do harm: 4 reach 58.0%, 1 reaches 65.0%",
            id="a curve that falls",
        ),
        pytest.param(
            curve(0.65, 0.65, 0.60, 0.58),
            0.5,
            {},
            "More paths do harm: 4 reach 58.0%, 1 reaches 65.0%",
            id="one path is above greedy, and votes are below it",
        ),
        pytest.param(
            curve(0.65, 0.65, 0.655, 0.658),
            0.654,
            {},
            "Voting does not pay: its best, 65.8% at 4 paths, is less than 1 point above"
            " greedy's 65.4%",
            id="hardly above greedy",
        ),
        pytest.param(
            curve(0.65, 0.65, 0.66, 0.66),
            0.70,
            {},
            "Voting does not pay: its best, 66.0% at 3 paths, is not above greedy's 70.0%",
            id="below greedy",
        ),
        pytest.param(
            curve(0.60, 0.60, 0.64, 0.66, 0.68),
            0.70,
            {},
            "Voting does not pay yet, though the curve still climbs: its best, 68.0% at 5 paths,"
            " is not above greedy's 70.0%",
            id="below greedy and climbing",
        ),
    ],
)
def test_the_sentence(
    points: list[CurvePoint], greedy: float | None, costs: dict[int, float], sentence: str
) -> None:
    advised = advice(points, greedy, costs)

    assert advised is not None
    assert advised.sentence == sentence


@pytest.mark.parametrize(
    ("points", "greedy", "sentence"),
    [
        pytest.param(
            PUBLISHED,
            0.52,
            "10 paths give 97% of the gain with 33% of the paths, which may be chance",
            id="a gain",
        ),
        pytest.param(
            curve(0.5, 0.5, 0.6, 0.65, 0.7),
            0.5,
            "The curve still climbs at 5 paths: more of them may gain more;"
            " the gain so far may be chance",
            id="a curve that climbs",
        ),
        pytest.param(
            PUBLISHED,
            None,
            "10 paths give 97% of the gain with 33% of the paths",
            id="without greedy the interval does not apply",
        ),
    ],
)
def test_a_gain_over_greedy_whose_interval_includes_0_may_be_chance(
    points: list[CurvePoint], greedy: float | None, sentence: str
) -> None:
    advised = advice(points, greedy, {}, may_be_chance=True)

    assert advised is not None
    assert advised.sentence == sentence


def test_a_gain_of_less_than_a_point_has_no_share() -> None:
    advised = advice(curve(0.65, 0.65, 0.655, 0.658), greedy=None, costs={})

    assert advised is not None
    assert (advised.paths, advised.gain_share) == (3, None)


@pytest.mark.parametrize("paths", [0, 1, 2])
def test_a_curve_of_fewer_than_three_paths_gives_no_advice(paths: int) -> None:
    assert advice(curve(*[0.5] * paths), greedy=0.4, costs={}) is None


def test_a_curve_that_follows_the_law_is_extended_along_it() -> None:
    found = forecast(curve(*(0.8 - 0.3 / k for k in range(1, 11))), usd_per_path=0.5)

    assert found is not None
    assert (found.paths, found.cost_usd) == (20, 10.0)
    assert found.mean == pytest.approx(0.8 - 0.3 / 20)


@pytest.mark.parametrize(
    ("means", "mean"),
    [
        # From 2 to 4 paths 1/k falls by 1/4, from 4 to 8 by 1/8: half of the gain again.
        pytest.param((0.60, 0.60, 0.66, 0.70), 0.75, id="an even number of paths"),
        # From 3 to 5 paths 1/k falls by 2/15, from 5 to 10 by 1/10: three quarters again.
        pytest.param((0.60, 0.60, 0.66, 0.67, 0.70), 0.73, id="an odd number of paths"),
        pytest.param((0.70, 0.70, 0.66, 0.60), 0.55, id="a curve that falls"),
        pytest.param((0.70, 0.70, 0.70, 0.70), 0.70, id="a curve that is flat"),
    ],
)
def test_a_forecast_worked_by_hand(means: tuple[float, ...], mean: float) -> None:
    found = forecast(curve(*means), usd_per_path=None)

    assert found is not None
    assert found.mean == pytest.approx(mean)
    assert found.cost_usd is None


def test_the_range_combines_the_spread_of_half_the_paths_and_the_error_of_the_law() -> None:
    found = forecast(curve(0.7, 0.7, 0.7, 0.7, sd=0.006), usd_per_path=None)

    # Twice the root of 0.006² + 0.008² is 0.02.
    assert found is not None
    assert (found.low, found.high) == pytest.approx((0.68, 0.72))


def test_a_forecast_stays_between_0_and_1() -> None:
    up, down = (
        forecast(curve(0.2, 0.2, 0.9, 0.99), None),
        forecast(curve(0.9, 0.9, 0.2, 0.01), None),
    )

    assert up is not None
    assert down is not None
    assert (up.mean, up.high) == (1.0, 1.0)
    assert (down.mean, down.low) == (0.0, 0.0)


@pytest.mark.parametrize("paths", [0, 1, 2, 3])
def test_few_paths_give_no_forecast(paths: int) -> None:
    assert forecast(curve(*[0.5] * paths), usd_per_path=1.0) is None


def test_a_clear_majority_is_forecast() -> None:
    # 24 of 40 paths are right and the rest are scattered, so more paths help.
    points = Curve.of([chances(24, (4, 4, 4, 4), 0)]).points()

    found = forecast(points[:10], usd_per_path=None)

    assert found is not None
    assert found.low <= points[19].mean <= found.high
