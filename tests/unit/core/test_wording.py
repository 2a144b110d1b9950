"""Values as messages show them."""

import pytest

from lambdas.core.wording import count_of, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("é", '"é"', id="text"),
        pytest.param(None, "null", id="null"),
        pytest.param({"a": [1.5]}, '{"a": [1.5]}', id="object"),
        pytest.param("\ud800", '"\\ud800"', id="half a surrogate pair"),
        pytest.param("x" * 200, '"' + "x" * 99 + "…", id="cut at 100 characters"),
    ],
)
def test_a_value_is_shown_as_json(value: object, text: str) -> None:
    assert shown(value) == text
    assert shown(value).encode()


def test_a_value_nested_deeper_than_json_goes_is_named() -> None:
    value: list[object] = []
    for _ in range(100_000):
        value = [value]

    assert shown(value) == "a value nested too deep to show"


def test_a_number_goes_with_its_noun() -> None:
    assert [count_of(n, "path") for n in (0, 1, 2, 1234)] == [
        "0 paths",
        "1 path",
        "2 paths",
        "1,234 paths",
    ]
