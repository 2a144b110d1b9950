"""What the stack's roles were allowed to do, each deed once."""

from collections.abc import Sequence
from threading import Lock
from typing import Any

import msgspec

from local.emulation.parts import ENFORCE, GIVE_KEYS, Function


class Call(msgspec.Struct, frozen=True, order=True):
    """A call that was allowed: the caller's role by name, the IAM action, the resource's ARN."""

    role: str
    action: str
    resource: str


class CallLog:
    """Distinct calls made in the name of a function's role, or noted for a service's."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._roles: dict[str, str] = {}
        self._calls: set[Call] = set()

    def install(self) -> None:
        """Look at every decision on a call; ministack takes none on its own state machines'."""
        GIVE_KEYS.replace(self._knowing_whose)
        ENFORCE.replace(self._noting)

    def note(self, role: str, action: str, resource: str) -> None:
        """Add a call that was allowed."""
        with self._lock:
            self._calls.add(Call(role, action, resource))

    def calls(self) -> Sequence[Call]:
        """Return the calls so far, in order of role, action and resource."""
        with self._lock:
            return sorted(self._calls)

    def _knowing_whose(self, give: Function) -> Function:
        def given(config: Any) -> Any:
            keys = give(config)
            self._roles[keys["AWS_ACCESS_KEY_ID"]] = config.get("Role", "").rpartition("/")[2]
            return keys

        return given

    def _noting(self, enforce: Function) -> Function:
        def enforced(
            access_key_id: str,
            iam_action: str,
            service: str,
            region: str,
            resource_arn: str = "*",
            **context: Any,
        ) -> Any:
            refusal = enforce(access_key_id, iam_action, service, region, resource_arn, **context)
            role = self._roles.get(access_key_id)
            if refusal is None and role:
                self.note(role, iam_action, resource_arn)
            return refusal

        return enforced
