"""The plan: its partitions, and its jobs and their files."""

import msgspec
import pytest

from lambdas.contract.jobs import Job
from lambdas.contract.schema import Plan, Setting, Shard, Stopping, is_batch_only
from lambdas.core.models.base import Sampling
from lambdas.core.sampling.plan import partitions_of, sampling_of, shard_named
from tests.unit.core.samples import a_job, a_plan, a_slice

TWO_SHARDS = (Shard("000", 0, 100), Shard("001", 100, 120))


def test_partitions_are_settings_by_shards() -> None:
    partitions = partitions_of(a_plan(shards=TWO_SHARDS), 3)

    assert [partition.partition for partition in partitions] == [
        "greedy-000",
        "greedy-001",
        "T0.7-000",
        "T0.7-001",
    ]
    assert {partition.wave for partition in partitions} == {3}


def test_a_shard_is_found_by_its_name() -> None:
    assert shard_named(a_plan(shards=TWO_SHARDS), "001") == TWO_SHARDS[1]


def test_a_plan_reads_back_from_its_file() -> None:
    plan = a_plan(
        shards=TWO_SHARDS, warnings=("a warning",), stopping=Stopping("level", 0.95), budget=3.5
    )

    assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan


def test_a_job_reads_back_from_its_line() -> None:
    job = a_job(a_slice(), a_slice(generations=(), retry_paths=(3, 8)))

    assert msgspec.json.decode(msgspec.json.encode(job), type=Job) == job


@pytest.mark.parametrize(
    ("changed", "early"),
    [
        pytest.param({}, False, id="all paths for all"),
        pytest.param({"stopping": Stopping("certain")}, True, id="until the vote is certain"),
        pytest.param({"budget": 3.0}, True, id="a budget"),
    ],
)
def test_a_rule_or_a_budget_stops_questions_early(changed: dict[str, object], early: bool) -> None:
    assert a_plan(**changed).stops_early is early


def test_a_job_of_one_slice_is_one_file_and_a_shared_job_is_a_folder() -> None:
    alone, shared = a_job(), a_job(a_slice(), a_slice(setting="T1.0", partition="T1.0-000"))

    assert (alone.submitted_name, alone.input_name(0)) == ("input.jsonl", "input.jsonl")
    assert shared.submitted_name == "input/"
    assert [shared.input_name(number) for number in (0, 1)] == [
        "input/000.jsonl",
        "input/001.jsonl",
    ]


def test_the_name_of_the_input_links_an_output_to_its_slice() -> None:
    alone, shared = a_job(), a_job(a_slice(), a_slice(setting="T1.0"))
    keys = ["w/output/a/000.jsonl.out", "w/output/a/001.jsonl.out"]

    assert shared.output_keys(0, keys) == keys[:1]
    assert shared.output_keys(1, keys) == keys[1:]
    assert alone.output_keys(0, ["w/output/a/input.jsonl.out"]) == ["w/output/a/input.jsonl.out"]


def test_a_job_has_the_settings_and_completions_of_its_slices() -> None:
    new, lost = a_slice(), a_slice(generations=(), retry_paths=(0, 3), records=2, completions=3)
    other = a_slice(setting="T1.0", partition="T1.0-000", records=5, completions=6)

    job = a_job(new, lost, other)

    assert job.settings == ("T0.7", "T1.0")
    assert (job.records, job.completions) == (11, 19)


def test_records_are_sampled_at_the_temperature_of_their_setting() -> None:
    plan = a_plan(max_tokens=99, top_p=0.9)

    assert sampling_of(plan, Setting("T1.0", 1.0, 5)) == Sampling(1.0, 99, 1, 0.9)


def test_a_custom_model_named_by_its_arn_runs_in_batch_jobs_only() -> None:
    arn = "arn:aws:bedrock:us-east-1:123456789012:"

    assert is_batch_only(f"{arn}custom-model/amazon.nova-lite-v1:0/abcdef123456")
    assert not is_batch_only(f"{arn}custom-model-deployment/abcdef123456")
    assert not is_batch_only("us.amazon.nova-lite-v1:0")
