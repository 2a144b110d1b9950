"""How a run samples where its request does not say: by default, or as published."""

from collections.abc import Mapping
from typing import Any, Final

from lambdas.contract import RunRequest, Worth
from lambdas.core.text import shown

# A request that names any of them keeps the defaults of the others.
SAMPLING_KEYS = frozenset({"temperatures", "paths", "early_stop", "mix", "waves", "budget"})
# Measured in docs/decisions/0036-defaults.md.
_CHOSEN: Final[Mapping[str, Any]] = {
    "temperatures": (0.5, 0.7, 1.0),
    "mix": True,
    "paths": 30,
    "early_stop": Worth(worth=0.001),
}
_PACKED: Final[Mapping[str, Any]] = {"paths_per_job": None}
# Wang et al. 2023, arXiv 2203.11171, vote over paths at one temperature; several are compared.
_PUBLISHED: Final[Mapping[str, Any]] = {
    "greedy": True,
    "temperatures": (0.5, 0.7, 1.0),
    "mix": False,
    "paths": 30,
    "early_stop": None,
    "waves": None,
    "budget": None,
}


def with_design(request: RunRequest) -> RunRequest:
    """Return a request with the values that follow for the keys that it does not name.

    A request of the published design has its values. One that names no key of how to sample has
    one setting of mixed temperatures, sized waves and as few jobs as possible. Any other keeps the
    defaults of its type. A key that is named stays as it is.

    >>> found = with_design(RunRequest(dataset="q.jsonl"))
    >>> found.mix, found.paths, found.early_stop, found.paths_per_job
    (True, 30, Worth(worth=0.001), None)
    >>> with_design(RunRequest(dataset="q.jsonl", paths=10)).mix
    False
    """
    named = request.model_fields_set
    if request.design == "published":
        follows = _PUBLISHED
    elif SAMPLING_KEYS.isdisjoint(named):
        follows = {**_CHOSEN, **_PACKED}
    else:
        return request
    return request.model_copy(
        update={key: value for key, value in follows.items() if key not in named}
    )


def design_problems(request: RunRequest) -> list[str]:
    """Return which keys that a request names contradict its design.

    How paths are cut into jobs is no part of a design, so `paths_per_job` never contradicts it.
    """
    if request.design is None:
        return []
    return [
        f"{key} is {shown(_plain(getattr(request, key)))}, and the design"
        f' "{request.design}" has {shown(_plain(value))}; remove {key} or design'
        for key, value in _PUBLISHED.items()
        if key in request.model_fields_set and _plain(getattr(request, key)) != _plain(value)
    ]


def _plain(value: object) -> object:
    """Return a value as JSON has it, temperatures in rising order."""
    if isinstance(value, tuple):
        return sorted(value)
    return getattr(value, "model_dump", lambda: value)()
