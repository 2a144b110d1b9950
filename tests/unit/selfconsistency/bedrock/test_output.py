"""What a job leaves in S3."""

import json

from tests.unit.selfconsistency.bedrock.world import (
    BUCKET,
    COHERE,
    Echo,
    converse,
    converse_lines,
)


def test_output_lies_below_the_job_id_beside_its_manifest(serve):
    bedrock = serve()

    job = bedrock.run()

    job_id = job["jobArn"].rsplit("/", 1)[-1]
    listed = bedrock.s3.list_objects_v2(Bucket=BUCKET, Prefix=f"out/{job_id}")["Contents"]
    assert sorted(each["Key"] for each in listed) == [
        f"out/{job_id}/input.jsonl.out",
        f"out/{job_id}/manifest.json.out",
    ]
    assert bedrock.manifest(job) == {
        "totalRecordCount": 3,
        "processedRecordCount": 3,
        "successRecordCount": 3,
        "errorRecordCount": 0,
        "inputTokenCount": 12,
        "outputTokenCount": 12,
    }


def test_a_row_echoes_its_record(serve):
    bedrock = serve()
    body = converse("Q: one")
    bedrock.put_records([{"recordId": "CALL0000001", "modelInput": body}])

    job = bedrock.run()

    (row,) = bedrock.output(job)
    assert row["recordId"] == "CALL0000001"
    assert row["modelInput"] == body
    assert row["modelOutput"]["output"]["message"]["content"] == [{"text": "Q: one 0"}]


def test_rows_are_not_in_the_order_of_the_input_and_repeat_with_the_seed(serve):
    def order(job_name: str, seed: int) -> list[str]:
        bedrock = serve(seed=seed)
        bedrock.put_records(converse_lines(50))
        return [row["recordId"] for row in bedrock.output(bedrock.run(job_name))]

    first, again, other = order("job-1", 1), order("job-1", 1), order("job-1", 2)

    in_order = [line["recordId"] for line in converse_lines(50)]
    assert first != in_order
    assert sorted(first) == in_order
    assert first == again
    assert first != other


def test_a_record_without_id_is_given_one(serve):
    bedrock = serve()
    bedrock.put_records([{"modelInput": converse("Q: a")}, {"modelInput": converse("Q: b")}])

    ids = {row["recordId"] for row in bedrock.output(bedrock.run())}

    assert len(ids) == 2
    assert {len(each) for each in ids} == {11}


def test_records_are_split_on_the_line_feed_alone(serve):
    bedrock = serve()
    text = "Q: one\u2028two\u0085three\x0cfour"
    bedrock.put_records([{"recordId": "a", "modelInput": converse(text)}])

    job = bedrock.run()

    assert job["totalRecordCount"] == 1
    assert "\u2028".encode() in bedrock.raw_output(job)
    assert bedrock.output(job)[0]["modelInput"] == converse(text)


def test_blank_lines_and_a_missing_last_line_feed_are_no_records(serve):
    bedrock = serve()
    lines = [json.dumps(line).encode() for line in converse_lines(2)]
    bedrock.s3.put_object(Bucket=BUCKET, Key="in/input.jsonl", Body=b"\n\n".join(lines))

    assert bedrock.run()["totalRecordCount"] == 2


def test_every_jsonl_of_a_folder_has_an_output_of_its_own(serve):
    bedrock = serve()
    bedrock.put_records(converse_lines(2), "folder/a.jsonl")
    bedrock.put_records(converse_lines(3), "folder/deep/b.jsonl")
    bedrock.put_records(converse_lines(9), "folder/readme.txt")

    job = bedrock.run(inputDataConfig={"s3InputDataConfig": {"s3Uri": f"s3://{BUCKET}/folder/"}})

    assert job["totalRecordCount"] == 5
    assert len(bedrock.output(job, "a.jsonl.out")) == 2
    assert len(bedrock.output(job, "deep/b.jsonl.out")) == 3
    assert bedrock.manifest(job)["successRecordCount"] == 5


def test_output_above_the_size_of_a_part_is_whole(serve):
    bedrock = serve()
    long = "Q: " + "x" * 100_000
    bedrock.put_records(
        [{"recordId": f"r{n:03d}", "modelInput": converse(f"{long}{n}")} for n in range(60)]
    )

    job = bedrock.run()

    assert len(bedrock.raw_output(job)) > 12_000_000
    assert {row["recordId"] for row in bedrock.output(job)} == {f"r{n:03d}" for n in range(60)}


def test_a_prompt_is_billed_once_however_many_generations_it_has(serve):
    bedrock = serve()
    body = {"prompt": "x" * 400, "num_generations": 5, "max_tokens": 10, "temperature": 1}
    bedrock.put_records([{"recordId": "a", "modelInput": body}])

    job = bedrock.run(modelId=COHERE, modelInvocationType="InvokeModel")

    manifest = bedrock.manifest(job)
    assert manifest["inputTokenCount"] == 100
    assert manifest["outputTokenCount"] == 5 * 101


def test_a_source_may_be_asked_for_many_records_at_once(serve):
    bedrock = serve(Echo(at_once=4))
    bedrock.put_records(converse_lines(150))

    job = bedrock.run()

    assert job["successRecordCount"] == 150
    texts = {
        row["modelOutput"]["output"]["message"]["content"][0]["text"] for row in bedrock.output(job)
    }
    assert texts == {f"Q: question {n} 0" for n in range(150)}
