"""The Bedrock emulator's events, which wake whoever waits for a job."""

import json
from threading import Condition
from typing import Any, cast

from selfconsistency.bedrock.jobs import TERMINAL


class StatusChanges:
    """Wakes all waiters when a job has ended, or a slot for jobs may be free."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._count = 0

    @property
    def events(self) -> Any:
        """The client of EventBridge that the Bedrock emulator tells of its jobs."""
        return cast(Any, self)

    def put_events(self, **events: Any) -> None:
        """Take events as EventBridge does; nobody waits for a job to begin."""
        details = (json.loads(event["Detail"]) for event in events["Entries"])
        if any(detail["status"] in TERMINAL for detail in details):
            self.notify()

    def notify(self) -> None:
        """Wake all waiters."""
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait(self, seen: int, timeout_s: float) -> int:
        """Wait for a change after the one numbered `seen`; return the number of the last one."""
        with self._changed:
            self._changed.wait_for(lambda: self._count > seen, timeout_s)
            return self._count
