"""Why a question is worth looking at, and how much more than others of its kind."""

from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from lambdas.core.settings import GREEDY
from lambdas.core.voting.lane import Voted

Reason = Literal["vote_gained", "vote_lost", "split", "unanswered", "wrong"]
REASONS: tuple[Reason, ...] = get_args(Reason)
# Of five paths 3 to 2 is split, 3 to 1 is not.
_SPLIT_MARGIN = 0.2


def reasons_of(votes: Mapping[str, Voted]) -> dict[Reason, float]:
    """Return why a question is telling, in the order of `REASONS`, each with how telling it is.

    Args:
        votes: on one question, by setting. Where greedy is the only one, it is the vote.

    Returns:
        Reason → a number that is larger for the more telling of two questions:

        * vote_gained: greedy is wrong, a vote right; the share of paths that are for that vote.
        * vote_lost: greedy is right, a vote wrong; the share of paths that are for that vote.
        * split: the two strongest answers are at most a fifth of the paths apart; minus that
          margin, a share of the paths.
        * unanswered: some path has no answer, or no path came back; the share of such paths,
          and one more for each setting without a vote.
        * wrong: a vote is wrong; the share of paths that are for it.

        Of several settings the most telling counts. Without a known right answer there are only
        `split` and `unanswered`.

    >>> votes = {"6": 3, "8": 2}
    >>> reasons_of({"T0.7": Voted("q0", "T0.7", "6", "8", False, 5, 3, votes, 0, False, 1)})
    {'split': -0.2, 'wrong': 0.6}
    """
    greedy = votes.get(GREEDY)
    sampled = [voted for name, voted in votes.items() if name != GREEDY] or list(votes.values())
    right, wrong = _surest(sampled, correct=True), _surest(sampled, correct=False)
    told: dict[Reason, float | None] = {
        "vote_gained": right if greedy and greedy.correct is False else None,
        "vote_lost": wrong if greedy and greedy.correct else None,
        "split": _narrowest(sampled),
        "unanswered": _silence(votes.values()),
        "wrong": wrong,
    }
    return {reason: telling for reason, telling in told.items() if telling is not None}


def _surest(votes: Iterable[Voted], *, correct: bool) -> float | None:
    """Return the largest share of paths for a vote that is right, or wrong, as asked."""
    shares = (voted.support / voted.paths for voted in votes if voted.correct is correct)
    return max(shares, default=None)


def _narrowest(votes: Iterable[Voted]) -> float | None:
    """Return minus the smallest margin of those that are split."""
    margins = [_margin(voted) for voted in votes if len(voted.votes) > 1]
    narrowest = min(margins, default=1.0)
    return -narrowest if narrowest <= _SPLIT_MARGIN else None


def _margin(voted: Voted) -> float:
    first, second, *_ = sorted(voted.votes.values(), reverse=True)
    return (first - second) / voted.paths


def _silence(votes: Iterable[Voted]) -> float | None:
    paths = unanswered = silent = 0
    for voted in votes:
        paths += voted.paths
        unanswered += voted.unanswered
        silent += voted.answer is None
    return silent + unanswered / max(paths, 1) if silent or unanswered else None
