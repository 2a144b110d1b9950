import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from infrastructure import bundling
from infrastructure.bundling import SERVICES, BundlingError, PipBundling, prune

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """boto3 and what it needs, as pip installs them, pruned."""
    folder = tmp_path_factory.mktemp("layer") / "python"
    for name in ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3"):
        source = Path(str(distribution("boto3").locate_file(name)))
        shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(Path(str(distribution("six").locate_file("six.py"))), folder)
    (folder / "bin").mkdir()
    (folder / "boto3" / "tests").mkdir()
    prune(folder)
    return folder


def test_the_pruned_layer_can_create_every_client_of_the_functions(
    packages: Path,
) -> None:
    script = f"""
import boto3
session = boto3.Session(region_name="us-east-1")
assert boto3.__file__.startswith({str(packages)!r})
for service in {sorted(SERVICES)!r}:
    session.client(service)
session.resource("dynamodb").Table("runs")
"""

    subprocess.run(
        [sys.executable, "-S", "-c", script],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(packages)},
        check=True,
    )


def test_models_of_other_services_scripts_and_tests_are_removed(packages: Path) -> None:
    models = packages / "botocore" / "data"
    assert {folder.name for folder in models.iterdir() if folder.is_dir()} == SERVICES
    assert (models / "endpoints.json").exists()
    assert not (packages / "bin").exists()
    assert not (packages / "boto3" / "tests").exists()


def test_the_layer_has_the_model_of_every_service_that_the_functions_call() -> None:
    called = {
        service
        for source in (ROOT / "lambdas").rglob("*.py")
        for service in re.findall(r"\b(?:client|resource)\(\s*\"([\w-]+)\"", source.read_text())
    }

    assert "bedrock-runtime" in called
    assert called <= SERVICES


def test_no_package_of_the_layer_is_for_certain_interpreters_only() -> None:
    """pip evaluates markers for the interpreter that runs it, not for Lambda's."""
    locked = (ROOT / "lambdas" / "requirements.txt").read_text().splitlines()

    assert not [line for line in locked if ";" in line]


def test_an_error_of_pip_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "CACHE", tmp_path / "cache")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("boto3==1.43.106\n")

    with pytest.raises(BundlingError, match="--require-hashes"):
        PipBundling(requirements, platform="lambda").try_bundle(str(tmp_path), None)

    assert list((tmp_path / "cache").iterdir()) == []


def test_the_layer_is_filled_again_only_when_it_would_differ(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("one")
    before = PipBundling(requirements, platform="lambda").fingerprint()
    again = PipBundling(requirements, platform="lambda").fingerprint()
    here = PipBundling(requirements, platform="machine").fingerprint()
    requirements.write_text("two")
    after = PipBundling(requirements, platform="lambda").fingerprint()

    assert before == again
    assert len({before, here, after}) == 3


def test_a_cached_layer_is_used_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundling, "CACHE", tmp_path / "cache")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("nothing that pip could read")
    pip = PipBundling(requirements, platform="lambda")
    cached = tmp_path / "cache" / pip.fingerprint() / "python"
    cached.mkdir(parents=True)
    (cached / "six.py").touch()

    assert pip.try_bundle(str(tmp_path / "layer"), None)
    assert (tmp_path / "layer" / "python" / "six.py").exists()
