"""What a local run measures: job time and peak memory."""

from datetime import datetime, timedelta

import pytest

from local.run import Span, covered_s, highest

NOON = datetime.fromisoformat("2026-01-02T12:00:00+00:00")


def span(begin_s: float, end_s: float) -> Span:
    return Span(NOON + timedelta(seconds=begin_s), NOON + timedelta(seconds=end_s))


@pytest.mark.parametrize(
    ("spans", "seconds"),
    [
        pytest.param([], 0, id="no jobs"),
        pytest.param([span(0, 3), span(5, 6)], 4, id="one after the other"),
        pytest.param([span(0, 3), span(1, 5)], 5, id="overlapping"),
        pytest.param([span(0, 9), span(2, 3), span(8, 10)], 10, id="one within another"),
        pytest.param([span(4, 5), span(0, 1)], 2, id="in any order"),
    ],
)
def test_time_that_several_jobs_share_counts_once(spans: list[Span], seconds: float) -> None:
    assert covered_s(spans) == seconds


@pytest.mark.parametrize(
    ("messages", "peak_mib"),
    [
        pytest.param([], None, id="nothing logged"),
        pytest.param(
            ['{"peak_memory_mib": 67.5}', '{"peak_memory_mib": 80}'], 80.0, id="the greatest"
        ),
        pytest.param(["START peak_memory_mib", "[1]", "{"], None, id="lines of another form"),
        pytest.param(['{"peak_memory_mib": null, "message": "x"}'], None, id="no number"),
    ],
)
def test_the_greatest_peak_is_found(messages: list[str], peak_mib: float | None) -> None:
    assert highest(messages) == peak_mib
