"""The operations on jobs, with what is checked before; and what an inference profile stands for."""

from collections.abc import Mapping
from typing import Any

from local.bedrock import calls
from local.bedrock.callers import Gate
from local.bedrock.constraints import Constraints
from local.bedrock.edge import Edge
from local.bedrock.errors import InternalServerError
from local.bedrock.injection import Injections
from local.bedrock.jobs import Jobs
from local.bedrock.models import Models
from local.bedrock.permissions import Deed
from local.bedrock.trust import PRINCIPAL, check_trust


class Operations:
    """Each takes the request's members as they came and the caller's access key."""

    def __init__(
        self, edge: Edge, jobs: Jobs, models: Models, gate: Gate, injections: Injections
    ) -> None:
        self._edge = edge
        self._models = models
        self._jobs = jobs
        self._gate = gate
        self._constraints = Constraints()
        self._injections = injections

    def create(self, members: Mapping[str, Any], access_key_id: str) -> dict[str, Any]:
        """CreateModelInvocationJob."""
        injection = self._injections.now
        calls.trip(injection, "creates")
        request = self._constraints.checked("CreateModelInvocationJob", members)
        model = self._models.for_batch(request["modelId"])
        arn = self._jobs.new_arn()
        self._gate.check(access_key_id, *_create_deeds(request, model.arn, arn))
        if self._jobs.repeated(request) is None:
            check_trust(self._edge.iam, request["roleArn"], arn)
            if injection.first("foreign_jobs", injection.faults.foreign_jobs):
                self._jobs.create_foreign(request, model, injection)
            calls.check_room(injection)
            calls.check_refusal(injection)
        job = self._jobs.create(request, arn, model, injection)
        if injection.first("lose_creates", injection.faults.lose_creates):
            raise InternalServerError("The job was created and the answer lost.")
        return {"jobArn": job.arn}

    def get(self, members: Mapping[str, Any], access_key_id: str) -> dict[str, Any]:
        """GetModelInvocationJob."""
        calls.trip(self._injections.now, "gets")
        request = self._constraints.checked("GetModelInvocationJob", members)
        job = self._jobs.get(request["jobIdentifier"])
        self._gate.check(access_key_id, Deed("bedrock:GetModelInvocationJob", job.arn))
        return job.wire()

    def page(self, members: Mapping[str, Any], access_key_id: str) -> dict[str, Any]:
        """ListModelInvocationJobs."""
        calls.trip(self._injections.now, "lists")
        self._gate.check(access_key_id, Deed("bedrock:ListModelInvocationJobs", "*"))
        return self._jobs.page(self._constraints.checked("ListModelInvocationJobs", members))

    def stop(self, members: Mapping[str, Any], access_key_id: str) -> dict[str, Any]:
        """StopModelInvocationJob."""
        calls.trip(self._injections.now, "stops")
        request = self._constraints.checked("StopModelInvocationJob", members)
        job = self._jobs.get(request["jobIdentifier"])
        self._gate.check(access_key_id, Deed("bedrock:StopModelInvocationJob", job.arn))
        job.ask_to_stop()
        return {}

    def profile(self, members: Mapping[str, Any], access_key_id: str) -> dict[str, Any]:
        """GetInferenceProfile."""
        request = self._constraints.checked("GetInferenceProfile", members)
        profile = self._models.profile(request["inferenceProfileIdentifier"])
        self._gate.check(access_key_id, Deed("bedrock:GetInferenceProfile", profile.arn))
        name = profile.arn.rpartition("/")[2]
        own = ":application-inference-profile/" in profile.arn
        return {
            "inferenceProfileName": f"Profile of {name}",
            "inferenceProfileArn": profile.arn,
            "inferenceProfileId": name,
            "models": [{"modelArn": arn} for arn in profile.behind],
            "status": "ACTIVE",
            "type": "APPLICATION" if own else "SYSTEM_DEFINED",
        }


def _create_deeds(request: Mapping[str, Any], model_arn: str, job_arn: str) -> list[Deed]:
    action = "bedrock:CreateModelInvocationJob"
    deeds = [Deed(action, model_arn), Deed(action, job_arn)]
    if request.get("tags"):
        deeds.append(Deed("bedrock:TagResource", job_arn))
    passed_to = {"iam:PassedToService": PRINCIPAL}
    return [*deeds, Deed("iam:PassRole", request["roleArn"], passed_to)]
