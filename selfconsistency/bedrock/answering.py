"""Reads a job's records, answers them and writes their rows, as far as the job's role may."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice

from selfconsistency.bedrock.answers.source import AnswerSource, Place
from selfconsistency.bedrock.aws_clients import AwsClients
from selfconsistency.bedrock.delivery import Delivery, Upload, output_key
from selfconsistency.bedrock.errors import JobFailedError, JobStoppedError
from selfconsistency.bedrock.families.of_model import family_of
from selfconsistency.bedrock.iam import IamCall, Permissions, invoking, refusal
from selfconsistency.bedrock.input_reader import (
    InputObject,
    Record,
    Spooled,
    check_record_count,
    input_objects,
    split_uri,
    spool,
)
from selfconsistency.bedrock.job_outcome import hits
from selfconsistency.bedrock.jobs import Job, JobQueue
from selfconsistency.bedrock.ledger import Ledger, Origin, batch_origin
from selfconsistency.bedrock.rows import Row, Rows, strangers
from selfconsistency.bedrock.run_scopes import RunScopes
from selfconsistency.bedrock.settings import MIB, Quotas

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
            was_read = self._write(upload, origin, zip(spooled.read(), numbers, strict=False))
        except BaseException:
            upload.abort()
            raise
        if was_read or not self.job.injection.faults.no_unread_files:
            self.delivery.finish(upload)
        else:
            self.job.injection.note("no_unread_files")
            upload.abort()

    def _write(self, upload: Upload, origin: Origin, work: Iterator[Work]) -> bool:
        """Write the rows of an input file; return whether any of it was read."""
        chance = random.Random(f"{self.job.injection.seed}:{self.job.name}")  # noqa: S311
        with ThreadPoolExecutor(self.at_once) as pool:
            rows = self._answered(pool, work)
            block = _block(rows)
            was_read = bool(block)
            while block:
                chance.shuffle(block)
                following = _block(rows)
                if self.truncated and not following:
                    block[-1] = block[-1].truncated()
                self._put(upload, origin, block)
                block = following
        return was_read

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


@dataclass(frozen=True, slots=True)
class Intake:
    """What every job's records go through before they are answered."""

    edge: AwsClients
    source: AnswerSource
    permissions: Permissions
    scopes: RunScopes
    quotas: Quotas
    ledger: Ledger
    queue: JobQueue

    def spooled(self, job: Job, files: ExitStack) -> list[Spooled]:
        """Read a job's input, to be closed with `files`.

        Raises:
            JobFailedError: the role may not do what the job needs, or the input is not fit.
        """
        objects = input_objects(self.edge.s3, job.input_uri, self.quotas)
        for call in self._iam_calls(job, objects):
            if not self.permissions.allows(job.role_arn, call):
                raise JobFailedError(refusal(job.role_arn, call))
        spooled = []
        for each in objects:
            spooled.append(spool(self.edge.s3, each))
            files.enter_context(spooled[-1].file)
        job.counts.total = check_record_count(spooled, self.quotas)
        return spooled

    def prepared(
        self, job: Job, spooled: list[Spooled], share: float, delivery: Delivery
    ) -> Answering:
        """Reserve answers for a job's records, of which a share will be answered.

        Raises:
            JobStoppedError: the job was asked to stop before it was its turn.
        """
        rows = Rows(
            job,
            family_of(job.model.base_id, job.invocation_type, bounded=self.quotas.bounds_sampling),
            self.source,
            scope=self.scopes.of_job(job.output_uri),
            strangers=self._strangers(job, spooled),
            fails=hits(job, "error_jobs"),
        )
        return Answering(
            job=job,
            rows=rows,
            places=self._reserved(job, rows, spooled),
            limit=int(job.counts.total * share),
            at_once=self.source.at_once,
            delivery=delivery,
            ledger=self.ledger,
            truncated=hits(job, "truncate_jobs"),
        )

    def _iam_calls(self, job: Job, objects: list[InputObject]) -> Iterator[IamCall]:
        """Yield what the role must be allowed to do, in the order in which the service does it."""
        bucket, key = split_uri(job.input_uri)
        out_bucket = split_uri(job.output_uri)[0]
        owner = {"aws:ResourceAccount": self.edge.account}
        yield IamCall("s3:ListBucket", f"arn:aws:s3:::{bucket}", owner | {"s3:prefix": key})
        for each in objects:
            yield IamCall("s3:GetObject", f"arn:aws:s3:::{bucket}/{each.key}", owner)
        for name in [each.name for each in objects] + ["manifest.json"]:
            out_key = output_key(job, name)
            yield IamCall("s3:PutObject", f"arn:aws:s3:::{out_bucket}/{out_key}", owner)
        yield from invoking(job.model.arns)

    def _strangers(self, job: Job, spooled: list[Spooled]) -> list[str]:
        if not job.injection.faults.foreign_rows:
            return []
        own = {record.record_id or "" for each in spooled for record in each.read()}
        return strangers(self.ledger, own)

    def _reserved(self, job: Job, rows: Rows, spooled: list[Spooled]) -> list[Place]:
        self.queue.wait(job)
        places = [rows.place(record) for each in spooled for record in each.read()]
        self.queue.leave(job.number)
        return places
