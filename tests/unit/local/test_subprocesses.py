import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.subprocesses import environment_without_aws, kept_environment, kill_group, tail


def test_the_tail_of_a_log_is_one_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("one\n\ntwo  \nthree\n")

    assert tail(log, 2) == "two | three"


def test_an_absent_log_is_told(tmp_path: Path) -> None:
    assert tail(tmp_path / "log") == f"nothing in {tmp_path / 'log'}"


def test_nothing_of_another_aws_reaches_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://elsewhere")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")

    assert "AWS_ENDPOINT_URL" not in kept_environment() | environment_without_aws()
    assert "HTTPS_PROXY" not in kept_environment()
    assert environment_without_aws()["HTTPS_PROXY"] == "http://proxy"


def test_a_group_dies_with_its_leader() -> None:
    script = "import subprocess, sys; print(subprocess.Popen(['sleep', '60']).pid, flush=True)"
    leader = subprocess.Popen(
        [sys.executable, "-c", f"{script}; sys.stdin.read()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert leader.stdout is not None
    follower = int(leader.stdout.readline())

    kill_group(leader)

    leader.stdout.close()
    assert leader.returncode == -signal.SIGKILL
    assert not is_running(follower)


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        return stat.read_text().rpartition(")")[2].split()[0] not in "ZX"
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc").exists()
