"""The promise about input from outside: a result or our own error, in bounded time and memory."""

import os
import signal
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings

from lambdas.core.errors import SelfConsistencyError
from lambdas.core.run_failure import MAX_MESSAGE

Outcome = TypeVar("Outcome")

MINUTES = float(os.environ.get("FUZZ_MINUTES", "10"))
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "3000"))
# Ends what hangs, so that it is reported; hypothesis reports an example that is merely slow.
HANG_S = 20
# Of the input: its lines, their JSON and what is read from it, each once or twice.
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
    """A call takes longer than any input should."""


def outcome(
    call: Callable[[], Outcome],
    size: int,
    refused: type[Exception] | tuple[type[Exception], ...] = SelfConsistencyError,
) -> Outcome | None:
    """Return what a call returns, `None` if it refuses its input with our own error.

    Args:
        call: reads the input.
        size: of the input, in bytes.
        refused: the errors that it may raise.
    """
    with _bounded(size):
        try:
            return call()
        except refused as error:
            message = str(error)
    assert 0 < len(message) <= MAX_MESSAGE, len(message)
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
