"""The role and network of Bedrock's jobs, and which functions may use models and jobs."""

import json
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

import pytest

from infrastructure.models import PROFILE_REGIONS
from infrastructure.synth import make_template
from lambdas.core.models.registry import family_of
from tests.infrastructure.contexts import CONTEXTS, template_of

Found = Callable[[str], dict[str, Any]]
StatementsOf = Callable[[str], list[dict[str, Any]]]
StatementsWith = Callable[[str, str], list[dict[str, Any]]]

OWN = "arn:${AWS::Partition}:bedrock:${AWS::Region}"
JOBS = f"{OWN}:${{AWS::AccountId}}:model-invocation-job/*"
ACCOUNT = f"{OWN}:${{AWS::AccountId}}"
PROFILES = f"{ACCOUNT}:inference-profile/*"
CUSTOM = f"{ACCOUNT}:custom-model/*"
ACCOUNT_ARNS = {
    PROFILES,
    f"{ACCOUNT}:application-inference-profile/*",
    CUSTOM,
}

# Beginning of ids in the policies → a model of that family.
EXAMPLES = {
    "ai21.": "ai21.j2-mid-v1",
    "amazon.nova-": "amazon.nova-lite-v1:0",
    "anthropic.claude-": "anthropic.claude-3-haiku-20240307-v1:0",
    "cohere.command": "cohere.command-text-v14",
    "deepseek.": "deepseek.v3-v1:0",
    "google.gemma-": "google.gemma-3-12b-it",
    "meta.llama": "meta.llama3-1-8b-instruct-v1:0",
    "minimax.": "minimax.minimax-m2",
    "mistral.": "mistral.mistral-large-2407-v1:0",
    "moonshot": "moonshot.kimi-k2-thinking",
    "nvidia.": "nvidia.nemotron-nano-12b-v2",
    "openai.gpt-oss-": "openai.gpt-oss-120b-1:0",
    "qwen.": "qwen.qwen3-32b-v1:0",
    "zai.": "zai.glm-4.7",
}


EC2 = "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}"
NETWORK = CONTEXTS["network"]
SUBNETS = [f"{EC2}:subnet/{id_}" for id_ in NETWORK["vpc_subnet_ids"]]
GROUPS = [f"{EC2}:security-group/{id_}" for id_ in NETWORK["vpc_security_group_ids"]]
INTERFACES = [f"{EC2}:network-interface/*"]
JOB_TAG = "BedrockModelInvocationJobArn"
# "Protect batch inference jobs using a VPC", Amazon Bedrock user guide.
DESCRIBE = {
    "ec2:DescribeDhcpOptions",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
}
DELETE = {
    "ec2:CreateNetworkInterfacePermission",
    "ec2:DeleteNetworkInterface",
    "ec2:DeleteNetworkInterfacePermission",
}


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


def test_the_role_reads_and_writes_runs_as_the_user_guide_says(statements_of: StatementsOf) -> None:
    statements = statements_of("BatchAccessRole")
    bucket = "${StorageBucket.Arn}"

    assert {
        (statement["Action"], *statement["Resource"])
        for statement in statements
        if statement["Action"].startswith("s3:")
    } == {
        ("s3:GetObject", f"{bucket}/runs/*"),
        ("s3:PutObject", f"{bucket}/runs/*"),
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
    "model_id",
    [
        "amazon.nova-lite-v1:0",
        "anthropic.claude-sonnet-4-6",
        "deepseek.r1-v1:0",
        "meta.llama4-scout-v1:0",
        "mistral.pixtral-large-2502-v1:0",
    ],
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
        f"{OWN}::foundation-model/cohere.command*"
    ]


def test_the_account_s_own_profiles_and_models_may_be_called(
    statements_of: StatementsOf,
) -> None:
    allowed = resources(statements_of("BatchAccessRole"), "bedrock:InvokeModel")

    assert {arn for arn in allowed if "::foundation-model/" not in arn} == ACCOUNT_ARNS


def test_invoke_may_call_the_models_of_batch_jobs_except_custom_models(
    statements_of: StatementsOf,
) -> None:
    by_jobs = resources(statements_of("BatchAccessRole"), "bedrock:InvokeModel")
    on_demand = resources(statements_of("StepsInvokeRole"), "bedrock:InvokeModel")

    assert on_demand == [arn for arn in by_jobs if arn != CUSTOM]


def test_models_of_a_prefix_may_be_called_in_every_region_of_the_profiles() -> None:
    regions = {"us": ["us-east-1", "us-west-2"]}
    template = make_template({"model_prefixes": ["writer."], "profile_regions": regions})

    for id_, resource in template["Resources"].items():
        if resource["Type"] == "AWS::IAM::Policy" and "foundation-model/meta" in json.dumps(
            resource
        ):
            count = json.dumps(resource).count("foundation-model/writer.*")
            assert count == json.dumps(resource).count("foundation-model/meta.llama*") == 3, id_


def test_plan_reads_of_models_and_profiles_and_calls_none(statements_of: StatementsOf) -> None:
    found = {
        each["Action"].removeprefix("bedrock:"): set(each["Resource"])
        for each in statements_of("StepsPlanRole")
        if each["Action"].startswith("bedrock:")
    }

    assert found == {
        "GetInferenceProfile": {PROFILES, f"{ACCOUNT}:application-inference-profile/*"},
        "GetFoundationModel": {f"{OWN}::foundation-model/*"},
        "GetFoundationModelAvailability": {"*"},
    }


def test_plan_knows_the_regions_whose_models_policies_allow() -> None:
    template = make_template({"profile_regions": {"us": ["us-west-2", "us-east-1"], "global": []}})
    [plan] = [
        found["Properties"]["Environment"]["Variables"]
        for found in template["Resources"].values()
        if found["Type"] == "AWS::Lambda::Function"
        and found["Properties"]["Handler"] == "lambdas.handlers.plan.handler"
    ]

    assert plan["GRANTED_REGIONS"] == {
        "Fn::Join": ["", [{"Ref": "AWS::Region"}, ",global,us-east-1,us-west-2"]]
    }


def test_every_model_that_may_be_called_is_one_that_the_functions_know(
    statements_of: StatementsOf,
) -> None:
    allowed = resources(statements_of("BatchAccessRole"), "bedrock:InvokeModel")
    stems = {arn.rpartition("/")[2].removesuffix("*") for arn in allowed if arn not in ACCOUNT_ARNS}

    assert stems == set(EXAMPLES)
    for stem, example in EXAMPLES.items():
        assert example.startswith(stem)
        assert family_of(example), example


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
        ("StepsPollRole", {"Get", "Stop"}),
        ("StepsAbortRole", {"Get", "Stop"}),
    ],
)
def test_status_checks_and_stops_are_limited_to_jobs(
    statements_of: StatementsOf, role: str, actions: set[str]
) -> None:
    for action in ("Get", "Stop"):
        name = f"bedrock:{action}ModelInvocationJob"
        found = [each["Resource"] for each in statements_of(role) if each["Action"] == name]

        assert found == ([[JOBS]] if action in actions else [])


@pytest.fixture
def ec2_statements(statements_with: StatementsWith) -> list[dict[str, Any]]:
    return [
        statement
        for statement in statements_with("network", "BatchAccessRole")
        if statement["Action"].startswith("ec2:")
    ]


def test_bedrock_s_role_may_do_what_the_user_guide_says_and_no_more(
    ec2_statements: list[dict[str, Any]],
) -> None:
    actions = {statement["Action"] for statement in ec2_statements}

    assert actions == DESCRIBE | DELETE | {"ec2:CreateNetworkInterface", "ec2:CreateTags"}


def test_interfaces_are_created_in_these_subnets_and_groups_only(
    ec2_statements: list[dict[str, Any]],
) -> None:
    tagged, placed = [
        each for each in ec2_statements if each["Action"] == "ec2:CreateNetworkInterface"
    ]

    assert tagged["Resource"] == INTERFACES
    assert tagged["Condition"]["StringEquals"] == {"aws:RequestTag/BedrockManaged": "true"}
    assert list(tagged["Condition"]["ArnEquals"]) == [f"aws:RequestTag/{JOB_TAG}"]
    assert sorted(placed["Resource"]) == sorted([*SUBNETS, *GROUPS])


def test_interfaces_are_tagged_only_when_they_are_created(
    ec2_statements: list[dict[str, Any]],
) -> None:
    [tags] = [each for each in ec2_statements if each["Action"] == "ec2:CreateTags"]

    assert tags["Resource"] == INTERFACES
    assert tags["Condition"] == {
        "StringEquals": {"ec2:CreateAction": "CreateNetworkInterface"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["BedrockManaged", JOB_TAG]},
    }


def test_only_interfaces_of_jobs_in_these_subnets_are_deleted(
    ec2_statements: list[dict[str, Any]],
) -> None:
    for statement in ec2_statements:
        if statement["Action"] in DELETE:
            subnets = statement["Condition"]["StringEquals"]["ec2:Subnet"]
            assert len(subnets) == len(SUBNETS)
            assert list(statement["Condition"]["ArnEquals"]) == [f"ec2:ResourceTag/{JOB_TAG}"]


def test_only_describe_actions_have_no_condition(
    ec2_statements: list[dict[str, Any]],
) -> None:
    unconditional = {each["Action"] for each in ec2_statements if "Condition" not in each}

    assert unconditional == DESCRIBE | {"ec2:CreateNetworkInterface"}


def test_submit_alone_has_the_variables_of_subnets_and_groups() -> None:
    names = ("VPC_SUBNET_IDS", "VPC_SECURITY_GROUP_IDS")
    variables = {
        found["Properties"]["Handler"]: [
            found["Properties"]["Environment"]["Variables"].get(name) for name in names
        ]
        for found in template_of("network")["Resources"].values()
        if found["Type"] == "AWS::Lambda::Function"
    }

    assert variables.pop("lambdas.handlers.submit.handler") == [
        ",".join(NETWORK["vpc_subnet_ids"]),
        ",".join(NETWORK["vpc_security_group_ids"]),
    ]
    assert all(values == [None, None] for values in variables.values())


def test_no_function_has_ec2_permissions(statements_with: StatementsWith) -> None:
    """Bedrock creates the interfaces under its own role, not under that of Submit."""
    assert not [
        each
        for each in statements_with("network", "StepsSubmitRole")
        if each["Action"].startswith("ec2:")
    ]


def test_without_a_network_no_role_has_ec2_permissions(
    template: dict[str, Any],
) -> None:
    assert "ec2:" not in str(template["Resources"])
