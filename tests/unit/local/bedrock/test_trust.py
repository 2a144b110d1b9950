"""Which roles Bedrock may assume for a job."""

import json
from itertools import count

import pytest

from local.bedrock.errors import ValidationError
from local.bedrock.trust import check_trust
from tests.unit.local.bedrock.world import ACCOUNT, JOB_ARNS, trust_statement

JOB_ARN = JOB_ARNS.replace("*", "abcdefghijkl")
NAMES = (f"trust-{number}" for number in count())
ACCOUNT_ONLY = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
ARN_ONLY = {"ArnEquals": {"aws:SourceArn": JOB_ARNS}}


def role(edge, *statements):
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
    check_trust(edge.iam, role(edge, statement), JOB_ARN)


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
        check_trust(edge.iam, role(edge, *statements), JOB_ARN)


def test_a_role_that_does_not_exist_is_refused(edge):
    with pytest.raises(ValidationError, match="does not exist"):
        check_trust(edge.iam, f"arn:aws:iam::{ACCOUNT}:role/nobody", JOB_ARN)


def test_a_role_of_another_account_is_refused(edge):
    with pytest.raises(ValidationError, match="not of the job's account"):
        check_trust(edge.iam, "arn:aws:iam::999999999999:role/batch", JOB_ARN)


def test_create_refuses_a_role_that_does_not_trust_bedrock(serve, edge):
    bedrock = serve()
    untrusting = role(edge, trust_statement(Condition={}))

    with pytest.raises(bedrock.client.exceptions.ValidationException, match="confused-deputy"):
        bedrock.create(roleArn=untrusting)

    assert bedrock.client.list_model_invocation_jobs()["invocationJobSummaries"] == []
