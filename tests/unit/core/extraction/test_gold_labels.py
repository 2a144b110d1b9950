"""The right answer of a multiple-choice question, as question sets write it."""

import pytest

from lambdas.core.extraction.multiple_choice import canonical_labels
from lambdas.core.sets.question import Choice

LETTERED = tuple(
    Choice(label, text) for label, text in zip("ABC", ("2.6m", "3.9m", "4m"), strict=True)
)
NUMBERED = tuple(
    Choice(label, text) for label, text in zip("123", ("fog", "rain", "hail"), strict=True)
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("B", "B", id="label"),
        pytest.param("b", "B", id="lower case"),
        pytest.param("(B)", "B", id="brackets"),
        pytest.param("B.", "B", id="full stop"),
        pytest.param("B. 3.9m", "B", id="label and text"),
        pytest.param("B. 4m", None, id="label and another's text"),
        pytest.param("3.9m", "B", id="text"),
        pytest.param(0, "A", id="MMLU's index"),
        pytest.param(3, None, id="index beyond the options"),
        pytest.param(-1, None, id="negative index"),
        pytest.param(True, None, id="truth value"),
        pytest.param(1.0, None, id="float"),
        pytest.param("2", None, id="a number in text is no index"),
        pytest.param("F", None, id="no option"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="absent"),
        pytest.param({"A": 1}, None, id="object"),
        pytest.param(["C", "A"], "A,C", id="list"),
        pytest.param(["A", "Z"], None, id="list with no option"),
        pytest.param([], None, id="empty list"),
        pytest.param("A,C", "A,C", id="comma"),
        pytest.param("CA", "A,C", id="glued"),
        pytest.param("A and C", "A,C", id="and"),
        pytest.param("A A", None, id="twice the same"),
    ],
)
def test_a_gold_answer_is_read(value: object, expected: str | None) -> None:
    assert canonical_labels(value, LETTERED) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("2", "2", id="text"),
        pytest.param(2, "2", id="a number is a label, not an index"),
        pytest.param(0, None, id="no such label"),
        pytest.param("rain", "2", id="option"),
    ],
)
def test_a_gold_answer_among_numbered_options(value: object, expected: str | None) -> None:
    assert canonical_labels(value, NUMBERED) == expected
