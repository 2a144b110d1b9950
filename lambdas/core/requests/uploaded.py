"""An uploaded request: its bytes as JSON, or why they are none."""

import json
from typing import Any

from lambdas.core.errors import RequestError
from lambdas.core.sets.formats import file_problem
from lambdas.core.sets.rows import json_reason


def read_request(content: bytes, key: str) -> Any:
    """Return the JSON of an uploaded request, whatever it holds.

    Args:
        content: of the object, at most `limits.REQUEST` bytes.
        key: of the object, for messages.

    Raises:
        RequestError: it is no JSON in UTF-8; nothing of it is quoted.

    >>> read_request(b'{"dataset": "q.jsonl"}', "uploads/a.run.json")
    {'dataset': 'q.jsonl'}
    """
    problem = file_problem(content[:16])
    if problem:
        raise RequestError([f"{key} {problem}"])
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        byte = f"byte {error.start:,} is 0x{content[error.start]:02x}, must be UTF-8 text"
        raise RequestError([f"{key} is no JSON: {byte}; correct the file"]) from None
    except (ValueError, RecursionError) as error:
        why = json_reason(error)
        if isinstance(error, json.JSONDecodeError):
            why = f"{error.msg} at line {error.lineno:,}, column {error.colno:,}"
        raise RequestError([f"{key} is no JSON: {why}; correct the file"]) from None
