"""A user's own patterns: which are refused, and why none can take long."""

import pytest

from lambdas.core.extraction.patterns import SEARCHED_BYTES, compiled, last_match, pattern_problem


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        pytest.param("(", "missing ): (", id="does not compile"),
        pytest.param("(?=a)b", "RE2 does not look around", id="look-ahead"),
        pytest.param("(?<!a)b", "RE2 does not look around", id="look-behind"),
        pytest.param(r"(a)\1", "no backreferences", id="backreference"),
        pytest.param("a{1001}", "use + or *", id="too many repetitions"),
        pytest.param("(a{100}){100}", "use + or *", id="nested repetitions"),
        pytest.param(r"\p{L}{1,50}", "at most 5,000", id="too large"),
        pytest.param("x" * 1_001, "1,001 characters", id="too long"),
        pytest.param("(a)(b)", "it has 2 groups", id="two groups"),
        pytest.param("a*", "empty text", id="matches the empty text"),
        pytest.param("a|", "empty text", id="an empty alternative"),
        pytest.param(r"\b", "empty text", id="a place, not a text"),
        pytest.param("", "empty text", id="empty"),
        pytest.param("\ud800", "surrogate", id="half a character"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused(pattern: str, reason: str) -> None:
    assert reason in (pattern_problem(pattern) or "")


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(r"A:\s*(.*\S)", id="one group"),
        pytest.param(r"(?:a|b)+c", id="no group"),
        pytest.param(r"(?P<label>\w+)", id="named group"),
        pytest.param(r"(a+)+$", id="harmless here, though it blows up elsewhere"),
        pytest.param("caf\u00e9", id="unicode"),
    ],
)
def test_a_pattern_that_can_be_used_is_not(pattern: str) -> None:
    assert pattern_problem(pattern) is None


def test_a_group_that_took_no_part_gives_no_answer() -> None:
    assert last_match(compiled("no (label)|Label"), "Label") is None


def test_the_start_of_a_text_stays_its_start() -> None:
    assert last_match(compiled("^a"), "a" * (2 * SEARCHED_BYTES)) is None


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|a)*b", r"a.*b|a", r"(?:a?){60}a{60}"])
def test_no_pattern_takes_more_than_its_share_of_time(pattern: str) -> None:
    # Backtracking over this would outlast the sun.
    last_match(compiled(pattern), "a" * 1_000_000 + "c")
