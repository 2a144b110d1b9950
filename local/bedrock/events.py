"""Tells EventBridge when a job changes its status, as far as it listens."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import msgspec
from botocore.exceptions import BotoCoreError, ClientError

from local.bedrock.job import Job

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

# AWS sends these as "aws.bedrock", a source that PutEvents keeps for AWS, here as there.
SOURCE = "local.bedrock"
DETAIL_TYPE = "Batch Inference Job State Change"

logger = logging.getLogger(__name__)


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
