"""A user's own patterns and JSON members: which patterns are refused, and none takes long."""

import pytest

from lambdas.core.answers.patterns import (
    SEARCHED_BYTES,
    compile_pattern,
    last_json_member,
    last_match,
    pattern_error,
)


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        pytest.param("(", "missing ): (", id="does not compile"),
        pytest.param("(?=a)b", "no look-around", id="look-ahead"),
        pytest.param("(?<!a)b", "no look-around", id="look-behind"),
        pytest.param(r"(a)\1", "no backreferences", id="backreference"),
        pytest.param("a{1001}", "use + or *", id="too many repetitions"),
        pytest.param("(a{100}){100}", "use + or *", id="nested repetitions"),
        pytest.param(r"\p{L}{1,50}", "at most 5,000", id="too large"),
        pytest.param("x" * 1_001, "1,001 characters", id="too long"),
        pytest.param("(a)(b)", "it has 2 groups", id="two groups"),
        pytest.param("a*", "empty text", id="matches the empty text"),
        pytest.param("a|", "empty text", id="an empty alternative"),
        pytest.param(r"\b", "empty text", id="a position, not a text"),
        pytest.param("", "empty text", id="empty"),
        pytest.param("\ud800", "surrogate", id="half a character"),
    ],
)
def test_a_pattern_that_cannot_be_used_is_refused(pattern: str, reason: str) -> None:
    assert reason in (pattern_error(pattern) or "")


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
    assert pattern_error(pattern) is None


def test_a_group_that_took_no_part_gives_no_answer() -> None:
    assert last_match(compile_pattern("no (label)|Label"), "Label") is None


def test_the_start_of_a_text_stays_its_start() -> None:
    assert last_match(compile_pattern("^a"), "a" * (2 * SEARCHED_BYTES)) is None


@pytest.mark.parametrize("pattern", [r"(a+)+$", r"(a|a)*b", r"a.*b|a", r"(?:a?){60}a{60}"])
def test_every_pattern_searches_in_linear_time(pattern: str) -> None:
    # Backtracking over this would outlast the sun.
    last_match(compile_pattern(pattern), "a" * 1_000_000 + "c")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"label": "Cat"}', "Cat", id="text"),
        pytest.param('so {"label": 3.50}.', "3.50", id="number"),
        pytest.param('{"label": true}', "true", id="truth value"),
        pytest.param('{"label": "\\u00e9"}', "\u00e9", id="escape"),
        pytest.param('{"label": "one"} {"label": "two"}', "two", id="the last object"),
        pytest.param('{"label": "out", "in": {"label": "in"}}', "out", id="the outer object"),
        pytest.param(
            '{"in": {"label": "in"}, "label": "out"}', "out", id="the outer object, later"
        ),
        pytest.param('{"in": {"label": "in"}}', "in", id="only the inner object"),
        pytest.param('{"label": "cat", "why": ', "cat", id="an object that is not closed"),
        pytest.param('{\n "label": "cat",\n}', "cat", id="a comma too many"),
        pytest.param('{\\"label\\": \\"cat\\"}', "cat", id="escaped throughout"),
        pytest.param('He said "hi. {"label": "cat"}', "cat", id="a quote before"),
        pytest.param('{"why": "no \\"label\\": x", "label": "cat"}', "cat", id="named in a text"),
        pytest.param('{"label": null}', None, id="null"),
        pytest.param('{"label": ["cat"]}', None, id="list"),
        pytest.param('{"label": "cat', None, id="a text that is not closed"),
        pytest.param('{"labels": "cat"}', None, id="another member"),
        pytest.param('the "label": cat', None, id="no object"),
        pytest.param("", None, id="empty"),
    ],
)
def test_a_member_is_found(text: str, expected: str | None) -> None:
    assert last_json_member(text, "label") == expected
