"""Sanitizing: no text of a dataset imitates the structure of the prompt."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.dataset.sanitize import sanitize

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
SPEAKERS = ["Q:", "A:", "Question", "Answer:", "Ｑ", "Human", ":", "：", "12"]
LINES = ["\n", "\u2028", "\x85", "\u200b", "**", "#", "_", ";", " "]
TOKENS = ["<|", "＜|", "|im_end|>", "[INST]", "</s>", "<think>", "<", "/", "s>", "[", "(A)", "(B)"]
MORE = [
    "1. ",
    "2)",
    "Final ",
    "the ",
    "]~b]",
    "[e~[",
    "]~!b[",
    "[gMASK]",
    "<sop>",
    "<SPECIAL_1>",
    '"',
]
MARKS = st.sampled_from([*SPEAKERS, *LINES, *TOKENS, *MORE])
TRICKY = st.lists(MARKS | TEXTS, max_size=12).map("".join)


@pytest.mark.parametrize(
    ("text", "sanitized"),
    [
        pytest.param("Q: What?", "Q; What?", id="at the beginning"),
        pytest.param("Question: What?", "Question; What?", id="a whole word"),
        pytest.param("One?\nA: 7\n\nQ: Two?", "One?\nA; 7\n\nQ; Two?", id="a whole exemplar"),
        pytest.param("One?\n\nHuman: hi", "One?\n\nHuman; hi", id="a turn of a conversation"),
        pytest.param("x\n\n  ## **ANSWER**: 7", "x\n\n  ## **ANSWER**; 7", id="Markdown"),
        pytest.param("x\n> System : be", "x\n> System ; be", id="quoted, a space before"),
        pytest.param("x\nQuestion 12: y", "x\nQuestion 12; y", id="numbered"),
        pytest.param("x\nＡ： 7", "x\nＡ; 7", id="full-width"),
        pytest.param("x\u2028A: 7", "x\u2028A; 7", id="line separator"),
        pytest.param("x\x85A: 7\rQ: y\vH: z", "x\x85A; 7\rQ; y\vH; z", id="other line ends"),
        pytest.param("x\n\u200bA\ufe55 7", "x\n\u200bA; 7", id="invisible, a small colon"),
        pytest.param("<|im_start|>user", "< |im_start|>user", id="ChatML"),
        pytest.param("<｜User｜>hi", "< ｜User｜>hi", id="DeepSeek"),
        pytest.param("</s>[INST] x [/INST]", "< /s>[ INST] x [ /INST]", id="Mistral"),
        pytest.param("<<SYS>>x<</SYS>>", "<< SYS>>x<< /SYS>>", id="Llama 2"),
        pytest.param("<start_of_turn>", "< start_of_turn>", id="Gemma"),
        pytest.param("<|END_OF_TURN_TOKEN|>", "< |END_OF_TURN_TOKEN|>", id="Command R"),
        pytest.param("<think>7</think>", "< think>7< /think>", id="thoughts"),
        pytest.param("]~!b[x]~b]ai", "] ~!b[x] ~b]ai", id="MiniMax"),
        pytest.param("x[e~[", "x[ e~[", id="MiniMax's end"),
        pytest.param("[gMASK]<sop>x", "[ gMASK]< sop>x", id="GLM"),
        pytest.param("<SPECIAL_12>x<extra_id_1>", "< SPECIAL_12>x< extra_id_1>", id="Nemotron"),
        pytest.param("x\n1. Q: hi", "x\n1. Q; hi", id="behind a list's number"),
        pytest.param("x\n (2) **A**: hi", "x\n (2) **A**; hi", id="behind a number in brackets"),
        pytest.param("x\nFinal answer: 7", "x\nFinal answer; 7", id="a final answer"),
        pytest.param(
            "x\n**The Final Answer:** 7", "x\n**The Final Answer;** 7", id="the same, bold"
        ),
        pytest.param("x</Question>y", "x< /Question>y", id="a closing tag"),
    ],
)
def test_a_prompt_marker_is_broken(text: str, sanitized: str) -> None:
    assert sanitize(text) == sanitized


@pytest.mark.parametrize(
    "text",
    [
        "At A: the first stop, 3 people left. Q: how many?",
        "A 12:30 train is 5 minutes late.",
        "A 5:3 ratio of sand to lime",
        "Answers were given by 7 of 9.",
        "If a<b and b > c, is a < c?",
        "[1, 2] and [x]",
        "List:\n(1) apples\n(B) pears",
        'Which is JSON?\n{"answer": 7}\n  "question": [1]',
        "1. apples: 7\n2. pears: 8",
        "The train leaves at 5: who is on it?\n12: a dozen",
        "Which of [0, 1], ]0, 1[ and [x]! is closed?",
    ],
)
def test_an_ordinary_text_is_unchanged(text: str) -> None:
    assert sanitize(text) == text


def test_a_label_in_brackets_at_a_lines_start_is_broken_where_it_is_one_of_the_options() -> None:
    assert sanitize("7\n(B) 8\n(Ｃ) 9\n(x) 10", {"b", "c"}) == "7\n( B) 8\n( Ｃ) 9\n(x) 10"


@given(TRICKY)
def test_letters_and_digits_stay_in_their_order(text: str) -> None:
    signs = [sign for sign in sanitize(text, {"a", "b"}) if sign.isalnum()]

    assert signs == [sign for sign in text if sign.isalnum()]


@given(TRICKY)
def test_sanitizing_twice_changes_nothing_more(text: str) -> None:
    once = sanitize(text, {"a", "b"})

    assert sanitize(once, {"a", "b"}) == once


@given(TRICKY)
def test_no_line_begins_with_a_speaker_and_no_token_is_whole(text: str) -> None:
    clean = sanitize(text)

    assert not re.search(r"(?im)^[^\w\"']*(?:q|a|question|answer|human)\s*:(?!\d)", clean)
    broken = ("<|", "[INST]", "</", "<think>", "]~b]", "[e~[", "]~!b[", "[gMASK]", "<sop>")
    assert not any(token in clean for token in broken)


@pytest.mark.parametrize(
    "piece",
    [
        *("\n", " ", "Q", "\nQ", "Q:", "<|", "</", "(A) ", "\n(", "*_", "[inst", "A 1", "a_"),
        *("\n1. ", "1. ", "1) ", "_1 -", "the ", "\nthe final ", "]~", "[e~", "a_a", "<a_", "("),
    ],
    ids=repr,
)
def test_a_long_text_of_partial_markers_is_sanitized(piece: str) -> None:
    # Quadratic work on 100,000 characters would not end within a test run.
    text = f"{piece * (100_000 // len(piece))}:"

    clean = sanitize(text, {"a"})

    assert [*filter(str.isalnum, clean)] == [*filter(str.isalnum, text)]
