"""Advice on the number of paths, and the forecast for twice as many."""

from dataclasses import replace
from typing import Any

import pytest

from lambdas.contract.statistics import Advice, CurvePoint, Gain
from lambdas.core.statistics.advice import Voted, advice, forecast
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


GAINED = Gain(0.16, 0.05, 0.27, 22, 3, 0.0002, questions=120, base=0.52)
MAY_BE_CHANCE = Gain(0.05, -0.01, 0.11, 9, 4, 0.27, questions=100, base=0.52)


def advised(points: list[CurvePoint], **known: Any) -> Advice:
    found = advice(points, Voted(**{"questions": 1000, **known}))
    assert found is not None
    return found


def test_the_fewest_paths_within_a_point_of_the_best_are_advised() -> None:
    found = advised(PUBLISHED, greedy=0.52, costs=linear(30, 0.5))

    assert (found.paths, found.mean) == (10, 0.675)
    assert found.gain_share == pytest.approx(0.155 / 0.16)
    assert found.cost_share == pytest.approx(1 / 3)


def test_exactly_a_point_below_the_best_is_within_it() -> None:
    assert advised(curve(0.5, 0.5, 0.69, 0.69, 0.70)).paths == 3


@pytest.mark.parametrize(
    "points",
    [curve(0.70, 0.70, 0.70, 0.71), curve(0.65, 0.65, 0.655, 0.658), curve(0.70, 0.60, 0.60)],
)
def test_one_or_two_paths_are_never_advised(points: list[CurvePoint]) -> None:
    assert advised(points, greedy=0.5).paths == 3


def test_unknown_costs_give_no_cost_share() -> None:
    assert advised(PUBLISHED, greedy=0.52, costs={10: 5.0}).cost_share is None


# The reach is that of Wilson's interval for 67.5 % of 1,000 questions: 2.9 points.
TAKE_TEN = "Take 10 paths: 67.5% (± 2.9)"


@pytest.mark.parametrize(
    ("points", "known", "sentence"),
    [
        pytest.param(
            PUBLISHED,
            {"greedy": 0.52},
            f"{TAKE_TEN}; 30 add 0.5 points for 3 times the paths",
            id="costs are not known",
        ),
        pytest.param(
            PUBLISHED,
            {"greedy": 0.52, "costs": linear(30, 0.5), "gain": GAINED},
            f"{TAKE_TEN}, $5.00 a thousand questions; 30 add 0.5 points for 3 times the cost",
            id="costs are known",
        ),
        pytest.param(
            PUBLISHED,
            {"kind": "mixed paths", "costs": linear(30, 0.5), "rehearsed": True},
            "Take 10 mixed paths: 67.5% (± 2.9), would cost $5.00 a thousand questions;"
            " 30 add 0.5 points for 3 times the cost",
            id="a rehearsal of a mix",
        ),
        pytest.param(
            PUBLISHED,
            {"questions": 100},
            # Wilson's interval for 67.5 of 100 is 57.8 to 75.9.
            "Take 10 paths: 67.5% (± 9.0); 30 add 0.5 points for 3 times the paths",
            id="fewer questions reach wider",
        ),
        pytest.param(
            PUBLISHED,
            {"costs": {10: 2.0, 30: 1.8}},
            f"{TAKE_TEN}, $2.00 a thousand questions; 30 add 0.5 points for no higher cost",
            id="too few for a batch job, on demand at twice the price",
        ),
        pytest.param(
            curve(0.5, 0.5, 0.7, 0.7, 0.7, 0.7),
            {},
            "Take 3 paths: 70.0% (± 2.8); 6 add nothing for 2 times the paths",
            id="more add nothing",
        ),
        pytest.param(
            curve(0.70, 0.70, 0.7099, 0.71, 0.66),
            {},
            "Take 3 paths: 71.0% (± 2.8); more than 4 paths lose: 66.0% at 5",
            id="the end lies below the peak",
        ),
        pytest.param(
            curve(0.5, 0.5, 0.6, 0.7, 0.705),
            {},
            "Take 4 paths: 70.0% (± 2.8); 5 add 0.5 points for 1.2 times the paths, and the curve"
            " still climbs",
            id="the curve still climbs",
        ),
        pytest.param(
            curve(0.5, 0.5, 0.6, 0.65, 0.7),
            {},
            "Take 5 paths: 70.0% (± 2.8); the curve still climbs: more may gain more",
            id="the curve climbs to its end",
        ),
        pytest.param(
            EXAM,
            {},
            "Take 9 paths: 71.0% (± 2.8); 10 add nothing for 1.1 times the paths",
            id="the fewest of equal points; a flat last step is no climb",
        ),
        pytest.param(
            curve(2 / 3, 2 / 3, 1.0),
            {"questions": 1},
            # One right of one: 20.7 to 100.
            "Take 3 paths: 100.0% (± 39.7)",
            id="one question, right with all paths: nothing more to gain",
        ),
        pytest.param(
            curve(1.0, 1.0, 1.0),
            {},
            "More paths do not help: up to 3 gain less than 1 point over one",
            id="always right",
        ),
        pytest.param(
            curve(0.65, 0.65, 0.60, 0.58),
            {"greedy": 0.5},
            "More paths do harm: 4 reach 58.0%, 1 reaches 65.0%",
            id="one path is above greedy, and votes are below it",
        ),
        pytest.param(
            PEAKED,
            {"greedy": 0.655},
            "Voting does not pay: its best, 65.9% at 5 paths, is less than 1 point above"
            " greedy's 65.5%",
            id="peaked, but hardly above greedy",
        ),
        pytest.param(
            curve(0.65, 0.65, 0.66, 0.66),
            {"greedy": 0.70},
            "Voting does not pay: its best, 66.0% at 3 paths, is not above greedy's 70.0%",
            id="below greedy",
        ),
        pytest.param(
            curve(0.60, 0.60, 0.64, 0.66, 0.68),
            {"greedy": 0.70},
            "Voting does not pay yet, though the curve still climbs: its best, 68.0% at 5 paths,"
            " is not above greedy's 70.0%",
            id="below greedy and climbing",
        ),
    ],
)
def test_the_sentence(points: list[CurvePoint], known: dict[str, Any], sentence: str) -> None:
    assert advised(points, **known).sentence == sentence


def test_a_gain_that_may_be_chance_is_no_gain_and_has_no_share() -> None:
    found = advised(PUBLISHED, questions=100, greedy=0.52, gain=MAY_BE_CHANCE)

    # d = 0.05, psi = 0.13: (1.96 * 0.3606 + 0.8416 * 0.3571)^2 / 0.0025 = 406.
    assert found.sentence == (
        "The vote is no better than greedy as far as these 100 questions tell; about 410 would,"
        " if the gain stays as it is"
    )
    assert found.gain_share is None


def test_a_gain_whose_size_no_number_of_questions_shows_names_none() -> None:
    even = replace(MAY_BE_CHANCE, gained=5, lost=5)

    found = advised(PUBLISHED, questions=100, greedy=0.52, gain=even)

    assert found.sentence == (
        "The vote is no better than greedy as far as these 100 questions tell"
    )


def test_a_gain_of_less_than_a_point_has_no_share() -> None:
    found = advised(curve(0.65, 0.65, 0.655, 0.658))

    assert (found.paths, found.gain_share) == (3, None)


@pytest.mark.parametrize("paths", [0, 1, 2])
def test_a_curve_of_fewer_than_three_paths_gives_no_advice(paths: int) -> None:
    assert advice(curve(*[0.5] * paths), Voted(10, greedy=0.4)) is None


def test_a_curve_that_follows_the_law_is_extended_along_it() -> None:
    found = forecast(curve(*(0.8 - 0.3 / k for k in range(1, 11))), usd_per_path=0.5)

    assert found is not None
    assert (found.paths, found.cost_usd) == (20, 10.0)
    assert found.mean == pytest.approx(0.8 - 0.3 / 20)


@pytest.mark.parametrize(
    ("means", "mean"),
    [
        # From 3 to 4 paths 1/k falls by 1/12, from 4 to 8 by 1/8: one and a half times the step.
        pytest.param((0.60, 0.60, 0.66, 0.70), 0.76, id="an even number of paths"),
        # In sixtieths, 1/k is 20, 15 and 12; the slope is -0.15333 / 32.667 for each, and 1/10 is
        # 9.6667 of them below the mean: 0.67667 + 9.6667 * 0.0046939.
        pytest.param((0.60, 0.60, 0.66, 0.67, 0.70), 0.722041, id="an odd number of paths"),
        pytest.param((0.70, 0.70, 0.66, 0.60), 0.51, id="a curve that falls"),
        pytest.param((0.70, 0.70, 0.70, 0.70), 0.70, id="a curve that is flat"),
    ],
)
def test_a_forecast_worked_by_hand(means: tuple[float, ...], mean: float) -> None:
    found = forecast(curve(*means), usd_per_path=None)

    assert found is not None
    assert found.mean == pytest.approx(mean, abs=1e-6)
    assert found.cost_usd is None


def test_the_range_combines_the_spread_of_half_the_paths_and_the_error_of_the_law() -> None:
    found = forecast(curve(0.7, 0.7, 0.7, 0.7, sd=0.005), usd_per_path=None)

    # Twice the root of (1.2 · 0.005)² + 0.008² is 0.02.
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
