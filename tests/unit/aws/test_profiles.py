"""The model behind an application profile, where Bedrock tells."""

from typing import Any

import pytest
from botocore.stub import Stubber

from lambdas.aws.clients import bedrock_client
from lambdas.aws.profiles import profile_model
from tests.unit.cloud import Cloud

ARN = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3"


def profile(*models: str) -> dict[str, Any]:
    return {
        "inferenceProfileName": "ours",
        "inferenceProfileArn": ARN,
        "inferenceProfileId": "a1b2c3",
        "status": "ACTIVE",
        "type": "APPLICATION",
        "models": [{"modelArn": model} for model in models],
    }


@pytest.mark.parametrize(
    ("regions", "model"),
    [
        pytest.param(["us-east-1"], "amazon.nova-lite-v1:0", id="one Region"),
        pytest.param(["us-east-1", "us-west-2"], "amazon.nova-lite-v1:0", id="several"),
    ],
)
def test_a_profile_is_of_the_model_in_its_regions(
    aws: Cloud, regions: list[str], model: str
) -> None:
    arns = [f"arn:aws:bedrock:{region}::foundation-model/{model}" for region in regions]
    with Stubber(bedrock_client()) as bedrock:
        bedrock.add_response(
            "get_inference_profile", profile(*arns), {"inferenceProfileIdentifier": ARN}
        )

        assert profile_model(ARN) == model


@pytest.mark.parametrize(
    "code", ["ResourceNotFoundException", "AccessDeniedException", "ThrottlingException"]
)
def test_a_profile_that_bedrock_does_not_tell_of_has_no_known_model(aws: Cloud, code: str) -> None:
    with Stubber(bedrock_client()) as bedrock:
        bedrock.add_client_error("get_inference_profile", code)

        assert profile_model(ARN) is None
