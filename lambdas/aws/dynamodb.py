"""Entries of the table: updated one by one under a condition, or written many at a time."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from random import random
from typing import TYPE_CHECKING, Any

import msgspec
from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from lambdas.contract import Table
from lambdas.contract.entries import to_dynamodb
from lambdas.contract.schema import FORMAT, check_format
from lambdas.contract.statistics import CurvePoint
from lambdas.contract.votes import FinalRecord, VoteRecord
from lambdas.core.errors import TableBusyError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table as TableResource

NamedEntry = tuple[str, VoteRecord | FinalRecord | CurvePoint]
# BatchWriteItem takes no more.
_MAX_ENTRIES_PER_CALL = 25
# A partition takes 1,000 writes a second, and all entries of a run begin in one partition, so
# functions that write at the same time are throttled now and then.
_FIRST_BACK_OFF_S, _MAX_BACK_OFF_S = 0.1, 20.0
# Tries in which the table took no entry: about ninety seconds, plus the client's own retries. The
# function has 15 minutes, so it can still say why it gives up.
_MAX_FRUITLESS_TRIES = 16
_THROTTLED = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
    }
)
_NAME = re.compile(r"#(\w+)")
# No condition may overwrite an entry of another format, or give one without format this format.
_NEW_OR_READABLE = f"(attribute_not_exists(#{Table.PARTITION}) OR #format = :format)"
_DESERIALIZER = TypeDeserializer()


@dataclass(frozen=True, slots=True)
class Update:
    """What came of an update.

    Attributes:
        done: whether the condition held.
        attributes: of the entry, as boto3 gives them: after the update if it was done, else as the
            update found them; empty if there was no entry.
    """

    done: bool
    attributes: Mapping[str, Any]


class Entries:
    """The entries of runs, by the run's id and the entry's name; each carries the format."""

    def __init__(self, table: "TableResource") -> None:
        self._table = table

    def update(
        self,
        run_id: str,
        entry: str,
        attributes: Mapping[str, Any],
        *,
        actions: str = "",
        condition: str = "",
        values: Mapping[str, Any] | None = None,
    ) -> Update:
        """Set attributes of an entry, which is created if it does not exist.

        Args:
            run_id: of the run.
            entry: its name.
            attributes: by name.
            actions: what else to change, as clauses of DynamoDB's update expressions.
            condition: under which the entry is changed; with none it always is.
            values: further values of actions and condition.

        Actions and condition write `#name` for an attribute, and `:name` for one of the
        attributes or values given here.

        Raises:
            FormatError: the entry has another format.
        """
        named_values = to_dynamodb({**attributes, **(values or {}), "format": FORMAT})
        changes = ", ".join(f"#{name} = :{name}" for name in [*attributes, "format"])
        expression = f"SET {changes} {actions}".rstrip()
        guarded = f"{_NEW_OR_READABLE} AND ({condition})" if condition else _NEW_OR_READABLE
        try:
            changed = self._table.update_item(
                Key={Table.PARTITION: run_id, Table.SORT: entry},
                UpdateExpression=expression,
                ConditionExpression=guarded,
                ExpressionAttributeNames={
                    f"#{name}": name for name in _NAME.findall(f"{expression} {guarded}")
                },
                ExpressionAttributeValues={
                    f":{name}": value for name, value in named_values.items()
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._table.meta.client.exceptions.ConditionalCheckFailedException as refusal:
            return Update(done=False, attributes=_found(refusal, f"entry {entry} of run {run_id}"))
        return Update(done=True, attributes=changed["Attributes"])

    def put_all(self, run_id: str, entries: Iterable[NamedEntry]) -> int:
        """Write entries of a run, and return how many.

        What a busy table leaves unwritten is sent again after a pause. A step that is repeated
        writes the same once more.

        Args:
            run_id: of the run.
            entries: by name.

        Raises:
            TableBusyError: the table took nothing in many tries.
        """
        written = 0
        for batch in _batches(entries):
            self._put([_put_request(run_id, name, entry) for name, entry in batch])
            written += len(batch)
        return written

    def _put(self, requests: Sequence[Any]) -> None:
        """Write a batch; retry what the table leaves unwritten.

        boto3's own batch writer retries at once, without a pause and without an end.
        """
        tries = fruitless = 0
        left = self._unwritten(requests)
        while left:
            fruitless = fruitless + 1 if len(left) == len(requests) else 0
            if fruitless == _MAX_FRUITLESS_TRIES:
                raise TableBusyError(
                    f"table {self._table.name} took none of {len(left)} entries in {fruitless}"
                    " tries, must take writes; see its throttled requests in CloudWatch, then"
                    " redrive the execution"
                )
            time.sleep(random() * min(_FIRST_BACK_OFF_S * 2**tries, _MAX_BACK_OFF_S))  # noqa: S311 - chance, not a secret
            tries += 1
            requests, left = left, self._unwritten(left)

    def _unwritten(self, requests: Sequence[Any]) -> Sequence[Any]:
        """Send a batch once, and return what the table did not write."""
        name = self._table.name
        try:
            response = self._table.meta.client.batch_write_item(RequestItems={name: requests})
        except ClientError as error:
            if error.response["Error"]["Code"] in _THROTTLED:
                return requests
            raise
        return response.get("UnprocessedItems", {}).get(name, [])


def _found(refusal: ClientError, name: str) -> dict[str, Any]:
    """Return the entry that a refused update found, empty if there was none."""
    typed: Any = refusal.response.get("Item", {})
    found = {each: _DESERIALIZER.deserialize(value) for each, value in typed.items()}
    if found:
        check_format(found.get("format"), name)
    return found


def _put_request(run_id: str, name: str, entry: VoteRecord | FinalRecord | CurvePoint) -> Any:
    keys = {Table.PARTITION: run_id, Table.SORT: name, "format": FORMAT}
    return {"PutRequest": {"Item": {**keys, **to_dynamodb(msgspec.to_builtins(entry))}}}


def _batches(entries: Iterable[NamedEntry]) -> Iterator[list[NamedEntry]]:
    rest = iter(entries)
    while batch := list(islice(rest, _MAX_ENTRIES_PER_CALL)):
        yield batch
