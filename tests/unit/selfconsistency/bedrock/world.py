"""What the Bedrock emulator's tests share: requests, records, fakes, a client's view of it."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from selfconsistency.bedrock.answers.source import Asked, Completion, Place
from selfconsistency.bedrock.emulator import BedrockEmulator
from selfconsistency.bedrock.iam import IamCall
from selfconsistency.bedrock.settings import Delays, Quotas

ACCOUNT = "123456789012"
REGION = "us-east-1"
BUCKET = "samples"
MODEL = "us.amazon.nova-lite-v1:0"
COHERE = "cohere.command-text-v14"
PROFILE = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:application-inference-profile/abcdefghijkl"
CALLER = f"arn:aws:iam::{ACCOUNT}:role/caller"
AT_ONCE = Delays(0, 0, 0, 0)
FEW = Quotas(min_records=1)
JOB_ARNS = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:model-invocation-job/*"


def trust_statement(**changed: Any) -> dict[str, Any]:
    """The statement of a role's trust that AWS's documentation asks for."""
    return {
        "Effect": "Allow",
        "Principal": {"Service": "bedrock.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnEquals": {"aws:SourceArn": JOB_ARNS},
        },
    } | changed


@dataclass
class Allowing:
    """Permissions that allow everything but the denied actions, and remember what was asked."""

    denied: frozenset[str] = frozenset()
    asked: list[tuple[str, IamCall]] = field(default_factory=list)

    def allows(self, role_arn: str, call: IamCall) -> bool:
        self.asked.append((role_arn, call))
        return call.action not in self.denied


@dataclass
class Echo:
    """A source that answers each record with its own prompt, once the gate is open."""

    at_once: int = 1
    broken: str | None = None
    gate: Event = field(default_factory=Event)
    held: bool = False

    def reserve(self, scope: str, asked: Asked) -> Place:
        return Place(0, 0)

    def answers(self, asked: Asked, place: Place) -> list[Completion]:
        if self.held:
            self.gate.wait(10)
        return [Completion(f"{asked.prompt} {number}") for number in range(asked.count)]


@dataclass
class Bedrock:
    """A running emulator with what a caller needs to use it."""

    client: Any
    s3: Any
    role_arn: str
    url: str
    bedrock_emulator: BedrockEmulator
    runtime: Any = None

    def invoke(self, body: Mapping[str, Any], model_id: str = COHERE, **named: Any) -> Any:
        """Ask on demand, and return the answer with its body read."""
        answer = self.runtime.invoke_model(
            modelId=model_id,
            body=json.dumps(body).encode(),
            contentType="application/json",
            accept="application/json",
            **named,
        )
        return {**answer, "body": json.loads(answer["body"].read())}

    def put_records(self, lines: Sequence[Mapping[str, Any]], key: str = "in/input.jsonl") -> str:
        body = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return f"s3://{BUCKET}/{key}"

    def request(self, name: str = "job-1", **changed: Any) -> dict[str, Any]:
        return {
            "jobName": name,
            "roleArn": self.role_arn,
            "modelId": MODEL,
            "modelInvocationType": "Converse",
            "inputDataConfig": {"s3InputDataConfig": {"s3Uri": f"s3://{BUCKET}/in/input.jsonl"}},
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"s3://{BUCKET}/out/"}},
        } | changed

    def create(self, name: str = "job-1", **changed: Any) -> str:
        arn: str = self.client.create_model_invocation_job(**self.request(name, **changed))[
            "jobArn"
        ]
        return arn

    def get(self, arn: str) -> dict[str, Any]:
        found: dict[str, Any] = self.client.get_model_invocation_job(jobIdentifier=arn)
        return found

    def until(self, arn: str, *statuses: str) -> dict[str, Any]:
        end = time.monotonic() + 60
        while (job := self.get(arn))["status"] not in statuses:
            assert time.monotonic() < end, f"still {job['status']}: {job.get('message')}"
            time.sleep(0.005)
        return job

    def ended(self, arn: str) -> dict[str, Any]:
        return self.until(arn, "Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired")

    def run(self, name: str = "job-1", **changed: Any) -> dict[str, Any]:
        return self.ended(self.create(name, **changed))

    def raw_output(self, job: Mapping[str, Any], name: str = "input.jsonl.out") -> bytes:
        key = f"out/{job['jobArn'].rsplit('/', 1)[-1]}/{name}"
        body: bytes = self.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
        return body

    def output(self, job: Mapping[str, Any], name: str = "input.jsonl.out") -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.raw_output(job, name).split(b"\n") if line]

    def manifest(self, job: Mapping[str, Any]) -> dict[str, int]:
        return self.output(job, "manifest.json.out")[0]


def converse(text: str, temperature: float = 0.7, **extra: Any) -> dict[str, Any]:
    return {
        "messages": [{"role": "user", "content": [{"text": text}]}],
        "inferenceConfig": {"maxTokens": 100, "temperature": temperature},
    } | extra


def converse_lines(count: int, **extra: Any) -> list[dict[str, Any]]:
    return [
        {"recordId": f"q{number:07d}s00", "modelInput": converse(f"Q: question {number}", **extra)}
        for number in range(count)
    ]


class OneCaller:
    """Every access key belongs to one role."""

    def role_arn(self, access_key_id: str) -> str | None:
        return CALLER


class NoCallers:
    """Nobody's role is known."""

    def role_arn(self, access_key_id: str) -> str | None:
        return None
