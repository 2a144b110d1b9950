"""Vote weighted by stated confidence, beside the plain majority."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, fsum, isclose

from lambdas.core.voting.vote import majority

_ALIKE = 1e-9


@dataclass(frozen=True, slots=True)
class WeightedVote:
    """The answer a question gets.

    Args:
        answer: the winner, a canonical string.
        share: its weight, of all weights of the question, above 0 and up to 1.
        tied: how many answers have that weight, the winner among them; 1 where none tied.
    """

    answer: str
    share: float
    tied: int


def weighted_majority(
    confidences: Mapping[str, Sequence[int | None]],
    *,
    seed: int,
    setting: str,
    question_id: str,
    temperature: float = 1.0,
) -> WeightedVote | None:
    """Return the answer with the largest sum of weights, `None` where no path reached any.

    Args:
        confidences: answer → what each path that reached it stated, in whole percent, `None`
            where it stated nothing; answers without paths are left out.
        seed: of the run.
        setting: name of the setting, such as `T0.7`.
        question_id: of the question.
        temperature: T, above 0, on the scale of confidences from 0 to 1. The lower, the more
            the surest paths decide; as it grows, the vote becomes the plain majority.

    A path's weight is the softmax of confidence / T over the question's paths. The paper tunes T
    for each model (appendix D) and has no value for all; with 1.0 a path that is quite sure
    counts e times one that is not at all, so that numbers still outvote confidence. A path
    without a stated confidence, which the paper leaves out, gets the mean weight of those
    with one: it was sampled, and says neither more nor less. Where none has one, this is the
    plain majority. A tie is won by the same draw as there.

    Source: Taubenfeld et al. 2025, arXiv 2502.06233, section 3.

    >>> path = {"seed": 0, "setting": "T0.7", "question_id": "q0000000"}
    >>> weighted_majority({"18": [90, 95], "26": [10, 5, 0]}, **path).answer
    '18'
    >>> weighted_majority({}, **path)
    """
    weights, tied = _weights(confidences, temperature), weighted_leaders(confidences, temperature)
    winner = majority(dict.fromkeys(tied, 1), seed=seed, setting=setting, question_id=question_id)
    if winner is None:
        return None
    share = weights[winner.answer] / fsum(weights.values())
    return WeightedVote(winner.answer, share, len(tied))


def weighted_leaders(
    confidences: Mapping[str, Sequence[int | None]], temperature: float = 1.0
) -> list[str]:
    """Return the answers with the largest sum of weights: one, several of a tie, or none.

    Arguments are those of `weighted_majority`.
    """
    weights = _weights(confidences, temperature)
    most = max(weights.values(), default=0.0)
    return [answer for answer, weight in weights.items() if isclose(weight, most, rel_tol=_ALIKE)]


def _weights(
    confidences: Mapping[str, Sequence[int | None]], temperature: float
) -> dict[str, float]:
    """Return the sum of weights of each answer, up to a factor that all have in common."""
    stated = [each for paths in confidences.values() for each in paths if each is not None]
    # Relative to the highest, so that a low temperature overflows nothing.
    highest = max(stated, default=0)

    def weight(percent: int) -> float:
        return exp((percent - highest) / 100 / temperature)

    mean = fsum(map(weight, stated)) / len(stated) if stated else 1.0
    return {
        answer: fsum(mean if percent is None else weight(percent) for percent in paths)
        for answer, paths in confidences.items()
        if paths
    }
