"""A request's keys with their types, or every problem with these."""

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lambdas.contract import RunRequest
from lambdas.core.errors import RequestError
from lambdas.core.wording import shown


def typed_request(given: object) -> tuple[RunRequest, list[str]]:
    """Return the request without its mistyped keys, and the problems of these."""
    if not isinstance(given, dict):
        raise RequestError(
            [f"the request is {shown(given)}, must be a JSON object with at least a dataset"]
        )
    try:
        return RunRequest.model_validate(given), []
    except ValidationError as error:
        found = error.errors()
    mistyped = {detail["loc"][0] for detail in found}
    if "paths" in mistyped:
        mistyped.add("waves")
    rest = {key: value for key, value in given.items() if key not in mistyped}
    return RunRequest.model_validate({"dataset": "?", **rest}), [_problem(each) for each in found]


def _problem(detail: ErrorDetails) -> str:
    first, *rest = detail["loc"]
    where = str(first) + "".join(f"[{part}]" for part in rest)
    fields = RunRequest.model_fields
    if detail["type"] == "extra_forbidden":
        known = ", ".join(fields)
        return f"{where} is no key of a request; known keys: {known}; correct or remove it"
    expected = fields[str(first)].description
    if detail["type"] == "missing":
        return f"{where} is missing, must be {expected}"
    return f"{where} is {shown(detail['input'])}, must be {expected}"
