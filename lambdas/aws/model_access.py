"""What Bedrock says of a model: the profile in front of it, its life cycle, access to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from lambdas.aws.clients import look_up_client
from lambdas.core.models.registry import foundation_model, geography
from lambdas.core.preflight import ANY_REGION, Availability, LifeCycle, ModelFacts

if TYPE_CHECKING:
    from mypy_boto3_bedrock import BedrockClient

Fact = TypeVar("Fact")
_LONGEST_MESSAGE = 300
_APPLICATION = ":application-inference-profile/"
# No answer, an error, or an answer of another shape than the service model's: whatever goes wrong,
# the run goes on without the fact.
_NO_ANSWER = (
    *(BotoCoreError, ClientError, ResponseParserError),
    *(AttributeError, LookupError, TypeError, ValueError),
)


@dataclass(frozen=True, slots=True)
class _Profile:
    model: str | None
    routes_to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Unknown:
    """Why there is no answer; `missing` if that is because there is no such profile or model."""

    why: str
    missing: bool


def look_up(model_id: str, *, checks: bool, client: "BedrockClient | None" = None) -> ModelFacts:
    """Return what Bedrock says of a model; a call without an answer leaves its fact unknown.

    Args:
        model_id: as a request gives it. Nothing is asked about custom models.
        checks: whether to ask for all facts, or only for the model that an application profile's
            ARN does not show.
        client: of Bedrock's control plane; the functions' own if none is given.
    """
    facts = ModelFacts(model=foundation_model(model_id))
    is_application = _APPLICATION in model_id
    if ":custom-model/" in model_id or (facts.model is None and not is_application):
        return facts
    client = client or look_up_client()
    if is_application or (checks and geography(model_id) is not None):
        facts = _with_profile(facts, _answer(lambda: _profile(client, model_id)))
    model = facts.model
    if not checks or model is None or facts.profile_missing is not None:
        return facts
    facts = _with_life_cycle(facts, _answer(lambda: _life_cycle(client, model)))
    return _with_availability(facts, _answer(lambda: _availability(client, model)))


def _answer(ask: Callable[[], Fact]) -> Fact | _Unknown:
    try:
        return ask()
    except ClientError as error:
        details = error.response.get("Error", {})
        code, message = details.get("Code", ""), details.get("Message", "")
        return _Unknown(_line(code, message), code == "ResourceNotFoundException")
    except _NO_ANSWER as error:
        return _Unknown(_line(type(error).__name__, str(error)), missing=False)


def _line(name: str, message: str) -> str:
    """Return an error as one line: it may hold the page of a proxy."""
    return f"{name}: {' '.join(message.split())[:_LONGEST_MESSAGE]}"


def _with_profile(facts: ModelFacts, found: _Profile | _Unknown) -> ModelFacts:
    if isinstance(found, _Profile):
        return replace(facts, model=facts.model or found.model, routes_to=found.routes_to)
    if found.missing:
        return replace(facts, profile_missing=found.why)
    return _unchecked(facts, "the profile and its Regions", found)


def _with_life_cycle(facts: ModelFacts, found: LifeCycle | _Unknown) -> ModelFacts:
    if isinstance(found, LifeCycle):
        return replace(facts, life_cycle=found)
    if found.missing:
        return replace(facts, model_missing=found.why)
    return _unchecked(facts, "its life cycle", found)


def _with_availability(facts: ModelFacts, found: Availability | _Unknown) -> ModelFacts:
    if isinstance(found, Availability):
        return replace(facts, availability=found)
    return _unchecked(facts, "the account's access to it", found)


def _unchecked(facts: ModelFacts, what: str, unknown: _Unknown) -> ModelFacts:
    remark = f"{what} could not be checked: {unknown.why}"
    return replace(facts, unchecked=(*facts.unchecked, remark))


def _profile(client: "BedrockClient", identifier: str) -> _Profile:
    """Return a profile's Regions, and its model, which is the same in each."""
    found = client.get_inference_profile(inferenceProfileIdentifier=identifier)
    arns = [each["modelArn"] for each in found["models"]]
    regions = dict.fromkeys(arn.split(":")[3] or ANY_REGION for arn in arns)
    return _Profile(foundation_model(arns[0]), tuple(regions))


def _life_cycle(client: "BedrockClient", model: str) -> LifeCycle:
    found: Mapping[str, Any] = client.get_foundation_model(modelIdentifier=model)
    life = found["modelDetails"]["modelLifecycle"]
    return LifeCycle(
        is_legacy=life["status"] == "LEGACY",
        legacy_at=_time(life, "legacyTime"),
        costlier_at=_time(life, "publicExtendedAccessTime"),
        ends_at=_time(life, "endOfLifeTime"),
    )


def _availability(client: "BedrockClient", model: str) -> Availability:
    found = client.get_foundation_model_availability(modelId=model)
    agreement = found["agreementAvailability"]
    return Availability(
        agreement=agreement["status"],
        agreement_error=agreement.get("errorMessage") or "",
        entitlement=found["entitlementAvailability"],
        authorization=found["authorizationStatus"],
        region=found["regionAvailability"],
    )


def _time(life: Mapping[str, Any], name: str) -> datetime | None:
    found: datetime | None = life.get(name)
    return found and found.astimezone(UTC)
