"""What a place in a completion says."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """An answer as it votes, or `None`: in so many words, there is none."""

    answer: str | None
