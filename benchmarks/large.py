"""Large runs: time and memory of the steps whose work grows with the question set.

`python -m benchmarks.large QUESTIONS PATHS` carries such a run out on the local stack instead.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path

from rich.console import Console

from benchmarks.measure import Measurement
from benchmarks.samples import EXAMPLES, RECORDED, ROOT
from local.run import LocalRun, run_locally
from selfconsistency.answers_from import AnswersFrom

_SMALL, _LARGE = 100_000, 1_000_000
# GSM8K's questions with their solutions, where they lie beside the repository.
_GSM8K = RECORDED.with_name("gsm8k_train.jsonl")


def measure() -> list[Measurement]:
    """Return what the steps take, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        sets = {count: Path(folder) / f"{count}.jsonl" for count in (_SMALL, _LARGE)}
        for count, path in sets.items():
            write_set(path, count)
        counts = {f"{count:,} questions": str(count) for count in sets}
        paths = {f"{count:,} questions": str(path) for count, path in sets.items()}
        return [
            *_grown("Plan", "plan", paths),
            *_grown("PlanWave, 4 settings of 15 paths", "layout", counts),
            *_grown("Vote, 10,000 questions", "vote", {"15 paths": "15", "100 paths": "100"}),
            *_grown("Report, 4 settings", "report", counts),
        ]


def write_set(path: Path, count: int) -> None:
    """Write so many questions, known ones over and over, each with its number in it."""
    source = _GSM8K if _GSM8K.exists() else EXAMPLES
    rows = [json.loads(line) for line in source.read_text(encoding="utf-8").split("\n") if line]
    with path.open("w", encoding="utf-8") as file:
        for number, row in enumerate(islice(cycle(rows), count)):
            question = f"{row['question']} (Task {number}.)"
            file.write(json.dumps({"question": question, "answer": row["answer"]}) + "\n")


def _grown(name: str, step: str, arguments: dict[str, str]) -> Iterator[Measurement]:
    """Yield a step's seconds and memory, against those of the first argument."""
    taken = {contender: _apart(step, argument) for contender, argument in arguments.items()}
    baseline, *_ = taken
    for figure, unit in (("seconds", "s of a processor"), ("peak_mib", "MiB peak")):
        for contender, figures in taken.items():
            ratio = figures[figure] / taken[baseline][figure]
            yield Measurement(name, contender, figures[figure], unit, baseline, ratio)


def _apart(step: str, argument: str) -> dict[str, float]:
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.large_steps", step, argument],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def main(count: int, paths: int) -> None:
    """Run so many questions and paths on the local stack, and print what it prints of a run."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "questions.jsonl"
        write_set(path, count)
        asked = LocalRun(
            questions=path,
            answers=AnswersFrom("simulated"),
            out=ROOT / "out" / "large",
            request={"temperatures": [0.7], "paths": paths, "greedy": False},
        )
        run_locally(asked, Console())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
