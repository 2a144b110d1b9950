"""Somebody else's jobs in the account, and rows that are not of the job that they stand in."""

import re
from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from local.bedrock.ledger import Ledger

# https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html
LONGEST_NAME = 63
BUCKET = "bucket-of-another-team"
# Enough for rows that differ, few enough to look for in each job.
STRANGERS = 100
_DIGIT = re.compile(r"\d")


def foreign_request(request: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return what somebody else would ask for under this name: their data, and the same model."""
    account = request["roleArn"].split(":")[4]
    data = f"s3://{BUCKET}/{name}"
    return {
        "jobName": name,
        "roleArn": f"arn:aws:iam::{account}:role/another-team",
        "modelId": request["modelId"],
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": f"{data}/input.jsonl"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"{data}/output/"}},
    }


def strangers(ledger: Ledger, own: Collection[str]) -> list[str]:
    """Return record ids of other jobs that a job with these of its own does not have."""
    others = (entry.record_id for entry in ledger.entries() if entry.source == "batch")
    return list(islice((each for each in dict.fromkeys(others) if each not in own), STRANGERS))


def foreign_line(line: bytes, known: Sequence[str], number: int) -> bytes:
    r"""Return a copy of a row for another record: in turn one of those known, and nobody's.

    >>> foreign_line(b'{"recordId":"q0000001s00"}', ["q0000007s00"], 1)
    b'{"recordId":"q0000007s00"}\n'
    >>> foreign_line(b'{"recordId":"q0000001s00"}', ["q0000007s00"], 2)
    b'{"recordId":"q9999999s99"}\n'
    """
    row = msgspec.json.decode(line, type=dict[str, Any])
    nobody = _DIGIT.sub("9", row["recordId"])
    row["recordId"] = known[number // 2 % len(known)] if known and number % 2 else nobody
    return msgspec.json.encode(row) + b"\n"
