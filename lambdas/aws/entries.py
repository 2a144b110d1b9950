"""Entries of the table, whatever they are of: set in part, or written many at a time."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.aws.values import stored
from lambdas.contract import Table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table as TableResource


class Entries:
    """The entries of a run, by its id and their names."""

    def __init__(self, table: "TableResource") -> None:
        self._table = table

    @property
    def refused(self) -> type[ClientError]:
        """What is raised where the condition of a write does not hold."""
        return self._table.meta.client.exceptions.ConditionalCheckFailedException

    def put_all(self, run_id: str, entries: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
        """Write entries of a run, and return how many."""
        written = 0
        with self._table.batch_writer() as batch:
            for entry, attributes in entries:
                batch.put_item(
                    Item={Table.PARTITION: run_id, Table.SORT: entry, **stored(attributes)}
                )
                written += 1
        return written

    def update(
        self,
        run_id: str,
        entry: str,
        attributes: Mapping[str, Any],
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        **conditions: Any,
    ) -> dict[str, Any]:
        """Set attributes of an entry, made if need be, and return what is asked to be returned.

        Args:
            run_id: of the run.
            entry: its name.
            attributes: by name; in conditions they are `#name` and `:name`.
            names: further names that the conditions use.
            values: further values that the conditions use.
            conditions: on which it is done at all, and what is returned, as DynamoDB's
                UpdateItem takes them.
        """
        changed = self._table.update_item(
            Key={Table.PARTITION: run_id, Table.SORT: entry},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in attributes),
            ExpressionAttributeNames={**{f"#{name}": name for name in attributes}, **(names or {})},
            ExpressionAttributeValues={
                **{f":{name}": value for name, value in stored(attributes).items()},
                **(values or {}),
            },
            **conditions,
        )
        return changed.get("Attributes", {})
