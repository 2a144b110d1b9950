"""Rows in the forms that are not documented, and that others have seen or written."""

from collections.abc import Callable, Mapping
from typing import Any

from selfconsistency.bedrock.settings import ErrorCode, ErrorForm, OddMembers

FAILED = "The model failed on this record."
DENIED = "You don't have access to the model with the specified model ID."
_DENIALS = frozenset({401, 403, "AccessDeniedException"})
_COUNTS = frozenset(
    {
        *("inputTokens", "outputTokens", "totalTokens", "input_tokens", "output_tokens"),
        *("prompt_tokens", "completion_tokens", "total_tokens"),
        *("prompt_token_count", "generation_token_count"),
    }
)
_STOPS = frozenset({"stopReason", "stop_reason", "finish_reason", "finishReason"})
_LISTS = frozenset({"usage"})


def error_outcome(code: ErrorCode, form: ErrorForm | None) -> dict[str, Any]:
    """Return the members of an error row that say what became of its record."""
    message = DENIED if code in _DENIALS else FAILED
    error = {"errorCode": code, "errorMessage": message}
    match form:
        case "object_message":
            return {"error": error | {"errorMessage": {"message": message, "type": "error"}}}
        case "retryable" | "final":
            return {"error": error | {"expired": False, "retryable": form == "retryable"}}
        case "empty_output":
            return {"modelOutput": {}, "error": error}
        case "null_output":
            return {"modelOutput": None, "error": error}
    return {"error": error}


def with_odd_members(body: Any, odd: OddMembers) -> Any:
    """Return an output in which what stands beside the text has another type.

    >>> with_odd_members({"usage": {"inputTokens": 7}, "stopReason": "end_turn"}, "float_counts")
    {'usage': {'inputTokens': 7.0}, 'stopReason': 'end_turn'}
    """
    names, change = _CHANGES[odd]
    return _changed(body, names, change)


def _changed(value: Any, names: frozenset[str], change: Callable[[Any], Any]) -> Any:
    if isinstance(value, list):
        return [_changed(each, names, change) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: change(each) if name in names and each is not None else _changed(each, names, change)
        for name, each in value.items()
    }


def _listed(usage: Any) -> list[Any]:
    return [usage]


def _number(reason: object) -> int:
    return len(str(reason))


_CHANGES: Mapping[OddMembers, tuple[frozenset[str], Callable[[Any], Any]]] = {
    "float_counts": (_COUNTS, float),
    "text_counts": (_COUNTS, str),
    "usage_list": (_LISTS, _listed),
    "numeric_stop": (_STOPS, _number),
}
