"""Recorded paths, given out once over a run's jobs and calls on demand."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from selfconsistency.bedrock.answers.recorded import Recorded, RecordedQuestion
from selfconsistency.bedrock.run_scopes import RunScopes
from tests.unit.selfconsistency.bedrock.world import BUCKET, MODEL, converse

QUESTION = "There are 15 trees. How many trees?"
PATHS = [f"path {number}" for number in range(12)]


@pytest.fixture
def bedrock(serve):
    return serve(Recorded([RecordedQuestion(QUESTION, {"T0.7": PATHS})]))


def of_job(bedrock, name, count, run="r1"):
    ids = [f"q0000000s{number:02d}" for number in range(count)]
    bedrock.put_records([{"recordId": each, "modelInput": converse(QUESTION)} for each in ids])
    to = {"s3OutputDataConfig": {"s3Uri": f"s3://{BUCKET}/runs/{run}/waves/01/{name}/output/"}}
    job = bedrock.run(name, outputDataConfig=to)
    key = f"runs/{run}/waves/01/{name}/output/{job['jobArn'].rsplit('/', 1)[-1]}/input.jsonl.out"
    body = bedrock.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    rows = sorted(map(json.loads, body.splitlines()), key=lambda row: row["recordId"])
    return [said(row["modelOutput"]) for row in rows]


def of_call(bedrock, **metadata):
    named = {"requestMetadata": metadata} if metadata else {}
    return said(bedrock.runtime.converse(modelId=MODEL, **converse(QUESTION), **named))


def said(answer):
    return answer["output"]["message"]["content"][0]["text"]


def test_calls_go_on_where_jobs_stopped_and_jobs_where_calls_did(bedrock):
    given = [of_call(bedrock)]
    given += of_job(bedrock, "one", 3)
    given += [of_call(bedrock), of_call(bedrock)]
    given += of_job(bedrock, "two", 2)

    assert given == PATHS[:8]


def test_calls_that_overtake_one_another_share_the_paths_out(bedrock):
    with ThreadPoolExecutor(4) as pool:
        given = list(pool.map(lambda _: of_call(bedrock), range(12)))

    assert sorted(given) == sorted(PATHS)


def test_a_call_that_names_its_record_gets_the_path_of_it(bedrock):
    given = [
        of_call(bedrock, run_id="r1", record_id=f"q0000000s{path:02d}") for path in (7, 3, 5, 3)
    ]

    assert given == ["path 7", "path 3", "path 5", "path 3"]


def test_calls_in_their_models_own_form_may_name_their_record_too(bedrock):
    metadata = json.dumps({"run_id": "r1", "record_id": "q0000000s04"})
    body = {"messages": [{"role": "user", "content": [{"text": QUESTION}]}]}
    body |= {"inferenceConfig": {"temperature": 0.7}}

    answer = bedrock.invoke(body, MODEL, requestMetadata=metadata)

    assert said(answer["body"]) == "path 4"


def test_runs_that_name_themselves_begin_each_at_the_first_path(bedrock):
    assert [of_call(bedrock, run_id=run) for run in ("r1", "r2", "r1")] == [
        "path 0",
        "path 0",
        "path 1",
    ]


def test_a_call_that_does_not_name_its_run_is_of_the_run_seen_last():
    scopes = RunScopes()

    one, other = scopes.of_job(f"s3://{BUCKET}/runs/r1/x"), scopes.of_job(f"s3://{BUCKET}/runs/r2/")

    assert one != other
    assert scopes.of_call(None) == other
    assert scopes.of_call("r1") == one
    assert scopes.of_call(None) == one


def test_what_is_asked_before_any_run_is_known_belongs_to_the_first():
    scopes = RunScopes()

    before = scopes.of_call(None)

    assert scopes.of_job(f"s3://{BUCKET}/runs/r1/x") == before
    assert scopes.of_job(f"s3://{BUCKET}/runs/r2/x") != before


def test_questions_of_one_text_share_calls_without_a_record(serve):
    rows = [RecordedQuestion(QUESTION, {"T0.7": [f"{row}{n}" for n in range(2)]}) for row in "ab"]
    bedrock = serve(Recorded(rows))

    assert sorted(of_call(bedrock) for _ in range(4)) == ["a0", "a1", "b0", "b1"]
