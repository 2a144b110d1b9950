"""Everything that the emulator does beside ministack, put together, and its control pipe."""

import os
from collections.abc import Iterable
from typing import IO

import msgspec

from local.emulation.executions import Executions, Redrives
from local.emulation.iam_audit import CallLog, ServiceRoles
from local.emulation.lambda_processes import FunctionCalls
from local.emulation.layer import Application, EmulatorLayer
from local.emulation.map_runs import MapStates
from local.emulation.protocol import AskCalls, AskInjected, Message, Reply, UseFaults
from local.faults.book import FaultBook


class Control:
    """The faults and the call log of one emulator."""

    def __init__(self) -> None:
        self._book = FaultBook()
        self._log = CallLog()

    def around(self, application: Application) -> Application:
        """Return what is to be served, and replace functions of ministack.

        Raises:
            MinistackError: this ministack is not the one that it is made for.
        """
        roles = ServiceRoles(self._log)
        executions = Executions(roles)
        calls = FunctionCalls(self._book, roles)
        for part in (roles, calls, MapStates(roles), executions, Redrives(executions)):
            part.install()
        return EmulatorLayer(application, self._book, self._log)

    def follow(self, pipe: Iterable[bytes], replies: IO[bytes]) -> None:
        """Do what each line says and reply to it, until the pipe is closed."""
        for line in pipe:
            reply = self.reply(msgspec.json.decode(line, type=Message))
            replies.write(msgspec.json.encode(reply) + b"\n")
            replies.flush()

    def reply(self, message: Message) -> Reply:
        """Do what a message says, and return what it asks for."""
        match message:
            case UseFaults(faults=faults, seed=seed):
                self._book.use(faults, seed)
            case AskInjected():
                return Reply(injected=self._book.injected())
            case AskCalls():
                return Reply(calls=self._log.calls())
            case _:
                os.environ.update(message.variables)
        return Reply()
