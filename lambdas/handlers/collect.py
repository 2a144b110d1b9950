"""Collect: read a batch job's output, write the answers found in it."""

from collections.abc import Iterator, Sequence
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.selections import wanted_of
from lambdas.aws.store import run_store
from lambdas.aws.table import run_table
from lambdas.contract import INTERMEDIATE_TAG
from lambdas.core.answers import reader_of
from lambdas.core.job_ends import REFUSED
from lambdas.core.jobs import Job
from lambdas.core.keys import (
    MANIFEST,
    job_key,
    output_folder,
    place_name,
    questions_key,
    row_keys,
    run_key,
)
from lambdas.core.outputs.counted import Counted, counts_of
from lambdas.core.outputs.output import MAX_ROW_BYTES, UNDECODABLE, OutputReader
from lambdas.core.outputs.receipts import Receipts
from lambdas.core.outputs.tokens import Manifest
from lambdas.core.plan import Plan, form_of, shard_named
from lambdas.core.voting.lane import MAX_QUESTION_BYTES, read_shard
from lambdas.handlers.observed import logger, metrics, observed


class CollectReceipt(TypedDict):
    """Counts of paths with and without an answer, and of those that did not come."""

    answered: int
    unanswered: int
    missing_paths: int


@observed
def handler(task: dict[str, Any], context: LambdaContext) -> CollectReceipt:
    """Read the output, whatever the job's status: what is there is paid for.

    A refused job is not marked as collected: a run that is gone on with submits it again.
    """
    job = msgspec.convert(task, Job)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)
    store = run_store()
    plan = store.read_as(run_key(job.run_id, "plan.json"), Plan)
    job_arn, refused = task["bedrock"]["job_arn"], task["bedrock"]["status"] == REFUSED
    folder = output_folder(job.run_id, job.wave, job.job, job_arn)
    output_keys = store.keys(folder) if job_arn else []

    receipts: list[Receipts] = []
    answers_key = job_key(job.run_id, job.wave, job.job, "answers.jsonl")
    store.write_all(answers_key, _answers(plan, job, output_keys, receipts))
    manifest = _manifest(output_keys)
    counted = counts_of(job, receipts, manifest, task["input"]["size_bytes"])

    _note(job, output_keys, counted, collected=not refused)
    if not refused:
        store.tag([*job.input_keys, *output_keys], INTERMEDIATE_TAG)
    run_table().leave_place(job.run_id, place_name(job.wave, job.job))
    metrics.add_metric("AnsweredPaths", MetricUnit.Count, counted.total["answered"])
    metrics.add_metric("UnansweredPaths", MetricUnit.Count, counted.total["unanswered"])
    # Counts alone: error messages and ends of completions are of the questions.
    counts: Any = {name: n for name, n in counted.total.items() if isinstance(n, int)}
    logger.info("collected", **counts)
    return {
        "answered": counted.total["answered"],
        "unanswered": counted.total["unanswered"],
        "missing_paths": counted.total["missing_paths"],
    }


def _reader(plan: Plan, job: Job, number: int) -> OutputReader:
    part, store = job.parts[number], run_store()
    questions = read_shard(store.lines(questions_key(job.run_id, part.shard), MAX_QUESTION_BYTES))
    return OutputReader(
        wanted_of(store, plan, job, part),
        number,
        form_of(plan),
        first=shard_named(plan, part.shard).first,
        read_answer=reader_of(plan.reading, questions),
        variants=plan.variants,
        on_demand=job.on_demand,
    )


def _answers(
    plan: Plan, job: Job, output_keys: Sequence[str], receipts: list[Receipts]
) -> Iterator[bytes]:
    """Yield the answers of each part, and add its counts to `receipts`.

    One reader at a time: each holds what it must know of its whole shard.
    """
    files = row_keys(output_keys)
    for number in range(len(job.parts)):
        reader = _reader(plan, job, number)
        for key in job.output_keys(number, files):
            yield from reader.answers(run_store().lines(key, MAX_ROW_BYTES), files.index(key))
        receipts.append(reader.receipts)


def _note(job: Job, output_keys: Sequence[str], counted: Counted, *, collected: bool) -> None:
    run_table().update_job(
        job.run_id,
        job.wave,
        job.job,
        collected=collected,
        output_keys=row_keys(output_keys),
        **counted.total,
        **({"parts": counted.parts} if len(job.parts) > 1 else {}),
    )


def _manifest(output_keys: Sequence[str]) -> Manifest | None:
    found = [key for key in output_keys if key.endswith(f"/{MANIFEST}")]
    try:
        return run_store().read_as(found[0], Manifest) if found else None
    except UNDECODABLE:
        # The rows are what was paid for; a manifest only confirms them.
        logger.warning("found an unreadable manifest", key=found[0])
        return None
