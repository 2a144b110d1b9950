"""The records of runs: one has one execution, ends once, and goes on when that is redriven."""

from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from botocore.exceptions import ClientError

from lambdas.aws.entries import Entries
from lambdas.aws.values import plain
from lambdas.contract import Table
from lambdas.core.ending import Reason
from lambdas.core.errors import RunEndedError

# A run of this execution that goes on.
_LIVE = "execution_arn = :arn AND #status IN (:planning, :running)"
_LIVE_STATUSES = {":planning": "planning", ":running": "running"}
_STATUS = {"#status": "status"}
_PLACES = "live"
# What the record of a run that goes on has not: how it ended, and the report of what had come.
_OF_THE_END = f"REMOVE reason, message, ended_at, report_key, results, {_PLACES}"
_DESERIALIZER = TypeDeserializer()


class RunRecords(Entries):
    """Each run's own entry, by its id."""

    def claim(self, run_id: str, execution_arn: str, started_at: str) -> bool:
        """Begin a run's record, and return whether it is this execution's.

        A second delivery of one upload finds the record of the first. An execution's ARN comes
        again with its name after 90 days; with its start it is the execution's own, redriven.
        """
        try:
            self._table.update_item(
                Key={Table.PARTITION: run_id, Table.SORT: Table.RUN_ENTRY},
                UpdateExpression="SET #listed = :listed, started_at = :started,"
                f" #status = :planning, execution_arn = :arn {_OF_THE_END}, refused",
                ConditionExpression="attribute_not_exists(run_id)"
                " OR (execution_arn = :arn"
                " AND (attribute_not_exists(started_at) OR started_at = :started))",
                ExpressionAttributeNames={"#listed": Table.INDEX_PARTITION, **_STATUS},
                ExpressionAttributeValues={
                    ":listed": Table.LISTED,
                    ":started": started_at,
                    ":planning": "planning",
                    ":arn": execution_arn,
                },
            )
        except self.refused:
            return False
        return True

    def update_run(
        self, run_id: str, execution_arn: str, *, no_job_is_live: bool = False, **attributes: Any
    ) -> dict[str, Any]:
        """Set attributes of a run's record while it is this execution's and has not ended.

        A status that it has already may be set again: a step may be repeated. Between waves
        `no_job_is_live`: a place that a step took after its job had ended is given back.

        Returns:
            The record as it is then.

        Raises:
            RunEndedError: the run has been stopped or has failed.
        """
        again = " OR (execution_arn = :arn AND #status = :status)" if "status" in attributes else ""
        try:
            changed = self.update(
                run_id,
                Table.RUN_ENTRY,
                attributes,
                names=_STATUS,
                without=[_PLACES] if no_job_is_live else [],
                ConditionExpression=_LIVE + again,
                ReturnValues="ALL_NEW",
                values={":arn": execution_arn, **_LIVE_STATUSES},
            )
        except self.refused as error:
            raise RunEndedError(f"run {run_id} has ended; nothing more is done for it") from error
        return {name: plain(value) for name, value in changed.items()}

    def fail_run(
        self,
        run_id: str,
        execution_arn: str,
        why: Reason,
        ended_at: str,
        redrives: int | None = None,
    ) -> Reason | None:
        """Mark an execution's run failed, unless it has ended already.

        Args:
            run_id: of the run.
            execution_arn: of the execution that failed.
            why: it did.
            ended_at: ISO 8601.
            redrives: how often the execution had been redriven when it ended, `None` unless told.
                What is told late of an end that the run has outlived is passed over.

        Returns:
            Why the run failed: the first reason given, now or before. `None` where the run is not
            this execution's, as for a second delivery, has succeeded, or goes on again.
        """
        changes = {"reason": why.reason, "message": why.message, "ended_at": ended_at}
        late = "" if redrives is None else " AND (attribute_not_exists(redrives) OR redrives <= :n)"
        try:
            self.update(
                run_id,
                Table.RUN_ENTRY,
                {"status": "failed", **changes},
                without=[_PLACES],
                ConditionExpression=_LIVE + late,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                values={":arn": execution_arn, **_LIVE_STATUSES}
                | ({} if redrives is None else {":n": redrives}),
            )
        except self.refused as error:
            before = record_before(error)
            if (before.get("execution_arn"), before.get("status")) != (execution_arn, "failed"):
                return None
            return Reason(before["reason"], before["message"])
        return why

    def reopen(
        self, run_id: str, execution_arn: str, redrives: int, *, or_open: bool = True
    ) -> dict[str, Any] | None:
        """Let a run go on whose execution has failed and been redriven since.

        A step may be repeated, and several find it open again: once reopened, it is so for all,
        if `or_open`. A run that was not marked failed, for Abort failed as well, goes on too.

        Returns:
            The record as it is then; `None` where the run stays as it is.
        """
        if not redrives:
            return None
        try:
            changed = self._table.update_item(
                Key={Table.PARTITION: run_id, Table.SORT: Table.RUN_ENTRY},
                UpdateExpression="SET #status = :running, redrives = :n, execution_arn = :arn"
                f" {_OF_THE_END}",
                ConditionExpression="attribute_not_exists(run_id) OR (execution_arn = :arn"
                " AND #status IN (:failed, :planning, :running)"
                " AND (attribute_not_exists(redrives) OR redrives < :n))",
                ExpressionAttributeNames=_STATUS,
                ExpressionAttributeValues={
                    ":arn": execution_arn,
                    ":running": "running",
                    ":failed": "failed",
                    ":planning": "planning",
                    ":n": redrives,
                },
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )["Attributes"]
        except self.refused as error:
            changed = record_before(error)
            open_again = (execution_arn, "running", redrives)
            found = tuple(changed.get(name) for name in ("execution_arn", "status", "redrives"))
            if found != open_again or not or_open:
                return None
        return {name: plain(value) for name, value in changed.items()}

    def note_refusal(self, run_id: str, execution_arn: str, job: str) -> None:
        """Note that a job is refused: until it is asked for anew, no further wave is laid out.

        Raises:
            RunEndedError: the run has been stopped or has failed.
        """
        try:
            self._table.update_item(
                Key={Table.PARTITION: run_id, Table.SORT: Table.RUN_ENTRY},
                UpdateExpression="ADD refused :one DELETE live :one",
                ConditionExpression=_LIVE,
                ExpressionAttributeNames=_STATUS,
                ExpressionAttributeValues={":one": {job}, ":arn": execution_arn, **_LIVE_STATUSES},
            )
        except self.refused as error:
            raise RunEndedError(f"run {run_id} has ended; nothing more is done for it") from error

    def has_failed(self, run_id: str, execution_arn: str) -> bool:
        """Return whether an execution's run is failed still, and has not been redriven."""
        try:
            self.update(
                run_id,
                Table.RUN_ENTRY,
                {"status": "failed"},
                ConditionExpression="execution_arn = :arn AND #status = :status",
                values={":arn": execution_arn},
            )
        except self.refused:
            return False
        return True


def record_before(error: ClientError) -> dict[str, Any]:
    """Return the record that a refused update found, empty where there is none."""
    found: Any = error.response.get("Item", {})
    return {name: _DESERIALIZER.deserialize(value) for name, value in found.items()}
