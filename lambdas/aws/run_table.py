"""The table of runs: how each run stands, its jobs and their slots, waves, accuracies and votes."""

from functools import cache

import msgspec

from lambdas.aws.clients import table_resource
from lambdas.aws.dynamodb import Update
from lambdas.aws.job_slots import (
    LIVE,
    LIVE_STATUSES,
    PLANNING,
    RUNNING,
    JobSlots,
    ended_error,
    run_of,
)
from lambdas.contract import Table
from lambdas.contract.entries import RunEntry, UploadEntry, wave_of
from lambdas.contract.environment import environment
from lambdas.contract.keys import WAVE_PREFIX, wave_entry
from lambdas.contract.schema import RunStatus
from lambdas.contract.votes import WaveSummary
from lambdas.core.errors import FailureReason, RunEndedError

# Uploads of one content closer together are one: an upload sent again, not a wish for two runs.
SAME_UPLOAD_S = 900
_FAILED: RunStatus = "failed"
_STATUSES = {**LIVE_STATUSES, "failed": _FAILED}
# A live run has neither an end nor a report of what came until an earlier end.
_FORGET_END = "REMOVE #reason, #message, #ended_at, #report_key, #outputs"
# Whether the entry is of an earlier attempt of the execution than the one redriven so often.
_EARLIER = "(attribute_not_exists(#redrives) OR #redrives < :redrives)"
_NOT_LATER = "(attribute_not_exists(#redrives) OR #redrives <= :redrives)"


class RunTable(JobSlots):
    """Runs by id: the run's own entry, and those of its jobs, waves, curve points and votes."""

    def claim(self, run_id: str, execution_arn: str, started_at: str, redrives: int = 0) -> bool:
        """Create a run's entry, and return whether this execution is to plan the run.

        It is not if the run belongs to another execution, or is planned. A second delivery of one
        upload finds the entry of the first. Step Functions may give a name, and so an ARN, again
        after 90 days; with the same start it is the same execution, redriven. The entry keeps the
        count of redrives, as after `reopen`; a late call from before the last one finds the run
        taken.
        """
        claimed = {
            Table.INDEX_PARTITION: Table.LISTED,
            "started_at": started_at,
            "status": PLANNING,
            "execution_arn": execution_arn,
        }
        return self.update(
            run_id,
            Table.RUN_ENTRY,
            claimed | ({"redrives": redrives} if redrives else {}),
            actions=f"{_FORGET_END}, #active_jobs, #refused",
            condition="attribute_not_exists(#run_id) OR (#execution_arn = :execution_arn AND"
            " (attribute_not_exists(#started_at) OR #started_at = :started_at) AND"
            f" attribute_not_exists(#questions) AND {_NOT_LATER})",
            values={"redrives": redrives},
        ).done

    def belongs_to(self, run_id: str, execution_arn: str) -> bool:
        """Return whether a run exists and is this execution's."""
        mine, condition = {"execution_arn": execution_arn}, "#execution_arn = :execution_arn"
        return self.update(run_id, Table.RUN_ENTRY, mine, condition=condition).done

    def claim_upload(self, partition: str, run_id: str, uploaded_s: float) -> str:
        """Note that an upload has a run, unless the same content has one already.

        An upload whose answer is lost is sent again, and then has two versions and two events. A
        run that has failed does not count: whoever uploads its files again, once what was missing
        is there, wants a run.

        Args:
            partition: of the content, by its key and ETag.
            run_id: of the upload.
            uploaded_s: epoch seconds.

        Returns:
            The id of the run that the content has: this one, or that of an upload of less than
            `SAME_UPLOAD_S` before or after.
        """
        claimed = {"claimed_by": run_id, "uploaded_s": uploaded_s}
        updated = self.update(
            partition,
            Table.UPLOAD_ENTRY,
            claimed,
            condition="attribute_not_exists(#claimed_by) OR #claimed_by = :claimed_by"
            " OR #uploaded_s <= :earlier OR #uploaded_s >= :later",
            values={"earlier": uploaded_s - SAME_UPLOAD_S, "later": uploaded_s + SAME_UPLOAD_S},
        )
        first = UploadEntry.of(updated.attributes, f"upload of run {run_id}").claimed_by
        if updated.done or not self._is_failed(first):
            return first
        condition, found = "#claimed_by = :first", {"first": first}
        taken = self.update(
            partition, Table.UPLOAD_ENTRY, claimed, condition=condition, values=found
        )
        return UploadEntry.of(taken.attributes, f"upload of run {run_id}").claimed_by

    def update_run(
        self, run_id: str, execution_arn: str, changes: RunEntry, redrives: int | None = None
    ) -> RunEntry:
        """Set what a run's entry says, while the run is this execution's and has not ended.

        The same status may be set again, because a step may be repeated.

        Args:
            run_id: of the run.
            execution_arn: of its execution.
            changes: the members that are set.
            redrives: of the attempt that the step belongs to. A late step of an earlier attempt
                changes nothing; `None` for a step that changes nothing that a redrive repeats.

        Returns:
            The whole entry after the update.

        Raises:
            RunEndedError: the run was stopped or failed.
        """
        repeated = "" if changes.status is None else ", :status"
        condition = (
            f"#execution_arn = :execution_arn AND #status IN (:planning, :running{repeated})"
        )
        fence = {} if redrives is None else {"redrives": redrives}
        if fence:
            condition += f" AND {_NOT_LATER}"
        updated = self.update(
            run_id,
            Table.RUN_ENTRY,
            changes.to_attributes(),
            condition=condition,
            values={"execution_arn": execution_arn, **LIVE_STATUSES, **fence},
        )
        if not updated.done:
            raise ended_error(run_id, "nothing more is done for it")
        return run_of(updated, run_id)

    def begin_wave(
        self, run_id: str, execution_arn: str, wave: int, redrives: int
    ) -> RunEntry | None:
        """Note that a wave is being planned, and release all slots: no job is live between waves.

        Args:
            run_id: of the run.
            execution_arn: of its execution.
            wave: to plan.
            redrives: of the attempt that plans it.

        Returns:
            The whole entry after the update; `None` if the wave is planned already: the step was
            repeated, and the wave's jobs may be live or over.

        Raises:
            RunEndedError: the run was stopped, failed, or was redriven since.
        """
        begun = RunEntry(next_wave=wave)
        release = "REMOVE #active_jobs"
        updated = self._update_wave(
            run_id, execution_arn, wave, begun, redrives=redrives, actions=release
        )
        return run_of(updated, run_id) if updated.done else None

    def finish_wave(
        self, run_id: str, execution_arn: str, planned: RunEntry, redrives: int
    ) -> None:
        """Set what a planned wave changes in the run's entry, unless it or a later one is there.

        Raises:
            RunEndedError: the run was stopped, failed, or was redriven since.
        """
        self._update_wave(run_id, execution_arn, planned.wave, planned, redrives=redrives)

    def fail_run(
        self,
        run_id: str,
        execution_arn: str,
        why: FailureReason,
        ended_at: str,
        redrives: int | None = None,
    ) -> FailureReason | None:
        """Mark an execution's run as failed, unless it has ended already in the same attempt.

        A redriven attempt may fail before any step of it reopens the run: its reason replaces that
        of the attempt before.

        Args:
            run_id: of the run.
            execution_arn: of the execution that failed.
            why: it failed.
            ended_at: ISO 8601.
            redrives: how often the execution had been redriven when it ended, `None` if unknown.
                A late message about an end before the run's last redrive changes nothing. The
                count is kept, so that a late step of this attempt does not reopen the run.

        Returns:
            Why the run failed: the first reason of the attempt. `None` if the run belongs to
            another execution, as after a second delivery, has succeeded, or was redriven since.
        """
        failed = RunEntry(status=_FAILED, reason=why.reason, message=why.message, ended_at=ended_at)
        counted = {} if redrives is None else {"redrives": redrives}
        condition = LIVE if redrives is None else f"{LIVE} AND {_NOT_LATER}"
        if redrives:
            condition += (
                f" OR (#execution_arn = :execution_arn AND #status = :status AND {_EARLIER})"
            )
        updated = self.update(
            run_id,
            Table.RUN_ENTRY,
            failed.to_attributes() | counted,
            actions="REMOVE #active_jobs",
            condition=condition,
            values={"execution_arn": execution_arn, **LIVE_STATUSES},
        )
        found = run_of(updated, run_id)
        if (found.execution_arn, found.status) != (execution_arn, _FAILED):
            return None
        return FailureReason(found.reason, found.message)

    def reopen(
        self,
        run_id: str,
        execution_arn: str,
        redrives: int,
        *,
        or_open: bool = True,
        release_slots: bool = False,
    ) -> RunEntry | None:
        """Reopen a failed run, if its execution was redriven since it failed.

        The count is also kept in a run that was never marked as failed: from then on a late
        message about an end before the redrive changes nothing.

        Args:
            run_id: of the run.
            execution_arn: of its execution.
            redrives: of the execution, or as many as are certain; 0 reopens nothing.
            or_open: whether a run that another step already reopened for this redrive counts.
            release_slots: whether to release all slots, which jobs of a run that was never marked
                as failed still have, and to forget which jobs are refused: the last wave's jobs are
                repeated, and each of them that is refused once more is marked again.

        Returns:
            The run's entry; `None` if the run stays as it is.
        """
        if not redrives:
            return None
        updated = self.update(
            run_id,
            Table.RUN_ENTRY,
            {"status": RUNNING, "redrives": redrives, "execution_arn": execution_arn},
            actions=f"{_FORGET_END}, #active_jobs, #refused" if release_slots else _FORGET_END,
            condition="attribute_not_exists(#run_id) OR (#execution_arn = :execution_arn"
            f" AND #status IN (:planning, :running, :failed) AND {_EARLIER})",
            values=_STATUSES,
        )
        found = run_of(updated, run_id)
        is_open = (execution_arn, RUNNING, redrives)
        if (found.execution_arn, found.status, found.redrives) != is_open:
            return None
        return found if updated.done or or_open else None

    def has_failed(self, run_id: str, execution_arn: str) -> bool:
        """Return whether an execution's run is still failed, so was not redriven."""
        return self.update(
            run_id,
            Table.RUN_ENTRY,
            {"status": _FAILED},
            condition="#execution_arn = :execution_arn AND #status = :status",
            values={"execution_arn": execution_arn},
        ).done

    def check_running(self, run_id: str) -> None:
        """Return if the run is running.

        Raises:
            RunEndedError: it was stopped or failed.
        """
        running = {"status": RUNNING}
        if not self.update(run_id, Table.RUN_ENTRY, running, condition="#status = :status").done:
            raise ended_error(run_id, "nothing more is submitted")

    def run(self, run_id: str, redrives: int | None = None) -> RunEntry:
        """Return a run's entry as its last update left it, empty if there is none.

        Args:
            run_id: of the run.
            redrives: of the attempt that the step belongs to, `None` for any.

        Raises:
            RunEndedError: the run was redriven since.
        """
        # Not GetItem: no step needs a further permission.
        exists = "attribute_exists(#run_id)"
        found = run_of(self.update(run_id, Table.RUN_ENTRY, {}, condition=exists), run_id)
        if redrives is not None and found.redrives > redrives:
            raise RunEndedError(
                f"run {run_id} was redriven; nothing is done for the attempt before"
            )
        return found

    def put_wave(self, run_id: str, summary: WaveSummary, *, ended: bool) -> None:
        """Write what a wave asks for, if nothing is written yet; what it decided once it ended."""
        self.update(
            run_id,
            wave_entry(summary.wave),
            msgspec.to_builtins(summary),
            condition="" if ended else "attribute_not_exists(#wave)",
        )

    def waves(self, run_id: str) -> list[WaveSummary]:
        """Return the summaries of a run's waves, in order."""
        return [
            wave_of(item, f"a wave of run {run_id}") for item in self._query(run_id, WAVE_PREFIX)
        ]

    def _is_failed(self, run_id: str) -> bool:
        failed = {"status": _FAILED}
        return self.update(run_id, Table.RUN_ENTRY, failed, condition="#status = :status").done

    def _update_wave(
        self,
        run_id: str,
        execution_arn: str,
        wave: int,
        changes: RunEntry,
        *,
        redrives: int,
        actions: str = "",
    ) -> Update:
        """Update the run's entry unless it has the wave or a later one."""
        updated = self.update(
            run_id,
            Table.RUN_ENTRY,
            changes.to_attributes(),
            actions=actions,
            condition=f"{LIVE} AND {_NOT_LATER}"
            " AND (attribute_not_exists(#wave) OR #wave < :planned)",
            values={
                "execution_arn": execution_arn,
                "planned": wave,
                "redrives": redrives,
                **LIVE_STATUSES,
            },
        )
        found = run_of(updated, run_id)
        is_live = found.execution_arn == execution_arn and found.status in LIVE_STATUSES
        if not updated.done and not (is_live and found.redrives <= redrives):
            raise ended_error(run_id, "nothing more is done for it")
        return updated


@cache
def run_table() -> RunTable:
    """Return the stack's table."""
    return RunTable(table_resource(environment().table))
