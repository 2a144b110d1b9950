"""Takes a job from Submitted to its end, in a thread of its own, and tells EventBridge."""

from __future__ import annotations

import contextlib
import logging
from contextlib import ExitStack
from threading import Thread
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from selfconsistency.bedrock.answering import Answering, Intake
from selfconsistency.bedrock.delivery import Delivery
from selfconsistency.bedrock.errors import JobFailedError, JobStoppedError
from selfconsistency.bedrock.input_reader import Spooled
from selfconsistency.bedrock.job_outcome import STOPPED, Ending, hits, outcome_of
from selfconsistency.bedrock.jobs import Job
from selfconsistency.bedrock.settings import Delays

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

JOIN_TIMEOUT_S = 5.0
# How often a job that is held back looks whether it has been stopped.
HOLD_EVERY_S = 0.05
logger = logging.getLogger(__name__)
# AWS sends these as "aws.bedrock", a source that PutEvents keeps for AWS, here as there.
SOURCE = "selfconsistency.bedrock"
DETAIL_TYPE = "Batch Inference Job State Change"


class LifeCycle:
    """Begins jobs and ends them."""

    def __init__(self, intake: Intake, delays: Delays) -> None:
        self._intake = intake
        self._delays = delays
        self._events = StateChanges(intake.edge.events)
        self._threads: list[tuple[Job, Thread]] = []

    def begin(self, job: Job) -> None:
        """Start the job's thread."""
        thread = Thread(target=self._run, args=(job,), name=f"bedrock-{job.id}", daemon=True)
        self._threads.append((job, thread))
        thread.start()

    def free(self) -> None:
        """Stop the jobs that a fault holds back, and make output appear that is to be late."""
        for job, _ in self._threads:
            job.freed.set()

    def close(self, wait_s: float = JOIN_TIMEOUT_S) -> None:
        """End all jobs where they stand, and wait for each so long; nothing more is written."""
        for job, _ in self._threads:
            job.abandoned = True
            job.stop.set()
            job.freed.set()
        for _, thread in self._threads:
            thread.join(wait_s)

    def announce(self, job: Job) -> None:
        """Tell EventBridge of the job's status, unless the event is to be lost."""
        if job.injection.faults.lose_events:
            job.injection.note("lose_events")
        elif not job.abandoned:
            self._events.tell(job)

    def _run(self, job: Job) -> None:
        delivery = Delivery(self._intake.edge.s3, job)
        try:
            self.announce(job)
            self._end(job, self._lived(job, delivery))
            delivery.finish_late()
        finally:
            self._intake.queue.leave(job.number)

    def _lived(self, job: Job, delivery: Delivery) -> Ending:
        try:
            return self._of_others(job) if job.foreign else self._live(job, delivery)
        except JobFailedError as failure:
            return Ending("Failed", str(failure))
        except JobStoppedError:
            return STOPPED
        except Exception as error:
            if not job.abandoned:
                logger.exception("job %s failed inside the Bedrock emulator", job.arn)
            return Ending("Failed", f"Internal error of the Bedrock emulator: {error}")

    def _end(self, job: Job, ending: Ending) -> None:
        if not job.abandoned:
            with contextlib.suppress(JobStoppedError):
                job.advance(ending.status, ending.message)
            if not job.ended:
                job.advance("Stopped")

    def _of_others(self, job: Job) -> Ending:
        self._intake.queue.leave(job.number)
        job.advance("InProgress")
        job.pause(job.injection.faults.foreign_s)
        return Ending("Completed")

    def _live(self, job: Job, delivery: Delivery) -> Ending:
        job.pause(self._delays.submitted_s)
        job.advance("Validating")
        self._hold(job)
        job.pause(self._delays.validating_s)
        outcome = outcome_of(job)
        if outcome.share == 0:
            return outcome.ending
        with ExitStack() as files:
            spooled = self._intake.spooled(job, files)
            answering = self._intake.prepared(job, spooled, outcome.share, delivery)
            job.advance("Scheduled")
            job.pause(self._delays.scheduled_s)
            job.advance("InProgress")
            job.pause(self._delays.in_progress_s)
            self._answer(job, answering, spooled, delivery)
        return outcome.ending

    def _answer(
        self, job: Job, answering: Answering, spooled: list[Spooled], delivery: Delivery
    ) -> None:
        try:
            answering.answer(spooled)
        except JobStoppedError:
            if not job.abandoned:
                delivery.write_manifest()
            raise
        delivery.write_manifest()

    def _hold(self, job: Job) -> None:
        """Keep a job that a fault keeps.

        Raises:
            JobStoppedError: it has been stopped, or freed.
        """
        deaf = hits(job, "deaf_jobs")
        if not deaf and not hits(job, "stuck_jobs"):
            return
        self._intake.queue.leave(job.number)
        while not job.freed.wait(HOLD_EVERY_S):
            if job.stop.is_set() and not deaf:
                break
        raise JobStoppedError


class StateChanges:
    """Puts state-change events; best effort, as AWS's own are: one may get lost."""

    def __init__(self, events: EventBridgeClient) -> None:
        self._events = events

    def tell(self, job: Job) -> None:
        """Put an event about the job's present status."""
        try:
            self._events.put_events(
                Entries=[
                    {
                        "Source": SOURCE,
                        "DetailType": DETAIL_TYPE,
                        "Resources": [job.arn],
                        "Detail": _detail(job),
                    }
                ]
            )
        except (BotoCoreError, ClientError):
            logger.warning("lost the event of %s becoming %s", job.arn, job.status)


def _detail(job: Job) -> str:
    created = job.submitted_at
    detail = {
        "version": "0.0",
        "accountId": job.arn.split(":")[4],
        "batchJobName": job.name,
        "batchJobArn": job.arn,
        "batchModelId": job.model.arn,
        "status": job.status,
        "failureMessage": job.message if job.status == "Failed" else "",
        "creationTime": f"{created:%b} {created.day}, {created:%Y, %I:%M:%S %p}",
    }
    return msgspec.json.encode(detail).decode()
