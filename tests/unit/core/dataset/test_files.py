"""Files of datasets: JSONL, CSV, other formats, and what would crash a reader."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.schema import Question
from lambdas.core.dataset import files
from lambdas.core.dataset.files import file_problem
from lambdas.core.dataset.golds import Reading
from lambdas.core.dataset.reader import questions_of, read_rows
from lambdas.core.text import Line, split_lines
from tests.unit.core.dataset.samples import read_dataset

ROW = {"question": "?"}
NOT_UTF_8 = "must be UTF-8 text: iconv -f WINDOWS-1252 -t UTF-8 FILE makes it so of Excel's"
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
            id="UTF-16 without a byte-order mark",
        ),
        pytest.param(
            json.dumps(ROW).encode("utf-32"),
            "is UTF-32, must be UTF-8: iconv -f UTF-32 -t UTF-8 FILE makes it so",
            id="UTF-32",
        ),
    ],
)
@pytest.mark.parametrize("file", ["q.jsonl", "q.csv"])
def test_a_file_of_another_format_is_one_problem(content: bytes, problem: str, file: str) -> None:
    read = read_dataset(content + b"\n" + content, file=file)

    assert (read.questions, read.problems) == ([], [f"{file} line 1: {problem}"])


@pytest.mark.parametrize("content", [b"", b"{", b"\n", b"\xef\xbb\xbf{", "é".encode(), b"id,q\n"])
def test_text_is_no_other_format(content: bytes) -> None:
    assert file_problem(content) is None


def test_a_question_with_odd_line_ends_stays_one() -> None:
    content = '{"question":"one\u2028two\u0085three"}\r\n\n{"question":"b","id":5}'.encode()

    assert read_dataset(content).questions == [
        Question(0, "q0", "one\u2028two\u0085three", None),
        Question(1, "5", "b", None),
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    (in_jsonl,) = read_dataset(b'\xef\xbb\xbf{"question":"a"}').questions
    (in_csv,) = read_dataset(b"\xef\xbb\xbfquestion,answer\na,1\n", file="q.csv").questions

    assert (in_jsonl.text, in_csv.gold) == ("a", "1")


def test_csv_may_quote_commas_quotes_and_line_ends() -> None:
    content = b'id,question,answer\r\nx,"1,000 ""apples""\nor less?",5\r\n,b,\r\n'

    assert read_dataset(content, file="q.csv").questions == [
        Question(0, "x", '1,000 "apples"\nor less?', "5"),
        Question(1, "q1", "b", None),
    ]


@pytest.mark.parametrize("file", ["q.csv", "q.CSV", "q.Csv"])
def test_a_csv_has_its_ending_in_any_case(file: str) -> None:
    read = read_dataset(b"question,answer\na,1\n", file=file)

    assert read.questions == [Question(0, "q0", "a", "1")]


def test_spaces_around_a_columns_name_do_not_count() -> None:
    (question,) = read_dataset(b"question, answer\na,1\n", file="q.csv").questions

    assert question.gold == "1"


def test_an_unquoted_comma_does_not_cut_a_question_short() -> None:
    read = read_dataset(b"question,answer\nTom has 1,000 apples,5\nb,6\n", file="q.csv")

    assert read.problems == [
        "q.csv line 2: 3 fields, must be 2 as in the first line; quote fields that hold separators"
    ]


def test_line_numbers_of_a_csv_count_lines_that_cannot_be_read() -> None:
    read = read_dataset(b"question,answer\n\xff,1\n\n,5\n", file="q.csv")

    assert read.problems == [
        f"q.csv line 2: byte 0 is 0xff, {NOT_UTF_8}",
        "q.csv line 4: has no question, must have question, problem, input or prompt",
    ]


def test_an_open_quote_and_what_stands_in_it_are_problems_in_their_order() -> None:
    read = read_dataset(b'question,answer\n"a,1\nb,2\n\xff\n', file="q.csv")

    assert read.problems[0] == f"q.csv line 4: byte 0 is 0xff, {NOT_UTF_8}"
    assert "no CSV" in read.problems[1]
    assert len(read.problems) == 2


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        pytest.param(
            b"{oops",
            "is no JSON (Expecting property name enclosed in double quotes at column 2), must be"
            " one object a line",
            id="no JSON",
        ),
        pytest.param(b"[1]", "is a list, must be a JSON object with a question", id="a list"),
        pytest.param(b'"\xff"', f"byte 1 is 0xff, {NOT_UTF_8}", id="not UTF-8"),
        pytest.param(
            b'{"question":"' + b"x" * 10 * 2**20 + b'"}',
            "10,485,775 bytes long, must be at most 262,144 bytes for a row; a JSON document may"
            " have 64 MiB",
            id="10 MB in one line",
        ),
    ],
)
def test_a_line_that_cannot_be_read_is_a_problem_and_the_others_are_read(
    line: bytes, problem: str
) -> None:
    read = read_dataset(b'{"question":"fine"}', line, b'{"question":"fine too"}')

    assert [question.text for question in read.questions] == ["fine", "fine too"]
    assert read.problems == [f"q.jsonl line 2: {problem}"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        pytest.param(b"[" * 100_000, "begins JSON of several lines, which is none", id="brackets"),
        pytest.param(b'{"question":' * 20_000, "is no JSON (nested too deep)", id="objects"),
        pytest.param(
            b'{"question": 1' + b"0" * 5_000 + b"}",
            "is no JSON (a number of more than 4,300 digits)",
            id="a number of 5,001 digits",
        ),
    ],
)
def test_json_that_would_crash_a_reader_is_refused(line: bytes, why: str) -> None:
    assert read_dataset(line).problems[0].startswith(f"q.jsonl line 1: {why}")


def test_a_row_of_quoted_line_ends_is_refused_before_it_fills_the_memory() -> None:
    content = b"question,answer\n" + b'"\n",' * 200_000

    (problem,) = read_dataset(content, file="q.csv").problems

    assert "no CSV: a row of more than 262,144 characters" in problem


def test_a_field_that_never_ends_is_refused() -> None:
    (problem,) = read_dataset(b'question,answer\n"' + b"x\n" * 200_000, file="q.csv").problems

    assert "no CSV: a row of more than 262,144 characters" in problem


def test_a_csv_of_many_columns_is_refused() -> None:
    read = read_dataset(b"question" + b",x" * 1_000 + b"\na\n", file="q.csv")

    assert read.problems == ["q.csv line 1: 1,001 columns, must be at most 1,000"]


def test_a_file_of_too_many_lines_is_read_no_further() -> None:
    beyond = files.MAX_LINES + 1
    lines = [Line(1, b"", 0), Line(files.MAX_LINES, b"", 0), Line(beyond, b"{", 1)]

    (row,) = read_rows(lines, "q.jsonl", Reading("arithmetic"))

    assert (row.line, row.problems) == (beyond, ("more than 10,000,000 lines; split the dataset",))


def test_a_million_questions_fit_in_a_dataset() -> None:
    location, limit = "s3://b/q.jsonl", files.DATASET_LIMIT

    assert files.MAX_QUESTIONS == 1_000_000
    assert limit.max_bytes / files.MAX_QUESTIONS > 1_000
    assert limit.problem(location, 2**30) is None
    assert limit.problem(location, 2**30 + 1) == (
        "s3://b/q.jsonl is 1,073,741,825 bytes large, must be at most 1,073,741,824 bytes;"
        " split the dataset, or leave out members that are not read"
    )


def test_the_longest_line_is_read_however_it_is_chunked() -> None:
    row = b'{"question": "' + b"x" * (files.MAX_LINE_BYTES - 16) + b'"}'
    chunks = [row[start : start + 1_000] for start in range(0, len(row), 1_000)]

    lines = split_lines(chunks, files.MAX_DOCUMENT_BYTES)

    (question,) = questions_of(lines, "q.jsonl", Reading("arithmetic"))

    assert len(question.text) == files.MAX_LINE_BYTES - 16


@given(st.binary(max_size=200), st.sampled_from(["q.jsonl", "q.csv"]))
def test_any_bytes_are_read_to_their_end(content: bytes, file: str) -> None:
    read = read_dataset(b"question,answer\n" + content, file=file)

    assert read.questions or read.problems or not content.strip()
