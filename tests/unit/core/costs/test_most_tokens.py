"""The most tokens a text may have: counts by hand, and never more than its bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.costs.most_tokens import most_tokens


@pytest.mark.parametrize(
    ("text", "most"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("7*8-9=47;", 9, id="digits and signs, one each"),
        pytest.param("banana", 3, id="two letters a token"),
        pytest.param("apple", 3, id="a begun pair is one"),
        pytest.param("A B C D", 4, id="words of one letter, the space with the word"),
        pytest.param("a  b", 3, id="a further space is a token"),
        pytest.param(" 7 ", 3, id="a space before no word is a token"),
        pytest.param("a\n\nb", 4, id="line ends"),
        pytest.param("é", 2, id="two bytes"),
        pytest.param("中文", 6, id="three bytes each"),
        pytest.param("🙂", 4, id="four bytes"),
        pytest.param("caf\u00e9s", 5, id="a word that is not all ASCII"),
        pytest.param("\ud800", 3, id="half a surrogate pair, which no UTF-8 holds"),
    ],
)
def test_each_kind_of_character_has_its_tokens(text: str, most: int) -> None:
    assert most_tokens(text) == most


@given(st.text(), st.text())
def test_a_text_has_no_more_tokens_than_its_parts_and_no_more_than_bytes(
    head: str, tail: str
) -> None:
    whole = most_tokens(head + tail)

    assert whole <= most_tokens(head) + most_tokens(tail)
    assert most_tokens(head) <= len(head.encode())
    assert 2 * most_tokens(head) >= len(head.replace(" ", ""))
