"""Runs the emulator of Amazon Bedrock, batch inference and on demand, on a loopback port."""

import socket
from collections.abc import Mapping
from threading import Thread
from types import TracebackType

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from selfconsistency.bedrock.answering import Intake
from selfconsistency.bedrock.answers.source import AnswerSource
from selfconsistency.bedrock.api import create_api
from selfconsistency.bedrock.aws_clients import AwsClients, connect
from selfconsistency.bedrock.catalogue import EVERYTHING, Catalogue
from selfconsistency.bedrock.iam import (
    Callers,
    CheckedCall,
    FunctionRoles,
    Gate,
    NotedPermissions,
    Permissions,
    SimulatedPermissions,
)
from selfconsistency.bedrock.injection import Injections
from selfconsistency.bedrock.jobs import JobQueue, Jobs
from selfconsistency.bedrock.ledger import Ledger, LedgerEntry
from selfconsistency.bedrock.lifecycle import JOIN_TIMEOUT_S, LifeCycle
from selfconsistency.bedrock.models import Models
from selfconsistency.bedrock.operations import Operations
from selfconsistency.bedrock.run_scopes import RunScopes
from selfconsistency.bedrock.runtime import Runtime
from selfconsistency.bedrock.settings import NO_FAULTS, Delays, Faults, Quotas

HOST = "127.0.0.1"
# How often the server looks whether it is to stop.
POLL_S = 0.005


def bedrock_environment(url: str) -> dict[str, str]:
    """Return the variables that point AWS tools at the jobs and models of an emulator."""
    return {"AWS_ENDPOINT_URL_BEDROCK": url, "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": url}


class BedrockEmulator:
    """A server that behaves as Bedrock's inference does, refusals included.

    Args:
        answers: where answers come from.
        edge: clients of the emulator; made from the environment unless given.
        quotas: the service's limits.
        delays: how long a job stays in each status.
        faults: what is to go wrong at first, for tests.
        seed: of the output's order and of what the faults hit.
        port: 0 for a free one.
        permissions: who knows what a role may do; the emulator's IAM unless given.
        callers: who knows the role behind an access key; the emulator's functions unless given.
        profiles: ARN of each application profile of the account → the model it stands for.
        catalogue: which models are offered; all, unless given.
    """

    def __init__(
        self,
        answers: AnswerSource,
        *,
        edge: AwsClients | None = None,
        quotas: Quotas | None = None,
        delays: Delays | None = None,
        faults: Faults = NO_FAULTS,
        seed: int = 0,
        port: int = 0,
        permissions: Permissions | None = None,
        callers: Callers | None = None,
        profiles: Mapping[str, str] | None = None,
        catalogue: Catalogue = EVERYTHING,
    ) -> None:
        self._port = port
        self._listening: tuple[BaseWSGIServer, Thread] | None = None
        edge = edge or connect()
        quotas = quotas or Quotas()
        self._permissions = NotedPermissions(permissions or SimulatedPermissions(edge.iam))
        self._injections = Injections(faults, seed)
        self._ledger = Ledger()
        scopes = RunScopes()
        models = Models(edge.region, edge.account, profiles or {}, catalogue)
        intake = Intake(
            *(edge, answers, self._permissions, scopes, quotas, self._ledger), JobQueue()
        )
        self._life = LifeCycle(intake, delays or Delays())
        gate = Gate(callers or FunctionRoles(edge.functions), self._permissions)
        runtime = Runtime(
            *(answers, models, gate, scopes, self._ledger),
            quotas=quotas,
            injections=self._injections,
        )
        # Calls on demand and their tokens so far.
        self.invoked = runtime.invoked
        jobs = _no_jobs(edge, quotas, self._life)
        operations = Operations(edge, jobs, models, gate, self._injections)
        self._api = create_api(operations, runtime, gate)

    @property
    def application(self) -> Flask:
        """Both APIs as a WSGI application, for callers in this process."""
        return self._api

    @property
    def injected(self) -> Mapping[str, int]:
        """How often each fault has struck since these were put in force, by its setting's name."""
        return self._injections.now.struck()

    @property
    def ledger(self) -> list[LedgerEntry]:
        """Every record processed so far, once for each time."""
        return self._ledger.entries()

    @property
    def iam_calls(self) -> frozenset[CheckedCall]:
        """What each role has asked to do so far, allowed or not; batch jobs' own roles too."""
        return self._permissions.asked

    def use(self, faults: Faults, seed: int = 0) -> None:
        """Put other faults in force, for calls and jobs that begin from now on.

        Their counters, and the numbers of calls and jobs, begin anew.
        """
        self._injections.use(faults, seed)

    def free(self) -> None:
        """Stop the jobs that a fault holds back, and make output appear that is to be late."""
        self._life.free()

    def clear_ledger(self) -> None:
        """Forget what has been processed so far."""
        self._ledger.clear()

    def start(self) -> str:
        """Listen on loopback alone; returns the URL of both APIs, see `bedrock_environment`.

        Raises:
            OSError: the port is taken.
        """
        with socket.create_server((HOST, self._port)) as listening:
            server = make_server(
                HOST,
                self._port,
                self._api,
                threaded=True,
                request_handler=_QuietHandler,
                fd=listening.fileno(),
            )
        # Otherwise closing the server would wait for connections that clients keep open.
        server.daemon_threads = True  # type: ignore[attr-defined]
        thread = Thread(
            target=server.serve_forever, args=(POLL_S,), name="bedrock-http", daemon=True
        )
        thread.start()
        self._listening = (server, thread)
        return f"http://{HOST}:{server.port}"

    def stop(self, wait_s: float = JOIN_TIMEOUT_S) -> None:
        """Close the socket and end all jobs where they stand; may be called twice.

        Args:
            wait_s: the longest time to wait for each job.
        """
        listening, self._listening = self._listening, None
        try:
            if listening is not None:
                server, thread = listening
                server.shutdown()
                # The thread closes the socket.
                thread.join()
        finally:
            self._life.close(wait_s)

    def __enter__(self) -> str:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _no_jobs(edge: AwsClients, quotas: Quotas, life: LifeCycle) -> Jobs:
    prefix = f"arn:aws:bedrock:{edge.region}:{edge.account}:model-invocation-job/"
    return Jobs(prefix, quotas, announce=life.announce, begin=life.begin)


class _QuietHandler(WSGIRequestHandler):
    """Writes no line per request."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""
