"""What twice the paths would bring, on made curves and on recorded ones."""

import pytest

from lambdas.core.statistics.curve import Curve, Point, chances
from lambdas.core.statistics.forecast import forecast


def curve(*means: float, sd: float = 0.0) -> list[Point]:
    return [Point(paths, mean, sd) for paths, mean in enumerate(means, 1)]


def test_a_curve_that_follows_the_law_is_prolonged_along_it() -> None:
    seen = forecast(curve(*(0.8 - 0.3 / k for k in range(1, 11))), usd_per_path=0.5)

    assert seen is not None
    assert (seen.paths, seen.cost_usd) == (20, 10.0)
    assert seen.mean == pytest.approx(0.8 - 0.3 / 20)


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
    seen = forecast(curve(*means), usd_per_path=None)

    assert seen is not None
    assert seen.mean == pytest.approx(mean)
    assert seen.cost_usd is None


def test_the_range_has_the_spread_of_half_of_the_paths_and_the_error_of_the_law() -> None:
    seen = forecast(curve(0.7, 0.7, 0.7, 0.7, sd=0.006), usd_per_path=None)

    # Twice the root of 0.006² + 0.008² is 0.02.
    assert seen is not None
    assert (seen.low, seen.high) == pytest.approx((0.68, 0.72))


def test_no_forecast_leaves_the_range_of_an_accuracy() -> None:
    up, down = (
        forecast(curve(0.2, 0.2, 0.9, 0.99), None),
        forecast(curve(0.9, 0.9, 0.2, 0.01), None),
    )

    assert up is not None
    assert down is not None
    assert (up.mean, up.high) == (1.0, 1.0)
    assert (down.mean, down.low) == (0.0, 0.0)


@pytest.mark.parametrize("paths", [0, 1, 2, 3])
def test_few_paths_foretell_nothing(paths: int) -> None:
    assert forecast(curve(*[0.5] * paths), usd_per_path=1.0) is None


def test_a_clear_majority_is_foreseen() -> None:
    # Of 40 paths 24 are right and the rest are scattered: more paths make that surer.
    points = Curve.of([chances(24, (4, 4, 4, 4), 0)]).points()

    seen = forecast(points[:10], usd_per_path=None)

    assert seen is not None
    assert seen.low <= points[19].mean <= seen.high
