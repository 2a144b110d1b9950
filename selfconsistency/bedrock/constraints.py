"""The service model's own constraints, which botocore does not check, kept on each request."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any, cast

import botocore.session
from botocore.model import ListShape, ServiceModel, Shape, StructureShape
from botocore.utils import parse_timestamp

from selfconsistency.bedrock.errors import ValidationError

Problems = Iterator[str]


class Constraints:
    """Patterns, lengths, ranges, enums and required members of every operation's input."""

    def __init__(self) -> None:
        self._model = _bedrock_model()

    def checked(self, operation: str, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the members that the operation knows, with texts of a query string read.

        Raises:
            ValidationError: one or more constraints are not kept; names all of them.

        Unknown members are ignored, as the service does.
        """
        shape = cast(StructureShape, self._model.operation_model(operation).input_shape)
        known = {
            name: _read(member, request[name])
            for name, member in shape.members.items()
            if request.get(name) is not None
        }
        problems = list(_problems(shape, known, ""))
        if problems:
            raise ValidationError(_message(problems))
        return known


@cache
def _bedrock_model() -> ServiceModel:
    return botocore.session.Session().get_service_model("bedrock")


def _read(shape: Shape, value: Any) -> Any:
    if shape.serialization.get("location") != "querystring":
        return value
    try:
        if shape.type_name == "integer":
            return int(value)
        return parse_timestamp(value) if shape.type_name == "timestamp" else value
    except ValueError:
        return value


def _message(problems: list[str]) -> str:
    plural = "" if len(problems) == 1 else "s"
    return f"{len(problems)} validation error{plural} detected: " + "; ".join(problems)


def _problems(shape: Shape, value: Any, path: str) -> Problems:
    python_type = _PYTHON_TYPES[shape.type_name]
    if not isinstance(value, python_type) or isinstance(value, bool):
        yield f"Value {value!r} at {path!r} failed to satisfy constraint: Member must be a " + (
            shape.type_name
        )
        return
    yield from _CHECKS[shape.type_name](shape, value, path)


def _structure_problems(shape: Shape, value: Mapping[str, Any], path: str) -> Problems:
    structure = cast(StructureShape, shape)
    prefix = f"{path}." if path else ""
    present = {name for name in structure.members if value.get(name) is not None}
    for name in structure.required_members:
        if name not in present:
            yield _unkept("null", prefix + name, "Member must not be null")
    if structure.is_tagged_union and len(present) != 1:
        yield _unkept(str(dict(value)), path, "Exactly one member of the union must be set")
    for name in sorted(present):
        yield from _problems(structure.members[name], value[name], prefix + name)


def _list_problems(shape: Shape, value: list[Any], path: str) -> Problems:
    yield from _size_problems(shape, len(value), f"{value}", path, "length")
    member = cast(ListShape, shape).member
    for place, element in enumerate(value, start=1):
        yield from _problems(member, element, f"{path}.{place}.member")


def _text_problems(shape: Shape, value: str, path: str) -> Problems:
    long_or_short = list(_size_problems(shape, len(value), value, path, "length"))
    yield from long_or_short
    allowed = getattr(shape, "enum", None)
    if allowed and value not in allowed:
        yield _unkept(value, path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")
    pattern = shape.metadata.get("pattern")
    if pattern and not long_or_short and not re.fullmatch(pattern, value):
        yield _unkept(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _number_problems(shape: Shape, value: int, path: str) -> Problems:
    yield from _size_problems(shape, value, str(value), path, "value")


def _nothing(_shape: Shape, _value: datetime, _path: str) -> Problems:
    yield from ()


def _size_problems(shape: Shape, size: int, shown: str, path: str, what: str) -> Problems:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield _unkept(shown, path, f"Member must have {what} greater than or equal to {least}")
    if most is not None and size > most:
        yield _unkept(shown, path, f"Member must have {what} less than or equal to {most}")


def _unkept(shown: str, path: str, constraint: str) -> str:
    quoted = shown if shown == "null" else f"'{shown}'"
    return f"Value {quoted} at '{path}' failed to satisfy constraint: {constraint}"


_PYTHON_TYPES: Mapping[str, type] = {
    "structure": dict,
    "list": list,
    "string": str,
    "integer": int,
    "long": int,
    "timestamp": datetime,
}
_CHECKS: Mapping[str, Any] = {
    "structure": _structure_problems,
    "list": _list_problems,
    "string": _text_problems,
    "integer": _number_problems,
    "long": _number_problems,
    "timestamp": _nothing,
}
