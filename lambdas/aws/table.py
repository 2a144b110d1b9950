"""The one table: how a run stands, its jobs and their places, its accuracies and answers."""

import os
from collections.abc import Set
from contextlib import suppress
from functools import cache
from typing import Any

from boto3.dynamodb.conditions import Key

from lambdas.aws.clients import table_resource
from lambdas.aws.run_records import RunRecords, record_before
from lambdas.aws.values import plain, stored
from lambdas.contract import Env, Table
from lambdas.core.errors import RunEndedError
from lambdas.core.keys import job_entry

# Records that are being asked for.
_CALLS = "calls"
# Until when a turn of Invoke asks for a job's records.
_TURN = "asking_until"


class RunTable(RunRecords):
    """Runs by id and entry."""

    def update_job(self, run_id: str, wave: int, job: str, /, **attributes: Any) -> None:
        """Set attributes of a job's record."""
        self.update(run_id, job_entry(wave, job), attributes)

    def updated_job(self, run_id: str, wave: int, job: str, /, **changes: Any) -> dict[str, Any]:
        """Set attributes of a job's record, and return the record."""
        return self.update(run_id, job_entry(wave, job), changes, ReturnValues="ALL_NEW")

    def take_turn(
        self, run_id: str, wave: int, job: str, *, now: float, until: float
    ) -> Set[str] | None:
        """Begin to ask for a job's records; `None` while another turn does.

        The workflow may call a step again whose first call still runs. Who dies without a word
        keeps the others waiting until the end of its time, in seconds since 1970.

        Returns:
            The ids of records that an earlier turn was asking for when it died.
        """
        try:
            noted = self.update(
                run_id,
                job_entry(wave, job),
                {_TURN: until},
                values={":now": stored(now)},
                ConditionExpression=f"attribute_not_exists({_TURN}) OR {_TURN} <= :now",
                ReturnValues="ALL_NEW",
            )
        except self.refused:
            return None
        return frozenset(noted.get(_CALLS, ()))

    def leave_turn(self, run_id: str, wave: int, job: str, *, until: float) -> None:
        """End the turn that was taken until then, if no other has begun."""
        with suppress(self.refused):
            self._table.update_item(
                Key={Table.PARTITION: run_id, Table.SORT: job_entry(wave, job)},
                UpdateExpression=f"REMOVE {_TURN}",
                ConditionExpression=f"{_TURN} = :until",
                ExpressionAttributeValues={":until": stored(until)},
            )

    def begin_call(self, run_id: str, wave: int, job: str, record_id: str) -> None:
        """Note that a record is being asked for, so that no other turn does if this one dies."""
        self._change_calls("ADD", run_id, job_entry(wave, job), record_id)

    def end_call(self, run_id: str, wave: int, job: str, record_id: str) -> None:
        """Note that what came of a call is kept, or that it was not carried out."""
        self._change_calls("DELETE", run_id, job_entry(wave, job), record_id)

    def _change_calls(self, change: str, run_id: str, entry: str, record_id: str) -> None:
        self._table.update_item(
            Key={Table.PARTITION: run_id, Table.SORT: entry},
            UpdateExpression=f"{change} {_CALLS} :one",
            ExpressionAttributeValues={":one": {record_id}},
        )

    def take_place(self, run_id: str, job: str, places: int) -> bool:
        """Take one of the run's places for live jobs; `False` where all are taken.

        The map runs as many children as the stack allows; this keeps a run that asks for fewer
        jobs at once to its word. A job that holds a place keeps it when it asks again.

        Raises:
            RunEndedError: the run has been stopped or has failed.
        """
        try:
            self._table.update_item(
                Key={Table.PARTITION: run_id, Table.SORT: Table.RUN_ENTRY},
                UpdateExpression="ADD live :one DELETE refused :one",
                ConditionExpression="#status = :running AND "
                "(attribute_not_exists(live) OR size(live) < :places OR contains(live, :job))",
                ExpressionAttributeNames={"#status": "status"},
                ExpressionAttributeValues={
                    ":one": {job},
                    ":job": job,
                    ":places": places,
                    ":running": "running",
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.refused as error:
            if record_before(error).get("status") != "running":
                raise RunEndedError(f"run {run_id} has ended; nothing more is submitted") from error
            return False
        return True

    def check_running(self, run_id: str) -> None:
        """Return where the run goes on.

        Raises:
            RunEndedError: it has been stopped or has failed.
        """
        try:
            going_on = {"status": "running"}
            self.update(run_id, Table.RUN_ENTRY, going_on, ConditionExpression="#status = :status")
        except self.refused as error:
            raise RunEndedError(f"run {run_id} has ended; nothing more is submitted") from error

    def leave_place(self, run_id: str, job: str) -> None:
        """Give a job's place back."""
        self._table.update_item(
            Key={Table.PARTITION: run_id, Table.SORT: Table.RUN_ENTRY},
            UpdateExpression="DELETE live :one",
            ExpressionAttributeValues={":one": {job}},
        )

    def jobs(self, run_id: str) -> list[dict[str, Any]]:
        """Return the records of a run's jobs, in their order."""
        return self._found(run_id, "job#")

    def waves(self, run_id: str) -> list[dict[str, Any]]:
        """Return the records of a run's waves, in their order."""
        return self._found(run_id, "wave#")

    def _found(self, run_id: str, prefix: str) -> list[dict[str, Any]]:
        wanted = Key(Table.PARTITION).eq(run_id) & Key(Table.SORT).begins_with(prefix)
        # Report asks as soon as the last Collect has noted what it counted.
        page = self._table.query(KeyConditionExpression=wanted, ConsistentRead=True)
        found = page["Items"]
        while start := page.get("LastEvaluatedKey"):
            page = self._table.query(
                KeyConditionExpression=wanted, ConsistentRead=True, ExclusiveStartKey=start
            )
            found += page["Items"]
        return [plain(record) for record in found]


@cache
def run_table() -> RunTable:
    """Return the stack's table."""
    return RunTable(table_resource(os.environ[Env.TABLE]))
