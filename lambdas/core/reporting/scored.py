"""A setting's figures: its sums over all lanes, and what they say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lambdas.core.errors import NothingAnsweredError
from lambdas.core.outputs.counted import shares_of
from lambdas.core.plan import Plan
from lambdas.core.reporting.remarks import job_warnings
from lambdas.core.settings import Setting
from lambdas.core.statistics.curve import Point
from lambdas.core.statistics.paired import Paired
from lambdas.core.voting.sums import LaneSums

_QUOTE = re.compile("[\"'`«“‘„]")


@dataclass(frozen=True, slots=True)
class Scored:
    """A setting's figures.

    Attributes:
        setting: its name, temperature and paths.
        sums: over all its lanes.
        jobs: the records of its jobs; of one shared with other settings, its part.
        paired: its votes against greedy's, `None` for greedy itself and without it.
    """

    setting: Setting
    sums: LaneSums
    jobs: tuple[Mapping[str, Any], ...]
    paired: Paired | None = None

    @property
    def accuracy(self) -> float | None:
        """Accuracy of the vote with ties won at random, exact: no seed's luck is in it.

        `None` where no question is labelled, or no path at all has an answer.
        """
        return self.sums.expected / self.sums.labelled if self._is_scored else None

    @property
    def voted_accuracy(self) -> float | None:
        """Share of the labelled questions whose vote, ties as the seed drew them, is right."""
        return self.sums.correct / self.sums.labelled if self._is_scored else None

    @property
    def curve(self) -> tuple[Point, ...]:
        """Accuracy against paths; empty where there is no accuracy."""
        return self.sums.curve.points() if self._is_scored else ()

    @property
    def _is_scored(self) -> bool:
        return bool(self.sums.labelled) and self.sums.paths > self.sums.unanswered


def scored_settings(
    plan: Plan,
    sums: Mapping[str, LaneSums],
    jobs: Sequence[Mapping[str, Any]],
    paired: Mapping[str, Paired],
) -> list[Scored]:
    """Return the settings in the plan's order.

    Args:
        plan: of the run.
        sums: by setting's name, over all its lanes.
        jobs: the records of all jobs of the run.
        paired: by setting's name, its votes against greedy's.

    Raises:
        NothingAnsweredError: no job of any setting brought a completion.
    """
    if not any(job.get("succeeded") for job in jobs):
        remarks = "; ".join(job_warnings([_loggable(job) for job in jobs]))
        raise NothingAnsweredError(
            f"no job brought a single completion: {remarks}; a redrive asks for nothing more, mend"
            " that and start a new run"
        )
    shares = [share for job in jobs for share in shares_of(job)]
    return [
        Scored(
            setting,
            sums[setting.name],
            tuple(share for share in shares if share["setting"] == setting.name),
            paired.get(setting.name),
        )
        for setting in plan.settings
    ]


def _loggable(job: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a job's record as an exception may tell it, which ends in a log.

    Errors of records are the service's words up to where they quote, perhaps a question; the
    record in the table has all of them.
    """
    messages = [_unquoting(message) for message in job.get("error_messages", ())]
    return {**job, "error_messages": messages}


def _unquoting(message: str) -> str:
    """Return a message up to its first quotation.

    >>> _unquoting("400: no such field 'x'"), _unquoting("400: too long")
    ('400: no such field …', '400: too long')
    """
    words, *quoted = _QUOTE.split(message, maxsplit=1)
    return f"{words}…" if quoted else words
