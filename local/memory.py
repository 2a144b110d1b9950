"""Peak memory of each function, from the lines that the functions log."""

import json
import re
from collections.abc import Iterable, Iterator
from itertools import chain

from client.connection import Connection
from client.stack import Stack

_FIELD = "peak_memory_mib"
_LOG_GROUP = "AWS::Logs::LogGroup"
_HASH = re.compile(r"(Logs)?[0-9A-F]{8}$")


def peak_memory_mib(connection: Connection, stack: Stack) -> dict[str, float]:
    """Return the greatest peak memory that each function of a stack has logged."""
    peaks = {}
    for name, log_group in _log_groups(connection, stack):
        peak = highest(_messages(connection, log_group))
        if peak is not None:
            peaks[name] = peak
    return peaks


def highest(messages: Iterable[str]) -> float | None:
    """Return the greatest peak memory in log messages, `None` where none tells any."""
    return max((peak for message in messages for peak in _peaks(message)), default=None)


def _peaks(message: str) -> Iterator[float]:
    if _FIELD not in message:
        return
    try:
        fields = json.loads(message)
    except ValueError:
        return
    if isinstance(fields, dict) and isinstance(fields.get(_FIELD), int | float):
        yield float(fields[_FIELD])


def _log_groups(connection: Connection, stack: Stack) -> Iterator[tuple[str, str]]:
    """Yield each log group of the stack behind the name its construct gives it."""
    pages = connection.cloudformation().get_paginator("list_stack_resources")
    shown = (page["StackResourceSummaries"] for page in pages.paginate(StackName=stack.name))
    for resource in chain.from_iterable(shown):
        if resource["ResourceType"] == _LOG_GROUP:
            name = _HASH.sub("", resource["LogicalResourceId"])
            yield name.removeprefix("Steps"), resource["PhysicalResourceId"]


def _messages(connection: Connection, log_group: str) -> Iterator[str]:
    pages = connection.logs().get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=log_group, filterPattern=f'"{_FIELD}"'):
        yield from (event["message"] for event in page["events"])
