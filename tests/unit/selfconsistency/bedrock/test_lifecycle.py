"""What becomes of a job that was accepted."""

import json
import time
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from botocore.exceptions import EndpointConnectionError

from selfconsistency.bedrock.settings import Delays, Faults, Quotas
from tests.unit.selfconsistency.bedrock.world import (
    BUCKET,
    COHERE,
    FEW,
    Allowing,
    Echo,
    converse,
    converse_lines,
)


class Bus:
    """An event bus that remembers, or refuses."""

    def __init__(self, refuse: bool = False) -> None:
        self.entries: list[dict[str, Any]] = []
        self._refuse = refuse

    def put_events(self, Entries: list[dict[str, Any]]) -> None:  # noqa: N803
        if self._refuse:
            raise EndpointConnectionError(endpoint_url="nowhere")
        self.entries += Entries

    @property
    def statuses(self) -> list[str]:
        return [json.loads(entry["Detail"])["status"] for entry in self.entries]

    def last(self, status: str) -> dict[str, Any]:
        end = time.monotonic() + 60
        while status not in self.statuses:
            assert time.monotonic() < end
            time.sleep(0.005)
        return self.entries[self.statuses.index(status)]


def test_a_job_passes_through_every_status_and_each_is_told(serve, edge):
    bus = Bus()
    bedrock = serve(edge=replace(edge, events=bus))

    job = bedrock.run()

    entry = bus.last("Completed")
    assert bus.statuses == ["Submitted", "Validating", "Scheduled", "InProgress", "Completed"]
    assert entry["DetailType"] == "Batch Inference Job State Change"
    assert entry["Resources"] == [job["jobArn"]]
    detail = json.loads(entry["Detail"])
    assert detail["batchJobArn"] == job["jobArn"]
    assert detail["batchJobName"] == "job-1"
    assert detail["accountId"] == "123456789012"
    assert detail["batchModelId"].endswith("inference-profile/us.amazon.nova-lite-v1:0")
    assert time.strptime(detail["creationTime"], "%b %d, %Y, %I:%M:%S %p")


def test_a_lost_event_does_not_matter_to_the_job(serve, edge):
    bedrock = serve(edge=replace(edge, events=Bus(refuse=True)))

    assert bedrock.run()["status"] == "Completed"


def test_events_can_be_withheld(serve, edge):
    bus = Bus()
    bedrock = serve(edge=replace(edge, events=bus), faults=Faults(lose_events=True))

    assert bedrock.run()["status"] == "Completed"
    assert bus.entries == []


def test_a_job_stays_in_a_status_as_long_as_it_is_told(serve):
    bedrock = serve(delays=Delays(0, 0, 10, 0))

    assert bedrock.until(bedrock.create(), "Scheduled")["totalRecordCount"] == 3


def test_progress_shows_while_a_job_runs(serve):
    source = Echo(held=True)
    bedrock = serve(source)
    arn = bedrock.create()

    running = bedrock.until(arn, "InProgress")
    source.gate.set()

    assert (running["totalRecordCount"], running["processedRecordCount"]) == (3, 0)
    assert "endTime" not in running
    ended = bedrock.ended(arn)
    assert (ended["processedRecordCount"], ended["successRecordCount"]) == (3, 3)
    assert ended["endTime"] >= ended["submitTime"]


@pytest.mark.parametrize(
    ("quotas", "message"),
    [
        pytest.param(Quotas(), "3 records, fewer than the minimum of 100", id="too few records"),
        pytest.param(
            replace(FEW, max_records=2), "3 records, more than the maximum of 2", id="too many"
        ),
        pytest.param(replace(FEW, max_file_mib=0.0001), "The input file", id="file too large"),
        pytest.param(replace(FEW, max_job_mib=0.0001), "The job has", id="job too large"),
    ],
)
def test_a_job_out_of_quota_is_accepted_and_fails(serve, quotas, message):
    job = serve(quotas=quotas).run()

    assert job["status"] == "Failed"
    assert message in job["message"]


def test_99_records_are_too_few_and_100_are_enough(serve):
    bedrock = serve(quotas=Quotas())

    bedrock.put_records(converse_lines(99))
    assert bedrock.run("job-99")["status"] == "Failed"
    bedrock.put_records(converse_lines(100))
    assert bedrock.run("job-100")["status"] == "Completed"


@pytest.mark.parametrize(
    "line",
    [b"not json", b'{"recordId": "a"}', b'{"recordId": 7, "modelInput": {}}', b'"text"', b"\xff"],
)
def test_a_line_that_is_no_record_fails_the_job(serve, line):
    bedrock = serve()
    good = json.dumps(converse_lines(1)[0]).encode()
    bedrock.s3.put_object(Bucket=BUCKET, Key="in/input.jsonl", Body=good + b"\n" + line + b"\n")

    job = bedrock.run()

    assert job["status"] == "Failed"
    assert "in/input.jsonl line 2 is not a record" in job["message"]


@pytest.mark.parametrize("uri", ["in/none.jsonl", "empty/", "in/input.csv"])
def test_a_missing_input_fails_the_job(serve, uri):
    bedrock = serve()

    job = bedrock.run(
        inputDataConfig={"s3InputDataConfig": {"s3Uri": f"s3://{BUCKET}/{uri}"}},
    )

    assert job["status"] == "Failed"
    assert uri.strip("/") in job["message"]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", f"arn:aws:s3:::{BUCKET}/in/input.jsonl"),
        ("s3:ListBucket", f"arn:aws:s3:::{BUCKET}"),
        ("s3:PutObject", f"arn:aws:s3:::{BUCKET}/out/"),
        ("bedrock:InvokeModel", "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us."),
    ],
)
def test_a_role_without_a_permission_fails_the_job_by_name(serve, action, resource):
    job = serve(permissions=Allowing(denied=frozenset({action}))).run()

    assert job["status"] == "Failed"
    user = "User: arn:aws:sts::123456789012:assumed-role/batch/bedrock-batch"
    denial = f"{user} is not authorized to perform: {action} on resource: {resource}"
    assert job["message"].startswith(denial)


def test_a_profile_needs_its_model_in_every_region(serve):
    permissions = Allowing()

    serve(permissions=permissions).run()

    invoked = {d.resource for _, d in permissions.asked if d.action == "bedrock:InvokeModel"}
    assert invoked == {
        "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-lite-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
        "arn:aws:bedrock:us-east-2::foundation-model/amazon.nova-lite-v1:0",
        "arn:aws:bedrock:us-west-2::foundation-model/amazon.nova-lite-v1:0",
    }


def test_a_model_without_profile_is_needed_here_alone(serve):
    permissions = Allowing()

    serve(permissions=permissions).run(modelId=COHERE, modelInvocationType="InvokeModel")

    invoked = [d.resource for _, d in permissions.asked if d.action == "bedrock:InvokeModel"]
    assert invoked == [f"arn:aws:bedrock:us-east-1::foundation-model/{COHERE}"]


def test_bad_bodies_are_error_rows_of_a_completed_job(serve):
    bedrock = serve()
    lines = [{"recordId": f"r{n}", "modelInput": {"prompt": "not Converse"}} for n in range(4)]
    bedrock.put_records(lines)

    job = bedrock.run()

    assert job["status"] == "Completed"
    assert (job["successRecordCount"], job["errorRecordCount"]) == (0, 4)
    assert {row["error"]["errorCode"] for row in bedrock.output(job)} == {400}


def test_a_source_that_breaks_fails_the_job(serve, caplog):
    class Broken(Echo):
        def answers(self, asked, place):
            raise RuntimeError("no such thing")

    job = serve(Broken()).run()

    assert job["status"] == "Failed"
    assert "no such thing" in job["message"]


def test_records_are_reserved_in_order_of_creation(serve):
    class Remembering(Echo):
        reserved: ClassVar[list[str]] = []

        def reserve(self, scope, asked):
            self.reserved.append(asked.turns[-1].text)
            time.sleep(0.002)
            return super().reserve(scope, asked)

    source = Remembering()
    bedrock = serve(source)
    arns = []
    for name in ("job-a", "job-b", "job-c"):
        uri = bedrock.put_records(
            [{"modelInput": converse(f"{name} {n}")} for n in range(3)], f"{name}/input.jsonl"
        )
        arns.append(bedrock.create(name, inputDataConfig={"s3InputDataConfig": {"s3Uri": uri}}))
    for arn in arns:
        assert bedrock.ended(arn)["status"] == "Completed"

    assert source.reserved == [f"job-{job} {n}" for job in "abc" for n in range(3)]
