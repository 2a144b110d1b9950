"""A job that Bedrock refuses: noted with the job and with its run, which then ends incomplete."""

from lambdas.aws.table import run_table
from lambdas.core.errors import JobRefusedError
from lambdas.core.job_ends import REFUSED
from lambdas.core.jobs import Job
from lambdas.core.keys import place_name


def note_refused(job: Job, refused: JobRefusedError) -> None:
    """Note that a job is refused, and give its place back.

    What other jobs bring is voted on and reported all the same. No wave follows, for money spent
    on a run that lacks some of its jobs may be spent in vain; redriven, the run asks again.
    """
    table, why = run_table(), str(refused)
    table.update_job(job.run_id, job.wave, job.job, status=REFUSED, message=why)
    table.note_refusal(job.run_id, job.execution_arn, place_name(job.wave, job.job))
