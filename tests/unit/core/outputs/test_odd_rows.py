"""Undocumented rows: whatever a line contains, it is counted and never fatal."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.jobs import RecordAnswers
from lambdas.core.answers.reader import read_arithmetic
from lambdas.core.models.base import Form
from lambdas.core.models.registry import FAMILIES, form_named
from lambdas.core.outputs.counts import OutputCounts
from lambdas.core.outputs.reader import OutputReader
from lambdas.core.text import Line
from tests.unit.core.samples import SLICE_RECORDS, rows

# Families share forms: each is drawn as often as any other.
FORMS = {type(form): form for family in FAMILIES for form in family.forms}
EVERY_FORM = pytest.mark.parametrize("form", FORMS.values(), ids=[each.__name__ for each in FORMS])
MEMBERS = st.sampled_from(
    [
        *("output", "message", "content", "text", "usage", "inputTokens", "outputTokens"),
        *("generations", "generation", "choices", "outputs", "results", "completions", "data"),
        *("stopReason", "stop_reason", "finish_reason", "finishReason", "reason", "type"),
    ]
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(MEMBERS, inner, max_size=4),
    max_leaves=12,
)


def a_reader(form: Form) -> OutputReader:
    return OutputReader(SLICE_RECORDS, 0, form, first=10, read_answer=read_arithmetic)


def read(form: Form, *found: Any) -> tuple[OutputCounts, list[Any]]:
    reader = a_reader(form)
    lines = reader.read(rows(*found)).splitlines()
    answers = [msgspec.json.decode(line, type=RecordAnswers).answers for line in lines]
    return reader.counts, answers


def accounted(counts: OutputCounts) -> int:
    return counts.answered + counts.unanswered + counts.missing_paths


@EVERY_FORM
@given(output=ANYTHING, error=ANYTHING)
def test_any_output_of_a_record_leaves_every_path_accounted_for(
    form: Form, output: Any, error: Any
) -> None:
    row = {"recordId": "q0000010s00", "modelOutput": output, "error": error, "modelInput": output}

    counts, _ = read(form, row)

    assert accounted(counts) == 10
    assert counts.rows == 1
    assert counts.succeeded + counts.errors + counts.unreadable == 1


@EVERY_FORM
@given(row=ANYTHING | st.binary(max_size=40))
def test_any_line_is_counted_once(form: Form, row: Any) -> None:
    counts, _ = read(form, row)

    kinds = counts.succeeded + counts.errors + counts.unreadable + counts.foreign
    assert kinds + counts.malformed == counts.rows
    assert accounted(counts) == 10


@EVERY_FORM
@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_a_line_nested_beyond_all_depth_is_malformed(form: Form, opening: bytes) -> None:
    deep = b'{"recordId":"q0000010s00","modelOutput":' + opening * 200_000
    reader = a_reader(form)

    found = reader.read([Line(1, deep, len(deep))])

    assert (found, reader.counts.malformed) == (b"", 1)


COMMAND = form_named("cohere-command", "InvokeModel")
CONVERSE = form_named("nova", "Converse")


def test_an_output_of_another_form_is_the_records_and_does_not_vote() -> None:
    counts, answers = read(COMMAND, {"recordId": "q0000010s00", "modelOutput": {"generations": 7}})

    assert answers == [[None, None, None]]
    assert (counts.unreadable, counts.unanswered, counts.missing_paths) == (1, 3, 7)
    assert counts.unread_paths == 3


def test_an_unreadable_output_of_a_foreign_record_is_foreign() -> None:
    counts, answers = read(COMMAND, {"recordId": "CALL0000001", "modelOutput": "text"})

    assert answers == []
    assert (counts.unreadable, counts.foreign) == (0, 1)


def test_completions_without_a_text_are_counted_and_do_not_vote() -> None:
    texts = [{"text": None}, {}, {"text": " \n"}]

    counts, answers = read(
        COMMAND, {"recordId": "q0000010s00", "modelOutput": {"generations": texts}}
    )

    assert answers == [[None, None, None]]
    assert (counts.empty, counts.unanswered) == (3, 3)


def test_an_unknown_stop_reason_is_counted_and_its_text_read() -> None:
    text = {"text": "The answer is 4.", "finish_reason": "BORED"}

    counts, answers = read(
        COMMAND, {"recordId": "q0000010s00", "modelOutput": {"generations": [text]}}
    )

    assert answers == [["4"]]
    assert counts.odd_stops == 1


@pytest.mark.parametrize("tokens", [-1, 10**9, 10**40])
def test_a_count_of_tokens_that_cannot_be_is_none(tokens: int) -> None:
    output = {
        "output": {"message": {"content": [{"text": "The answer is 4."}]}},
        "usage": {"inputTokens": tokens, "outputTokens": 5},
    }

    counts, answers = read(CONVERSE, {"recordId": "q0000010s00", "modelOutput": output})

    assert answers == [["4"]]
    assert (counts.unstated, counts.tokens_in, counts.tokens_out) == (1, 0, 0)
