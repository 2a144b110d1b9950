"""The demo from the command to its end, deployed to the emulator and in one process."""

import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Mapping

from benchmarks.measure import ROUNDS, Measurement
from benchmarks.samples import EXAMPLES
from local.assembly import ROOT

_DEMO = (sys.executable, "-m", "local", "run", str(EXAMPLES), "--answers-from", "simulated")
_BASELINE = "demo in one process"
_WAYS: Mapping[str, tuple[str, ...]] = {_BASELINE: (), "demo deployed": ("--deployed",)}
# What the command prints with its time, and what the time up to there went into.
_PHASE = re.compile(r"^\[ *([0-9.]+) s\] (.*)$", re.MULTILINE)
_PARTS = {
    r"deployed stack": "deploying",
    r"run \S+ succeeded": "the run",
    r"all stopped": "results and stopping",
}


def measure() -> list[Measurement]:
    """Return the median time of the demo in each way, and where it goes."""
    # Layer and assembly are made before anything is timed.
    _timed(("--deployed", "--limit", "1"))
    rounds = [{way: _timed(options) for way, options in _WAYS.items()} for _ in range(ROUNDS)]
    medians = {
        (way, part): statistics.median(each[way][part] for each in rounds)
        for way in _WAYS
        for part in rounds[0][way]
    }
    baseline = medians[_BASELINE, "whole"]
    return [
        Measurement(way, part, seconds, "s", f"{_BASELINE}, whole", seconds / baseline)
        for (way, part), seconds in medians.items()
    ]


def _timed(options: tuple[str, ...]) -> dict[str, float]:
    """Run the demo once; return its seconds, and those of its parts."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        done = subprocess.run(
            [*_DEMO, "--out", folder, *options],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        whole_s = time.perf_counter() - began
    return {"whole": whole_s, **parts_of(done.stdout, whole_s)}


def parts_of(printed: str, whole_s: float) -> dict[str, float]:
    r"""Return where a command's seconds went, from the times that it printed.

    >>> parts_of("[  1.5 s] deployed stack S\n[  9.5 s] run r succeeded\n", 10.0)
    {'deploying': 1.5, 'the run': 8.0, 'starting Python': 0.5}
    """
    parts: dict[str, float] = defaultdict(float)
    before = 0.0
    for seconds, phase in _PHASE.findall(printed):
        for pattern, part in _PARTS.items():
            if re.match(pattern, phase):
                parts[part] += float(seconds) - before
                before = float(seconds)
    parts["starting Python"] = whole_s - before
    return dict(parts)
