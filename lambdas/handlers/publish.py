"""Publish: put a lane's voted answers into the table."""

from collections.abc import Iterator
from typing import Any, TypedDict

import msgspec
from aws_lambda_powertools.utilities.typing import LambdaContext

from lambdas.aws.store import run_store
from lambdas.aws.table import run_table
from lambdas.core.keys import answer_entry, run_key, votes_key
from lambdas.core.outputs.output import MAX_ROW_BYTES
from lambdas.core.plan import Lane, Plan, shard_named
from lambdas.handlers.observed import logger, observed


class PublishReceipt(TypedDict):
    """Answers written."""

    answers: int


@observed
def handler(task: dict[str, Any], context: LambdaContext) -> PublishReceipt:
    """Read the lane's votes, write an entry each."""
    lane = msgspec.convert(task, Lane)
    logger.append_keys(run_id=lane.run_id, wave=lane.wave, lane=lane.lane)
    plan = run_store().read_as(run_key(lane.run_id, "plan.json"), Plan)

    first = shard_named(plan, lane.shard).first
    answers = run_table().put_all(lane.run_id, _entries(lane, first))

    logger.info("published", answers=answers)
    return {"answers": answers}


def _entries(lane: Lane, first: int) -> Iterator[tuple[str, dict[str, Any]]]:
    votes = run_store().lines(votes_key(lane.run_id, lane.wave, lane.lane), MAX_ROW_BYTES)
    for question, line in enumerate(votes, first):
        voted = msgspec.json.decode(line.content or b"", type=dict[str, Any])
        del voted["setting"]
        yield answer_entry(lane.setting, question), voted
