"""The faults that tests of the application can ask for."""

import json

import pytest

from selfconsistency.bedrock.settings import Faults
from tests.unit.selfconsistency.bedrock.world import BUCKET, COHERE, converse_lines

MESSAGE = "The model failed on this record."


def run(serve, records=200, **faults):
    bedrock = serve(faults=Faults(**faults))
    bedrock.put_records(converse_lines(records))
    return bedrock, bedrock.run()


def test_a_share_of_the_records_are_error_rows(serve):
    bedrock, job = run(serve, error_rows=0.2, error_code=429)

    errors = [row["error"] for row in bedrock.output(job) if "error" in row]
    assert job["status"] == "Completed"
    assert 20 < len(errors) < 60
    assert job["errorRecordCount"] == len(errors)
    assert {error["errorCode"] for error in errors} == {429}


def test_a_completed_job_may_have_error_rows_alone(serve):
    _, job = run(serve, error_rows=1.0)

    assert job["status"] == "Completed"
    assert (job["successRecordCount"], job["errorRecordCount"]) == (0, 200)


def test_dropped_rows_are_counted_and_not_there(serve):
    bedrock, job = run(serve, drop_rows=0.1)

    assert job["processedRecordCount"] == 200
    assert 160 < len(bedrock.output(job)) < 195


def test_rows_may_be_there_twice(serve):
    bedrock, job = run(serve, duplicate_rows=0.1)

    ids = [row["recordId"] for row in bedrock.output(job)]
    assert len(set(ids)) == 200
    assert 205 < len(ids) < 240


def test_rows_may_be_broken(serve):
    bedrock, job = run(serve, broken_rows=1.0)

    lines = bedrock.raw_output(job).split(b"\n")
    assert len(lines) == 201
    for line in lines[:-1]:
        with pytest.raises(json.JSONDecodeError):
            json.loads(line)


def test_a_partial_job_answers_a_share_and_says_so(serve):
    bedrock, job = run(serve, partial_jobs={1}, partial_share=0.25)

    assert job["status"] == "PartiallyCompleted"
    assert (job["totalRecordCount"], job["processedRecordCount"]) == (200, 50)
    assert len(bedrock.output(job)) == 50
    assert bedrock.manifest(job)["totalRecordCount"] == 200


@pytest.mark.parametrize(
    ("faults", "status"),
    [({"fail_jobs": {1}}, "Failed"), ({"expire_jobs": {1}}, "Expired")],
)
def test_the_job_of_a_number_ends_badly_and_the_next_one_well(serve, faults, status):
    bedrock = serve(faults=Faults(**faults))

    first, second = bedrock.run("first"), bedrock.run("second")

    assert (first["status"], second["status"]) == (status, "Completed")
    assert first["message"]


def test_texts_may_hold_line_ends_that_are_none(serve):
    bedrock, job = run(serve, records=3, odd_line_ends=True)

    assert bedrock.raw_output(job).count(b"\n") == 3
    text = bedrock.output(job)[0]["modelOutput"]["output"]["message"]["content"][0]["text"]
    assert len(text.splitlines()) > 1


def test_members_may_be_there_as_null(serve):
    bedrock, job = run(serve, records=1, explicit_nulls=True)

    (row,) = bedrock.output(job)
    thought, said = row["modelOutput"]["output"]["message"]["content"]
    assert row["error"] is None
    assert row["modelOutput"]["trace"] is None
    assert thought["text"] is None
    assert said["reasoningContent"] is None
    assert said["text"] == "Q: question 0 0"


def test_generations_may_hold_nulls_too(serve):
    bedrock = serve(faults=Faults(explicit_nulls=True))
    bedrock.put_records([{"recordId": "a", "modelInput": {"prompt": "p"}}])

    job = bedrock.run(modelId=COHERE, modelInvocationType="InvokeModel")

    (row,) = bedrock.output(job)
    assert row["modelOutput"]["generations"][0]["likelihood"] is None


def test_the_same_seed_hits_the_same_records(serve):
    def hit(seed):
        bedrock = serve(faults=Faults(error_rows=0.2), seed=seed)
        bedrock.put_records(converse_lines(100))
        return {row["recordId"] for row in bedrock.output(bedrock.run()) if "error" in row}

    once, again, otherwise = hit(1), hit(1), hit(2)

    assert once == again
    assert once != otherwise


@pytest.mark.parametrize(
    ("form", "members"),
    [
        ("object_message", {"errorMessage": {"message": MESSAGE, "type": "error"}}),
        ("retryable", {"errorMessage": MESSAGE, "expired": False, "retryable": True}),
        ("final", {"errorMessage": MESSAGE, "expired": False, "retryable": False}),
    ],
)
def test_an_error_row_may_have_other_members(serve, form, members):
    bedrock, job = run(
        serve, 3, error_rows=1.0, error_code="ModelErrorException", error_forms=[form]
    )

    assert [row["error"] for row in bedrock.output(job)] == [
        {"errorCode": "ModelErrorException"} | members
    ] * 3


@pytest.mark.parametrize(("form", "output"), [("empty_output", {}), ("null_output", None)])
def test_an_error_row_may_have_an_output_without_anything(serve, form, output):
    bedrock, job = run(serve, 3, error_rows=1.0, error_code=429.0, error_forms=[form])

    assert [(row["modelOutput"], row["error"]["errorCode"]) for row in bedrock.output(job)] == [
        (output, 429.0)
    ] * 3


def test_an_error_row_of_a_refused_record_says_so(serve):
    bedrock, job = run(serve, 3, error_rows=1.0, error_code=403)

    messages = {row["error"]["errorMessage"] for row in bedrock.output(job)}
    assert messages == {"You don't have access to the model with the specified model ID."}


@pytest.mark.parametrize(
    ("odd", "usage", "stop"),
    [
        ("float_counts", {"inputTokens": float, "outputTokens": float, "totalTokens": float}, str),
        ("text_counts", {"inputTokens": str, "outputTokens": str, "totalTokens": str}, str),
        ("usage_list", None, str),
        ("numeric_stop", {"inputTokens": int, "outputTokens": int, "totalTokens": int}, int),
    ],
)
def test_what_stands_beside_a_text_may_have_another_type(serve, odd, usage, stop):
    bedrock, job = run(serve, 3, odd_members=[odd])

    for row in bedrock.output(job):
        output = row["modelOutput"]
        assert isinstance(output["stopReason"], stop)
        if usage is None:
            assert isinstance(output["usage"], list)
        else:
            assert {name: type(each) for name, each in output["usage"].items()} == usage
        assert output["output"]["message"]["content"][0]["text"]


@pytest.mark.parametrize(("left_out", "files"), [(False, 3), (True, 2)])
def test_an_input_file_of_which_nothing_was_read_may_have_no_output(serve, left_out, files):
    faults = Faults(partial_jobs=[1], partial_share=0.5, no_unread_files=left_out)
    bedrock = serve(faults=faults)
    for number in range(3):
        bedrock.put_records(converse_lines(10), f"folder/{number}.jsonl")
    data = {"s3InputDataConfig": {"s3Uri": f"s3://{BUCKET}/folder/"}}

    job = bedrock.run(inputDataConfig=data)

    prefix = f"out/{job['jobArn'].rsplit('/', 1)[-1]}/"
    listed = bedrock.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix)["Contents"]
    names = [each["Key"] for each in listed if each["Key"].endswith(".jsonl.out")]
    assert (job["status"], len(names)) == ("PartiallyCompleted", files)
