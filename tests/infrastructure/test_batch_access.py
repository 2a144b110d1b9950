from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import pytest

from infrastructure.settings import PROFILE_REGIONS
from lambdas.core.families import family_of

Found = Callable[[str], dict[str, Any]]
StatementsOf = Callable[[str], list[dict[str, Any]]]

OWN = "arn:${AWS::Partition}:bedrock:${AWS::Region}"
JOBS = f"{OWN}:${{AWS::AccountId}}:model-invocation-job/*"
PROFILES = f"{OWN}:${{AWS::AccountId}}:inference-profile/*"


def resources(statements: list[dict[str, Any]], action: str) -> list[str]:
    [found] = [statement for statement in statements if statement["Action"] == action]
    return list(found["Resource"])


def test_only_batch_jobs_of_this_account_and_region_may_assume_the_role(of_type: Found) -> None:
    [role] = [
        role for id_, role in of_type("AWS::IAM::Role").items() if id_.startswith("BatchAccess")
    ]

    # One statement: a second without conditions would void these.
    [statement] = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    [(_, source)] = statement["Condition"]["ArnEquals"]["aws:SourceArn"].items()

    assert statement["Action"] == "sts:AssumeRole"
    assert statement["Principal"] == {"Service": "bedrock.amazonaws.com"}
    assert set(statement["Condition"]) == {"StringEquals", "ArnEquals"}
    assert statement["Condition"]["StringEquals"] == {
        "aws:SourceAccount": {"Ref": "AWS::AccountId"}
    }
    assert source[1][-1] == ":model-invocation-job/*"
    assert {"Ref": "AWS::AccountId"} in source[1]
    assert {"Ref": "AWS::Region"} in source[1]


def test_the_role_reads_inputs_writes_outputs_and_nothing_else(statements_of: StatementsOf) -> None:
    statements = statements_of("BatchAccessRole")
    bucket = "${StorageBucket.Arn}"

    assert {
        (statement["Action"], *statement["Resource"])
        for statement in statements
        if statement["Action"].startswith("s3:")
    } == {
        ("s3:GetObject", f"{bucket}/runs/*/input.jsonl"),
        ("s3:PutObject", f"{bucket}/runs/*/output/*"),
        ("s3:ListBucket", bucket),
    }
    assert {statement["Action"] for statement in statements if "Condition" not in statement} == {
        "bedrock:InvokeModel"
    }


def test_the_role_s_bucket_is_one_of_this_account(statements_of: StatementsOf) -> None:
    conditions = [
        statement["Condition"]
        for statement in statements_of("BatchAccessRole")
        if statement["Action"].startswith("s3:")
    ]

    assert conditions == [
        {"StringEquals": {"aws:ResourceAccount": {"Ref": "AWS::AccountId"}}}
    ] * len(conditions)


@pytest.mark.parametrize(
    "model_id", ["amazon.nova-lite-v1:0", "anthropic.claude-sonnet-4-6", "meta.llama4-scout-v1:0"]
)
def test_a_profile_s_model_may_be_called_in_every_region_of_the_profile(
    statements_of: StatementsOf, model_id: str
) -> None:
    allowed = resources(statements_of("BatchAccessRole"), "bedrock:InvokeModel")
    regions = {region for routed in PROFILE_REGIONS.values() for region in routed}
    # A global profile's model is one of no Region.
    places = [OWN, *(f"arn:${{AWS::Partition}}:bedrock:{region}" for region in {*regions, ""})]
    models = [f"{place}::foundation-model/{model_id}" for place in places]

    assert PROFILES in allowed
    for model in models:
        assert any(fnmatchcase(model, pattern) for pattern in allowed), model


def test_command_may_be_called_in_the_stack_s_own_region(statements_of: StatementsOf) -> None:
    allowed = resources(statements_of("BatchAccessRole"), "bedrock:InvokeModel")

    assert [pattern for pattern in allowed if "cohere" in pattern] == [
        f"{OWN}::foundation-model/cohere.command-text-v14*"
    ]


def test_every_model_that_may_be_called_is_one_that_the_functions_know(
    statements_of: StatementsOf,
) -> None:
    allowed = resources(statements_of("BatchAccessRole"), "bedrock:InvokeModel")
    models = [arn.rpartition(":foundation-model/")[2] for arn in allowed if arn != PROFILES]

    assert models
    for model in models:
        stem = model.removesuffix("*")
        assert family_of(stem) or family_of(f"{stem}x"), model


def test_submit_may_create_jobs_with_these_models_and_hand_them_this_role_only(
    statements_of: StatementsOf,
) -> None:
    submit = statements_of("StepsSubmitRole")
    [pass_role] = [statement for statement in submit if statement["Action"] == "iam:PassRole"]
    invoked = resources(statements_of("BatchAccessRole"), "bedrock:InvokeModel")

    assert set(resources(submit, "bedrock:CreateModelInvocationJob")) == {*invoked, JOBS}
    assert pass_role["Resource"] == ["${BatchAccessRole.Arn}"]
    assert pass_role["Condition"] == {
        "StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}
    }


@pytest.mark.parametrize(
    ("role", "actions"),
    [
        ("StepsSubmitRole", {"Stop"}),
        ("StepsPollRole", {"Get"}),
        ("StepsAbortRole", {"Get", "Stop"}),
    ],
)
def test_looking_and_stopping_are_of_jobs_only(
    statements_of: StatementsOf, role: str, actions: set[str]
) -> None:
    for action in ("Get", "Stop"):
        name = f"bedrock:{action}ModelInvocationJob"
        found = [each["Resource"] for each in statements_of(role) if each["Action"] == name]

        assert found == ([[JOBS]] if action in actions else [])
