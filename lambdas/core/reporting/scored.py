"""A setting's figures: its sums over all lanes, and what they say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lambdas.core.curve import Point
from lambdas.core.errors import NothingAnsweredError
from lambdas.core.lane import LaneSums
from lambdas.core.plan import Plan
from lambdas.core.reporting.remarks import job_warnings
from lambdas.core.settings import Setting


@dataclass(frozen=True, slots=True)
class Scored:
    """A setting with the sums over all its lanes, and the records of its jobs."""

    setting: Setting
    sums: LaneSums
    jobs: tuple[Mapping[str, Any], ...]

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
    plan: Plan, sums: Mapping[str, LaneSums], jobs: Sequence[Mapping[str, Any]]
) -> list[Scored]:
    """Return the settings in the plan's order.

    Args:
        plan: of the run.
        sums: by setting's name, over all its lanes.
        jobs: the records of all jobs of the run.

    Raises:
        NothingAnsweredError: no job of any setting brought a completion.
    """
    if not any(job.get("succeeded") for job in jobs):
        remarks = "; ".join(job_warnings(jobs))
        raise NothingAnsweredError(f"no job brought a single completion: {remarks}")
    return [
        Scored(
            setting,
            sums[setting.name],
            tuple(job for job in jobs if job["setting"] == setting.name),
        )
        for setting in plan.settings
    ]
