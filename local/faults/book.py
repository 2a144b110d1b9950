"""The faults in force in an emulator, and how often each has hit."""

from collections.abc import Mapping, Sequence
from random import Random
from threading import Lock

from local.faults.edge import EdgeFault


class FaultBook:
    """The faults in force, and how often each has hit. Safe to use from several threads.

    Attributes:
        lots: seeded with the faults, for what else a fault leaves to chance.

    >>> book = FaultBook()
    >>> book.use([EdgeFault("Collect", "s3", "PutObject", "throttle", first=1)], seed=0)
    >>> book.hit("Collect", "s3", "PutObject").kind
    'throttle'
    >>> book.hit("Collect", "s3", "PutObject") is None
    True
    >>> book.injected()
    {'throttle Collect s3 PutObject': 1}
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._faults: list[_Counted] = []
        self.lots = Random(0)  # noqa: S311 (lots, no secrets)

    def use(self, faults: Sequence[EdgeFault], seed: int) -> None:
        """Replace all faults; what was counted and drawn begins anew."""
        counted = [_Counted(fault, f"{seed}:{place}") for place, fault in enumerate(faults)]
        with self._lock:
            self._faults, self.lots = counted, Random(seed)  # noqa: S311 (lots, no secrets)

    def hit(self, function: str, service: str, action: str) -> EdgeFault | None:
        """Return the fault that hits a call, if any: the first in order of the list.

        A call that is hit is not seen by the faults after that one: it is made again.
        """
        with self._lock:
            for counted in self._faults:
                if counted.matches(function, service, action) and counted.hits():
                    return counted.fault
        return None

    def injected(self) -> Mapping[str, int]:
        """Return "KIND FUNCTION SERVICE ACTION" of each fault → how often it has hit.

        An empty function or action reads `any`. Faults that read the same are added up.
        """
        counts: dict[str, int] = {}
        with self._lock:
            for counted in self._faults:
                counts[counted.name] = counts.get(counted.name, 0) + counted.hit_calls
        return counts


class _Counted:
    def __init__(self, fault: EdgeFault, seed: str) -> None:
        self.fault = fault
        self.hit_calls = 0
        self._calls = 0
        self._lots = Random(seed)  # noqa: S311 (lots, no secrets)

    @property
    def name(self) -> str:
        fault = self.fault
        return f"{fault.kind} {fault.function or 'any'} {fault.service} {fault.action or 'any'}"

    def matches(self, function: str, service: str, action: str) -> bool:
        fault = self.fault
        return (
            fault.service == service
            and fault.function in ("", function)
            and fault.action in ("", action)
        )

    def hits(self) -> bool:
        self._calls += 1
        beyond = self._calls - self.fault.skip
        hit = 0 < beyond <= self.fault.first or (
            beyond > self.fault.first and self._lots.random() < self.fault.share
        )
        self.hit_calls += hit
        return hit
