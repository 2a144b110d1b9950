"""Several options named, and what holds for whatever is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.extraction.multiple_choice import extract
from lambdas.core.sets.question import Choice

HEIGHTS = tuple(
    Choice(label, text)
    for label, text in zip("ABCDE", ("2.6m", "3.9m", "4m", "4.2m", "4.4m"), strict=True)
)


@pytest.mark.parametrize(
    ("text", "chosen", "expected"),
    [
        pytest.param("The answers are A and C.", 2, "A,C", id="and"),
        pytest.param("C, A", 2, "A,C", id="in the options' order"),
        pytest.param("Answer: AC", 2, "A,C", id="glued"),
        pytest.param("(A) and (C)", 2, "A,C", id="brackets"),
        pytest.param("A, B, and E", 3, "A,B,E", id="three"),
        pytest.param('{"answer": ["C", "A"]}', 2, "A,C", id="JSON list"),
        pytest.param(r"\boxed{A, E}", 0, "A,E", id="boxed"),
        pytest.param("Answers:\nA) 2.6m\nC) 4m", 2, "A,C", id="lines"),
        pytest.param("The answers are B: 3.9m and D: 4.2m", 2, "B,D", id="with their texts"),
        pytest.param("A and C are correct.", 2, "A,C", id="before the verb"),
        pytest.param('Answer("A") and Answer("C")', 2, "A,C", id="calls"),
        pytest.param("The answer is A.", 2, None, id="one of two"),
        pytest.param("Answer: B, C and D", 2, None, id="three of two"),
        pytest.param("Answer: B, C and D", 0, "B,C,D", id="all that apply"),
        pytest.param("The answer is B.", 0, "B", id="all that apply is one"),
        pytest.param("Answer: B and F", 2, None, id="one is no option"),
    ],
)
def test_several_options_are_read_as_a_set(text: str, chosen: int, expected: str | None) -> None:
    assert extract(text, HEIGHTS, chosen) == expected


METALS = tuple(
    Choice(label, text)
    for label, text in zip("ABCD", ("iron", "wood", "tin", "glass"), strict=True)
)


@pytest.mark.parametrize(
    ("text", "chosen", "expected"),
    [
        pytest.param("The answer is iron and tin.", 2, "A,C", id="by their texts"),
        pytest.param("The metals are tin, iron.", 0, "A,C", id="by their texts, all that apply"),
        pytest.param("The answer is iron and gold.", 2, None, id="one text is no option"),
        pytest.param("The answer is iron and tin.", 1, None, id="two texts for one"),
        pytest.param(
            "The correct answers are:\n1. (A) iron\n2. (C) tin", 2, "A,C", id="numbered lines"
        ),
        pytest.param("The correct answers are:\n- iron\n- tin", 2, "A,C", id="lines of texts"),
        pytest.param("All of the options are correct.", 0, "A,B,C,D", id="all are correct"),
        pytest.param("The answer is all of the above.", 0, "A,B,C,D", id="all of the above"),
        pytest.param("So all four statements are true.", 0, "A,B,C,D", id="as many as there are"),
        pytest.param("So all three statements are true.", 0, None, id="not as many"),
        pytest.param("Not all of the options are correct.", 0, None, id="not all"),
        pytest.param("All of the options are incorrect.", 0, None, id="none"),
        pytest.param("The answer is all of the above.", 2, None, id="all for two"),
        pytest.param("The answer is all of the above.", 1, None, id="all for one"),
    ],
)
def test_several_options_are_named_by_their_texts_or_all_at_once(
    text: str, chosen: int, expected: str | None
) -> None:
    assert extract(text, METALS, chosen) == expected


FRAGMENTS = st.sampled_from(
    [
        *("The answer is ", "Answer(", "Answer: ", "\\boxed{", "}", '"answer": ', "(", ")", "or "),
        *(
            "and ",
            "A",
            "B",
            "C.",
            "F",
            "a ",
            "**",
            "\n",
            " is correct",
            "Q:",
            "none of these",
            "4m",
        ),
    ]
)


@given(fragments=st.lists(FRAGMENTS, max_size=25), chosen=st.integers(0, 3))
def test_whatever_is_read_is_a_set_of_options(fragments: list[str], chosen: int) -> None:
    answer = extract("".join(fragments), HEIGHTS, chosen)

    labels = answer.split(",") if answer else []
    assert labels == [label for label in "ABCDE" if label in labels]
    assert len(labels) in ([0, chosen] if chosen else range(6))


@given(text=st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert extract(text, HEIGHTS) in (None, *"ABCDE")


@pytest.mark.parametrize(
    "unit",
    [
        *("(A) ", "A ", "A, ", "A or ", "B: x or ", 'Answer("A") or ', "Answer(", "option A is "),
        *("{", '"choice": "', "\\boxed{", "Q:", "\n\nQ: ", "\nA: ", "answer is ", "**A** ", "'A' "),
        *("the ", "is = ", "none of ", "cannot ", "if A is right ", "<answer>", "\\text", "A)\n"),
        *("not A but ", "leaving A ", "[[A]] ", "<final>", "\\frac{1}{", "\\sqrt{", "all of the "),
    ],
    ids=repr,
)
def test_a_hostile_text_takes_no_more_than_its_share_of_time(unit: str) -> None:
    # A quadratic step over 400 kB would go on for hours.
    for chosen in (1, 0):
        extract(unit * (400_000 // len(unit)), HEIGHTS, chosen)
