"""Collect: read a batch job's output, write the answers found in it."""

from collections.abc import Iterator
from itertools import chain
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.store import run_store
from lambdas.aws.table import run_table
from lambdas.contract import INTERMEDIATE_TAG
from lambdas.core.answers import reader_of
from lambdas.core.keys import job_key, place_name, questions_key, run_key
from lambdas.core.lane import MAX_QUESTION_BYTES, read_shard
from lambdas.core.lines import Line
from lambdas.core.output import MAX_ROW_BYTES, UNDECODABLE, OutputReader
from lambdas.core.plan import Job, Plan, form_of, shard_named
from lambdas.core.tokens import Manifest, disagreement, tokens_of
from lambdas.handlers.observed import logger, metrics, observed


class CollectReceipt(TypedDict):
    """Counts of paths with and without an answer, and of those that did not come."""

    answered: int
    unanswered: int
    missing_paths: int


@observed
def handler(task: dict[str, Any], context: LambdaContext) -> CollectReceipt:
    """Read the output, whatever the job's status: what is there is paid for."""
    job = msgspec.convert(task, Job)
    logger.append_keys(run_id=job.run_id, wave=job.wave, job=job.job)
    store = run_store()
    plan = store.read_as(run_key(job.run_id, "plan.json"), Plan)
    output_keys = store.keys(_output_folder(job, task["bedrock"]["job_arn"]))

    questions = read_shard(store.lines(questions_key(job.run_id, job.shard), MAX_QUESTION_BYTES))
    read_answer = reader_of(plan.reading, questions)
    reader = OutputReader(job, shard_named(plan, job.shard), form_of(plan), read_answer)
    answers_key = job_key(job.run_id, job.wave, job.job, "answers.jsonl")
    store.write_all(answers_key, reader.answers(_rows(output_keys)))
    manifest = _manifest(output_keys)
    tokens = tokens_of(
        reader.receipts,
        manifest,
        input_bytes=task["input"]["size_bytes"],
        records=job.records,
    )

    receipts = msgspec.to_builtins(reader.receipts)
    run_table().update_job(
        job.run_id,
        job.wave,
        job.job,
        collected=True,
        error_messages=receipts.pop("messages"),
        unread=receipts.pop("unread"),
        disagreement=disagreement(reader.receipts, manifest),
        **{**receipts, "tokens_in": tokens.read, "tokens_out": tokens.written},
        tokens_estimated=tokens.estimated,
    )
    input_key = job_key(job.run_id, job.wave, job.job, "input.jsonl")
    store.tag([input_key, *output_keys], INTERMEDIATE_TAG)
    run_table().leave_place(job.run_id, place_name(job.wave, job.job))
    metrics.add_metric("AnsweredPaths", MetricUnit.Count, reader.receipts.answered)
    metrics.add_metric("UnansweredPaths", MetricUnit.Count, reader.receipts.unanswered)
    logger.info("collected", **receipts)
    return {
        "answered": reader.receipts.answered,
        "unanswered": reader.receipts.unanswered,
        "missing_paths": reader.receipts.missing_paths,
    }


def _output_folder(job: Job, job_arn: str) -> str:
    return job_key(job.run_id, job.wave, job.job, f"output/{job_arn.rsplit('/', 1)[-1]}/")


def _rows(output_keys: list[str]) -> Iterator[Line]:
    store = run_store()
    files = [key for key in output_keys if key.endswith(".jsonl.out")]
    return chain.from_iterable(store.lines(key, MAX_ROW_BYTES) for key in files)


def _manifest(output_keys: list[str]) -> Manifest | None:
    found = [key for key in output_keys if key.endswith("/manifest.json.out")]
    try:
        return run_store().read_as(found[0], Manifest) if found else None
    except UNDECODABLE:
        # The rows are what was paid for; a manifest only confirms them.
        logger.warning("found an unreadable manifest", key=found[0])
        return None
