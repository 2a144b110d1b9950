"""One turn of asking: a job's records answered, some at once, for as long as there is time."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from random import random
from threading import Event, Lock

from lambdas.core.errors import JobRefusedError
from lambdas.core.on_demand import MOST_TRIES, Failure, Record, Reply, back_off_s


@dataclass(slots=True)
class Turn:
    """Asks for records and keeps each that has ended, at once.

    Attributes:
        ask: makes one call for a record.
        keep: keeps how a record ended.
        left_s: seconds in which a call may still be begun.
        look: called now and then with the records kept so far; what it raises ends the turn.
        look_every_s: seconds between two looks.
        kept: the records that ended in this turn.
        dropped: those taken up, and left for the next turn for want of time.
        exhausted: whether every record was taken up.
    """

    ask: Callable[[Record], Reply | Failure]
    keep: Callable[[Record, Reply | Failure], None]
    left_s: Callable[[], float]
    look: Callable[[int], None]
    look_every_s: float = 20
    kept: int = 0
    dropped: int = 0
    exhausted: bool = False
    _lock: Lock = field(default_factory=Lock)
    _stopped: Event = field(default_factory=Event)

    def run(self, records: Iterator[Record], at_once: int) -> bool:
        """Ask until there is no record, or no time, and return whether all have ended.

        Calls under way are waited for even where something is raised: they are paid for.

        Raises:
            Exception: what a call, a write or a look raised first.
        """
        with ThreadPoolExecutor(at_once) as threads:
            workers = {threads.submit(self._work, records) for _ in range(at_once)}
            try:
                self._watch(workers)
            finally:
                self._stopped.set()
        return self.exhausted and not self.dropped

    def _watch(self, workers: set[Future[None]]) -> None:
        while workers:
            ended, workers = wait(workers, self.look_every_s, FIRST_EXCEPTION)
            for worker in ended:
                worker.result()
            if workers:
                self.look(self.kept)

    def _work(self, records: Iterator[Record]) -> None:
        while (record := self._next(records)) is not None:
            end = self._end_of(record)
            if end is not None:
                self.keep(record, end)
            with self._lock:
                self.kept += end is not None
                self.dropped += end is None

    def _next(self, records: Iterator[Record]) -> Record | None:
        with self._lock:
            if self._stopped.is_set() or self.exhausted or self.left_s() <= 0:
                return None
            record = next(records, None)
            self.exhausted = record is None
            return record

    def _end_of(self, record: Record) -> Reply | Failure | None:
        """Return how a record ended; `None` where it did not in the time there is.

        Raises:
            JobRefusedError: the service was not to be reached, try after try.
        """
        tries = 0
        failures: Counter[str] = Counter()
        while True:
            end = self.ask(record)
            if isinstance(end, Reply) or end.kind == "final":
                return end
            failures[end.kind] += 1
            if failures[end.kind] == MOST_TRIES.get(end.kind):
                return _last(end)
            pause_s = back_off_s(tries, random())  # noqa: S311 - chance, not a secret
            if self._stopped.is_set() or self.left_s() <= pause_s:
                return None
            time.sleep(pause_s)
            tries += 1


def _last(end: Failure) -> Failure:
    """Return how a record ends that fails once more; raise what no other would escape."""
    if end.kind == "unreached":
        raise JobRefusedError(
            f"{end.message}; choose a Region that has models on demand, or a set large enough for"
            " batch jobs"
        )
    return end
