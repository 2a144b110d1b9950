"""Who calls: the role behind a signed request, as far as the emulator lets it be known."""

import hashlib
import re
from threading import Lock
from typing import Any, Protocol

from local.bedrock.errors import AccessDeniedError, MissingAuthenticationTokenError
from local.bedrock.permissions import Deed, Permissions

CREDENTIAL = re.compile(r"\bCredential=([A-Za-z0-9]+)/")


class Callers(Protocol):
    """Who knows the role behind an access key."""

    def role_arn(self, access_key_id: str) -> str | None:
        """Return the role, or None where it cannot be known."""


class FunctionRoles:
    """The roles of the emulator's functions, by the access key each of them is given.

    With its authentication on, ministack gives a function the key
    `ASIA` + sha256("FUNCTION_ARN:ROLE_ARN")[:16] in upper case, so that listing
    the functions tells who calls. Any other key (the stand-in's own, a user's, a
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

    def check(self, access_key_id: str, *deeds: Deed) -> None:
        """Let the caller do all of the deeds, or none.

        Raises:
            AccessDeniedError: the caller's role lacks one; names role, action and resource.
        """
        role_arn = self._callers.role_arn(access_key_id)
        for deed in deeds if role_arn else ():
            if role_arn and not self._permissions.allows(role_arn, deed):
                raise AccessDeniedError(_denial(role_arn, deed))


def _denial(role_arn: str, deed: Deed) -> str:
    return (
        f"User: {role_arn} is not authorized to perform: {deed.action} on resource: "
        f"{deed.resource} because no identity-based policy allows the {deed.action} action"
    )
