"""The cloud assembly that is deployed: from the cache, or synthesized by the CDK command line."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from local.errors import DeploymentError
from local.settings import FIXED_CONTEXT
from local.subprocesses import environment_without_aws, kill_group, tail

ROOT: Final = Path(__file__).resolve().parent.parent
# Finished assemblies by digest, so that neither Node nor the CDK starts while nothing changes.
_CACHE = Path("build", "assemblies")
_CDK = Path("node_modules", ".bin", "cdk")
_KEPT = 6
_TIMEOUT_S = 600
# What an assembly depends on: the stack and its settings, the functions' code, what both are made
# with, and what makes it.
_SOURCES = (
    *("infrastructure", "lambdas", "app.py", "cdk.json", "cdk.context.json"),
    *("requirements.txt", "package-lock.json", "local/assembly.py"),
)
_EARLIEST = (1980, 1, 1, 0, 0, 0)


@contextmanager
def assembling(
    context: Mapping[str, str], logs: Path, root: Path = ROOT
) -> Iterator[Callable[[], Path]]:
    """Make the app's assembly beside the body, unless it is in the cache.

    Args:
        context: context values beyond the stack's defaults, as `-c` would give them.
        logs: the folder that receives `synth.log`.
        root: the repository.

    Yields:
        A function that waits for the assembly and returns its folder, with each asset that is to
        be packed as a zip file. It raises DeploymentError if the command fails.
    """
    values = {**FIXED_CONTEXT, **context}
    cache = root / _CACHE
    folder = cache / fingerprint(values, root)
    if folder.exists():
        os.utime(folder)
        yield lambda: folder
        return
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as fresh:
        made = Path(fresh, "assembly")
        with _synthesizing(root, made, values, logs / "synth.log") as wait:

            def ready() -> Path:
                wait()
                _pack_assets(made)
                # A source that has changed meanwhile may be in it or not.
                same = fingerprint(values, root) == folder.name
                return _kept(made, folder) if same else made

            yield ready


def fingerprint(context: Mapping[str, str], root: Path = ROOT) -> str:
    """Return a digest of everything that an assembly depends on."""
    digest = hashlib.sha256(json.dumps(dict(context), sort_keys=True).encode())
    digest.update(f"{sys.version} {sysconfig.get_platform()} {platform.machine()}".encode())
    # The command line also reads context from there.
    for source in (*(root / name for name in _SOURCES), Path.home() / ".cdk.json"):
        for file in _files(source):
            content = hashlib.sha256(file.read_bytes()).hexdigest()
            digest.update(f"{file.relative_to(source.parent)} {content}\n".encode())
    return digest.hexdigest()


def file_assets(assembly: Path) -> list[dict[str, Any]]:
    """Return the entries of an assembly's asset manifests, as the CDK wrote them."""
    manifests = sorted(assembly.glob("*.assets.json"))
    return [
        entry
        for manifest in manifests
        for entry in json.loads(manifest.read_bytes())["files"].values()
    ]


def packed_file(assembly: Path, asset: Mapping[str, Any]) -> Path:
    """Return the file of an asset as it is uploaded."""
    source = asset["source"]
    return Path(assembly, source["path"] + (".zip" if source["packaging"] == "zip" else ""))


def _files(source: Path) -> Iterator[Path]:
    """Yield a file, or those below a folder in order, without bytecode."""
    if source.is_file():
        yield source
    for folder, folders, names in os.walk(source):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        yield from (Path(folder, name) for name in sorted(names))


@contextmanager
def _synthesizing(
    root: Path, made: Path, context: Mapping[str, str], log_file: Path
) -> Iterator[Callable[[], None]]:
    """Run the command beside the body; yields what waits until it has succeeded."""
    cdk = root / _CDK
    if not cdk.exists():
        raise DeploymentError(f"{cdk} is missing: `make setup` installs the CDK command line")
    values = [part for name, value in context.items() for part in ("-c", f"{name}={value}")]
    with log_file.open("wb") as log:
        child = subprocess.Popen(
            [str(cdk), "--no-notices", "synth", "--quiet", "--output", str(made), *values],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=_environment(made.parent),
            cwd=root,
            start_new_session=True,
        )
    try:
        yield lambda: _wait(child, log_file)
    finally:
        kill_group(child)


def _wait(child: "subprocess.Popen[bytes]", log_file: Path) -> None:
    try:
        status = child.wait(_TIMEOUT_S)
    except subprocess.TimeoutExpired as error:
        raise DeploymentError(
            f"cdk synth did not end within {_TIMEOUT_S} s; its log is {log_file}"
        ) from error
    if status:
        raise DeploymentError(f"cdk synth: {tail(log_file, 3)}; its log is {log_file}")


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment in which the command finds pip's settings, but no AWS account."""
    outer = environment_without_aws()
    return {
        **outer,
        "PATH": f"{Path(sys.executable).parent}:{outer['PATH']}",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CDK_HOME": str(folder / "cdk-home"),
        "CDK_DISABLE_VERSION_CHECK": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CI": "1",
        "NO_COLOR": "1",
    }


def _pack_assets(assembly: Path) -> None:
    """Put a zip file in the place of each folder that is to be uploaded as one."""
    for asset in file_assets(assembly):
        if asset["source"]["packaging"] == "zip":
            _pack(assembly / asset["source"]["path"], packed_file(assembly, asset))


def _pack(folder: Path, zip_file: Path) -> None:
    """Replace a folder by a zip file in which nothing depends on the time."""
    with zipfile.ZipFile(zip_file, "w") as packed:
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            member = zipfile.ZipInfo(str(file.relative_to(folder)), _EARLIEST)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = file.stat().st_mode << 16
            packed.writestr(member, file.read_bytes())
    shutil.rmtree(folder)


def _kept(made: Path, folder: Path) -> Path:
    """Move an assembly to its place in the cache."""
    # Atomic. If another process was faster, its assembly is just as good.
    with suppress(OSError):
        made.rename(folder)
    _prune(folder.parent)
    return folder


def _prune(cache: Path) -> None:
    """Keep the assemblies, and unfinished ones, that were used last."""
    for folder in sorted(cache.iterdir(), key=_used_at)[:-_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)


def _used_at(folder: Path) -> float:
    # Another process may prune as well.
    with suppress(FileNotFoundError):
        return folder.stat().st_mtime
    return 0.0
