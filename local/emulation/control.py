"""Everything that the emulator does beside ministack, put together and told what to do."""

import os
from collections.abc import Iterable
from typing import IO

import msgspec

from local.emulation.executions import Executions, Redrives
from local.emulation.faults import FaultBook, FaultInjector
from local.emulation.iam_audit import CallLog, ServiceRoles
from local.emulation.lambda_processes import Workers
from local.emulation.map_runs import MapStates
from local.emulation.protocol import Answer, AskCalls, AskInjected, Message, UseFaults


class Control:
    """The faults and the call log of one emulator."""

    def __init__(self) -> None:
        self._book = FaultBook()
        self._log = CallLog()

    def install(self) -> None:
        """Put everything around the functions of ministack; what comes first is innermost.

        Raises:
            EmulatorError: this ministack is not the one that it is made for.
        """
        workers, roles = Workers(), ServiceRoles(self._log)
        executions = Executions(roles)
        for part in (
            workers,
            FaultInjector(self._book, workers),
            self._log,
            roles,
            MapStates(roles),
            executions,
            Redrives(executions),
        ):
            part.install()

    def follow(self, pipe: Iterable[bytes], answers: IO[bytes]) -> None:
        """Do what each line says and answer it, until the pipe is closed."""
        for line in pipe:
            answer = self.answer(msgspec.json.decode(line, type=Message))
            answers.write(msgspec.json.encode(answer) + b"\n")
            answers.flush()

    def answer(self, message: Message) -> Answer:
        """Do what a message says, and return what it asks for."""
        match message:
            case UseFaults(faults=faults, seed=seed):
                self._book.use(faults, seed)
            case AskInjected():
                return Answer(injected=self._book.injected())
            case AskCalls():
                return Answer(calls=self._log.calls())
            case _:
                os.environ.update(message.variables)
        return Answer()
