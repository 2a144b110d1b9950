"""Slots for the live jobs of a run: how many there may be at once, and which jobs have one."""

from lambdas.aws.dynamodb import Update
from lambdas.aws.job_entries import JobEntries
from lambdas.contract import Table
from lambdas.contract.entries import JobEntry, RunEntry
from lambdas.contract.jobs import Job
from lambdas.contract.keys import REFUSED, SKIPPED, job_entry, slot_name
from lambdas.contract.schema import RunStatus
from lambdas.core.errors import RunEndedError
from lambdas.core.outputs.readability import CollectedPaths

PLANNING: RunStatus = "planning"
RUNNING: RunStatus = "running"
# A run of this execution that has not ended.
LIVE = "#execution_arn = :execution_arn AND #status IN (:planning, :running)"
LIVE_STATUSES = {"planning": PLANNING, "running": RUNNING}
_NO_CHANGES = JobEntry()


class JobSlots(JobEntries):
    """The slots in a run's own entry, and the entries of the jobs that have or had one."""

    def acquire_slot(self, job: Job, changes: JobEntry = _NO_CHANGES) -> JobEntry | None:
        """Acquire one of the run's slots for live jobs, then set what the job's entry says.

        `active_jobs` is a counting semaphore: the Map state runs as many children as the stack
        allows, and a run may ask for fewer jobs at once. A job that has a slot keeps it.

        A late copy of a step must not keep the slot that Collect has given back. Two entries take
        part, and the order of their updates suffices: this method takes the slot first and then
        looks at the job; Collect marks the job first and then releases its slot. So either this
        method finds the job collected and gives the slot back, or Collect releases it afterwards.
        A copy that dies in between leaves a slot with a collected job: whoever finds all slots
        taken looks at the first of them, and releases one of that kind.

        Args:
            job: that needs a slot.
            changes: what its entry is to say once it has the slot.

        Returns:
            The job's entry, `is_over` if nothing is left to do for the job, which then has no slot;
            `None` if all slots are taken.

        Raises:
            RunEndedError: the run was stopped or failed.
        """
        slot = slot_name(job.wave, job.job)
        updated = self.update(
            job.run_id,
            Table.RUN_ENTRY,
            {},
            actions="ADD #active_jobs :slots",
            condition="#status = :running AND (attribute_not_exists(#active_jobs)"
            " OR size(#active_jobs) < :limit OR contains(#active_jobs, :slot))",
            values={"slots": {slot}, "slot": slot, "limit": job.jobs_at_once, "running": RUNNING},
        )
        run = run_of(updated, job.run_id)
        if updated.done:
            return self._begin_job(job, run, changes)
        if run.status != RUNNING:
            raise ended_error(job.run_id, "nothing more is submitted")
        self._release_if_collected(job.run_id, min(run.active_jobs))
        return None

    def release_slot(self, job: Job, collected: JobEntry | None = None) -> None:
        """Release a job's slot, and add what it collected to the run's counts.

        Both are one update: a job that gets the slot finds the counts, and a repeated Collect
        finds no slot and adds nothing.
        """
        slot = slot_name(job.wave, job.job)
        counts, adds = {}, ""
        if collected is not None:
            paths = CollectedPaths.of(collected)
            counts = {"jobs": 1, "paths": paths.answered, "unread": paths.unread}
            adds = "ADD #collected_jobs :jobs, #collected_paths :paths, #unread_paths :unread"
        self.update(
            job.run_id,
            Table.RUN_ENTRY,
            {},
            actions=f"DELETE #active_jobs :slots {adds}".rstrip(),
            condition="contains(#active_jobs, :slot)",
            values={"slots": {slot}, "slot": slot, **counts},
        )

    def collect_job(self, job: Job, figures: JobEntry) -> None:
        """Set what Collect found, then release the job's slot; `acquire_slot` relies on the order.

        A job that is collected already keeps its figures.
        """
        self.update_job(job, figures)
        self.release_slot(job, figures if figures.collected else None)

    def note_refused(self, job: Job) -> None:
        """Mark a job that ran and has refused records as refused, before it is collected.

        Not with its slot: a redriven Collect has none. Not once it is collected: a copy that comes
        after a redrive would mark it again.
        """
        self._change_slots(job.run_id, "ADD #refused :slots", slot_name(job.wave, job.job))

    def skip_job(self, job: Job) -> None:
        """Mark a job as skipped, because its run was stopped, and release its slot."""
        self.update_job(job, JobEntry(status=SKIPPED, message=""))
        self.release_slot(job)

    def refuse_job(self, job: Job, why: str) -> None:
        """Mark a job as refused and release its slot.

        Other jobs' answers are voted on and reported all the same. No further wave is planned
        until the job is submitted again, because money spent on a run without some of its jobs
        may be wasted; a redriven run submits the job again.

        Raises:
            RunEndedError: the run was stopped or failed.
        """
        updated = self.update(
            job.run_id,
            Table.RUN_ENTRY,
            {},
            actions="ADD #refused :slots DELETE #active_jobs :slots",
            condition=LIVE,
            values={
                "slots": {slot_name(job.wave, job.job)},
                "execution_arn": job.execution_arn,
                **LIVE_STATUSES,
            },
        )
        if not updated.done:
            raise ended_error(job.run_id, "nothing more is done for it")
        redrives = run_of(updated, job.run_id).redrives
        self.update_job(job, JobEntry(status=REFUSED, message=why, refused_in=redrives))

    def _begin_job(self, job: Job, run: RunEntry, changes: JobEntry) -> JobEntry:
        """Set what the entry of a job with a slot says; give the slot back if the job is over."""
        untried = "(attribute_not_exists(#refused_in) OR #refused_in < :redrives)"
        entry = self._change_job(job, changes, untried, {"redrives": run.redrives})
        if entry.is_over:
            self.release_slot(job)
        elif (slot := slot_name(job.wave, job.job)) in run.refused:
            self._change_slots(job.run_id, "DELETE #refused :slots", slot)
        return entry

    def _release_if_collected(self, run_id: str, slot: str) -> None:
        wave, name = slot.split("-", 1)
        collected = self.update(
            run_id,
            job_entry(int(wave), name),
            {},
            condition="#collected = :yes",
            values={"yes": True},
        )
        if collected.done:
            self._change_slots(run_id, "DELETE #active_jobs :slots", slot)

    def _change_slots(self, run_id: str, actions: str, slot: str) -> None:
        self.update(run_id, Table.RUN_ENTRY, {}, actions=actions, values={"slots": {slot}})


def run_of(updated: Update, run_id: str) -> RunEntry:
    """Return the run's entry as an update of it left it."""
    return RunEntry.of(updated.attributes, f"run {run_id}")


def ended_error(run_id: str, consequence: str) -> RunEndedError:
    """Return the error of a step whose run has ended."""
    return RunEndedError(f"run {run_id} has ended; {consequence}")
