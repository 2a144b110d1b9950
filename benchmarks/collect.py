"""Collect and vote: output read per second, against decoding its lines and nothing else."""

import json
from collections.abc import Callable

import msgspec
import orjson

from benchmarks.measure import Measurement, rates, timed
from benchmarks.samples import FORM, PATHS, WARM, output_lines, plan, questions, wanted
from lambdas.core.answers import read_arithmetic
from lambdas.core.lines import split_lines
from lambdas.core.outputs.output import MAX_ROW_BYTES, OutputReader
from lambdas.core.plan import Lane, lane_name
from lambdas.core.sizing import Shard
from lambdas.core.voting.lane import LaneVote

QUESTIONS = 2_000
_BASELINE = "json.loads of each line"
_PIECE = 8 * 2**20


def measure() -> list[Measurement]:
    """Return the rates of reading 10,000 rows."""
    asked = questions(QUESTIONS)
    whole = b"".join(output_lines(asked))
    lines = whole.split(b"\n")[:-1]
    shard, records = Shard("000", 0, QUESTIONS), wanted(QUESTIONS)
    lane = Lane("bench", "", 1, lane_name(WARM.name, shard.name), WARM.name, shard.name)
    pieces = [whole[start : start + _PIECE] for start in range(0, len(whole), _PIECE)]

    def collect() -> list[bytes]:
        reader = OutputReader(records, 0, FORM, first=0, read_answer=read_arithmetic)
        return list(reader.answers(split_lines(pieces, MAX_ROW_BYTES)))

    def collect_and_vote() -> object:
        vote = LaneVote(plan(shard), lane)
        found = split_lines(collect(), MAX_ROW_BYTES)
        vote.count(records, found, wave=1, job="j0001", part=0)
        return sum(len(line) for line in vote.vote(asked)), vote.sums()

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
