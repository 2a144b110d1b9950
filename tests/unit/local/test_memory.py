import pytest

from local.memory import highest


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
