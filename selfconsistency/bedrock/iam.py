"""Who may do what at the Bedrock emulator: callers, their roles, policies, trust in Bedrock."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from operator import eq
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol, cast

from selfconsistency.bedrock.errors import (
    AccessDeniedError,
    MissingAuthenticationTokenError,
    ValidationError,
)

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_iam.type_defs import ContextEntryTypeDef

CREDENTIAL = re.compile(r"\bCredential=([A-Za-z0-9]+)/")
PRINCIPAL = "bedrock.amazonaws.com"
ASSUME_ROLE = "sts:AssumeRole"
ACCOUNT_OPERATORS = frozenset({"stringequals"})
ARN_OPERATORS = frozenset({"arnequals", "arnlike", "stringlike"})
Document = Mapping[str, Any]
Keys = Mapping[str, str]
_Test = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class IamCall:
    """One action on one resource, with the request's condition keys."""

    action: str
    resource: str
    keys: Mapping[str, str] = field(default_factory=dict)


def invoking(arns: Iterable[str]) -> list[IamCall]:
    """Return what it takes to ask a model: each of its ARNs, in the Region that it names."""
    return [
        IamCall(
            "bedrock:InvokeModel",
            arn,
            {"aws:RequestedRegion": arn.split(":")[3] or "unspecified"},
        )
        for arn in arns
    ]


class Permissions(Protocol):
    """Who answers whether a role may make a call."""

    def allows(self, role_arn: str, call: IamCall) -> bool:
        """Whether the role's policies allow it."""


def refusal(role_arn: str, call: IamCall) -> str:
    """Return the message for a call that the role may not do, in the words of AWS."""
    name = role_arn.rsplit("/", 1)[-1]
    account = role_arn.split(":")[4]
    user = f"arn:aws:sts::{account}:assumed-role/{name}/bedrock-batch"
    return f"User: {user} is not authorized to perform: {call.action} on resource: {call.resource}"


class SimulatedPermissions:
    """IAM's SimulatePrincipalPolicy, with a second look at conditions.

    The emulator's simulation ignores the context entries of a request, so that a
    grant under a condition (`iam:PassedToService`, `s3:prefix`) comes out as an
    implicit denial. Only then the role's own statements are read and matched
    with the keys of the call.
    """

    def __init__(self, iam: IAMClient) -> None:
        self._iam = iam

    def allows(self, role_arn: str, call: IamCall) -> bool:
        """Whether the role's policies allow it; a role that does not exist may do nothing."""
        try:
            decision = self._simulated(role_arn, call)
            if decision != "implicitDeny" or not call.keys:
                return decision == "allowed"
            return self._allowed_under_conditions(role_arn.rsplit("/", 1)[-1], call)
        except self._iam.exceptions.NoSuchEntityException:
            return False

    def _simulated(self, role_arn: str, call: IamCall) -> str:
        entries: list[ContextEntryTypeDef] = [
            {"ContextKeyName": key, "ContextKeyValues": [value], "ContextKeyType": "string"}
            for key, value in call.keys.items()
        ]
        answer = self._iam.simulate_principal_policy(
            PolicySourceArn=role_arn,
            ActionNames=[call.action],
            ResourceArns=[call.resource],
            ContextEntries=entries,
        )
        return answer["EvaluationResults"][0]["EvalDecision"]

    def _allowed_under_conditions(self, role_name: str, call: IamCall) -> bool:
        matching = [
            statement
            for document in self._documents(role_name)
            for statement in statements(document)
            if covers(statement, call.action, call.resource)
            and conditions_hold(statement, call.keys)
        ]
        effects = {statement["Effect"] for statement in matching}
        return effects == {"Allow"}

    def _documents(self, role_name: str) -> Iterator[Document]:
        iam = self._iam
        for name in iam.list_role_policies(RoleName=role_name)["PolicyNames"]:
            inline = iam.get_role_policy(RoleName=role_name, PolicyName=name)
            yield cast(dict[str, Any], inline["PolicyDocument"])
        for attached in iam.list_attached_role_policies(RoleName=role_name)["AttachedPolicies"]:
            policy_arn = attached["PolicyArn"]
            version = iam.get_policy(PolicyArn=policy_arn)["Policy"]["DefaultVersionId"]
            found = iam.get_policy_version(PolicyArn=policy_arn, VersionId=version)
            yield cast(dict[str, Any], found["PolicyVersion"]["Document"])


class Callers(Protocol):
    """Who knows the role behind an access key."""

    def role_arn(self, access_key_id: str) -> str | None:
        """Return the role, or None where it cannot be known."""


class FunctionRoles:
    """The roles of the emulator's functions, by the access key each of them is given.

    With its authentication on, ministack gives a function the key
    `ASIA` + sha256("FUNCTION_ARN:ROLE_ARN")[:16] in upper case, so that listing
    the functions tells who calls. Any other key (the Bedrock emulator's own, a user's, a
    session's of AssumeRole) is not derivable: nothing is checked for it.
    """

    def __init__(self, functions: Any) -> None:
        self._functions = functions
        self._roles: dict[str, str] = {}
        self._lock = Lock()

    def role_arn(self, access_key_id: str) -> str | None:
        """Return the role of the function that has the key."""
        if not access_key_id.startswith("ASIA"):
            return None
        with self._lock:
            if access_key_id not in self._roles:
                self._roles = dict(self._listed())
            return self._roles.get(access_key_id)

    def _listed(self) -> list[tuple[str, str]]:
        return [
            (_key_of(function["FunctionArn"], function["Role"]), function["Role"])
            for page in self._functions.get_paginator("list_functions").paginate()
            for function in page["Functions"]
        ]


def _key_of(function_arn: str, role_arn: str) -> str:
    digest = hashlib.sha256(f"{function_arn}:{role_arn}".encode()).hexdigest()
    return f"ASIA{digest[:16].upper()}"


class Gate:
    """Lets a request in when it is signed and its role, if known, may do what it asks for."""

    def __init__(self, callers: Callers, permissions: Permissions) -> None:
        self._callers = callers
        self._permissions = permissions

    def access_key_id(self, authorization: str | None) -> str:
        """Return the access key that a request is signed with; the signature is not verified.

        Raises:
            MissingAuthenticationTokenError: the request is not signed.
        """
        signed_with = CREDENTIAL.search(authorization or "")
        if signed_with is None:
            raise MissingAuthenticationTokenError("Missing Authentication Token")
        return signed_with[1]

    def check(self, access_key_id: str, *calls: IamCall) -> None:
        """Let the caller do all of the calls, or none.

        Raises:
            AccessDeniedError: the caller's role lacks one; names role, action and resource.
        """
        role_arn = self._callers.role_arn(access_key_id)
        for call in calls if role_arn else ():
            if role_arn and not self._permissions.allows(role_arn, call):
                raise AccessDeniedError(_denial(role_arn, call))


def _denial(role_arn: str, call: IamCall) -> str:
    return (
        f"User: {role_arn} is not authorized to perform: {call.action} on resource: "
        f"{call.resource} because no identity-based policy allows the {call.action} action"
    )


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
        raise ValidationError(f"The trust policy of {role_arn} denies {PRINCIPAL} {ASSUME_ROLE}.")
    _check_allowing([each for each in trusting if each["Effect"] == "Allow"], role_arn, keys)


def _check_allowing(allowing: list[Document], role_arn: str, keys: Keys) -> None:
    if not allowing:
        raise ValidationError(
            f"Could not assume the role {role_arn}: no statement of its trust policy allows "
            f"{PRINCIPAL} {ASSUME_ROLE}."
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
            "aws:SourceArn; this Bedrock emulator insists on both in every statement."
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
    actions = any(
        like(ASSUME_ROLE.lower(), each.lower()) for each in listed(statement.get("Action"))
    )
    principal = statement.get("Principal")
    named = listed(principal.get("Service")) if isinstance(principal, dict) else listed(principal)
    return actions and any(each in (PRINCIPAL, "*") for each in named)


def statements(document: Document) -> Iterator[Document]:
    """Yield a document's statements, of which there may be one without a list."""
    yield from listed(document.get("Statement"))


def listed(value: Any) -> list[Any]:
    """Return a policy element as a list, as IAM lets one be written without."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def covers(statement: Document, action: str, resource: str) -> bool:
    """Whether a statement of an identity's policy is about this action and resource."""
    actions = any(like(action.lower(), each.lower()) for each in listed(statement.get("Action")))
    return actions and any(like(resource, each) for each in listed(statement.get("Resource")))


def conditions_hold(statement: Document, keys: Keys) -> bool:
    """Whether every condition is met by the request's keys.

    A condition on an absent key fails unless its operator ends in `IfExists`; an
    operator not known here fails.
    """
    known = {name.lower(): value for name, value in keys.items()}
    return all(
        _condition_holds(operator, known.get(key.lower()), listed(expected))
        for operator, tests in statement.get("Condition", {}).items()
        for key, expected in tests.items()
    )


def condition_keys(statement: Document, operators: frozenset[str]) -> set[str]:
    """Return the keys, in lower case, that a statement tests with one of the operators."""
    return {
        key.lower()
        for operator, tests in statement.get("Condition", {}).items()
        for key in tests
        if operator.lower() in operators
    }


def like(text: str, pattern: str) -> bool:
    """Whether a text matches a pattern with `*` and `?`."""
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    translated = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(translated, re.DOTALL)


def _condition_holds(operator: str, actual: str | None, expected: list[Any]) -> bool:
    name = operator.lower().rpartition(":")[2]
    bare = name.removesuffix("ifexists")
    test = _OPERATORS.get(bare)
    if actual is None:
        return bare != name
    wanted = [str(each) for each in expected]
    if bare in _NEGATED:
        return not any(_NEGATED[bare](actual, each) for each in wanted)
    return test is not None and any(test(actual, each) for each in wanted)


def _equal_in_any_case(actual: str, expected: str) -> bool:
    return actual.lower() == expected.lower()


_OPERATORS: Mapping[str, _Test] = {
    "stringequals": eq,
    "stringequalsignorecase": _equal_in_any_case,
    "stringlike": like,
    "arnequals": like,
    "arnlike": like,
    "bool": _equal_in_any_case,
}


_NEGATED: Mapping[str, _Test] = {
    "stringnotequals": eq,
    "stringnotlike": like,
    "arnnotequals": like,
    "arnnotlike": like,
}


@dataclass(frozen=True, slots=True, order=True)
class CheckedCall:
    """An action on a resource that a role was checked for, as caller or as a job's own role."""

    role: str
    action: str
    resource: str


class NotedPermissions:
    """Permissions that remember what was asked of them, once each."""

    def __init__(self, permissions: Permissions) -> None:
        self._permissions = permissions
        # A dict's keys, for adding one and copying all are atomic.
        self._asked: dict[CheckedCall, None] = {}

    @property
    def asked(self) -> frozenset[CheckedCall]:
        """All calls so far, allowed or not."""
        return frozenset(self._asked.copy())

    def allows(self, role_arn: str, call: IamCall) -> bool:
        """Whether the role's policies allow it."""
        role = role_arn.rsplit("/", 1)[-1]
        self._asked[CheckedCall(role, call.action, call.resource)] = None
        return self._permissions.allows(role_arn, call)
