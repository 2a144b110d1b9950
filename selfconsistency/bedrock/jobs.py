"""The batch inference jobs of the account: what each is, and creating, finding and listing them."""

import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Condition, Event, Lock
from typing import Any

from selfconsistency.bedrock.errors import (
    ConflictError,
    JobStoppedError,
    ResourceNotFoundError,
    ServiceQuotaExceededError,
    ValidationError,
)
from selfconsistency.bedrock.injection import Injection
from selfconsistency.bedrock.models import Model
from selfconsistency.bedrock.settings import Quotas

TERMINAL = frozenset({"Completed", "PartiallyCompleted", "Failed", "Stopped", "Expired"})
DEFAULT_TIMEOUT_H = 24
LOOK_EVERY_S = 0.05
ALPHABET = string.ascii_lowercase + string.digits
DEFAULT_PAGE = 100
# https://docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateModelInvocationJob.html
LONGEST_NAME = 63
BUCKET = "bucket-of-another-team"


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
            self.message = message
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
            JobStoppedError: the caller asked the job to stop, or the Bedrock emulator closes.
        """
        if self.stop.wait(seconds):
            raise JobStoppedError

    def wire(self) -> dict[str, Any]:
        """Return the job as Get and List show it."""
        request = dict(self.request)
        request.pop("tags", None)
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


class Jobs:
    """The jobs in order of creation."""

    def __init__(
        self,
        arn_prefix: str,
        quotas: Quotas,
        *,
        announce: Callable[[Job], None],
        begin: Callable[[Job], None],
    ) -> None:
        self._arn_prefix = arn_prefix
        self._quotas = quotas
        self._announce = announce
        self._begin = begin
        self._jobs: dict[str, Job] = {}
        self._lock = Lock()

    def new_arn(self) -> str:
        """Return the ARN of a job that might be created."""
        return self._arn_prefix + "".join(secrets.choice(ALPHABET) for _ in range(12))

    def repeated(self, request: Mapping[str, Any]) -> Job | None:
        """Return the job that an earlier request with the same token created.

        Raises:
            ConflictError: that request had other parameters.
        """
        with self._lock:
            return self._repeated(request)

    def create(
        self, request: Mapping[str, Any], arn: str, model: Model, injection: Injection
    ) -> Job:
        """Take a request that has been checked, and begin the job unless the request is repeated.

        Raises:
            ConflictError: another job has the name.
            ServiceQuotaExceededError: too many jobs of the model have not ended.
        """
        with self._lock:
            earlier = self._repeated(request)
            if earlier:
                return earlier
            self._check_name(request["jobName"])
            self._check_quota(model)
            job = self._add(request, arn, model, injection)
            job.fault_number = injection.number("jobs")
        self._begin(job)
        return job

    def create_foreign(
        self, request: Mapping[str, Any], model: Model, injection: Injection
    ) -> None:
        """Begin somebody else's job, whose name contains that of the request if there is room."""
        with self._lock:
            name = f"other{len(self._jobs)}-{request['jobName']}"[:LONGEST_NAME]
            job = self._add(foreign_request(request, name), self.new_arn(), model, injection)
            job.foreign = True
        self._begin(job)

    def get(self, identifier: str) -> Job:
        """Return a job by its ARN or id.

        Raises:
            ResourceNotFoundError: there is none, or the ARN is of another account or Region.
        """
        job = self._jobs.get(identifier.rsplit("/", 1)[-1])
        if job is None or identifier not in (job.arn, job.id):
            raise ResourceNotFoundError(f"Could not find the model invocation job {identifier}.")
        return job

    def all(self) -> list[Job]:
        """Return every job, the oldest first."""
        with self._lock:
            return list(self._jobs.values())

    def page(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """Return a page of the jobs that the query describes, the newest first unless asked."""
        found = [job for job in self.all() if _wanted(job, query)]
        if query.get("sortOrder", "Descending") == "Descending":
            found.reverse()
        start = _place(query.get("nextToken"))
        end = start + query.get("maxResults", DEFAULT_PAGE)
        page = {"invocationJobSummaries": [job.wire() for job in found[start:end]]}
        return page | ({"nextToken": f"from-{end}"} if end < len(found) else {})

    def _add(self, request: Mapping[str, Any], arn: str, model: Model, injection: Injection) -> Job:
        number = len(self._jobs) + 1
        job = Job(request, arn, number, model, self._announce, injection)
        self._jobs[job.id] = job
        return job

    def _repeated(self, request: Mapping[str, Any]) -> Job | None:
        token = request.get("clientRequestToken")
        if token is None:
            return None
        for job in self._jobs.values():
            if job.request.get("clientRequestToken") != token:
                continue
            if dict(job.request) == dict(request):
                return job
            raise ConflictError(
                f"clientRequestToken '{token}' was used for {job.arn} with other parameters."
            )
        return None

    def _check_name(self, name: str) -> None:
        for job in self._jobs.values():
            if job.name == name:
                raise ConflictError(f"The job name '{name}' is in use by {job.arn}.")

    def _check_quota(self, model: Model) -> None:
        live = sum(
            not job.ended and job.model.base_id == model.base_id for job in self._jobs.values()
        )
        if live >= self._quotas.jobs_at_once:
            raise ServiceQuotaExceededError(
                "You have reached the quota of in-progress and submitted batch inference jobs "
                f"for {model.base_id}: {live} of {self._quotas.jobs_at_once}."
            )


class JobQueue:
    """A job passes when every job before it has left."""

    def __init__(self) -> None:
        self._left: set[int] = set()
        self._next = 1
        self._changed = Condition()

    def wait(self, job: Job) -> None:
        """Wait for the job's turn.

        Raises:
            JobStoppedError: the job was asked to stop meanwhile.
        """
        with self._changed:
            while self._next < job.number:
                if job.stop.is_set():
                    raise JobStoppedError
                self._changed.wait(LOOK_EVERY_S)

    def leave(self, number: int) -> None:
        """Let those behind pass; may be called more than once."""
        with self._changed:
            if number >= self._next:
                self._left.add(number)
            while self._next in self._left:
                self._left.discard(self._next)
                self._next += 1
            self._changed.notify_all()


def _wanted(job: Job, query: Mapping[str, Any]) -> bool:
    after, before = query.get("submitTimeAfter"), query.get("submitTimeBefore")
    return (
        (after is None or job.submitted_at > after)
        and (before is None or job.submitted_at < before)
        and query.get("statusEquals", job.status) == job.status
        and query.get("nameContains", "") in job.name
    )


def _place(token: str | None) -> int:
    number = (token or "from-0").removeprefix("from-")
    if not number.isdecimal():
        raise ValidationError(f"Value '{token}' at 'nextToken' is not a token of this service.")
    return int(number)


def foreign_request(request: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return what somebody else would ask for under this name: their data, and the same model."""
    account = request["roleArn"].split(":")[4]
    data = f"s3://{BUCKET}/{name}"
    return {
        "jobName": name,
        "roleArn": f"arn:aws:iam::{account}:role/another-team",
        "modelId": request["modelId"],
        "inputDataConfig": {"s3InputDataConfig": {"s3Uri": f"{data}/input.jsonl"}},
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"{data}/output/"}},
    }


def _wire_time(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z") if moment else None
