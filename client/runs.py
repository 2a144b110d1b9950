"""Runs as the table has them: the run's own entry and its jobs'."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from boto3.dynamodb.conditions import Key

from client.connection import Connection
from client.entries import entries_of
from client.stack import Stack
from lambdas.contract import Table

JOB_PREFIX = "job#"
REFUSED = "Refused"
_GREEDY = "greedy"
ENDED = frozenset({"succeeded", "failed"})


@dataclass(frozen=True, slots=True)
class Job:
    """A batch job: its entry's name behind `job#`, setting, status and counts so far.

    `status` is Bedrock's once it has been submitted, `Refused` where Bedrock did not take it;
    `collected` once its answers are in.
    """

    name: str
    setting: str
    status: str
    paths_planned: int
    records_planned: int
    records_done: int
    answered: int
    unanswered: int
    collected: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """What Plan expects a run to cost in USD, as is likely and at most; `None` where unknown."""

    cost_usd: float | None
    ceiling_usd: float | None


@dataclass(frozen=True, slots=True)
class Run:
    """A run's state at one moment; a run without an entry yet has status `starting`.

    `expected` is there once it is planned; `cost_usd` once it has ended, where prices are known.
    `open_questions` are those that waited for paths when the wave began, a question counting in
    each setting; `None` where the run does not tell. `sampled_settings` leave out greedy.
    With `early_stop` or `budget`, `paths_planned` are those asked for so far. `reason` is the type
    of what failed, `refused` whether a job is; `redrives` counts how often the run was reopened.
    A run that failed may have left a report: of what came.
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
    expected: Expected | None = None
    cost_usd: float | None = None
    jobs: tuple[Job, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.status in ENDED

    @property
    def standing(self) -> str:
        """The status, and how often the run has been redriven, if it has."""
        return f"{self.status}, redriven {self.redrives:,}×" if self.redrives else self.status

    @property
    def grows(self) -> bool:
        """Whether the paths still to come depend on the votes so far."""
        return self.early_stop or self.budget

    @property
    def jobs_done(self) -> int:
        """How many jobs' answers are in."""
        return sum(job.collected for job in self.jobs)

    @property
    def jobs_refused(self) -> int:
        """How many jobs Bedrock has refused; it is asked anew when the run is redriven."""
        return sum(job.status == REFUSED for job in self.jobs) if self.refused else 0

    @property
    def records_done(self) -> int:
        """How many records Bedrock has answered, as far as is known."""
        return sum(job.records_done for job in self.jobs)

    @property
    def records_planned(self) -> int:
        """How many records the jobs known so far have."""
        return sum(job.records_planned for job in self.jobs)

    @property
    def generations(self) -> int:
        """How many generations have been collected, readable or not."""
        return sum(job.answered + job.unanswered for job in self.jobs)


def read_run(connection: Connection, stack: Stack, run_id: str) -> Run:
    """Return a run as it stands now."""
    table = connection.dynamodb().Table(stack.table)
    keyed = {Table.PARTITION: run_id, Table.SORT: Table.RUN_ENTRY}
    entry = table.get_item(Key=keyed, ConsistentRead=True).get("Item", {})
    jobs = entries_of(connection, stack, run_id, JOB_PREFIX)
    return run_of_entries(run_id, entry, jobs)


def recent_runs(connection: Connection, stack: Stack, *, most: int) -> list[Run]:
    """Return the latest runs, the newest first, without their jobs."""
    page = (
        connection.dynamodb()
        .Table(stack.table)
        .query(
            IndexName=Table.INDEX,
            KeyConditionExpression=Key(Table.INDEX_PARTITION).eq(Table.LISTED),
            ScanIndexForward=False,
            Limit=most,
        )
    )
    return [run_of_entries(str(entry[Table.PARTITION]), entry, ()) for entry in page["Items"]]


def run_of_entries(run_id: str, entry: Mapping[str, Any], jobs: Iterable[Mapping[str, Any]]) -> Run:
    """Return a run from its table entries; an absent attribute is one not known yet."""
    request, open_questions = entry.get("request") or {}, entry.get("open_questions")
    return Run(
        run_id=run_id,
        status=str(entry.get("status", "starting")),
        started_at=str(entry.get("started_at", "")),
        reason=str(entry.get("reason", "")),
        message=str(entry.get("message", "")),
        refused=bool(entry.get("refused")),
        redrives=int(entry.get("redrives", 0)),
        report_key=str(entry.get("report_key", "")),
        execution_arn=str(entry.get("execution_arn", "")),
        wave=int(entry.get("wave", 0)),
        questions=int(entry.get("questions", 0)),
        open_questions=None if open_questions is None else int(open_questions),
        sampled_settings=len(set(entry.get("settings", ())) - {_GREEDY}),
        early_stop=request.get("early_stop") is not None,
        budget=request.get("budget") is not None,
        jobs_planned=int(entry.get("jobs_planned", 0)),
        paths_planned=int(entry.get("paths_planned", 0)),
        expected=_expected(entry.get("estimate")),
        cost_usd=_usd(entry.get("totals"), "cost_usd"),
        jobs=tuple(_job(job) for job in jobs),
    )


def _expected(estimate: Mapping[str, Any] | None) -> Expected | None:
    if estimate is None:
        return None
    return Expected(_usd(estimate, "cost_usd"), _usd(estimate, "ceiling_usd"))


def _usd(attributes: Mapping[str, Any] | None, name: str) -> float | None:
    amount = (attributes or {}).get(name)
    return None if amount is None else float(amount)


def _job(entry: Mapping[str, Any]) -> Job:
    return Job(
        name=str(entry[Table.SORT]).removeprefix(JOB_PREFIX),
        setting=str(entry.get("setting", "")),
        status=str(entry.get("status", "planned")),
        paths_planned=int(entry.get("paths_planned", 0)),
        records_planned=int(entry.get("records_planned", 0)),
        records_done=int(entry.get("records_done", 0)),
        answered=int(entry.get("answered", 0)),
        unanswered=int(entry.get("unanswered", 0)),
        collected=bool(entry.get("collected", False)),
    )
