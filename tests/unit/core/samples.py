"""Small plans, jobs, backlogs, sums and lines with known figures, for tests of the core."""

from dataclasses import replace
from itertools import accumulate
from typing import Any

import msgspec

from lambdas.contract.jobs import Job, JobSlice
from lambdas.contract.schema import AnswerSpec, Plan, Prompt, Setting, Shard
from lambdas.contract.votes import Backlog, ConfidenceGroup
from lambdas.core.sampling.jobs import RecordSpec
from lambdas.core.statistics.curve import Curve
from lambdas.core.text import Line
from lambdas.core.voting.sums import PartitionSums

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
        answer_spec=AnswerSpec("arithmetic"),
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


# The records of `a_slice`, by question.
SLICE_RECORDS = dict.fromkeys((10, 11), (RecordSpec(0, 3), RecordSpec(3, 2)))


def a_slice(**changed: Any) -> JobSlice:
    """Return a slice of two questions, 10 and 11, with 5 paths each in records of 3 and 2."""
    members = {
        "partition": "T0.7-000",
        "setting": "T0.7",
        "shard": "000",
        "questions": 2,
        "path_offset": 0,
        "generations": (3, 2),
        "retry_paths": None,
        "records": 4,
        "completions": 10,
    }
    return JobSlice(**(members | changed))


def a_job(*slices: JobSlice, **changed: Any) -> Job:
    """Return a job of these slices, or of `a_slice` alone."""
    slices = slices or (a_slice(),)
    members = {
        "run_id": "run-1",
        "execution_arn": "arn:execution",
        "wave": 1,
        "job": "j0001",
        "slices": slices,
        "records": sum(each.records for each in slices),
        "on_demand": False,
        "model_id": "cohere.command-text-v14",
        "invocation_type": "InvokeModel",
        "jobs_at_once": 3,
    }
    return Job(**(members | changed))


def a_backlog(**changed: Any) -> Backlog:
    """Return the backlog of a partition of 100 open questions, after 2 paths of each."""
    members: dict[str, Any] = {
        "partition": "T0.7-000",
        "setting": "T0.7",
        "shard": "000",
        "questions": 100,
        "open": (ConfidenceGroup(0.5, 100),),
        "lost": (),
        "lost_questions": 0,
        "finished": 0,
        "requested_paths": 200,
    }
    return Backlog(**(members | changed))


def some_sums(**changed: Any) -> PartitionSums:
    """Return sums of 100 questions with 5 paths each, all of which came back and were read."""
    members: dict[str, Any] = {
        "questions": 100,
        "unsampled": 0,
        "labelled": 100,
        "correct": 74,
        "expected": 75.0,
        "unvoted": 0,
        "tied": 2,
        "requested": 500,
        "paths": 500,
        "fewest": 5,
        "most": 5,
        "unanswered": 0,
        "curve": CURVE,
    }
    return PartitionSums(**(members | changed))


def rows(*found: Any) -> list[Line]:
    """Return the lines of a file that holds these: bytes as they are, other values as JSON."""
    contents = [each if isinstance(each, bytes) else msgspec.json.encode(each) for each in found]
    starts = accumulate((len(each) + 1 for each in contents), initial=0)
    return [
        Line(number, each, len(each), start)
        for number, (each, start) in enumerate(zip(contents, starts, strict=False), 1)
    ]
