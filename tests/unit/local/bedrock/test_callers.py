"""Who may call what."""

import hashlib

import pytest
import urllib3

from local.bedrock.callers import FunctionRoles
from tests.unit.local.bedrock.world import (
    ACCOUNT,
    CALLER,
    MODEL,
    PROFILE,
    Allowing,
    OneCaller,
    converse,
)

FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:submit"


class Functions:
    """A Lambda client with one function."""

    listings = 0

    def get_paginator(self, name: str) -> "Functions":
        return self

    def paginate(self) -> list[dict[str, list[dict[str, str]]]]:
        self.listings += 1
        return [{"Functions": [{"FunctionArn": FUNCTION, "Role": CALLER}]}]


def test_an_unsigned_request_is_refused(refusing):
    answer = urllib3.request("GET", f"{refusing.url}/model-invocation-jobs")

    assert answer.status == 403
    assert answer.headers["x-amzn-ErrorType"] == "MissingAuthenticationTokenException"


def test_an_operation_that_is_not_emulated_says_so(refusing):
    answer = urllib3.request("GET", f"{refusing.url}/foundation-models")

    assert answer.status == 404
    assert answer.headers["x-amzn-ErrorType"] == "UnknownOperationException"


@pytest.mark.parametrize(
    "action", ["bedrock:CreateModelInvocationJob", "iam:PassRole", "bedrock:TagResource"]
)
def test_a_caller_without_the_permission_cannot_create(serve, action):
    bedrock = serve(permissions=Allowing(denied=frozenset({action})), callers=OneCaller())

    with pytest.raises(bedrock.client.exceptions.AccessDeniedException) as error:
        bedrock.create(tags=[{"key": "run", "value": "r"}])

    message = error.value.response["Error"]["Message"]
    assert message.startswith(f"User: {CALLER} is not authorized to perform: {action} on resource:")


def test_a_create_is_checked_on_the_model_and_on_the_job_and_the_role_is_passed(serve):
    permissions = Allowing()
    bedrock = serve(permissions=permissions, callers=OneCaller())

    arn = bedrock.create()

    asked = [deed for role, deed in permissions.asked if role == CALLER]
    assert [(deed.action, deed.resource) for deed in asked] == [
        (
            "bedrock:CreateModelInvocationJob",
            f"arn:aws:bedrock:us-east-1:{ACCOUNT}:inference-profile/us.amazon.nova-lite-v1:0",
        ),
        ("bedrock:CreateModelInvocationJob", arn),
        ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/batch"),
    ]
    assert asked[-1].keys == {"iam:PassedToService": "bedrock.amazonaws.com"}


@pytest.mark.parametrize("operation", ["get", "stop", "list"])
def test_a_caller_without_the_permission_cannot_get_stop_or_list(serve, operation):
    actions = {
        "get": "bedrock:GetModelInvocationJob",
        "stop": "bedrock:StopModelInvocationJob",
        "list": "bedrock:ListModelInvocationJobs",
    }
    denying = Allowing(denied=frozenset({actions[operation]}))
    bedrock = serve(permissions=denying, callers=OneCaller())
    arn = bedrock.create()
    client = bedrock.client
    calls = {
        "get": lambda: client.get_model_invocation_job(jobIdentifier=arn),
        "stop": lambda: client.stop_model_invocation_job(jobIdentifier=arn),
        "list": client.list_model_invocation_jobs,
    }

    with pytest.raises(client.exceptions.AccessDeniedException, match=actions[operation]):
        calls[operation]()


def test_a_caller_without_the_permission_cannot_invoke(serve):
    denying = Allowing(denied=frozenset({"bedrock:InvokeModel"}))
    bedrock = serve(permissions=denying, callers=OneCaller())

    with pytest.raises(bedrock.runtime.exceptions.AccessDeniedException) as error:
        bedrock.runtime.converse(modelId=MODEL, **converse("Q"))

    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert f"User: {CALLER} is not authorized to perform: bedrock:InvokeModel" in str(error.value)


def test_a_profile_takes_permission_on_itself_and_on_its_model_in_every_region(serve):
    permissions = Allowing()
    bedrock = serve(permissions=permissions, callers=OneCaller(), profiles={PROFILE: MODEL})

    bedrock.runtime.converse(modelId=PROFILE, **converse("Q"))

    model = "foundation-model/amazon.nova-lite-v1:0"
    assert [(deed.action, deed.resource) for _, deed in permissions.asked] == [
        ("bedrock:InvokeModel", PROFILE),
        ("bedrock:InvokeModel", f"arn:aws:bedrock:us-east-1::{model}"),
        ("bedrock:InvokeModel", f"arn:aws:bedrock:us-east-2::{model}"),
        ("bedrock:InvokeModel", f"arn:aws:bedrock:us-west-2::{model}"),
    ]


def test_the_key_of_a_function_leads_to_its_role():
    digest = hashlib.sha256(f"{FUNCTION}:{CALLER}".encode()).hexdigest()
    roles = FunctionRoles(Functions())

    assert roles.role_arn(f"ASIA{digest[:16].upper()}") == CALLER


def test_the_functions_are_listed_once_for_a_key_that_is_known():
    digest = hashlib.sha256(f"{FUNCTION}:{CALLER}".encode()).hexdigest()
    functions = Functions()
    roles = FunctionRoles(functions)

    for _ in range(3):
        roles.role_arn(f"ASIA{digest[:16].upper()}")

    assert functions.listings == 1


@pytest.mark.parametrize("key", ["test", "AKIAIOSFODNN7EXAMPLE", "ASIA0000000000000000"])
def test_a_key_of_no_function_has_no_known_role(key):
    assert FunctionRoles(Functions()).role_arn(key) is None
