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


class FinalRecord(msgspec.Struct):
    """The run's one answer to a question, of all sampled settings; a line of `final.jsonl`.

    Attributes:
        question_id: of the dataset.
        answer: the winner; `None` if no path has an answer.
        gold: the right answer, `None` if unknown.
        correct: `None` if the right answer is unknown, or no path came back.
        support: paths that reached the winner.
        paths: that came back, answered or not.
        tied: whether other answers have as many paths as the winner.
        stage: of the run that answered it, from 1.
        votes: answer → paths that reached it, most first.
        unanswered: paths without a readable answer.
    """

    question_id: str
    answer: str | None
    gold: str | None
    correct: bool | None
    support: int
    paths: int
    tied: bool
    stage: int
    votes: dict[str, int]
    unanswered: int


class OpenQuestion(msgspec.Struct, frozen=True, array_like=True):
    """A question that may get more paths; a line of `votes/PARTITION.open.jsonl`.

    The least certain question comes first.

    Attributes:
        question: its index.
        requested: its paths requested so far.
        wanted: new paths that it is to get; 0 for as many as the wave gives every question.
        records: its records so far, in a mix; else 0.
    """

    question: int
    requested: int
    wanted: int = 0
    records: int = 0


class LostRecord(msgspec.Struct, frozen=True, array_like=True):
    """Consecutive paths that did not come back; a line of `votes/PARTITION.lost.jsonl`.

    Attributes:
        question: its index.
        first_path: of the record.
        generations: paths of the record.
        record: in a mix, which of the question's records first requested them, from 0; else 0.
    """

    question: int
    first_path: int
    generations: int
    record: int = 0


@dataclass(frozen=True, slots=True)
class ConfidenceGroup:
    """Open questions whose votes are equally certain.

    Attributes:
        confidence: probability that the leader is the majority answer, from 0 to 1.
        questions: how many.
        wanted: new paths that each is to get; 0 for as many as the wave gives every question.
    """

    confidence: float
    questions: int
    wanted: int = 0


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
        labelled: questions with a known answer and at least one path.
        expected: those of them whose vote is right, ties counted as their chance.
        returned_paths: paths that came back, over all questions.
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
    labelled: int = 0
    expected: float = 0.0
    returned_paths: int = 0

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
        accuracy: of the votes after the wave, from 0 to 1; `None` where nothing is scored.
        mean_paths: of a question after the wave, of those that came back; `None` before its end.
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
    accuracy: float | None = None
    mean_paths: float | None = None


@dataclass(frozen=True, slots=True)
class WaveSummary:
    """A wave: its jobs, the records and completions they request, and its settings."""

    wave: int
    jobs: int
    records: int
    generations: int
    settings: tuple[SettingWaveSummary, ...]
