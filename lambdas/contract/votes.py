"""Votes at rest: each partition's votes and backlog after a wave, and the waves' summaries."""

from dataclasses import dataclass

import msgspec


class Example(msgspec.Struct, frozen=True, array_like=True):
    """Where a completion is in the output of a job.

    Attributes:
        wave: of the job.
        job: its name.
        file: index of the output file, in the order of the files' keys.
        start: byte offset of the record's row in that file.
        size: bytes of the row.
        completion: index of the completion in the record.
    """

    wave: int
    job: str
    file: int
    start: int
    size: int
    completion: int


class Examples(msgspec.Struct, omit_defaults=True):
    """Completions that explain a vote; a line of `votes/PARTITION.examples.jsonl` per question.

    Attributes:
        winner: a path that reached the winning answer.
        rival: a path that reached the strongest other answer, `rival_answer`.
        unanswered: a path without an answer.
        rival_answer: `None` if all answers agree.
    """

    winner: Example | None = None
    rival: Example | None = None
    unanswered: Example | None = None
    rival_answer: str | None = None


class VariantVote(msgspec.Struct):
    """A vote beside the plain majority; the members mean what they mean in `VoteRecord`."""

    answer: str | None
    correct: bool | None
    tied: bool


class VoteRecord(msgspec.Struct, omit_defaults=True):
    """What one setting answers to one question; a line of `votes.jsonl`.

    Attributes:
        question_id: of the dataset.
        setting: its name.
        answer: the winner; `None` if no path has an answer.
        gold: the right answer, `None` if unknown.
        correct: `None` if the right answer is unknown, or no path came back.
        paths: that came back, answered or not.
        support: paths that reached the winner.
        votes: answer → paths that reached it, most first.
        unanswered: paths without a readable answer.
        tied: whether other answers have as many paths as the winner.
        wave: the last wave that requested paths of the question, 0 for none.
        variants: votes beside the plain majority, by name; left out if there are none.
    """

    question_id: str
    setting: str
    answer: str | None
    gold: str | None
    correct: bool | None
    paths: int
    support: int
    votes: dict[str, int]
    unanswered: int
    tied: bool
    wave: int
    variants: dict[str, VariantVote] = {}


class OpenQuestion(msgspec.Struct, frozen=True, array_like=True):
    """A question that may get more paths; a line of `votes/PARTITION.open.jsonl`.

    The least certain question comes first.

    Attributes:
        question: its index.
        requested: its paths requested so far.
    """

    question: int
    requested: int


class LostRecord(msgspec.Struct, frozen=True, array_like=True):
    """Consecutive paths that did not come back; a line of `votes/PARTITION.lost.jsonl`."""

    question: int
    first_path: int
    generations: int


@dataclass(frozen=True, slots=True)
class ConfidenceGroup:
    """Open questions whose votes are equally certain.

    Attributes:
        confidence: probability that the leader is the majority answer, from 0 to 1.
        questions: how many.
    """

    confidence: float
    questions: int


@dataclass(frozen=True, slots=True)
class LostRecords:
    """Lost records that begin with the same path.

    Attributes:
        first_path: of the records.
        records: how many.
        completions: of all of them.
        untried: those of the records that were only ever refused, so cannot have been billed.
    """

    first_path: int
    records: int
    completions: int
    untried: int = 0


@dataclass(frozen=True, slots=True)
class Backlog:
    """What a partition may get in the next wave; `votes/PARTITION.backlog.json`.

    Attributes:
        partition: its name.
        setting: of the partition.
        shard: of the partition.
        questions: of the partition.
        open: questions that may get new paths, least certain first.
        lost: records that may be retried, by first path.
        lost_questions: questions with such records.
        finished: questions that are neither open nor have lost records to retry.
        requested_paths: new paths requested so far, over all questions; retries do not count.
        exhausted: finished questions with no samples left that the stopping rule did not decide.
        underfilled: exhausted questions with fewer paths than a question may get.
        requested_questions: questions that the last wave requested records of.
    """

    partition: str
    setting: str
    shard: str
    questions: int
    open: tuple[ConfidenceGroup, ...]
    lost: tuple[LostRecords, ...]
    lost_questions: int
    finished: int
    requested_paths: int
    exhausted: int = 0
    underfilled: int = 0
    requested_questions: int = 0

    @property
    def decided(self) -> int:
        """Questions that the stopping rule decided."""
        return self.finished - self.exhausted

    @property
    def lost_paths(self) -> int:
        """Paths that may be retried."""
        return sum(lost.completions for lost in self.lost)

    @property
    def open_questions(self) -> int:
        """Questions that may get new paths."""
        return sum(group.questions for group in self.open)


@dataclass(frozen=True, slots=True)
class WaveTotals:
    """Counts of a wave and of the run up to it; `waves/WW/wave.json`.

    Attributes:
        wave_jobs: jobs of this wave.
        jobs: of this wave and all before.
        completions: requested by these jobs.
        retry_records: records of these jobs that retry lost paths.
    """

    wave_jobs: int = 0
    jobs: int = 0
    completions: int = 0
    retry_records: int = 0


@dataclass(frozen=True, slots=True)
class SettingWaveSummary:
    """One setting in a wave.

    Attributes:
        setting: its name.
        questions: those that the wave requested records of.
        generations: completions requested.
        retried: those of the generations that retry lost paths.
        decided: questions that the stopping rule decided in this wave.
        exhausted: questions that ran out of paths or of budget in this wave, undecided.
        open: questions still open after the wave. The three add up to those open before it.
        underfilled: exhausted questions with fewer paths than allowed, in all waves so far.
        lost: paths that did not come back and may be retried, of all waves so far.
        refused: records among these that were only ever refused.
    """

    setting: str
    questions: int
    generations: int
    retried: int
    decided: int
    exhausted: int
    open: int
    underfilled: int = 0
    lost: int = 0
    refused: int = 0


@dataclass(frozen=True, slots=True)
class WaveSummary:
    """A wave: its jobs, the records and completions they request, and its settings."""

    wave: int
    jobs: int
    records: int
    generations: int
    settings: tuple[SettingWaveSummary, ...]
