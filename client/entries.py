"""A run's entries in the table, by what their names begin with."""

from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.conditions import Key

from client.connection import Connection
from client.stack import Stack
from lambdas.contract import Table


def entries_of(
    connection: Connection, stack: Stack, run_id: str, prefix: str
) -> list[Mapping[str, Any]]:
    """Return the entries of a run whose names begin so, in their order."""
    table = connection.dynamodb().Table(stack.table)
    wanted = Key(Table.PARTITION).eq(run_id) & Key(Table.SORT).begins_with(prefix)
    asked: dict[str, Any] = {"KeyConditionExpression": wanted, "ConsistentRead": True}
    page = table.query(**asked)
    found: list[Mapping[str, Any]] = list(page["Items"])
    while "LastEvaluatedKey" in page:
        page = table.query(**asked, ExclusiveStartKey=page["LastEvaluatedKey"])
        found += page["Items"]
    return found
