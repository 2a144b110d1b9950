"""Recorded paths in random orders, and what stopping early makes of each order."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import floor
from random import Random
from statistics import fmean

from benchmarks.recorded import Asked, RecordedSet
from lambdas.contract.schema import Stopping
from lambdas.core.sampling.stopping import (
    ConfidenceBucket,
    affordable_questions,
    allocate_questions,
    confidence,
    is_decided,
)

_CERTAIN = Stopping("certain")


@dataclass(frozen=True, slots=True)
class Track:
    """How a question's vote goes, path by path; each list is indexed by paths so far, from 0.

    Attributes:
        first: votes of the leading answer.
        second: of the next.
        right: the chance that the vote is right, a tie drawn at random.
    """

    first: list[int]
    second: list[int]
    right: list[float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one order, means over questions: votes that are right, paths and waves of each."""

    right: float
    paths: float
    waves: float


def orders(recorded: RecordedSet, count: int, seed: int) -> Iterator[list[Track]]:
    """Yield a track per question, each question's paths shuffled on its own.

    A question whose paths all say the same has one track in every order.
    """
    random = Random(seed)  # noqa: S311 - drawn for a measurement, not for a secret
    same = {each.id: track_of(each, each.answers) for each in recorded.questions if _agreed(each)}
    for _ in range(count):
        yield [
            same.get(each.id) or track_of(each, random.sample(each.answers, recorded.paths))
            for each in recorded.questions
        ]


def track_of(asked: Asked, answers: Sequence[str | None]) -> Track:
    """Return how a question's vote goes along its answers, one or none per path in order."""
    votes: dict[str, int] = {}
    leader, first, second, tied = None, 0, 0, 0
    track = Track([0], [0], [0.0])
    for answer in answers:
        if answer is not None:
            count = votes[answer] = votes.get(answer, 0) + 1
            tied = 1 if count > first else tied + (count == first)
            if answer != leader:
                second = max(second, min(count, first))
            if count > first:
                leader, first = answer, count
        leads = first > 0 and votes.get(asked.gold or "", 0) == first
        track.first.append(first)
        track.second.append(second)
        track.right.append(1.0 / tied if leads else 0.0)
    return track


def in_waves(tracks: Sequence[Track], waves: Sequence[int], stopping: Stopping) -> Outcome:
    """Return the outcome of a rule for one order, applied after each wave."""
    ends = list(accumulate(waves))
    stops = [_stop(track, ends, stopping) for track in tracks]
    return Outcome(
        fmean(track.right[ends[stop]] for track, stop in zip(tracks, stops, strict=True)),
        fmean(ends[stop] for stop in stops),
        fmean(stop + 1 for stop in stops),
    )


def one_by_one(tracks: Sequence[Track], level: float) -> Outcome:
    """Return what adaptive consistency makes of an order: it asks after every path.

    Source: Aggarwal et al. 2023, arXiv 2305.11860, the Beta criterion.
    """
    stops = [_reached(track, level) for track in tracks]
    paths = fmean(stops)
    right = fmean(track.right[stop] for track, stop in zip(tracks, stops, strict=True))
    return Outcome(right, paths, waves=paths)


def within_budget(tracks: Sequence[Track], waves: Sequence[int], budget: float) -> Outcome:
    """Return the outcome of a mean budget of paths; the least certain get the next wave."""
    had = [waves[0]] * len(tracks)
    joined = len(tracks)
    for wave, size in enumerate(waves[1:], 1):
        remaining = floor(budget * len(tracks)) - sum(had)
        affordable = affordable_questions(remaining, size, len(waves) - wave)
        chosen = _least_certain(tracks, had, sum(waves[wave:]), affordable)
        joined += len(chosen)
        for question in chosen:
            had[question] += size
    right = fmean(track.right[paths] for track, paths in zip(tracks, had, strict=True))
    return Outcome(right, fmean(had), joined / len(tracks))


def _least_certain(
    tracks: Sequence[Track], had: Sequence[int], to_come: int, questions: int
) -> list[int]:
    """Return the questions that get a wave, as PlanWave would choose them."""
    groups: dict[float, list[int]] = defaultdict(list)
    for question, (track, paths) in enumerate(zip(tracks, had, strict=True)):
        first, second = track.first[paths], track.second[paths]
        if not is_decided(_CERTAIN, first, second, to_come):
            groups[confidence(first, second)].append(question)
    counted = [ConfidenceBucket("all", level, len(members)) for level, members in groups.items()]
    taken = allocate_questions(counted, questions).get("all", 0)
    return [question for level in sorted(groups) for question in groups[level]][:taken]


def _stop(track: Track, ends: Sequence[int], stopping: Stopping) -> int:
    """Return the index of the wave after which a question is decided."""
    return next(
        wave
        for wave, end in enumerate(ends)
        if is_decided(stopping, track.first[end], track.second[end], ends[-1] - end)
    )


def _reached(track: Track, level: float) -> int:
    """Return the path at which the level is reached, or else the last."""
    last = len(track.first) - 1
    counts = zip(track.first, track.second, strict=True)
    return next((at for at, each in enumerate(counts) if at and confidence(*each) >= level), last)


def _agreed(asked: Asked) -> bool:
    return len(set(asked.answers)) == 1
