"""A small AWS in moto, with a port for the Bedrock emulator, for tests of the AWS layer."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from selfconsistency.bedrock.emulator import bedrock_environment
from selfconsistency.one_process import cloud as one_process
from selfconsistency.one_process.cloud import forget_environment

__all__ = ["VARIABLES", "Cloud", "cloud", "forget_environment"]

# Small jobs are batch jobs, and metrics are printed as on AWS.
VARIABLES = {
    **one_process.VARIABLES,
    "POLL_EVERY_S": "1",
    "MIN_RECORDS": "1",
    "MAX_INPUT_MIB": "1024",
    "POWERTOOLS_METRICS_DISABLED": "false",
}


class Cloud(one_process.Cloud):
    """Clients of moto. Each test gets a new bucket and table, because a new moto takes long."""

    @property
    def bedrock_port(self) -> int:
        return _free_port()


@cache
def _free_port() -> int:
    """Return one port for the emulators of all tests, so that their clients are created once."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@contextmanager
def cloud() -> Iterator[Cloud]:
    """Run moto with its own environment, in which Bedrock is at one port."""
    bedrock = bedrock_environment(f"http://127.0.0.1:{_free_port()}")
    with one_process.cloud({**VARIABLES, **bedrock}, Cloud) as running:
        yield running
