"""Memory of Collect: its peak on a file of 1 GB, against one of 100 MB."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Measurement
from benchmarks.samples import FORM, PATHS, job_records, output_lines, questions
from lambdas.core.answers.reader import read_arithmetic
from lambdas.core.outputs.reader import MAX_ROW_BYTES, OutputReader
from lambdas.core.text import split_lines

_SMALL_MB, _LARGE_MB = 100, 1000
_QUESTIONS = 2_000


def measure() -> list[Measurement]:
    """Return the peaks, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        rows = list(output_lines(questions(_QUESTIONS)))
        peaks = {
            megabytes: _peak(Path(folder), rows, megabytes) for megabytes in (_SMALL_MB, _LARGE_MB)
        }
    baseline = f"{_SMALL_MB} MB file"
    return [
        Measurement(
            "collect memory",
            f"{megabytes} MB file",
            peak,
            "MiB peak",
            baseline,
            peak / peaks[_SMALL_MB],
        )
        for megabytes, peak in peaks.items()
    ]


def _peak(folder: Path, rows: list[bytes], megabytes: int) -> float:
    path = folder / f"{megabytes}.jsonl.out"
    block = b"".join(rows)
    with path.open("wb") as file:
        while file.tell() < megabytes * 1_000_000:
            file.write(block)
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.memory", str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(ran.stdout)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(8 * 2**20):
            yield piece


def main(path: Path) -> None:
    """Collect a file and print the most memory it took, in MiB."""
    reader = OutputReader(job_records(_QUESTIONS), 0, FORM, first=0, read_answer=read_arithmetic)
    written = len(reader.read(split_lines(_pieces(path), MAX_ROW_BYTES)))
    if not written or reader.counts.answered < _QUESTIONS * PATHS // 2:
        raise SystemExit("the file was not read")
    status = Path("/proc/self/status").read_text().split("\n")
    peak = next(line for line in status if line.startswith("VmHWM"))
    print(int(peak.split()[1]) / 1024)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
