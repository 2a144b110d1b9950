"""The order of the steps, as the state machine has it."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from queue import Queue
from threading import Lock, Thread
from typing import Any, NoReturn

from lambdas.contract import StepName
from selfconsistency.one_process.steps import raised_error

# As the state machine's maps over partitions.
PARTITIONS_AT_ONCE = 5
_STOP_WITHIN_S = 10.0
State = dict[str, Any]
Call = Callable[[StepName, Any], Any]


@dataclass(frozen=True, slots=True)
class Workflow:
    """Plan, then waves of jobs and votes until no job is needed, then answers and report.

    Attributes:
        call: calls a step with a state, and returns its receipt.
        lines: returns the lines of a file in the bucket.
        pause: waits until the next look at a job may find something new; it gets the job's state,
            and may set how long it has waited.
        jobs_at_once: the most children of the map over jobs, of which a run may ask for fewer; at
            1, all runs in this thread.
    """

    call: Call
    lines: Callable[[str], Sequence[State]]
    pause: Callable[[State], None]
    jobs_at_once: int = 1

    def run(self) -> State:
        """Run an execution to its end and return its last receipt."""
        planned = self.call("Plan", {})
        return planned if planned["duplicate"] else self.after_plan(planned)

    def after_plan(self, state: State) -> State:
        """Continue from Plan's receipt."""
        if state["pilot"]:
            state = self.call("Pilot", state)
        return self.continue_from(self.call("PlanWave", state))

    def continue_from(self, state: State) -> State:
        """Continue from a planned wave, or from Reopen's receipt."""
        while state["jobs"]:
            self._jobs(state["jobs_key"])
            self._partitions(state, "Vote")
            state = self.call("PlanWave", state)
        self._partitions(state, "Publish")
        receipt: State = self.call("Report", state)
        return receipt

    def job(self, job: State) -> State:
        """Run a job to its end as the child of the map does; return its last state."""
        job["input"] = self.call("Build", job)
        if job["input"]["collected"]:
            return job
        job["bedrock"] = self.call("Invoke" if job["on_demand"] else "Submit", job)
        return self.finish(job)

    def finish(self, job: State) -> State:
        """Submit until there is a slot, poll until the job has ended, or invoke; collect."""
        while not job["bedrock"].get("ended"):
            self.pause(job)
            job["bedrock"] = self.call(_next(job), job)
        job["collected"] = self.call("Collect", job)
        return job

    def _jobs(self, key: str) -> None:
        """Run a wave's jobs; of those that the run may not have at once, the first begin.

        Slots alone would let a later job be submitted first.
        """
        jobs = self.lines(key)
        self._each(jobs, self.job, min(self.jobs_at_once, *(job["jobs_at_once"] for job in jobs)))

    def _partitions(self, state: State, step: StepName) -> None:
        at_once = min(self.jobs_at_once, PARTITIONS_AT_ONCE)
        lines = self.lines(state["partitions_key"])
        self._each(lines, lambda line: self.call(step, line), at_once)

    def _each(self, lines: Sequence[State], child: Callable[[State], object], at_once: int) -> None:
        if at_once == 1:
            for line in lines:
                child(line)
            return
        Children(iter(lines), self._aborting(child)).run(min(at_once, len(lines)))

    def _aborting(self, child: Callable[[State], object]) -> Callable[[State], object]:
        """Return the child, which reports its own error to Abort: the map does not know it."""

        def run(line: State) -> object:
            try:
                return child(line)
            except Exception as error:
                members = {"run_id": line["run_id"], "error": raised_error(error)}
                self.call("Abort", members)
                raise

        return run


@dataclass(slots=True)
class Children:
    """Threads that run a map's children; the first that fails ends the map."""

    lines: Iterator[State]
    child: Callable[[State], object]
    failures: list[Exception] = field(default_factory=list)
    _ended: Queue[None] = field(default_factory=Queue)
    _lock: Lock = field(default_factory=Lock)

    def run(self, at_once: int) -> None:
        """Run a child for each line.

        Raises:
            Exception: what a child raised first.
        """
        # Daemons, because nothing may keep an interrupted command from ending.
        threads = [Thread(target=self._work, daemon=True) for _ in range(at_once)]
        for thread in threads:
            thread.start()
        for _ in threads:
            self._ended.get()
            if self.failures:
                self._leave(threads)

    def _leave(self, threads: Sequence[Thread]) -> NoReturn:
        """Wait a little for the other children, which find the run ended, and raise."""
        until = time.monotonic() + _STOP_WITHIN_S
        for thread in threads:
            thread.join(max(until - time.monotonic(), 0))
        raise self.failures[0]

    def _work(self) -> None:
        try:
            while (line := self._next()) is not None:
                self.child(line)
        except Exception as error:
            self.failures.append(error)
        finally:
            self._ended.put(None)

    def _next(self) -> State | None:
        with self._lock:
            return None if self.failures else next(self.lines, None)


def _next(job: Mapping[str, Any]) -> StepName:
    if job["on_demand"]:
        return "Invoke"
    return "Poll" if job["bedrock"]["submitted"] else "Submit"
