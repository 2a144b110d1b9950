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
from lambdas.core.costs.loads import Texts
from lambdas.core.lines import Line, split_lines
from lambdas.core.plan import Lane, Plan
from lambdas.core.planning import Origin, Survey, make_plan, survey
from lambdas.core.prompting.exemplars import builtin_exemplars
from lambdas.core.prompting.prompts import prompt_for
from lambdas.core.reporting.pairing import Pairing
from lambdas.core.reporting.telling import Asked, Telling
from lambdas.core.requests.request import check_request
from lambdas.core.sets.limits import MAX_LINE_BYTES
from lambdas.core.sets.question import Question
from lambdas.core.sets.questions import Findings, read_questions
from lambdas.core.settings import Setting
from lambdas.core.sizing import MAX_SHARD_QUESTIONS, Quotas, Shard
from lambdas.core.voting.examples import Example, Examples
from lambdas.core.voting.lane import LaneVote, Voted, write_shard
from lambdas.core.waves.layout import first_needs
from lambdas.core.waves.needs import LaneNeeds
from lambdas.core.waves.next_jobs import next_jobs
from lambdas.core.waves.wanted import Slot

PATHS = 15
_REQUEST = {"dataset": "q.jsonl", "temperatures": [0.5, 0.7, 1.0], "paths": PATHS}
_QUOTAS = Quotas(min_records=100, max_records=50_000, max_input_mib=1024)
_MODEL = "us.amazon.nova-lite-v1:0"
_NAMES = ("greedy", "T0.5", "T0.7", "T1.0")
_PIECE = 8 * 2**20
_LINE_BYTES = 2**20


def plan(path: str) -> None:
    """Read a set twice and plan it, as Plan does; what it writes is thrown away."""
    findings = Findings("q.jsonl")
    surveyed = survey(read_questions(_lines(path), findings), findings)
    planned = _planned(surveyed)
    again = read_questions(_lines(path), Findings("q.jsonl"), task=surveyed.task)
    for shard in planned.shards:
        for _ in write_shard(islice(again, shard.questions)):
            pass


def layout(count: str) -> None:
    """Lay out the first wave of so many questions, as PlanWave does."""
    sizes = array("L", [300]) * int(count)
    texts = Texts(300 * len(sizes), 100 * len(sizes), 300)
    planned = _planned(Survey("arithmetic", len(sizes), sizes, texts, ()))
    jobs = next_jobs(planned, 1, first_needs(planned), [])
    longest = max(len(msgspec.json.encode(job)) for job in jobs)
    if len(planned.shards) * 10 != len(jobs) or longest > 262_144:
        raise SystemExit(f"{len(jobs)} jobs, the longest of {longest} bytes")


def vote(paths: str) -> None:
    """Count so many paths of each question of the largest lane, all different, and vote."""
    shard = Shard("000", 0, MAX_SHARD_QUESTIONS)
    setting = Setting("T0.7", 0.7, int(paths))
    planned = replace(plan_of_a_shard(shard), settings=(setting,), waves=(setting.paths,))
    lane = Lane("r", "", 1, "T0.7-000", "T0.7", "000")
    voting, chance = LaneVote(planned, lane), Random(0)  # noqa: S311 (a simulation)
    for path in range(setting.paths):
        wanted = dict.fromkeys(range(shard.questions), (Slot(path, 1),))
        lines = split_lines(_answers(path, chance), _LINE_BYTES)
        voting.count(wanted, lines, wave=1, job=f"j{path:04d}", part=0)
    for _ in voting.vote(questions(shard.questions)):
        pass
    LaneNeeds(planned, lane, voting.paths).need()
    voting.sums()


def report(count: str) -> None:
    """Go through so many questions of four settings, as Report does."""
    telling, pairing = Telling(int(count)), Pairing()
    asked = questions(1_000)
    columns = {name: _votes(name, asked) for name in _NAMES}
    voted, shown = msgspec.json.Decoder(Voted), msgspec.json.Decoder(Examples)
    for number in range(int(count)):
        place = number % len(asked)
        rows = {name: column[place] for name, column in columns.items()}
        votes = {name: voted.decode(row) for name, (row, _) in rows.items()}
        examples = {name: shown.decode(row) for name, (_, row) in rows.items()}
        telling.add(Asked(replace(asked[place], index=number), votes, examples))
        pairing.add(votes)
    pairing.paired()


STEPS: Mapping[str, Callable[[str], None]] = {
    "plan": plan,
    "layout": layout,
    "vote": vote,
    "report": report,
}


def _planned(surveyed: Survey) -> Plan:
    checked = check_request(
        _REQUEST,
        bucket="b",
        default_model=_MODEL,
        most_jobs_at_once=100,
        model_behind=lambda _: None,
    )
    prompt = prompt_for(checked.reading(surveyed.task), builtin_exemplars("arithmetic"), None)
    origin = Origin("bench", "arn", "2026-01-01T00:00:00+00:00")
    return make_plan(origin, checked, prompt, surveyed, _QUOTAS)


def _lines(path: str) -> Iterator[Line]:
    def pieces() -> Iterator[bytes]:
        with Path(path).open("rb") as file:
            while piece := file.read(_PIECE):
                yield piece

    return split_lines(pieces(), MAX_LINE_BYTES)


def _answers(path: int, chance: Random) -> Iterator[bytes]:
    for question in range(MAX_SHARD_QUESTIONS):
        answer, start = chance.randint(1, 10**6), 17_500 * question
        row = {"q": question, "s": path, "a": [str(answer)], "f": 0, "o": start, "n": 3_500}
        yield msgspec.json.encode(row) + b"\n"


def _votes(name: str, asked: list[Question]) -> list[tuple[bytes, bytes]]:
    """Return a line of votes and one of examples for each question."""
    example, chance = Example(1, "j0001", 0, 123_456, 3_500, 0), Random(name)  # noqa: S311
    lines = []
    for question in asked:
        right = chance.randint(1, PATHS - 1)
        votes = {str(question.gold): right, "another": PATHS - right}
        answer = max(votes, key=votes.__getitem__)
        row: Any = Voted(
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
    """Do a step; print the seconds of processor and the most memory that it took."""
    start = time.process_time()
    STEPS[step](argument)
    seconds = time.process_time() - start
    status = Path("/proc/self/status").read_text().split("\n")
    peak = next(line for line in status if line.startswith("VmHWM"))
    print(json.dumps({"seconds": seconds, "peak_mib": int(peak.split()[1]) / 1024}))


if __name__ == "__main__":
    main(*sys.argv[1:])
