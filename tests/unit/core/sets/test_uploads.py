"""Question sets that nobody wrote by hand: other formats, bombs, characters that are no text."""

import gzip
import json

import pytest

from lambdas.core.lines import Line, split_lines
from lambdas.core.sets import limits
from lambdas.core.sets.formats import file_problem
from lambdas.core.sets.questions import Findings, read_questions
from tests.unit.core.sets.samples import reading

ROW = {"question": "?"}
UNPACK = "compressed files are not accepted: unpack it first"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        pytest.param(gzip.compress(b"x" * 100), f"is gzip, must be text; {UNPACK}", id="gzip"),
        pytest.param(
            b"PK\x03\x04\x14\x00",
            f"is zip, or an office document, must be text; {UNPACK}",
            id="zip",
        ),
        pytest.param(b"BZh91AY&SY", f"is bzip2, must be text; {UNPACK}", id="bzip2"),
        pytest.param(b"PAR1\x15\x04", "is Parquet, must be JSONL or CSV", id="Parquet"),
        pytest.param(
            json.dumps(ROW).encode("utf-16"),
            "is UTF-16, must be UTF-8: iconv -f UTF-16 -t UTF-8 FILE makes it so",
            id="UTF-16",
        ),
        pytest.param(
            json.dumps(ROW).encode("utf-16-be"),
            "is UTF-16, must be UTF-8: iconv -f UTF-16 -t UTF-8 FILE makes it so",
            id="UTF-16 without its mark",
        ),
        pytest.param(
            json.dumps(ROW).encode("utf-32"),
            "is UTF-32, must be UTF-8: iconv -f UTF-32 -t UTF-8 FILE makes it so",
            id="UTF-32",
        ),
    ],
)
@pytest.mark.parametrize("file", ["q.jsonl", "q.csv"])
def test_a_file_of_another_format_is_told_once(content: bytes, problem: str, file: str) -> None:
    found, findings = reading(content + b"\n" + content, file=file)

    assert (found, findings.problems, findings.more) == ([], [f"{file} line 1: {problem}"], 0)


@pytest.mark.parametrize("content", [b"", b"{", b"\n", b"\xef\xbb\xbf{", "é".encode(), b"id,q\n"])
def test_text_is_no_other_format(content: bytes) -> None:
    assert file_problem(content) is None


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x1b", "\x7f"])
@pytest.mark.parametrize("member", ["question", "answer", "id"])
def test_control_characters_are_refused_by_their_number(character: str, member: str) -> None:
    row = {"question": "?", "answer": "1", member: f"1{character}"}

    found, findings = reading(row, task="exact")

    assert found == []
    assert findings.problems == [
        f"q.jsonl line 1: {member} holds the control character U+{ord(character):04X},"
        " must be text alone; remove it"
    ]


def test_line_ends_tabs_and_form_feeds_are_text() -> None:
    (question,), findings = reading({"question": "a\tb\r\nc\x0c\x0bd"})

    assert (question.text, findings.problems) == ("a\tb\r\nc\x0c\x0bd", [])


def test_an_answer_with_half_a_surrogate_pair_is_refused() -> None:
    _, findings = reading(b'{"question": "?", "answer": "\\ud800"}', task="exact")

    assert findings.problems == [
        "q.jsonl line 1: answer holds half a surrogate pair, must be UTF-8 text"
    ]


def test_an_id_longer_than_an_entry_should_hold_is_refused() -> None:
    longest, longer = ("x" * size for size in (200, 201))

    found, findings = reading(ROW | {"id": longest}, ROW | {"id": longer})

    assert [question.id for question in found] == [longest]
    assert findings.problems == [
        "q.jsonl line 2: id is a text of 201 characters, must be at most 200 characters long"
    ]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        pytest.param(b"[" * 100_000, "begins a JSON array", id="brackets"),
        pytest.param(b'{"question":' * 20_000, "is no JSON (nested too deep)", id="objects"),
        pytest.param(
            b'{"question": 1' + b"0" * 5_000 + b"}",
            "is no JSON (a number of more than 4,300 digits)",
            id="a number of 5,001 digits",
        ),
    ],
)
def test_json_that_would_take_a_reader_down_is_refused(line: bytes, why: str) -> None:
    _, findings = reading(line)

    assert findings.problems[0].startswith(f"q.jsonl line 1: {why}")


def test_a_row_of_quoted_line_ends_is_refused_before_it_fills_the_memory() -> None:
    content = b"question,answer\n" + b'"\n",' * 200_000

    _, findings = reading(content, file="q.csv")

    (problem,) = findings.problems
    assert "no CSV: a row of more than 262,144 characters" in problem


def test_a_field_that_never_ends_is_refused() -> None:
    _, findings = reading(b'question,answer\n"' + b"x\n" * 100_000, file="q.csv")

    (problem,) = findings.problems
    assert "no CSV: field larger than field limit" in problem


def test_a_csv_of_many_columns_is_refused() -> None:
    _, findings = reading(b"question" + b",x" * 1_000 + b"\na\n", file="q.csv")

    assert findings.problems == ["q.csv line 1: 1,001 columns, must be at most 1,000"]


def test_a_file_of_endless_lines_is_given_up() -> None:
    lines = [Line(1, b"", 0), Line(limits.MAX_LINES, b"", 0), Line(limits.MAX_LINES + 1, b"{", 1)]
    findings = Findings("q.jsonl")

    assert list(read_questions(lines, findings)) == []
    assert findings.problems == ["q.jsonl line 10000001: more than 10,000,000 lines; split the set"]


def test_a_name_that_is_no_name_is_put_into_no_command() -> None:
    _, findings = reading({"x'; rm -rf ~; '": [{"question": "?"}]})

    assert findings.problems == [
        "q.jsonl line 1: a text of 15 characters holds the questions, must be JSONL, one object a"
        " line: jq -c '.NAME[]' FILE makes it so"
    ]


def test_a_million_questions_fit_in_a_question_set() -> None:
    per_question = limits.QUESTION_SET.most_bytes / limits.MAX_QUESTIONS

    assert limits.MAX_QUESTIONS == 1_000_000
    assert per_question > 1_000
    assert limits.QUESTION_SET.refusal("s3://b/q.jsonl", 2**30) is None
    assert limits.QUESTION_SET.refusal("s3://b/q.jsonl", 2**30 + 1) == (
        "s3://b/q.jsonl is 1,073,741,825 bytes large, must be at most 1,073,741,824 bytes;"
        " split the set, or leave out members that are not read"
    )


def test_the_longest_line_is_read_however_it_is_cut() -> None:
    row = b'{"question": "' + b"x" * (limits.MAX_LINE_BYTES - 16) + b'"}'
    pieces = [row[start : start + 1_000] for start in range(0, len(row), 1_000)]
    findings = Findings("q.jsonl")

    (question,) = read_questions(split_lines(pieces, limits.MAX_LINE_BYTES), findings)

    assert len(question.text) == limits.MAX_LINE_BYTES - 16
