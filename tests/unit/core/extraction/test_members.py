"""Members of JSON objects within a text."""

import pytest

from lambdas.core.extraction.members import member


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
    assert member(text, "label") == expected
