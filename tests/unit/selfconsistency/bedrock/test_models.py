"""Which models CreateModelInvocationJob takes."""

import pytest

from tests.unit.selfconsistency.bedrock.world import ACCOUNT, COHERE, MODEL, PROFILE


@pytest.mark.parametrize(
    "model_id",
    [
        "amazon.nova-lite-v1:0",
        "us.amazon.nova-lite-v1:0",
        "global.anthropic.claude-sonnet-4-6",
        "eu.anthropic.claude-3-7-sonnet-20250219-v1:0",
        "apac.amazon.nova-pro-v1:0",
        "meta.llama3-1-8b-instruct-v1:0",
        "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-micro-v1:0",
        f"arn:aws:bedrock:us-east-1:{ACCOUNT}:inference-profile/us.amazon.nova-lite-v1:0",
        "jp.anthropic.claude-haiku-4-5-20251001-v1:0",
        PROFILE,
        f"arn:aws:bedrock:us-east-1:{ACCOUNT}:custom-model/amazon.nova-lite-v1:0:300k/abcdefghijkl",
        COHERE,
        "ai21.j2-mid-v1",
    ],
)
def test_a_model_with_batch_inference_is_taken(serve, model_id):
    bedrock = serve(profiles={PROFILE: MODEL})

    job = bedrock.get(bedrock.create(modelId=model_id))

    assert job["modelId"] == model_id


@pytest.mark.parametrize(
    "model_id",
    ["anthropic.claude-3-7-sonnet-20250219-v1:0", "amazon.nova-premier-v1:0"],
)
def test_a_model_reached_through_profiles_only_is_refused_by_its_own_id(refusing, model_id):
    with pytest.raises(refusing.client.exceptions.ValidationException) as error:
        refusing.create(modelId=model_id)

    assert error.value.response["Error"]["Message"].endswith(
        "Retry your request with the ID or ARN of an inference profile that contains this model."
    )


@pytest.mark.parametrize(
    "model_id",
    [
        pytest.param("nothing", id="no model"),
        pytest.param(
            f"arn:aws:bedrock:us-east-1:{ACCOUNT}:provisioned-model/abcdefghijkl", id="provisioned"
        ),
        pytest.param(
            f"arn:aws:bedrock:us-east-1:{ACCOUNT}:application-inference-profile/unknown",
            id="unknown profile",
        ),
    ],
)
def test_an_identifier_of_no_model_is_refused(refusing, model_id):
    with pytest.raises(refusing.client.exceptions.ValidationException):
        refusing.create(modelId=model_id)


@pytest.mark.parametrize(
    "model_id",
    [
        "us.made.up-v1:0",
        "amazon.nova-canvas-v1:0",
        "amazon.titan-embed-text-v2:0",
        "anthropic.claude-v2:1",
        "cohere.rerank-v3-5:0",
        "cohere.command-r-v1:0",
        "ai21.jamba-1-5-mini-v1:0",
        "amazon.titan-text-lite-v1",
    ],
)
def test_a_model_without_batch_inference_is_refused(refusing, model_id):
    with pytest.raises(refusing.client.exceptions.ValidationException) as error:
        refusing.create(modelId=model_id)

    assert (
        error.value.response["Error"]["Message"]
        == "Batch inference is not supported for the requested model."
    )
