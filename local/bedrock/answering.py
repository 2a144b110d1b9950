"""Answers a job's records and writes their rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from local.bedrock.answers.source import Place
from local.bedrock.delivery import Delivery
from local.bedrock.errors import JobStoppedError
from local.bedrock.job import Job
from local.bedrock.ledger import Ledger, Origin, batch_origin
from local.bedrock.rows import Row, Rows
from local.bedrock.settings import MIB
from local.bedrock.spool import Record, Spooled
from local.bedrock.upload import Upload

# Lines are shuffled within a block, so that memory stays bounded.
BLOCK_ROWS = 5_000
BLOCK_BYTES = 32 * MIB

BATCH = 16

Work = tuple[Record, int]


@dataclass(frozen=True, slots=True)
class Answering:
    """One job's records, read; `limit` is how many of them get answered."""

    job: Job
    rows: Rows
    places: list[Place]
    limit: int
    at_once: int
    delivery: Delivery
    ledger: Ledger
    truncated: bool

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

    def _answer_file(self, spooled: Spooled, numbers: Iterator[int]) -> None:
        name = spooled.source.name
        origin = batch_origin(self.job.arn, self.job.output_uri, name)
        upload = self.delivery.begin(name)
        try:
            self._write(upload, origin, zip(spooled.read(), numbers, strict=False))
        except BaseException:
            upload.abort()
            raise
        self.delivery.finish(upload)

    def _write(self, upload: Upload, origin: Origin, work: Iterator[Work]) -> None:
        chance = random.Random(f"{self.job.injection.seed}:{self.job.name}")  # noqa: S311
        with ThreadPoolExecutor(self.at_once) as pool:
            rows = self._answered(pool, work)
            block = _block(rows)
            while block:
                chance.shuffle(block)
                following = _block(rows)
                if self.truncated and not following:
                    block[-1] = block[-1].truncated()
                self._put(upload, origin, block)
                block = following

    def _put(self, upload: Upload, origin: Origin, block: list[Row]) -> None:
        page = self.ledger.page(origin)
        for row in block:
            upload.write(row.lines)
            page.enter(
                row.record_id,
                row.tokens_in,
                row.tokens_out,
                delivered=row.delivered,
                failed=not row.succeeded,
            )

    def _answered(self, pool: ThreadPoolExecutor, work: Iterator[Work]) -> Iterator[Row]:
        spread = map if self.at_once == 1 else pool.map
        while batch := list(islice(work, BATCH * self.at_once)):
            for row in spread(self._row, batch):
                if self.job.stop.is_set():
                    pool.shutdown(wait=False, cancel_futures=True)
                    return
                self._count(row)
                yield row

    def _row(self, work: Work) -> Row:
        record, number = work
        return self.rows.row(number, record, self.places[number])

    def _count(self, row: Row) -> None:
        counts = self.job.counts
        counts.succeeded += row.succeeded
        counts.errors += not row.succeeded
        counts.tokens_in += row.tokens_in
        counts.tokens_out += row.tokens_out


def _block(rows: Iterator[Row]) -> list[Row]:
    block, size = [], 0
    for row in islice(rows, BLOCK_ROWS):
        block.append(row)
        size += len(row.lines)
        if size >= BLOCK_BYTES:
            break
    return block
