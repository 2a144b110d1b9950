"""Majority vote over the answers of a question's paths, plain or weighted by confidence."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, fsum, isclose

# Weights that differ less are equal.
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Vote:
    """The outcome of a vote.

    Attributes:
        answer: the winner, a canonical string.
        support: paths that reached it, at least 1.
        tied: answers with that support, the winner included; 1 without a tie.
    """

    answer: str
    support: int
    tied: int


def majority(votes: Mapping[str, int], *, seed: int, setting: str, question_id: str) -> Vote | None:
    """Return the answer that most paths reached, `None` if no path reached any.

    Args:
        votes: answer → number of paths that reached it, in any order; counts below 1 are no votes.
        seed: of the run.
        setting: name of the setting, such as `T0.7`.
        question_id: of the question.

    A tie is drawn at random with equal chances. The draw is a digest of seed, setting and
    question, and does not depend on the order of answers or jobs, so a vote is reproducible.

    Source: Wang et al. 2023, arXiv 2203.11171, section 2, unweighted majority.

    >>> majority({"18": 3, "26": 1}, seed=0, setting="T0.7", question_id="q0000000")
    Vote(answer='18', support=3, tied=1)
    >>> majority({}, seed=0, setting="T0.7", question_id="q0000000")
    """
    support = max(votes.values(), default=0)
    if support < 1:
        return None
    tied = [answer for answer, count in votes.items() if count == support]
    if len(tied) == 1:
        return Vote(tied[0], support, tied=1)
    winner = sorted(tied)[_draw(len(tied), seed, setting, question_id)]
    return Vote(winner, support, len(tied))


def prefer(leaders: Sequence[str], greedy: str | None) -> Sequence[str]:
    """Return the answers that a tie is drawn from: greedy's alone where it is one of the tied.

    Args:
        leaders: the answers with the most votes.
        greedy: the answer of greedy decoding, `None` if it has none or decides no tie.

    >>> prefer(["18", "26"], "26"), prefer(["18", "26"], "7"), prefer(["18"], None)
    (['26'], ['18', '26'], ['18'])
    """
    return [greedy] if greedy is not None and greedy in leaders else leaders


def weighted_leaders(
    confidences: Mapping[str, Sequence[int | None]], temperature: float = 1.0
) -> list[str]:
    """Return the answers with the largest sum of weights: one, several in a tie, or none.

    Args:
        confidences: answer → self-reported confidence of each path that reached it, in whole
            percent, `None` if it reports none; answers without paths are ignored.
        temperature: T, above 0, on the scale of confidences from 0 to 1. The lower, the more
            the surest paths decide; as it grows, the vote becomes the plain majority.

    A path's weight is the softmax of confidence / T over the question's paths. The paper tunes T
    for each model (appendix D) and gives no general value. With 1.0 a path that is quite sure
    counts e times one that is not at all, so numbers still outvote confidence. The paper drops
    paths without a confidence. Here such a path gets the mean weight of the others, because it
    was sampled and says neither more nor less. If no path reports one, this is the plain majority.

    Source: Taubenfeld et al. 2025, arXiv 2502.06233, section 3.

    >>> weighted_leaders({"18": [90, 95], "26": [10, 5, 0]})
    ['18']
    >>> weighted_leaders({})
    []
    """
    weights = _weights(confidences, temperature)
    most = max(weights.values(), default=0.0)
    return [
        answer for answer, weight in weights.items() if isclose(weight, most, rel_tol=_TOLERANCE)
    ]


def _draw(outcomes: int, seed: int, setting: str, question_id: str) -> int:
    """Return a whole number from 0 up to `outcomes`, excluded, the same on every machine.

    `hash()` of a string is salted, and `random` may change between versions.
    """
    words = f"{seed}\n{setting}\n{question_id}".encode()
    return int.from_bytes(hashlib.sha256(words).digest(), "big") % outcomes


def _weights(
    confidences: Mapping[str, Sequence[int | None]], temperature: float
) -> dict[str, float]:
    """Return the sum of weights of each answer, up to a common factor."""
    reported = [each for paths in confidences.values() for each in paths if each is not None]
    # Relative to the highest, so that a low temperature does not overflow.
    highest = max(reported, default=0)

    def weight(percent: int) -> float:
        return exp((percent - highest) / 100 / temperature)

    mean = fsum(map(weight, reported)) / len(reported) if reported else 1.0
    return {
        answer: fsum(mean if percent is None else weight(percent) for percent in paths)
        for answer, paths in confidences.items()
        if paths
    }
