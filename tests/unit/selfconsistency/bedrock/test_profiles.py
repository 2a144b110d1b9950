"""What GetInferenceProfile tells."""

import pytest

from tests.unit.selfconsistency.bedrock.world import ACCOUNT, MODEL, PROFILE, Allowing, OneCaller

MODEL_ARN = "arn:aws:bedrock:{}::foundation-model/amazon.nova-lite-v1:0"
ROUTED = [MODEL_ARN.format(region) for region in ("us-east-1", "us-east-2", "us-west-2")]


@pytest.mark.parametrize("identifier", [PROFILE, "abcdefghijkl"])
def test_an_application_profile_tells_the_models_behind_it(serve, identifier):
    bedrock = serve(profiles={PROFILE: MODEL})

    found = bedrock.client.get_inference_profile(inferenceProfileIdentifier=identifier)

    assert found["inferenceProfileArn"] == PROFILE
    assert found["inferenceProfileId"] == "abcdefghijkl"
    assert found["type"] == "APPLICATION"
    assert [each["modelArn"] for each in found["models"]] == ROUTED


def test_an_application_profile_may_copy_a_model_of_this_region(serve):
    of_one = MODEL_ARN.format("us-east-1")
    bedrock = serve(profiles={PROFILE: of_one})

    found = bedrock.client.get_inference_profile(inferenceProfileIdentifier=PROFILE)

    assert found["models"] == [{"modelArn": of_one}]


def test_a_cross_region_profile_is_the_systems_own(refusing):
    found = refusing.client.get_inference_profile(inferenceProfileIdentifier=MODEL)

    assert found["type"] == "SYSTEM_DEFINED"
    assert found["inferenceProfileArn"].endswith(f":{ACCOUNT}:inference-profile/{MODEL}")
    assert [each["modelArn"] for each in found["models"]] == ROUTED


@pytest.mark.parametrize("identifier", [PROFILE, "amazon.nova-lite-v1:0", "nothing"])
def test_a_profile_that_is_not_there_is_not_found(refusing, identifier):
    with pytest.raises(refusing.client.exceptions.ResourceNotFoundException):
        refusing.client.get_inference_profile(inferenceProfileIdentifier=identifier)


def test_a_caller_without_the_permission_is_told_nothing(serve):
    denying = Allowing(denied=frozenset({"bedrock:GetInferenceProfile"}))
    bedrock = serve(permissions=denying, callers=OneCaller(), profiles={PROFILE: MODEL})

    with pytest.raises(bedrock.client.exceptions.AccessDeniedException):
        bedrock.client.get_inference_profile(inferenceProfileIdentifier=PROFILE)
