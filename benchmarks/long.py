"""Long runs: events of an execution's history, reckoned from the definition, against the limit.

A state that is entered writes these events (types of GetExecutionHistory, API reference of Step
Functions, HistoryEvent):

* Task of a function: TaskStateEntered, LambdaFunctionScheduled, LambdaFunctionStarted,
  LambdaFunctionSucceeded, TaskStateExited; each try that fails LambdaFunctionScheduled,
  LambdaFunctionStarted, LambdaFunctionFailed or …TimedOut;
* Choice, Pass, Wait, Succeed: …StateEntered, …StateExited;
* distributed Map: MapStateEntered, MapStateStarted, MapRunStarted, MapRunSucceeded,
  MapStateSucceeded, MapStateExited.
"""

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.measure import Measurement
from infrastructure.synth import definition, make_template
from lambdas.core.job_status import GRACE_H, MAX_OVER_S, next_wait_s

# A hard quota of Step Functions; an execution is open for a year at most.
MAX_EVENTS, YEAR_S = 25_000, 365 * 24 * 3600
# What Bedrock gives a job at most, and what Poll waits beyond it for its end.
LIVE_S = (168 + GRACE_H) * 3600
# Build, Collect, a first Submit, the choices between them, and the execution's own events.
EVENTS_BESIDE_LOOPS = 50
EVENTS_OF_A_FAILED_TRY = 3
_EVENTS = {"Task": 5, "Choice": 2, "Pass": 2, "Wait": 2, "Succeed": 2, "Map": 6}
_BASELINE = f"limit of {MAX_EVENTS:,}"

State = Mapping[str, Any]
States = Mapping[str, State]


def measure() -> list[Measurement]:
    """Return the events of the longest lives of a job's execution."""
    states = json.loads(definition(make_template()))["States"]
    job = states["Jobs"]["ItemProcessor"]["States"]
    figures = {
        f"{name}, a look each {poll_every_s} s at first": events
        for poll_every_s in (1, 60, 3600)
        for name, events in _lives(job, poll_every_s).items()
    }
    return [
        Measurement("history", name, events, "events", _BASELINE, events / MAX_EVENTS)
        for name, events in figures.items()
    ]


def loop(states: States, through: str, avoiding: str) -> int:
    """Return the events of the longest way from a state to itself, no other state twice."""
    ways = _ways(states, (through,), avoiding)
    return max(sum(_EVENTS[states[name]["Type"]] for name in way) for way in ways)


def retries(state: State) -> int:
    """Return how often a state is tried again before it fails."""
    return sum(retrier["MaxAttempts"] for retrier in state["Retry"])


def pauses_s(state: State) -> float:
    """Return how many seconds all tries of a state are apart in the mean: jitter takes half."""
    return math.fsum(
        min(retrier["IntervalSeconds"] * retrier["BackoffRate"] ** n, retrier["MaxDelaySeconds"])
        / (2 if retrier.get("JitterStrategy") == "FULL" else 1)
        for retrier in state["Retry"]
        for n in range(retrier["MaxAttempts"])
    )


def looks(poll_every_s: int, until_s: float, *, live: bool, each_s: float = 0) -> int:
    """Return the looks at a job in so many seconds, each of which takes some itself."""
    waited_s, count = 0.0, 0
    while waited_s < until_s:
        waited_s += next_wait_s(waited_s, poll_every_s, live=live) + each_s
        count += 1
    return count


def live_looks(poll_every_s: int, each_s: float = 0) -> int:
    """Return the looks at a job that outlives its time, and is then waited for in vain."""
    return sum(looks(poll_every_s, each, live=True, each_s=each_s) for each in (LIVE_S, MAX_OVER_S))


def events_of_a_job(job: States, poll_every_s: int, waiting_s: float) -> int:
    """Return the events of a job of 168 hours that has waited so long for its place."""
    return (
        looks(poll_every_s, waiting_s, live=False) * loop(job, "Submit", avoiding="Poll")
        + live_looks(poll_every_s) * loop(job, "Poll", avoiding="Submit")
        + EVENTS_BESIDE_LOOPS
    )


def events_of_a_bad_week(job: States, poll_every_s: int) -> int:
    """Return the events where each look of 168 hours is tried as often as Retry allows."""
    poll = job["Poll"]
    each = loop(job, "Poll", avoiding="Submit") + EVENTS_OF_A_FAILED_TRY * retries(poll)
    return live_looks(poll_every_s, each_s=pauses_s(poll)) * each + EVENTS_BESIDE_LOOPS


def _lives(job: States, poll_every_s: int) -> dict[str, int]:
    return {
        "job of 168 h": events_of_a_job(job, poll_every_s, 0),
        "the same after 357 days of waiting": events_of_a_job(job, poll_every_s, YEAR_S - LIVE_S),
        "job of 168 h, all retries of all looks": events_of_a_bad_week(job, poll_every_s),
    }


def _ways(states: States, way: tuple[str, ...], avoiding: str) -> Iterator[tuple[str, ...]]:
    for following in _following(states[way[-1]]):
        if following == way[0]:
            yield way
        elif following not in (*way, avoiding):
            yield from _ways(states, (*way, following), avoiding)


def _following(state: State) -> list[str]:
    choices = [choice["Next"] for choice in state.get("Choices", ())]
    return choices + [state[name] for name in ("Next", "Default") if name in state]
