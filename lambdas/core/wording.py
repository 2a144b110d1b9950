"""Values as messages show them."""

import json
from collections.abc import Iterable

SHOWN_CHARACTERS = 100


def shown(value: object) -> str:
    """Return a value as JSON in UTF-8, cut where it is long.

    >>> shown("é")
    '"é"'
    """
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except RecursionError:
        return "a value nested too deep to show"
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural where it is not one.

    >>> count_of(1, "path"), count_of(1200, "path")
    ('1 path', '1,200 paths')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def told_together(told: Iterable[tuple[str, str]]) -> list[str]:
    """Return what is told of each, once for all that the same is told of.

    >>> told_together([("T0.5", "it ends"), ("T0.7", "it ends"), ("T1.0", "it goes on")])
    ['T0.5, T0.7: it ends', 'T1.0: it goes on']
    """
    by_text: dict[str, list[str]] = {}
    for name, text in told:
        by_text.setdefault(text, []).append(name)
    return [f"{', '.join(names)}: {text}" for text, names in by_text.items()]
