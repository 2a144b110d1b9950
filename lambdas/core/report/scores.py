"""A setting's accuracy: its sums over all partitions, its jobs, its votes against greedy's."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lambdas.contract.entries import JobEntry
from lambdas.contract.schema import GREEDY, Plan, Setting
from lambdas.contract.statistics import CurvePoint
from lambdas.contract.votes import FinalRecord, VoteRecord
from lambdas.core.errors import NothingAnsweredError
from lambdas.core.report.warnings import CommonAnswers, job_warnings
from lambdas.core.statistics.significance import Paired, PairedOutcome
from lambdas.core.voting.majority import prefer
from lambdas.core.voting.sums import PartitionSums, correct_chance

# Questions held before they are summed up.
_BLOCK = 10_000
_NONE_COMMON: Mapping[str, CommonAnswers] = {}
_QUOTE = re.compile("[\"'`«“‘„]")


@dataclass(frozen=True, slots=True)
class ScoredSetting:
    """A setting's votes, summed up.

    Attributes:
        setting: its name, temperature and paths.
        sums: over all its partitions.
        jobs: with records of the setting; of a job shared with other settings, its slice.
        paired: its votes against greedy's; `None` for greedy itself and without it.
        common: its right answers and most frequent votes.
    """

    setting: Setting
    sums: PartitionSums
    jobs: tuple[JobEntry, ...]
    paired: Paired | None = None
    common: CommonAnswers = field(default_factory=CommonAnswers)

    @property
    def accuracy(self) -> float | None:
        """The exact expected accuracy over random tie-breaks, whatever the seed.

        `None` if no question is labelled, or no path has an answer.
        """
        return self.sums.expected / self.sums.labelled if self._is_scored else None

    @property
    def voted_accuracy(self) -> float | None:
        """Share of the labelled questions that the votes as cast, ties by seed, have right."""
        return self.sums.correct / self.sums.labelled if self._is_scored else None

    @property
    def curve(self) -> tuple[CurvePoint, ...]:
        """Accuracy by paths; empty without an accuracy."""
        return self.sums.curve.points() if self._is_scored else ()

    @property
    def _is_scored(self) -> bool:
        return bool(self.sums.labelled) and self.sums.paths > self.sums.unanswered


@dataclass(frozen=True, slots=True)
class ScoredRun:
    """The scored settings of a run, and its final answers; `None` if nobody voted on those."""

    settings: Sequence[ScoredSetting]
    final: ScoredSetting | None = None


def scored_settings(
    plan: Plan,
    sums: Mapping[str, PartitionSums],
    jobs: Sequence[JobEntry],
    paired: Mapping[str, Paired],
    common: Mapping[str, CommonAnswers] = _NONE_COMMON,
) -> list[ScoredSetting]:
    """Return the settings in the plan's order.

    Args:
        plan: of the run.
        sums: by setting's name, over all its partitions.
        jobs: all of the run.
        paired: by setting's name, its votes against greedy's.
        common: by setting's name, its right answers and most frequent votes.

    Raises:
        NothingAnsweredError: no job of any setting brought a completion.
    """
    if not any(job.succeeded for job in jobs):
        warnings = "; ".join(job_warnings([_loggable(job) for job in jobs]))
        raise NothingAnsweredError(
            f"no job brought a single completion: {warnings}; redriving will not help: fix the"
            " cause and start a new run"
        )
    by_setting = [each for job in jobs for each in split_by_setting(job)]
    return [
        ScoredSetting(
            setting,
            sums[setting.name],
            tuple(job for job in by_setting if job.setting == setting.name),
            paired.get(setting.name),
            common.get(setting.name, CommonAnswers()),
        )
        for setting in plan.settings
    ]


def split_by_setting(job: JobEntry) -> Iterator[JobEntry]:
    """Yield a job as each of its settings has it: itself, or one for each slice if it is shared."""
    if not job.slices:
        yield job
    for each in job.slices:
        # Jobs of many slices store the texts of the whole job only: a slice then shows those.
        own = {name: getattr(each, name) for name in each.model_fields_set}
        yield job.model_copy(update={**own, "slices": ()})


# What is compared with greedy: a setting's vote, or the final answer.
AnyVote = VoteRecord | FinalRecord


class Pairing:
    """Compares each setting's votes with greedy's, question by question, in bounded memory.

    Args:
        by_greedy: whether greedy's answer wins the ties that it is part of.
    """

    def __init__(self, *, by_greedy: bool) -> None:
        self._by_greedy = by_greedy
        self._rows: dict[str, list[PairedOutcome]] = defaultdict(list)
        self._sums: dict[str, Paired] = {}

    def add(self, votes: Mapping[str, AnyVote]) -> None:
        """Add a question's votes, by setting; without greedy's there is nothing to compare."""
        greedy = votes.get(GREEDY)
        if greedy is None or greedy.correct is None:
            return
        for setting, vote in votes.items():
            if vote is not greedy and vote.correct is not None:
                rows = self._rows[setting]
                rows.append(self._compared(vote, greedy))
                if len(rows) >= _BLOCK:
                    self._sum_up(setting)

    def paired(self) -> dict[str, Paired]:
        """Return the sums by setting, without settings that have nothing to compare."""
        for setting in self._rows:
            self._sum_up(setting)
        return dict(self._sums)

    def _compared(self, vote: AnyVote, greedy: AnyVote) -> PairedOutcome:
        leaders = [answer for answer, count in vote.votes.items() if count == vote.support]
        leaders = [*prefer(leaders, greedy.answer if self._by_greedy else None)]
        return PairedOutcome(
            correct_chance(leaders, vote.gold),
            float(greedy.correct is True),
            vote.correct is True,
            greedy.correct is True,
        )

    def _sum_up(self, setting: str) -> None:
        block = Paired.of(self._rows[setting])
        self._rows[setting].clear()
        self._sums[setting] = self._sums.get(setting, Paired()) + block


def _loggable(job: JobEntry) -> JobEntry:
    """Return a job whose error messages may stand in an exception, which ends in a log.

    Messages end where they begin to quote, perhaps a question; the table entry has them whole.
    """
    messages = tuple(_without_quotation(message) for message in job.error_messages)
    return job.model_copy(update={"error_messages": messages})


def _without_quotation(message: str) -> str:
    """Return a message up to its first quotation.

    >>> _without_quotation("400: no such field 'x'"), _without_quotation("400: too long")
    ('400: no such field …', '400: too long')
    """
    words, *quoted = _QUOTE.split(message, maxsplit=1)
    return f"{words}…" if quoted else words
