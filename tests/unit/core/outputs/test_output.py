"""A job's output: every row accounted for, whatever became of it."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.answers import read_arithmetic
from lambdas.core.families import form_named
from lambdas.core.lines import Line
from lambdas.core.outputs.output import OutputReader
from tests.unit.core.samples import WANTED, rows


def a_reader() -> OutputReader:
    form = form_named("cohere-command", "InvokeModel")
    return OutputReader(WANTED, 0, form, first=10, read_answer=read_arithmetic)


def generations(*texts: str) -> list[dict[str, str]]:
    return [{"text": text, "finish_reason": "COMPLETE"} for text in texts]


def row(record_id: str, *answers: int, **members: Any) -> dict[str, Any]:
    texts = generations(*(f"The answer is {answer}." for answer in answers))
    return {
        "modelInput": {},
        "modelOutput": {"generations": texts},
        "recordId": record_id,
    } | members


def error_row(record_id: str, code: int = 500, message: str = "failed") -> dict[str, Any]:
    return {"error": {"errorCode": code, "errorMessage": message}, "recordId": record_id}


WHOLE = [
    row("q0000011s03", 8, 9),
    row("q0000010s00", 1, 2, 3),
    row("q0000011s00", 4, 5, 6),
    row("q0000010s03", 7, 7),
]


def answers(reader: OutputReader, lines: list[Line]) -> list[tuple[int, int, list[str | None]]]:
    found = [msgspec.json.decode(line) for line in reader.answers(lines)]
    return [(each["q"], each["s"], each["a"]) for each in found]


def test_rows_are_joined_by_their_id_and_not_by_their_order() -> None:
    reader = a_reader()

    assert answers(reader, rows(*WHOLE)) == [
        (11, 3, ["8", "9"]),
        (10, 0, ["1", "2", "3"]),
        (11, 0, ["4", "5", "6"]),
        (10, 3, ["7", "7"]),
    ]
    receipts = reader.receipts
    assert (receipts.succeeded, receipts.answered, receipts.missing_paths) == (4, 10, 0)


def test_one_error_row_does_not_lose_the_file() -> None:
    reader = a_reader()

    found = answers(reader, rows(WHOLE[0], error_row("q0000010s00", 400), *WHOLE[2:]))

    assert (10, 0, [None, None, None]) in found
    receipts = reader.receipts
    assert (receipts.succeeded, receipts.errors) == (3, 1)
    assert (receipts.answered, receipts.unanswered, receipts.missing_paths) == (7, 3, 0)
    assert receipts.messages == ["400: failed"]


def test_records_that_do_not_come_are_counted_and_not_dropped_silently() -> None:
    reader = a_reader()

    assert reader.receipts.missing_paths == 10
    answers(reader, rows(*WHOLE[:2]))

    assert (reader.receipts.answered, reader.receipts.missing_paths) == (5, 5)


def test_a_row_that_comes_twice_votes_once() -> None:
    reader = a_reader()

    assert len(answers(reader, rows(*WHOLE, WHOLE[0]))) == 4
    assert (reader.receipts.duplicates, reader.receipts.answered) == (1, 10)


def test_rows_that_are_none_of_the_jobs_are_counted_apart() -> None:
    ids = ("q0000012s00", "q0000009s00", "q0000010s01", "q0000010s05", "CALL0000001", "")
    reader = a_reader()

    assert answers(reader, rows(*(row(each, 1, 2, 3) for each in ids))) == []
    assert (reader.receipts.foreign, reader.receipts.missing_paths) == (6, 10)


def test_lines_that_are_no_row_are_counted_and_their_records_missing() -> None:
    whole = msgspec.json.encode(WHOLE[0])
    reader = a_reader()

    found = answers(
        reader,
        [
            *rows(whole[: len(whole) // 2], b"null", b"\xff", b'{"recordId":5}', WHOLE[1]),
            Line(6, None, 5 * 2**20),
        ],
    )

    assert len(found) == 1
    assert (reader.receipts.malformed, reader.receipts.missing_paths) == (5, 7)


def test_a_row_with_neither_output_nor_error_is_an_error() -> None:
    reader = a_reader()

    answers(reader, rows({"recordId": "q0000010s00"}))

    assert reader.receipts.errors == 1
    assert reader.receipts.messages == ["neither output nor error"]


def test_explicit_nulls_are_as_good_as_absence() -> None:
    nothing_wrong = row("q0000010s00", 1, 2, 3, error=None)
    no_output = error_row("q0000010s03") | {"modelOutput": None}
    reader = a_reader()

    answers(reader, rows(nothing_wrong, no_output))

    assert (reader.receipts.succeeded, reader.receipts.errors) == (1, 1)


def test_a_record_that_brings_fewer_generations_than_asked_for_misses_the_rest() -> None:
    reader = a_reader()

    found = answers(reader, rows(row("q0000010s00", 1)))

    assert found == [(10, 0, ["1"])]
    assert (reader.receipts.answered, reader.receipts.missing_paths) == (1, 9)


def test_generations_beyond_those_asked_for_do_not_vote() -> None:
    assert answers(a_reader(), rows(row("q0000010s00", 1, 2, 3, 4))) == [(10, 0, ["1", "2", "3"])]


def test_cut_off_and_filtered_completions_do_not_answer() -> None:
    texts = generations("The answer is 1", "The answer is 2.", "The answer is 3.")
    texts[0]["finish_reason"] = "MAX_TOKENS"
    texts[1]["finish_reason"] = "ERROR_TOXIC"
    reader = a_reader()

    found = answers(reader, rows(row("q0000010s00", modelOutput={"generations": texts})))

    assert found == [(10, 0, [None, None, "3"])]
    receipts = reader.receipts
    assert (receipts.cut_off, receipts.filtered, receipts.unanswered) == (1, 1, 2)


def test_the_first_completion_without_an_answer_shows_how_it_ends() -> None:
    texts = generations("The answer is 1.", "No idea,\n\nnone at all.", "Nor have I.")
    reader = a_reader()

    answers(reader, rows(row("q0000010s00", modelOutput={"generations": texts})))

    assert reader.receipts.unread == "No idea, none at all."


def test_only_the_first_different_error_messages_are_kept_and_cut() -> None:
    errors = [error_row("q0000010s00", 400, "x" * 900), error_row("q0000010s03", 400, "x" * 950)]
    reader = a_reader()

    answers(reader, rows(*errors, error_row("q0000011s00", 429, "slow")))

    assert reader.receipts.messages == [("400: " + "x" * 900)[:200], "429: slow"]


FATES = st.sampled_from(["keep", "drop", "error", "cut", "twice"])


@given(st.permutations(range(4)), st.tuples(FATES, FATES, FATES, FATES))
def test_every_path_is_answered_unanswered_or_missing(
    order: list[int], fates: tuple[str, ...]
) -> None:
    found: list[object] = []
    for place in order:
        whole = WHOLE[place]
        found += {
            "keep": [whole],
            "drop": [],
            "error": [error_row(whole["recordId"])],
            "cut": [msgspec.json.encode(whole)[:-9]],
            "twice": [whole, whole],
        }[fates[place]]
    reader = a_reader()

    answers(reader, rows(*found))

    receipts = reader.receipts
    assert receipts.answered + receipts.unanswered + receipts.missing_paths == 10
    assert receipts.rows == len(found)
    seen = receipts.succeeded + receipts.errors + receipts.duplicates + receipts.malformed
    assert seen == receipts.rows
