"""Tables of figures by number of paths, with a column for each setting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lambdas.core.reporting.pages.markup import Cell, Row, table

# More would run off the paper.
_MOST_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Column:
    """A setting's figures, as shown, by number of paths."""

    head: Cell
    figures: Mapping[int, str]


def by_paths(name: str, caption: str, columns: Sequence[Column]) -> str:
    """Return a table with a row for each number of paths; several where columns are many.

    Args:
        name: the table's id; of those that follow, a number behind it.
        caption: what it shows.
        columns: one at least.
    """
    parts = [
        columns[start : start + _MOST_COLUMNS] for start in range(0, len(columns), _MOST_COLUMNS)
    ]
    if len(parts) == 1:
        return _table(name, caption, columns)
    return "\n".join(
        _table(
            f"{name}-{number}" if number > 1 else name,
            f"{caption}: {part[0].head.shown} to {part[-1].head.shown}",
            part,
        )
        for number, part in enumerate(parts, 1)
    )


def _table(name: str, caption: str, columns: Sequence[Column]) -> str:
    counts = sorted({count for column in columns for count in column.figures})
    rows = (
        Row((f"{count:,}", *(column.figures.get(count, "") for column in columns)))
        for count in counts
    )
    return table(name, caption, ("Paths", *(column.head for column in columns)), rows)
