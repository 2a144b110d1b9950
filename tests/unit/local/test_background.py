import os
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from local.background import Background
from local.errors import LocalError
from local.stack import LocalStack


@pytest.fixture
def local_stack() -> LocalStack:
    emulator = SimpleNamespace(environment=lambda: {"AWS_REGION": "us-east-1", "X": "a b"})
    parts: Any = SimpleNamespace(
        stack=SimpleNamespace(name="Ours"), bedrock_url="http://b", emulator=emulator
    )
    return cast(LocalStack, parts)


def test_a_kept_stack_is_found_and_gone_afterwards(tmp_path: Path, local_stack: LocalStack) -> None:
    background = Background(tmp_path)

    with background.kept(local_stack, "simulated"):
        standing = background.standing()
    after = background.standing()

    assert standing is not None
    assert (standing.pid, standing.stack, standing.answers) == (os.getpid(), "Ours", "simulated")
    assert standing.exports() == [
        "export AWS_REGION=us-east-1",
        "export X='a b'",
        "export AWS_ENDPOINT_URL_BEDROCK=http://b",
        "export AWS_ENDPOINT_URL_BEDROCK_RUNTIME=http://b",
    ]
    assert after is None


def test_what_a_killed_stack_left_is_not_taken_for_one(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text('{"pid": 1}')

    assert Background(tmp_path).standing() is None
    assert Background(tmp_path).stop() is False


def test_a_second_stack_is_refused(tmp_path: Path, local_stack: LocalStack) -> None:
    background = Background(tmp_path)

    with (
        background.kept(local_stack, "simulated"),
        pytest.raises(LocalError, match="is up already"),
    ):
        background.start([])


def test_nobody_else_can_read_the_keys(tmp_path: Path, local_stack: LocalStack) -> None:
    with Background(tmp_path).kept(local_stack, "simulated"):
        mode = (tmp_path / "stack.json").stat().st_mode

    assert stat.S_IMODE(mode) == 0o600
