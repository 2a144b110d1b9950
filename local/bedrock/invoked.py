"""What has been asked on demand so far: for tests to read, and to bound calls under way."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from local.bedrock.calls import THROTTLED
from local.bedrock.errors import ThrottlingError
from local.bedrock.families.family import Output
from local.bedrock.injection import Injection


@dataclass(slots=True)
class Invoked:
    """Calls by how they ended; those neither answered, throttled nor failed were refused.

    `answered` are those that are billed, with their tokens; `lost` of these never arrived.
    """

    calls: int = 0
    throttled: int = 0
    failed: int = 0
    answered: int = 0
    lost: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    under_way: int = 0
    most_at_once: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    @contextmanager
    def call(self, injection: Injection, at_once: int) -> Iterator[bool]:
        """Count a call; yields whether it is to fail.

        Raises:
            ThrottlingError: it is one of those to be throttled, or there are too many.
        """
        with self._lock:
            self.calls += 1
            throttles = injection.first("throttle_invokes", injection.faults.throttle_invokes)
            if throttles or self.under_way >= at_once:
                self.throttled += 1
                raise ThrottlingError(THROTTLED)
            fails = injection.first("fail_invokes", injection.faults.fail_invokes)
            self.failed += fails
            self.under_way += 1
            self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            yield fails
        finally:
            with self._lock:
                self.under_way -= 1

    def bill(self, output: Output, injection: Injection) -> bool:
        """Count an answer; returns whether it is to be lost."""
        with self._lock:
            self.answered += 1
            self.tokens_in += output.tokens_in
            self.tokens_out += output.tokens_out
            loses = injection.first("lose_invokes", injection.faults.lose_invokes)
            self.lost += loses
        return loses
