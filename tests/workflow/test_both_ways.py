"""A run in one process leaves what the same run on the deployed stack leaves."""

import json
from collections.abc import Callable, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from selfconsistency.answers_from import AnswersFrom
from selfconsistency.one_process.run import OneProcessRun, run_in_one_process
from selfconsistency.runs import RunFailedError
from tests.workflow.endpoint import endpoint

# What two runs of the same request never share: names, moments and durations.
OF_ONE_RUN = frozenset(
    {
        *("run_id", "job_name", "job_arn", "submitted_at", "ended_at"),
        *("seconds", "job_seconds", "seconds_per_path"),
        # The first text that cannot be read: Bedrock shuffles a job's rows by its name.
        "unread",
    }
)
# The stack of these tests is deployed once, before it is known who answers.
AS_DEPLOYED = {"ANSWERED_BY": ""}
SIMULATED = AnswersFrom("simulated")
REQUESTS = {
    "waves with early stopping": (
        110,
        {"temperatures": [0.7], "paths": 6, "waves": [2, 4], "early_stop": 0.95},
    ),
    "on demand": (7, {"temperatures": [0.7], "paths": 4}),
    "jobs that settings share": (40, {"temperatures": [0.5, 0.7, 1.0], "paths": 1}),
    # One job a setting: of two in flight the one created first gets the first texts.
    "several settings": (30, {"temperatures": [0.5, 1.0], "paths": 5}),
}


def in_one_process(
    questions: Path, answers: AnswersFrom, request: Mapping[str, Any], out: Path
) -> None:
    asked = OneProcessRun(
        questions=questions, answers=answers, out=out, request=request, variables=AS_DEPLOYED
    )
    run_in_one_process(asked, Console(file=StringIO()))


def comparable(value: Any) -> Any:
    """Return a part of a report without what only one run can have."""
    if isinstance(value, list):
        return [comparable(each) for each in value]
    if isinstance(value, str):
        return value.partition("one of them ends")[0]
    if isinstance(value, dict):
        return {name: comparable(each) for name, each in value.items() if name not in OF_ONE_RUN}
    return value


def agree(deployed: Any, answers: AnswersFrom, questions: Path, request: Any, out: Path) -> Any:
    """Run both ways, hold them to the same outputs, and return the report."""
    source = answers.source(questions, seed=0)
    ended = deployed.run(questions, request, source=source)
    there = deployed.folder / ended.run_id

    in_one_process(questions, answers, request, out)

    for name in ("final.jsonl", "votes.jsonl", "accuracy.csv"):
        assert (out / name).read_bytes() == (there / name).read_bytes(), name
    report = json.loads((out / "report.json").read_bytes())
    assert comparable(report) == comparable(ended.report)
    return report


@pytest.mark.parametrize("kind", REQUESTS)
def test_both_ways_leave_the_same(
    kind: str, deployed: Any, questions: Callable[..., Path], tmp_path: Path
) -> None:
    count, request = REQUESTS[kind]

    report = agree(deployed, SIMULATED, questions(count), request, tmp_path / "out")

    assert report["totals"]["generations"] > count
    assert (len(report["waves"]) > 1) == ("waves" in request)


def test_both_ways_count_records_that_are_refused(
    deployed: Any, questions: Callable[..., Path], tmp_path: Path
) -> None:
    request = {"temperatures": [0.7], "paths": 1, "greedy": False, "attempts": 1}

    def answer(prompt: str) -> str | None:
        return None if "What is 7 plus 7?" in prompt else "The answer is 8."

    with endpoint(answer) as url:
        report = agree(
            deployed, AnswersFrom("openai", url), questions(110), request, tmp_path / "out"
        )

    assert [job["errors"] for job in report["jobs"]] == [1]


def test_both_ways_refuse_a_request_for_the_same_reasons(
    deployed: Any, questions: Callable[..., Path], tmp_path: Path
) -> None:
    request = {"paths": 0, "temperatures": [-1], "task": "exact"}
    ended = deployed.run(questions(3), request)

    with pytest.raises(RunFailedError) as refused:
        in_one_process(questions(3), SIMULATED, request, tmp_path / "out")

    assert len(str(refused.value).splitlines()) > 1
    assert str(refused.value) == ended.run.message
