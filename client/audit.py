"""A run's audit trail: its entries in the table, and nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.conditions import Key

from client.connection import Connection
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
    run = _entries(connection, stack, run_id, Table.RUN_ENTRY)
    if not run:
        raise ClientError(f"there is no run {run_id!r}, see `python -m client list`")
    return Audit(
        run_id,
        run[0],
        _entries(connection, stack, run_id, _WAVE_PREFIX),
        _entries(connection, stack, run_id, JOB_PREFIX),
    )


def _entries(connection: Connection, stack: Stack, run_id: str, begin: str) -> tuple[Entry, ...]:
    table = connection.dynamodb().Table(stack.table)
    wanted = Key(Table.PARTITION).eq(run_id) & Key(Table.SORT).begins_with(begin)
    asked: dict[str, Any] = {"KeyConditionExpression": wanted, "ConsistentRead": True}
    page = table.query(**asked)
    found: list[Entry] = list(page["Items"])
    while "LastEvaluatedKey" in page:
        page = table.query(**asked, ExclusiveStartKey=page["LastEvaluatedKey"])
        found += page["Items"]
    return tuple(found)
