"""How long the workflow waits before it looks at a job again."""

import time
from typing import Any

from selfconsistency.one_process.status_changes import StatusChanges

# A look that nothing has prompted shows how far the job is.
_LOOK_AGAIN_S = 1.0


class Pauses:
    """Waits until some job has changed its status, and counts the time for the job's clock.

    The clock has real time, so that limits such as 168 hours mean what they say. With faults it
    may have scaled time: what never comes would otherwise be waited for as long as on AWS.
    """

    def __init__(self, changes: StatusChanges, scale: float | None = None) -> None:
        self._changes = changes
        self._scale = scale
        self._seen: dict[str, int] = {}
        self._rest_s: dict[str, float] = {}

    def __call__(self, job: dict[str, Any]) -> None:
        """Wait for a job; its receipt then says for how many whole seconds."""
        receipt, key = job["bedrock"], f"{job['wave']}#{job['job']}"
        began = time.monotonic()
        scaled = self._scale is not None
        most_s = receipt["wait_s"] * self._scale if self._scale is not None else _LOOK_AGAIN_S
        self._seen[key] = self._changes.wait(self._seen.get(key, 0), most_s)
        if not scaled:
            passed_s = time.monotonic() - began + self._rest_s.get(key, 0.0)
            receipt["wait_s"] = int(passed_s)
            self._rest_s[key] = passed_s - int(passed_s)
