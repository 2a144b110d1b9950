"""What the stand-in's jobs took, by its own clock."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from client.connection import Connection
from local.timing import Span, covered_s

if TYPE_CHECKING:
    from mypy_boto3_bedrock.type_defs import (
        ModelInvocationJobSummaryTypeDef as JobSummary,
    )


def job_time_s(connection: Connection, bedrock_url: str) -> float:
    """Return for how many seconds at least one batch job was under way."""
    return covered_s(_spans(connection, bedrock_url))


def _spans(connection: Connection, bedrock_url: str) -> Iterator[Span]:
    bedrock = connection.session.client("bedrock", endpoint_url=bedrock_url)
    for page in bedrock.get_paginator("list_model_invocation_jobs").paginate():
        ended = (job for job in page["invocationJobSummaries"] if _is_ours(job))
        yield from (Span(job["submitTime"], job["endTime"]) for job in ended)


def _is_ours(job: "JobSummary") -> bool:
    """Return whether a job has ended, and is none of the foreign ones that a rehearsal adds."""
    return "endTime" in job and not job["jobName"].startswith("other")
