"""Checks requests as a stack does, for the tests of requests."""

from typing import Any

import pytest

from lambdas.core.errors import RequestError
from lambdas.core.requests.request import CheckedRequest, check_request

NOVA = "us.amazon.nova-lite-v1:0"
COMMAND = "cohere.command-text-v14"
PROFILE = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3"
PROFILES = {PROFILE: "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"}


def checked(given: object, most_jobs_at_once: int = 3) -> CheckedRequest:
    return check_request(
        given,
        bucket="stack",
        default_model=NOVA,
        most_jobs_at_once=most_jobs_at_once,
        model_behind=PROFILES.get,
    )


def problems(**given: Any) -> tuple[str, ...]:
    with pytest.raises(RequestError) as refused:
        checked({"dataset": "q.jsonl", **given})
    return refused.value.problems
