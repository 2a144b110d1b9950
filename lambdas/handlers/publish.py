"""Publish: put a partition's votes into the table."""

from collections.abc import Iterator
from typing import TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.run_table import run_table
from lambdas.aws.store import run_store
from lambdas.contract.keys import answer_entry, plan_key, votes_key
from lambdas.contract.schema import Partition, Plan
from lambdas.contract.votes import VoteRecord
from lambdas.core.outputs.reader import MAX_ROW_BYTES
from lambdas.core.sampling.plan import shard_named
from lambdas.handlers.decorators import logger, observed

_VOTE = msgspec.json.Decoder(VoteRecord)


class PublishReceipt(TypedDict):
    """Votes written."""

    answers: int


@observed
def handler(task: object, context: LambdaContext) -> PublishReceipt:
    """Read the partition's votes and write an entry for each."""
    partition = msgspec.convert(task, Partition)
    logger.append_keys(run_id=partition.run_id, wave=partition.wave, partition=partition.partition)
    plan = run_store().read_document(plan_key(partition.run_id), Plan)

    first = shard_named(plan, partition.shard).first
    answers = run_table().put_all(partition.run_id, _entries(partition, first))

    logger.info("published", answers=answers)
    return {"answers": answers}


def _entries(partition: Partition, first: int) -> Iterator[tuple[str, VoteRecord]]:
    key = votes_key(partition.run_id, partition.wave, partition.partition)
    for question, line in enumerate(run_store().lines(key, MAX_ROW_BYTES), first):
        yield answer_entry(partition.setting, question), _VOTE.decode(line.content or b"")
