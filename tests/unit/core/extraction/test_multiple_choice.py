"""The option that a completion names, and when a reader abstains."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from lambdas.core.extraction.multiple_choice import extract
from lambdas.core.sets.question import Choice

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
        pytest.param("None of these fits, so the answer is D.", "D", id="settled after all"),
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
    assert extract(text, HEIGHTS) == expected


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
    assert extract(text, HEIGHTS) is None


def test_recorded_cases_are_read_as_people_read_them(shared_data: Callable[[str], Path]) -> None:
    lines = shared_data("extraction_cases.jsonl").read_text(encoding="utf-8").split("\n")
    cases = [case for line in lines if line and (case := json.loads(line))["kind"] == "choice"]

    read = {
        case["id"]: extract(case["text"], options(*[""] * len(case["letters"]))) for case in cases
    }

    assert len(cases) >= 40
    assert [case["id"] for case in cases if read[case["id"]] not in case["accept"]] == []
