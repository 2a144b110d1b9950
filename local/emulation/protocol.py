"""Messages to the emulator's process and its answers, each a line of JSON."""

from collections.abc import Mapping, Sequence

import msgspec

from local.faults.edge import EdgeFault


class UseVariables(msgspec.Struct, frozen=True, tag=True):
    """Functions that start from now on inherit these environment variables."""

    variables: Mapping[str, str]


class UseFaults(msgspec.Struct, frozen=True, tag=True):
    """These are the faults from now on, drawn by this seed."""

    faults: Sequence[EdgeFault]
    seed: int


class AskInjected(msgspec.Struct, frozen=True, tag=True):
    """How often has each fault hit?"""


class AskCalls(msgspec.Struct, frozen=True, tag=True):
    """What were the stack's roles allowed to do?"""


Message = UseVariables | UseFaults | AskInjected | AskCalls


class Call(msgspec.Struct, frozen=True, order=True):
    """A call that was allowed: the caller's role by name, the IAM action, the resource's ARN."""

    role: str
    action: str
    resource: str


class Reply(msgspec.Struct, frozen=True):
    """What is answered, after it was done; each member to the question that asks for it."""

    injected: Mapping[str, int] = {}
    calls: Sequence[Call] = ()
