"""Values as DynamoDB takes and gives them, and as Python has them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def stored(value: Any) -> Any:
    """Return a value as the table takes it: decimals for floats, in members as well."""
    if isinstance(value, float):
        return Decimal(repr(value))
    if isinstance(value, Mapping):
        return {key: stored(member) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [stored(member) for member in value]
    return value


def plain(value: Any) -> Any:
    """Return a value as Python has it: whole numbers and floats for decimals."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {key: plain(member) for key, member in value.items()}
    if isinstance(value, list):
        return [plain(member) for member in value]
    return value
