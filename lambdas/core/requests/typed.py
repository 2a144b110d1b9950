"""A request's keys with their types, or every problem with these."""

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Union, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lambdas.contract import RunRequest
from lambdas.core.errors import RequestError
from lambdas.core.sets.checks import encodable
from lambdas.core.wording import shown

# Checked against `paths`, so not where that is mistyped.
_HELD_AGAINST_PATHS = {"waves", "budget"}


def typed_request(given: object) -> tuple[RunRequest, list[str]]:
    """Return the request without its mistyped keys, and the problems of these."""
    if not isinstance(given, dict):
        raise RequestError(
            [f"the request is {shown(given)}, must be a JSON object with at least a dataset"]
        )
    # Of a name with half a surrogate pair pydantic does not say which it is.
    readable = {key: value for key, value in given.items() if encodable(key)}
    unreadable = [_unknown(key) for key in given if key not in readable]
    try:
        return RunRequest.model_validate(readable), unreadable
    except ValidationError as error:
        found = error.errors()
    mistyped = {detail["loc"][0] for detail in found}
    if "paths" in mistyped:
        mistyped |= _HELD_AGAINST_PATHS
    rest = {key: value for key, value in readable.items() if key not in mistyped}
    # One of several types that a value may have is refused once for each of them.
    problems = list(dict.fromkeys(_problem(each, readable) for each in found))
    return RunRequest.model_validate({"dataset": "?", **rest}), [*unreadable, *problems]


def _problem(detail: ErrorDetails, given: Mapping[str, object]) -> str:
    first, *rest = detail["loc"]
    key, fields = str(first), RunRequest.model_fields
    if detail["type"] == "extra_forbidden" and not rest:
        return _unknown(key)
    expected = fields[key].description
    if detail["type"] == "missing" and not rest:
        return f"{key} is missing, must be {expected}"
    if _has_types(key):
        return f"{key} is {shown(given[key])}, must be {expected}"
    where = key + "".join(f"[{_name(part)}]" for part in rest)
    return f"{where} is {shown(detail['input'])}, must be {expected}"


def _unknown(key: str) -> str:
    known = ", ".join(RunRequest.model_fields)
    return f"{_name(key)} is no key of a request; known keys: {known}; correct or remove it"


def _name(part: object) -> str:
    """Return a name that the request gives, cut where it is long, a text's without quotes."""
    text = shown(part)
    return text[1:].removesuffix('"') if isinstance(part, str) else text


def _has_types(key: str) -> bool:
    """Return whether a key's value may be of several types, beside null."""
    annotation = RunRequest.model_fields[key].annotation
    types = get_args(annotation) if get_origin(annotation) in {Union, UnionType} else ()
    return len([each for each in types if each is not NoneType]) > 1
