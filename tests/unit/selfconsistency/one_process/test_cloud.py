"""The AWS in memory: an environment of its own, objects on disk, calls that Bedrock answers."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from lambdas.aws.clients import bedrock_client, runtime_client
from lambdas.aws.run_table import run_table
from lambdas.aws.store import Store, run_store
from lambdas.contract.entries import RunEntry
from lambdas.core.errors import MissingObjectError
from selfconsistency.bedrock.emulator import BedrockEmulator
from selfconsistency.bedrock.settings import Delays, Faults, Quotas
from selfconsistency.one_process.bedrock_calls import answered_by
from selfconsistency.one_process.cloud import VARIABLES, Cloud, cloud, use_variables
from tests.unit.selfconsistency.bedrock.world import Allowing, Echo, NoCallers

MIB = 2**20
CLAUDE = "anthropic.claude-3-haiku-20240307-v1:0"


@pytest.fixture(scope="module")
def running() -> Iterator[Cloud]:
    with cloud() as made:
        yield made


@pytest.fixture
def store(running: Cloud) -> Store:
    use_variables(BUCKET=running.new_bucket(), TABLE=running.new_table().name)
    return run_store()


def test_what_a_person_has_set_for_aws_leads_nowhere_and_comes_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://elsewhere")
    monkeypatch.setenv("AWS_PROFILE", "work")

    with cloud():
        inside = {name for name in os.environ if name in {"AWS_ENDPOINT_URL", "AWS_PROFILE"}}
        assert os.environ["REHEARSAL"] == VARIABLES["REHEARSAL"]

    assert inside == set()
    assert os.environ["AWS_PROFILE"] == "work"
    assert "REHEARSAL" not in os.environ


@pytest.mark.parametrize("size", [1, 8 * MIB, 20 * MIB + 3])
def test_an_object_of_any_size_reads_as_it_was_written(store: Store, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    pieces = [content[start : start + MIB] for start in range(0, size, MIB)]

    store.write_all("key", pieces)

    assert store.read("key") == content
    assert store.span("key", size - 1, 5) == content[-1:]
    assert store.describe("key").size_bytes == size


def test_an_object_that_was_replaced_is_noticed(store: Store) -> None:
    store.write("key", b"one")
    unchanged: dict[str, str] = {}
    store.describe("key", unchanged)
    store.write("key", b"two")

    with pytest.raises(MissingObjectError, match="was replaced"):
        list(store.pieces("key", unchanged))


def test_an_object_that_does_not_exist_is_missing(store: Store) -> None:
    with pytest.raises(MissingObjectError, match="does not exist"):
        store.read("nothing")


def test_an_empty_object_is_empty(store: Store) -> None:
    store.write("key", b"")

    assert store.read("key") == b""


def test_entries_that_many_threads_change_lose_no_change(store: Store) -> None:
    table = run_table()
    table.claim("r1", "arn", "2026-01-01T00:00:00Z")
    members = ["message", "reason", "report_key", "ended_at"]

    def change(number: int) -> None:
        changes = RunEntry.model_validate({members[number % 4]: str(number)})
        table.update_run("r1", "arn", changes)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(change, range(200)))

    run = table.run("r1")
    last = [run.message, run.reason, run.report_key, run.ended_at]
    assert [int(each) % 4 for each in last] == [0, 1, 2, 3]


@pytest.fixture
def emulator(running: Cloud, store: Store) -> Iterator[BedrockEmulator]:
    made = BedrockEmulator(
        Echo(),
        edge=running.edge,
        quotas=Quotas(min_records=1),
        delays=Delays(0, 0, 0, 0),
        permissions=Allowing(),
        callers=NoCallers(),
    )
    with answered_by(made.application):
        yield made
    made.stop()


def converse() -> str:
    answer = runtime_client().converse(
        modelId=CLAUDE, messages=[{"role": "user", "content": [{"text": "one?"}]}]
    )
    return str(answer["output"]["message"]["content"][0]["text"])


def test_the_emulator_answers_calls_without_a_connection(emulator: BedrockEmulator) -> None:
    assert converse() == "one? 0"


def test_its_errors_come_as_the_client_knows_them(emulator: BedrockEmulator) -> None:
    client = bedrock_client()

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.get_model_invocation_job(
            jobIdentifier="arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefghijkl"
        )


def test_an_answer_that_is_to_be_lost_breaks_its_connection(emulator: BedrockEmulator) -> None:
    emulator.use(Faults(lose_invokes=1))

    with pytest.raises(ConnectionClosedError):
        converse()
    assert converse() == "one? 0"
