"""The faults in force: which calls and jobs they strike, and how often each has struck."""

import random
import time
from collections import Counter
from collections.abc import Mapping
from threading import Lock
from typing import Literal

from selfconsistency.bedrock import errors
from selfconsistency.bedrock.settings import Faults, Refusal

Operation = Literal["creates", "gets", "lists", "stops"]
THROTTLED = "Too many requests, please wait before trying again."
FAILED = "The server encountered an internal error. Please try again."
_REFUSALS: Mapping[Refusal, type[errors.ApiError]] = {
    "Validation": errors.ValidationError,
    "AccessDenied": errors.AccessDeniedError,
}


class Injection:
    """One set of faults from the moment it is in force; counts what strikes. Thread-safe."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self.faults = faults
        self.seed = seed
        self._began = time.monotonic()
        self._struck: Counter[str] = Counter()
        self._numbers: Counter[str] = Counter()
        self._lock = Lock()

    def struck(self) -> Mapping[str, int]:
        """Return how often each fault has struck, by the name of its setting."""
        with self._lock:
            return {name: count for name, count in sorted(self._struck.items()) if count}

    def note(self, name: str, times: int = 1) -> None:
        """Count a fault."""
        with self._lock:
            self._struck[name] += times

    def first(self, name: str, most: int) -> bool:
        """Whether a fault strikes that is to strike `most` times; counts it if so."""
        with self._lock:
            strikes = self._struck[name] < most
            self._struck[name] += strikes
        return strikes

    def by_lot(self, name: str, share: float, what: str) -> bool:
        """Whether a fault strikes this one of all that have the name `what`; counts it if so."""
        if share <= 0:
            return False
        number = self.number(f"{name} {what}")
        strikes = random.Random(f"{self.seed}:{name}:{what}:{number}").random() < share  # noqa: S311
        if strikes:
            self.note(name)
        return strikes

    def number(self, what: str) -> int:
        """Return the next number, from 1, of those that have the name `what`."""
        with self._lock:
            self._numbers[what] += 1
            return self._numbers[what]

    def lasts(self, seconds: float) -> bool:
        """Whether these faults have been in force for less than so long."""
        return time.monotonic() - self._began < seconds


class Injections:
    """The faults in force now, which can be exchanged."""

    def __init__(self, faults: Faults, seed: int) -> None:
        self.now = Injection(faults, seed)

    def use(self, faults: Faults, seed: int) -> None:
        """Put other faults in force; what has begun keeps those it began with."""
        self.now = Injection(faults, seed)


def trip(injection: Injection, operation: Operation) -> None:
    """Let a call pass, or not.

    Raises:
        ThrottlingError: it is one of those to be throttled.
        InternalServerError: it is one of those to fail.
    """
    faults = injection.faults
    if injection.first(f"throttle_{operation}", getattr(faults, f"throttle_{operation}")):
        raise errors.ThrottlingError(THROTTLED)
    if injection.first(f"fail_{operation}", getattr(faults, f"fail_{operation}")):
        raise errors.InternalServerError(FAILED)
    if injection.by_lot("throttled_calls", faults.throttled_calls, operation):
        raise errors.ThrottlingError(THROTTLED)
    if injection.by_lot("failed_calls", faults.failed_calls, operation):
        raise errors.InternalServerError(FAILED)


def check_room(injection: Injection) -> None:
    """Let a create pass unless the account is to have no room.

    Raises:
        ServiceQuotaExceededError: it has none, whatever jobs there are.
    """
    faults = injection.faults
    full_for_a_while = injection.lasts(faults.quota_full_s)
    if full_for_a_while:
        injection.note("quota_full_s")
    if full_for_a_while or injection.first("quota_full_creates", faults.quota_full_creates):
        raise errors.ServiceQuotaExceededError(
            "You have reached the quota of in-progress and submitted batch inference jobs: "
            "other jobs of the account hold all places."
        )


def check_refusal(injection: Injection) -> None:
    """Let a create pass unless it is one of those to be refused for good.

    Raises:
        ApiError: it is.
    """
    faults = injection.faults
    if injection.number("creates") in faults.refuse_creates:
        injection.note("refuse_creates")
        raise _REFUSALS[faults.refusal]("You don't have access to the model named in the request.")
