"""Whether Bedrock may assume the role that a job names, from the role's trust policy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from local.bedrock.errors import ValidationError
from local.bedrock.statements import (
    Document,
    Keys,
    condition_keys,
    conditions_hold,
    like,
    listed,
    statements,
)

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

PRINCIPAL = "bedrock.amazonaws.com"
ACTION = "sts:AssumeRole"
ACCOUNT_OPERATORS = frozenset({"stringequals"})
ARN_OPERATORS = frozenset({"arnequals", "arnlike", "stringlike"})


def check_trust(iam: IAMClient, role_arn: str, job_arn: str) -> None:
    """Refuse a role that Bedrock cannot assume for the job, or could for anyone's.

    Stricter than AWS: a statement without both confused-deputy conditions, on
    aws:SourceAccount and aws:SourceArn, is refused even beside one that has them,
    since it alone would let any account's job in.

    Raises:
        ValidationError: there is no such role, it does not trust Bedrock, its
            conditions exclude the job, or a statement lacks them.
    """
    account = job_arn.split(":")[4]
    keys = {"aws:SourceAccount": account, "aws:SourceArn": job_arn}
    if role_arn.split(":")[4] != account:
        raise ValidationError(f"The role {role_arn} is not of the job's account {account}.")
    trusting = [each for each in statements(_trust(iam, role_arn)) if _is_for_bedrock(each)]
    if any(each["Effect"] == "Deny" and conditions_hold(each, keys) for each in trusting):
        raise ValidationError(f"The trust policy of {role_arn} denies {PRINCIPAL} {ACTION}.")
    _check_allowing([each for each in trusting if each["Effect"] == "Allow"], role_arn, keys)


def _check_allowing(allowing: list[Document], role_arn: str, keys: Keys) -> None:
    if not allowing:
        raise ValidationError(
            f"Could not assume the role {role_arn}: no statement of its trust policy allows "
            f"{PRINCIPAL} {ACTION}."
        )
    for statement in allowing:
        _check_deputy_conditions(statement, role_arn)
    if not any(conditions_hold(each, keys) for each in allowing):
        raise ValidationError(
            f"Could not assume the role {role_arn}: the conditions of its trust policy do not "
            f"match aws:SourceAccount {keys['aws:SourceAccount']} and aws:SourceArn "
            f"{keys['aws:SourceArn']}."
        )


def _check_deputy_conditions(statement: Document, role_arn: str) -> None:
    has_account = "aws:sourceaccount" in condition_keys(statement, ACCOUNT_OPERATORS)
    has_arn = "aws:sourcearn" in condition_keys(statement, ARN_OPERATORS)
    if not (has_account and has_arn):
        raise ValidationError(
            f"A statement in the trust policy of {role_arn} lets {PRINCIPAL} in without the "
            "confused-deputy conditions StringEquals aws:SourceAccount and ArnEquals "
            "aws:SourceArn; this stand-in insists on both in every statement."
        )


def _trust(iam: IAMClient, role_arn: str) -> Document:
    try:
        role = iam.get_role(RoleName=role_arn.rsplit("/", 1)[-1])["Role"]
    except iam.exceptions.NoSuchEntityException as error:
        raise ValidationError(f"The role {role_arn} does not exist.") from error
    if role["Arn"] != role_arn:
        raise ValidationError(f"The role {role_arn} does not exist; there is {role['Arn']}.")
    # Typed as text by the API; botocore has decoded it.
    return cast(dict[str, Any], role["AssumeRolePolicyDocument"])


def _is_for_bedrock(statement: Document) -> bool:
    actions = any(like(ACTION.lower(), each.lower()) for each in listed(statement.get("Action")))
    principal = statement.get("Principal")
    named = listed(principal.get("Service")) if isinstance(principal, dict) else listed(principal)
    return actions and any(each in (PRINCIPAL, "*") for each in named)
