"""Bootstrap, synthesize and deploy the app with the pinned CDK command line, as on AWS."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from local.emulator import REGION, Emulator
from local.errors import DeploymentError
from local.subprocesses import environment_without_aws, kept_environment, kill_group, tail
from selfconsistency.connection import Stack

ROOT = Path(__file__).resolve().parent.parent
_CDK = ROOT / "node_modules" / ".bin" / "cdk"
_TIMEOUT_S = 600
_FIXED_CONTEXT = {"bundle_for": "machine", "rehearsal": "true"}


@dataclass(frozen=True, slots=True)
class Deployment:
    """What `deploy` needs to know of the app; the defaults are this repository's.

    Attributes:
        app_folder: where `cdk.json` lies.
        context: context values beyond the stack's defaults, as `-c` would give them.
        logs: the folder that receives `bootstrap.log`, `synth.log` and `deploy.log`.
    """

    logs: Path
    app_folder: Path = ROOT
    context: Mapping[str, str] | None = None


def deploy(emulator: Emulator, deployment: Deployment) -> Stack:
    """Deploy the unmodified app to a running emulator and return the stack's outputs.

    Raises:
        DeploymentError: a command failed; the message has its complaint and where its log is.
    """
    if not _CDK.exists():
        raise DeploymentError(f"{_CDK} is missing: `make setup` installs the CDK command line")
    assembly = emulator.folder / "cdk.out"
    outputs_file = emulator.folder / "outputs.json"
    context = {**_FIXED_CONTEXT, **(deployment.context or {})}
    values = [part for name, value in context.items() for part in ("-c", f"{name}={value}")]
    account = emulator.account_id()

    commands = _Commands(emulator, deployment.logs)
    with commands.started("synth", deployment.app_folder, "--quiet", "--output", assembly, *values):
        # From a folder without an app: bootstrapping would synthesize it once more.
        commands.run("bootstrap", emulator.folder, f"aws://{account}/{REGION}")
    commands.run(
        "deploy",
        emulator.folder,
        *("--app", assembly, "--require-approval", "never", "--outputs-file", outputs_file),
    )
    [(name, outputs)] = json.loads(outputs_file.read_bytes()).items()
    return Stack.of_outputs(name, outputs)


class _Commands:
    """Runs CDK commands against one emulator; each has its log."""

    def __init__(self, emulator: Emulator, logs: Path) -> None:
        self._emulator = emulator
        self._logs = logs

    def run(self, name: str, folder: Path, *arguments: str | Path) -> None:
        """Run a command to its end."""
        with self.started(name, folder, *arguments):
            pass

    @contextlib.contextmanager
    def started(self, name: str, folder: Path, *arguments: str | Path) -> Iterator[None]:
        """Run a command beside the body; it has succeeded when the block is left."""
        log_file = self._logs / f"{name}.log"
        command = [str(part) for part in (_CDK, "--no-notices", name, *arguments)]
        with log_file.open("wb") as log:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment(name),
                cwd=folder,
                start_new_session=True,
            )
        try:
            yield
            status = child.wait(_TIMEOUT_S)
        except subprocess.TimeoutExpired as error:
            raise DeploymentError(
                f"cdk {name} did not end within {_TIMEOUT_S} s; its log is {log_file}"
            ) from error
        finally:
            kill_group(child)
        if status:
            raise DeploymentError(f"cdk {name}: {tail(log_file, 3)}; its log is {log_file}")

    def _environment(self, name: str) -> dict[str, str]:
        # Synthesizing may install the functions' dependencies, with this machine's pip settings
        # and proxies; the other commands talk to loopback alone.
        outer = environment_without_aws() if name == "synth" else kept_environment()
        emulator, tools = self._emulator, Path(sys.executable).parent
        return {
            **outer,
            **emulator.environment(),
            "PATH": f"{tools}:{outer['PATH']}",
            "NO_PROXY": "localhost,127.0.0.1",
            "NODE_EXTRA_CA_CERTS": str(emulator.ca_file),
            "CDK_HOME": str(emulator.folder / "cdk-home"),
            "CDK_DISABLE_VERSION_CHECK": "1",
            "CDK_DISABLE_CLI_TELEMETRY": "true",
            "CI": "1",
            "NO_COLOR": "1",
        }
