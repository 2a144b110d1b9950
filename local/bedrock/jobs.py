"""All jobs of the account: creating them once, finding, listing and stopping them."""

import secrets
import string
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from local.bedrock.errors import (
    ConflictError,
    ResourceNotFoundError,
    ServiceQuotaExceededError,
    ValidationError,
)
from local.bedrock.foreign import LONGEST_NAME, foreign_request
from local.bedrock.injection import Injection
from local.bedrock.job import Job
from local.bedrock.models import Model
from local.bedrock.settings import Quotas

ALPHABET = string.ascii_lowercase + string.digits
DEFAULT_PAGE = 100


class Jobs:
    """The jobs in order of creation."""

    def __init__(
        self,
        arn_prefix: str,
        quotas: Quotas,
        *,
        announce: Callable[[Job], None],
        begin: Callable[[Job], None],
        label: str = "",
    ) -> None:
        self._arn_prefix = arn_prefix
        self._quotas = quotas
        self._announce = announce
        self._begin = begin
        self._label = label
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
        job = Job(request, arn, number, model, self._announce, injection, self._label)
        job.message = self._label
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
