"""The work of single steps of a large run, each measured in a process of its own.

`python -m benchmarks.large_steps STEP ARGUMENTS` prints its seconds and its most memory.
"""

import json
import sys
import time
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from benchmarks.samples import plan as plan_of_a_shard
from benchmarks.samples import questions
from lambdas.contract.jobs import RecordAnswers
from lambdas.contract.schema import Partition, Plan, Question, Setting, Shard, encode_lines
from lambdas.contract.stack import StackVariables
from lambdas.contract.votes import Example, Examples, VoteRecord
from lambdas.core.costs.loads import DatasetSize
from lambdas.core.dataset.files import MAX_DOCUMENT_BYTES, MAX_LINE_BYTES
from lambdas.core.dataset.golds import Reading
from lambdas.core.dataset.reader import questions_of
from lambdas.core.planning import Origin, StackSettings, make_plan
from lambdas.core.prompts.exemplars import builtin_exemplars
from lambdas.core.question import write_shard
from lambdas.core.report.explorer_selection import ExampleSelector, QuestionVotes
from lambdas.core.report.scores import Pairing
from lambdas.core.requests.request import check_request
from lambdas.core.sampling.jobs import RecordSpec
from lambdas.core.sampling.scheduling import initial_backlogs, next_jobs
from lambdas.core.sampling.sharding import MAX_SHARD_QUESTIONS
from lambdas.core.survey import DatasetSurvey, survey_dataset
from lambdas.core.text import Line, split_lines
from lambdas.core.voting.backlog import compute_backlog
from lambdas.core.voting.tally import ShardPaths
from lambdas.core.voting.vote_partition import vote_partition

PATHS = 15
_REQUEST = {"dataset": "q.jsonl", "temperatures": [0.5, 0.7, 1.0], "paths": PATHS}
_MODEL = "us.amazon.nova-lite-v1:0"
_VARIABLES = StackVariables(
    default_model=_MODEL,
    jobs_at_once=100,
    min_records=100,
    max_records=50_000,
    max_input_mib=950,
    rehearsal=True,
)
_NAMES = ("greedy", "T0.5", "T0.7", "T1.0")
_PIECE = 8 * 2**20
_LINE_BYTES = 2**20


def plan(path: str) -> None:
    """Read a dataset three times and plan it, as Plan does, without writing anything."""
    survey = survey_dataset(lambda: _lines(path), "q.jsonl")
    planned = _planned(survey)
    again = questions_of(_lines(path), "q.jsonl", survey.reading or Reading("arithmetic"))
    for shard in planned.shards:
        for _ in write_shard(islice(again, shard.questions)):
            pass


def layout(count: str) -> None:
    """Plan the jobs of the first wave of this many questions, as PlanWave does."""
    sizes, none = (array("L", [size]) * int(count) for size in (300, 0))
    texts = DatasetSize(300 * len(sizes), 100 * len(sizes), 300)
    one = survey_dataset(lambda: split_lines([b'{"question": "?"}'], MAX_LINE_BYTES), "q.jsonl")
    survey = replace(one, labelled=len(sizes), question_bytes=sizes, choices_bytes=none, size=texts)
    planned = _planned(survey)
    jobs = next_jobs(planned, 1, initial_backlogs(planned))
    longest = max(len(msgspec.json.encode(job)) for job in jobs)
    if len(planned.shards) * 10 != len(jobs) or longest > 262_144:
        raise SystemExit(f"{len(jobs)} jobs, the longest of {longest} bytes")


def vote(paths: str) -> None:
    """Count this many paths of each question of the largest partition, all different, and vote."""
    shard = Shard("000", 0, MAX_SHARD_QUESTIONS)
    setting = Setting("T0.7", 0.7, int(paths))
    planned = replace(plan_of_a_shard(shard), settings=(setting,), waves=(setting.paths,))
    partition = Partition("r", "", 1, "T0.7-000", "T0.7", "000")
    tally, chance = ShardPaths(shard), Random(0)  # noqa: S311 (a simulation)
    for path in range(setting.paths):
        records = dict.fromkeys(range(shard.questions), (RecordSpec(path, 1),))
        lines = split_lines(encode_lines(_answers(path, chance)), _LINE_BYTES)
        tally.add_slice(records, lines, wave=1, job=f"j{path:04d}", job_slice=0)
    voted = vote_partition(planned, partition, tally, questions(shard.questions))
    for rows in (voted.votes, voted.examples):
        for _ in encode_lines(rows):
            pass
    compute_backlog(planned, partition, tally)


def report(count: str) -> None:
    """Go through this many questions of four settings, as Report does."""
    selector, pairing = ExampleSelector(int(count)), Pairing(by_greedy=False)
    dataset = questions(1_000)
    columns = {name: _votes(name, dataset) for name in _NAMES}
    voted, shown = msgspec.json.Decoder(VoteRecord), msgspec.json.Decoder(Examples)
    for number in range(int(count)):
        row = number % len(dataset)
        rows = {name: column[row] for name, column in columns.items()}
        votes = {name: voted.decode(line) for name, (line, _) in rows.items()}
        examples = {name: shown.decode(line) for name, (_, line) in rows.items()}
        selector.add(QuestionVotes(replace(dataset[row], index=number), votes, examples))
        pairing.add(votes)
    pairing.paired()


STEPS: Mapping[str, Callable[[str], None]] = {
    "plan": plan,
    "layout": layout,
    "vote": vote,
    "report": report,
}


def _planned(survey: DatasetSurvey) -> Plan:
    checked = check_request(
        _REQUEST,
        bucket="b",
        default_model=_MODEL,
        most_jobs_at_once=100,
        model_behind=lambda _: None,
    )
    origin = Origin("bench", "arn", "2026-01-01T00:00:00+00:00")
    stack = StackSettings("b", _VARIABLES)
    return make_plan(origin, checked, survey, builtin_exemplars("arithmetic"), stack)


def _lines(path: str) -> Iterator[Line]:
    def pieces() -> Iterator[bytes]:
        with Path(path).open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece

    return split_lines(pieces(), MAX_DOCUMENT_BYTES)


def _answers(path: int, chance: Random) -> Iterator[RecordAnswers]:
    for question in range(MAX_SHARD_QUESTIONS):
        answer, start = str(chance.randint(1, 10**6)), 17_500 * question
        yield RecordAnswers(question, path, [answer], start=start, size=3_500)


def _votes(name: str, dataset: list[Question]) -> list[tuple[bytes, bytes]]:
    """Return a line of votes and one of examples for each question."""
    example, chance = Example(1, "j0001", 0, 123_456, 3_500, 0), Random(name)  # noqa: S311
    lines = []
    for question in dataset:
        right = chance.randint(1, PATHS - 1)
        votes = {str(question.gold): right, "another": PATHS - right}
        answer = max(votes, key=votes.__getitem__)
        row: Any = VoteRecord(
            question_id=question.id,
            setting=name,
            answer=answer,
            gold=question.gold,
            correct=answer == question.gold,
            paths=PATHS,
            support=votes[answer],
            votes=votes,
            unanswered=0,
            tied=False,
            wave=1,
        )
        shown = Examples(example, example, None, "another")
        lines.append((msgspec.json.encode(row), msgspec.json.encode(shown)))
    return lines


def main(step: str, argument: str) -> None:
    """Run a step; print its processor seconds and peak memory."""
    start = time.process_time()
    STEPS[step](argument)
    seconds = time.process_time() - start
    status = Path("/proc/self/status").read_text().split("\n")
    peak = next(line for line in status if line.startswith("VmHWM"))
    print(json.dumps({"seconds": seconds, "peak_mib": int(peak.split()[1]) / 1024}))


if __name__ == "__main__":
    main(*sys.argv[1:])
