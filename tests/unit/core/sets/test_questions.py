"""Question sets: read as they come, and every problem found in one reading."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.errors import RequestError
from lambdas.core.lines import split_lines
from lambdas.core.sets.neutral import neutral
from lambdas.core.sets.question import Question
from lambdas.core.sets.questions import MAX_LINE_BYTES, Findings, read_questions

# A question with a control character is refused.
CONTROLS = "".join(map(chr, [*range(9), *range(14, 32), 127]))
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=CONTROLS), min_size=1
).filter(str.strip)


def read(content: bytes, file: str = "q.jsonl", limit: int | None = None) -> list[Question]:
    findings = Findings(file)
    found = list(_read(content, findings, limit))
    findings.refuse()
    return found


def _read(content: bytes, findings: Findings, limit: int | None = None) -> Iterator[Question]:
    return read_questions(split_lines([content], MAX_LINE_BYTES), findings, limit)


def problems(content: bytes, file: str = "q.jsonl") -> list[str]:
    findings = Findings(file)
    list(_read(content, findings))
    return findings.problems


def test_gsm8ks_own_file_is_read_as_it_is() -> None:
    row = {"question": "How many?", "answer": "She has 48+24 = <<48+24=72>>72.\n#### 72"}

    assert read(json.dumps(row).encode()) == [Question(0, "q0", "How many?", "72")]


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        pytest.param("1,000", "1000", id="thousands separator"),
        pytest.param("$1000.00", "1000", id="dollars"),
        pytest.param(0, "0", id="zero"),
        pytest.param(7.5, "7.5", id="float"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="null"),
    ],
)
def test_answers_are_read_by_value(answer: object, gold: str | None) -> None:
    (question,) = read(json.dumps({"question": "a", "answer": answer}).encode())

    assert question.gold == gold


@given(st.lists(TEXTS.filter(lambda text: neutral(text) == text), min_size=1, max_size=5))
def test_texts_come_back_as_they_were(texts: list[str]) -> None:
    rows = "\n".join(json.dumps({"question": text}, ensure_ascii=False) for text in texts)

    assert [question.text for question in read(rows.encode())] == texts


def test_a_question_with_odd_line_ends_stays_one() -> None:
    content = '{"question":"one\u2028two\u0085three"}\r\n\n{"question":"b","id":5}'.encode()

    assert read(content) == [
        Question(0, "q0", "one\u2028two\u0085three", None),
        Question(1, "5", "b", None),
    ]


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert read(b'\xef\xbb\xbf{"question":"a"}')[0].text == "a"
    assert read(b"\xef\xbb\xbfquestion,answer\na,1\n", "q.csv")[0].gold == "1"


def test_csv_may_quote_commas_quotes_and_line_ends() -> None:
    content = b'id,question,answer\r\nx,"1,000 ""apples""\nor less?",5\r\n,b,\r\n'

    assert read(content, "q.csv") == [
        Question(0, "x", '1,000 "apples"\nor less?', "5"),
        Question(1, "q1", "b", None),
    ]


@pytest.mark.parametrize("file", ["q.csv", "q.CSV", "q.Csv"])
def test_a_csv_is_told_by_its_ending_however_it_is_written(file: str) -> None:
    assert read(b"question,answer\na,1\n", file) == [Question(0, "q0", "a", "1")]


def test_an_unquoted_comma_does_not_cut_a_question_short() -> None:
    found = problems(b"question,answer\nTom has 1,000 apples,5\nb,6\n", "q.csv")

    assert found == [
        "q.csv line 2: 3 fields, must be 2 as in the first line; quote fields that hold commas"
    ]


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
        pytest.param(b'{"answer":1}', "question is null, must be a text", id="no question"),
        pytest.param(b'{"question":" "}', "question is blank, must be a text", id="blank"),
        pytest.param(b'{"question":7}', "question is a number, must be a text", id="a number"),
        pytest.param(
            b'{"question":"a","answer":"yes"}',
            'answer is a text of 3 characters, must be a number, or absent; use "task": "exact"'
            " for answers that are texts",
            id="an answer that is no number",
        ),
        pytest.param(
            b'{"question":"a","id":[1]}',
            "id is a list, must be a text or whole number",
            id="id is a list",
        ),
        pytest.param(
            b'{"question":"a","id":"\\ud800"}',
            "id holds half a surrogate pair, must be UTF-8 text",
            id="half a surrogate pair in the id",
        ),
        pytest.param(
            b'{"question":"\\ud800"}',
            "question holds half a surrogate pair, must be UTF-8 text",
            id="half a surrogate pair in the question",
        ),
        pytest.param(
            b'{"question":"a","choices":["1","2"]}',
            'has options, must have none for "arithmetic"; use "task": "multiple_choice", or leave'
            " the options out of the set",
            id="multiple choice",
        ),
        pytest.param(b'"\xff"', "byte 1 is 0xff, must be UTF-8 text", id="not UTF-8"),
        pytest.param(
            b'{"question":"' + b"x" * 10 * 2**20 + b'"}',
            "10485775 bytes long, must be at most 262144 bytes",
            id="10 MB in one line",
        ),
        pytest.param(
            b'{"question":"b","id":"q0"}',
            'id "q0" is that of line 1, must be new',
            id="one id twice",
        ),
    ],
)
def test_a_problem_names_file_line_value_and_expectation(line: bytes, problem: str) -> None:
    content = b'{"question":"fine"}\n' + line + b'\n{"question":"fine too"}'

    assert problems(content) == [f"q.jsonl line 2: {problem}"]


def test_all_problems_of_a_set_are_told_at_once_and_counted_beyond_forty() -> None:
    with pytest.raises(RequestError) as refused:
        read(b"{oops\n" * 50)

    assert "q.jsonl line 40: " in str(refused.value)
    assert str(refused.value).endswith("; and 10 more")


def test_line_numbers_of_a_csv_count_lines_that_cannot_be_read() -> None:
    found = problems(b"question,answer\n\xff,1\n\n,5\n", "q.csv")

    assert found == [
        "q.csv line 2: byte 0 is 0xff, must be UTF-8 text",
        "q.csv line 4: question is null, must be a text",
    ]


def test_an_open_quote_is_told() -> None:
    (found,) = problems(b'question,answer\n"a,1\nb,2\n', "q.csv")

    assert "no CSV" in found


def test_the_same_text_twice_is_counted_and_not_refused() -> None:
    findings = Findings("q.jsonl")

    found = list(_read(b'{"question":"a"}\n{"question":"a"}\n{"question":"b"}', findings))

    assert (len(found), findings.repeated, findings.problems) == (3, 1, [])


def test_a_limit_leaves_the_rest_unread() -> None:
    found = read(b'{"question":"a"}\n{"question":"b"}\n{oops', limit=2)

    assert [question.id for question in found] == ["q0", "q1"]
