"""Whatever a line of output holds, it is decoded or refused as undecodable, and then read."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.families import FAMILIES, Completion, Form
from tests.unit.core.families.outputs import decoded, documented

JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
# One family for each form there is; the others share theirs.
FORMS = {
    (type(form), form.rows): pytest.param(
        family.name, form, id=f"{family.name}-{form.invocation_type}"
    )
    for family in FAMILIES
    for form in family.forms
}.values()
REFUSED = (msgspec.DecodeError, UnicodeDecodeError)


@st.composite
def disturbed(draw: st.DrawFn, value: Any) -> Any:
    """Return a value with any of its members replaced or left out."""
    if draw(st.integers(0, 9)) == 0:
        return draw(JSON)
    if isinstance(value, dict):
        return {
            key: draw(disturbed(kept)) for key, kept in value.items() if draw(st.integers(0, 9))
        }
    if isinstance(value, list):
        return [draw(disturbed(each)) for each in value]
    return value


def read_line(form: Form, content: bytes) -> None:
    try:
        row = decoded(form, content)
    except REFUSED:
        return
    if row.modelOutput is None:
        return
    for completion in form.read(row.modelOutput).completions:
        assert isinstance(completion, Completion)
        assert isinstance(completion.text, str)
        assert completion.cut_off + completion.filtered + completion.odd_stop <= 1


@pytest.mark.parametrize(("family", "form"), FORMS)
@given(value=JSON)
def test_any_json_as_a_row_or_as_its_output(family: str, form: Form, value: Any) -> None:
    read_line(form, json.dumps(value).encode())
    read_line(form, json.dumps({"recordId": "q0000000s00", "modelOutput": value}).encode())


@pytest.mark.parametrize(("family", "form"), FORMS)
@given(drawn=st.data())
def test_any_disturbance_of_a_documented_output(
    family: str, form: Form, drawn: st.DataObject
) -> None:
    output, _ = documented(family, form)
    row = {"recordId": "q0000000s00", "modelOutput": drawn.draw(disturbed(output))}

    read_line(form, json.dumps(row).encode())


@pytest.mark.parametrize(("family", "form"), FORMS)
@given(content=st.binary())
def test_any_bytes_as_a_line(family: str, form: Form, content: bytes) -> None:
    read_line(form, content)
