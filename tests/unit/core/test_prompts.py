"""Prompts: the exemplars before each question, built in or the user's own."""

import json

import pytest

from lambdas.core.arithmetic import extract
from lambdas.core.errors import RequestError
from lambdas.core.lines import split_lines
from lambdas.core.prompts import (
    Exemplar,
    arithmetic_prompt,
    builtin_exemplars,
    read_exemplars,
)
from lambdas.core.questions import Findings


def exemplars(content: bytes) -> list[Exemplar]:
    findings = Findings("e.jsonl")
    found = read_exemplars(split_lines([content], 2**18), findings)
    findings.refuse()
    return found


def test_there_are_eight_built_in_exemplars_whose_rationale_ends_with_their_answer() -> None:
    found = builtin_exemplars()

    assert len(found) == 8
    assert all(extract(each.rationale) for each in found)


def test_a_prompt_has_the_exemplars_then_the_question() -> None:
    prompt = arithmetic_prompt([Exemplar("1 + 1?", "The answer is 2.")])

    assert prompt.around("2 + 2?").endswith("\n\nQ: 1 + 1?\nA: The answer is 2.\n\nQ: 2 + 2?\nA:")


def test_without_exemplars_instruction_and_question_are_left() -> None:
    prompt = arithmetic_prompt([])

    assert prompt.before.startswith("Work out each answer step by step")
    assert prompt.around("2 + 2?").endswith("\n\nQ: 2 + 2?\nA:")


def test_own_exemplars_get_a_closing_sentence_where_they_have_none() -> None:
    rows = [
        {"question": " a? ", "rationale": "It is 2.", "answer": "2"},
        {"question": "b?", "rationale": "So the answer is 3.", "answer": "3"},
    ]

    found = exemplars(b"\n\n".join(json.dumps(row).encode() for row in rows))

    assert found == [
        Exemplar("a?", "It is 2. The answer is 2."),
        Exemplar("b?", "So the answer is 3."),
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(
            b"", 'e.jsonl line 1: no exemplar; use "few_shot": "none" for a prompt without any'
        ),
        pytest.param(
            b"[1]", "e.jsonl line 1: must be a JSON object with question, rationale and answer"
        ),
        pytest.param(
            b"[" * 100_000,
            "e.jsonl line 1: must be a JSON object with question, rationale and answer",
            id="too deep",
        ),
        pytest.param(
            b'{"question":"a","rationale":"b","answer":5}',
            "e.jsonl line 1: answer is 5, must be a text",
        ),
        pytest.param(
            b'{"question":"a","rationale":"\\ud800","answer":"5"}',
            'e.jsonl line 1: rationale is "\\ud800", must be a text',
            id="half a surrogate pair",
        ),
    ],
)
def test_exemplars_that_cannot_be_used_are_refused(content: bytes, problem: str) -> None:
    with pytest.raises(RequestError) as refused:
        exemplars(content)

    assert refused.value.problems == (problem,)


def test_more_exemplars_than_a_prompt_should_hold_are_refused() -> None:
    row = b'{"question":"a","rationale":"b","answer":"5"}\n'

    assert len(exemplars(row * 64)) == 64
    with pytest.raises(RequestError, match="line 65: more than 64 exemplars; keep the best few"):
        exemplars(row * 65)


def test_exemplars_longer_than_any_prompt_should_be_are_refused() -> None:
    row = {"question": "a" * 150_000, "answer": "5"}
    longest, longer = (
        json.dumps(row | {"rationale": "answer is 5.".rjust(size, "b")}).encode()
        for size in (50_000, 50_001)
    )

    assert len(exemplars(longest)) == 1
    with pytest.raises(RequestError) as refused:
        exemplars(longer)
    assert refused.value.problems == (
        "e.jsonl line 1: 200,001 characters of exemplars, must be at most 200,000; keep a few",
    )
