"""The accuracy curve: computed exactly, compared to 100 re-draws in numpy and plain Python."""

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from benchmarks.measure import ROUNDS, Measurement
from benchmarks.samples import RECORDED, ROOT
from lambdas.core.answers.numeric import extract_number, gold_number
from lambdas.core.statistics.curve import Curve, chances

QUESTIONS, PATHS, REDRAWS = 7_473, 30, 100
SETTINGS = ("T0.5", "T0.7", "T1.0")
# A function of 512 MiB gets this share of a CPU: 1,769 MB get one full vCPU, says AWS.
LAMBDA_SHARE = 512 / 1769
# Plain Python takes minutes: time this many re-draws of one setting, and scale the time.
_PLAIN_REDRAWS = 2
_QUESTIONS = RECORDED.with_name(RECORDED.name.replace(".recorded.", ".questions."))
_BASELINE = "exact"
_NAME = f"curve, {QUESTIONS:,} × {PATHS} × {len(SETTINGS)}"


@dataclass(frozen=True, slots=True)
class Paths:
    """The answers of a question's paths: 0 is the right one, -1 none, others are wrong."""

    answers: tuple[int, ...]

    def signature(self) -> tuple[int, tuple[int, ...], int]:
        """Return the number of right paths, those of each wrong answer rising, and unanswered."""
        votes = Counter(self.answers)
        unanswered, right = votes.pop(-1, 0), votes.pop(0, 0)
        return right, tuple(sorted(votes.values())), unanswered


@dataclass(frozen=True, slots=True)
class Apart:
    """Time and peak memory of the exact curves in a process of their own."""

    seconds: float
    peak_mib: float


Sets = Sequence[Sequence[Paths]]


def measure() -> list[Measurement]:
    """Return seconds and peak memory for a run of the published size.

    All start from the same answers: counting them is part of the time. The exact curve is computed
    in a new process each time, without anything cached.
    """
    varied = simulated()
    sets = resampled() or varied
    runs = [_apart(sets) for _ in range(ROUNDS)]
    took = median(run.seconds for run in runs)
    seconds = {
        _BASELINE: took,
        "exact, 512 MiB function (scaled)": took / LAMBDA_SHARE,
        "exact, simulated": _apart(varied).seconds,
        "100 re-draws, numpy": _numpy(sets),
        "100 re-draws, plain (scaled)": _plain(sets),
    }
    peak, bare = max(run.peak_mib for run in runs), _apart([]).peak_mib
    return [
        *(
            Measurement(_NAME, name, taken, "s", _BASELINE, taken / took)
            for name, taken in seconds.items()
        ),
        Measurement(_NAME, _BASELINE, peak, "MiB peak", "the same without questions", peak / bare),
    ]


def exact(sets: Sets) -> list[Curve]:
    """Return the curve of each setting."""
    return [Curve.of(chances(*paths.signature()) for paths in questions) for questions in sets]


def resampled() -> Sets:
    """Return questions whose paths are drawn, with replacement, from recorded answers.

    A question is a recorded one, drawn at random; a path is one of its ten in the same setting.
    Empty if the recorded dataset is missing.
    """
    if not RECORDED.exists():
        return []
    golds = {row["question"]: gold_number(row["answer"]) for row in _rows(_QUESTIONS)}
    recorded = [(golds[row["question"]], row["samples"]) for row in _rows(RECORDED)]
    rng = Random(0)  # noqa: S311 (a simulation)

    def drawn(setting: str) -> list[Paths]:
        answers = [(gold, [*map(extract_number, texts[setting])]) for gold, texts in recorded]
        questions = rng.choices(answers, k=QUESTIONS)
        return [_coded(gold, rng.choices(answers, k=PATHS)) for gold, answers in questions]

    return [drawn(setting) for setting in SETTINGS]


def simulated() -> Sets:
    """Return questions with 4 to 30 distinct answers of random weights: more varied than real."""
    rng = Random(0)  # noqa: S311 (a simulation)

    def paths() -> Paths:
        answers = range(rng.randint(4, PATHS))
        weights = [rng.expovariate(1) for _ in answers]
        return Paths(tuple(rng.choices(answers, weights, k=PATHS)))

    return [[paths() for _ in range(QUESTIONS)] for _ in SETTINGS]


def redrawn_plainly(questions: Sequence[Paths], redraws: int, rng: Random) -> list[float]:
    """Return the mean accuracy for each number of paths, over re-draws."""
    right = [0] * PATHS
    for _ in range(redraws):
        for paths in questions:
            _vote_along(rng.sample(paths.answers, PATHS), right, rng)
    return [count / (redraws * len(questions)) for count in right]


def _vote_along(drawn: Sequence[int], right: list[int], rng: Random) -> None:
    """Count in `right` each number of paths whose vote is right."""
    votes: dict[int, int] = {}
    most, leaders = 0, [-1]
    for number, answer in enumerate(drawn):
        if answer >= 0:
            count = votes[answer] = votes.get(answer, 0) + 1
            if count > most:
                most, leaders = count, [answer]
            elif count == most:
                leaders.append(answer)
        right[number] += 0 in leaders and rng.random() * len(leaders) < 1


def _numpy(sets: Sets) -> float:
    from benchmarks.redraws import redrawn  # noqa: PLC0415 (the exact one's process has no numpy)

    start = time.perf_counter()
    for questions in sets:
        redrawn([paths.answers for paths in questions], REDRAWS)
    return time.perf_counter() - start


def _plain(sets: Sets) -> float:
    start = time.perf_counter()
    redrawn_plainly(sets[-1], _PLAIN_REDRAWS, Random(0))  # noqa: S311 (a simulation)
    return (time.perf_counter() - start) * len(sets) * REDRAWS / _PLAIN_REDRAWS


def _coded(right: str | None, answers: Sequence[str | None]) -> Paths:
    codes: dict[str | None, int] = {None: -1, right: 0}
    return Paths(tuple(codes.setdefault(answer, len(codes) - 1) for answer in answers))


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _apart(sets: Sets) -> Apart:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([[paths.answers for paths in questions] for questions in sets], file)
        file.flush()
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.curve", file.name],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
    return Apart(**json.loads(ran.stdout))


def main(path: Path) -> None:
    """Compute the curves of a file; print the seconds and the peak memory."""
    rows = json.loads(path.read_text())
    sets = [[Paths(tuple(answers)) for answers in questions] for questions in rows]
    start = time.perf_counter()
    exact(sets)
    seconds = time.perf_counter() - start
    status = Path("/proc/self/status").read_text().split("\n")
    peak = next(line for line in status if line.startswith("VmHWM"))
    print(json.dumps({"seconds": seconds, "peak_mib": int(peak.split()[1]) / 1024}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
