"""Majority vote over the answers that a question's paths reached."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vote:
    """The answer a question gets.

    Args:
        answer: the winner, a canonical string.
        support: how many paths reached it, at least 1.
        tied: how many answers have that support, the winner among them; 1 where none tied.
    """

    answer: str
    support: int
    tied: int


def majority(votes: Mapping[str, int], *, seed: int, setting: str, question_id: str) -> Vote | None:
    """Return the answer that most paths reached, `None` where no path reached any.

    Args:
        votes: answer → number of paths that reached it, in any order; counts below 1 are no votes.
        seed: of the run.
        setting: name of the setting, such as `T0.7`.
        question_id: of the question.

    A tie is won at random, with equal chances. The draw is a digest of seed, setting and
    question, not of the order or the job in which answers came in: a vote can be repeated.

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


def _draw(of: int, seed: int, setting: str, question_id: str) -> int:
    """Return a whole number from 0 up to `of`, excluded, the same on every machine.

    `hash()` of a string and `random` are not: the one is salted, the other may change.
    """
    words = f"{seed}\n{setting}\n{question_id}".encode()
    return int.from_bytes(hashlib.sha256(words).digest(), "big") % of
