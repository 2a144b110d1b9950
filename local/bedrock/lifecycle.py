"""Takes a job from Submitted to its end, in a thread of its own."""

import contextlib
import logging
from collections.abc import Iterator
from contextlib import ExitStack
from threading import Thread

from local.bedrock.answering import Answering, output_key
from local.bedrock.answers.source import AnswerSource, Place
from local.bedrock.edge import Edge
from local.bedrock.errors import JobFailedError, JobStoppedError
from local.bedrock.events import StateChanges
from local.bedrock.families.of_model import family_of
from local.bedrock.job import Job
from local.bedrock.permissions import Deed, Permissions, invoking, refusal
from local.bedrock.rows import Rows
from local.bedrock.scopes import Scopes
from local.bedrock.settings import Delays, Faults, Quotas
from local.bedrock.spool import (
    InputObject,
    Spooled,
    check_record_count,
    input_objects,
    split_uri,
    spool,
)
from local.bedrock.turnstile import Turnstile

JOIN_TIMEOUT_S = 5.0

logger = logging.getLogger(__name__)


class LifeCycle:
    """Begins jobs and ends them."""

    def __init__(
        self,
        edge: Edge,
        source: AnswerSource,
        permissions: Permissions,
        scopes: Scopes,
        *,
        quotas: Quotas,
        delays: Delays,
        faults: Faults,
        seed: int,
    ) -> None:
        self._edge = edge
        self._source = source
        self._permissions = permissions
        self._scopes = scopes
        self._quotas = quotas
        self._delays = delays
        self._faults = faults
        self._seed = seed
        self._events = StateChanges(edge.events)
        self._turnstile = Turnstile()
        self._threads: list[tuple[Job, Thread]] = []

    def begin(self, job: Job) -> None:
        """Start the job's thread."""
        thread = Thread(target=self._run, args=(job,), name=f"bedrock-{job.id}", daemon=True)
        self._threads.append((job, thread))
        thread.start()

    def close(self) -> None:
        """End all jobs where they stand; nothing more is written."""
        for job, _ in self._threads:
            job.abandoned = True
            job.stop.set()
        for _, thread in self._threads:
            thread.join(JOIN_TIMEOUT_S)

    def announce(self, job: Job) -> None:
        """Tell EventBridge of the job's status, unless the event is to be lost."""
        if not (self._faults.lose_events or job.abandoned):
            self._events.tell(job)

    def _run(self, job: Job) -> None:
        try:
            self.announce(job)
            self._live(job)
        except JobFailedError as failure:
            self._end(job, "Failed", str(failure))
        except JobStoppedError:
            self._end(job, "Stopped")
        except Exception as error:
            if not job.abandoned:
                logger.exception("job %s failed inside the stand-in", job.arn)
            self._end(job, "Failed", f"Internal error of the stand-in: {error}")
        finally:
            self._turnstile.leave(job.number)

    def _end(self, job: Job, status: str, message: str = "") -> None:
        if not job.abandoned:
            with contextlib.suppress(JobStoppedError):
                job.advance(status, message)
            if not job.ended:
                job.advance("Stopped")

    def _live(self, job: Job) -> None:
        job.pause(self._delays.submitted_s)
        if job.number in self._faults.expire_jobs:
            job.advance("Expired", "The job did not begin before its timeout.")
            return
        job.advance("Validating")
        job.pause(self._delays.validating_s)
        with ExitStack() as files:
            spooled = self._spooled(job, files)
            answering = self._prepared(job, spooled)
            job.advance("Scheduled")
            job.pause(self._delays.scheduled_s)
            job.advance("InProgress")
            job.pause(self._delays.in_progress_s)
            self._answer(job, answering, spooled)

    def _spooled(self, job: Job, files: ExitStack) -> list[Spooled]:
        if job.number in self._faults.fail_jobs:
            raise JobFailedError("The job failed for a reason of the service's own.")
        objects = input_objects(self._edge.s3, job.input_uri, self._quotas)
        for deed in self._deeds(job, objects):
            if not self._permissions.allows(job.role_arn, deed):
                raise JobFailedError(refusal(job.role_arn, deed))
        spooled = []
        for each in objects:
            spooled.append(spool(self._edge.s3, each))
            files.enter_context(spooled[-1].file)
        job.counts.total = check_record_count(spooled, self._quotas)
        return spooled

    def _deeds(self, job: Job, objects: list[InputObject]) -> Iterator[Deed]:
        """Yield what the role must be allowed to do, in the order in which the service does it."""
        bucket, key = split_uri(job.input_uri)
        out_bucket = split_uri(job.output_uri)[0]
        owner = {"aws:ResourceAccount": self._edge.account}
        yield Deed("s3:ListBucket", f"arn:aws:s3:::{bucket}", owner | {"s3:prefix": key})
        for each in objects:
            yield Deed("s3:GetObject", f"arn:aws:s3:::{bucket}/{each.key}", owner)
        for name in [each.name for each in objects] + ["manifest.json"]:
            out_key = output_key(job, name)
            yield Deed("s3:PutObject", f"arn:aws:s3:::{out_bucket}/{out_key}", owner)
        yield from invoking(job.model.arns)

    def _prepared(self, job: Job, spooled: list[Spooled]) -> Answering:
        rows = Rows(
            job,
            family_of(job.model.base_id, job.invocation_type),
            self._source,
            self._faults,
            scope=self._scopes.of_job(job.output_uri),
            seed=self._seed,
        )
        partial = job.number in self._faults.partial_jobs
        limit = int(job.counts.total * self._faults.partial_share) if partial else job.counts.total
        places = self._reserved(job, rows, spooled)
        return Answering(self._edge.s3, job, rows, places, limit, self._source.at_once, self._seed)

    def _reserved(self, job: Job, rows: Rows, spooled: list[Spooled]) -> list[Place]:
        self._turnstile.wait(job)
        places = [rows.place(record) for each in spooled for record in each.read()]
        self._turnstile.leave(job.number)
        return places

    def _answer(self, job: Job, answering: Answering, spooled: list[Spooled]) -> None:
        try:
            answering.answer(spooled)
        except JobStoppedError:
            if not job.abandoned:
                answering.write_manifest()
            raise
        answering.write_manifest()
        if answering.limit < job.counts.total:
            job.advance("PartiallyCompleted", "The job reached its timeout.")
        else:
            job.advance("Completed")
