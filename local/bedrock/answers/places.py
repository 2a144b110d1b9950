"""Which paths of a question come next, counted per run, question and setting."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from threading import Lock

from local.bedrock.answers.source import Asked, Place, setting_of

# A record's id less its last digits: records that differ in these alone ask the same question.
STEM = re.compile(r"^(.*?\D)\d*$", re.DOTALL)


@dataclass(slots=True)
class _Reached:
    """How far one question has been read under one setting."""

    rows: dict[str, int] = field(default_factory=dict)
    used: dict[int, int] = field(default_factory=lambda: defaultdict(int))


class Places:
    """Gives out consecutive paths.

    A question text that is known several times has as many rows. Records whose
    ids have one stem (`q0000012s` of `q0000012s05`) stay on one row; the stems
    take the rows in order of appearance, and more stems than rows share the last.
    A record without an id goes to the row that is the least far.
    """

    def __init__(self) -> None:
        self._reached: dict[tuple[str, str, str], _Reached] = defaultdict(_Reached)
        self._lock = Lock()

    def take(self, scope: str, question: str, asked: Asked, rows: int) -> Place:
        """Set `asked.count` paths aside: from the one asked for, else the next ones."""
        with self._lock:
            reached = self._reached[scope, question, setting_of(asked.temperature)]
            row = self._row(reached, asked.record_id, rows)
            first = reached.used[row] if asked.path is None else asked.path
            reached.used[row] = max(reached.used[row], first + asked.count)
        return Place(row, first)

    @staticmethod
    def _row(reached: _Reached, record_id: str, rows: int) -> int:
        if rows == 1:
            return 0
        if not record_id:
            return min(range(rows), key=lambda row: reached.used[row])
        found = STEM.match(record_id)
        stem = found[1] if found else record_id
        return reached.rows.setdefault(stem, min(len(reached.rows), rows - 1))
