"""Collect: read a job's output, and write the answers found in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.run_files import questions_in, read_manifest, records_for
from lambdas.aws.run_table import run_table
from lambdas.aws.store import run_store
from lambdas.contract import INTERMEDIATE_TAG
from lambdas.contract.entries import JobEntry
from lambdas.contract.jobs import Job, OutputFigures
from lambdas.contract.keys import (
    REFUSED,
    SKIPPED,
    answers_key,
    output_folder,
    plan_key,
    row_keys,
)
from lambdas.contract.schema import Plan
from lambdas.core.answers.reader import answer_reader
from lambdas.core.job_clock import JobReceipt
from lambdas.core.outputs.counts import output_entry
from lambdas.core.outputs.errors import refusal_message
from lambdas.core.outputs.reader import MAX_ROW_BYTES, OutputReader
from lambdas.core.sampling.plan import form_of, shard_named
from lambdas.handlers.build import BuildReceipt
from lambdas.handlers.decorators import add_metric, logger, observed


@dataclass(frozen=True, slots=True)
class CollectTask(Job):
    """A job, and the receipts of Build and of the last look at the job."""

    input: BuildReceipt
    bedrock: JobReceipt


class CollectReceipt(TypedDict):
    """Paths with and without an answer, and those that did not come back."""

    answered: int
    unanswered: int
    missing_paths: int


@observed
def handler(task: object, context: LambdaContext) -> CollectReceipt:
    """Read the output whatever the job's status, because what is there is billed.

    A job that was refused as a whole, or skipped, is not marked as collected: a redriven run
    submits it again, unless it was stopped. One that ran, and has refused records, is collected and
    marked as refused as well: its answers stay, and a redriven run retries these records' paths. A
    copy of the step that finds the job collected reads nothing, so that no vote changes.
    """
    job = msgspec.convert(task, CollectTask)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)
    store, job_arn = run_store(), job.bedrock["job_arn"]
    left_out = job.bedrock["status"] in {REFUSED, SKIPPED}
    plan = store.read_document(plan_key(job.run_id), Plan)
    folder = output_folder(job.run_id, job.wave, job.job, job_arn)
    output_keys = store.keys(folder) if job_arn else []

    entry = run_table().update_job(job, JobEntry())
    if left_out and entry.status != job.bedrock["status"]:
        # A late copy: a redrive has submitted the job again.
        logger.info("found submitted again", status=entry.status)
        return _receipt(entry)
    if not entry.collected:
        changes = {"collected": not left_out, "output_keys": tuple(row_keys(output_keys))}
        entry = _with_refusal(job, _collect(plan, job, output_keys)).model_copy(update=changes)
        if entry.refused:
            run_table().note_refused(job)
    if left_out:
        # Whoever refused or skipped it has released its slot.
        run_table().update_job(job, entry)
    else:
        run_table().collect_job(job, entry)
        store.tag([*job.input_keys, *output_keys], INTERMEDIATE_TAG)

    _log(entry)
    return _receipt(entry)


def _receipt(entry: JobEntry) -> CollectReceipt:
    return {
        "answered": entry.answered,
        "unanswered": entry.unanswered,
        "missing_paths": entry.missing_paths,
    }


def _collect(plan: Plan, job: CollectTask, output_keys: Sequence[str]) -> JobEntry:
    """Write the answers of each slice, and return what the job's entry says of the output."""
    store, files = run_store(), row_keys(output_keys)
    answers, counts = [], []
    # One reader at a time, because each holds the records of its slice.
    for number in range(len(job.slices)):
        reader = _reader(plan, job, number)
        answers += [
            reader.read(store.lines(key, MAX_ROW_BYTES), files.index(key))
            for key in job.output_keys(number, files)
        ]
        counts.append(reader.counts)
    store.write_all(answers_key(job.run_id, job.wave, job.job), answers)
    return output_entry(job, counts, read_manifest(store, output_keys), job.input["size_bytes"])


def _with_refusal(job: Job, entry: JobEntry) -> JobEntry:
    """Return the entry with the status and message of a job that has refused records."""
    if not entry.refused:
        return entry
    logger.warning("found refused records", refused=entry.refused)
    first = entry.error_messages[0]
    message = refusal_message(job.model_id, entry.refused, job.records, first)
    return entry.model_copy(update={"status": REFUSED, "message": message})


def _log(entry: JobEntry) -> None:
    add_metric("AnsweredPaths", MetricUnit.Count, entry.answered)
    add_metric("UnansweredPaths", MetricUnit.Count, entry.unanswered)
    # Counts only: error messages and ends of completions quote the questions.
    figures = {name: getattr(entry, name) for name in OutputFigures.model_fields}
    counts: Any = {name: value for name, value in figures.items() if isinstance(value, int)}
    logger.info("collected", **counts)


def _reader(plan: Plan, job: Job, number: int) -> OutputReader:
    job_slice, store = job.slices[number], run_store()
    questions = questions_in(store, job.run_id, job_slice.shard)
    return OutputReader(
        records_for(store, plan, job, job_slice),
        number,
        form_of(plan),
        first=shard_named(plan, job_slice.shard).first,
        read_answer=answer_reader(plan.answer_spec, questions),
        variants=plan.variants,
        on_demand=job.on_demand,
    )
