"""The faults in force: which strike, by number and by lot, and how often each has struck."""

import random
import time
from collections import Counter
from collections.abc import Mapping
from threading import Lock

from local.bedrock.settings import Faults


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
