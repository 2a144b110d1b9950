"""The options that a completion or a dataset names, and when a reader abstains."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.schema import Choice
from lambdas.core.answers.multiple_choice import extract_choice, gold_labels

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def options(*texts: str, labels: str = LETTERS) -> tuple[Choice, ...]:
    return tuple(Choice(label, text) for label, text in zip(labels, texts, strict=False))


HEIGHTS = options("2.6m", "3.9m", "4m", "4.2m", "4.4m")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("C", "C", id="the label alone"),
        pytest.param("c.", "C", id="lower case, full stop"),
        pytest.param("(c)", "C", id="brackets"),
        pytest.param("**C**", "C", id="bold"),
        pytest.param("C) 4m\n\nHalf of 8 m is 4 m.", "C", id="label first, then reasons"),
        pytest.param("C) 4m is correct", "C", id="label, text, judgement"),
        pytest.param("Option C", "C", id="named an option"),
        pytest.param("Half of 8 m, so it is (c).", "C", id="conclusion"),
        pytest.param("So the height is 4m.", "C", id="the text of an option in a conclusion"),
        pytest.param("The answer is (C) 4m", "C", id="label and text"),
        pytest.param("The answer is 4.2 m.", "D", id="text alone"),
        pytest.param("Answer: C. 4m", "C", id="label with a stop before the text"),
        pytest.param("ANSWER: D", "D", id="capitals"),
        pytest.param("Final Answer: **(D) 4.2m**", "D", id="bold with text"),
        pytest.param("### Answer\n\nD", "D", id="below a heading"),
        pytest.param("#### D", "D", id="as GSM8K marks answers"),
        pytest.param("The answer is “D”.", "D", id="typographic quotes"),
        pytest.param("The answer is [D].", "D", id="square brackets"),
        pytest.param("The answer is （Ｄ）.", "D", id="full width"),
        pytest.param("Answer: $D$", "D", id="LaTeX"),
        pytest.param(r"Thus \boxed{\textbf{(D)}\ 4.2m}", "D", id="boxed label and text"),
        pytest.param(r"$\boxed{\mathrm{E}}$", "E", id="boxed label"),
        pytest.param(r"\boxed{4.2m}", "D", id="boxed text"),
        pytest.param("The correct option is D) 4.2m.", "D", id="option is"),
        pytest.param("My choice: D", "D", id="choice"),
        pytest.param("I would go with D.", "D", id="go with"),
        pytest.param("Hence it must be D.", "D", id="must be"),
        pytest.param("The answer closest to 4.27 is D: 4.2m", "D", id="after the last is"),
        pytest.param("D is the correct answer.", "D", id="label before the verb"),
        pytest.param("If A is right, so is B. D is the best choice.", "D", id="not supposed"),
        pytest.param('{"why": "half of 8", "answer": "C"}', "C", id="JSON"),
        pytest.param('{"answer": "C) 4m"}', "C", id="JSON, label and text"),
        pytest.param('{"answer": "4.2m"}', "D", id="JSON, text"),
        pytest.param('{"choice": "B"}', "B", id="JSON, another member"),
        pytest.param("<answer>\n(B) 3.9m\n</answer>", "B", id="XML"),
        pytest.param('Action: Answer("C: 4m")', "C", id="call"),
        pytest.param("Action: Answer(C)\n", "C", id="call without quotes"),
        pytest.param('Answer("C")\nAnswer("C")', "C", id="the same call twice"),
        pytest.param('Answer("D") (though A is close)', "D", id="remark after the call"),
        pytest.param("The answer is 5%. Answer: A", "A", id="a value, then the label"),
        pytest.param("The answer is A. Wait, no. The answer is C.", "C", id="correction"),
        pytest.param("The answer is C, not B.", "C", id="contrast"),
        pytest.param("The answer is C, A is too short.", "C", id="remark on another"),
        pytest.param("Answer: B\n\nA is wrong because it is short.", "B", id="remark below"),
        pytest.param("Option A is wrong. So option C is it. D is not.", "C", id="ruled out"),
        pytest.param("C fits. Choice E is incorrect.\nThus choice C is best.", "C", id="dismissed"),
        pytest.param(
            "Option B is true. So choice D cannot be true.", "D", id="a negative question"
        ),
        pytest.param(
            "Choice B best explains it. Choice E is no match, not at all.", "B", id="best"
        ),
        pytest.param("The answer is B - 3.9 m.", "B", id="dash"),
        pytest.param("None of these fits, so the answer is D.", "D", id="decided after all"),
        pytest.param("So it is either B or C; the answer is C.", "C", id="undecided, then decided"),
        pytest.param("The answer is (C).\n\nQ: Next?\nA: (D)", "C", id="invented question"),
        pytest.param("C\n\nQuestion: Next?\nAnswer: D", "C", id="invented question, other words"),
        pytest.param("<think>The answer is A.</think>\n\nB", "B", id="thoughts"),
        pytest.param("A) 2.6m\nB) 3.9m\nC) 4m\n\nAnswer: B", "B", id="options repeated"),
        pytest.param("Eliminating A, B and D, we get C.", "C", id="what is left"),
        pytest.param("(A) is wrong, (C) is wrong, leaving (B).", "B", id="what is left, brackets"),
        pytest.param(
            "A can be ruled out. This leaves only E.", "E", id="left by a sentence before"
        ),
        pytest.param("It isn't A. It's B.", "B", id="it's"),
        pytest.param("The answer is not A but B.", "B", id="not but"),
        pytest.param("The answer is not (A), but rather (B).", "B", id="not but rather"),
        pytest.param("[[C]]", "C", id="double brackets"),
        pytest.param("So the verdict is: [[C]]", "C", id="double brackets at the end"),
        pytest.param("<final>C</final>", "C", id="an element named final"),
        pytest.param("<choice>(C) 4m</choice>", "C", id="an element named choice"),
        pytest.param("<answer><b>C</b></answer>", "C", id="XML around a tag"),
        pytest.param("The answer is <b>C</b>.", "C", id="a tag"),
        pytest.param("Answer \u2192 C", "C", id="an arrow"),
    ],
)
def test_an_option_is_read(text: str, expected: str) -> None:
    assert extract_choice(text, HEIGHTS) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n", id="blank"),
        pytest.param("I am not sure.", id="no option"),
        pytest.param("The answer is a book.", id="an article"),
        pytest.param("A plan helps. I think so.", id="article and pronoun"),
        pytest.param("The answer is F.", id="a letter that is no option"),
        pytest.param("(G)", id="a letter that is no option, alone"),
        pytest.param('Answer("Z")', id="a call of no option"),
        pytest.param("Answer: none of these", id="none"),
        pytest.param('Action: Answer("None of the Above")', id="a call of none"),
        pytest.param("The answer cannot be determined.", id="cannot"),
        pytest.param("There is not enough information to tell.", id="not enough"),
        pytest.param("The answer is A or B.", id="or"),
        pytest.param("C and D", id="and"),
        pytest.param("B and C are both right.", id="two in a statement"),
        pytest.param("A/B", id="slash"),
        pytest.param('Answer("BD")', id="glued"),
        pytest.param('Answer("B, E")', id="list"),
        pytest.param('Answer("B") or Answer("D")', id="two calls"),
        pytest.param('Answer("B")\nAction: Answer("D")', id="two calls below each other"),
        pytest.param("So it is either B: 3.9m or D: 4.2m.", id="two with their texts"),
        pytest.param("It could be (B) or (D).", id="two in brackets"),
        pytest.param("The answer is not B.", id="only what it is not"),
        pytest.param("So choices A, B, and D remain.", id="three in a conclusion"),
        pytest.param("The value of ? is (a - b)^2.", id="a variable in brackets"),
        pytest.param("That rules out choice A.", id="ruled out"),
        pytest.param("(A) is wrong.", id="ruled out at the start"),
        pytest.param("Eliminating A, we get C or D.", id="two are left"),
        pytest.param("The answer is not only A but also B.", id="not only but also"),
        pytest.param("Answer choices:\nA) 2.6m\nB) 3.9m\nC) 4m", id="options repeated"),
        pytest.param("It is high ([Contact] Lt(b logo_ID=all) doc=minbf", id="noise"),
    ],
)
def test_a_text_without_one_option_abstains(text: str) -> None:
    assert extract_choice(text, HEIGHTS) is None


def test_recorded_cases_are_read_as_people_read_them(shared_data: Callable[[str], Path]) -> None:
    lines = shared_data("extraction_cases.jsonl").read_text(encoding="utf-8").split("\n")
    cases = [case for line in lines if line and (case := json.loads(line))["kind"] == "choice"]

    read = {
        case["id"]: extract_choice(case["text"], options(*[""] * len(case["letters"])))
        for case in cases
    }

    assert len(cases) >= 40
    assert [case["id"] for case in cases if read[case["id"]] not in case["accept"]] == []


DAYS = options("25 days", "26 days", "27 days", "28 days")
TOWNS = options("Paris", "Lyon", "Nice", "None of the above")
PONDS = options("rocks", "sand", "a thick blanket of weeds", "water")
BOTH = options("I only", "II only", "Both A and B", "Neither A nor B")
SUMS = options("x > y", "y > x", "x = y", "It cannot be determined from what is given")
WEATHER = options("evaporation", "rain", "snow", "hail", labels="1234")
HALVES = options("1/2", "1/4", "2/3", "3/4")
ROOTS = options(r"$\frac{1}{2}$", r"$\frac{1}{3}$", r"$\sqrt{2}$", "2")
ANGLES = options(r"$\frac{\pi}{2}$", r"$\pi$", r"$2\pi$", r"$90^\circ$")
BLOOD = options("A", "AB", "O", "B")
ROMAN = options("I", "II", "I and II", "III")
TRUTH = options("True", "False")
ALPHABET = options(*[""] * 26)


@pytest.mark.parametrize(
    ("text", "choices", "expected"),
    [
        pytest.param("The answer is 28.", DAYS, "D", id="value of one option"),
        pytest.param("The answer is 5.", DAYS, None, id="value of none"),
        pytest.param("1,900", options("1900", "1,980"), "A", id="separators"),
        pytest.param("The answer is 4.", options("4 m", "4 km"), None, id="value of two"),
        pytest.param("The answer is nice", TOWNS, "C", id="a word of another meaning"),
        pytest.param("None of the above.", TOWNS, "D", id="none is an option"),
        pytest.param("The answer is none of these.", TOWNS, "D", id="none, in other words"),
        pytest.param("The answer cannot be determined.", SUMS, "D", id="cannot is an option"),
        pytest.param("The answer is both A and B.", BOTH, "C", id="labels in a text"),
        pytest.param("The answer is C: Both A and B", BOTH, "C", id="label, then labels"),
        pytest.param("D. Neither A nor B", BOTH, "D", id="label, then labels, no answer is"),
        pytest.param("The answer is a thick blanket of weeds.", PONDS, "C", id="article in text"),
        pytest.param("Fish hide. The answer is the rocks, of course.", PONDS, "A", id="an aside"),
        pytest.param("The answer is a rock.", PONDS, None, id="a like text is no option"),
        pytest.param("Answer: A", PONDS, "A", id="the letter A"),
        pytest.param("The answer is A because rocks hide fish.", PONDS, "A", id="A, with a reason"),
        pytest.param("Sand (B) and weeds (C) rot. It is rocks (A).", PONDS, "A", id="brackets"),
        pytest.param("A: It is dark there, so sand (B).", PONDS, "B", id="A: of the prompt"),
        pytest.param("The answer is 2.", WEATHER, "2", id="numeric label"),
        pytest.param("2) rain", WEATHER, "2", id="numeric label and text"),
        pytest.param("The answer is rain.", WEATHER, "2", id="text of a numeric label"),
        pytest.param("Option 3 is correct.", WEATHER, "3", id="numeric option"),
        pytest.param("The answer is 2.5", WEATHER, None, id="a number is no label"),
        pytest.param("1. Heat.\n2. Steam.\nAnswer: 4", WEATHER, "4", id="steps are no labels"),
        pytest.param(r"The answer is $\frac{1}{2}$.", ROOTS, "A", id="a fraction of LaTeX"),
        pytest.param(r"\boxed{\frac{1}{3}}", ROOTS, "B", id="a fraction in a box"),
        pytest.param(r"\boxed{\dfrac34}", HALVES, "D", id="a fraction without braces"),
        pytest.param(r"The answer is $\sqrt{2}$.", ROOTS, "C", id="a root"),
        pytest.param("The answer is \u221a2.", ROOTS, "C", id="a root as a sign"),
        pytest.param("The answer is 2.", ROOTS, "D", id="a number is no root"),
        pytest.param(r"\boxed{\frac{\pi}{2}}", ANGLES, "A", id="half of pi"),
        pytest.param("The answer is 2\u03c0.", ANGLES, "C", id="pi as a sign"),
        pytest.param("The answer is 2.", ANGLES, None, id="a number is no pi"),
        pytest.param(r"The answer is $90^{\circ}$.", ANGLES, "D", id="degrees"),
        pytest.param("The answer is AB.", BLOOD, "B", id="a text of two letters"),
        pytest.param("AB", BLOOD, "B", id="a text of two letters alone"),
        pytest.param("The answer is O.", BLOOD, "C", id="a letter that is a text, no label"),
        pytest.param("The answer is B.", BLOOD, "B", id="a letter that is a label and a text"),
        pytest.param("The answer is II.", ROMAN, "B", id="a Roman number"),
        pytest.param("The statement is False.", TRUTH, "B", id="false is an option"),
        pytest.param("So it is true.", TRUTH, "A", id="true is an option"),
        pytest.param("D. It cannot be determined", SUMS, "D", id="label, then a refusal's text"),
        pytest.param("D. Cannot be determined.", SUMS, "D", id="label, then a refusal in short"),
        pytest.param("B is false.", ROMAN, None, id="false is a judgement"),
        pytest.param("I think so.", ALPHABET, None, id="the pronoun I"),
        pytest.param("The answer is I.", ALPHABET, "I", id="the label I"),
        pytest.param("The answer is Z", ALPHABET, "Z", id="the 26th"),
        pytest.param("The answer is B", options("", "", labels="ab"), "b", id="the set's case"),
        pytest.param("B", options("", ""), "B", id="two options"),
    ],
)
def test_options_decide_what_a_text_means(
    text: str, choices: tuple[Choice, ...], expected: str | None
) -> None:
    assert extract_choice(text, choices) == expected


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
    assert extract_choice(text, HEIGHTS, chosen) == expected


METALS = options("iron", "wood", "tin", "glass")


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
    assert extract_choice(text, METALS, chosen) == expected


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
    answer = extract_choice("".join(fragments), HEIGHTS, chosen)

    labels = answer.split(",") if answer else []
    assert labels == [label for label in "ABCDE" if label in labels]
    assert len(labels) in ([0, chosen] if chosen else range(6))


@given(text=st.text())
def test_any_text_can_be_read(text: str) -> None:
    assert extract_choice(text, HEIGHTS) in (None, *"ABCDE")


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
def test_a_hostile_text_is_read_in_linear_time(unit: str) -> None:
    # A quadratic step over 100 kB would take minutes.
    for chosen in (1, 0):
        extract_choice(unit * (100_000 // len(unit)), HEIGHTS, chosen)


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
    assert gold_labels(value, HEIGHTS[:3]) == expected


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
    assert gold_labels(value, WEATHER) == expected


TRAYS = options("pear", "plum", "pear")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The answer is C.", "C", id="a label"),
        pytest.param("The answer is (C) pear.", "C", id="a label with the text"),
        pytest.param("C. pear", "C", id="a label at the start"),
        pytest.param("The answer is plum.", "B", id="the text of one option"),
        pytest.param("The answer is pear.", None, id="the text of two options"),
        pytest.param("So it is pear.", None, id="the text of two options in a conclusion"),
        pytest.param('{"answer": "pear"}', None, id="the text of two options in JSON"),
        pytest.param("The answer is 5.", None, id="no option"),
    ],
)
def test_labels_tell_options_of_equal_text_apart(text: str, expected: str | None) -> None:
    assert extract_choice(text, TRAYS) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("A", "A", id="label"),
        pytest.param(2, "C", id="index"),
        pytest.param("plum", "B", id="the text of one option"),
        pytest.param("pear", None, id="the text of two options"),
        pytest.param("C. pear", "C", id="label and text"),
        pytest.param("B. pear", None, id="label and another's text"),
    ],
)
def test_a_gold_answer_among_options_of_equal_text(value: object, expected: str | None) -> None:
    assert gold_labels(value, TRAYS) == expected
