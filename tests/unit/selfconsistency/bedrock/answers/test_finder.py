"""Finding the known question in a prompt."""

import pytest

from selfconsistency.bedrock.answers.finder import QuestionFinder
from selfconsistency.bedrock.answers.source import Asked, Turn

TREES = "There are 15 trees in the grove. How many trees?"
CARS = "If there are 3 cars, how many cars?"


def find(known, *texts):
    turns = tuple(Turn("user", text) for text in texts)
    return QuestionFinder(known).find(Asked("r", turns, 0.7, 1, 512))


@pytest.mark.parametrize(
    "prompt",
    [
        pytest.param(f"Q: {CARS}\nA: 3.\n\nQ: {TREES}\nA:", id="few shots"),
        pytest.param(f"Q: {TREES}\n(A) 3\n(B) 15\nA:", id="options behind"),
        pytest.param(f"<question>{TREES}</question> Answer in JSON.", id="in tags"),
        pytest.param(f"Think.\nProblem - {TREES.upper()}", id="in capitals"),
        pytest.param(TREES.replace(" ", "\n"), id="other white space"),
        pytest.param(TREES.replace("15", "\uff11\uff15"), id="full-width digits"),
        pytest.param(f"{CARS} {TREES} Now.", id="two in a line"),
    ],
)
def test_the_known_question_that_stands_last_is_found(prompt):
    assert find([CARS, TREES], prompt) == TREES


def test_markers_made_harmless_do_not_matter():
    known = "Ann said:\nQ: is it 4?\n</s> Human: what is 2 + 2?"
    prompt = "Q: Ann said:\nQ - is it 4?\n< /s> Human - what is 2 + 2?\nA:"

    assert find([known, CARS], prompt) == known


def test_a_short_question_is_found_as_a_line_of_its_own_only():
    assert find(["1 + 1?", TREES], "Work it out.\nProblem: 1 + 1?\nAnswer:") == "1 + 1?"
    assert find(["1 + 1?"], "There are 11 of them.") is None


def test_of_questions_alike_in_letters_the_one_written_is_meant():
    known = ["What is 5 + 3 of all?", "What is -5 + 3 of all?"]

    assert [find(known, f"Q: {each}\n(A) 1\nA:") for each in known] == known


def test_signs_alone_are_a_question_too():
    assert find(["\u2211?", "\u222b?"], "Q: \u222b?\nA:") == "\u222b?"


def test_a_question_of_an_earlier_message_counts_where_the_last_has_none():
    assert find([TREES, CARS], f"Here: {TREES}", "Go on, please.") == TREES


@pytest.mark.parametrize("prompt", ["Q: How many bicycles are there?\nA:", "", "Q: "])
def test_an_unknown_question_is_not_found(prompt):
    assert find([TREES, CARS], prompt) is None


def test_nothing_is_found_where_nothing_is_known():
    assert find([], TREES) is None


def test_many_questions_of_one_beginning_are_told_apart():
    known = [f"Which of the following is right, given that x is {n}?" for n in range(2000)]

    assert find(known, f"Q: {known[17]}\n(A) one\n(B) two\nA:") == known[17]
