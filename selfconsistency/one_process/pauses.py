"""How long the workflow waits before it looks at a job again."""

import time
from collections.abc import Callable
from typing import Any

from selfconsistency.one_process.status_changes import StatusChanges

# A look that nothing has prompted shows how far the job is.
_LOOK_AGAIN_S = 1.0


class Pauses:
    """Waits until some job has changed its status, and counts the time for the job's clock.

    The clock has real time, so that limits such as 168 hours mean what they say. With faults it
    may have scaled time: what never comes would otherwise be waited for as long as on AWS.
    """

    def __init__(
        self,
        changes: StatusChanges,
        scale: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._changes = changes
        self._clock = clock
        self._scale = scale
        self._seen: dict[str, int] = {}
        self._rest_s: dict[str, float] = {}

    def __call__(self, job: dict[str, Any]) -> None:
        """Wait for a job; its receipt then says for how many whole seconds."""
        receipt, key = job["bedrock"], f"{job['wave']}#{job['job']}"
        began = self._clock()
        most_s = _LOOK_AGAIN_S if self._scale is None else receipt["wait_s"] * self._scale
        self._seen[key] = self._changes.wait(self._seen.get(key, 0), most_s)
        if self._scale is None:
            passed_s = self._clock() - began + self._rest_s.get(key, 0.0)
            receipt["wait_s"] = int(passed_s)
            self._rest_s[key] = passed_s - int(passed_s)
