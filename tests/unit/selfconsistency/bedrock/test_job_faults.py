"""Jobs that end badly or not at all, output that is not as it should be, and foreign jobs."""

import json
import time
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from selfconsistency.bedrock.settings import Faults, Quotas
from tests.unit.selfconsistency.bedrock.test_lifecycle import Bus
from tests.unit.selfconsistency.bedrock.world import converse_lines


def run(serve, records=100, **faults):
    bedrock = serve(faults=Faults(**faults))
    bedrock.put_records(converse_lines(records))
    return bedrock, bedrock.run()


def there_after_a_while(bedrock, job, name):
    end = time.monotonic() + 60
    while True:
        try:
            return bedrock.raw_output(job, name)
        except ClientError:
            assert time.monotonic() < end
            time.sleep(0.005)


@pytest.mark.parametrize(
    ("fault", "status"),
    [("fail_jobs", "Failed"), ("expire_jobs", "Expired"), ("stop_jobs", "Stopped")],
)
def test_a_job_that_ends_badly_may_leave_a_part_of_its_output(serve, fault, status):
    bedrock, job = run(serve, **{fault: (1,)}, salvage_share=0.3)

    assert (job["status"], job["processedRecordCount"]) == (status, 30)
    assert len(bedrock.output(job)) == bedrock.manifest(job)["processedRecordCount"] == 30
    assert job["message"]


def test_a_job_may_complete_without_a_success(serve):
    bedrock, job = run(serve, error_jobs=(1,))

    assert (job["status"], job["successRecordCount"]) == ("Completed", 0)
    assert {row["error"]["errorCode"] for row in bedrock.output(job)} == {500}
    assert bedrock.run("second")["successRecordCount"] == 100


def test_error_rows_may_be_of_several_codes(serve):
    bedrock, job = run(serve, error_rows=0.5, error_codes=(400, 429, 500, 503))

    codes = {row["error"]["errorCode"] for row in bedrock.output(job) if "error" in row}
    assert codes == {400, 429, 500, 503}


def test_a_stuck_job_is_validated_until_it_is_stopped_and_holds_up_no_other(serve):
    bedrock = serve(faults=Faults(stuck_jobs=(1,)))
    arn = bedrock.create("stuck")

    assert bedrock.run("next")["status"] == "Completed"
    assert bedrock.get(arn)["status"] == "Validating"
    bedrock.client.stop_model_invocation_job(jobIdentifier=arn)
    assert bedrock.ended(arn)["status"] == "Stopped"


def test_a_deaf_job_does_not_stop_before_it_is_freed(serve):
    bedrock = serve(faults=Faults(deaf_jobs=(1,)))
    arn = bedrock.create()
    bedrock.until(arn, "Validating")

    bedrock.client.stop_model_invocation_job(jobIdentifier=arn)
    time.sleep(0.1)
    assert bedrock.get(arn)["status"] == "Stopping"
    bedrock.bedrock_emulator.free()
    assert bedrock.ended(arn)["status"] == "Stopped"


def test_a_truncated_output_ends_within_its_last_row(serve):
    bedrock, job = run(serve, truncate_jobs=(1,))

    *whole, cut = bedrock.raw_output(job).split(b"\n")
    assert len(whole) == 99
    assert all(json.loads(line)["recordId"] for line in whole)
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut)


def test_foreign_rows_are_of_nobody_or_of_another_job(serve):
    bedrock = serve(faults=Faults(foreign_rows=0.5))
    bedrock.put_records(converse_lines(20))
    bedrock.run("first")
    bedrock.put_records(converse_lines(10))

    ids = [row["recordId"] for row in bedrock.output(bedrock.run("second"))]

    own = {f"q{number:07d}s00" for number in range(10)}
    of_first = {f"q{number:07d}s00" for number in range(10, 20)}
    foreign = [each for each in ids if each not in own]
    assert len(ids) - len(foreign) == 10
    assert "q9999999s99" in foreign
    assert set(foreign) & of_first
    assert set(foreign) <= of_first | {"q9999999s99"}


@pytest.mark.parametrize(
    ("late", "late_file", "timely_file"),
    [
        ("rows", "input.jsonl.out", "manifest.json.out"),
        ("manifest", "manifest.json.out", "input.jsonl.out"),
    ],
)
def test_a_part_of_the_output_may_appear_after_the_job_has_ended(
    serve, late, late_file, timely_file
):
    bedrock, job = run(serve, records=3, late_output_s=0.15, late=late)

    assert bedrock.raw_output(job, timely_file)
    with pytest.raises(ClientError):
        bedrock.raw_output(job, late_file)
    assert there_after_a_while(bedrock, job, late_file)


def test_output_that_is_late_appears_at_once_when_it_is_freed(serve):
    bedrock, job = run(serve, records=3, late_output_s=60)

    bedrock.bedrock_emulator.free()

    assert there_after_a_while(bedrock, job, "input.jsonl.out")
    assert there_after_a_while(bedrock, job, "manifest.json.out")


def test_a_manifest_may_disagree_with_the_job(serve):
    bedrock, job = run(serve, wrong_manifest=True)

    assert job["successRecordCount"] == 100
    assert bedrock.manifest(job)["successRecordCount"] == 201


def test_a_manifest_may_be_missing(serve):
    bedrock, job = run(serve, no_manifest=True)

    assert len(bedrock.output(job)) == 100
    with pytest.raises(ClientError):
        bedrock.manifest(job)


def test_a_foreign_job_contains_our_name_holds_a_place_and_tells_its_events(serve, edge):
    bus = Bus()
    faults = Faults(foreign_jobs=1, foreign_s=60)
    quotas = Quotas(min_records=1, jobs_at_once=2)
    bedrock = serve(edge=replace(edge, events=bus), faults=faults, quotas=quotas)

    ours = bedrock.create("ours")
    found = bedrock.client.list_model_invocation_jobs(nameContains="ours")
    [foreign] = [job for job in found["invocationJobSummaries"] if job["jobArn"] != ours]

    assert foreign["jobName"].endswith("-ours")
    assert "samples" not in foreign["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
    assert bedrock.ended(ours)["status"] == "Completed"
    assert bedrock.until(foreign["jobArn"], "InProgress")
    assert foreign["jobArn"] in {entry["Resources"][0] for entry in bus.entries}


def test_a_foreign_job_ends_in_its_own_time(serve):
    bedrock = serve(faults=Faults(foreign_jobs=1, foreign_s=0.01, fail_jobs=(1,)))

    bedrock.create("ours")

    found = bedrock.client.list_model_invocation_jobs(nameContains="other")
    [foreign] = found["invocationJobSummaries"]
    assert bedrock.ended(foreign["jobArn"])["status"] == "Completed"


def test_foreign_jobs_leave_less_room(serve):
    bedrock = serve(
        faults=Faults(foreign_jobs=1, foreign_s=60), quotas=Quotas(min_records=1, jobs_at_once=1)
    )

    with pytest.raises(bedrock.client.exceptions.ServiceQuotaExceededException):
        bedrock.create()
