"""Entries of the table, whatever they are of: set in part, or written many at a time."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from random import random
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.aws.values import stored
from lambdas.contract import Table
from lambdas.core.errors import TableBusyError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table as TableResource

# BatchWriteItem takes no more.
_MOST_A_CALL = 25
# A partition takes 1,000 writes a second, and a run's entries begin in one: several functions
# that write at once are told to wait now and then.
_FIRST_BACK_OFF_S, _SLOWEST_BACK_OFF_S = 0.1, 20.0
# Without a single entry taken: some ninety seconds, and the client's own tries of each call. With
# those the function, which has 15 minutes, can still say why it gives up.
_MOST_FRUITLESS = 16
_THROTTLED = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
    }
)


class Entries:
    """The entries of a run, by its id and their names."""

    def __init__(self, table: "TableResource") -> None:
        self._table = table

    @property
    def refused(self) -> type[ClientError]:
        """What is raised where the condition of a write does not hold."""
        return self._table.meta.client.exceptions.ConditionalCheckFailedException

    def put_all(self, run_id: str, entries: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
        """Write entries of a run, and return how many.

        What a busy table leaves unwritten is sent again after a pause. A step that is repeated
        writes the same once more.

        Raises:
            TableBusyError: the table took nothing in many tries.
        """
        written = 0
        for batch in _batches(entries):
            self._put([_put_of(run_id, entry, attributes) for entry, attributes in batch])
            written += len(batch)
        return written

    def update(
        self,
        run_id: str,
        entry: str,
        attributes: Mapping[str, Any],
        *,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        without: Sequence[str] = (),
        **conditions: Any,
    ) -> dict[str, Any]:
        """Set attributes of an entry, made if need be, and return what is asked to be returned.

        Args:
            run_id: of the run.
            entry: its name.
            attributes: by name; in conditions they are `#name` and `:name`.
            names: further names that the conditions use.
            values: further values that the conditions use.
            without: attributes to be taken away, none of them a reserved word.
            conditions: on which it is done at all, and what is returned, as DynamoDB's
                UpdateItem takes them.
        """
        changed = self._table.update_item(
            Key={Table.PARTITION: run_id, Table.SORT: entry},
            UpdateExpression="SET "
            + ", ".join(f"#{name} = :{name}" for name in attributes)
            + (f" REMOVE {', '.join(without)}" if without else ""),
            ExpressionAttributeNames={**{f"#{name}": name for name in attributes}, **(names or {})},
            ExpressionAttributeValues={
                **{f":{name}": value for name, value in stored(attributes).items()},
                **(values or {}),
            },
            **conditions,
        )
        return changed.get("Attributes", {})

    def _put(self, requests: Sequence[Any]) -> None:
        """Write a batch, what is left of it again and again.

        boto3's own batch writer sends what is left at once, without a pause and without an end.
        """
        tries = fruitless = 0
        left = self._left_of(requests)
        while left:
            fruitless = fruitless + 1 if len(left) == len(requests) else 0
            if fruitless == _MOST_FRUITLESS:
                raise TableBusyError(
                    f"table {self._table.name} took none of {len(left)} entries in {fruitless}"
                    " tries, must take writes; see its throttled requests in CloudWatch, then"
                    " redrive the execution"
                )
            time.sleep(random() * min(_FIRST_BACK_OFF_S * 2**tries, _SLOWEST_BACK_OFF_S))  # noqa: S311 - chance, not a secret
            tries += 1
            requests, left = left, self._left_of(left)

    def _left_of(self, requests: Sequence[Any]) -> Sequence[Any]:
        """Send a batch once, and return what of it was not written."""
        name = self._table.name
        try:
            told = self._table.meta.client.batch_write_item(RequestItems={name: requests})
        except ClientError as error:
            if error.response["Error"]["Code"] in _THROTTLED:
                return requests
            raise
        return told.get("UnprocessedItems", {}).get(name, [])


def _put_of(run_id: str, entry: str, attributes: Mapping[str, Any]) -> Any:
    keys = {Table.PARTITION: run_id, Table.SORT: entry}
    return {"PutRequest": {"Item": {**keys, **stored(attributes)}}}


def _batches(
    entries: Iterable[tuple[str, Mapping[str, Any]]],
) -> Iterator[list[tuple[str, Mapping[str, Any]]]]:
    rest = iter(entries)
    while batch := list(islice(rest, _MOST_A_CALL)):
        yield batch
