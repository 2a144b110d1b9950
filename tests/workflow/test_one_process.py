"""`local run` in one process, as its user sees it: a command with a status and files."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.workflow.endpoint import endpoint

ROOT = Path(__file__).parents[2]
SOON_S = 120
# What a run in one process must not need.
WITHOUT = """
import sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {"aws_cdk", "jsii", "constructs", "ministack", "trustme"}:
            raise ImportError(f"{name} must not be needed")

sys.meta_path.insert(0, Absent())
import runpy
runpy.run_module("local", run_name="__main__")
"""


def command(*arguments: object, code: str = "") -> list[str]:
    how = ["-c", code] if code else ["-m", "local"]
    return [sys.executable, *how, "run", *map(str, arguments)]


def finished(*arguments: object, code: str = "", **variables: str) -> Any:
    environment = {**os.environ, **variables}
    return subprocess.run(
        command(*arguments, code=code),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SOON_S,
        check=False,
    )


def test_a_run_needs_neither_cdk_nor_node_nor_the_emulator(
    questions: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"

    done = finished(
        *(questions(5), "--answers-from", "simulated", "--temperatures", "0.7", "--paths", "3"),
        *("--out", out),
        code=WITHOUT,
        PATH="/nowhere",
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert {file.name for file in out.iterdir()} == {
        *("report.json", "report.html", "final.jsonl", "votes.jsonl", "accuracy.csv")
    }
    assert "Accuracy of the vote on 5 questions" in done.stdout
    assert "Peak memory" not in done.stdout


def test_peak_memory_is_shown_to_those_who_ask(
    questions: Callable[..., Path], tmp_path: Path
) -> None:
    done = finished(
        *(questions(3), "--answers-from", "simulated", "--temperatures", "", "--memory"),
        *("--out", tmp_path / "out"),
    )

    assert done.returncode == 0
    assert "Peak memory" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        pytest.param(
            ["-c", "jobs_at_once=many"],
            "error: jobs_at_once is 'many', must be a whole number of jobs from 1 to",
            id="a setting that is none",
        ),
        pytest.param(
            ["-c", "jobs_at_once=many", "--deployed"],
            "error: jobs_at_once is 'many', must be a whole number of jobs from 1 to",
            id="a setting that is none, deployed",
        ),
        pytest.param(
            ["-c", "kms_key_arn=arn:aws:kms:us-east-1:123456789012:key/" + "0" * 36],
            "error: -c kms_key_arn needs a deployed stack: add --deployed",
            id="a setting of a deployed stack",
        ),
        pytest.param(
            ["--faults", "crashes"],
            "error: faults crashes are not of Bedrock alone: add --deployed",
            id="faults of AWS",
        ),
        pytest.param(["--paths", "0"], "error: paths is 0, must be", id="refused by Plan"),
    ],
)
def test_what_cannot_be_run_is_refused_in_a_line(
    arguments: list[str], reason: str, questions: Callable[..., Path], tmp_path: Path
) -> None:
    done = finished(
        questions(3), "--answers-from", "simulated", "--out", tmp_path / "out", *arguments
    )

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(reason)


def test_a_setting_of_the_stack_reaches_the_steps(
    questions: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"

    done = finished(
        *(questions(3), "--answers-from", "simulated", "--paths", "2", "--temperatures", "0.7"),
        *("-c", "min_records=1", "--no-greedy", "--out", out),
    )

    assert done.returncode == 0
    jobs = json.loads((out / "report.json").read_bytes())["jobs"]
    assert [job["on_demand"] for job in jobs] == [False]


def test_a_fault_of_bedrock_strikes_in_one_process_too(
    questions: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"

    done = finished(
        *(questions(30), "--answers-from", "simulated", "--paths", "4", "--temperatures", "0.7"),
        *("--no-greedy", "--attempts", "1", "--faults", "error-rows", "--out", out),
    )

    assert done.returncode == 0
    assert "faults error-rows, seed" in done.stdout
    assert any(job["errors"] for job in json.loads((out / "report.json").read_bytes())["jobs"])


class Stalling:
    """A model that answers so many prompts, and lets all others wait until it is released."""

    def __init__(self, answers: int) -> None:
        self.waiting, self.released = Event(), Event()
        self._left = iter(range(answers))

    def __call__(self, prompt: str) -> str:
        if next(self._left, None) is None:
            self.waiting.set()
            self.released.wait(SOON_S)
        return "The answer is 2."


@pytest.mark.parametrize("count", [5, 120])
def test_an_interrupt_ends_a_run_whose_model_does_not_answer(
    count: int, questions: Callable[..., Path], tmp_path: Path
) -> None:
    model = Stalling(answers=2)
    with endpoint(model) as url:
        running = subprocess.Popen(
            command(
                *(questions(count), "--answers-from", f"openai:{url}", "--paths", "2"),
                *("--temperatures", "0.7", "--out", tmp_path / "out"),
            ),
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            assert model.waiting.wait(SOON_S)
            running.send_signal(signal.SIGINT)
            # While its requests are still open: it must not wait for the model.
            _, complaint = running.communicate(timeout=SOON_S / 2)
        finally:
            running.kill()
            model.released.set()

    assert running.returncode == 130
    [line] = complaint.splitlines()
    assert line.startswith("error: interrupted; the same command continues")


def test_a_job_on_demand_uses_every_answer_of_a_model(
    questions: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"

    with endpoint(lambda prompt: "The answer is 2.") as url:
        done = finished(
            *(questions(5), "--answers-from", f"openai:{url}", "--paths", "2", "--no-greedy"),
            *("--temperatures", "0.7", "--out", out),
        )

    assert done.returncode == 0
    report = json.loads((out / "report.json").read_bytes())
    assert (report["totals"]["generations"], report["settings"][0]["unanswered"]) == (10, 0)
