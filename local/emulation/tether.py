"""What the emulator's process is told while it runs, and what it answers: a line of JSON each."""

from collections.abc import Mapping, Sequence
from typing import IO

import msgspec

from local.emulation.call_log import Call
from local.errors import EmulatorError
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


class Answer(msgspec.Struct, frozen=True):
    """What is answered, after it was done; each member to the question that asks for it."""

    injected: Mapping[str, int] = {}
    calls: Sequence[Call] = ()


def ask(message: Message, tether: IO[bytes], answers: IO[bytes]) -> Answer:
    """Send a message down the tether and wait for its answer.

    Raises:
        EmulatorError: the process has ended.
    """
    try:
        tether.write(msgspec.json.encode(message) + b"\n")
        tether.flush()
        line = answers.readline()
    except OSError as error:
        raise EmulatorError("the emulator has ended: its log says why") from error
    if not line:
        raise EmulatorError("the emulator has ended: its log says why")
    return msgspec.json.decode(line, type=Answer)
