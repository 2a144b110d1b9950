"""Whole datasets in the forms that tools write, or refused with the way out."""

import json

import pytest

from tests.unit.core.dataset.samples import read_dataset, surveyed

ROWS: list[dict[str, object]] = [
    {"question": "One and one?", "answer": "2"},
    {"question": "Two, and two?", "answer": "4"},
]
FEATURES = [{"feature_idx": 0, "name": "question", "type": {"dtype": "string"}}]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        pytest.param("q.json", json.dumps(ROWS), id="an array in one line"),
        pytest.param("q.jsonl", json.dumps(ROWS, indent=1), id="an array over lines, named JSONL"),
        pytest.param("q.json", json.dumps({"version": 1, "data": ROWS}), id="within data"),
        pytest.param(
            "q.json", json.dumps({"canary": "x", "examples": ROWS}, indent=2), id="examples"
        ),
        pytest.param("q.json", json.dumps({"train": [], "test": ROWS}), id="one split of two"),
        pytest.param("q.json", json.dumps({"7": ROWS[0], "9": ROWS[1]}), id="by id, as in TabMWP"),
        pytest.param(
            "q.json",
            json.dumps(
                {"features": FEATURES, "rows": [{"row_idx": 0, "row": row} for row in ROWS]}
            ),
            id="Hugging Face's rows",
        ),
        pytest.param(
            "q.json",
            json.dumps({name: [row[name] for row in ROWS] for name in ROWS[0]}),
            id="columns as lists",
        ),
        pytest.param(
            "q.json",
            json.dumps({name: {"0": ROWS[0][name], "1": ROWS[1][name]} for name in ROWS[0]}),
            id="pandas' columns",
        ),
        pytest.param(
            "q.json",
            json.dumps(
                {
                    "columns": ["question", "answer"],
                    "index": [0, 1],
                    "data": [[*row.values()] for row in ROWS],
                }
            ),
            id="pandas' split layout",
        ),
        pytest.param(
            "q.json",
            json.dumps({"schema": {"fields": [{"name": "question"}]}, "data": ROWS}),
            id="pandas' table layout",
        ),
        pytest.param(
            "q.csv", "question;answer\nOne and one?;2\nTwo, and two?;4\n", id="semicolons"
        ),
        pytest.param("q.csv", "question\tanswer\nOne and one?\t2\nTwo, and two?\t4", id="tabs"),
        pytest.param("q.tsv", "question\tanswer\nOne and one?\t2\nTwo, and two?\t4", id="a TSV"),
        pytest.param(
            "q.csv", "sep=;\r\nquestion;answer\r\nOne and one?;2\r\nTwo, and two?;4\r\n", id="Excel"
        ),
        pytest.param("q.tsv", "One and one?\t2\nTwo, and two?\t4\n", id="MGSM has no header"),
        pytest.param("q.csv", 'Prompt,TARGET\nOne and one?,2\n"Two, and two?",4\n', id="capitals"),
        pytest.param(
            "q.csv", ',problem,solution\n0,One and one?,2\n1,"Two, and two?",4\n', id="an index"
        ),
    ],
)
def test_whole_datasets_are_read_in_the_forms_that_tools_write(file: str, content: str) -> None:
    read = read_dataset(content.encode(), file=file)

    assert [(each.text, each.gold) for each in read.questions] == [
        ("One and one?", "2"),
        ("Two, and two?", "4"),
    ]
    assert read.problems == []


def test_mmlus_rows_without_a_header_are_read_from_the_first() -> None:
    read = read_dataset(b'"Which, of these?",iron,tin,lead,gold,C\nAnd?,a,b,c,d,A\n', file="q.csv")

    assert [(each.text, each.gold) for each in read.questions] == [
        ("Which, of these?", "C"),
        ("And?", "A"),
    ]


@pytest.mark.parametrize(
    ("file", "content", "problem"),
    [
        pytest.param(
            "q.jsonl",
            '{"conversations": [{"role": "user", "content": "?"}], "answer": "1"}',
            "jq -c '.question = .conversations[0].content' FILE makes the first turn the question",
            id="a conversation",
        ),
        pytest.param(
            "q.jsonl",
            '{"turns": ["?"], "ground_truth": "1"}',
            "jq -c '.question = .turns[0]' FILE makes the first turn the question",
            id="LiveBench's turns",
        ),
        pytest.param(
            "q.jsonl", '{"quesion": "?"}', 'rename "quesion" to question', id="a mistyped name"
        ),
        pytest.param(
            "q.jsonl",
            '{"claim": "Iron rusts.", "evidence": "It does."}',
            'it has "claim", "evidence"; rename the one that is the question',
            id="another name",
        ),
        pytest.param(
            "q.json",
            json.dumps({"train": ROWS, "test": ROWS}),
            '"train", "test" hold questions each, must be one dataset: jq -c \'.train[]\' FILE',
            id="two splits",
        ),
        pytest.param(
            "q.json",
            json.dumps({"passage": "Ann sang.", "questions": ROWS}),
            '"passage" is beside "questions" and belongs to its questions, must be in each of them:'
            " jq -c '.passage as $x | .questions[] | .passage = $x' FILE makes it so",
            id="a passage of all questions",
        ),
        pytest.param(
            "q.json",
            json.dumps({"rows": [{"row": ROWS[0], "truncated_cells": ["question"]}]}),
            "1 row cut off by the export, must be whole",
            id="an export that cuts texts",
        ),
        pytest.param(
            "q.json",
            json.dumps({"x'; rm -rf ~; '": ROWS, "y": ROWS}),
            "jq -c '.y[]' FILE",
            id="no command with odd characters",
        ),
        pytest.param(
            "q.json",
            json.dumps({"title": "Sums", "parts": {"a": 1}}, indent=1),
            "no array of questions is found, must be JSONL, or an array of objects with a question"
            ' each; it has "title", "parts"',
            id="an object without questions",
        ),
        pytest.param(
            "q.json",
            json.dumps({"data": ROWS}) + "\n" + json.dumps(ROWS[0]),
            "line 2: follows a whole dataset in one value",
            id="a row behind a whole dataset",
        ),
        pytest.param(
            "q.csv",
            "Case;Expected\na;b\n",
            'the first line has "Case", "Expected"',
            id="no known column",
        ),
        pytest.param(
            "q.csv", "question|answer\na|1\n", "none of 1 columns", id="an unknown separator"
        ),
        pytest.param(
            "q.csv",
            "question,answer\ra,1\rb,2\r",
            "line 1: has line ends of old Macs",
            id="old Macs",
        ),
        pytest.param(
            "q.tsv",
            'question\tanswer\n"One and\none?"\t2\n',
            "line 2: 1 field, must be 2 as in the first line; a field of a .tsv holds no line end",
            id="a line end within quotes of a TSV",
        ),
        pytest.param(
            "q.csv",
            "question,answer\nGr\udcf6\udcdfe?,1\n",
            "iconv -f WINDOWS-1252 -t UTF-8 FILE makes it so of Excel's",
            id="Excel's code page",
        ),
    ],
)
def test_what_cannot_be_read_is_named_with_the_way_out(
    file: str, content: str, problem: str
) -> None:
    survey = surveyed(content.encode(errors="surrogateescape"), file=file)

    assert problem in survey.problems[0]


@pytest.mark.parametrize(
    ("header", "unused"),
    [
        pytest.param("question,answer,note,note", ("note", "column 4"), id="one name twice"),
        pytest.param("question,answer,,", ("column 3", "column 4"), id="columns without a name"),
        pytest.param("question,answer,Answer,ANSWER", ("Answer", "ANSWER"), id="other cases"),
    ],
)
def test_no_column_is_lost(header: str, unused: tuple[str, ...]) -> None:
    survey = surveyed(f"{header}\na,1,2,3\n".encode(), file="q.csv")

    assert survey.findings.unused == unused
    assert survey.findings.golds == ("1",)


@pytest.mark.parametrize(
    ("field", "text"),
    [
        pytest.param('"say ""hi"""', 'say "hi"', id="quotes around it, and doubled within"),
        pytest.param('say "hi"', 'say "hi"', id="quotes within"),
        pytest.param('"hi" or "ho"', '"hi" or "ho"', id="two words in quotes"),
        pytest.param('"', '"', id="one quote"),
        pytest.param('say "hi', 'say "hi', id="an open quote"),
        pytest.param('"a""\x00"', 'a" ', id="a control character"),
    ],
)
def test_quotes_in_a_tsv_are_signs_unless_a_writer_added_them(field: str, text: str) -> None:
    content = f"question\tanswer\nIs it {field}?\t1\n{field}\t2\nlast\t3\n".encode()

    read = read_dataset(content, file="q.tsv")

    texts = [question.text for question in read.questions if question.gold != "1"]
    assert (texts, len(read.rows)) == ([text, "last"], 3)
