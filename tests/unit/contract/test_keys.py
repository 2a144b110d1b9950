"""Keys and names: the same for the same run, and such as Bedrock accepts."""

import re
from functools import cache

import botocore.session
import pytest
from botocore.model import Shape
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.keys import (
    accuracy_entry,
    answer_entry,
    backlog_key,
    job_entry,
    job_key,
    job_name,
    job_name_prefix,
    job_token,
    questions_key,
    row_keys,
    run_id_of_execution,
    run_id_of_upload,
    run_key,
    sums_key,
    votes_key,
    wave_entry,
)
from lambdas.core.sampling.plan import partition_name, settings_of

EXECUTION_NAMES = st.text(min_size=1, max_size=80)
UPLOAD_KEYS = st.text(max_size=200).map("uploads/{}.jsonl".format)
WAVES = st.integers(1, 100)
JOBS = st.integers(1, 12_345).map("j{:04d}".format)


@cache
def constraint(name: str) -> Shape:
    return botocore.session.get_session().get_service_model("bedrock").shape_for(name)


def keeps(value: str, name: str) -> bool:
    """Whether a value has the pattern and length that the service model states of a shape."""
    limits = constraint(name).metadata
    fits = limits["min"] <= len(value) <= limits["max"]
    return fits and re.fullmatch(limits["pattern"], value) is not None


@pytest.mark.parametrize(
    ("value", "name"),
    [
        pytest.param("bad_name", "ModelInvocationJobName", id="job name with underscore"),
        pytest.param("a" * 70, "ModelInvocationJobName", id="job name over 63"),
        pytest.param("ends-", "ModelInvocationIdempotencyToken", id="token with last hyphen"),
        pytest.param("s3://bucket/T=0.7/input.jsonl", "S3Uri", id="key with equals sign"),
    ],
)
def test_the_service_model_s_constraints_refuse_what_the_service_refuses(
    value: str, name: str
) -> None:
    assert not keeps(value, name)


@given(EXECUTION_NAMES, WAVES, JOBS)
def test_job_names_and_tokens_keep_the_constraints_of_the_service(
    execution: str, wave: int, job: str
) -> None:
    run_id = run_id_of_execution(execution)

    assert keeps(job_name("bucket", run_id, wave, job), "ModelInvocationJobName")
    assert keeps(job_name_prefix("bucket", run_id), "ModelInvocationJobName")
    assert keeps(job_token("bucket", run_id, wave, job), "ModelInvocationIdempotencyToken")


@given(EXECUTION_NAMES, WAVES, JOBS)
def test_bedrock_takes_the_keys_of_a_run_started_by_name(
    execution: str, wave: int, job: str
) -> None:
    run_id = run_id_of_execution(execution)

    for name in ("input.jsonl", "input/", "input/012.jsonl", "output/"):
        assert keeps(f"s3://bucket/{job_key(run_id, wave, job, name)}", "S3Uri")


@given(UPLOAD_KEYS, st.text(max_size=40))
def test_bedrock_takes_the_keys_of_a_run_started_by_an_upload(key: str, version: str) -> None:
    run_id = run_id_of_upload(key, version)

    assert keeps(f"s3://bucket/{job_key(run_id, 1, 'j0001', 'input.jsonl')}", "S3Uri")
    assert len(run_id) <= 51


@given(st.lists(st.floats(0.001, 5), unique=True, max_size=5))
def test_names_of_partitions_are_safe_in_keys(temperatures: list[float]) -> None:
    for setting in settings_of(True, temperatures, 5):
        key = votes_key("run", 1, partition_name(setting.name, "000"))

        assert keeps(f"s3://bucket/{key}", "S3Uri")


def test_a_safe_execution_name_is_the_run_id() -> None:
    assert run_id_of_execution("gsm8k_nova-1") == "gsm8k_nova-1"


def test_other_execution_names_stay_different_when_made_safe() -> None:
    ids = {run_id_of_execution(name) for name in ("a b", "a+b", "a=b", "a-b", "é", "ü")}

    assert len(ids) == 6


def test_an_upload_delivered_twice_is_one_run_and_a_new_version_another() -> None:
    first = run_id_of_upload("uploads/set.jsonl", "v1")

    assert run_id_of_upload("uploads/set.jsonl", "v1") == first
    assert run_id_of_upload("uploads/set.jsonl", "v2") != first
    assert run_id_of_upload("uploads/more/set.jsonl", "v1") != first
    assert first.startswith("set-")


def test_an_upload_without_a_safe_name_is_called_run() -> None:
    assert run_id_of_upload("uploads/日本.jsonl", "v1").startswith("run-")


def test_names_of_jobs_differ_by_bucket_run_wave_and_job() -> None:
    args = [("b", "r", 1, "j0001"), ("c", "r", 1, "j0001"), ("b", "s", 1, "j0001")]
    args += [("b", "r", 2, "j0001"), ("b", "r", 1, "j0002")]

    assert len({job_name(*each) for each in args}) == 5
    assert len({job_token(*each) for each in args}) == 5


def test_the_prefix_matches_only_this_run_s_jobs() -> None:
    prefix = job_name_prefix("b", "run-1")

    assert job_name("b", "run-1", 12, "j0003").startswith(prefix)
    assert not job_name("b", "run-12", 1, "j0001").startswith(prefix)


def test_keys_and_entries_of_a_run() -> None:
    assert run_key("r", "plan.json") == "runs/r/plan.json"
    assert questions_key("r", "000") == "runs/r/questions/000.jsonl"
    assert job_key("r", 2, "j0001", "input.jsonl") == "runs/r/waves/02/j0001/input.jsonl"
    assert votes_key("r", 1, "T0.7-000") == "runs/r/waves/01/votes/T0.7-000.jsonl"
    assert sums_key("r", 1, "T0.7-000") == "runs/r/waves/01/votes/T0.7-000.json"
    assert backlog_key("r", 1, "T0.7-000") == "runs/r/waves/01/votes/T0.7-000.backlog.json"
    assert job_entry(1, "j0001") == "job#01#j0001"
    assert wave_entry(2) == "wave#02"
    assert accuracy_entry("T0.7", 5) == "accuracy#T0.7#005"
    assert answer_entry("greedy", 12) == "answer#greedy#q0000012"


@pytest.mark.parametrize("kind", ["", "open", "lost", "examples"])
def test_files_of_a_partition_s_votes_share_a_folder(kind: str) -> None:
    key = votes_key("r", 2, "greedy-001", kind)

    assert key == f"runs/r/waves/02/votes/greedy-001.{kind}.jsonl".replace("..", ".")


def test_files_with_rows_are_neither_manifest_nor_stored_replies() -> None:
    folder = "runs/r/waves/01/j0001/output/a"
    keys = ["001.jsonl.out", "manifest.json.out", "000.jsonl.out", "replies/q0000001s00.json"]

    found = row_keys(f"{folder}/{key}" for key in keys)

    assert found == [f"{folder}/000.jsonl.out", f"{folder}/001.jsonl.out"]
