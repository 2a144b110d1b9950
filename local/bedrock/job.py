"""One batch inference job: what was asked for, its status, and its form on the wire."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event, Lock
from typing import Any

from local.bedrock.errors import ConflictError, JobStoppedError
from local.bedrock.injection import Injection
from local.bedrock.models import Model

TERMINAL = frozenset({"Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"})
DEFAULT_TIMEOUT_H = 24


@dataclass(slots=True)
class Counts:
    """How far a job is."""

    total: int = 0
    succeeded: int = 0
    errors: int = 0
    tokens_in: int = 0
    tokens_out: int = 0

    @property
    def done(self) -> int:
        """Records that have been answered, well or with an error."""
        return self.succeeded + self.errors


@dataclass(slots=True)
class Job:
    """A job that the service accepted; `number` counts them from 1 in order of creation.

    Its faults are those in force when it was created, by its `fault_number` among their jobs.
    `foreign` is the job of somebody else in the account. Nothing that a fault holds back waits
    longer than until the job is `freed`.
    """

    request: Mapping[str, Any]
    arn: str
    number: int
    model: Model
    announce: Callable[["Job"], None]
    injection: Injection
    label: str = ""
    status: str = "Submitted"
    message: str = ""
    counts: Counts = field(default_factory=Counts)
    submitted_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    changed_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    ended_at: datetime | None = None
    abandoned: bool = False
    foreign: bool = False
    fault_number: int = 0
    stop: Event = field(default_factory=Event)
    freed: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)

    @property
    def id(self) -> str:
        """The twelve characters at the end of the ARN."""
        return self.arn.rsplit("/", 1)[-1]

    @property
    def name(self) -> str:
        """The name that the caller gave it."""
        return str(self.request["jobName"])

    @property
    def role_arn(self) -> str:
        """The role that the service assumes."""
        return str(self.request["roleArn"])

    @property
    def input_uri(self) -> str:
        """The object, or the folder, of the records."""
        return str(self.request["inputDataConfig"]["s3InputDataConfig"]["s3Uri"])

    @property
    def output_uri(self) -> str:
        """The folder below which the job makes one of its own."""
        return str(self.request["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"])

    @property
    def invocation_type(self) -> str:
        """Which form the records have, InvokeModel or Converse."""
        return str(self.request.get("modelInvocationType", "InvokeModel"))

    @property
    def ended(self) -> bool:
        """Whether the status will not change any more."""
        return self.status in TERMINAL

    def advance(self, status: str, message: str = "") -> None:
        """Move on, unless the caller has asked the job to stop meanwhile.

        Raises:
            JobStoppedError: the job is to end as Stopped.
        """
        with self.lock:
            if self.status == "Stopping" and status != "Stopped":
                raise JobStoppedError
            self.status = status
            self.message = message or self.label
            self.changed_at = datetime.now(UTC)
            self.ended_at = self.changed_at if self.ended else None
        self.announce(self)

    def ask_to_stop(self) -> None:
        """Begin to stop.

        Raises:
            ConflictError: the job has ended or is stopping.
        """
        with self.lock:
            if self.ended or self.status == "Stopping":
                raise ConflictError(f"The job {self.arn} cannot be stopped: it is {self.status}.")
            self.status = "Stopping"
            self.changed_at = datetime.now(UTC)
        self.stop.set()
        self.announce(self)

    def pause(self, seconds: float) -> None:
        """Wait in the present status.

        Raises:
            JobStoppedError: the caller asked the job to stop, or the stand-in closes.
        """
        if self.stop.wait(seconds):
            raise JobStoppedError

    def wire(self) -> dict[str, Any]:
        """Return the job as Get and List show it."""
        request = dict(self.request)
        for hidden in ("tags",):
            request.pop(hidden, None)
        timeout_h = request.setdefault("timeoutDurationInHours", DEFAULT_TIMEOUT_H)
        request.setdefault("modelInvocationType", "InvokeModel")
        with self.lock:
            shown = {
                **request,
                "jobArn": self.arn,
                "status": self.status,
                "message": self.message[:2048],
                "submitTime": _wire_time(self.submitted_at),
                "lastModifiedTime": _wire_time(self.changed_at),
                "endTime": _wire_time(self.ended_at),
                "jobExpirationTime": _wire_time(self.submitted_at + timedelta(hours=timeout_h)),
                "totalRecordCount": self.counts.total,
                "processedRecordCount": self.counts.done,
                "successRecordCount": self.counts.succeeded,
                "errorRecordCount": self.counts.errors,
            }
        return {name: value for name, value in shown.items() if value not in (None, "")}


def _wire_time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None
