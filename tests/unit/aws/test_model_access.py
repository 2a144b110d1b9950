"""What Bedrock says of a model: asked once for each fact, and never an error."""

from collections.abc import Iterator
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from lambdas.aws.clients import look_up_client
from lambdas.aws.model_access import look_up
from lambdas.core.preflight import Availability, LifeCycle, ModelFacts
from tests.unit.cloud import Cloud
from tests.unit.selfconsistency.bedrock.world import REGION

NOVA = "amazon.nova-lite-v1:0"
OURS = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3"
ENDS = datetime(2026, 10, 14, tzinfo=UTC)
AVAILABLE = Availability("AVAILABLE", "", "AVAILABLE", "AUTHORIZED", "AVAILABLE")
ACTIVE = LifeCycle(is_legacy=False)


@pytest.fixture
def bedrock(aws: Cloud) -> Iterator[Stubber]:
    with Stubber(look_up_client()) as stubbed:
        yield stubbed
        stubbed.assert_no_pending_responses()


def add_profile(bedrock: Stubber, identifier: str, *regions: str) -> None:
    arns = [f"arn:aws:bedrock:{region}::foundation-model/{NOVA}" for region in regions]
    answer = {
        "inferenceProfileName": "ours",
        "inferenceProfileArn": OURS,
        "inferenceProfileId": "a1b2c3",
        "status": "ACTIVE",
        "type": "APPLICATION",
        "models": [{"modelArn": arn} for arn in arns],
    }
    asked = {"inferenceProfileIdentifier": identifier}
    bedrock.add_response("get_inference_profile", answer, asked)


def add_life(bedrock: Stubber, model: str = NOVA, **life: Any) -> None:
    details = {
        "modelArn": f"arn:aws:bedrock:us-east-1::foundation-model/{model}",
        "modelId": model,
        "modelLifecycle": {"status": "ACTIVE"} | life,
    }
    bedrock.add_response(
        "get_foundation_model", {"modelDetails": details}, {"modelIdentifier": model}
    )


def add_availability(bedrock: Stubber, model: str = NOVA, **changed: Any) -> None:
    answer = {
        "modelId": model,
        "agreementAvailability": {"status": "AVAILABLE"},
        "authorizationStatus": "AUTHORIZED",
        "entitlementAvailability": "AVAILABLE",
        "regionAvailability": "AVAILABLE",
    } | changed
    bedrock.add_response("get_foundation_model_availability", answer, {"modelId": model})


def test_of_a_foundation_model_life_cycle_and_availability_are_asked(bedrock: Stubber) -> None:
    add_life(
        bedrock,
        status="LEGACY",
        legacyTime=datetime(2026, 4, 14, tzinfo=UTC),
        publicExtendedAccessTime=datetime(2026, 7, 14, tzinfo=UTC),
        endOfLifeTime=ENDS,
    )
    pending = {"status": "PENDING", "errorMessage": "wait"}
    add_availability(bedrock, agreementAvailability=pending, regionAvailability="NOT_AVAILABLE")

    assert look_up(NOVA, checks=True) == ModelFacts(
        model=NOVA,
        life_cycle=LifeCycle(
            is_legacy=True,
            legacy_at=datetime(2026, 4, 14, tzinfo=UTC),
            costlier_at=datetime(2026, 7, 14, tzinfo=UTC),
            ends_at=ENDS,
        ),
        availability=Availability("PENDING", "wait", "AVAILABLE", "AUTHORIZED", "NOT_AVAILABLE"),
    )


@pytest.mark.parametrize(
    "model_id",
    [
        f"us.{NOVA}",
        f"arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.{NOVA}",
        OURS,
    ],
)
def test_of_a_profile_its_regions_are_asked_and_then_its_model(
    bedrock: Stubber, model_id: str
) -> None:
    add_profile(bedrock, model_id, "us-east-1", "us-west-2")
    add_life(bedrock)
    add_availability(bedrock)

    assert look_up(model_id, checks=True) == ModelFacts(
        model=NOVA,
        routes_to=("us-east-1", "us-west-2"),
        life_cycle=ACTIVE,
        availability=AVAILABLE,
    )


def test_a_global_profile_routes_to_any_region(bedrock: Stubber) -> None:
    add_profile(bedrock, f"global.{NOVA}", "us-east-1", "")
    add_life(bedrock)
    add_availability(bedrock)

    assert look_up(f"global.{NOVA}", checks=True).routes_to == ("us-east-1", "global")


@pytest.mark.parametrize("regions", [["us-east-1"], ["us-east-1", "us-west-2"]])
def test_without_checks_only_the_model_of_an_application_profile_is_asked(
    bedrock: Stubber, regions: list[str]
) -> None:
    add_profile(bedrock, OURS, *regions)

    assert look_up(OURS, checks=False).model == NOVA
    assert look_up(f"us.{NOVA}", checks=False) == ModelFacts(model=NOVA)


@pytest.mark.parametrize(
    "model_id",
    [
        f"arn:aws:bedrock:us-east-1:123456789012:custom-model/{NOVA}:300k/a1b2c3d4e5f6",
        "gpt-4",
        "",
        "us.amazon.nova lite",
    ],
)
def test_of_a_custom_model_or_no_model_nothing_is_asked(bedrock: Stubber, model_id: str) -> None:
    facts = look_up(model_id, checks=True)

    assert (facts.life_cycle, facts.availability, facts.unchecked) == (None, None, ())


@pytest.mark.parametrize(
    "code",
    [
        "AccessDeniedException",
        "ThrottlingException",
        "InternalServerException",
        "UnknownOperationException",
        "ValidationException",
        "404",
    ],
)
def test_a_call_that_is_refused_leaves_its_fact_unknown(bedrock: Stubber, code: str) -> None:
    for call in ("inference_profile", "foundation_model", "foundation_model_availability"):
        bedrock.add_client_error(f"get_{call}", code, "not today")

    assert look_up(f"us.{NOVA}", checks=True) == ModelFacts(
        model=NOVA,
        unchecked=(
            f"the profile and its Regions could not be checked: {code}: not today",
            f"its life cycle could not be checked: {code}: not today",
            f"the account's access to it could not be checked: {code}: not today",
        ),
    )


def test_an_error_is_told_in_one_short_line(bedrock: Stubber) -> None:
    bedrock.add_client_error("get_foundation_model", "502", "<html>\n" + "<p> a proxy" * 999)
    add_availability(bedrock)

    [told] = look_up(NOVA, checks=True).unchecked

    assert told.startswith("its life cycle could not be checked: 502: <html> <p> a proxy")
    assert len(told) < 350


def test_of_a_profile_that_is_not_there_nothing_more_is_asked(bedrock: Stubber) -> None:
    bedrock.add_client_error("get_inference_profile", "ResourceNotFoundException", "none")

    assert look_up(OURS, checks=True) == ModelFacts(
        profile_missing="ResourceNotFoundException: none"
    )


def test_a_model_that_is_not_there_is_told_apart(bedrock: Stubber) -> None:
    bedrock.add_client_error("get_foundation_model", "ResourceNotFoundException", "none")
    add_availability(bedrock)

    assert look_up(NOVA, checks=True).model_missing == "ResourceNotFoundException: none"


def answer(request: Any, body: bytes) -> AWSResponse:
    raw: Any = SimpleNamespace(stream=lambda: [body])
    return AWSResponse(request.url, 200, {}, raw)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<html>a proxy</html>", id="no JSON"),
        pytest.param(b"{}", id="no members"),
        pytest.param(b"[1]", id="no object"),
        pytest.param(b'{"models":[{}],"modelDetails":{},"agreementAvailability":{}}', id="empty"),
        pytest.param(
            b'{"models":5,"modelDetails":{"modelLifecycle":{"status":"LEGACY","legacyTime":"x"}},'
            b'"agreementAvailability":7}',
            id="other types",
        ),
    ],
)
def test_an_answer_of_another_shape_leaves_its_fact_unknown(aws: Cloud, body: bytes) -> None:
    client = boto3.client("bedrock", region_name=REGION)
    client.meta.events.register("before-send.bedrock", lambda request, **_: answer(request, body))

    facts = look_up(f"us.{NOVA}", checks=True, client=client)

    assert (facts.life_cycle, facts.availability, facts.routes_to) == (None, None, None)
    assert len(facts.unchecked) == 3


def test_a_service_that_cannot_be_reached_leaves_the_facts_unknown(aws: Cloud) -> None:
    once = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    url = "http://127.0.0.1:9"
    client = boto3.client("bedrock", region_name=REGION, endpoint_url=url, config=once)

    facts = look_up(NOVA, checks=True, client=client)

    assert all(EndpointConnectionError.__name__ in what for what in facts.unchecked)
    assert len(facts.unchecked) == 2


def test_plan_does_not_wait_long_for_facts_it_can_do_without(aws: Cloud) -> None:
    config: Any = look_up_client().meta.config

    calls, attempts = 3, config.retries["total_max_attempts"]
    assert calls * attempts * (config.connect_timeout + config.read_timeout) <= 90
