import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from infrastructure.synth import make_template
from lambdas.contract import STEPS, Output
from lambdas.contract.stack import StackVariables
from tests.infrastructure.contexts import CONTEXTS, template_of


def test_cfn_lint_finds_nothing(tmp_path: Path) -> None:
    # Together these hold every resource.
    for context in ("defaults", "all"):
        (tmp_path / f"{context}.json").write_text(json.dumps(template_of(context)))
    cfn_lint = Path(sys.executable).with_name("cfn-lint")

    done = subprocess.run(
        [cfn_lint, "--", *map(str, tmp_path.iterdir())],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("context", CONTEXTS)
def test_there_is_no_custom_resource_and_no_function_but_the_steps(
    context: str,
) -> None:
    types = [resource["Type"] for resource in template_of(context)["Resources"].values()]

    assert not [type_ for type_ in types if re.match(r"Custom::|AWS::CloudFormation::", type_)]
    assert types.count("AWS::Lambda::Function") == len(STEPS)


def test_the_stack_has_the_outputs_that_the_client_reads(template: dict[str, Any]) -> None:
    assert set(template["Outputs"]) == {
        Output.BUCKET,
        Output.TABLE,
        Output.STATE_MACHINE_ARN,
        Output.CONSOLE,
        Output.SETTINGS,
    }


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-west-3", "eu-west-3.console.aws.amazon.com"),
        ("aws-us-gov", "us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
        ("aws-cn", "cn-north-1", "cn-north-1.console.amazonaws.cn"),
        ("aws-eusc", "eusc-de-east-1", "eusc-de-east-1.console.amazonaws-eusc.eu"),
        ("aws-iso", "us-iso-east-1", "us-iso-east-1.console.aws.amazon.com"),
    ],
)
def test_the_console_is_that_of_the_partition(
    template: dict[str, Any], partition: str, region: str, host: str
) -> None:
    known = {"AWS::Partition": partition, "AWS::Region": region}

    url = resolved(
        template["Outputs"][Output.CONSOLE]["Value"], known, template.get("Conditions", {})
    )

    assert url.startswith(
        f"https://{host}/states/home?region={region}#/statemachines/view/Workflow"
    )


def resolved(value: Any, known: dict[str, str], conditions: dict[str, Any]) -> Any:
    """A value of a template as CloudFormation resolves it; a resource is its logical id."""
    match value:
        case {"Ref": name}:
            return known.get(name, name)
        case {"Fn::Join": [separator, parts]}:
            return separator.join(resolved(part, known, conditions) for part in parts)
        case {"Fn::Equals": [one, other]}:
            return resolved(one, known, conditions) == resolved(other, known, conditions)
        case {"Fn::If": [name, then, otherwise]}:
            holds = resolved(conditions[name], known, conditions)
            return resolved(then if holds else otherwise, known, conditions)
    return value


def test_an_output_states_what_plan_reads_of_the_settings(template: dict[str, Any]) -> None:
    stated = StackVariables.model_validate_json(template["Outputs"][Output.SETTINGS]["Value"])

    assert stated == StackVariables(
        default_model="us.amazon.nova-lite-v1:0",
        jobs_at_once=3,
        min_records=100,
        max_records=50_000,
        max_input_mib=950,
        max_run_usd=100,
        max_upload_usd=10,
    )


def test_no_resource_has_a_physical_name(template: dict[str, Any]) -> None:
    names = {"BucketName", "TableName", "FunctionName", "RoleName", "QueueName", "LogGroupName"}
    names |= {"StateMachineName", "LayerName"}

    for id_, resource in template["Resources"].items():
        if resource["Type"] not in {"AWS::Lambda::EventInvokeConfig", "AWS::Lambda::Permission"}:
            assert not names & set(resource.get("Properties", {})), id_


def test_the_template_names_no_account(template: dict[str, Any]) -> None:
    assert not re.search(r"(?<![0-9a-f])\d{12}(?![0-9a-f])", json.dumps(template))


def test_an_app_made_twice_in_one_process_is_the_same() -> None:
    assert make_template(CONTEXTS["all"]) == make_template(CONTEXTS["all"])


@pytest.mark.parametrize("limit", [450_000])
def test_the_template_is_small_enough_to_deploy(template: dict[str, Any], limit: int) -> None:
    """CloudFormation takes 1 MB; half of it leaves room."""
    assert len(json.dumps(template)) < limit
