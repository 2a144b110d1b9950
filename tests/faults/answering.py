"""Answers that anybody can work out again: by setting, question and path, and nothing else."""

import random
import re
from threading import Event, Lock

from selfconsistency.bedrock.answers.source import Asked, Completion, Place

_ASKED = re.compile(r"What is (\d+) plus \1\?")
# Of a hundred paths, so many are right, one too high, ten too high; the others say nothing.
_RIGHT, _NEAR, _FAR = 60, 80, 92
LONGEST_HELD_S = 30.0


def answer_of(number: int, temperature: float, path: int) -> str | None:
    """Return what a path answers to "What is `number` plus `number`?".

    >>> answer_of(21, 0.0, 0)
    '42'
    """
    if temperature == 0:
        return str(2 * number)
    drawn = random.Random(f"{number}:{temperature:g}:{path}").randrange(100)
    if drawn < _RIGHT:
        return str(2 * number)
    if drawn < _FAR:
        return str(2 * number + (1 if drawn < _NEAR else 10))
    return None


class Sums:
    """Answers sums; a path's number is that in its record's id, so that repeats say the same."""

    at_once = 2
    broken = None

    def __init__(self) -> None:
        self.held, self._go_on = Event(), Event()
        self._left: int | None = None
        self._lock = Lock()

    def hold_after(self, records: int) -> None:
        """Answer so many records more, then none until they are released; `held` says when."""
        with self._lock:
            self._left = records
            self.held.clear()
            self._go_on.clear()

    def release(self) -> None:
        """Answer all records."""
        with self._lock:
            self._left = None
            self._go_on.set()

    def reserve(self, scope: str, asked: Asked) -> Place:
        return Place(-1, 0)

    def answers(self, asked: Asked, place: Place) -> list[Completion]:
        if self._holds():
            self.held.set()
            self._go_on.wait(LONGEST_HELD_S)
        first = int(asked.record_id[9:11])
        number = int(_ASKED.findall(asked.prompt)[-1])
        return [
            Completion(_text(number, answer_of(number, asked.temperature or 0.0, first + each)))
            for each in range(asked.count)
        ]

    def _holds(self) -> bool:
        with self._lock:
            if self._left is None:
                return False
            self._left -= 1
            return self._left < 0


def _text(number: int, answer: str | None) -> str:
    if answer is None:
        return "I do not know how to go about this."
    return f"To add {number} to itself is to double it. The answer is {answer}."
