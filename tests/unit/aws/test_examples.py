"""Texts of completions: the right one of the right row, and none where that is gone."""

import json
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from lambdas.aws.clients import s3_client
from lambdas.aws.examples import read_texts
from lambdas.aws.store import Store
from lambdas.core.families import form_named
from lambdas.core.outputs.output import MAX_ROW_BYTES
from lambdas.core.reporting.kept import WantedPath
from lambdas.core.voting.examples import Example
from tests.unit.aws.test_store_losses import Flaky

COMMAND = form_named("cohere-command", "InvokeModel")
KEYS = {(1, "j0001"): ("runs/r/a.jsonl.out", "runs/r/b.jsonl.out"), (2, "j0001"): ("runs/r/c",)}


def row(record_id: str, *texts: str) -> bytes:
    generations = [{"text": text, "finish_reason": "COMPLETE"} for text in texts]
    return json.dumps({"recordId": record_id, "modelOutput": {"generations": generations}}).encode()


FIRST = row("q0000007s00", "So 18.", "So 26.")
SECOND = row("q0000008s00", "Émile has 3.")
FAILED = json.dumps({"recordId": "q0000009s00", "error": {"errorCode": 400}}).encode()


def wanted(question: int, **changed: Any) -> WantedPath:
    """Return the first completion of the first row."""
    first = {"wave": 1, "job": "j0001", "file": 0, "start": 0, "size": len(FIRST), "place": 0}
    return WantedPath(question, Example(**(first | changed)))


AFTER_FIRST = {"start": len(FIRST) + 1, "size": len(SECOND)}
AFTER_SECOND = {"start": len(FIRST) + len(SECOND) + 2, "size": len(FAILED)}


@pytest.fixture
def written(store: Store) -> Store:
    store.write(KEYS[1, "j0001"][0], FIRST + b"\n" + SECOND + b"\n" + FAILED + b"\n")
    store.write(KEYS[1, "j0001"][1], SECOND + b"\n")
    store.write(KEYS[2, "j0001"][0], FIRST + b"\n")
    return store


def test_each_completion_is_read_from_its_place(written: Store) -> None:
    found = read_texts(
        written,
        COMMAND,
        KEYS,
        [
            wanted(8, file=1, size=len(SECOND)),
            wanted(7, place=1),
            wanted(8, **AFTER_FIRST),
            wanted(7, wave=2),
        ],
    )

    assert found.texts == ("Émile has 3.", "So 26.", "Émile has 3.", "So 18.")
    assert found.unread == 0


@pytest.mark.parametrize(
    "lost",
    [
        pytest.param(wanted(7, job="j0009"), id="a job without output"),
        pytest.param(wanted(7, file=2), id="a file that is not there"),
        pytest.param(wanted(7, file=-1), id="no file"),
        pytest.param(wanted(7, start=10_000), id="beyond the file's end"),
        pytest.param(wanted(7, size=len(FIRST) - 5), id="half a row"),
        pytest.param(wanted(7, size=0), id="no row"),
        pytest.param(wanted(7, size=MAX_ROW_BYTES + 1), id="more than a row"),
        pytest.param(wanted(7, start=1), id="not the row's start"),
        pytest.param(wanted(7, place=2), id="a completion too many"),
        pytest.param(wanted(8), id="another question's row"),
        pytest.param(wanted(9, **AFTER_SECOND), id="a row without output"),
    ],
)
def test_what_is_not_there_is_counted_and_has_no_text(written: Store, lost: WantedPath) -> None:
    found = read_texts(written, COMMAND, KEYS, [lost, wanted(7)])

    assert found.texts == (None, "So 18.")
    assert found.unread == 1


def test_output_that_has_expired_fails_nothing(store: Store) -> None:
    found = read_texts(store, COMMAND, KEYS, [wanted(7), wanted(7, place=1)])

    assert (found.texts, found.unread) == ((None, None), 2)


def test_a_row_of_another_form_has_no_text(store: Store) -> None:
    content = b'{"recordId":"q0000007s00","modelOutput":{"generations":"none"}}'
    store.write(KEYS[2, "j0001"][0], content)

    found = read_texts(store, COMMAND, KEYS, [wanted(7, wave=2, size=len(content))])

    assert found.texts == (None,)


def test_a_connection_that_stays_lost_fails_nothing(written: Store) -> None:
    losses = [ReadTimeoutError(endpoint_url="s3")] * 4
    flaky = Store(Flaky(s3_client(), *losses), written.bucket)

    assert read_texts(flaky, COMMAND, KEYS, [wanted(7)]).texts == (None,)


def test_no_more_of_a_long_text_is_kept_than_tells_that_it_is_cut(store: Store) -> None:
    long = row("q0000007s00", "x" * 100_000)
    store.write(KEYS[2, "j0001"][0], long)

    (text,) = read_texts(store, COMMAND, KEYS, [wanted(7, wave=2, size=len(long))]).texts

    assert text == "x" * 4_001


def test_nothing_wanted_is_nothing_read(store: Store) -> None:
    assert read_texts(store, COMMAND, KEYS, []).texts == ()
