import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infrastructure import bundling
from infrastructure.app import make_app, make_template
from infrastructure.bundling import BundlingError
from infrastructure.settings import Settings
from lambdas.contract import METRICS_NAMESPACE, STEPS, Env
from lambdas.core.reporting.library import LIBRARY

Found = Callable[[str], dict[str, Any]]

ROOT = Path(__file__).parents[2]
MEMORY_MIB = {"Plan": 1769, "Collect": 1024, "Vote": 1024, "Report": 1769}
EVERYWHERE = {
    Env.BUCKET,
    Env.TABLE,
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_LOG_LEVEL",
}
OWN = {
    "Plan": {
        Env.DEFAULT_MODEL,
        Env.JOBS_AT_ONCE,
        Env.MIN_RECORDS,
        Env.MAX_RECORDS,
        Env.MAX_INPUT_MIB,
    },
    "Invoke": {Env.ON_DEMAND_AT_ONCE, Env.POLL_EVERY_S},
    "Submit": {Env.BATCH_ROLE_ARN, Env.POLL_EVERY_S, Env.JOB_TIMEOUT_H},
    "Poll": {Env.POLL_EVERY_S, Env.JOB_TIMEOUT_H},
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


def test_functions_and_layer_are_of_one_runtime_and_architecture(
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


def test_functions_keep_within_their_memory_and_are_traced(functions: dict[str, Any]) -> None:
    for name, function in functions.items():
        assert function["MemorySize"] == MEMORY_MIB.get(name, 512)
        assert function["TracingConfig"] == {"Mode": "Active"}


def test_each_function_has_its_own_role_and_log(functions: dict[str, Any]) -> None:
    roles = {json.dumps(function["Role"]) for function in functions.values()}
    logs = {json.dumps(function["LoggingConfig"]) for function in functions.values()}

    assert len(roles) == len(logs) == len(STEPS)


def test_logs_go_after_their_time_and_with_the_stack(of_type: Found) -> None:
    for log_group in of_type("AWS::Logs::LogGroup").values():
        assert log_group["Properties"]["RetentionInDays"] == Settings().log_days
        assert log_group["DeletionPolicy"] == "Delete"


@pytest.mark.parametrize("step", STEPS)
def test_a_function_is_told_what_it_reads(functions: dict[str, Any], step: str) -> None:
    assert set(variables(functions[step])) == EVERYWHERE | OWN.get(step, set())


def test_settings_arrive_at_the_functions() -> None:
    chosen = {
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
    }

    text = json.dumps(make_template(chosen)["Resources"])

    for name in (Env.DEFAULT_MODEL, Env.JOBS_AT_ONCE, Env.MIN_RECORDS, Env.MAX_RECORDS):
        assert f'"{name}": "{chosen[name.lower()]}"' in text
    assert f'"{Env.MAX_INPUT_MIB}": "5"' in text
    assert f'"{Env.ON_DEMAND_AT_ONCE}": "6"' in text
    assert f'"{Env.POLL_EVERY_S}": "9"' in text
    assert text.count(f'"{Env.JOB_TIMEOUT_H}": "96"') == 2
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


def test_the_code_is_the_lambdas_package_and_the_chart_library(code: Path) -> None:
    files = {str(path.relative_to(code)) for path in code.rglob("*") if path.is_file()}

    assert {file for file in files if not file.startswith("lambdas/")} == {LIBRARY}
    assert not [file for file in files if re.search(r"__pycache__|\.pyc$|requirements", file)]
    assert {f"lambdas/handlers/{module}.py" for module in STEPS.values()} <= files
    assert "lambdas/contract/names.py" in files


def test_a_function_finds_the_chart_library_where_its_code_lies(code: Path) -> None:
    library = "from lambdas.core.reporting import library; print(library.chart_library()[:200])"

    # From the folder that was uploaded, not from the checkout.
    told = subprocess.run(
        [sys.executable, "-B", "-c", library], cwd=code, check=True, capture_output=True, text=True
    )

    assert "Chart.js v4.6.1" in told.stdout
    assert "MIT" in told.stdout


def test_a_checkout_without_the_chart_library_is_not_deployed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundling, "ROOT", tmp_path)

    with pytest.raises(BundlingError, match=r"chart\.umd\.min\.js is missing; run make setup"):
        make_app()
