"""A run's audit trail: its entries in the table, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from client.connection import Connection
from client.entries import entries_of
from client.errors import ClientError
from client.runs import JOB_PREFIX
from client.stack import Stack
from lambdas.contract import Table

_WAVE_PREFIX = "wave#"

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Audit:
    """A run's own entry, and those of its waves and jobs in their order."""

    run_id: str
    run: Entry
    waves: tuple[Entry, ...]
    jobs: tuple[Entry, ...]


def read_audit(connection: Connection, stack: Stack, run_id: str) -> Audit:
    """Return what the table has of a run, its answers and accuracies left out.

    Raises:
        ClientError: there is no such run.
    """
    run = entries_of(connection, stack, run_id, Table.RUN_ENTRY)
    if not run:
        raise ClientError(f"there is no run {run_id!r}, see `python -m client list`")
    return Audit(
        run_id,
        run[0],
        tuple(entries_of(connection, stack, run_id, _WAVE_PREFIX)),
        tuple(entries_of(connection, stack, run_id, JOB_PREFIX)),
    )
