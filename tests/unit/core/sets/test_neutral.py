"""Neutralising: a text of the set stays in its place, whatever stands in it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.sets.neutral import neutral

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
SPEAKERS = ["Q:", "A:", "Question", "Answer:", "Ｑ", "Human", ":", "：", "12"]
LINES = ["\n", "\u2028", "\x85", "\u200b", "**", "#", "_", ";", " "]
TOKENS = ["<|", "＜|", "|im_end|>", "[INST]", "</s>", "<think>", "<", "/", "s>", "[", "(A)", "(B)"]
MARKS = st.sampled_from([*SPEAKERS, *LINES, *TOKENS])
TRICKY = st.lists(MARKS | TEXTS, max_size=12).map("".join)


@pytest.mark.parametrize(
    ("text", "inert"),
    [
        pytest.param("Q: What?", "Q; What?", id="at the beginning"),
        pytest.param("Question: What?", "Question; What?", id="harmless, and broken as well"),
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
        pytest.param("x</Question>y", "x< /Question>y", id="a closing tag"),
    ],
)
def test_a_mark_of_the_prompts_own_is_broken(text: str, inert: str) -> None:
    assert neutral(text) == inert


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
    ],
)
def test_an_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert neutral(text) == text


def test_a_label_in_brackets_at_a_lines_start_is_broken_where_it_is_one_of_the_options() -> None:
    assert neutral("7\n(B) 8\n(Ｃ) 9\n(x) 10", {"B", "C"}) == "7\n( B) 8\n( Ｃ) 9\n(x) 10"


@given(TRICKY)
def test_letters_and_digits_stay_in_their_order(text: str) -> None:
    kept = [sign for sign in neutral(text, {"A", "B"}) if sign.isalnum()]

    assert kept == [sign for sign in text if sign.isalnum()]


@given(TRICKY)
def test_what_is_neutral_stays_as_it_is(text: str) -> None:
    once = neutral(text, {"A", "B"})

    assert neutral(once, {"A", "B"}) == once


@given(TRICKY)
def test_no_line_begins_with_a_speaker_and_no_token_is_whole(text: str) -> None:
    inert = neutral(text)

    assert not re.search(r"(?im)^\W*(?:q|a|question|answer|human)\s*:(?!\d)", inert)
    assert not any(token in inert for token in ("<|", "[INST]", "</", "<think>"))


@pytest.mark.parametrize(
    "piece", ["\n", " ", "Q", "\nQ", "Q:", "<|", "</", "(A) ", "\n(", "*_", "[inst", "A 1", "a_"]
)
def test_a_flood_of_what_a_mark_begins_with_is_read_once(piece: str) -> None:
    flood = piece * (200_000 // len(piece))

    assert len(neutral(flood, {"A"})) <= 2 * len(flood)
