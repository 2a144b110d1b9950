"""Who may import whom: the table of docs/architecture.md."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = (
    "app",
    "benchmarks",
    "selfconsistency",
    "infrastructure",
    "lambdas",
    "local",
    "scripts",
    "tests",
)
AWS_SDK = ("boto3", "botocore")
SURROUNDINGS = (*AWS_SDK, "aws_lambda_powertools", "os")
ENVIRONMENT = "lambdas.contract.environment"


@dataclass(frozen=True, slots=True)
class Rule:
    """What a part may import of the project besides itself, and what of elsewhere it may not."""

    part: str
    may: tuple[str, ...]
    never: tuple[str, ...] = ()


RULES = (
    Rule("app", may=("infrastructure",)),
    Rule("selfconsistency", may=("lambdas.contract", "lambdas.core")),
    Rule("infrastructure", may=("lambdas.contract",)),
    Rule("lambdas.contract", may=(), never=(*AWS_SDK, "aws_lambda_powertools")),
    Rule(ENVIRONMENT, may=("lambdas.contract",), never=SURROUNDINGS[:-1]),
    Rule("lambdas.core", may=("lambdas.contract",), never=(*SURROUNDINGS, ENVIRONMENT)),
    Rule("lambdas.aws", may=("lambdas.core", "lambdas.contract")),
    Rule(
        "lambdas.handlers", may=("lambdas.aws", "lambdas.core", "lambdas.contract"), never=AWS_SDK
    ),
    Rule(
        "selfconsistency.one_process",
        may=("selfconsistency", "lambdas"),
    ),
    Rule("local", may=("infrastructure", "selfconsistency", "lambdas.contract")),
    Rule("selfconsistency.bedrock", may=()),
    Rule("scripts", may=("lambdas.core", "lambdas.contract")),
)


# The folders and single files of core in the order of the flow: each may import those before it.
ORDER = (
    *("errors", "text", "prices", "statistics", "job_status", "service_errors"),
    *(
        "models",
        "on_demand",
        "on_demand_worker",
        "question",
        "answers",
        "dataset",
        "prompts",
        "sampling",
    ),
    *("requests", "outputs", "voting", "costs", "pilot", "report"),
    *("survey", "preflight", "planning", "job_clock", "run_failure"),
)


def offences(module: str, source: str) -> list[str]:
    """Return the imports of a module that the rule of its part does not allow."""
    rule = max(
        (rule for rule in RULES if _below(module, rule.part)), key=lambda rule: len(rule.part)
    )
    return [name for name in _imported(module, source) if not _allowed(name, rule)]


def disorder(module: str, source: str) -> list[str]:
    """Return what a module of core imports of folders that are not before its own."""
    place = ORDER.index(module.split(".")[2])
    folders = {
        name.split(".")[2] for name in _imported(module, source) if _below(name, "lambdas.core")
    }
    return sorted(folder for folder in folders if folder not in ORDER[: place + 1])


def _allowed(name: str, rule: Rule) -> bool:
    if _below(name, *rule.never):
        return False
    return not _below(name, *PROJECT) or _below(name, rule.part, *rule.may)


def _imported(module: str, source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = module.split(".")[: -node.level] if node.level else []
            origin = [*parents, node.module] if node.module else parents
            yield from (".".join([*origin, alias.name]) for alias in node.names)


def _below(name: str, *parts: str) -> bool:
    return any(name == part or name.startswith(f"{part}.") for part in parts)


def _modules(prefix: str = "") -> Iterator[str]:
    for path in sorted([ROOT / "app.py", *ROOT.glob("*/**/*.py")]):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        if not module.startswith(prefix) or (prefix and path.name == "__init__.py"):
            continue
        if path.exists() and any(_below(module, rule.part) for rule in RULES):
            yield module


@pytest.mark.parametrize("module", [*_modules()])
def test_a_module_imports_only_what_its_part_may(module: str) -> None:
    source = (ROOT / Path(*module.split("."))).with_suffix(".py").read_text(encoding="utf-8")

    assert offences(module, source) == []


@pytest.mark.parametrize("module", [*_modules("lambdas.core.")])
def test_a_folder_of_core_imports_only_those_before_it(module: str) -> None:
    source = (ROOT / Path(*module.split("."))).with_suffix(".py").read_text(encoding="utf-8")

    assert disorder(module, source) == []


@pytest.mark.parametrize(
    ("module", "source", "found"),
    [
        pytest.param(
            "lambdas.core.answers.numeric",
            "from lambdas.core.voting.majority import majority",
            ["voting"],
            id="to its right",
        ),
        pytest.param(
            "lambdas.core.report.build", "from lambdas.core.planning import survey", ["planning"]
        ),
        pytest.param("lambdas.core.errors", "from lambdas.core import text", ["text"]),
        pytest.param(
            "lambdas.core.voting.sums", "from lambdas.core.voting.tally import VoteCounts", []
        ),
        pytest.param("lambdas.core.costs.loads", "from lambdas.core.prices import prices_of", []),
    ],
)
def test_an_import_against_the_order_is_noticed(module: str, source: str, found: list[str]) -> None:
    assert disorder(module, source) == found


@pytest.mark.parametrize(
    ("module", "source", "offence"),
    [
        pytest.param("lambdas.core.voting.vote", "import boto3", "boto3", id="core: SDK"),
        pytest.param(
            "lambdas.core.voting.vote", "import os.path", "os.path", id="core: module of os"
        ),
        pytest.param(
            "lambdas.core.voting.vote", "from os import environ", "os.environ", id="core: env"
        ),
        pytest.param(
            "lambdas.core.voting.vote",
            "from lambdas.contract.environment import environment",
            "lambdas.contract.environment.environment",
            id="core: env by way of the contract",
        ),
        pytest.param(
            "lambdas.core.voting.vote",
            "from aws_lambda_powertools import Logger",
            "aws_lambda_powertools.Logger",
            id="core: logger",
        ),
        pytest.param(
            "lambdas.core.models.nova",
            "from ...aws import store",
            "lambdas.aws.store",
            id="core: relative import",
        ),
        pytest.param(
            "lambdas.handlers.poll",
            "def f():\n    from botocore.exceptions import ClientError",
            "botocore.exceptions.ClientError",
            id="handler: SDK inside a function",
        ),
        pytest.param(
            "lambdas.aws.table",
            "import selfconsistency.runs",
            "selfconsistency.runs",
            id="aws: selfconsistency",
        ),
        pytest.param(
            "infrastructure.steps", "from lambdas import core", "lambdas.core", id="stack: core"
        ),
        pytest.param("selfconsistency.runs", "import local", "local", id="selfconsistency: local"),
        pytest.param(
            "selfconsistency.runs",
            "import lambdas",
            "lambdas",
            id="selfconsistency: all of lambdas",
        ),
        pytest.param(
            "local.__main__",
            "from lambdas.core.errors import RequestError",
            "lambdas.core.errors.RequestError",
            id="local: core",
        ),
        pytest.param(
            "selfconsistency.bedrock.server",
            "from lambdas.contract import Table",
            "lambdas.contract.Table",
            id="bedrock: contract",
        ),
    ],
)
def test_an_import_against_the_table_is_found(module: str, source: str, offence: str) -> None:
    assert offences(module, source) == [offence]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        pytest.param("lambdas.aws.table", "import boto3", id="aws: SDK"),
        pytest.param(
            "lambdas.core.statistics.curve", "from .vote import plurality", id="core: itself"
        ),
        pytest.param("lambdas.core.plan", "from lambdas import contract", id="core: contract"),
        pytest.param("lambdas.core.plan", "import oscar", id="core: a name that begins like os"),
        pytest.param(
            "selfconsistency.bedrock.jobs", "from .job import Job", id="Bedrock emulator: itself"
        ),
        pytest.param("infrastructure.stack", "import aws_cdk", id="stack: CDK"),
    ],
)
def test_an_import_of_the_table_passes(module: str, source: str) -> None:
    assert offences(module, source) == []
