"""Datasets and exemplars, JSONL and CSV, in chunks of any size."""

from typing import get_args

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract import Task
from lambdas.contract.schema import Question
from lambdas.core.dataset.files import MAX_DOCUMENT_BYTES, MAX_LINE_BYTES
from lambdas.core.dataset.golds import Asked
from lambdas.core.dataset.reader import questions_of
from lambdas.core.errors import RequestError
from lambdas.core.prompts.exemplars import read_exemplars
from lambdas.core.question import MAX_QUESTION_BYTES, read_shard, write_shard
from lambdas.core.survey import survey_dataset
from lambdas.core.text import split_lines
from tests.fuzz.bounds import FUZZ, outcome
from tests.fuzz.inputs import JSON, chunked, json_bytes, nested, noise, wrong

TASKS = st.sampled_from([None, *get_args(Task)])
NAMES = st.sampled_from(
    [
        *("question", "Question", "Body", "sQuestion", "question_concat", "stem", "data", "id"),
        *("answer", "answerKey", "correct", "final_ans", "lSolutions", "rationale"),
        *("choices", "options", "label", "text", "A", "B", "C", "D", "option1", "option2"),
        *("passage", "context", "image", "rows", "row", "columns", "target_scores", "distractor1"),
    ]
)
TEXTS = st.text(max_size=20) | st.sampled_from(["1", "Yes", "A", "1e5", "\ud800", "9" * 400, "a b"])
VALUES = TEXTS | st.lists(TEXTS, max_size=4) | st.integers(0, 3) | JSON
ROWS = st.dictionaries(NAMES, VALUES, max_size=6).map(json_bytes) | st.builds(
    lambda question, more: json_bytes({"question": question, **more}),
    TEXTS,
    st.dictionaries(NAMES, VALUES, max_size=4),
)
GOOD = [
    b'{"question": "How many?", "answer": "48+24 = <<48+24=72>>72.\\n#### 72"}\n'
    b'{"question": "How many\\u2028 now?", "answer": 1.5, "id": "x"}\n',
    b'{"question": "Which?", "choices": ["up", "down"], "answer": 1}\n'
    b'{"question": {"stem": "Which?", "choices": [{"label": "A", "text": "x"}, '
    b'{"label": "B", "text": "y"}]}, "answerKey": "B"}\n',
    b'{"Body": "He has $ 4.", "Question": "Left?", "Answer": "9 (apples)"}\n',
    b'{"question": "Is it?", "answer": "Yes", "rationale": "It is."}\n',
    b'id,question,answer\nx,"1,000 ""apples""\nor less?",5\n,b,\n',
    b"question,A,B,C,D,answer\nWhich?,x,y,z,w,B\nAnd?,x,y,,,\"['A']\"\n",
    b'{"rows": [{"row": {"passage": "a", "question": "b?", "answer": true}, '
    b'"truncated_cells": []}]}\n',
    b'[\n {"problem": "1,5 + 1?", "target": "2,5"},\n {"input": "2?", "output": "\\\\frac12"}\n]\n',
    b'{"question": {"0": "a?", "1": "b?"}, "options": {"0": ["x", "y"], "1": "a ) 1 , b ) 2"}}\n',
    b"sep=;\nQuestion;Correct Answer;Incorrect Answer 1;Incorrect Answer 2\na?;x;y;z\n",
    b'He said a "b" to c?\t5\nAnd "d?\t6\n',
]
CONTENT = (
    noise()
    | wrong(GOOD)
    | st.lists(ROWS, max_size=4).map(b"\n".join)
    | st.builds(b'{"question": %b}'.__mod__, nested(b"[", b"]") | nested(b'{"text":', b"}"))
    | st.builds(lambda row, times: (row + b"\n") * times, ROWS | noise(), st.integers(0, 50))
)
FILES = st.sampled_from(["q.jsonl", "q.csv", "q.tsv"])
# An entry of the table has up to 400 KB, and other members.
MAX_FINDINGS_BYTES = 200_000


@FUZZ
@given(CONTENT, FILES, TASKS, st.none() | st.integers(1, 3), st.data())
def test_a_dataset_is_read_or_refused(
    content: bytes, file: str, task: Task | None, limit: int | None, data: st.DataObject
) -> None:
    chunks = data.draw(chunked(content))

    def read() -> list[Question]:
        survey = survey_dataset(
            lambda: split_lines(chunks, MAX_DOCUMENT_BYTES), file, Asked(task), limit=limit
        )
        assert len(survey.findings.model_dump_json().encode()) <= MAX_FINDINGS_BYTES
        if survey.problems or survey.reading is None:
            raise RequestError(survey.problems, survey.more_problems)
        lines = split_lines(chunks, MAX_DOCUMENT_BYTES)
        questions = [*questions_of(lines, file, survey.reading, limit=limit)]
        assert len(questions) == len(survey.question_bytes)
        return questions

    questions = outcome(read, len(content))

    if questions is not None:
        # What Plan writes is what the other steps read.
        stored = [*write_shard(questions)]
        assert max(map(len, stored)) <= MAX_QUESTION_BYTES
        assert [*read_shard(split_lines(stored, MAX_QUESTION_BYTES))] == questions


@FUZZ
@given(CONTENT, TASKS, st.data())
def test_exemplars_are_read_or_refused(
    content: bytes, task: Task | None, data: st.DataObject
) -> None:
    chunks = data.draw(chunked(content))

    exemplars = outcome(
        lambda: read_exemplars(split_lines(chunks, MAX_LINE_BYTES), "e.jsonl", task), len(content)
    )

    if exemplars is not None:
        assert msgspec.json.encode(exemplars)
