import io
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from local.assembly import assembling
from local.deployment import deploy
from local.emulator import Emulator
from local.errors import DeploymentError
from local.settings import FIXED_CONTEXT
from local.stack import LocalStack, LocalStackSettings
from local.subprocesses import environment_without_aws
from selfconsistency.bedrock.answers.answer_key import read_answer_key
from selfconsistency.bedrock.answers.simulated import Simulated
from selfconsistency.connection import find_stack
from tests.unit.selfconsistency.loopback import chat, serving

ROOT = Path(__file__).parents[2]
CDK = ROOT / "node_modules" / ".bin" / "cdk"


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
    with assembling({"no_such": "1"}, tmp_path) as ready, pytest.raises(DeploymentError) as refusal:
        ready()

    assert "'no_such' is not a setting" in str(refusal.value)
    assert str(tmp_path / "synth.log") in str(refusal.value)


def test_a_stack_that_cannot_be_created_names_the_resource_and_the_reason(tmp_path: Path) -> None:
    with assembling({}, tmp_path) as ready:
        broken = shutil.copytree(ready(), tmp_path / "broken")
    template = broken / "SelfConsistency.template.json"
    template.write_text(template.read_text().replace('"Principal":', '"NotPrincipal":'))

    with Emulator() as emulator, pytest.raises(DeploymentError) as refusal:
        deploy(emulator, broken)

    assert re.search(r"stack SelfConsistency: \w+Role\w+: .*NotPrincipal", str(refusal.value))


def test_the_cdk_s_own_command_line_deploys_the_same_app(tmp_path: Path) -> None:
    with Emulator() as by_cdk, Emulator() as directly, assembling({}, tmp_path) as ready:
        synthesized = tmp_path / "cdk.out"
        context = [f"--context={name}={value}" for name, value in FIXED_CONTEXT.items()]
        cdk(by_cdk, ROOT, "synth", "--quiet", "--output", synthesized, *context)
        # From a folder without an app: bootstrapping would synthesize it once more.
        cdk(by_cdk, tmp_path, "bootstrap", f"aws://{by_cdk.account_id()}/us-east-1")
        cdk(by_cdk, tmp_path, "deploy", "--app", synthesized, "--require-approval", "never")
        stack = deploy(directly, ready())

        assert find_stack(by_cdk.connection(), stack.name).settings == stack.settings
        assert resources(by_cdk, stack.name) == resources(directly, stack.name)
        assert templates(by_cdk, stack.name) == templates(directly, stack.name)
        assert assets(by_cdk) == assets(directly)


def cdk(emulator: Emulator, folder: Path, *arguments: str | Path) -> None:
    """Run the pinned command line against an emulator, as its user would against AWS."""
    environment = {
        **environment_without_aws(),
        **emulator.environment(),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "NO_PROXY": "localhost,127.0.0.1",
        "NODE_EXTRA_CA_CERTS": str(emulator.ca_file),
        "CDK_HOME": str(emulator.folder / "cdk-home"),
        "CDK_DISABLE_VERSION_CHECK": "1",
        "CDK_DISABLE_CLI_TELEMETRY": "true",
        "CI": "1",
    }
    command = [str(part) for part in (CDK, "--no-notices", *arguments)]
    done = subprocess.run(
        command, check=False, env=environment, cwd=folder, stderr=subprocess.PIPE, text=True
    )
    assert done.returncode == 0, done.stderr


def resources(emulator: Emulator, stack: str) -> list[tuple[str, str, str]]:
    pages = emulator.connection().cloudformation().get_paginator("list_stack_resources")
    return sorted(
        (each["LogicalResourceId"], each["ResourceType"], each["ResourceStatus"])
        for page in pages.paginate(StackName=stack)
        for each in page["StackResourceSummaries"]
    )


def templates(emulator: Emulator, stack: str) -> Any:
    return emulator.connection().cloudformation().get_template(StackName=stack)["TemplateBody"]


def assets(emulator: Emulator) -> dict[str, Any]:
    """Return what was uploaded: each file's content, and of a zip file its members."""
    s3 = emulator.connection().s3()
    bucket = f"cdk-hnb659fds-assets-{emulator.account_id()}-us-east-1"
    found = {}
    for each in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        content = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
        found[each["Key"]] = members(content) if each["Key"].endswith(".zip") else content
    return found


def members(content: bytes) -> dict[str, int]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {each.filename: each.CRC for each in packed.infolist() if not each.is_dir()}


@pytest.mark.parametrize("error", [None, KeyboardInterrupt()], ids=["printed", "interrupted"])
def test_a_stack_that_stops_beside_its_results_has_stopped_in_the_end(
    tmp_path: Path, error: BaseException | None
) -> None:
    settings = LocalStackSettings(source=Simulated())
    left: list[BaseException] = []
    try:
        with LocalStack(settings, tmp_path) as local_stack:
            leader, folder = local_stack.emulator.pid, local_stack.emulator.folder
            local_stack.begin_stop()
            if error is not None:
                raise error
    except KeyboardInterrupt as interrupt:
        left.append(interrupt)

    assert left == ([error] if error else [])
    assert living_of_group(leader) == []
    assert not folder.exists()
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(local_stack.bedrock_url)


def test_a_run_goes_through_the_deployed_app(deployed: Any, questions: Callable[..., Path]) -> None:
    asked = questions(120)
    known = Simulated(read_answer_key(asked))

    ended = deployed.run(asked, {"temperatures": [0.7], "paths": 3}, source=known)

    assert ended.run.status == "succeeded", ended.run.message
    assert [setting["setting"] for setting in ended.report["settings"]] == ["greedy", "T0.7"]
    assert len(ended.votes) == 2 * 120


def test_a_run_whose_endpoint_takes_no_more_requests_is_given_up(
    questions: Callable[..., Path], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    with serving() as endpoint:
        endpoint.reply = lambda body: (
            chat(1, message={"content": "The answer is 2."})
            if len(endpoint.asked) <= 5
            else (401, {"error": "key expired"})
        )
        ended = subprocess.run(
            [
                *(sys.executable, "-m", "local", "run", str(questions(30)), "--deployed"),
                *("--answers-from", f"openai:{endpoint.url}", "--at-once", "1", "--no-greedy"),
                *("--temperatures", "0.7", "--paths", "1", "--out", str(out)),
                *("-c", "min_records=1"),
            ],
            cwd=ROOT,
            env={**os.environ, "OPENAI_MODEL": "", "OPENAI_API_KEY": ""},
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )

    assert ended.returncode == 1
    assert "given up" in ended.stdout
    [line] = ended.stderr.splitlines()
    assert "key expired" in line
    assert len((out / "kept.jsonl").read_bytes().splitlines()) == 5


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
