"""Runs as the table holds them: each run's own entry and those of its jobs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from boto3.dynamodb.conditions import Key

from lambdas.contract import Table
from lambdas.contract.answered_by import AnsweredBy, is_rehearsed
from lambdas.contract.entries import DatasetFindings, ExpectedCost, JobEntry, RunEntry, wave_of
from lambdas.contract.keys import JOB_PREFIX, REFUSED, job_entry, wave_entry
from lambdas.contract.schema import GREEDY, FormatError
from lambdas.contract.votes import WaveSummary
from selfconsistency.connection import Connection, Stack
from selfconsistency.shell import ClientError

ENDED = frozenset({"succeeded", "failed"})


class RunFailedError(ClientError):
    """The run was refused or failed; the message is the run's own."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run's state at one moment.

    Attributes:
        run_id: of the run.
        status: `starting` without an entry, `reopening` once redriven, `unreadable` in a list if
            the entry has another format, else the entry's.
        started_at: ISO 8601, UTC.
        reason: the type of what failed.
        message: why it failed, or its accuracies.
        refused: whether Bedrock refused a job.
        redrives: how often the run was reopened.
        report_key: of the report; a failed run may have one of the jobs that came back.
        execution_arn: of its execution.
        wave: the last one planned, from 1.
        questions: of the run.
        open_questions: those that waited for paths when the wave began, once per setting.
        sampled_settings: settings without greedy.
        early_stop: whether questions may leave early.
        budget: whether paths are limited by a mean.
        jobs_planned: of all waves so far.
        paths_planned: those requested so far where questions leave early, else of the whole run.
        dataset: how Plan reads the dataset; `None` before that.
        expected: what Plan expects the run to cost; `None` before that.
        cost_usd: what it cost; `None` before its end, and without prices.
        answered_by: who answers; empty before Plan.
        jobs: their entries, in order.
        ended_wave: the last one that has ended, `None` in the first and where it is not known.
    """

    run_id: str
    status: str = "starting"
    started_at: str = ""
    reason: str = ""
    message: str = ""
    refused: bool = False
    redrives: int = 0
    report_key: str = ""
    execution_arn: str = ""
    wave: int = 0
    questions: int = 0
    open_questions: int | None = None
    sampled_settings: int = 0
    early_stop: bool = False
    budget: bool = False
    jobs_planned: int = 0
    paths_planned: int = 0
    dataset: DatasetFindings | None = None
    expected: ExpectedCost | None = None
    cost_usd: float | None = None
    answered_by: tuple[AnsweredBy, ...] = ()
    jobs: tuple[JobEntry, ...] = ()
    ended_wave: WaveSummary | None = None

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.status in ENDED

    @property
    def is_rehearsed(self) -> bool:
        """Whether someone other than Bedrock answers."""
        return is_rehearsed(self.answered_by)

    @property
    def status_line(self) -> str:
        """The status, and how often the run was redriven, if it was."""
        return f"{self.status}, redriven {self.redrives:,}×" if self.redrives else self.status

    @property
    def grows(self) -> bool:
        """Whether the number of paths depends on the votes so far."""
        return self.early_stop or self.budget

    @property
    def jobs_done(self) -> int:
        """Jobs whose answers are in."""
        return sum(job.collected for job in self.jobs)

    @property
    def jobs_refused(self) -> int:
        """Jobs that Bedrock refused; a redrive submits them again."""
        return sum(job.status == REFUSED for job in self.jobs) if self.refused else 0

    @property
    def records_done(self) -> int:
        """Records that Bedrock has answered, by its own count."""
        return sum(job.records_done for job in self.jobs)

    @property
    def records_planned(self) -> int:
        """Records of the jobs known so far."""
        return sum(job.records_planned for job in self.jobs)

    @property
    def generations(self) -> int:
        """Completions that were collected, readable or not."""
        return sum(job.answered + job.unanswered for job in self.jobs)


def read_run(
    connection: Connection, stack: Stack, run_id: str, known: Sequence[JobEntry] = ()
) -> Run:
    """Return a run as it is now.

    Args:
        connection: to the account.
        stack: whose run it is.
        run_id: of the run.
        known: its jobs as of an earlier look. Those in front that are collected change no more,
            and are not read again.

    Raises:
        FormatError: another version of the app wrote it.
    """
    found = entries_of(connection, stack, run_id, Table.RUN_ENTRY)
    entry = RunEntry.of(found[0] if found else {}, f"run {run_id!r}")
    collected = [*takewhile(lambda job: job.collected, known)]
    # While a run goes on, the next look sees what this one misses; consistent reads cost twice.
    others = read_jobs(
        connection, stack, run_id, after=collected[-1:], consistent=entry.status in ENDED
    )
    run = run_of_entries(run_id, entry, collected + others)
    return replace(run, ended_wave=_wave_before(connection, stack, run))


def _wave_before(connection: Connection, stack: Stack, run: Run) -> WaveSummary | None:
    """Return the wave before the one that goes on, with its accuracies."""
    if run.wave < 2 or run.ended:
        return None
    name = wave_entry(run.wave - 1)
    found = entries_of(connection, stack, run.run_id, name, consistent=False)
    return wave_of(found[0], f"a wave of run {run.run_id!r}") if found else None


def read_jobs(
    connection: Connection,
    stack: Stack,
    run_id: str,
    *,
    after: Sequence[JobEntry] = (),
    consistent: bool = True,
) -> list[JobEntry]:
    """Return the entries of a run's jobs, in order: all, or those after the last one given."""
    last = [job_entry(job.wave, job.job) for job in after[-1:]]
    found = entries_of(
        connection, stack, run_id, JOB_PREFIX, after="".join(last), consistent=consistent
    )
    return [JobEntry.of(item, f"a job of run {run_id!r}") for item in found]


def recent_runs(connection: Connection, stack: Stack, *, most: int) -> list[Run]:
    """Return the latest runs, the newest first, without their jobs."""
    table = connection.dynamodb().Table(stack.table)
    page = table.query(
        IndexName=Table.INDEX,
        KeyConditionExpression=Key(Table.INDEX_PARTITION).eq(Table.LISTED),
        ScanIndexForward=False,
        Limit=most,
    )
    return [_listed(str(item[Table.PARTITION]), item) for item in page["Items"]]


def entries_of(
    connection: Connection,
    stack: Stack,
    run_id: str,
    prefix: str,
    *,
    after: str = "",
    consistent: bool = True,
) -> list[Mapping[str, Any]]:
    """Return the items of a run whose entry names begin so, in order, as DynamoDB has them.

    Args:
        connection: to the account.
        stack: whose run it is.
        run_id: of the run.
        prefix: of the entries' names.
        after: an entry's name; only those behind it are read.
        consistent: whether what was written just now must be seen.
    """
    table = connection.dynamodb().Table(stack.table)
    # Names have letters, digits, "#" and "-": a space is before, and "~" behind whatever follows.
    names = (
        Key(Table.SORT).between(f"{after} ", f"{prefix}~")
        if after
        else Key(Table.SORT).begins_with(prefix)
    )
    condition = Key(Table.PARTITION).eq(run_id) & names
    query: dict[str, Any] = {"KeyConditionExpression": condition, "ConsistentRead": consistent}
    page = table.query(**query)
    found: list[Mapping[str, Any]] = list(page["Items"])
    while "LastEvaluatedKey" in page:
        page = table.query(**query, ExclusiveStartKey=page["LastEvaluatedKey"])
        found += page["Items"]
    return found


def run_of_entries(run_id: str, entry: RunEntry, jobs: Iterable[JobEntry]) -> Run:
    """Return a run from its entries; what is not known yet has its default."""
    return Run(
        run_id=run_id,
        status=entry.status or "starting",
        started_at=entry.started_at,
        reason=entry.reason,
        message=entry.message,
        refused=bool(entry.refused),
        redrives=entry.redrives,
        report_key=entry.report_key,
        execution_arn=entry.execution_arn,
        wave=entry.wave,
        questions=entry.questions,
        open_questions=entry.open_questions,
        sampled_settings=len(set(entry.settings) - {GREEDY}),
        early_stop=entry.request.get("early_stop") is not None,
        budget=entry.request.get("budget") is not None,
        jobs_planned=entry.jobs_planned,
        paths_planned=entry.paths_planned,
        dataset=entry.dataset,
        expected=entry.estimate,
        cost_usd=entry.totals.cost_usd if entry.totals else None,
        answered_by=entry.answered_by,
        jobs=tuple(jobs),
    )


def ending_of(run: Run, broken: str | None) -> str:
    """Return how a run ended; one whose source of answers is broken was not followed so far."""
    return f"run {run.run_id} {run.status if run.ended or not broken else 'given up'}"


def check_succeeded(run: Run, broken: str | None) -> None:
    """Return if a run succeeded with all the answers that it asked for.

    Args:
        run: in its last state.
        broken: why its source of answers has no more, `None` if it has.

    Raises:
        RunFailedError: with the reason.
    """
    if run.status != "succeeded" or broken:
        raise RunFailedError(broken or run.message or f"run {run.run_id} failed without a message")


def job_label(job: JobEntry) -> str:
    """Return a job as tables name it: by wave and name."""
    return f"{job.wave:02d}/{job.job}"


def _listed(run_id: str, item: Mapping[str, Any]) -> Run:
    """Return a run from its item; one of another format is listed with the reason."""
    try:
        return run_of_entries(run_id, RunEntry.of(item, f"run {run_id!r}"), ())
    except FormatError as error:
        started_at = str(item.get(Table.INDEX_SORT, ""))
        return Run(run_id, status="unreadable", started_at=started_at, message=str(error))
