"""A clock for commands that look, sleep and look again."""

from collections.abc import Callable

Happening = Callable[[], object]


class Clock:
    """Sleeps by letting the next thing happen."""

    def __init__(self, *happenings: Happening) -> None:
        self.slept_s: list[float] = []
        self._happenings = iter(happenings)

    def __call__(self, seconds: float) -> None:
        self.slept_s.append(seconds)
        next(self._happenings, lambda: None)()
