"""Models that no batch job can have, and those it may not have for long."""

import pytest

from lambdas.core.families import FAMILIES, family_named
from lambdas.core.families.rules import Wanted, refusals, remarks, unusable

US_EAST = "arn:aws:bedrock:us-east-1"
ACCOUNT = "123456789012"


@pytest.mark.parametrize(
    ("model_id", "expected", "way_out"),
    [
        ("amazon.titan-embed-text-v2:0", "answers in text", "us.amazon.nova-lite-v1:0"),
        ("us.amazon.nova-canvas-v1:0", "answers in text", "us.amazon.nova-lite-v1:0"),
        ("amazon.nova-2-sonic-v1:0", "answers in text", "us.amazon.nova-lite-v1:0"),
        ("cohere.rerank-v3-5:0", "answers in text", "us.amazon.nova-lite-v1:0"),
        ("stability.sd3-5-large-v1:0", "answers in text", "us.amazon.nova-lite-v1:0"),
        ("anthropic.claude-v2:1", "batch inference", "a later one"),
        ("anthropic.claude-instant-v1", "batch inference", "a later one"),
        (f"{US_EAST}:{ACCOUNT}:provisioned-model/a1b2", "provisioned", "the model they were made"),
        (f"{US_EAST}:{ACCOUNT}:imported-model/a1b2", "imported", "the model they were made of"),
        (f"{US_EAST}:{ACCOUNT}:custom-model/imported/a1b2", "imported", "the model they were made"),
        ("arn:aws:sagemaker:us-east-1:1:endpoint/mine", "foundation model", "the model they were"),
    ],
)
def test_models_without_batch_inference(model_id: str, expected: str, way_out: str) -> None:
    nova = family_named("nova")

    problem = unusable(model_id) or ""

    assert problem.startswith(f'model_id is "{model_id}", must be ')
    assert expected in problem
    assert way_out in problem
    assert refusals(model_id, nova, nova.forms[0], Wanted(True, (9.0,), None, 99_999)) == [problem]


def test_a_model_that_no_family_knows_may_still_be_one_of_batch_inference() -> None:
    assert unusable("writer.palmyra-x5-v1:0") is None
    assert unusable(f"{US_EAST}:{ACCOUNT}:application-inference-profile/a1b2c3d4e5f6") is None


def test_the_model_behind_an_application_profile_may_be_one_without_text() -> None:
    profile = f"{US_EAST}:{ACCOUNT}:application-inference-profile/a1b2c3d4e5f6"

    problem = unusable(profile, "amazon.titan-embed-text-v2:0") or ""

    assert problem.startswith(f'model_id is "{profile}", must be a model that answers in text')


def test_families_that_aws_does_not_list_for_batch_inference_are_remarked_on() -> None:
    remarked = {family.name for family in FAMILIES if remarks("m", family)}

    assert remarked == {
        "cohere-command",
        "cohere-command-r",
        "jamba",
        "jurassic",
        "titan-text",
        "deepseek-r1",
    }
    [remark] = remarks("ai21.j2-mid-v1", family_named("jurassic"))
    assert remark == (
        "ai21.j2-mid-v1: AWS lists no model of the family jurassic for batch inference (October"
        " 2026); Bedrock may refuse its jobs"
    )
