"""A job's output: every row and every path accounted for, whatever became of it."""

from collections.abc import Iterable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.jobs import RecordAnswers
from lambdas.core.answers.reader import read_arithmetic
from lambdas.core.models.registry import form_named
from lambdas.core.outputs.reader import OutputReader, count_records
from lambdas.core.sampling.jobs import RecordsByQuestion, RecordSpec
from lambdas.core.text import Line, split_lines
from tests.unit.core.samples import SLICE_RECORDS, rows

# The records of question 10, of 3 and 2 paths, and those of 11.
RECORDS = ("q0000010s00", "q0000010s03", "q0000011s00", "q0000011s03")


def a_reader(
    records: RecordsByQuestion = SLICE_RECORDS, job_slice: int = 0, **changed: Any
) -> OutputReader:
    form = form_named("cohere-command", "InvokeModel")
    usual: Any = {"first": 10, "read_answer": read_arithmetic}
    return OutputReader(records, job_slice, form, **(usual | changed))


def read(reader: OutputReader, lines: Iterable[Line], file: int = 0) -> list[RecordAnswers]:
    content = reader.read(lines, file)
    assert content == b"" or content.endswith(b"\n")
    return [msgspec.json.decode(line, type=RecordAnswers) for line in content.splitlines()]


def generations(*texts: str) -> list[dict[str, str]]:
    return [{"text": text, "finish_reason": "COMPLETE"} for text in texts]


def row(record_id: str, *answers: int, **members: Any) -> dict[str, Any]:
    texts = generations(*(f"The answer is {answer}." for answer in answers))
    return {
        "modelInput": {},
        "modelOutput": {"generations": texts},
        "recordId": record_id,
    } | members


def error_row(record_id: str, code: int | None = 500, message: str = "failed") -> Any:
    return {"error": {"errorCode": code, "errorMessage": message}, "recordId": record_id}


WHOLE = [
    row("q0000011s03", 8, 9),
    row("q0000010s00", 1, 2, 3),
    row("q0000011s00", 4, 5, 6),
    row("q0000010s03", 7, 7),
]


def answers(reader: OutputReader, lines: list[Line]) -> list[tuple[int, int, list[str | None]]]:
    return [(each.question, each.first_path, each.answers) for each in read(reader, lines)]


def test_rows_are_joined_by_their_id_and_not_by_their_order() -> None:
    reader = a_reader()

    assert answers(reader, rows(*WHOLE)) == [
        (11, 3, ["8", "9"]),
        (10, 0, ["1", "2", "3"]),
        (11, 0, ["4", "5", "6"]),
        (10, 3, ["7", "7"]),
    ]
    counts = reader.counts
    assert (counts.succeeded, counts.answered, counts.missing_paths) == (4, 10, 0)


def test_one_error_row_does_not_lose_the_file() -> None:
    reader = a_reader()

    found = answers(reader, rows(WHOLE[0], error_row("q0000010s00", 400), *WHOLE[2:]))

    assert (10, 0, [None, None, None]) in found
    counts = reader.counts
    assert (counts.succeeded, counts.errors) == (3, 1)
    assert (counts.answered, counts.unanswered, counts.missing_paths) == (7, 3, 0)
    assert counts.error_messages == ["400: failed"]


def test_records_without_a_row_are_counted_as_missing() -> None:
    reader = a_reader()

    assert reader.counts.missing_paths == 10
    answers(reader, rows(*WHOLE[:2]))

    assert (reader.counts.answered, reader.counts.missing_paths) == (5, 5)


def test_a_repeated_row_votes_once() -> None:
    reader = a_reader()

    assert len(answers(reader, rows(*WHOLE, WHOLE[0]))) == 4
    assert (reader.counts.duplicates, reader.counts.answered) == (1, 10)


def test_rows_of_other_records_are_counted_apart() -> None:
    ids = ("q0000012s00", "q0000009s00", "q0000010s01", "q0000010s05", "CALL0000001", "")
    reader = a_reader()

    assert answers(reader, rows(*(row(each, 1, 2, 3) for each in ids))) == []
    assert (reader.counts.foreign, reader.counts.missing_paths) == (6, 10)


def test_malformed_lines_are_counted_and_their_records_missing() -> None:
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
    assert (reader.counts.malformed, reader.counts.missing_paths) == (5, 7)


def test_a_row_with_neither_output_nor_error_is_an_error() -> None:
    reader = a_reader()

    answers(reader, rows({"recordId": "q0000010s00"}))

    assert reader.counts.errors == 1
    assert reader.counts.error_messages == ["neither output nor error"]


def test_explicit_nulls_mean_absence() -> None:
    nothing_wrong = row("q0000010s00", 1, 2, 3, error=None)
    no_output = error_row("q0000010s03") | {"modelOutput": None}
    reader = a_reader()

    answers(reader, rows(nothing_wrong, no_output))

    assert (reader.counts.succeeded, reader.counts.errors) == (1, 1)


def test_completions_that_a_row_lacks_are_missing() -> None:
    reader = a_reader()

    found = answers(reader, rows(row("q0000010s00", 1)))

    assert found == [(10, 0, ["1"])]
    assert (reader.counts.answered, reader.counts.missing_paths) == (1, 9)


def test_completions_beyond_those_requested_do_not_vote() -> None:
    assert answers(a_reader(), rows(row("q0000010s00", 1, 2, 3, 4))) == [(10, 0, ["1", "2", "3"])]


def test_cut_off_and_filtered_completions_do_not_answer() -> None:
    texts = generations("The answer is 1", "The answer is 2.", "The answer is 3.")
    texts[0]["finish_reason"] = "MAX_TOKENS"
    texts[1]["finish_reason"] = "ERROR_TOXIC"
    reader = a_reader()

    found = answers(reader, rows(row("q0000010s00", modelOutput={"generations": texts})))

    assert found == [(10, 0, [None, None, "3"])]
    counts = reader.counts
    assert (counts.cut_off, counts.filtered, counts.unanswered) == (1, 1, 2)


def test_the_first_completion_without_an_answer_shows_how_it_ends() -> None:
    texts = generations("The answer is 1.", "No idea,\n\nnone at all.", "Nor have I.")
    reader = a_reader()

    answers(reader, rows(row("q0000010s00", modelOutput={"generations": texts})))

    assert reader.counts.unread == "No idea, none at all."


def test_only_the_first_different_error_messages_are_kept_each_cut() -> None:
    errors = [error_row("q0000010s00", 400, "x" * 900), error_row("q0000010s03", 400, "x" * 950)]
    reader = a_reader()

    answers(reader, rows(*errors, error_row("q0000011s00", 429, "slow")))

    assert reader.counts.error_messages == [("400: " + "x" * 900)[:200], "429: slow"]


def text_row(record_id: str, *texts: str) -> dict[str, Any]:
    return {
        "modelOutput": {"generations": [{"text": each} for each in texts]},
        "recordId": record_id,
    }


def test_answers_name_their_slice_and_file_and_where_their_row_is() -> None:
    found = [
        msgspec.json.encode(text_row(f"q000001{n}s03", "It is 1.", "It is 2.")) for n in (0, 1)
    ]
    whole = b"\n" + found[0] + b"\r\n" + found[1]

    read_answers = read(a_reader(job_slice=3), split_lines([whole], 4096), file=2)

    assert [(each.job_slice, each.file) for each in read_answers] == [(3, 2), (3, 2)]
    spans = [whole[each.start : each.start + each.size].strip() for each in read_answers]
    assert spans == found


def test_files_of_one_slice_are_read_one_after_the_other() -> None:
    reader = a_reader()

    first = read(reader, rows(text_row("q0000010s03", "1.", "2.")), 0)
    again = text_row("q0000010s03", "1.", "2."), text_row("q0000011s03", "3.", "4.")
    second = read(reader, rows(*again), 1)

    assert [(each.question, each.file) for each in first + second] == [(10, 0), (11, 1)]
    assert (reader.counts.duplicates, reader.counts.missing_paths) == (1, 6)


def test_a_retry_takes_its_own_records_and_no_others() -> None:
    retried = {10: (RecordSpec(2, 1),), 11: (RecordSpec(0, 1), RecordSpec(4, 1))}
    reader = a_reader(retried)
    own = [text_row(each, "1.") for each in ("q0000010s02", "q0000011s00", "q0000011s04")]

    found = answers(reader, rows(*own, text_row("q0000010s00", "1.", "1.", "1.")))

    assert found == [(10, 2, ["1"]), (11, 0, ["1"]), (11, 4, ["1"])]
    assert (reader.counts.foreign, reader.counts.missing_paths) == (1, 0)


def test_an_answer_s_wrong_equation_is_recomputed_if_a_vote_needs_it() -> None:
    texts = ("4 + 14 = 18. The answer is 18.", "4 + 14 = 19. The answer is 19.", "None.")
    found = rows(text_row("q0000010s00", *texts))

    (repaired,) = read(a_reader(variants=["repair"]), found)
    (plain,) = read(a_reader(), found)

    assert (repaired.answers, repaired.repaired) == (["18", "19", None], [None, "18", None])
    assert plain.repaired is None


def read_errors(reader: OutputReader, *codes: int | None) -> list[RecordAnswers]:
    errors = [error_row(*each) for each in zip(RECORDS, codes, strict=False)]
    return read(reader, rows(*errors))


@pytest.mark.parametrize(("on_demand", "billed"), [(True, 2), (False, 0)])
def test_a_lost_reply_may_be_billed_on_demand_but_not_in_a_batch_job(
    on_demand: bool, billed: int
) -> None:
    reader = a_reader(on_demand=on_demand)

    found = read_errors(reader, 502, 504, 400, None)

    assert all(set(each.answers) <= {None} for each in found)
    assert (reader.counts.errors, reader.counts.maybe_billed) == (4, billed)
    assert (reader.counts.unanswered, reader.counts.missing_paths) == (10, 0)


@pytest.mark.parametrize("code", [408, 424, 429, 500, 502, 503, 504, 599])
def test_paths_may_be_retried_after_an_error_of_the_service(code: int) -> None:
    (found,) = read_errors(a_reader(), code)

    assert (found.answers, found.failed) == ([], 3)


@pytest.mark.parametrize("code", [None, 0, 200, 400, 422, 600])
def test_paths_are_not_retried_after_an_error_of_the_record(code: int | None) -> None:
    (found,) = read_errors(a_reader(), code)

    assert (found.answers, found.failed) == ([None] * 3, 0)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        pytest.param({"errorCode": 401, "errorMessage": "no"}, "401: no", id="401"),
        pytest.param(
            {"errorCode": 403, "errorMessage": "no", "expired": False, "retryable": False},
            "403: no",
            id="as seen on AWS",
        ),
        pytest.param(
            {"errorCode": 403, "retryable": True}, "403", id="whatever the row says of retries"
        ),
        pytest.param({"errorCode": 404, "errorMessage": "gone"}, "404: gone", id="no such model"),
        pytest.param({"errorCode": "403"}, "403", id="a text"),
        pytest.param({"errorCode": 403.0}, "403.0", id="a float"),
        pytest.param(
            {"errorCode": "AccessDeniedException", "errorMessage": {"message": "no"}},
            'AccessDeniedException: {"message":"no"}',
            id="a name and an object",
        ),
        pytest.param(
            {"errorCode": 400, "errorMessage": "The provided model identifier is invalid."},
            "400: The provided model identifier is invalid.",
            id="a validation error about the model",
        ),
    ],
)
def test_a_refused_record_s_paths_are_missing_and_were_not_tried(
    error: dict[str, Any], message: str
) -> None:
    reader = a_reader()

    found = read(reader, rows(*WHOLE[1:], {"recordId": "q0000011s03", "error": error}))

    assert (found[-1].answers, found[-1].failed, found[-1].refused) == ([], 0, 2)
    counts = reader.counts
    assert (counts.errors, counts.refused, counts.error_messages) == (1, 1, [message])
    assert (counts.answered, counts.unanswered, counts.missing_paths) == (8, 0, 2)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param({"errorCode": "429"}, id="a text"),
        pytest.param({"errorCode": 429.0}, id="a float"),
        pytest.param({"errorCode": "ThrottlingException"}, id="a name"),
        pytest.param({"errorCode": "com.amazon#ThrottlingException:http://x"}, id="a long name"),
        pytest.param({"errorCode": 429, "errorMessage": {"message": "slow"}}, id="an object"),
        pytest.param({"errorCode": 400, "retryable": True}, id="retryable"),
        pytest.param(
            {"errorCode": 429, "errorMessage": "too many for on-demand throughput"}, id="too many"
        ),
        pytest.param({"errorCode": 400, "expired": True}, id="the job's time was over"),
    ],
)
def test_an_error_row_in_any_form_is_retried_if_it_passes(error: dict[str, Any]) -> None:
    reader = a_reader()

    (found,) = read(reader, rows({"recordId": "q0000010s00", "error": error}))

    assert (found.answers, found.failed) == ([], 3)
    assert (reader.counts.errors, reader.counts.unreadable) == (1, 0)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param({"errorCode": 500, "retryable": False}, id="not retryable"),
        pytest.param({"errorCode": 429, "expired": True, "retryable": False}, id="nor if expired"),
        pytest.param({"errorCode": True}, id="no number"),
        pytest.param({"errorCode": [429]}, id="a list"),
        pytest.param({"errorCode": "BoredException"}, id="an unknown name"),
        pytest.param("The model failed.", id="a text alone"),
        pytest.param([429], id="a list alone"),
    ],
)
def test_an_error_row_in_any_form_is_final_otherwise(error: object) -> None:
    reader = a_reader()

    (found,) = read(reader, rows({"recordId": "q0000010s00", "error": error}))

    assert (found.answers, found.failed) == ([None] * 3, 0)
    assert (reader.counts.errors, reader.counts.unreadable) == (1, 0)


@pytest.mark.parametrize(
    "output", [None, {}, {"generations": []}, {"generations": [{"text": ""}]}, "none", []]
)
def test_an_output_without_text_beside_an_error_is_an_error_row(output: object) -> None:
    reader = a_reader()

    (found,) = read(reader, rows(error_row("q0000010s00", 429) | {"modelOutput": output}))

    assert (found.answers, found.failed) == ([], 3)
    assert (reader.counts.errors, reader.counts.succeeded, reader.counts.unreadable) == (1, 0, 0)


@pytest.mark.parametrize("error", [{"errorCode": 429}, "", [], {}, 0, False])
def test_a_text_is_read_whatever_stands_for_an_error_beside_it(error: object) -> None:
    reader = a_reader()

    assert answers(reader, rows(row("q0000010s00", 1, 2, 3, error=error))) == [
        (10, 0, ["1", "2", "3"])
    ]
    assert (reader.counts.succeeded, reader.counts.errors) == (1, 0)


def test_the_first_message_is_that_of_a_refused_record() -> None:
    reader = a_reader()

    read_errors(reader, 400, 429, 500, 403)

    assert reader.counts.error_messages == ["403: failed", "400: failed", "429: failed"]


def test_records_are_counted_by_their_rows() -> None:
    whole = msgspec.json.encode(WHOLE[0])

    found = rows(*WHOLE, WHOLE[1], error_row("q0000010s00"), b"", whole[:9])

    assert count_records(found) == 5


def test_on_demand_a_lost_reply_may_be_retried_like_a_lost_row() -> None:
    found = read_errors(a_reader(on_demand=True), 502, 504, 503, 429)

    assert [(each.first_path, each.failed) for each in found] == [(0, 3), (3, 2), (0, 3), (3, 2)]


def test_a_row_with_neither_output_nor_error_is_not_retried() -> None:
    found = read(a_reader(), rows({"recordId": "q0000010s03"}))

    assert found == [RecordAnswers(10, 3, [None, None])]


FATES = st.sampled_from(["keep", "drop", "error", "cut", "twice"])


@given(st.permutations(range(4)), st.tuples(FATES, FATES, FATES, FATES))
def test_every_path_is_answered_unanswered_or_missing(
    order: list[int], fates: tuple[str, ...]
) -> None:
    found: list[object] = []
    for number in order:
        whole = WHOLE[number]
        found += {
            "keep": [whole],
            "drop": [],
            "error": [error_row(whole["recordId"])],
            "cut": [msgspec.json.encode(whole)[:-9]],
            "twice": [whole, whole],
        }[fates[number]]
    reader = a_reader()

    answers(reader, rows(*found))

    counts = reader.counts
    assert counts.answered + counts.unanswered + counts.missing_paths == 10
    assert counts.rows == len(found)
    seen = counts.succeeded + counts.errors + counts.duplicates + counts.malformed
    assert seen == counts.rows
