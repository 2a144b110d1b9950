import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.deployment import Deployment, deploy
from local.emulator import Emulator
from local.errors import DeploymentError
from selfconsistency.bedrock.answers.answer_key import read_answer_key
from selfconsistency.bedrock.answers.simulated import Simulated

ROOT = Path(__file__).parents[2]


def living_of_group(leader: int) -> list[int]:
    """Return the processes of a group that live; one that only waits to be reaped does not."""
    listing = subprocess.check_output(["ps", "-axo", "pid=,pgid=,stat="], text=True)
    lines = [line.split() for line in listing.splitlines()]
    return [int(pid) for pid, group, state in lines if int(group) == leader and state[0] != "Z"]


def wait_until(condition: Callable[[], Any], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it has not come about"
        time.sleep(0.05)


def test_two_emulators_side_by_side_know_nothing_of_each_other() -> None:
    with Emulator() as one, Emulator() as other:
        one.connection().s3().create_bucket(Bucket="only-in-one")

        buckets = [each.connection().s3().list_buckets()["Buckets"] for each in (one, other)]

    assert [len(found) for found in buckets] == [1, 0]


def test_a_stopped_emulator_leaves_nothing_behind() -> None:
    with Emulator() as emulator:
        leader, folder = emulator.pid, emulator.folder

    assert living_of_group(leader) == []
    assert not folder.exists()


def test_an_emulator_that_does_not_start_says_why(tmp_path: Path) -> None:
    emulator = Emulator(log_file=tmp_path / "log")
    (emulator.folder / "key.pem").write_text("no key")

    with pytest.raises(Exception, match=r"did not start .*SSL"):
        emulator.start()

    assert not emulator.folder.exists()


def test_a_caller_without_rights_is_denied() -> None:
    with Emulator() as emulator:
        iam = emulator.connection().iam()
        iam.create_user(UserName="nobody")
        key = iam.create_access_key(UserName="nobody")["AccessKey"]
        nobody = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="us-east-1")
        s3 = nobody.client("s3", endpoint_url=emulator.url, verify=str(emulator.ca_file))

        with pytest.raises(ClientError, match="AccessDenied"):
            s3.create_bucket(Bucket="denied")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_an_emulator_does_not_outlive_its_starter(how: signal.Signals) -> None:
    script = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.default_int_handler)\n"
        "from local.emulator import Emulator\n"
        "with Emulator() as e: print(e.pid, e.folder, flush=True); time.sleep(60)"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    )
    assert starter.stdout is not None
    leader, folder = starter.stdout.readline().split()

    os.kill(starter.pid, how)
    starter.communicate()

    wait_until(lambda: not living_of_group(int(leader)))
    wait_until(lambda: not Path(folder).exists())


def test_a_setting_that_is_none_stops_the_deployment_with_the_app_s_own_words(
    tmp_path: Path,
) -> None:
    with Emulator() as emulator, pytest.raises(DeploymentError) as refusal:
        deploy(emulator, Deployment(tmp_path, context={"no_such": "1"}))

    assert "'no_such' is not a setting" in str(refusal.value)
    assert str(tmp_path / "synth.log") in str(refusal.value)


def test_a_run_goes_through_the_deployed_app(deployed: Any, questions: Callable[..., Path]) -> None:
    asked = questions(120)
    known = Simulated(read_answer_key(asked))

    ended = deployed.run(asked, {"temperatures": [0.7], "paths": 3}, source=known)

    assert ended.run.status == "succeeded", ended.run.message
    assert [setting["setting"] for setting in ended.report["settings"]] == ["greedy", "T0.7"]
    assert len(ended.votes) == 2 * 120


def test_functions_die_with_the_emulator(questions: Callable[..., Path]) -> None:
    code = questions(1, "handler.py")
    code.write_text("import time\ndef handler(event, context):\n    time.sleep(60)\n")
    with Emulator() as emulator:
        leader = emulator.pid
        invoke_for_ever(emulator, code)
        wait_until(lambda: len(living_of_group(leader)) > 1)

    assert living_of_group(leader) == []


def invoke_for_ever(emulator: Emulator, code: Path) -> None:
    """Have a function of the emulator sleep."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as packing:
        packing.write(code, "handler.py")
    connection = emulator.connection()
    role = connection.iam().create_role(RoleName="r", AssumeRolePolicyDocument="{}")["Role"]
    functions = connection.session.client(
        "lambda", endpoint_url=emulator.url, verify=str(emulator.ca_file)
    )
    functions.create_function(
        FunctionName="sleeper",
        Runtime="python3.13",
        Role=role["Arn"],
        Handler="handler.handler",
        Code={"ZipFile": packed.getvalue()},
    )
    functions.invoke(FunctionName="sleeper", InvocationType="Event")
