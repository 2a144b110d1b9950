"""Takes a job's records in: may its role do what it needs, which answers is each to get."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from local.bedrock.answering import Answering
from local.bedrock.answers.source import AnswerSource, Place
from local.bedrock.delivery import Delivery, output_key
from local.bedrock.edge import Edge
from local.bedrock.errors import JobFailedError
from local.bedrock.families.of_model import family_of
from local.bedrock.fate import hits
from local.bedrock.foreign import strangers
from local.bedrock.job import Job
from local.bedrock.ledger import Ledger
from local.bedrock.permissions import Deed, Permissions, invoking, refusal
from local.bedrock.rows import Rows
from local.bedrock.scopes import Scopes
from local.bedrock.settings import Quotas
from local.bedrock.spool import (
    InputObject,
    Spooled,
    check_record_count,
    input_objects,
    split_uri,
    spool,
)
from local.bedrock.turnstile import Turnstile


@dataclass(frozen=True, slots=True)
class Intake:
    """What every job's records go through before they are answered."""

    edge: Edge
    source: AnswerSource
    permissions: Permissions
    scopes: Scopes
    quotas: Quotas
    ledger: Ledger
    turnstile: Turnstile

    def spooled(self, job: Job, files: ExitStack) -> list[Spooled]:
        """Read a job's input, to be closed with `files`.

        Raises:
            JobFailedError: the role may not do what the job needs, or the input is not fit.
        """
        objects = input_objects(self.edge.s3, job.input_uri, self.quotas)
        for deed in self._deeds(job, objects):
            if not self.permissions.allows(job.role_arn, deed):
                raise JobFailedError(refusal(job.role_arn, deed))
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
            family_of(job.model.base_id, job.invocation_type),
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

    def _deeds(self, job: Job, objects: list[InputObject]) -> Iterator[Deed]:
        """Yield what the role must be allowed to do, in the order in which the service does it."""
        bucket, key = split_uri(job.input_uri)
        out_bucket = split_uri(job.output_uri)[0]
        owner = {"aws:ResourceAccount": self.edge.account}
        yield Deed("s3:ListBucket", f"arn:aws:s3:::{bucket}", owner | {"s3:prefix": key})
        for each in objects:
            yield Deed("s3:GetObject", f"arn:aws:s3:::{bucket}/{each.key}", owner)
        for name in [each.name for each in objects] + ["manifest.json"]:
            out_key = output_key(job, name)
            yield Deed("s3:PutObject", f"arn:aws:s3:::{out_bucket}/{out_key}", owner)
        yield from invoking(job.model.arns)

    def _strangers(self, job: Job, spooled: list[Spooled]) -> list[str]:
        if not job.injection.faults.foreign_rows:
            return []
        own = {record.record_id or "" for each in spooled for record in each.read()}
        return strangers(self.ledger, own)

    def _reserved(self, job: Job, rows: Rows, spooled: list[Spooled]) -> list[Place]:
        self.turnstile.wait(job)
        places = [rows.place(record) for each in spooled for record in each.read()]
        self.turnstile.leave(job.number)
        return places
