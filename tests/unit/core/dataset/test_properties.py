"""Promises for any dataset: nothing is lost, forms do not matter, golds are what votes are."""

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.answers.multiple_choice import extract_choice
from lambdas.core.dataset import layouts
from lambdas.core.dataset.layouts import plain_name
from tests.unit.core.dataset.samples import read_dataset, surveyed

BASES: list[list[dict[str, Any]]] = [
    [{"question": "How many?", "answer": "7"}, {"question": "And now?", "answer": "9"}],
    [{"question": "Who sang?", "answer": "Ann"}, {"question": "Who slept?", "answer": "Ben"}],
    [{"question": "Which?", "choices": ["iron", "tin"], "answer": "B"}] * 2,
    [{"question": "Which?", "A": "iron", "B": "tin", "answer": "A"}] * 2,
    [{"input": "Which is wet?", "target": "rain"}, {"input": "Which is dry?", "target": "sand"}],
]
KNOWN_NAMES = sorted(
    {name for names in (*layouts.QUESTIONS, *layouts.STEMS) for name in names}
    | {*layouts.CONTEXTS, *layouts.ANSWERS, *layouts.CORRECT_CHOICES, *layouts.CHOICES}
    | {*layouts.SCORED_CHOICES, *layouts.LISTED_SCORES, *layouts.RIGHT_OPTIONS, "image"}
    | {f"{prefix}{end}" for prefix in layouts.OPTION_PREFIXES for end in "ab01"}
    | {f"{name}{end}" for name in layouts.WRONG_OPTIONS for end in ("", "s", "1")}
    | {"rationale", "stem", "rows", "data", "text", "Record ID", "notes", ""}
)
WORDS = st.sampled_from(["rain", "iron", "B", "2", "It is so.", "yes", "0.5", "a ) x , b ) y"])
VALUES: st.SearchStrategy[Any] = (
    WORDS
    | st.integers(0, 3)
    | st.booleans()
    | st.lists(WORDS, min_size=1, max_size=3)
    | st.dictionaries(WORDS, WORDS | st.integers(0, 1), min_size=1, max_size=2)
)
# Any but half a surrogate pair, which is shown escaped, and no longer than is kept.
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@pytest.mark.parametrize("base", BASES, ids=["numbers", "texts", "list", "columns", "input"])
@given(st.sampled_from(KNOWN_NAMES) | NAMES, VALUES, st.data())
def test_every_member_is_shown_or_an_option_or_the_answer_or_named_as_unused(
    base: list[dict[str, Any]], name: str, value: Any, data: st.DataObject
) -> None:
    spelling = data.draw(st.sampled_from([str, str.upper, str.title]))(name)
    rows = [{**row, spelling: value} for row in base]

    found = surveyed(*rows).findings

    texts = "\n".join(question.text for question in read_dataset(*rows).questions)
    used = {*found.options, *found.answers, *found.unused}
    # What cannot be shown is refused, and an id is shown as such.
    for member, content in rows[0].items() if found.questions else ():
        shown = member in found.asked and (not isinstance(content, str) or content in texts)
        assert shown or member in used or plain_name(member) == "id", member


@pytest.mark.parametrize("name", [name for name in KNOWN_NAMES if name != "question"])
def test_a_member_of_any_known_name_is_used_or_named(name: str) -> None:
    base = {"question": "How many?", "answer": "7"}
    rows = [base | {name: f"text {n}", "question": f"{n}?"} for n in range(2)]

    survey = surveyed(*rows)

    changed = [each.text for each in read_dataset(*rows).questions] != ["0?", "1?"]
    found = survey.findings
    assert changed or survey.problems or name in {*found.unused, *found.answers, *found.options}


# No line ends or tabs, which a TSV cannot hold, and nothing that a CSV reads as no value.
CELLS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\n\r\t\x0b\x0c"),
    min_size=1,
    max_size=8,
).filter(lambda text: any(map(str.isalnum, text)))
TABLES = st.lists(
    st.fixed_dictionaries({"question": CELLS, "answer": st.integers(-99, 99).map(str)})
    | st.fixed_dictionaries(
        {"question": CELLS, "A": CELLS, "B": CELLS, "answer": st.sampled_from("AB")}
    ),
    min_size=1,
    max_size=3,
).filter(lambda rows: len({*map(tuple, rows)}) == 1)


def table(rows: list[dict[str, str]], separator: str) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, [*rows[0]], delimiter=separator)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


@given(TABLES)
def test_a_dataset_is_the_same_in_every_form(rows: list[dict[str, str]]) -> None:
    jsonl = "\n".join(map(json.dumps, rows)).encode()
    exported = json.dumps({"rows": [{"row_idx": 0, "row": row} for row in rows]}).encode()
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    forms = {
        "array.json": json.dumps(rows).encode(),
        "indented.json": json.dumps(rows, indent=1, ensure_ascii=False).encode(),
        "rows.json": exported,
        "columns.json": json.dumps(columns).encode(),
        "commas.csv": table(rows, ","),
        "semicolons.csv": table(rows, ";"),
        "tabs.csv": table(rows, "\t"),
        "tabs.tsv": table(rows, "\t"),
    }

    expected = read_dataset(jsonl)

    assert len(expected.questions) == len(rows)
    for file, content in forms.items():
        read = read_dataset(content, file=file)
        assert (read.questions, read.problems, read.reading) == (
            expected.questions,
            [],
            expected.reading,
        ), file


@given(
    st.lists(st.text("abc 12", min_size=1, max_size=5).filter(str.strip), min_size=2, max_size=6),
    st.data(),
)
def test_a_right_option_is_what_is_read_of_a_completion_that_names_it(
    options: list[str], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(options) - 1))
    letter = "ABCDEF"[place]
    answer = data.draw(st.sampled_from([letter, letter.lower(), f"({letter})", place]))

    (question,) = read_dataset(
        {"question": "Which?", "choices": options, "answer": answer}
    ).questions

    assert question.gold == letter
    assert extract_choice(f"The answer is ({question.gold}).", question.choices) == question.gold
