"""The answer in a completion, whole or cut off."""

import pytest

from lambdas.core.answers import read_arithmetic
from lambdas.core.families import Completion


@pytest.mark.parametrize(
    ("text", "cut_off", "answer"),
    [
        pytest.param("The answer is 18.", False, "18", id="whole"),
        pytest.param("The answer is 1,000.", False, "1000", id="votes by value"),
        pytest.param("I cannot say.", False, None, id="a whole text is no answer"),
        pytest.param("", False, None, id="empty"),
        pytest.param("So it is 4 + 14", True, None, id="the last number of a text broken off"),
        pytest.param("The answer is 1", True, None, id="an answer broken off may go on"),
        pytest.param(
            "The answer is 18.\n\nQ: What is 4 + 14", True, "18", id="an invented next question"
        ),
    ],
)
def test_read_arithmetic(text: str, cut_off: bool, answer: str | None) -> None:
    assert read_arithmetic(Completion(text, cut_off=cut_off)) == answer
