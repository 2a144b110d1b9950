"""The upper bound of a text's tokens: counted by hand, and never more than its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.costs.loads import token_upper_bound


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        pytest.param("", 0, id="empty"),
        pytest.param("7*8-9=47;", 9, id="digits and signs are one each"),
        pytest.param("banana", 3, id="two letters are one token"),
        pytest.param("apple", 3, id="an odd last letter is one token"),
        pytest.param("A B C D", 4, id="a space joins the word after it"),
        pytest.param("a  b", 3, id="a second space is a token"),
        pytest.param(" 7 ", 3, id="a space without a word after it is a token"),
        pytest.param("a\n\nb", 4, id="line ends"),
        pytest.param("é", 2, id="two bytes"),
        pytest.param("中文", 6, id="three bytes each"),
        pytest.param("🙂", 4, id="four bytes"),
        pytest.param("caf\u00e9s", 5, id="a word partly outside ASCII"),
        pytest.param("\ud800", 3, id="half a surrogate pair, which UTF-8 cannot hold"),
    ],
)
def test_each_kind_of_character_has_its_bound(text: str, bound: int) -> None:
    assert token_upper_bound(text) == bound


@given(st.text(), st.text())
def test_the_bound_is_at_most_that_of_the_parts_and_the_number_of_bytes(
    head: str, tail: str
) -> None:
    whole = token_upper_bound(head + tail)

    assert whole <= token_upper_bound(head) + token_upper_bound(tail)
    assert token_upper_bound(head) <= len(head.encode())
    assert 2 * token_upper_bound(head) >= len(head.replace(" ", ""))
