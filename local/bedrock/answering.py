"""Answers a job's records and writes its output files and manifest."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from local.bedrock.answers.source import Place
from local.bedrock.errors import JobStoppedError
from local.bedrock.job import Job
from local.bedrock.rows import Row, Rows
from local.bedrock.settings import MIB
from local.bedrock.spool import Record, Spooled, split_uri
from local.bedrock.upload import Upload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Lines are shuffled within a block, so that memory stays bounded.
BLOCK_ROWS = 5_000
BLOCK_BYTES = 32 * MIB

BATCH = 16

Work = tuple[Record, int]


def output_key(job: Job, name: str) -> str:
    """Return the key of one of the job's output files."""
    folder = split_uri(job.output_uri)[1]
    return "/".join(part for part in (folder, job.id, f"{name}.out") if part)


@dataclass(frozen=True, slots=True)
class Answering:
    """One job's records, read; `limit` is how many of them get answered."""

    s3: S3Client
    job: Job
    rows: Rows
    places: list[Place]
    limit: int
    at_once: int
    seed: int

    def answer(self, spooled: list[Spooled]) -> None:
        """Write an output file for each input file.

        Raises:
            JobStoppedError: the job was stopped; what was answered before is written.
        """
        numbers = iter(range(self.limit))
        for each in spooled:
            self._answer_file(each, numbers)
        if self.job.stop.is_set():
            raise JobStoppedError

    def write_manifest(self) -> None:
        """Write the counts that go with the output files."""
        counts = self.job.counts
        manifest = {
            "totalRecordCount": counts.total,
            "processedRecordCount": counts.done,
            "successRecordCount": counts.succeeded,
            "errorRecordCount": counts.errors,
            "inputTokenCount": counts.tokens_in,
            "outputTokenCount": counts.tokens_out,
        }
        self.s3.put_object(
            Bucket=split_uri(self.job.output_uri)[0],
            Key=output_key(self.job, "manifest.json"),
            Body=msgspec.json.encode(manifest),
        )

    def _answer_file(self, spooled: Spooled, numbers: Iterator[int]) -> None:
        bucket = split_uri(self.job.output_uri)[0]
        upload = Upload(self.s3, bucket, output_key(self.job, spooled.source.name))
        try:
            self._write(upload, zip(spooled.read(), numbers, strict=False))
        except BaseException:
            upload.abort()
            raise
        upload.finish()

    def _write(self, upload: Upload, work: Iterator[Work]) -> None:
        chance = random.Random(f"{self.seed}:{self.job.name}")  # noqa: S311
        with ThreadPoolExecutor(self.at_once) as pool:
            rows = self._answered(pool, work)
            while block := _block(rows):
                chance.shuffle(block)
                for lines in block:
                    upload.write(lines)

    def _answered(self, pool: ThreadPoolExecutor, work: Iterator[Work]) -> Iterator[bytes]:
        spread = map if self.at_once == 1 else pool.map
        while batch := list(islice(work, BATCH * self.at_once)):
            for row in spread(self._row, batch):
                if self.job.stop.is_set():
                    pool.shutdown(wait=False, cancel_futures=True)
                    return
                self._count(row)
                yield row.lines

    def _row(self, work: Work) -> Row:
        record, number = work
        return self.rows.row(number, record, self.places[number])

    def _count(self, row: Row) -> None:
        counts = self.job.counts
        counts.succeeded += row.succeeded
        counts.errors += not row.succeeded
        counts.tokens_in += row.tokens_in
        counts.tokens_out += row.tokens_out


def _block(rows: Iterator[bytes]) -> list[bytes]:
    block, size = [], 0
    for lines in islice(rows, BLOCK_ROWS):
        block.append(lines)
        size += len(lines)
        if size >= BLOCK_BYTES:
            break
    return block
