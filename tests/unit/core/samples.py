"""Plan, job, needs, sums and lines such as tests of the core need, small, with known figures."""

from dataclasses import replace
from itertools import accumulate
from typing import Any

import msgspec

from lambdas.core.jobs import Job, Part
from lambdas.core.lines import Line
from lambdas.core.plan import Plan
from lambdas.core.prompting.prompt import Prompt
from lambdas.core.reading import Reading
from lambdas.core.settings import Setting
from lambdas.core.sizing import Shard
from lambdas.core.statistics.curve import Curve
from lambdas.core.voting.sums import LaneSums
from lambdas.core.waves.need import Certainty, LaneNeed
from lambdas.core.waves.wanted import Slot

GREEDY = Setting("greedy", 0.0, 1)
WARM = Setting("T0.7", 0.7, 5)
A_PROMPT = Prompt(("Q: ", "\nA:"), ("question",))
# Two questions of two paths: one always right, one right half the time.
CURVE = Curve(2, (1.5, 1.5), (0.25, 0.25))


def a_plan(**changed: Any) -> Plan:
    """Return a plan of 100 questions in one shard, greedy and 5 paths at 0.7 in one wave."""
    plan = Plan(
        run_id="run-1",
        execution_arn="arn:execution",
        started_at="2026-11-22T06:00:00+00:00",
        model_id="us.amazon.nova-lite-v1:0",
        family="nova",
        invocation_type="Converse",
        reading=Reading("arithmetic"),
        prompt=A_PROMPT,
        max_tokens=512,
        top_p=None,
        settings=(GREEDY, WARM),
        shards=(Shard("000", 0, 100),),
        questions=100,
        labelled=100,
        waves=(5,),
        paths_per_job=5,
        jobs_at_once=3,
        min_records=100,
        max_records=50_000,
        seed=0,
    )
    return replace(plan, **changed)


# The records of `a_part`, by question.
WANTED = dict.fromkeys((10, 11), (Slot(0, 3), Slot(3, 2)))


def a_part(**changed: Any) -> Part:
    """Return a part of two questions, 10 and 11, with 5 paths each in records of 3 and 2."""
    part = {
        "lane": "T0.7-000",
        "setting": "T0.7",
        "temperature": 0.7,
        "shard": "000",
        "questions": 2,
        "after": 0,
        "generations": (3, 2),
        "again": None,
        "records": 4,
        "completions": 10,
    }
    return Part(**(part | changed))


def a_job(*parts: Part, **changed: Any) -> Job:
    """Return a job of these parts, or of `a_part` alone."""
    parts = parts or (a_part(),)
    job = {
        "run_id": "run-1",
        "execution_arn": "arn:execution",
        "wave": 1,
        "job": "j0001",
        "parts": parts,
        "records": sum(part.records for part in parts),
        "on_demand": False,
        "model_id": "cohere.command-text-v14",
        "invocation_type": "InvokeModel",
        "jobs_at_once": 3,
    }
    return Job(**(job | changed))


def a_need(**changed: Any) -> LaneNeed:
    """Return what a lane of 100 questions needs that are all open, after 2 paths of each."""
    need: dict[str, Any] = {
        "lane": "T0.7-000",
        "setting": "T0.7",
        "shard": "000",
        "questions": 100,
        "open": (Certainty(0.5, 100),),
        "lost": (),
        "lost_questions": 0,
        "finished": 0,
        "sampled": 200,
    }
    return LaneNeed(**(need | changed))


def some_sums(**changed: Any) -> LaneSums:
    """Return sums of 100 questions with 5 paths each, all of which came back and were read."""
    whole: dict[str, Any] = {
        "questions": 100,
        "unsampled": 0,
        "labelled": 100,
        "correct": 74,
        "expected": 75.0,
        "silent": 0,
        "tied": 2,
        "sampled": 500,
        "paths": 500,
        "fewest": 5,
        "most": 5,
        "unanswered": 0,
        "curve": CURVE,
    }
    return LaneSums(**(whole | changed))


def a_record(**changed: Any) -> dict[str, Any]:
    """Return the record of a job in which all went well."""
    return {
        "run_id": "run-1",
        "entry": "job#01#j0002",
        "job": "j0002",
        "setting": "T0.7",
        "wave": 1,
        "status": "Completed",
        "message": "",
        "records_planned": 500,
        "succeeded": 500,
        "errors": 0,
        "tokens_in": 1000,
        "tokens_out": 200,
        "tokens_estimated": False,
        "error_messages": [],
        "disagreement": None,
    } | changed


def rows(*found: Any) -> list[Line]:
    """Return the lines of a file that holds these: bytes as they are, other values as JSON."""
    contents = [each if isinstance(each, bytes) else msgspec.json.encode(each) for each in found]
    starts = accumulate((len(each) + 1 for each in contents), initial=0)
    return [
        Line(number, each, len(each), start)
        for number, (each, start) in enumerate(zip(contents, starts, strict=False), 1)
    ]
