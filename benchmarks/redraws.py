"""Re-draws of the accuracy curve in numpy, as the exact curve's rival."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Questions worked on at once: blocks this small were the fastest.
_BLOCK = 1024


def redrawn(answers: Sequence[Sequence[int]], redraws: int, seed: int = 0) -> NDArray[np.float64]:
    """Return the accuracy of each re-draw for each number of paths, of shape (redraws, paths).

    Args:
        answers: of every question one number a path: 0 is right, -1 is none, others are wrong.
        redraws: how often the paths are put in a new order, of which the first k vote.
        seed: of the orders, and of ties, which are drawn too.

    Questions whose paths all agree are not drawn, and the others are worked off in blocks of as
    many different answers: counts of a block are one array by answer, question and path.
    """
    rng = np.random.default_rng(seed)
    paths = np.array(answers, dtype=np.int8)
    agreed = (paths == paths[:, :1]).all(axis=1)
    right = np.full((redraws, paths.shape[1]), np.count_nonzero(paths[agreed, 0] == 0))
    split = paths[~agreed]
    split = split[np.argsort(split.max(axis=1))]
    for start in range(0, len(split), _BLOCK):
        block = split[start : start + _BLOCK]
        for redraw in range(redraws):
            right[redraw] += _right(rng.permuted(block, axis=1), rng)
    return right / len(paths)


def _right(drawn: NDArray[np.int8], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return how many questions the first 1, 2, … paths vote right."""
    answers = np.arange(max(drawn.max(), 0) + 1, dtype=np.int8)
    votes = (drawn == answers[:, None, None]).cumsum(axis=2, dtype=np.int8)
    most = votes.max(axis=0)
    tied = (votes == most).sum(axis=0, dtype=np.int8)
    won = (votes[0] == most) & (most > 0) & (rng.random(most.shape) * tied < 1)
    right: NDArray[np.int64] = won.sum(axis=0, dtype=np.int64)
    return right
