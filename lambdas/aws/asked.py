"""A run's questions, each with its votes and where its telling completions lie."""

from collections.abc import Iterator
from typing import TypeVar

import msgspec

from lambdas.aws.store import Store
from lambdas.core.keys import questions_key, votes_key
from lambdas.core.outputs.output import MAX_ROW_BYTES
from lambdas.core.plan import Plan, lane_name
from lambdas.core.reporting.telling import Asked
from lambdas.core.voting.examples import Examples
from lambdas.core.voting.lane import MAX_QUESTION_BYTES, Voted, read_shard

Row = TypeVar("Row")


def asked_questions(store: Store, plan: Plan, wave: int) -> Iterator[Asked]:
    """Yield the run's questions, shard by shard, as they stand after a wave."""
    names = [setting.name for setting in plan.settings]
    for shard in plan.shards:
        lines = store.lines(questions_key(plan.run_id, shard.name), MAX_QUESTION_BYTES)
        keys = [(name, lane_name(name, shard.name)) for name in names]
        votes = [_rows(store, votes_key(plan.run_id, wave, lane), Voted) for _, lane in keys]
        examples = [
            _rows(store, votes_key(plan.run_id, wave, lane, "examples"), Examples)
            for _, lane in keys
        ]
        rows = zip(*votes, strict=True), zip(*examples, strict=True)
        columns = zip(read_shard(lines), *rows, strict=True)
        for question, voted, shown in columns:
            yield Asked(
                question,
                dict(zip(names, voted, strict=True)),
                dict(zip(names, shown, strict=True)),
            )


def _rows(store: Store, key: str, kind: type[Row]) -> Iterator[Row]:
    decoder = msgspec.json.Decoder(kind)
    for line in store.lines(key, MAX_ROW_BYTES):
        if line.content:
            yield decoder.decode(line.content)
