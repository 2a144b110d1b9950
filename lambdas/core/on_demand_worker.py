"""The worker of an on-demand job: calls the model for its records, several at a time."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from random import random
from threading import Event, Lock

from lambdas.core.errors import NoOnDemandError
from lambdas.core.on_demand import MAX_TRIES, Failure, Record, Reply, back_off_s


@dataclass(slots=True)
class OnDemandWorker:
    """Calls the model for records, and stores each outcome at once.

    Attributes:
        invoke: makes one call for a record.
        store: stores the outcome of a record.
        left_s: seconds in which a call may still begin.
        look: called now and then with the outcomes stored so far; what it raises ends the work.
        look_every_s: seconds between two looks.
        stored: outcomes stored so far.
        dropped: records begun, and left to the next invocation because time ran out.
        exhausted: whether every record was begun.
    """

    invoke: Callable[[Record], Reply | Failure]
    store: Callable[[Record, Reply | Failure], None]
    left_s: Callable[[], float]
    look: Callable[[int], None]
    look_every_s: float = 20
    stored: int = 0
    dropped: int = 0
    exhausted: bool = False
    _lock: Lock = field(default_factory=Lock)
    _stopped: Event = field(default_factory=Event)

    def run(self, records: Iterator[Record], at_once: int) -> bool:
        """Work until no record or no time is left, and return whether all records are stored.

        Open calls are waited for even if something is raised, because they are billed.

        Args:
            records: without a stored reply.
            at_once: how many calls to make at a time.

        Raises:
            Exception: what a call, a store or a look raised first.
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
            done, workers = wait(workers, self.look_every_s, FIRST_EXCEPTION)
            for worker in done:
                worker.result()
            if workers:
                self.look(self.stored)

    def _work(self, records: Iterator[Record]) -> None:
        while (record := self._next(records)) is not None:
            outcome = self._outcome(record)
            if outcome is not None:
                self.store(record, outcome)
            with self._lock:
                self.stored += outcome is not None
                self.dropped += outcome is None

    def _next(self, records: Iterator[Record]) -> Record | None:
        with self._lock:
            if self._stopped.is_set() or self.exhausted or self.left_s() <= 0:
                return None
            record = next(records, None)
            self.exhausted = record is None
            return record

    def _outcome(self, record: Record) -> Reply | Failure | None:
        """Return the outcome of a record; `None` if it has none before time runs out.

        Raises:
            NoOnDemandError: the service could not be reached, try after try.
        """
        tries = 0
        failures: Counter[str] = Counter()
        while True:
            outcome = self.invoke(record)
            if isinstance(outcome, Reply) or outcome.kind == "final":
                return outcome
            failures[outcome.kind] += 1
            if failures[outcome.kind] == MAX_TRIES.get(outcome.kind):
                return _last_failure(outcome)
            pause_s = back_off_s(tries, random())  # noqa: S311 - chance, not a secret
            if self._stopped.is_set() or self.left_s() <= pause_s:
                return None
            time.sleep(pause_s)
            tries += 1


def _last_failure(failure: Failure) -> Failure:
    """Return a failure that ends its record; raise one that would end every record."""
    if failure.kind == "unreachable":
        raise NoOnDemandError(
            f"{failure.message}; choose a Region that has models on demand, or a dataset large"
            " enough for batch jobs"
        )
    return failure
