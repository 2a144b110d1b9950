"""Simulated runs without any service: waves planned, sampled, counted and voted on."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from lambdas.contract.jobs import Job, JobSlice, RecordAnswers
from lambdas.contract.schema import Partition, Plan, Question
from lambdas.contract.votes import Backlog, VoteRecord, WaveTotals
from lambdas.core.sampling.jobs import (
    RecordsByQuestion,
    RecordSpec,
    all_records,
    open_records,
    retry_records,
)
from lambdas.core.sampling.plan import partitions_of, setting_named, shard_named
from lambdas.core.sampling.scheduling import initial_backlogs, next_jobs
from lambdas.core.sampling.wave_summary import add_wave
from lambdas.core.voting.backlog import PartitionBacklog, compute_backlog
from lambdas.core.voting.tally import ShardPaths
from lambdas.core.voting.vote_partition import vote_partition
from tests.unit.core.samples import rows


@dataclass(frozen=True)
class Outcome:
    """What comes of a path: its answer, after the service has failed for it so many times."""

    answer: str | None
    failures: int = 0


# By setting, question and path.
Outcomes = Mapping[tuple[str, int, int], Outcome]


@dataclass
class Run:
    """What came of a run.

    Attributes:
        votes: by setting and question.
        jobs: of each wave.
        requests: how often each path was requested, by setting, question and path.
        temperatures: at which each path was requested.
        backlogs: before the first wave and after each.
    """

    votes: dict[tuple[str, int], VoteRecord] = field(default_factory=dict)
    jobs: list[list[Job]] = field(default_factory=list)
    requests: Counter[tuple[str, int, int]] = field(default_factory=Counter)
    temperatures: defaultdict[tuple[str, int, int], set[float]] = field(
        default_factory=lambda: defaultdict(set)
    )
    backlogs: list[list[Backlog]] = field(default_factory=list)


class Simulator:
    """Runs a plan whose paths come to given outcomes."""

    def __init__(self, plan: Plan, outcomes: Outcomes) -> None:
        self._plan = plan
        self._outcomes = outcomes
        self._run = Run(backlogs=[initial_backlogs(plan)])
        # By partition: its backlog, and its paths.
        self._backlogs: dict[str, PartitionBacklog] = {}
        self._paths = {
            partition.partition: ShardPaths(
                shard_named(plan, partition.shard),
                len(setting_named(plan, partition.setting).temperatures) or 1,
            )
            for partition in partitions_of(plan, 0)
        }

    def run(self) -> Run:
        """Return the run, wave by wave until there are no more jobs."""
        run, wave, totals = self._run, 1, WaveTotals()
        while jobs := next_jobs(self._plan, wave, run.backlogs[-1], totals.retry_records):
            run.jobs.append(jobs)
            totals = add_wave(totals, jobs)
            for job in jobs:
                for number, job_slice in enumerate(job.slices):
                    self._sample(job, number, job_slice)
            run.backlogs.append([self._vote(each) for each in partitions_of(self._plan, wave)])
            wave += 1
        assert totals.completions == run.requests.total()
        return run

    def _sample(self, job: Job, number: int, job_slice: JobSlice) -> None:
        records = self._records(job, job_slice)
        _check_counts(job_slice, records)
        answers = [
            self._answers(job_slice, question, spec)
            for question, specs in records.items()
            for spec in specs
        ]
        for each in answers:
            each.job_slice = number
        paths = self._paths[job_slice.partition]
        paths.add_slice(records, rows(*answers), wave=job.wave, job=job.job, job_slice=number)

    def _records(self, job: Job, job_slice: JobSlice) -> RecordsByQuestion:
        if job_slice.retry_paths is None and job.wave == 1:
            return all_records(job_slice, shard_named(self._plan, job_slice.shard))
        backlog = self._backlogs[job_slice.partition]
        if job_slice.retry_paths is not None:
            return retry_records(job_slice, rows(*backlog.lost_records))
        return open_records(job_slice, rows(*backlog.open_questions))

    def _answers(self, job_slice: JobSlice, question: int, spec: RecordSpec) -> RecordAnswers:
        path, count, record = spec
        keys = [(job_slice.setting, question, path + n) for n in range(count)]
        self._run.requests.update(keys)
        setting = setting_named(self._plan, job_slice.setting)
        for key in keys:
            self._run.temperatures[key].add(setting.temperature_of(record))
        if any(self._run.requests[key] <= self._outcomes[key].failures for key in keys):
            return RecordAnswers(question, path, [], failed=count)
        return RecordAnswers(question, path, [self._outcomes[key].answer for key in keys])

    def _vote(self, partition: Partition) -> Backlog:
        shard = shard_named(self._plan, partition.shard)
        indexes = range(shard.first, shard.first + shard.questions)
        questions = (Question(index, f"q{index}", "?", "1") for index in indexes)
        paths = self._paths[partition.partition]
        voted = vote_partition(self._plan, partition, paths, questions)
        for index, vote in zip(indexes, voted.votes, strict=True):
            self._run.votes[partition.setting, index] = vote
        backlog = compute_backlog(self._plan, partition, paths)
        self._backlogs[partition.partition] = backlog
        return backlog.counts


def _check_counts(job_slice: JobSlice, records: RecordsByQuestion) -> None:
    """Check that a slice has the records and completions of its plan, and each id once."""
    specs = [spec for each in records.values() for spec in each]
    ids = [(question, spec.first_path) for question, each in records.items() for spec in each]
    assert len(set(ids)) == len(ids) == job_slice.records
    assert sum(spec.generations for spec in specs) == job_slice.completions
