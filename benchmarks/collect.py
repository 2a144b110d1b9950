"""Collect and vote: output read per second, against decoding its lines and nothing else."""

import json
from collections.abc import Callable

import msgspec
import orjson

from benchmarks.measure import Measurement, rates, timed
from benchmarks.samples import FORM, PATHS, WARM, job_records, output_lines, plan, questions
from lambdas.contract.schema import Partition, Shard, encode_lines
from lambdas.core.answers.reader import read_arithmetic
from lambdas.core.outputs.reader import MAX_ROW_BYTES, OutputReader
from lambdas.core.sampling.plan import partition_name
from lambdas.core.text import split_lines
from lambdas.core.voting.tally import ShardPaths
from lambdas.core.voting.vote_partition import vote_partition

QUESTIONS = 2_000
_BASELINE = "json.loads of each line"
_PIECE = 8 * 2**20


def measure() -> list[Measurement]:
    """Return the rates of reading 10,000 rows."""
    dataset = questions(QUESTIONS)
    whole = b"".join(output_lines(dataset))
    lines = whole.split(b"\n")[:-1]
    shard, records = Shard("000", 0, QUESTIONS), job_records(QUESTIONS)
    partition = Partition(
        "bench", "", 1, partition_name(WARM.name, shard.name), WARM.name, shard.name
    )
    pieces = [whole[start : start + _PIECE] for start in range(0, len(whole), _PIECE)]

    def collect() -> bytes:
        reader = OutputReader(records, 0, FORM, first=0, read_answer=read_arithmetic)
        return reader.read(split_lines(pieces, MAX_ROW_BYTES))

    def collect_and_vote() -> object:
        paths = ShardPaths(shard)
        answers = split_lines([collect()], MAX_ROW_BYTES)
        paths.add_slice(records, answers, wave=1, job="j0001", job_slice=0)
        voted = vote_partition(plan(shard), partition, paths, dataset)
        return sum(len(line) for line in encode_lines(voted.votes)), voted.sums

    seconds = timed(
        {
            _BASELINE: _each(json.loads, lines),
            "bare decode, orjson": _each(orjson.loads, lines),
            "bare decode, msgspec": _each(msgspec.json.decode, lines),
            "bare typed decode, msgspec": _each(FORM.rows.decode, lines),
            "collect": collect,
            "collect and vote": collect_and_vote,
        }
    )
    amounts = {"MB": len(whole) / 1e6, "records": QUESTIONS * PATHS}
    return rates("collect", seconds, amounts, _BASELINE)


def _each(decode: Callable[[bytes], object], lines: list[bytes]) -> Callable[[], None]:
    def run() -> None:
        for line in lines:
            decode(line)

    return run
