"""Finding, listing and stopping jobs."""

from datetime import UTC, datetime, timedelta

import pytest

from selfconsistency.bedrock.settings import Delays
from tests.unit.selfconsistency.bedrock.world import COHERE, FEW, Echo, converse_lines

STAYS = Delays(30, 0, 0, 0)


def names(page):
    return [each["jobName"] for each in page["invocationJobSummaries"]]


def test_a_job_is_found_by_arn_and_by_id(serve):
    bedrock = serve()
    arn = bedrock.create()

    assert bedrock.get(arn)["jobArn"] == arn
    assert bedrock.get(arn.rsplit("/", 1)[-1])["jobArn"] == arn


def test_a_job_shows_what_was_asked_for(serve):
    bedrock = serve()
    asked = bedrock.request(clientRequestToken="4f2a", timeoutDurationInHours=30)

    job = bedrock.get(bedrock.client.create_model_invocation_job(**asked)["jobArn"])

    assert {name: job[name] for name in asked} == asked
    assert job["jobExpirationTime"] - job["submitTime"] == timedelta(hours=30)


@pytest.mark.parametrize(
    "identifier",
    ["abcdefghijkl", "arn:aws:bedrock:us-east-1:123456789012:model-invocation-job/abcdefghijkl"],
)
def test_a_job_that_does_not_exist_is_not_found(refusing, identifier):
    with pytest.raises(refusing.client.exceptions.ResourceNotFoundException):
        refusing.get(identifier)


def test_the_arn_of_another_account_is_not_found(serve):
    bedrock = serve()
    arn = bedrock.create()

    with pytest.raises(bedrock.client.exceptions.ResourceNotFoundException):
        bedrock.get(arn.replace("123456789012", "999999999999"))


def test_an_identifier_out_of_pattern_is_refused(refusing):
    with pytest.raises(refusing.client.exceptions.ValidationException):
        refusing.get("Not-An-Id")


def test_jobs_are_listed_the_newest_first_or_as_asked(serve):
    bedrock = serve()
    for name in ("a", "b", "c"):
        bedrock.run(name)
    listing = bedrock.client.list_model_invocation_jobs

    assert names(listing()) == ["c", "b", "a"]
    assert names(listing(sortBy="CreationTime", sortOrder="Ascending")) == ["a", "b", "c"]


def test_a_listing_has_pages(serve):
    bedrock = serve()
    for name in ("a", "b", "c"):
        bedrock.run(name)
    listing = bedrock.client.list_model_invocation_jobs

    first = listing(maxResults=2)
    second = listing(maxResults=2, nextToken=first["nextToken"])

    assert (names(first), names(second)) == (["c", "b"], ["a"])
    assert "nextToken" not in second


def test_a_paginator_brings_every_job(serve):
    bedrock = serve()
    for number in range(5):
        bedrock.run(f"job-{number}")

    pages = bedrock.client.get_paginator("list_model_invocation_jobs").paginate(
        PaginationConfig={"PageSize": 2}
    )

    assert sum(len(page["invocationJobSummaries"]) for page in pages) == 5


def test_a_listing_is_filtered(serve):
    bedrock = serve()
    now = datetime.now(UTC)
    bedrock.run("run-a-1")
    bedrock.run("run-b-1", modelId=COHERE)
    bedrock.put_records([])
    bedrock.run("run-b-2")
    listing = bedrock.client.list_model_invocation_jobs
    hour = timedelta(hours=1)

    assert names(listing(nameContains="b-")) == ["run-b-2", "run-b-1"]
    assert names(listing(statusEquals="Failed")) == ["run-b-2"]
    assert len(names(listing(submitTimeAfter=now - hour, submitTimeBefore=now + hour))) == 3
    assert names(listing(submitTimeAfter=now + hour)) == []
    assert names(listing(submitTimeBefore=now - hour)) == []


@pytest.mark.parametrize(
    "query",
    [
        {"maxResults": 0},
        {"maxResults": 1001},
        {"maxResults": "many"},
        {"statusEquals": "Done"},
        {"sortBy": "Name"},
        {"nextToken": "mine"},
        {"nameContains": "a_b"},
    ],
    ids=str,
)
def test_a_query_out_of_bounds_is_refused(refusing, query):
    with pytest.raises(refusing.client.exceptions.ValidationException):
        refusing.client.list_model_invocation_jobs(**query)


def test_a_job_that_waits_is_stopped(serve):
    bedrock = serve(delays=STAYS)
    arn = bedrock.create()

    bedrock.client.stop_model_invocation_job(jobIdentifier=arn)

    assert bedrock.ended(arn)["status"] == "Stopped"


def test_a_stopped_job_leaves_what_it_had_answered(serve):
    class Slow(Echo):
        def answers(self, asked, place):
            self.gate.wait(0.02)
            return super().answers(asked, place)

    bedrock = serve(Slow())
    bedrock.put_records(converse_lines(500))
    arn = bedrock.create()
    while bedrock.get(arn).get("processedRecordCount", 0) == 0:
        pass

    bedrock.client.stop_model_invocation_job(jobIdentifier=arn)
    job = bedrock.ended(arn)

    assert job["status"] == "Stopped"
    assert 0 < job["processedRecordCount"] < 500
    assert len(bedrock.output(job)) == job["processedRecordCount"]
    assert bedrock.manifest(job)["totalRecordCount"] == 500


def test_a_job_that_ended_cannot_be_stopped(serve):
    bedrock = serve()
    job = bedrock.run()

    with pytest.raises(bedrock.client.exceptions.ConflictException, match="Completed"):
        bedrock.client.stop_model_invocation_job(jobIdentifier=job["jobArn"])


def test_a_stopped_job_makes_room_and_lets_the_next_pass(serve):
    bedrock = serve(quotas=FEW, delays=Delays(0.2, 0, 0, 0))
    arn = bedrock.create("first")
    bedrock.client.stop_model_invocation_job(jobIdentifier=arn)

    assert bedrock.run("second")["status"] == "Completed"
