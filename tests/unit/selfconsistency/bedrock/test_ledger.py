"""The Bedrock emulator's own book of what was processed."""

import json
from contextlib import suppress

from botocore.exceptions import ClientError, HTTPClientError

from selfconsistency.bedrock.ledger import LedgerEntry
from selfconsistency.bedrock.settings import Faults
from tests.unit.selfconsistency.bedrock.world import BUCKET, COHERE, converse_lines

OUTPUT = {"s3OutputDataConfig": {"s3Uri": f"s3://{BUCKET}/runs/r1/waves/02/j0003/output/"}}


def run(serve, records=100, **faults):
    bedrock = serve(faults=Faults(**faults))
    bedrock.put_records(converse_lines(records))
    return bedrock, bedrock.run(outputDataConfig=OUTPUT)


def test_each_record_of_a_job_is_entered_with_its_place_and_tokens(serve):
    bedrock, job = run(serve, records=1)

    # "Q: question 0" has 13 characters, its echo "Q: question 0 0" 15, 4 of them a token.
    assert bedrock.bedrock_emulator.ledger == [
        LedgerEntry(
            run_id="r1",
            wave="02",
            job="j0003",
            part="input.jsonl",
            record_id="q0000000s00",
            source="batch",
            job_arn=job["jobArn"],
            tokens_in=4,
            tokens_out=4,
            delivered=True,
            failed=False,
        )
    ]


def test_an_error_row_is_delivered_and_bills_nothing(serve):
    bedrock, _ = run(serve, error_rows=1.0)

    entries = bedrock.bedrock_emulator.ledger
    assert len(entries) == 100
    assert all(each.failed and each.delivered for each in entries)
    assert sum(each.tokens_in + each.tokens_out for each in entries) == 0


def test_what_is_delivered_is_what_can_be_read_of_the_output(serve):
    faults = {"drop_rows": 0.2, "duplicate_rows": 0.2, "broken_rows": 0.2, "foreign_rows": 0.2}
    bedrock = serve(faults=Faults(**faults, truncate_jobs=(1,), error_rows=0.1))
    bedrock.put_records(converse_lines(100))

    job = bedrock.run()

    readable = set()
    for line in bedrock.raw_output(job).split(b"\n"):
        try:
            readable.add(json.loads(line)["recordId"])
        except json.JSONDecodeError:
            continue
    entries = bedrock.bedrock_emulator.ledger
    assert {each.record_id for each in entries if each.delivered} == readable - {"q9999999s99"}
    assert len(entries) == len({each.record_id for each in entries}) == 100
    assert sum(each.tokens_out for each in entries) == bedrock.manifest(job)["outputTokenCount"]


def test_a_partial_job_processes_a_part(serve):
    bedrock, _ = run(serve, partial_jobs=(1,), partial_share=0.25)

    assert len(bedrock.bedrock_emulator.ledger) == 25


def test_a_record_processed_twice_is_there_twice(serve):
    bedrock, _ = run(serve, records=1)

    bedrock.run("again", outputDataConfig=OUTPUT)

    ids = [each.record_id for each in bedrock.bedrock_emulator.ledger]
    assert ids == ["q0000000s00", "q0000000s00"]


def test_a_call_on_demand_is_entered_even_if_its_answer_is_lost(serve):
    bedrock = serve(faults=Faults(lose_invokes=1, throttle_invokes=1))
    named = {"requestMetadata": json.dumps({"run_id": "r1", "record_id": "q0000007s01"})}

    for _ in range(3):
        with suppress(ClientError, HTTPClientError):
            bedrock.invoke({"prompt": "p"}, COHERE, **named)

    lost, heard = bedrock.bedrock_emulator.ledger
    assert (lost.run_id, lost.record_id, lost.source) == ("r1", "q0000007s01", "on-demand")
    assert (lost.delivered, heard.delivered) == (False, True)
    assert lost.tokens_in == heard.tokens_in == 1


def test_a_ledger_can_be_cleared(serve):
    bedrock, _ = run(serve)

    bedrock.bedrock_emulator.clear_ledger()

    assert bedrock.bedrock_emulator.ledger == []
