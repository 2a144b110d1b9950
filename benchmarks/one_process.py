"""A local run in one process: 7,473 questions, greedy and ten paths, and where its time goes."""

import io
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console

from benchmarks.measure import Measurement
from benchmarks.samples import ROOT
from selfconsistency.answers_from import AnswersFrom
from selfconsistency.one_process.run import OneProcessRun, peak_mib, run_in_one_process

# GSM8K's training set has as many.
_QUESTIONS = 7_473
_REQUEST = {"temperatures": [0.7], "paths": 10}
_LIMITS = {"seconds": 60.0, "MiB peak": 600.0}
_NAMES = ("Ana", "Ben", "Cleo", "Dev", "Eva", "Finn", "Gus", "Hana")
_THINGS = ("apples", "books", "coins", "tickets", "stamps", "shells", "cards", "bricks")


def measure() -> list[Measurement]:
    """Return time and memory of a run of 82,203 records, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.one_process"],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    return list(_measurements(json.loads(ran.stdout)))


def _measurements(found: dict[str, dict[str, float]]) -> Iterator[Measurement]:
    name = "local run in one process, 82,203 records"
    for unit, figure in found["whole"].items():
        limit = _LIMITS[unit]
        yield Measurement(name, "all of it", figure, unit, f"at most {limit:g}", figure / limit)
    whole_s = found["whole"]["seconds"]
    for step, seconds in found["steps"].items():
        unit = "s of a processor"
        yield Measurement(name, step, seconds, unit, "all of it", seconds / whole_s)


def _write_questions(path: Path) -> None:
    chance = random.Random(1)  # noqa: S311 - the same questions each time
    with path.open("w", encoding="utf-8") as file:
        for number in range(_QUESTIONS):
            had, more, each = chance.randint(2, 90), chance.randint(2, 40), chance.randint(2, 12)
            name, thing = chance.choice(_NAMES), chance.choice(_THINGS)
            text = (
                f"{name} has {had} {thing} in box {number}. A friend brings {more} {thing}, and"
                f" then each of {each} neighbours brings {each} more. How many {thing} does"
                f" {name} have now?"
            )
            answer = str(had + more + each * each)
            file.write(json.dumps({"question": text, "answer": answer}) + "\n")


def main() -> None:
    """Run it, and print what it took as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        questions = Path(folder, "questions.jsonl")
        _write_questions(questions)
        asked = OneProcessRun(
            questions=questions,
            answers=AnswersFrom("simulated"),
            out=Path(folder, "out"),
            request=_REQUEST,
        )
        took = run_in_one_process(asked, Console(file=io.StringIO()))
    whole = {"seconds": took.whole_s, "MiB peak": peak_mib()}
    print(json.dumps({"whole": whole, "steps": took.step_s}))


if __name__ == "__main__":
    main()
