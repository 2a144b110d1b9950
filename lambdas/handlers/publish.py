"""Publish: put a partition's votes, or a shard's final answers, into the table."""

from collections.abc import Iterator
from typing import TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.run_files import read_votes
from lambdas.aws.run_table import run_table
from lambdas.aws.store import run_store
from lambdas.contract.keys import answer_entry, final_entry, plan_key, sums_key, votes_key
from lambdas.contract.schema import FINAL, Partition, Plan, encode_lines
from lambdas.contract.votes import FinalRecord, VoteRecord
from lambdas.core.outputs.reader import MAX_ROW_BYTES
from lambdas.core.sampling.plan import partition_name, shard_named
from lambdas.core.voting.final_vote import final_votes
from lambdas.core.voting.sums import PartitionSums
from lambdas.handlers.decorators import logger, observed

_VOTE = msgspec.json.Decoder(VoteRecord)
# Each entry after its name.
Entries = Iterator[tuple[str, VoteRecord | FinalRecord]]


class PublishReceipt(TypedDict):
    """Votes or final answers written."""

    answers: int


@observed
def handler(task: object, context: LambdaContext) -> PublishReceipt:
    """Write an entry for each of the partition's votes, or for each of the shard's final answers.

    Final answers are voted here, of all sampled settings together, and kept as a file for Report.
    """
    partition = msgspec.convert(task, Partition)
    logger.append_keys(run_id=partition.run_id, wave=partition.wave, partition=partition.partition)
    plan = run_store().read_document(plan_key(partition.run_id), Plan)

    first = shard_named(plan, partition.shard).first
    is_final = partition.setting == FINAL
    entries = _final_entries(plan, partition, first) if is_final else _entries(partition, first)
    answers = run_table().put_all(partition.run_id, entries)

    logger.info("published", answers=answers)
    return {"answers": answers}


def _entries(partition: Partition, first: int) -> Entries:
    key = votes_key(partition.run_id, partition.wave, partition.partition)
    for question, line in enumerate(run_store().lines(key, MAX_ROW_BYTES), first):
        yield answer_entry(partition.setting, question), _VOTE.decode(line.content or b"")


def _final_entries(plan: Plan, partition: Partition, first: int) -> Entries:
    """Vote on the shard's questions, write answers and sums, and yield the answers' entries."""
    store, at = run_store(), (partition.run_id, partition.wave)
    names = [partition_name(setting.name, partition.shard) for setting in plan.sampled]
    sums = [store.read_document(sums_key(*at, name), PartitionSums) for name in names]
    questions = read_votes(store, plan, partition.wave, partition.shard)
    final = final_votes(plan, questions, sum(each.requested for each in sums))

    store.write_all(votes_key(*at, partition.partition), encode_lines(final.records))
    store.write_document(sums_key(*at, partition.partition), final.sums or sums[0])
    for question, record in enumerate(final.records, first):
        yield final_entry(question), record
