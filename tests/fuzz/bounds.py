"""The promise about bytes from without: an outcome or our own error, in bounded time and memory."""

import os
import signal
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings

from lambdas.core.ending import MAX_MESSAGE
from lambdas.core.errors import SelfConsistencyError

Outcome = TypeVar("Outcome")

MINUTES = float(os.environ.get("FUZZ_MINUTES", "10"))
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3000"))
# A hang is ended, so that it is told; an example that is merely slow is told by hypothesis.
HANG_S = 20
# Of the input: its lines, their JSON, and what is read of it, each held once or twice.
MEMORY_PER_BYTE = 100
MEMORY_BYTES = 4 * 2**20

FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=timedelta(seconds=2),
    derandomize=False,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class HangError(Exception):
    """Something takes longer than any input is worth."""


def outcome(
    call: Callable[[], Outcome],
    size: int,
    refused: type[Exception] | tuple[type[Exception], ...] = SelfConsistencyError,
) -> Outcome | None:
    """Return what a call returns, `None` where it refuses its input in our words.

    Args:
        call: reads the input.
        size: of the input, in bytes.
        refused: the errors that it may raise.
    """
    with _bounded(size):
        try:
            return call()
        except refused as error:
            told = str(error)
    assert 0 < len(told) <= MAX_MESSAGE, len(told)
    return None


@contextmanager
def _bounded(size: int) -> Iterator[None]:
    tracemalloc.start()
    previous = signal.signal(signal.SIGALRM, _hangs)
    signal.setitimer(signal.ITIMER_REAL, HANG_S)
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
        assert peak <= MEMORY_PER_BYTE * size + MEMORY_BYTES, (peak, size)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
        tracemalloc.stop()


def _hangs(*_: Any) -> None:
    raise HangError(f"more than {HANG_S} s for one input")
