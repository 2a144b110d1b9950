"""Number words at the start of a text."""

import pytest

from lambdas.core.extraction.words import leading_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("one.", "1", id="unit"),
        pytest.param("Twenty-five apples", "25", id="tens and units"),
        pytest.param("one hundred and four", "104", id="hundreds"),
        pytest.param("a hundred", "100", id="article"),
        pytest.param("two thousand three hundred", "2300", id="thousands"),
        pytest.param("three million", "3000000", id="millions"),
        pytest.param("zero", "0", id="zero"),
        pytest.param("negative five", "-5", id="negative"),
        pytest.param("half", "0.5", id="half"),
        pytest.param("only two", "2", id="adverb"),
        pytest.param("one of them", None, id="pronoun"),
        pytest.param("oneself", None, id="part of a word"),
        pytest.param("a few", None, id="no number"),
        pytest.param("", None, id="empty"),
    ],
)
def test_number_words_are_read(text: str, expected: str | None) -> None:
    assert leading_words(text) == expected
