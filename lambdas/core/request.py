"""The run request, checked whole before anything is paid for."""

import math
from dataclasses import dataclass

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lambdas.contract import RunRequest
from lambdas.core.errors import RequestError
from lambdas.core.families import FAMILIES, Family, family_of
from lambdas.core.questions import encodable
from lambdas.core.settings import Setting, settings_of
from lambdas.core.wording import shown


@dataclass(frozen=True, slots=True)
class Checked:
    """A request that can be run, with what follows from it.

    `dataset_key` is a key in the stack's bucket.
    """

    request: RunRequest
    family: Family
    model_id: str
    settings: tuple[Setting, ...]
    dataset_key: str


def check_request(
    given: object, *, bucket: str, default_model: str, most_jobs_at_once: int
) -> Checked:
    """Return the request with its model and settings.

    Args:
        given: the request as JSON gave it.
        bucket: the stack's bucket, where question set and exemplars lie.
        default_model: the stack's model id, where the request names none.
        most_jobs_at_once: how many jobs the stack runs at once.

    Raises:
        RequestError: with every problem at once.
    """
    request, problems = _typed(given)
    model_id = request.model_id or default_model
    family = family_of(model_id)
    problems += [
        *_unrunnable(request, most_jobs_at_once),
        *_foreign_keys(request, bucket),
        *(_unfit(request, family) if family else [_unknown_model(model_id)]),
    ]
    if problems or family is None:
        raise RequestError(problems)
    return Checked(
        request=request.model_copy(
            update={
                "model_id": model_id,
                "jobs_at_once": min(request.jobs_at_once, most_jobs_at_once),
            }
        ),
        family=family,
        model_id=model_id,
        settings=tuple(settings_of(request.greedy, request.temperatures, request.paths)),
        dataset_key=_key(request.dataset, bucket),
    )


def key_named(given: object, name: str, bucket: str) -> str | None:
    """Return the key in the bucket that a request gives, refused or not; `None` for no such."""
    location = given.get(name) if isinstance(given, dict) else None
    if not isinstance(location, str) or not encodable(location):
        return None
    if name == "few_shot" and location in {"builtin", "none"}:
        return None
    key = _key(location, bucket)
    return None if not key or key.startswith("s3://") else key


def _typed(given: object) -> tuple[RunRequest, list[str]]:
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


def _unrunnable(request: RunRequest, most_jobs_at_once: int) -> list[str]:
    problems = [
        f"temperatures[{place}] is {value:g}, must be above 0: at 0 all paths are the same text;"
        ' use "greedy": true for that one path'
        for place, value in enumerate(request.temperatures)
        if not (value > 0 and math.isfinite(value))
    ]
    if len(set(request.temperatures)) < len(request.temperatures):
        given = shown(list(request.temperatures))
        problems.append(f"temperatures is {given}, must not name one temperature twice")
    if not request.greedy and not request.temperatures:
        problems.append("greedy is false and temperatures is [], must leave something to sample")
    if request.waves is not None and not _fills(request.waves, request.paths):
        problems.append(
            f"waves is {shown(list(request.waves))}, must be whole numbers above 0 that add up"
            f" to paths, {request.paths}"
        )
    asked = "jobs_at_once" in request.model_fields_set
    if asked and request.jobs_at_once > most_jobs_at_once:
        problems.append(
            f"jobs_at_once is {request.jobs_at_once}, must be at most the stack's"
            f" {most_jobs_at_once}; deploy with -c jobs_at_once={request.jobs_at_once} for more"
        )
    return problems


def _fills(waves: tuple[int, ...], paths: int) -> bool:
    return min(waves) > 0 and sum(waves) == paths


def _foreign_keys(request: RunRequest, bucket: str) -> list[str]:
    return [
        f"{name} is {shown(value)}, must name an object in the stack's bucket; copy it to"
        f" s3://{bucket}/"
        for name, value in (("dataset", request.dataset), ("few_shot", request.few_shot))
        if value.startswith("s3://") and _key(value, bucket) in {"", value}
    ]


def _unknown_model(model_id: str) -> str:
    known = ", ".join(family.name for family in FAMILIES)
    return (
        f"model_id is {shown(model_id)}, which no family knows; families known: {known};"
        " give a foundation-model or cross-Region profile id of one of these"
    )


def _unfit(request: RunRequest, family: Family) -> list[str]:
    problems = [
        f"temperatures[{place}] is {value:g}, must be at most {family.max_temperature:g} for"
        f" the family {family.name}"
        for place, value in enumerate(request.temperatures)
        if value > family.max_temperature
    ]
    if request.max_tokens > family.max_tokens:
        problems.append(
            f"max_tokens is {request.max_tokens}, must be at most {family.max_tokens} for"
            f" the family {family.name}"
        )
    return problems


def _key(location: str, bucket: str) -> str:
    return location.removeprefix(f"s3://{bucket}/")
