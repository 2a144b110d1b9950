"""Vote: merge a partition's answers, vote on its questions, and find which need more paths."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from typing import TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.run_files import jobs_in, questions_in, records_for
from lambdas.aws.store import run_store
from lambdas.contract.keys import (
    answers_key,
    backlog_key,
    plan_key,
    sums_key,
    votes_key,
)
from lambdas.contract.schema import GREEDY, Partition, Plan, encode_lines
from lambdas.core.outputs.reader import MAX_ROW_BYTES
from lambdas.core.sampling.plan import partition_name, setting_named, shard_named
from lambdas.core.voting.backlog import PartitionBacklog, compute_backlog, with_sums
from lambdas.core.voting.sums import PartitionSums
from lambdas.core.voting.tally import ShardPaths
from lambdas.core.voting.vote_partition import PartitionVotes, vote_partition
from lambdas.handlers.decorators import logger, observed


class VoteReceipt(TypedDict):
    """Questions voted on, paths that came back, those without an answer, and open questions."""

    questions: int
    paths: int
    unanswered: int
    open: int


@observed
def handler(task: object, context: LambdaContext) -> VoteReceipt:
    """Read the answers of the partition's jobs in all waves so far, vote, write votes and sums."""
    partition = msgspec.convert(task, Partition)
    logger.append_keys(run_id=partition.run_id, wave=partition.wave, partition=partition.partition)
    plan = run_store().read_document(plan_key(partition.run_id), Plan)

    paths, greedy = _read_paths(plan, partition), _greedy_answers(plan, partition)
    questions = questions_in(run_store(), partition.run_id, partition.shard)
    voted = vote_partition(plan, partition, paths, questions, greedy)
    backlog = compute_backlog(plan, partition, paths)

    _write_votes(partition, voted)
    _write_backlog(partition, backlog, voted.sums)
    sums, open_questions = voted.sums, len(backlog.open_questions)
    logger.info("voted", questions=sums.questions, paths=sums.paths, open=open_questions)
    return {
        "questions": sums.questions,
        "paths": sums.paths,
        "unanswered": sums.unanswered,
        "open": open_questions,
    }


def _greedy_answers(plan: Plan, partition: Partition) -> Sequence[str | None]:
    """Return greedy's answers to the shard's questions if they decide ties, else none.

    The vote on them is cast beside this one, so they are read from their jobs.
    """
    if plan.ties != "greedy" or partition.setting == GREEDY:
        return ()
    name = partition_name(GREEDY, partition.shard)
    paths = _read_paths(plan, replace(partition, setting=GREEDY, partition=name))
    numbers = range(shard_named(plan, partition.shard).questions)
    return [next(iter(paths.counts(number).votes), None) for number in numbers]


def _read_paths(plan: Plan, partition: Partition) -> ShardPaths:
    store, run_id = run_store(), partition.run_id
    turns = len(setting_named(plan, partition.setting).temperatures) or 1
    paths = ShardPaths(shard_named(plan, partition.shard), turns)
    waves = range(1, partition.wave + 1)
    for job in chain.from_iterable(jobs_in(store, run_id, wave) for wave in waves):
        key = answers_key(run_id, job.wave, job.job)
        for number, job_slice in enumerate(job.slices):
            if job_slice.partition == partition.partition:
                records = records_for(store, plan, job, job_slice)
                lines = store.lines(key, MAX_ROW_BYTES)
                paths.add_slice(records, lines, wave=job.wave, job=job.job, job_slice=number)
    return paths


def _write_votes(partition: Partition, voted: PartitionVotes) -> None:
    partition_at = (partition.run_id, partition.wave, partition.partition)
    store = run_store()
    store.write_all(votes_key(*partition_at), encode_lines(voted.votes))
    store.write_all(votes_key(*partition_at, "examples"), encode_lines(voted.examples))
    store.write_document(sums_key(*partition_at), voted.sums)


def _write_backlog(partition: Partition, backlog: PartitionBacklog, sums: PartitionSums) -> None:
    partition_at = (partition.run_id, partition.wave, partition.partition)
    store = run_store()
    if backlog.open_questions:
        store.write_all(votes_key(*partition_at, "open"), encode_lines(backlog.open_questions))
    if backlog.lost_records:
        store.write_all(votes_key(*partition_at, "lost"), encode_lines(backlog.lost_records))
    store.write_document(backlog_key(*partition_at), with_sums(backlog.counts, sums))
