"""Which models are offered, and what GetFoundationModel and its kin tell of them."""

from contextlib import ExitStack
from datetime import UTC, date, datetime

import pytest
from botocore.exceptions import ClientError

from selfconsistency.bedrock.catalogue import NOVEMBER_2026, Catalogue, Life
from tests.unit.selfconsistency.bedrock.world import COHERE, MODEL, Allowing, OneCaller, converse

NOVA = "amazon.nova-lite-v1:0"
SONNET_4 = "anthropic.claude-sonnet-4-20250514-v1:0"
LLAMA = "meta.llama3-1-8b-instruct-v1:0"


@pytest.fixture(scope="module")
def today(start):
    """One emulator of today's models, for all the requests of a module that it refuses."""
    with ExitStack() as running:
        yield start(running, catalogue=NOVEMBER_2026)


def refused(call, **members):
    with pytest.raises(ClientError) as error:
        call(**members)
    details = error.value.response["Error"]
    return details["Code"], details["Message"]


@pytest.mark.parametrize(
    "model_id",
    [
        "us.anthropic.claude-sonnet-5-20260601-v1:0",
        "us.anthropic.claude-opus-5-5-20260928-v1:0",
        "moonshotai.kimi-k3",
    ],
)
def test_a_model_that_is_not_on_the_batch_list_takes_no_jobs(today, model_id):
    assert refused(today.create, modelId=model_id) == (
        "ValidationException",
        "Batch inference is not supported for the requested model.",
    )


@pytest.mark.parametrize("model_id", [f"us.{SONNET_4}", COHERE])
def test_a_model_at_the_end_of_its_life_is_refused(today, model_id):
    ended = (
        "ResourceNotFoundException",
        "This model version has reached the end of its life. Please refer to the AWS documentation"
        " for more details.",
    )

    assert refused(today.create, modelId=model_id) == ended
    body = converse("1?")
    assert refused(today.runtime.converse, modelId=model_id, **body) == ended


def test_a_legacy_model_is_refused_to_an_account_that_has_not_used_it(today):
    code, message = refused(today.create, modelId=LLAMA)

    assert code == "ResourceNotFoundException"
    assert message.startswith("Access denied. This Model is marked by provider as Legacy and you")


@pytest.mark.parametrize("model_id", [MODEL, "us.anthropic.claude-opus-5-20260301-v1:0"])
def test_other_models_are_taken(today, model_id):
    assert today.create(f"job-{model_id[3:9]}", modelId=model_id)


def test_a_legacy_model_is_taken_from_an_account_that_uses_it(serve):
    bedrock = serve(catalogue=Catalogue(lives={"meta.": Life(date(2027, 3, 30))}))

    assert bedrock.create(modelId=LLAMA)


def test_the_life_cycle_of_a_model_is_told(today):
    found = today.client.get_foundation_model(modelIdentifier=SONNET_4)["modelDetails"]

    assert found["modelId"] == SONNET_4
    assert found["modelArn"] == f"arn:aws:bedrock:us-east-1::foundation-model/{SONNET_4}"
    assert found["modelLifecycle"] == {
        "status": "LEGACY",
        "legacyTime": datetime(2026, 4, 14, tzinfo=UTC),
        "endOfLifeTime": datetime(2026, 10, 14, tzinfo=UTC),
    }


def test_by_default_every_model_is_active_and_available(refusing):
    found = refusing.client.get_foundation_model(modelIdentifier=COHERE)["modelDetails"]
    access = refusing.client.get_foundation_model_availability(modelId=COHERE)

    assert found["modelLifecycle"] == {"status": "ACTIVE"}
    assert access["agreementAvailability"] == {"status": "AVAILABLE"}
    assert access["authorizationStatus"] == "AUTHORIZED"
    assert {access["entitlementAvailability"], access["regionAvailability"]} == {"AVAILABLE"}


def test_a_model_without_a_subscription_says_so(serve):
    bedrock = serve(catalogue=Catalogue(unsubscribed=["anthropic."]))

    found = bedrock.client.get_foundation_model_availability(modelId=SONNET_4)

    assert found["agreementAvailability"] == {"status": "NOT_AVAILABLE"}


@pytest.mark.parametrize("identifier", [MODEL, "amazon.nova-premier-v1:0"])
def test_what_is_no_foundation_model_is_not_found(today, identifier):
    code, _ = refused(today.client.get_foundation_model, modelIdentifier=identifier)

    assert code == "ResourceNotFoundException"


def test_a_caller_without_the_permission_is_told_nothing(serve):
    denied = frozenset({"bedrock:GetFoundationModel", "bedrock:GetFoundationModelAvailability"})
    bedrock = serve(permissions=Allowing(denied=denied), callers=OneCaller())

    for call, members in (
        (bedrock.client.get_foundation_model, {"modelIdentifier": NOVA}),
        (bedrock.client.get_foundation_model_availability, {"modelId": NOVA}),
    ):
        assert refused(call, **members)[0] == "AccessDeniedException"
