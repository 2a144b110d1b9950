"""The cache of cloud assemblies, with a CDK command line that is a short script."""

import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from local.assembly import assembling, fingerprint
from local.errors import DeploymentError

# Writes an assembly with one asset into the folder behind --output, and a line for each start.
CDK = f"""#!{sys.executable}
import json, os, pathlib, sys
out = pathlib.Path(sys.argv[sys.argv.index("--output") + 1])
(out / "asset.1" / "__pycache__").mkdir(parents=True)
(out / "asset.1" / "code.py").write_text(pathlib.Path("lambdas/code.py").read_text())
(out / "asset.1" / "__pycache__" / "code.pyc").write_text("bytecode")
files = {{
    "1": {{"source": {{"path": "asset.1", "packaging": "zip"}}}},
    "2": {{"source": {{"path": "S.template.json", "packaging": "file"}}}},
}}
(out / "S.template.json").write_text("{{}}")
(out / "S.assets.json").write_text(json.dumps({{"files": files}}))
with open("starts", "a") as starts:
    starts.write(f"{{os.getpid()}} {{' '.join(sys.argv[1:])}}\\n")
"""
SOURCES = (
    *("infrastructure/stack.py", "lambdas/code.py", "lambdas/requirements.txt", "app.py"),
    *("cdk.json", "requirements.txt", "package-lock.json", "local/assembly.py"),
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of a few files."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    made = tmp_path / "repository"
    for name in SOURCES:
        write(made / name, name)
    write_cdk(made, CDK)
    return made


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def write_cdk(root: Path, script: str) -> None:
    command = root / "node_modules" / ".bin" / "cdk"
    write(command, script)
    command.chmod(0o755)


def starts(root: Path) -> list[str]:
    """The lines that the command has left, one for each start."""
    file = root / "starts"
    return file.read_text().splitlines() if file.exists() else []


def assembly(root: Path, logs: Path, **context: str) -> Path:
    with assembling(context, logs, root) as ready:
        return ready()


@pytest.mark.parametrize("name", SOURCES)
def test_another_content_of_a_source_or_lock_gives_another_assembly(root: Path, name: str) -> None:
    before = fingerprint({}, root)

    write(root / name, "changed")

    assert fingerprint({}, root) != before


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda root: write(root / "lambdas/core/new.py", ""), id="a new source"),
        pytest.param(
            lambda root: (root / "lambdas/code.py").rename(root / "lambdas/other.py"), id="renamed"
        ),
        pytest.param(lambda root: (root / "lambdas/code.py").unlink(), id="deleted"),
        pytest.param(lambda root: write(root / "cdk.context.json", "{}"), id="looked-up context"),
        pytest.param(
            lambda root: write(root.parent / "home" / ".cdk.json", "{}"), id="the user's context"
        ),
    ],
)
def test_another_set_of_sources_gives_another_assembly(
    root: Path, change: Callable[[Path], None]
) -> None:
    before = fingerprint({}, root)

    change(root)

    assert fingerprint({}, root) != before


def test_another_context_gives_another_assembly(root: Path) -> None:
    contexts = [{}, {"a": "1"}, {"a": "2"}, {"b": "1"}]

    assert len({fingerprint(context, root) for context in contexts}) == 4


def test_bytecode_and_tests_give_no_other_assembly(root: Path) -> None:
    before = fingerprint({}, root)

    write(root / "lambdas/__pycache__/code.pyc", "")
    write(root / "tests/test_code.py", "")

    assert fingerprint({}, root) == before


def test_the_command_starts_once_while_nothing_changes(root: Path, logs: Path) -> None:
    first, second = assembly(root, logs), assembly(root, logs)

    assert first == second
    assert len(starts(root)) == 1
    assert starts(root)[0].endswith("-c bundle_for=machine -c rehearsal=true")


def test_a_changed_source_is_synthesized(root: Path, logs: Path) -> None:
    before = assembly(root, logs)
    write(root / "lambdas/code.py", "changed")

    after = assembly(root, logs)

    assert [unpacked(folder)["code.py"] for folder in (before, after)] == [
        "lambdas/code.py",
        "changed",
    ]


def test_an_asset_is_packed_with_its_bytecode_and_the_template_is_not_packed(
    root: Path, logs: Path
) -> None:
    folder = assembly(root, logs, a="1")

    assert sorted(unpacked(folder)) == ["__pycache__/code.pyc", "code.py"]
    assert (folder / "S.template.json").read_text() == "{}"
    assert starts(root)[0].endswith("-c a=1")


def unpacked(folder: Path) -> dict[str, str]:
    with zipfile.ZipFile(folder / "asset.1.zip") as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


def test_two_at_once_leave_one_whole_assembly(root: Path, logs: Path) -> None:
    with assembling({}, logs, root) as one, assembling({}, logs, root) as other:
        folders = one(), other()

    assert len(starts(root)) == 2
    assert folders[0] == folders[1]
    assert list((root / "build" / "assemblies").iterdir()) == [folders[0]]
    assert sorted(unpacked(folders[0])) == ["__pycache__/code.pyc", "code.py"]


def test_a_source_that_changes_meanwhile_keeps_the_assembly_out_of_the_cache(
    root: Path, logs: Path
) -> None:
    write_cdk(root, CDK + 'pathlib.Path("app.py").write_text("changed")\n')

    with assembling({}, logs, root) as ready:
        assert unpacked(ready())["code.py"] == "lambdas/code.py"

    assert list((root / "build" / "assemblies").iterdir()) == []


def test_a_command_that_fails_says_why_and_leaves_nothing(root: Path, logs: Path) -> None:
    write_cdk(root, f"#!{sys.executable}\nraise SystemExit('settings: no')\n")

    with pytest.raises(DeploymentError, match=r"cdk synth: settings: no; its log is .*synth.log"):
        assembly(root, logs)

    assert list((root / "build" / "assemblies").iterdir()) == []


def test_without_the_command_the_way_to_it_is_named(root: Path, logs: Path) -> None:
    (root / "node_modules/.bin/cdk").unlink()

    with pytest.raises(DeploymentError, match="`make setup` installs"):
        assembly(root, logs)


def test_a_command_that_nobody_waits_for_is_ended(root: Path, logs: Path) -> None:
    write_cdk(root, CDK + "import time\ntime.sleep(600)\n")

    with assembling({}, logs, root):
        deadline = time.monotonic() + 60
        while not starts(root) and time.monotonic() < deadline:
            time.sleep(0.02)

    [line] = starts(root)
    with pytest.raises(ProcessLookupError):
        os.kill(int(line.split()[0]), 0)


def test_the_command_finds_no_account_of_the_user_s(
    root: Path, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "work")
    shown = subprocess.list2cmdline([sys.executable])
    script = "import os; print({k: v for k, v in os.environ.items() if k[:4] == 'AWS_'})"
    write_cdk(root, f'#!/bin/sh\n{shown} -c "{script}"\nexit 1\n')

    with pytest.raises(DeploymentError):
        assembly(root, logs)

    variables = (logs / "synth.log").read_text()
    assert "work" not in variables
    assert variables.count(os.devnull) == 2


def test_the_assemblies_used_last_are_kept(root: Path, logs: Path) -> None:
    first = assembly(root, logs, number="0")
    others = [assembly(root, logs, number=str(number)) for number in range(1, 5)]
    for age, folder in enumerate([*reversed(others), first]):
        os.utime(folder, (0, 1_000_000 - age))

    assert assembly(root, logs, number="0") == first
    latest = assembly(root, logs, number="5")

    kept = set((root / "build" / "assemblies").iterdir())
    assert kept == {first, latest, *others[1:]}
