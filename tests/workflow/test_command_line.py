import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from selfconsistency.bedrock.settings import NO_FAULTS, Faults
from selfconsistency.runs import Run

ROOT = Path(__file__).parents[2]
# Greedily 16 records, which run on demand, and with ten paths 160, which are a batch job.
COUNT = 16
REQUEST = {"temperatures": [0.7], "paths": 10, "paths_per_job": 10}


def local_run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "local", "run", "--answers-from", "simulated", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_local_run_leaves_results_and_labels_simulated_figures(
    questions: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"

    done = local_run(questions(120), "--out", out, "--temperatures", "0.7", "--paths", "3")

    assert done.returncode == 0, done.stderr
    assert sorted(file.name for file in out.iterdir()) == [
        "accuracy.csv",
        "final.jsonl",
        "report.html",
        "report.json",
        "votes.jsonl",
    ]
    assert "Accuracy of the vote on 120 questions · SIMULATED" in done.stdout
    assert "Peak memory" not in done.stdout
    assert done.stderr == ""


def test_local_run_tells_all_that_plan_refuses_a_line_each(tmp_path: Path) -> None:
    questions = tmp_path / "bad.jsonl"
    questions.write_text('{"question": ""}\nnot json\n')
    out = tmp_path / "out"

    done = local_run(questions, "--out", out)

    assert done.returncode == 1
    # A long problem goes on in an indented line.
    one, two = (line for line in done.stderr.splitlines() if line.startswith("error: "))
    assert "line 1: question is" in one
    assert "line 2: is no JSON" in two
    assert not out.exists()


def test_a_local_run_that_lacks_a_refused_job_leaves_its_results_and_fails(
    questions: Callable[..., Path], tmp_path: Path
) -> None:
    out, sampled = tmp_path / "out", ("--temperatures", "0.7", "--paths", "3")

    done = local_run(questions(120), "--out", out, *sampled, "--faults", "refused")

    assert done.returncode == 1
    assert "warning: 1 job of 2 refused, the report covers the others" in done.stdout
    assert "Accuracy of the vote on 120 questions · SIMULATED" in done.stdout
    assert (out / "report.json").is_file()
    [line] = done.stderr.splitlines()
    assert line.startswith("error: 1 job of 2 refused")


@pytest.fixture
def refused(deployed: Any, questions: Callable[..., Path]) -> Run:
    """A run of which Bedrock has refused a job, as it does for the first asked for."""
    deployed.local_stack.bedrock_emulator.use(Faults(refuse_creates=[1]))
    run: Run = deployed.run(questions(COUNT), REQUEST).run
    deployed.local_stack.bedrock_emulator.use(NO_FAULTS)
    assert (run.status, run.reason) == ("failed", "JobRefusedError")
    return run


def test_the_command_fetches_what_a_failed_run_left_and_resumes_it(
    deployed: Any, refused: Run, tmp_path: Path
) -> None:
    partial, whole = tmp_path / "partial", tmp_path / "whole"

    followed = selfconsistency(deployed, "follow", refused.run_id)
    before = selfconsistency(deployed, "fetch", refused.run_id, "--out", partial)
    redriven = selfconsistency(deployed, "redrive", refused.run_id)
    after = selfconsistency(deployed, "fetch", refused.run_id, "--out", whole)

    assert followed.returncode == 1
    assert followed.stderr.splitlines()[-1] == (
        f"resume with: selfconsistency redrive {refused.run_id}"
    )
    assert before.stdout.startswith("warning: 1 job of 2 refused, the report covers the others")
    assert (redriven.returncode, redriven.stderr) == (0, "")
    assert redriven.stdout.splitlines()[-1] == f"run {refused.run_id}: succeeded, redriven 1×"
    assert (after.returncode, "warning" in after.stdout) == (0, False)
    assert [sampled_paths(folder) for folder in (partial, whole)] == [{0}, {10}]


def selfconsistency(deployed: Any, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "selfconsistency", *arguments]
    reached = {**os.environ, **deployed.local_stack.emulator.environment()}
    return subprocess.run(
        command, cwd=ROOT, env=reached, capture_output=True, text=True, check=False
    )


def sampled_paths(folder: Path) -> set[int]:
    """Return how many paths the questions sampled at 0.7 have."""
    votes = map(json.loads, (folder / "votes.jsonl").read_bytes().splitlines())
    return {vote["paths"] for vote in votes if vote["setting"] == "T0.7"}
