"""The operations on jobs, with what is checked before; and what Bedrock says of models."""

from collections.abc import Mapping
from typing import Any

from selfconsistency.bedrock.aws_clients import AwsClients
from selfconsistency.bedrock.constraints import Constraints
from selfconsistency.bedrock.errors import InternalServerError
from selfconsistency.bedrock.iam import PRINCIPAL, Gate, IamCall, check_trust
from selfconsistency.bedrock.injection import Injections, check_refusal, check_room, trip
from selfconsistency.bedrock.jobs import Jobs
from selfconsistency.bedrock.models import Models


class Operations:
    """Each takes the request's members as they came and the caller's access key."""

    def __init__(
        self, edge: AwsClients, jobs: Jobs, models: Models, gate: Gate, injections: Injections
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
        trip(injection, "creates")
        request = self._constraints.checked("CreateModelInvocationJob", members)
        model = self._models.for_batch(request["modelId"])
        arn = self._jobs.new_arn()
        self._gate.check(access_key_id, *_create_calls(request, model.arn, arn))
        if self._jobs.repeated(request) is None:
            check_trust(self._edge.iam, request["roleArn"], arn)
            if injection.first("foreign_jobs", injection.faults.foreign_jobs):
                self._jobs.create_foreign(request, model, injection)
            check_room(injection)
            check_refusal(injection)
        job = self._jobs.create(request, arn, model, injection)
        if injection.first("lose_creates", injection.faults.lose_creates):
            raise InternalServerError("The job was created and the answer lost.")
        return {"jobArn": job.arn}

    def get(self, members: Mapping[str, Any], access_key_id: str) -> dict[str, Any]:
        """GetModelInvocationJob."""
        trip(self._injections.now, "gets")
        request = self._constraints.checked("GetModelInvocationJob", members)
        job = self._jobs.get(request["jobIdentifier"])
        self._gate.check(access_key_id, IamCall("bedrock:GetModelInvocationJob", job.arn))
        return job.wire()

    def page(self, members: Mapping[str, Any], access_key_id: str) -> dict[str, Any]:
        """ListModelInvocationJobs."""
        trip(self._injections.now, "lists")
        self._gate.check(access_key_id, IamCall("bedrock:ListModelInvocationJobs", "*"))
        return self._jobs.page(self._constraints.checked("ListModelInvocationJobs", members))

    def stop(self, members: Mapping[str, Any], access_key_id: str) -> dict[str, Any]:
        """StopModelInvocationJob."""
        trip(self._injections.now, "stops")
        request = self._constraints.checked("StopModelInvocationJob", members)
        job = self._jobs.get(request["jobIdentifier"])
        self._gate.check(access_key_id, IamCall("bedrock:StopModelInvocationJob", job.arn))
        job.ask_to_stop()
        return {}

    def profile(self, members: Mapping[str, Any], access_key_id: str) -> dict[str, Any]:
        """GetInferenceProfile."""
        request = self._constraints.checked("GetInferenceProfile", members)
        profile = self._models.profile(request["inferenceProfileIdentifier"])
        self._gate.check(access_key_id, IamCall("bedrock:GetInferenceProfile", profile.arn))
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

    def model(self, members: Mapping[str, Any], access_key_id: str) -> dict[str, Any]:
        """GetFoundationModel."""
        request = self._constraints.checked("GetFoundationModel", members)
        base_id, arn = self._models.foundation(request["modelIdentifier"])
        self._gate.check(access_key_id, IamCall("bedrock:GetFoundationModel", arn))
        life_cycle = self._models.catalogue.life_cycle(base_id)
        details = {"modelArn": arn, "modelId": base_id, "modelLifecycle": life_cycle}
        return {"modelDetails": details}

    def availability(self, members: Mapping[str, Any], access_key_id: str) -> dict[str, Any]:
        """GetFoundationModelAvailability."""
        request = self._constraints.checked("GetFoundationModelAvailability", members)
        self._gate.check(access_key_id, IamCall("bedrock:GetFoundationModelAvailability", "*"))
        base_id, _ = self._models.foundation(request["modelId"])
        return self._models.catalogue.availability(base_id)


def _create_calls(request: Mapping[str, Any], model_arn: str, job_arn: str) -> list[IamCall]:
    action = "bedrock:CreateModelInvocationJob"
    calls = [IamCall(action, model_arn), IamCall(action, job_arn)]
    if request.get("tags"):
        calls.append(IamCall("bedrock:TagResource", job_arn))
    passed_to = {"iam:PassedToService": PRINCIPAL}
    return [*calls, IamCall("iam:PassRole", request["roleArn"], passed_to)]
