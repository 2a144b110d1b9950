"""How long a run took beyond the jobs it waited for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time."""

    begin: datetime
    end: datetime


def covered_s(spans: Iterable[Span]) -> float:
    """Return how many seconds are covered by at least one span."""
    total, until = 0.0, None
    for span in sorted(spans, key=lambda span: span.begin):
        begin = span.begin if until is None else max(span.begin, until)
        if span.end > begin:
            total += (span.end - begin).total_seconds()
            until = span.end
    return total
