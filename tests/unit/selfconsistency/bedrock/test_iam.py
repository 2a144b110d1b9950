"""Who may do what at the Bedrock emulator: role policies, trust in Bedrock, callers."""

import hashlib
import json
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
import urllib3

from selfconsistency.bedrock.errors import ValidationError
from selfconsistency.bedrock.iam import FunctionRoles, IamCall, SimulatedPermissions, check_trust
from tests.unit.selfconsistency.bedrock.world import (
    ACCOUNT,
    CALLER,
    JOB_ARNS,
    MODEL,
    PROFILE,
    Allowing,
    OneCaller,
    converse,
    trust_statement,
)

ROLE = f"arn:aws:iam::{ACCOUNT}:role/simulated"
PASS = IamCall(
    "iam:PassRole",
    f"arn:aws:iam::{ACCOUNT}:role/batch",
    {"iam:PassedToService": "bedrock.amazonaws.com"},
)


@dataclass
class Simulating:
    """moto's IAM client, with the simulation that moto lacks; answers as the emulator does."""

    iam: Any
    decision: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.iam, name)

    def simulate_principal_policy(self, **request: Any) -> dict[str, Any]:
        self.iam.get_role(RoleName=request["PolicySourceArn"].rsplit("/", 1)[-1])
        return {"EvaluationResults": [{"EvalDecision": self.decision}]}


def statement(effect: str = "Allow", **condition: Any) -> dict[str, Any]:
    return {
        "Effect": effect,
        "Action": "iam:Pass*",
        "Resource": PASS.resource,
        "Condition": condition
        or {"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
    }


@pytest.fixture
def role(edge):
    """A role whose inline policy may be set."""
    edge.iam.create_role(RoleName="simulated", AssumeRolePolicyDocument="{}")

    def put(*statements: Any) -> None:
        edge.iam.put_role_policy(
            RoleName="simulated",
            PolicyName="grants",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": statements}),
        )

    put(statement())
    yield put
    edge.iam.delete_role_policy(RoleName="simulated", PolicyName="grants")
    edge.iam.delete_role(RoleName="simulated")


@pytest.mark.parametrize(
    ("decision", "allowed"),
    [("allowed", True), ("implicitDeny", False), ("explicitDeny", False)],
)
def test_the_simulation_decides_where_no_keys_matter(edge, role, decision, allowed):
    permissions = SimulatedPermissions(Simulating(edge.iam, decision))

    assert permissions.allows(ROLE, IamCall("s3:GetObject", "arn:aws:s3:::b/k")) is allowed


@pytest.mark.parametrize(
    ("statements", "allowed"),
    [
        pytest.param([statement()], True, id="the condition holds"),
        pytest.param(
            [statement(StringEquals={"iam:PassedToService": "lambda.amazonaws.com"})],
            False,
            id="for another service",
        ),
        pytest.param([statement(StringEquals={"aws:Other": "x"})], False, id="an unknown key"),
        pytest.param([statement(), statement("Deny")], False, id="denied beside"),
        pytest.param([statement(StringLike={"iam:PassedToService": "bedrock.*"})], True, id="like"),
        pytest.param(
            [statement(StringNotEquals={"iam:PassedToService": "lambda.amazonaws.com"})],
            True,
            id="negated",
        ),
        pytest.param(
            [statement(StringEqualsIfExists={"aws:Other": "x"})], True, id="only if it exists"
        ),
    ],
)
def test_a_grant_under_a_condition_is_matched_with_the_keys_of_the_deed(
    edge, role, statements, allowed
):
    role(*statements)

    permissions = SimulatedPermissions(Simulating(edge.iam, "implicitDeny"))

    assert permissions.allows(ROLE, PASS) is allowed


def test_an_attached_policy_counts_as_well(edge, role):
    role({"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"})
    document = json.dumps({"Version": "2012-10-17", "Statement": statement()})
    policy = edge.iam.create_policy(PolicyName="passing", PolicyDocument=document)["Policy"]["Arn"]
    edge.iam.attach_role_policy(RoleName="simulated", PolicyArn=policy)

    allowed = SimulatedPermissions(Simulating(edge.iam, "implicitDeny")).allows(ROLE, PASS)

    edge.iam.detach_role_policy(RoleName="simulated", PolicyArn=policy)
    assert allowed


def test_an_explicit_denial_is_not_looked_at_again(edge, role):
    assert not SimulatedPermissions(Simulating(edge.iam, "explicitDeny")).allows(ROLE, PASS)


def test_a_role_that_does_not_exist_may_do_nothing(edge):
    assert not SimulatedPermissions(Simulating(edge.iam, "allowed")).allows(ROLE, PASS)


JOB_ARN = JOB_ARNS.replace("*", "abcdefghijkl")
NAMES = (f"trust-{number}" for number in count())
ACCOUNT_ONLY = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
ARN_ONLY = {"ArnEquals": {"aws:SourceArn": JOB_ARNS}}


def trusting_role(edge, *statements):
    document = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    made = edge.iam.create_role(RoleName=next(NAMES), AssumeRolePolicyDocument=document)
    return made["Role"]["Arn"]


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(trust_statement(), id="as documented"),
        pytest.param(
            trust_statement(
                Condition=ACCOUNT_ONLY | {"ArnLike": {"AWS:SourceArn": "arn:aws:bedrock:*:*:*"}}
            ),
            id="ArnLike and keys in any case",
        ),
        pytest.param(
            trust_statement(
                Principal={"Service": ["lambda.amazonaws.com", "bedrock.amazonaws.com"]},
                Action=["sts:AssumeRole", "sts:TagSession"],
            ),
            id="lists",
        ),
    ],
)
def test_a_conditional_trust_lets_the_job_in(edge, statement):
    check_trust(edge.iam, trusting_role(edge, statement), JOB_ARN)


@pytest.mark.parametrize(
    ("statements", "message"),
    [
        pytest.param(
            [trust_statement(Condition={})], "confused-deputy conditions", id="unconditional"
        ),
        pytest.param(
            [trust_statement(), trust_statement(Condition={})],
            "confused-deputy conditions",
            id="an unconditional statement beside the conditional one",
        ),
        pytest.param(
            [trust_statement(Condition=ACCOUNT_ONLY)], "confused-deputy", id="without SourceArn"
        ),
        pytest.param(
            [trust_statement(Condition=ARN_ONLY)], "confused-deputy", id="without SourceAccount"
        ),
        pytest.param(
            [trust_statement(Condition={"StringEquals": {"aws:SourceAccount": "1"}} | ARN_ONLY)],
            "do not match",
            id="another account",
        ),
        pytest.param(
            [
                trust_statement(
                    Condition=ACCOUNT_ONLY | {"ArnEquals": {"aws:SourceArn": "arn:aws:bedrock:x"}}
                )
            ],
            "do not match",
            id="another source",
        ),
        pytest.param(
            [trust_statement(Principal={"Service": "lambda.amazonaws.com"})],
            "no statement",
            id="another principal",
        ),
        pytest.param(
            [trust_statement(Action="sts:TagSession")], "no statement", id="another action"
        ),
        pytest.param(
            [trust_statement(), trust_statement(Effect="Deny")], "denies", id="denied beside"
        ),
    ],
)
def test_a_trust_that_lets_others_in_or_not_the_job_is_refused(edge, statements, message):
    with pytest.raises(ValidationError, match=message):
        check_trust(edge.iam, trusting_role(edge, *statements), JOB_ARN)


def test_a_role_that_does_not_exist_is_refused(edge):
    with pytest.raises(ValidationError, match="does not exist"):
        check_trust(edge.iam, f"arn:aws:iam::{ACCOUNT}:role/nobody", JOB_ARN)


def test_a_role_of_another_account_is_refused(edge):
    with pytest.raises(ValidationError, match="not of the job's account"):
        check_trust(edge.iam, "arn:aws:iam::999999999999:role/batch", JOB_ARN)


def test_create_refuses_a_role_that_does_not_trust_bedrock(serve, edge):
    bedrock = serve()
    untrusting = trusting_role(edge, trust_statement(Condition={}))

    with pytest.raises(bedrock.client.exceptions.ValidationException, match="confused-deputy"):
        bedrock.create(roleArn=untrusting)

    assert bedrock.client.list_model_invocation_jobs()["invocationJobSummaries"] == []


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

    asked = [call for role, call in permissions.asked if role == CALLER]
    assert [(call.action, call.resource) for call in asked] == [
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
    assert [(call.action, call.resource) for _, call in permissions.asked] == [
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
