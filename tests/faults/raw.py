"""What a run left behind, read without any code of the app: objects, entries, records asked for."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Protocol


class Processed(Protocol):
    """A record that the Bedrock emulator has worked on, as its ledger has it, in order of time."""

    run_id: str
    wave: str
    job: str
    part: str
    record_id: str
    job_arn: str
    tokens_in: int
    tokens_out: int
    delivered: bool
    failed: bool


@dataclass(frozen=True, slots=True, order=True)
class Path:
    """One path: of a question, counted from 0 over the set, in one setting."""

    setting: str
    question: int
    number: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a job: setting, input file, completions asked of each record, rows as bytes."""

    setting: str
    file: str
    asked: Mapping[str, int]
    rows: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class RawJob:
    """A job as it was laid out, with what went in and came out."""

    wave: int
    job: str
    records: int
    on_demand: bool
    parts: tuple[Part, ...]

    @property
    def entry(self) -> str:
        """The name of its entry in the table."""
        return f"job#{self.wave:02d}#{self.job}"


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it was planned: its index in the set, its name, its right answer."""

    index: int
    name: str
    gold: str | None


@dataclass(frozen=True)
class RawRun:
    """A run's objects and entries, read as they are.

    Args:
        s3: a client that may read everything.
        bucket: of the stack.
        table: of the stack, a boto3 resource.
        run_id: of the run.
    """

    s3: Any
    bucket: str
    table: Any
    run_id: str
    _read: dict[str, bytes] = field(default_factory=dict)

    @cached_property
    def keys(self) -> list[str]:
        """The keys of the run's objects, without `runs/RUN/`, in their order."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=self._root
        )
        found = [each["Key"] for page in pages for each in page.get("Contents", ())]
        return sorted(key.removeprefix(self._root) for key in found)

    def bytes_of(self, key: str) -> bytes:
        """Return an object."""
        if key not in self._read:
            answer = self.s3.get_object(Bucket=self.bucket, Key=f"{self._root}{key}")
            self._read[key] = answer["Body"].read()
        return self._read[key]

    def json_of(self, key: str) -> Any:
        """Return an object's content, `None` where there is no such object."""
        return json.loads(self.bytes_of(key)) if key in self.keys else None

    def lines_of(self, key: str) -> list[Any]:
        """Return what the lines of an object say, none where there is no such object."""
        return [json.loads(line) for line in split(self.bytes_of(key))] if key in self.keys else []

    @cached_property
    def entries(self) -> dict[str, dict[str, Any]]:
        """The run's entries of the table by their names, numbers as Python's own."""
        found: dict[str, dict[str, Any]] = {}
        wanted = {
            "KeyConditionExpression": "run_id = :run",
            "ExpressionAttributeValues": {":run": self.run_id},
            "ConsistentRead": True,
        }
        while True:
            page = self.table.query(**wanted)
            found |= {each["entry"]: plain(each) for each in page["Items"]}
            if "LastEvaluatedKey" not in page:
                return found
            wanted["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    @cached_property
    def questions(self) -> list[Question]:
        """The questions of all shards."""
        keys = [key for key in self.keys if key.startswith("questions/")]
        lines = [line for key in keys for line in self.lines_of(key)]
        return [Question(each["index"], each["id"], each.get("gold")) for each in lines]

    @cached_property
    def jobs(self) -> list[RawJob]:
        """The jobs of all waves, in the order in which they were laid out."""
        layouts = [key for key in self.keys if key.endswith("/jobs.jsonl")]
        return [self._job(line) for key in layouts for line in self.lines_of(key)]

    @property
    def _root(self) -> str:
        return f"runs/{self.run_id}/"

    def _job(self, line: Mapping[str, Any]) -> RawJob:
        folder = f"waves/{line['wave']:02d}/{line['job']}"
        parts = enumerate(line["slices"])
        return RawJob(
            line["wave"],
            line["job"],
            line["records"],
            line["on_demand"],
            tuple(
                self._part(folder, each["setting"], number if len(line["slices"]) > 1 else None)
                for number, each in parts
            ),
        )

    def _part(self, folder: str, setting: str, number: int | None) -> Part:
        name = "input" if number is None else f"{number:03d}"
        path = f"{folder}/{name}" if number is None else f"{folder}/input/{name}"
        asked = {line["recordId"]: wanted_of(line) for line in self.lines_of(f"{path}.jsonl")}
        outputs = [
            key
            for key in self.keys
            if key.startswith(f"{folder}/output/") and key.endswith(f"/{name}.jsonl.out")
        ]
        rows = tuple(row for key in outputs for row in split(self.bytes_of(key)))
        return Part(setting, f"{name}.jsonl", asked, rows)


def split(content: bytes) -> Iterator[bytes]:
    """Yield the lines of an object: between line feeds and nothing else."""
    return (line for line in content.split(b"\n") if line)


def wanted_of(record: Mapping[str, Any]) -> int:
    """Return how many completions a record asks for."""
    return int(record["modelInput"].get("num_generations", 1))


def paths_of(setting: str, record_id: str, wanted: int) -> list[Path]:
    """Return the paths that a record brings: its id names the question and the first of them."""
    question, first = int(record_id[1:8]), int(record_id[9:11])
    return [Path(setting, question, first + number) for number in range(wanted)]


def plain(stored: Any) -> Any:
    """Return what a table entry says with whole numbers for decimals and lists for sets."""
    if isinstance(stored, dict):
        return {name: plain(value) for name, value in stored.items()}
    if isinstance(stored, list | set):
        return [plain(each) for each in stored]
    if isinstance(stored, Decimal):
        return int(stored) if stored == int(stored) else float(stored)
    return stored
