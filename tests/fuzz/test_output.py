"""Outputs of jobs: rows of every family, and manifests."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.jobs import RecordAnswers
from lambdas.contract.schema import AnswerSpec, Choice, Question
from lambdas.core.answers.reader import ReadAnswer, answer_reader
from lambdas.core.models.base import Completion, Form
from lambdas.core.models.registry import FAMILIES
from lambdas.core.outputs.counts import Manifest, OutputCounts, output_entry
from lambdas.core.outputs.reader import MAX_ROW_BYTES, UNDECODABLE, OutputReader
from lambdas.core.text import split_lines
from tests.fuzz.bounds import FUZZ, outcome
from tests.fuzz.inputs import JSON, PIECES, chunked, nested, noise, wrong
from tests.unit.core.models.outputs import documented
from tests.unit.core.samples import SLICE_RECORDS, a_job

# One family for each form there is; the others share theirs.
FORMS = {
    (type(form), form.rows): pytest.param(
        family.name, form, id=f"{family.name}-{form.invocation_type}"
    )
    for family in FAMILIES
    for form in family.forms
}.values()
CHOICES = (Choice("A", "red"), Choice("B", "1,000"))
QUESTIONS = [
    Question(index, f"q{index}", "?", gold, CHOICES) for index, gold in ((10, "A"), (11, "B"))
]
READERS = st.sampled_from(
    [
        AnswerSpec("arithmetic"),
        AnswerSpec("multiple_choice", confidence=True),
        AnswerSpec("exact"),
        AnswerSpec("exact", pattern="Label: (\\w+)"),
        AnswerSpec("exact", json_key="label"),
    ]
)
SAID = [
    *("The answer is 18.", "#### 1,000", "\\boxed{\\frac{1}{2}}", "<answer>B</answer>", "(A) red"),
    *('{"label": "x"}', "Label: x", "3 + 4 = 7", "Confidence: 90", "<think>", "**Answer:** B", "$"),
    *("1,0", "10^", "one hundred and ", "((((", "<<1+1=", "A, B, ", "= ", "\n", " ", "not ", "-"),
]
TEXTS = (
    st.lists(st.sampled_from(SAID) | st.text(max_size=20), max_size=10).map("".join)
    | st.builds(lambda unit, times: unit * times, st.sampled_from(SAID), st.integers(0, 3_000))
    | st.text(max_size=60)
)
CODES = st.sampled_from([400, 401, 403, 404.0, "429", 500, "ThrottlingException", "403"])
IDS = st.sampled_from(["q0000010s00", "q0000010s03", "q0000011s00", "q0000011s03", "q0000000s00"])


def with_text(value: Any, text: str) -> Any:
    """Return an output that says something else wherever it says "The answer is 18."."""
    return json.loads(json.dumps(value).replace(json.dumps("The answer is 18."), json.dumps(text)))


@st.composite
def files(draw: st.DrawFn, family: str, form: Form) -> bytes:
    """Return an output file: rows that are good, of another shape, broken, or no rows."""
    good, _ = documented(family, form)
    row = st.builds(
        lambda name, output: json.dumps({"recordId": name, "modelOutput": output}).encode(),
        IDS,
        TEXTS.map(lambda text: with_text(good, text)) | JSON,
    )
    error = st.builds(
        lambda name, value: json.dumps({"recordId": name, "error": value}).encode(),
        IDS,
        JSON
        | st.fixed_dictionaries(
            {"errorCode": CODES | JSON, "errorMessage": JSON | TEXTS},
            optional={"retryable": st.booleans() | JSON, "expired": st.booleans() | JSON},
        ),
    )
    deep = nested(b"[", b"]").map(b'{"recordId":"q0000010s00","modelOutput":%b}'.__mod__)
    whole = draw(st.lists(row | error | deep | noise(), max_size=5))
    return draw(wrong([b"\n".join(whole)]))


@pytest.mark.parametrize(("family", "form"), FORMS)
@FUZZ
@given(spec=READERS, on_demand=st.booleans(), data=st.data())
def test_an_output_file_is_read_to_its_end(
    family: str, form: Form, spec: AnswerSpec, on_demand: bool, data: st.DataObject
) -> None:
    content = data.draw(files(family, form))
    pieces = data.draw(chunked(content))
    read_answer: ReadAnswer = answer_reader(spec, QUESTIONS)
    reader = OutputReader(
        SLICE_RECORDS,
        0,
        form,
        first=10,
        read_answer=read_answer,
        variants=("repair", "confidence"),
        on_demand=on_demand,
    )

    found = outcome(lambda: reader.read(split_lines(pieces, MAX_ROW_BYTES)), len(content))

    assert found is not None
    answers = [msgspec.json.decode(each, type=RecordAnswers) for each in found.splitlines()]
    paths = sum(len(each.answers) + each.failed for each in answers)
    assert reader.counts.missing_paths == 10 - paths
    storable(reader.counts)


def storable(counts: OutputCounts) -> None:
    """Assert that the counts can be stored, and fit in an entry of the table."""
    entry = output_entry(a_job(), [counts], None, 1_000)
    assert len(entry.model_dump_json()) < 10_000
    assert counts.tokens_in >= 0
    assert counts.tokens_out >= 0


MANIFEST = b'{"totalRecordCount": 4, "successRecordCount": 4, "inputTokenCount": 7}'


@FUZZ
@given(
    noise()
    | wrong([MANIFEST])
    | nested(b"[", b"]")
    | st.dictionaries(
        st.sampled_from(
            ["successRecordCount", "errorRecordCount", "inputTokenCount", "outputTokenCount"]
        ),
        JSON | st.integers(-(2**70), 2**70),
    ).map(lambda value: json.dumps(value).encode())
)
def test_a_manifest_is_believed_or_ignored(content: bytes) -> None:
    manifest = outcome(
        lambda: msgspec.json.decode(content, type=Manifest), len(content), UNDECODABLE
    )

    total = output_entry(a_job(), [OutputCounts()], manifest, 1_000)

    assert 0 <= (total.tokens_in or 0) < 10**10
    assert len(total.disagreement or "") < 500


@FUZZ
@given(st.lists(PIECES | st.sampled_from(SAID).map(str.encode), max_size=30), READERS)
def test_an_answer_is_found_or_not_in_any_text(pieces: list[bytes], spec: AnswerSpec) -> None:
    text = b"".join(pieces).decode("utf-8", "replace")

    outcome(lambda: answer_reader(spec, QUESTIONS)(Completion(text), 0), sum(map(len, pieces)))
