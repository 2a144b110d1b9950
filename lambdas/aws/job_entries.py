"""The table's entries of jobs: each goes forwards only, and stays once its job is collected."""

from collections.abc import Mapping, Set
from typing import Any

from boto3.dynamodb.conditions import Key

from lambdas.aws.dynamodb import Entries, Update
from lambdas.contract import Table
from lambdas.contract.entries import JobEntry
from lambdas.contract.jobs import Job
from lambdas.contract.keys import JOB_PREFIX, job_entry
from lambdas.core.job_status import has_ended, statuses_after

# Holds for an entry without the member, too.
_UNCOLLECTED = "#collected <> :yes"


class JobEntries(Entries):
    """Entries of a run's jobs."""

    def update_job(self, job: Job, changes: JobEntry) -> JobEntry:
        """Set what a job's entry says, and return the whole entry.

        A step that comes late changes nothing: the entry stays as it is if the job is collected,
        or if its status comes after the one to be set.
        """
        return self._change_job(job, changes, "", {})

    def note_submitted(self, job: Job, changes: JobEntry) -> JobEntry:
        """Set the ARN of a job's batch job, and what goes with it, unless the entry has an ARN."""
        updated = self.update(
            job.run_id,
            job_entry(job.wave, job.job),
            changes.to_attributes(),
            condition=f"{_UNCOLLECTED} AND attribute_not_exists(#job_arn)",
            values={"yes": True},
        )
        return _job(updated, job)

    def acquire_lease(self, job: Job, *, now: float, until: float) -> Set[str] | None:
        """Acquire the lease on a job's records; `None` while another invocation has it.

        Step Functions may repeat a step whose first invocation still runs. The lease of an
        invocation that died ends by itself. Nobody gets the lease on a collected job.

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
            condition=f"{_UNCOLLECTED}"
            " AND (attribute_not_exists(#lease_until) OR #lease_until <= :now)",
            values={"yes": True, "now": now},
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

    def jobs(self, run_id: str) -> list[JobEntry]:
        """Return the entries of a run's jobs, in order."""
        return [
            JobEntry.of(item, f"a job of run {run_id}") for item in self._query(run_id, JOB_PREFIX)
        ]

    def _change_job(
        self, job: Job, changes: JobEntry, condition: str, values: Mapping[str, Any]
    ) -> JobEntry:
        """Update a job's entry unless its status would go backwards or the job is collected."""
        later = {f"later_{n}": each for n, each in enumerate(statuses_after(changes.status))}
        conditions = [_UNCOLLECTED, condition] if condition else [_UNCOLLECTED]
        if later:
            listed = ", ".join(f":{name}" for name in later)
            # An ended job is looked at again until its output is there, and then has its end.
            ends = "attribute_not_exists(#ended_at) OR " if has_ended(changes.status) else ""
            conditions.append(f"({ends}attribute_not_exists(#status) OR NOT #status IN ({listed}))")
        updated = self.update(
            job.run_id,
            job_entry(job.wave, job.job),
            changes.to_attributes(),
            condition=" AND ".join(conditions),
            values={"yes": True, **later, **values},
        )
        return _job(updated, job)

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


def _job(updated: Update, job: Job) -> JobEntry:
    return JobEntry.of(updated.attributes, f"job {job.job} of run {job.run_id}")
