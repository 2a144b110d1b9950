import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]


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
        "report.html",
        "report.json",
        "votes.jsonl",
    ]
    assert "Accuracy of the vote on 120 questions · SIMULATED" in done.stdout
    assert "Peak memory" in done.stdout
    assert done.stderr == ""


def test_local_run_tells_all_that_plan_refuses_in_one_line(tmp_path: Path) -> None:
    questions = tmp_path / "bad.jsonl"
    questions.write_text('{"question": ""}\nnot json\n')
    out = tmp_path / "out"

    done = local_run(questions, "--out", out)

    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert "line 1" in line
    assert "line 2" in line
    assert not out.exists()
