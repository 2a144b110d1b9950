"""What local/emulation adds to ministack's Step Functions is still missing there.

A test that fails here says that ministack does it itself now: delete what imitates it.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local.emulator import PYTHON

PROGRAM = Path(__file__).with_name("plain_ministack.py")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("ministack")
    environment = {
        "AUTH": "false",
        "MINISTACK_REGION": "us-east-1",
        "SFN_WAIT_SCALE": "1",
        "STATE_DIR": str(folder),
        "PATH": os.environ["PATH"],
    }
    return json.loads(subprocess.check_output([PYTHON, "-P", PROGRAM], env=environment, cwd=folder))


def test_it_serves_no_redrive_and_describes_none(plain: Any) -> None:
    """executions.Redrives."""
    assert plain["redrive"]["__type"] == "InvalidAction"
    assert plain["redriveStatus"] is None


def test_it_lets_an_execution_outlive_its_time_limit(plain: Any) -> None:
    """executions.Executions._limit."""
    assert plain["TimeoutSeconds"] == "SUCCEEDED"


def test_it_lets_children_outlive_a_parent_that_was_stopped(plain: Any) -> None:
    """map_runs."""
    assert plain["child of a stopped map"] == "SUCCEEDED"


def test_it_ignores_the_path_of_a_map_s_concurrency(plain: Any) -> None:
    """map_runs._max_concurrency."""
    assert plain["MaxConcurrencyPath"] == 0
