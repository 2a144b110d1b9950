"""The functions' code, and the layer that pip fills for Lambda's platform or this machine."""

import compileall
import hashlib
import py_compile
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal

import jsii
from aws_cdk import IgnoreMode, ILocalBundling
from aws_cdk import aws_lambda as lambda_

Platform = Literal["lambda", "machine"]

PYTHON_VERSION: Final = "3.14"
ROOT: Final = Path(__file__).resolve().parent.parent
# Filled layers are cached here by fingerprint, so that each change is downloaded once.
CACHE: Final = ROOT / "build" / "layers"
# Amazon Linux 2023 has glibc 2.34, so wheels built for these run there.
_PLATFORMS: Final = ("manylinux2014_aarch64", "manylinux_2_17_aarch64", "manylinux_2_28_aarch64")
# botocore's models of the other 400 services are half of the layer, and no function opens them.
SERVICES: Final = frozenset(
    {"bedrock", "bedrock-runtime", "dynamodb", "s3", "stepfunctions", "sts"}
)


class BundlingError(Exception):
    """Code or layer cannot be built; the message says why, or quotes pip."""


@jsii.implements(ILocalBundling)
class PipBundling:
    """What CDK calls instead of Docker to fill the layer."""

    def __init__(self, requirements: Path, *, platform: Platform) -> None:
        self._requirements = requirements
        self._platform = platform

    def fingerprint(self) -> str:
        """Return a digest of everything that the layer's content depends on."""
        digest = hashlib.sha256(self._requirements.read_bytes())
        digest.update(Path(__file__).read_bytes())
        digest.update(self._platform.encode())
        if self._platform == "machine":
            digest.update(f"{sysconfig.get_platform()} {sys.version}".encode())
        return digest.hexdigest()

    def try_bundle(self, output_dir: str, _options: Any) -> bool:
        """Fill the folder that becomes the layer, from the cache if possible.

        Raises:
            BundlingError: pip failed, for instance without a network.
        """
        cached = CACHE / self.fingerprint()
        if not cached.exists():
            CACHE.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=CACHE) as fresh:
                self._fill(Path(fresh, "layer", "python"))
                # Atomic. If another process was faster, its layer is just as good.
                with suppress(OSError):
                    Path(fresh, "layer").rename(cached)
        shutil.copytree(cached, output_dir, dirs_exist_ok=True)
        return True

    def _fill(self, packages: Path) -> None:
        self._install(packages)
        prune(packages)
        if self._platform == "machine":
            # Unzipping a layer changes file times, so only unchecked bytecode stays valid.
            unchecked = py_compile.PycInvalidationMode.UNCHECKED_HASH
            compileall.compile_dir(packages, quiet=2, invalidation_mode=unchecked)

    def _install(self, packages: Path) -> None:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--no-deps"]
        command += ["--disable-pip-version-check", "--require-hashes", "--only-binary=:all:"]
        command += ["--requirement", str(self._requirements), "--target", str(packages)]
        if self._platform == "lambda":
            command += ["--python-version", PYTHON_VERSION, "--implementation", "cp"]
            command += [part for name in _PLATFORMS for part in ("--platform", name)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BundlingError(f"pip ended with {done.returncode}: {done.stderr.strip()}")


def prune(packages: Path) -> None:
    """Remove what no function opens: scripts, tests, bytecode, models of other services."""
    models = packages / "botocore" / "data"
    for folder in models.iterdir():
        if folder.is_dir() and folder.name not in SERVICES:
            shutil.rmtree(folder)
    for folder in (packages / "bin", *packages.glob("*/tests"), *packages.rglob("__pycache__")):
        shutil.rmtree(folder, ignore_errors=True)


def own_code() -> lambda_.Code:
    """Return `lambdas`, at its path in the repository."""
    return lambda_.Code.from_asset(
        str(ROOT),
        ignore_mode=IgnoreMode.GIT,
        exclude=["/*", "!/lambdas", "__pycache__", "/lambdas/requirements.*"],
    )
