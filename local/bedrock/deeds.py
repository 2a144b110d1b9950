"""What roles have asked to do at the stand-in, for an audit of their permissions."""

from dataclasses import dataclass

from local.bedrock.permissions import Deed, Permissions


@dataclass(frozen=True, slots=True, order=True)
class AskedDeed:
    """An action on a resource that a role was checked for, as caller or as a job's own role."""

    role: str
    action: str
    resource: str


class NotedPermissions:
    """Permissions that remember what was asked of them, once each."""

    def __init__(self, permissions: Permissions) -> None:
        self._permissions = permissions
        # A dict's keys, for adding one and copying all are atomic.
        self._asked: dict[AskedDeed, None] = {}

    @property
    def asked(self) -> frozenset[AskedDeed]:
        """All deeds so far, allowed or not."""
        return frozenset(self._asked.copy())

    def allows(self, role_arn: str, deed: Deed) -> bool:
        """Whether the role's policies allow it."""
        role = role_arn.rsplit("/", 1)[-1]
        self._asked[AskedDeed(role, deed.action, deed.resource)] = None
        return self._permissions.allows(role_arn, deed)
