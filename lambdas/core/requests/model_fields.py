"""`model_fields` of a request: what goes to the model beside what the app itself sets."""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from lambdas.core.text import shown

# They stand in every record.
_MAX_BYTES = 4096
# What the app sets, by every family's name for it.
_OURS = (
    *("messages", "prompt", "system", "inferenceConfig", "anthropic_version", "model", "modelId"),
    *("temperature", "top_p", "p", "max_tokens", "max_completion_tokens", "max_output_tokens"),
    *(
        "max_new_tokens",
        "max_tokens_to_sample",
        "max_gen_len",
        "n",
        "num_generations",
        "numResults",
    ),
    "stream",
)
# What is billed apart, or at another price than the built-in ones.
_BILLED = (
    *("tools", "toolConfig", "mcp_servers", "service_tier", "speed", "performanceConfig"),
    *("cache_control", "best_of", "prediction", "web_search_options"),
)


def model_fields_problems(fields: Mapping[str, Any] | None) -> list[str]:
    """Return why fields cannot go to the model, each with the way out."""
    if fields is None:
        return []
    size = _encoded_bytes(fields)
    if size is None:
        return [
            f"model_fields is {shown(fields)}, must be JSON that can be written again: finite"
            " numbers and whole characters"
        ]
    if size > _MAX_BYTES:
        return [
            f"model_fields has {size:,} bytes as JSON, must have at most {_MAX_BYTES:,}: every"
            " record contains it"
        ]
    return [
        *(_problem(name, "set what the app sets itself") for name in _named(fields, _OURS)),
        *(_problem(name, "change what a token costs") for name in _named(fields, _BILLED)),
    ]


def _problem(name: str, what: str) -> str:
    return f"model_fields has {shown(name)}, must not {what}; remove it"


def _named(fields: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    """Return the fields of these names, whatever their case and underscores."""
    plain = {_plain(name) for name in names}
    return [name for name in fields if _plain(name) in plain]


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def _encoded_bytes(fields: Mapping[str, Any]) -> int | None:
    """Return the size of fields as JSON, `None` if they are read otherwise than written."""
    try:
        encoded = msgspec.json.encode(fields)
        same = json.loads(encoded) == fields
    except (ValueError, OverflowError, RecursionError):
        return None
    return len(encoded) if same else None
