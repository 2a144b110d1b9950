"""Rules of a request that its types cannot express: locations, and how paths are sampled."""

import json
import math
import re
from collections.abc import Collection, Iterator

from lambdas.contract import DATASETS, RUNS, RunRequest, Task, Worth
from lambdas.core.text import SHOWN_CHARACTERS, encodable, shown

# S3 allows no longer key (User Guide, "Naming Amazon S3 objects").
_MAX_KEY_BYTES = 1024
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# "s3://other/key", "https://bucket.s3.amazonaws.com/key", "S3:\\…", "arn:aws:s3:::bucket/key".
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|arn:|S3:", re.ASCII)
_REPAIR = "repair"


def key_of(location: str, bucket: str) -> str:
    """Return the key of a location in the bucket, given as a key or as an `s3://` URI."""
    return location.removeprefix(f"s3://{bucket}/")


def readable_key(name: str, location: object, bucket: str) -> str | None:
    """Return the key of a location that may be read, `None` if it may not.

    Args:
        name: of the request's key.
        location: as JSON gave it.
        bucket: the stack's.
    """
    if not isinstance(location, str) or not location or not encodable(location):
        return None
    return None if location_problem(name, location, bucket) else key_of(location, bucket)


def location_problem(name: str, location: str, bucket: str) -> str | None:
    """Return why a location may not be read, with the value and the way out; or `None`.

    Only the stack's bucket is read, and nothing in it that runs wrote.

    Args:
        name: of the request's key.
        location: text in UTF-8, as the request gives it.
        bucket: the stack's.

    >>> location_problem("dataset", "../q.jsonl", "stack")[:61]
    'dataset is "../q.jsonl", must be a key without "." and ".." p'
    """
    problem = _bucket_problem(location, bucket) or _key_problem(key_of(location, bucket))
    if problem is None:
        return None
    value = location[:SHOWN_CHARACTERS] + ("…" if len(location) > SHOWN_CHARACTERS else "")
    # In ASCII if it holds control characters, because a terminal would obey them.
    quoted = json.dumps(value, ensure_ascii=bool(_CONTROL.search(value)))
    return f"{name} is {quoted}, {problem}; copy it to s3://{bucket}/{DATASETS}"


def sampling_problems(request: RunRequest, most_jobs_at_once: int) -> list[str]:
    """Return which sampling keys of a request contradict each other.

    Args:
        request: of the run, every key of its type.
        most_jobs_at_once: how many jobs the stack runs at once.
    """
    return [
        *_settings_problems(request),
        *_mix_problems(request),
        *_worth_problems(request),
        *_waves_problems(request),
        *_budget_problems(request),
        *_ties_problems(request),
        *_variants_problems(request),
        *_jobs_problems(request, most_jobs_at_once),
    ]


def variant_task_problems(variants: Collection[object], task: Task | None) -> list[str]:
    """Return why votes beside the plain majority do not fit a task.

    Args:
        variants: of a request, checked or not.
        task: named by the request, or inferred from the dataset; `None` if it is not known.

    >>> variant_task_problems(["repair"], "exact")[0]
    'variants has "repair", must go with the task "arithmetic", not "exact"; remove it'
    """
    if _REPAIR not in variants or task in {None, "arithmetic"}:
        return []
    return [
        f'variants has "{_REPAIR}", must go with the task "arithmetic", not "{task}"; remove it'
    ]


def _bucket_problem(location: str, bucket: str) -> str | None:
    key = key_of(location, bucket)
    if not key or (key == location and _ELSEWHERE.match(location)):
        return "must name an object in the stack's bucket"
    return None


def _key_problem(key: str) -> str | None:
    if len(key.encode()) > _MAX_KEY_BYTES:
        return f"must be at most {_MAX_KEY_BYTES:,} bytes long"
    if _CONTROL.search(key):
        return "must be a key without control characters"
    if key.endswith("/"):
        return "must name an object, not a folder"
    if key.startswith("/") or not {".", ".."}.isdisjoint(key.split("/")):
        return 'must be a key without "." and ".." parts and a "/" at its start'
    if key.startswith(RUNS):
        return f"must not lie below {RUNS}, where runs keep what they wrote"
    return None


def _settings_problems(request: RunRequest) -> Iterator[str]:
    for index, value in enumerate(request.temperatures):
        if not (value > 0 and math.isfinite(value)):
            yield (
                f"temperatures[{index}] is {value:g}, must be above 0: at 0 all paths are the same"
                ' text; use "greedy": true for that one path'
            )
    if len(set(request.temperatures)) < len(request.temperatures):
        temperatures = shown(list(request.temperatures))
        yield f"temperatures is {temperatures}, must not name one temperature twice"
    if not request.greedy and not request.temperatures:
        yield "greedy is false and temperatures is [], must leave something to sample"


def _mix_problems(request: RunRequest) -> Iterator[str]:
    if request.mix and len(request.temperatures) < 2:
        temperatures = shown(list(request.temperatures))
        yield (
            f"mix is true and temperatures is {temperatures}, must have at least two temperatures"
            ' to take in turn; name more, or leave "mix" out'
        )


def _worth_problems(request: RunRequest) -> Iterator[str]:
    if not isinstance(request.early_stop, Worth):
        return
    for key in ("waves", "budget"):
        if (value := getattr(request, key)) is not None:
            yield (
                f"{key} is {shown(value)} and early_stop is"
                f' {{"worth": {request.early_stop.worth:g}}}, must be one of them, for early_stop'
                f" then sizes the waves question by question; remove {key}, or choose a level such"
                ' as "early_stop": 0.95'
            )


def _waves_problems(request: RunRequest) -> Iterator[str]:
    waves, paths = request.waves, request.paths
    if waves is not None and not (min(waves) > 0 and sum(waves) == paths):
        yield (
            f"waves is {shown(list(waves))}, must be whole numbers above 0 that add up to paths,"
            f" {paths}"
        )


def _budget_problems(request: RunRequest) -> Iterator[str]:
    budget, waves = request.budget, request.waves
    if budget is None:
        return
    if budget > request.paths:
        yield (
            f"budget is {budget:g}, must be at most paths, {request.paths}, the most that one"
            " question gets; lower it, or raise paths"
        )
    elif waves is not None and waves[0] > budget:
        yield (
            f"budget is {budget:g}, must be at least waves[0], {waves[0]}, which every question"
            " gets; raise it, or begin with a smaller wave"
        )


def _ties_problems(request: RunRequest) -> Iterator[str]:
    if request.ties == "greedy" and not request.greedy:
        yield (
            'ties is "greedy" and greedy is false, must have greedy\'s answers to decide ties; set'
            ' "greedy": true, or leave ties out'
        )


def _variants_problems(request: RunRequest) -> Iterator[str]:
    if len(set(request.variants)) < len(request.variants):
        yield f"variants is {shown(list(request.variants))}, must not name one vote twice"
    yield from variant_task_problems(request.variants, request.task)
    changed = (
        request.confidence_temperature
        != type(request).model_fields["confidence_temperature"].default
    )
    if changed and "confidence" not in request.variants:
        yield (
            f"confidence_temperature is {request.confidence_temperature:g}, must go with the"
            ' variant "confidence"; add it to variants, or leave confidence_temperature out'
        )
    template = request.template
    if "confidence" in request.variants and template and "confidence" not in template.lower():
        yield (
            'variants has "confidence", but the template does not ask for one: have it end with'
            ' a line such as "Confidence: C", C from 0 to 100, or remove "confidence"'
        )


def _jobs_problems(request: RunRequest, most_jobs_at_once: int) -> Iterator[str]:
    given = "jobs_at_once" in request.model_fields_set
    if given and request.jobs_at_once > most_jobs_at_once:
        yield (
            f"jobs_at_once is {request.jobs_at_once}, must be at most the stack's"
            f" {most_jobs_at_once}; deploy with -c jobs_at_once={request.jobs_at_once} for more"
        )
