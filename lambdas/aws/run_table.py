"""The table of runs: how each run stands, its jobs and their slots, waves, accuracies and votes."""

from collections.abc import Set
from functools import cache
from typing import Any

import msgspec
from boto3.dynamodb.conditions import Key

from lambdas.aws.clients import table_resource
from lambdas.aws.dynamodb import Entries, Update
from lambdas.contract import Table
from lambdas.contract.entries import JobEntry, RunEntry, wave_of
from lambdas.contract.environment import environment
from lambdas.contract.jobs import Job
from lambdas.contract.keys import (
    JOB_PREFIX,
    REFUSED,
    WAVE_PREFIX,
    job_entry,
    slot_name,
    wave_entry,
)
from lambdas.contract.schema import RunStatus
from lambdas.contract.votes import WaveSummary
from lambdas.core.errors import FailureReason, RunEndedError

_PLANNING: RunStatus = "planning"
_RUNNING: RunStatus = "running"
_FAILED: RunStatus = "failed"
_STATUSES = {"planning": _PLANNING, "running": _RUNNING, "failed": _FAILED}
# A run of this execution that has not ended.
_LIVE = "#execution_arn = :execution_arn AND #status IN (:planning, :running)"
_LIVE_STATUSES = {"planning": _PLANNING, "running": _RUNNING}
# A live run has neither an end nor a report of what came until an earlier end.
_FORGET_END = "REMOVE #reason, #message, #ended_at, #report_key, #outputs, #active_jobs"


class RunTable(Entries):
    """Runs by id: the run's own entry, and those of its jobs, waves, curve points and votes."""

    def claim(self, run_id: str, execution_arn: str, started_at: str) -> bool:
        """Create a run's entry, and return whether the run belongs to this execution.

        A second delivery of one upload finds the entry of the first. Step Functions may give a
        name, and so an ARN, again after 90 days; with the same start it is the same execution,
        redriven.
        """
        return self.update(
            run_id,
            Table.RUN_ENTRY,
            {
                Table.INDEX_PARTITION: Table.LISTED,
                "started_at": started_at,
                "status": _PLANNING,
                "execution_arn": execution_arn,
            },
            actions=f"{_FORGET_END}, #refused",
            condition="attribute_not_exists(#run_id) OR (#execution_arn = :execution_arn AND"
            " (attribute_not_exists(#started_at) OR #started_at = :started_at))",
        ).done

    def update_run(
        self, run_id: str, execution_arn: str, changes: RunEntry, *, release_slots: bool = False
    ) -> RunEntry:
        """Set what a run's entry says, while the run is this execution's and has not ended.

        The same status may be set again, because a step may be repeated.

        Args:
            run_id: of the run.
            execution_arn: of its execution.
            changes: the members that are set.
            release_slots: whether to release all slots; between waves no job is live, but a
                repeated step may have acquired a slot after its job had ended.

        Returns:
            The whole entry after the update.

        Raises:
            RunEndedError: the run was stopped or failed.
        """
        repeated = "(#execution_arn = :execution_arn AND #status = :status)"
        updated = self.update(
            run_id,
            Table.RUN_ENTRY,
            changes.to_attributes(),
            actions="REMOVE #active_jobs" if release_slots else "",
            condition=_LIVE if changes.status is None else f"{_LIVE} OR {repeated}",
            values={"execution_arn": execution_arn, **_LIVE_STATUSES},
        )
        if not updated.done:
            raise _ended(run_id, "nothing more is done for it")
        return _run(updated, run_id)

    def fail_run(
        self,
        run_id: str,
        execution_arn: str,
        why: FailureReason,
        ended_at: str,
        redrives: int | None = None,
    ) -> FailureReason | None:
        """Mark an execution's run as failed, unless it has ended already.

        Args:
            run_id: of the run.
            execution_arn: of the execution that failed.
            why: it failed.
            ended_at: ISO 8601.
            redrives: how often the execution had been redriven when it ended, `None` if unknown.
                A late message about an end before the run's last redrive changes nothing.

        Returns:
            Why the run failed: the first reason given, now or before. `None` if the run belongs to
            another execution, as after a second delivery, has succeeded, or was redriven since.
        """
        late = (
            "" if redrives is None else " AND (attribute_not_exists(#redrives) OR #redrives <= :n)"
        )
        failed = RunEntry(status=_FAILED, reason=why.reason, message=why.message, ended_at=ended_at)
        updated = self.update(
            run_id,
            Table.RUN_ENTRY,
            failed.to_attributes(),
            actions="REMOVE #active_jobs",
            condition=_LIVE + late,
            values={"execution_arn": execution_arn, **_LIVE_STATUSES}
            | ({} if redrives is None else {"n": redrives}),
        )
        found = _run(updated, run_id)
        if (found.execution_arn, found.status) != (execution_arn, _FAILED):
            return None
        return FailureReason(found.reason, found.message)

    def reopen(
        self, run_id: str, execution_arn: str, redrives: int, *, or_open: bool = True
    ) -> RunEntry | None:
        """Reopen a failed run, if its execution was redriven since it failed.

        Also reopens a run that Abort never managed to mark as failed.

        Args:
            run_id: of the run.
            execution_arn: of its execution.
            redrives: of the execution; 0 reopens nothing.
            or_open: whether a run that another step already reopened for this redrive counts.

        Returns:
            The run's entry; `None` if the run stays as it is.
        """
        if not redrives:
            return None
        updated = self.update(
            run_id,
            Table.RUN_ENTRY,
            {"status": _RUNNING, "redrives": redrives, "execution_arn": execution_arn},
            actions=_FORGET_END,
            condition="attribute_not_exists(#run_id) OR (#execution_arn = :execution_arn"
            " AND #status IN (:planning, :running, :failed)"
            " AND (attribute_not_exists(#redrives) OR #redrives < :redrives))",
            values=_STATUSES,
        )
        found = _run(updated, run_id)
        is_open = (execution_arn, _RUNNING, redrives)
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
        running = {"status": _RUNNING}
        if not self.update(run_id, Table.RUN_ENTRY, running, condition="#status = :status").done:
            raise _ended(run_id, "nothing more is submitted")

    def acquire_slot(self, job: Job) -> bool:
        """Acquire one of the run's slots for live jobs; `False` if all are taken.

        `active_jobs` is a counting semaphore: the Map state runs as many children as the stack
        allows, and a run may ask for fewer jobs at once. A job that has a slot keeps it.

        Raises:
            RunEndedError: the run was stopped or failed.
        """
        slot = slot_name(job.wave, job.job)
        updated = self.update(
            job.run_id,
            Table.RUN_ENTRY,
            {},
            actions="ADD #active_jobs :slots DELETE #refused :slots",
            condition="#status = :running AND (attribute_not_exists(#active_jobs)"
            " OR size(#active_jobs) < :limit OR contains(#active_jobs, :slot))",
            values={"slots": {slot}, "slot": slot, "limit": job.jobs_at_once, "running": _RUNNING},
        )
        if not updated.done and _run(updated, job.run_id).status != _RUNNING:
            raise _ended(job.run_id, "nothing more is submitted")
        return updated.done

    def release_slot(self, job: Job, *, refused: bool = False) -> None:
        """Release a job's slot; mark the job as refused if it ran and has refused records."""
        self.update(
            job.run_id,
            Table.RUN_ENTRY,
            {},
            actions=f"{'ADD #refused :slots ' if refused else ''}DELETE #active_jobs :slots",
            values={"slots": {slot_name(job.wave, job.job)}},
        )

    def readmit_refused(self, run_id: str) -> None:
        """Forget which jobs are refused, before the last wave's jobs are repeated.

        Each of them that is refused once more is marked again.
        """
        self.update(run_id, Table.RUN_ENTRY, {}, actions="REMOVE #refused")

    def refuse_job(self, job: Job, why: str) -> None:
        """Mark a job as refused and release its slot.

        Other jobs' answers are voted on and reported all the same. No further wave is planned
        until the job is submitted again, because money spent on a run without some of its jobs
        may be wasted; a redriven run submits the job again.

        Raises:
            RunEndedError: the run was stopped or failed.
        """
        self.update_job(job, JobEntry(status=REFUSED, message=why))
        updated = self.update(
            job.run_id,
            Table.RUN_ENTRY,
            {},
            actions="ADD #refused :slots DELETE #active_jobs :slots",
            condition=_LIVE,
            values={
                "slots": {slot_name(job.wave, job.job)},
                "execution_arn": job.execution_arn,
                **_LIVE_STATUSES,
            },
        )
        if not updated.done:
            raise _ended(job.run_id, "nothing more is done for it")

    def update_job(self, job: Job, changes: JobEntry) -> JobEntry:
        """Set what a job's entry says, and return the whole entry."""
        entry = job_entry(job.wave, job.job)
        return _job(self.update(job.run_id, entry, changes.to_attributes()), job)

    def acquire_lease(self, job: Job, *, now: float, until: float) -> Set[str] | None:
        """Acquire the lease on a job's records; `None` while another invocation has it.

        Step Functions may repeat a step whose first invocation still runs. The lease of an
        invocation that died ends by itself.

        Args:
            job: whose records are to be invoked.
            now: epoch seconds.
            until: when the lease ends, in epoch seconds.

        Returns:
            The ids of records that were in flight when an earlier invocation died.
        """
        updated = self.update(
            job.run_id,
            job_entry(job.wave, job.job),
            {"lease_until": until},
            condition="attribute_not_exists(#lease_until) OR #lease_until <= :now",
            values={"now": now},
        )
        return _job(updated, job).in_flight if updated.done else None

    def release_lease(self, job: Job, *, until: float) -> None:
        """End the lease that was to last until then, unless another one has begun."""
        self.update(
            job.run_id,
            job_entry(job.wave, job.job),
            {},
            actions="REMOVE #lease_until",
            condition="#lease_until = :until",
            values={"until": until},
        )

    def mark_started(self, job: Job, record_id: str) -> None:
        """Note that a record is in flight; it is not sent again if this invocation dies."""
        self._change_in_flight(job, "ADD", record_id)

    def mark_done(self, job: Job, record_id: str) -> None:
        """Note that a record's reply is stored, or that its call was not carried out."""
        self._change_in_flight(job, "DELETE", record_id)

    def put_wave(self, run_id: str, summary: WaveSummary) -> None:
        """Write what a wave asks for, and what it decided once it has ended."""
        self.update(run_id, wave_entry(summary.wave), msgspec.to_builtins(summary))

    def jobs(self, run_id: str) -> list[JobEntry]:
        """Return the entries of a run's jobs, in order."""
        return [
            JobEntry.of(item, f"a job of run {run_id}") for item in self._query(run_id, JOB_PREFIX)
        ]

    def waves(self, run_id: str) -> list[WaveSummary]:
        """Return the summaries of a run's waves, in order."""
        return [
            wave_of(item, f"a wave of run {run_id}") for item in self._query(run_id, WAVE_PREFIX)
        ]

    def _change_in_flight(self, job: Job, action: str, record_id: str) -> None:
        self.update(
            job.run_id,
            job_entry(job.wave, job.job),
            {},
            actions=f"{action} #in_flight :ids",
            values={"ids": {record_id}},
        )

    def _query(self, run_id: str, prefix: str) -> list[dict[str, Any]]:
        of_run = Key(Table.PARTITION).eq(run_id) & Key(Table.SORT).begins_with(prefix)
        # Report reads the entries as soon as the last Collect has written what it counted.
        query: Any = {"KeyConditionExpression": of_run, "ConsistentRead": True}
        page = self._table.query(**query)
        found = page["Items"]
        while start := page.get("LastEvaluatedKey"):
            page = self._table.query(**query, ExclusiveStartKey=start)
            found += page["Items"]
        return found


@cache
def run_table() -> RunTable:
    """Return the stack's table."""
    return RunTable(table_resource(environment().table))


def _run(updated: Update, run_id: str) -> RunEntry:
    return RunEntry.of(updated.attributes, f"run {run_id}")


def _job(updated: Update, job: Job) -> JobEntry:
    return JobEntry.of(updated.attributes, f"job {job.job} of run {job.run_id}")


def _ended(run_id: str, consequence: str) -> RunEndedError:
    return RunEndedError(f"run {run_id} has ended; {consequence}")
