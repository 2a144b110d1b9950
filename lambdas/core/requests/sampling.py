"""Whether what a request asks to sample goes together: settings, paths, waves, budget, votes."""

import math
from collections.abc import Iterator

from lambdas.contract import RunRequest, Task
from lambdas.core.wording import shown

_CALCULATOR = "calculator"


def sampling_problems(request: RunRequest, most_jobs_at_once: int) -> list[str]:
    """Return what of a request's sampling does not go together.

    Args:
        request: of the run, every key of its type.
        most_jobs_at_once: how many jobs the stack runs at once.
    """
    return [
        *_of_settings(request),
        *_of_waves(request),
        *_of_budget(request),
        *_of_variants(request),
        *_of_jobs(request, most_jobs_at_once),
    ]


def variant_misfits(variants: object, task: Task | None) -> list[str]:
    """Return why votes beside the plain majority do not fit a task.

    Args:
        variants: of a request, refused or not.
        task: named by the request, or told from the set; `None` where it is not known.

    >>> variant_misfits(["calculator"], "exact")[0]
    'variants has "calculator", must go with the task "arithmetic", not "exact"; remove it'
    """
    listed = isinstance(variants, list | tuple) and _CALCULATOR in variants
    if not listed or task in {None, "arithmetic"}:
        return []
    return [
        f'variants has "{_CALCULATOR}", must go with the task "arithmetic", not "{task}"; remove it'
    ]


def _of_settings(request: RunRequest) -> Iterator[str]:
    for place, value in enumerate(request.temperatures):
        if not (value > 0 and math.isfinite(value)):
            yield (
                f"temperatures[{place}] is {value:g}, must be above 0: at 0 all paths are the same"
                ' text; use "greedy": true for that one path'
            )
    if len(set(request.temperatures)) < len(request.temperatures):
        given = shown(list(request.temperatures))
        yield f"temperatures is {given}, must not name one temperature twice"
    if not request.greedy and not request.temperatures:
        yield "greedy is false and temperatures is [], must leave something to sample"


def _of_waves(request: RunRequest) -> Iterator[str]:
    if request.waves is None or _fills(request.waves, request.paths):
        return
    yield (
        f"waves is {shown(list(request.waves))}, must be whole numbers above 0 that add up to"
        f" paths, {request.paths}"
    )


def _fills(waves: tuple[int, ...], paths: int) -> bool:
    return min(waves) > 0 and sum(waves) == paths


def _of_budget(request: RunRequest) -> Iterator[str]:
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


def _of_variants(request: RunRequest) -> Iterator[str]:
    if len(set(request.variants)) < len(request.variants):
        yield f"variants is {shown(list(request.variants))}, must not name one vote twice"
    yield from variant_misfits(request.variants, request.task)
    template = request.template
    if "confidence" in request.variants and template and "confidence" not in template.lower():
        yield (
            'variants has "confidence", but the template does not ask for one: have it end with'
            ' a line such as "Confidence: C", C from 0 to 100, or remove "confidence"'
        )


def _of_jobs(request: RunRequest, most_jobs_at_once: int) -> Iterator[str]:
    asked = "jobs_at_once" in request.model_fields_set
    if asked and request.jobs_at_once > most_jobs_at_once:
        yield (
            f"jobs_at_once is {request.jobs_at_once}, must be at most the stack's"
            f" {most_jobs_at_once}; deploy with -c jobs_at_once={request.jobs_at_once} for more"
        )
