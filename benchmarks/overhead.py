"""A local run from nothing to all stopped, against the time of its batch jobs alone."""

import io
import tempfile
from pathlib import Path

from rich.console import Console

from benchmarks.measure import Measurement
from benchmarks.samples import EXAMPLES
from local.run import LocalRun, run_locally
from selfconsistency.answers_from import AnswersFrom

_REQUEST = {"temperatures": [0.7], "paths": 10}


def measure() -> list[Measurement]:
    """Return how long the examples take, and how much of it is not their jobs' own."""
    with tempfile.TemporaryDirectory() as folder:
        asked = LocalRun(
            questions=EXAMPLES,
            answers=AnswersFrom("simulated"),
            out=Path(folder),
            request=_REQUEST,
        )
        timing = run_locally(asked, Console(file=io.StringIO()))
    parts = {"its jobs": timing.jobs_s, "all the rest": timing.beyond_jobs_s}
    return [
        Measurement("local run", part, seconds, "s", "its jobs", seconds / timing.jobs_s)
        for part, seconds in parts.items()
    ]
