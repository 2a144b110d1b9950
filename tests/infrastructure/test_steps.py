"""The functions: their code, variables and limits, and the timeouts of their calls."""

import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infrastructure.settings import Settings
from infrastructure.synth import make_app, make_template
from lambdas.aws.clients import ANSWER_TIMEOUT_S, bedrock_client, runtime_client, table_resource
from lambdas.contract import METRICS_NAMESPACE, STEPS

Found = Callable[[str], dict[str, Any]]

ROOT = Path(__file__).parents[2]
MEMORY_MIB = {"Plan": 1769, "Collect": 1024, "Vote": 1024, "Publish": 1024, "Report": 1769}
EVERY_STEP = {
    "BUCKET",
    "TABLE",
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_LOG_LEVEL",
    "AWS_SDK_UA_APP_ID",
}
OWN_VARIABLES = {
    "Plan": {
        "DEFAULT_MODEL",
        "JOBS_AT_ONCE",
        "MIN_RECORDS",
        "MAX_RECORDS",
        "MAX_INPUT_MIB",
        "GRANTED_REGIONS",
        "MAX_RUN_USD",
        "MAX_UPLOAD_USD",
    },
    "Pilot": {"ON_DEMAND_AT_ONCE"},
    "Invoke": {"ON_DEMAND_AT_ONCE", "POLL_EVERY_S"},
    "Submit": {"BATCH_ROLE_ARN", "POLL_EVERY_S", "JOB_TIMEOUT_H"},
    "Poll": {"POLL_EVERY_S", "JOB_TIMEOUT_H"},
}


@pytest.fixture
def functions(of_type: Found) -> dict[str, dict[str, Any]]:
    return {
        id_.removeprefix("Steps")[:-8]: found["Properties"]
        for id_, found in of_type("AWS::Lambda::Function").items()
    }


def variables(function: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = function["Environment"]["Variables"]
    return found


def test_there_is_a_function_for_each_step_and_no_other(functions: dict[str, Any]) -> None:
    assert {name: function["Handler"] for name, function in functions.items()} == {
        name: f"lambdas.handlers.{module}.handler" for name, module in STEPS.items()
    }


def test_every_step_has_its_handler() -> None:
    for module in STEPS.values():
        assert importlib.util.find_spec(f"lambdas.handlers.{module}"), module


def test_functions_and_layer_have_one_runtime_and_architecture(
    functions: dict[str, Any], of_type: Found
) -> None:
    [layer] = of_type("AWS::Lambda::LayerVersion").values()

    assert layer["Properties"]["CompatibleRuntimes"] == ["python3.14"]
    assert layer["Properties"]["CompatibleArchitectures"] == ["arm64"]
    for function in functions.values():
        assert (function["Runtime"], function["Architectures"]) == ("python3.14", ["arm64"])


def test_functions_share_one_code_and_one_layer(functions: dict[str, Any]) -> None:
    assert len({json.dumps(function["Code"]) for function in functions.values()}) == 1
    assert len({json.dumps(function["Layers"]) for function in functions.values()}) == 1


def test_functions_have_their_memory(functions: dict[str, Any]) -> None:
    for name, function in functions.items():
        assert function["MemorySize"] == MEMORY_MIB.get(name, 512)


def test_traces_come_from_lambda_and_step_functions_and_need_no_sdk(
    functions: dict[str, Any], of_type: Found
) -> None:
    [machine] = of_type("AWS::StepFunctions::StateMachine").values()
    layer = (ROOT / "lambdas" / "requirements.txt").read_text()

    assert machine["Properties"]["TracingConfiguration"] == {"Enabled": True}
    assert all(each["TracingConfig"] == {"Mode": "Active"} for each in functions.values())
    assert "xray" not in layer


def test_what_only_the_command_needs_to_log_in_is_not_in_the_layer() -> None:
    assert "awscrt" in (ROOT / "requirements.txt").read_text()
    assert "awscrt" not in (ROOT / "lambdas" / "requirements.txt").read_text()


def test_each_function_has_its_own_role_and_log(functions: dict[str, Any]) -> None:
    roles = {json.dumps(function["Role"]) for function in functions.values()}
    logs = {json.dumps(function["LoggingConfig"]) for function in functions.values()}

    assert len(roles) == len(logs) == len(STEPS)


def test_logs_expire_and_are_deleted_with_the_stack(of_type: Found) -> None:
    for log_group in of_type("AWS::Logs::LogGroup").values():
        assert log_group["Properties"]["RetentionInDays"] == Settings().log_days
        assert log_group["DeletionPolicy"] == "Delete"


@pytest.mark.parametrize("step", STEPS)
def test_a_function_has_the_variables_of_its_step_and_no_other(
    functions: dict[str, Any], step: str
) -> None:
    assert variables(functions[step])["AWS_SDK_UA_APP_ID"] == step
    assert set(variables(functions[step])) == EVERY_STEP | OWN_VARIABLES.get(step, set())


def test_settings_arrive_at_the_functions() -> None:
    context = {
        "default_model": "eu.amazon.nova-pro-v1:0",
        "jobs_at_once": "7",
        "on_demand_at_once": "6",
        "min_records": "2",
        "max_records": "40",
        "max_input_mib": "5",
        "poll_every_s": "9",
        "log_level": "DEBUG",
        "log_days": "7",
        "intermediates_days": "3",
        "job_timeout_h": "96",
        "max_run_days": "5",
        "rehearsal": "true",
        "answered_by": '[{"model":"qwen2.5:1.5b","source":"http://localhost:11434"}]',
    }

    text = json.dumps(make_template(context)["Resources"])

    for name in ("DEFAULT_MODEL", "JOBS_AT_ONCE", "MIN_RECORDS", "MAX_RECORDS"):
        assert f'"{name}": "{context[name.lower()]}"' in text
    assert '"MAX_INPUT_MIB": "5"' in text
    assert text.count(f'"ANSWERED_BY": {json.dumps(context["answered_by"])}') == 1
    assert '"ON_DEMAND_AT_ONCE": "6"' in text
    assert '"POLL_EVERY_S": "9"' in text
    assert text.count('"JOB_TIMEOUT_H": "96"') == 2
    assert f'\\"TimeoutSeconds\\":{5 * 24 * 3600}' in text
    assert '"POWERTOOLS_LOG_LEVEL": "DEBUG"' in text
    assert '\\"MaxConcurrency\\":7' in text
    assert '"RetentionInDays": 7' in text
    assert '"ExpirationInDays": 3' in text


def test_metrics_go_to_the_contract_s_namespace(functions: dict[str, Any]) -> None:
    for function in functions.values():
        assert variables(function)["POWERTOOLS_METRICS_NAMESPACE"] == METRICS_NAMESPACE


@pytest.fixture(scope="module")
def code() -> Path:
    """The functions' code, as it is uploaded."""
    assembly = Path(make_app({"aws:cdk:bundling-stacks": []}).synth().directory)
    [found] = [folder for folder in assembly.glob("asset.*") if (folder / "lambdas").exists()]
    return found


def test_the_code_is_the_lambdas_package(code: Path) -> None:
    files = {str(path.relative_to(code)) for path in code.rglob("*") if path.is_file()}

    assert all(file.startswith("lambdas/") for file in files)
    assert not [file for file in files if re.search(r"__pycache__|\.pyc$|requirements", file)]
    assert {f"lambdas/handlers/{module}.py" for module in STEPS.values()} <= files
    assert "lambdas/contract/names.py" in files


def test_a_function_finds_the_chart_library_where_its_code_lies(code: Path) -> None:
    module = "lambdas.core.report.page.page"
    script = f"from {module} import chart_library; print(chart_library()[:200])"

    # In the folder that is uploaded, not in the checkout.
    done = subprocess.run(
        [sys.executable, "-B", "-c", script], cwd=code, check=True, capture_output=True, text=True
    )

    assert "Chart.js v4.6.1" in done.stdout
    assert "MIT" in done.stdout


@pytest.fixture
def timeouts_s(of_type: Found) -> dict[str, int]:
    return {
        id_.removeprefix("Steps")[:-8]: found["Properties"]["Timeout"]
        for id_, found in of_type("AWS::Lambda::Function").items()
    }


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def longest_s(client: Any) -> float:
    """Return the longest time of a call: each attempt, and between two of them 1, 2, 4 … 20 s."""
    config = client.meta.config
    assert config.retries["mode"] == "standard"
    attempts: int = config.retries["total_max_attempts"]
    backoffs_s = [min(2**n, 20) for n in range(attempts - 1)]
    return attempts * (config.connect_timeout + config.read_timeout) + sum(backoffs_s)


@pytest.mark.usefixtures("region")
@pytest.mark.parametrize(
    ("step", "calls_of_bedrock"),
    [
        pytest.param("Submit", 4, id="create, list after a conflict, stop, get status"),
        pytest.param("Poll", 1, id="get status"),
    ],
)
def test_calls_to_a_silent_service_end_before_the_function_does(
    timeouts_s: dict[str, int], step: str, calls_of_bedrock: int
) -> None:
    # Not from the cache: no other test may get these clients.
    bedrock = longest_s(bedrock_client.__wrapped__())
    table = longest_s(table_resource.__wrapped__("runs").meta.client)

    # The first call to a silent table ends the function.
    assert calls_of_bedrock * bedrock + table < timeouts_s[step]


@pytest.mark.usefixtures("region")
def test_calls_to_a_silent_model_end_before_the_function_does(timeouts_s: dict[str, int]) -> None:
    config = runtime_client.__wrapped__().meta.config

    # One attempt: if only the answer was lost, a second call might be billed as well.
    assert config.retries["total_max_attempts"] == 1
    assert config.read_timeout == ANSWER_TIMEOUT_S
    # Some minutes remain in which calls may begin.
    assert timeouts_s["Invoke"] - ANSWER_TIMEOUT_S >= 240


def test_steps_that_read_or_write_whole_files_have_the_longest_timeout(
    timeouts_s: dict[str, int],
) -> None:
    short = {step for step, timeout_s in timeouts_s.items() if timeout_s < 900}

    assert short == {"Submit", "Poll"}
    assert {timeouts_s[step] for step in short} == {600}
