"""Answer markers, and fields named answer."""

import pytest

from lambdas.core.answers.markers import (
    MARKED_CHARS,
    AnswerMarker,
    answer_field,
    answer_markers,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"answer": "$18"}', "$18", id="text"),
        pytest.param('{"answer": 18, "sure": 0.9}', "18", id="number"),
        pytest.param('{"final_answer": null}', "null", id="null"),
        pytest.param("{'answer': '18'}", "18", id="single quotes"),
        pytest.param(r"{\"answer\": \"18\"}", "18", id="escaped"),
        pytest.param('{"answer": "say \\"18\\""}', 'say \\"18\\"', id="quotes within"),
        pytest.param('{"answer": 1}\n{"answer": 2}', "2", id="the last"),
        pytest.param("<answer>\n18</answer>", "\n18", id="XML"),
        pytest.param("<answer><b>18</b></answer>", "<b>18</b>", id="XML around a tag"),
        pytest.param("<Answer>18</Answer>", "18", id="XML with a capital"),
        pytest.param("<final_answer>18</final_answer>", "18", id="XML, final answer"),
        pytest.param('{"answer": [\n  "A",\n  "C"\n]}', '[ "A", "C"]', id="list of lines"),
        pytest.param('{"answer": {"value": "18", "unit": "km"}}', "18", id="value and unit"),
        pytest.param('{"answer": {"Ann": 5, "Bob": 13}}', "", id="several values"),
        pytest.param('{"answer": {\n  "city": "Rome"\n}}', "Rome", id="only member within"),
        pytest.param('{"result": 18, "steps": "5 + 13"}', "18", id="known name"),
        pytest.param('```json\n{"sentiment": "good"}\n```', "good", id="only member, fenced"),
        pytest.param('{"spam": true}', "true", id="only member, a boolean"),
        pytest.param('{"first": 5, "second": 13}', None, id="no known name"),
        pytest.param('{"result": 18, "steps": "5', None, id="broken off"),
        pytest.param('the "answer" is 18', None, id="no member"),
        pytest.param("18", None, id="nothing"),
    ],
)
def test_a_field_named_answer_is_found(text: str, expected: str | None) -> None:
    assert answer_field(text) == expected


@pytest.mark.parametrize(
    ("text", "marker"),
    [
        pytest.param(
            r"is \boxed{\frac{1}{2}} cups", AnswerMarker("box", r"\frac{1}{2}", 10), id="box"
        ),
        pytest.param(r"\boxed{\boxed{7}}", AnswerMarker("box", "7", 14), id="innermost box"),
        pytest.param("so\n#### 72", AnswerMarker("hashes", "72", 8), id="hashes"),
        pytest.param("The answer is 7.", AnswerMarker("statement", " 7.", 13), id="statement"),
        pytest.param(
            "The answer to it all is: 7",
            AnswerMarker("statement", " 7", 24),
            id="statement, with words",
        ),
        pytest.param("THE ANSWER IS 7", AnswerMarker("statement", " 7", 13), id="capitals"),
        pytest.param(
            "The answer cannot be read",
            AnswerMarker("statement", "cannot be read", 11),
            id="cannot",
        ),
        pytest.param("**Answer:** 7", AnswerMarker("label", "** 7", 9), id="label"),
        pytest.param("### Answer\n7", AnswerMarker("label", "7", 11), id="heading"),
        pytest.param('Answer("7")', AnswerMarker("label", '"7")', 7), id="call"),
        pytest.param("5.\nans = 7", AnswerMarker("label", " 7", 8), id="ans ="),
        pytest.param("5.\nA: 7", AnswerMarker("label", " 7", 5), id="A:"),
    ],
)
def test_the_last_marker_comes_first(text: str, marker: AnswerMarker) -> None:
    assert next(answer_markers(text)) == marker


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(r"\boxed{7", id="a box that is not closed"),
        pytest.param("##### 7", id="a heading"),
        pytest.param("an answer", id="a mere word"),
        pytest.param("Plan A: 7", id="a letter within a line"),
    ],
)
def test_other_text_is_no_marker(text: str) -> None:
    assert [*answer_markers(text)] == []


def test_the_text_and_the_number_of_markers_are_bounded() -> None:
    found = [*answer_markers("the answer is " * 10_000)]

    assert len(found) < 20
    assert max(len(marker.text) for marker in found) <= MARKED_CHARS
