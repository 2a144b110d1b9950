"""How IAM's answers are read."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from local.bedrock.permissions import Deed, SimulatedPermissions
from tests.unit.local.bedrock.world import ACCOUNT

ROLE = f"arn:aws:iam::{ACCOUNT}:role/simulated"
PASS = Deed(
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

    assert permissions.allows(ROLE, Deed("s3:GetObject", "arn:aws:s3:::b/k")) is allowed


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
