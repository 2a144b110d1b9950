"""Rows within one JSON value: an array, or one of the objects that tools export datasets as."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lambdas.core.dataset.layouts import CONTEXTS, Members, plain_name
from lambdas.core.dataset.schemas import has_question, has_question_column, question_text
from lambdas.core.text import count_of, describe, quoted_name

_SHOWN_NAMES = 8
# Members beside an array of questions that belong to each of them.
_ABOVE = frozenset(CONTEXTS)
_CUT = "must be whole: `truncated_cells` names what is missing; download the dataset's own file"


class DocumentError(ValueError):
    """A document does not show which of its members are the rows; the message says why."""


def rows_within(value: object) -> Sequence[Members] | None:
    """Return the rows that a JSON value holds, `None` if it is a row itself or holds none.

    Args:
        value: an array of objects; an object with one such array, as `examples` in BIG-bench;
            Hugging Face's `rows` with a `row` in each; columns, as lists or as maps by index;
            pandas' `columns` with `data`; or a map of questions by id, as in TabMWP.

    Raises:
        DocumentError: several members hold rows, or an export has cut them off.

    >>> rows_within({"rows": [{"row": {"question": "1 + 1?"}}]})
    [{'question': '1 + 1?'}]
    >>> rows_within({"question": {"0": "1 + 1?"}, "answer": {"0": 2}})
    [{'question': '1 + 1?', 'answer': 2}]
    """
    if isinstance(value, list):
        return _objects(value)
    if not isinstance(value, dict):
        return None
    columns = _columns(value)
    if columns is not None or isinstance(question_text(value), str):
        return columns
    return _split_table(value) or _by_id(value) or _only_array(value)


def _objects(values: list[Any]) -> Sequence[Members] | None:
    """Return an array's objects; of Hugging Face's export, the row within each."""
    rows = [value for value in values if isinstance(value, dict)]
    if not rows or len(rows) < len(values):
        return None
    if not all(isinstance(row.get("row"), dict) for row in rows):
        return rows
    if cut := sum(bool(row.get("truncated_cells")) for row in rows):
        raise DocumentError(f"{count_of(cut, 'row')} cut off by the export, {_CUT}")
    return [row["row"] for row in rows]


def _columns(value: Mapping[str, Any]) -> list[Members] | None:
    """Return the rows of columns, which are lists of one length or maps with the same keys."""
    kinds = {type(column) for column in value.values()}
    if kinds not in ({list}, {dict}) or not has_question_column(value):
        return None
    if kinds == {dict}:
        keys = next(iter(value.values())).keys()
        if not keys or any(column.keys() != keys for column in value.values()):
            return None
        return [{name: column[key] for name, column in value.items()} for key in keys]
    if len({len(column) for column in value.values()}) != 1:
        return None
    return [dict(zip(value, cells, strict=True)) for cells in zip(*value.values(), strict=True)]


def _split_table(value: Mapping[str, Any]) -> list[Members] | None:
    """Return the rows of pandas' layout "split"."""
    names, rows = value.get("columns"), value.get("data")
    if not (isinstance(names, list) and isinstance(rows, list)):
        return None
    if not all(isinstance(row, list) and len(row) == len(names) for row in rows):
        return None
    return [dict(zip(map(str, names), row, strict=True)) for row in rows] or None


def _by_id(value: Mapping[str, Any]) -> list[Members] | None:
    """Return the rows of a map by id, each with its id."""
    rows = [row for row in value.values() if isinstance(row, dict)]
    if not rows or len(rows) < len(value) or not all(map(has_question, rows)):
        return None
    return [{"id": key, **row} for key, row in value.items()]


def _only_array(value: Mapping[str, Any]) -> Sequence[Members] | None:
    """Return the objects of the one member that is an array of questions."""
    found = {name: rows for name, rows in _arrays(value) if has_question(rows[0])}
    if len(found) > 1:
        names = ", ".join(map(quoted_name, found))
        raise DocumentError(f"{names} hold questions each, must be one dataset{_one_of(found)}")
    others = (name for name in value if name not in found and value[name])
    above = [name for name in others if plain_name(name) in _ABOVE]
    if found and above:
        raise DocumentError(_not_within_rows(above[0], next(iter(found))))
    return next(iter(found.values()), None)


def _arrays(value: Mapping[str, Any]) -> Iterator[tuple[str, Sequence[Members]]]:
    for name, member in value.items():
        rows = _objects(member) if isinstance(member, list) else None
        if rows:
            yield name, rows


def _not_within_rows(name: str, rows: str) -> str:
    above, within = quoted_name(name), quoted_name(rows)
    way_out = f": jq -c '.{name} as $x | .{rows}[] | .{name} = $x' FILE makes it so"
    is_plain = name.isidentifier() and rows.isidentifier() and (name + rows).isascii()
    return (
        f"{above} is beside {within} and belongs to its questions, must be in each of them"
        f"{way_out if is_plain else ''}"
    )


def _one_of(names: Iterable[str]) -> str:
    # The user may run this command, so it contains no name with odd characters.
    name = next((each for each in names if each.isidentifier() and each.isascii()), "NAME")
    return f": jq -c '.{name}[]' FILE writes one of them"


def no_rows(value: object) -> str:
    """Return why a JSON value that is a whole file has no rows."""
    if not isinstance(value, dict):
        return f"is {describe(value)}, must be JSON objects, each with a question"
    names = ", ".join([quoted_name(name) for name in value][:_SHOWN_NAMES])
    return (
        "is one object in which no array of questions is found, must be JSONL, or an array of"
        f" objects with a question each; it has {names}"
    )
