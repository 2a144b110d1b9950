import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from moto import mock_aws

from selfconsistency.__main__ import main
from selfconsistency.connection import Connection, open_session
from selfconsistency.shell import ClientError

KEYS = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret"}
NO_STACK = ("ValidationError", "Stack with id Ours does not exist")
ACCOUNT = "111122223333"
Configure = Callable[[str], None]


class CloudFormation(ThreadingHTTPServer):
    """Answers every call with one error, and keeps the Regions that calls were signed for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Refusal)
        self.code, self.message = NO_STACK
        self.regions: list[str] = []


class Refusal(BaseHTTPRequestHandler):
    server: CloudFormation

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        # Credential=KEY/DATE/REGION/SERVICE/aws4_request
        self.server.regions.append(self.headers["Authorization"].split("/")[2])
        told = f"<Code>{self.server.code}</Code><Message>{self.server.message}</Message>"
        body = f"<ErrorResponse><Error>{told}</Error></ErrorResponse>".encode()
        self.send_response(400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """An environment without a trace of AWS, nor files of this machine's user."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_LOGIN_CACHE_DIRECTORY"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    return monkeypatch


@pytest.fixture
def configure(surroundings: pytest.MonkeyPatch, tmp_path: Path) -> Configure:
    return lambda text: (tmp_path / "AWS_CONFIG_FILE").write_text(text) and None


@pytest.fixture
def cloudformation(surroundings: pytest.MonkeyPatch) -> Iterator[CloudFormation]:
    with CloudFormation() as server:
        url = f"http://127.0.0.1:{server.server_port}"
        surroundings.setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", url)
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        yield server
        server.shutdown()


@pytest.fixture
def keys(surroundings: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        surroundings.setenv(name, value)


def error_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run a command that fails and return its one line on standard error."""
    assert main(arguments) == 1
    [line] = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.usefixtures("keys")
def test_aws_region_alone_leads_the_command_to_its_region(
    surroundings: pytest.MonkeyPatch, cloudformation: CloudFormation
) -> None:
    surroundings.setenv("AWS_REGION", "eu-west-3")

    done = subprocess.run(
        [sys.executable, "-m", "selfconsistency", "list", "--stack", "Ours"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stderr == (
        "error: no stack 'Ours' in eu-west-3: deploy it there with `cdk deploy`, or name yours with"
        " --stack, or its Region with --region\n"
    )
    assert (done.returncode, cloudformation.regions) == (1, ["eu-west-3"])


@pytest.mark.parametrize(
    ("option", "variables", "region"),
    [
        pytest.param("us-1", ["AWS_REGION", "AWS_DEFAULT_REGION"], "us-1", id="the option first"),
        pytest.param(None, ["AWS_REGION", "AWS_DEFAULT_REGION"], "AWS_REGION", id="AWS_REGION"),
        pytest.param(None, ["AWS_DEFAULT_REGION"], "AWS_DEFAULT_REGION", id="AWS_DEFAULT_REGION"),
        pytest.param(None, [], "us-4", id="the profile's last"),
    ],
)
def test_the_region_is_the_first_that_is_named(
    surroundings: pytest.MonkeyPatch,
    configure: Configure,
    option: str | None,
    variables: list[str],
    region: str,
) -> None:
    configure("[profile work]\nregion = us-4\n")
    for name in variables:
        surroundings.setenv(name, name)

    assert open_session(option, "work").region_name == region


@pytest.mark.usefixtures("surroundings")
def test_no_region_is_told_with_the_ways_out() -> None:
    with pytest.raises(ClientError, match=r"no AWS Region: .*--region or in AWS_REGION.*configure"):
        open_session()


@pytest.mark.usefixtures("cloudformation")
def test_the_profile_is_named_beside_the_region(
    configure: Configure, capsys: pytest.CaptureFixture[str]
) -> None:
    configure(
        "[profile work]\nregion = eu-west-3\naws_access_key_id = k\naws_secret_access_key = s\n"
    )

    line = error_of(capsys, "follow", "r1", "--profile", "work")

    assert line.startswith("error: no stack 'SelfConsistency' in eu-west-3 (profile 'work'): ")


@pytest.mark.usefixtures("surroundings")
def test_missing_credentials_are_told_with_the_way_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = error_of(capsys, "list", "--region", "us-east-1")

    assert line.startswith("error: no AWS credentials: log in with `aws login`, or name a profile")


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ExpiredToken", "the credentials have expired: log in again"),
        ("InvalidClientTokenId", "AWS does not know these credentials"),
        ("AccessDenied", "ask for this permission (docs/aws.md"),
        ("RequestTimeTooSkewed", "set this machine's clock"),
    ],
)
def test_a_refusal_names_the_region_and_the_way_out(
    cloudformation: CloudFormation, capsys: pytest.CaptureFixture[str], code: str, told: str
) -> None:
    cloudformation.code, cloudformation.message = code, "says AWS"

    line = error_of(capsys, "list", "--region", "us-east-2")

    assert line.startswith(f"error: AWS in us-east-2: An error occurred ({code})")
    assert f"says AWS; {told}" in line


CONFIG = """
[profile broken]
role_arn = arn:aws:iam::111122223333:role/r
source_profile = absent
[profile sso]
sso_session = ours
sso_account_id = 111122223333
sso_role_name = r
[sso-session ours]
sso_region = us-east-1
sso_start_url = https://example.com
[profile login]
login_session = arn:aws:sts::111122223333:assumed-role/r/me
"""


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        ("unknown", "(unknown) could not be found; `aws configure list-profiles` shows"),
        ("broken", '"absent" referenced in the profile "broken" does not exist; correct'),
        ("sso", "log in with `aws sso login`"),
        ("login", "log in with `aws login`"),
    ],
)
def test_a_profile_that_gives_no_credentials_is_told_with_the_way_out(
    configure: Configure, capsys: pytest.CaptureFixture[str], profile: str, told: str
) -> None:
    configure(CONFIG)

    assert told in error_of(capsys, "list", "--region", "us-east-1", "--profile", profile)


@pytest.mark.usefixtures("keys")
def test_a_local_stack_that_is_gone_is_told_by_the_variable_that_leads_to_it(
    surroundings: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Nothing listens on the port for discarding; a closed port refuses at once.
    surroundings.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    surroundings.setenv("AWS_MAX_ATTEMPTS", "1")

    line = error_of(capsys, "list", "--region", "us-east-1")

    assert 'Could not connect to the endpoint URL: "http://127.0.0.1:9/"' in line
    assert "; AWS_ENDPOINT_URL leads there: unset it" in line


@pytest.mark.usefixtures("keys")
def test_a_throttled_call_is_tried_as_often_as_the_environment_says(
    surroundings: pytest.MonkeyPatch,
    cloudformation: CloudFormation,
    capsys: pytest.CaptureFixture[str],
) -> None:
    cloudformation.code = "Throttling"
    surroundings.setenv("AWS_MAX_ATTEMPTS", "1")

    error_of(capsys, "list", "--region", "us-east-2")

    assert cloudformation.regions == ["us-east-2"]


def test_an_endpoint_that_is_no_url_is_told(surroundings: pytest.MonkeyPatch) -> None:
    surroundings.setenv("AWS_ENDPOINT_URL", "localhost:4566")

    with pytest.raises(ClientError, match="AWS_ENDPOINT_URL is 'localhost:4566', must be a URL"):
        open_session("us-east-1")


@pytest.mark.usefixtures("keys")
def test_what_is_no_region_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    line = error_of(capsys, "list", "--region", "Frankfurt am Main")

    assert "'Frankfurt am Main'" in line
    assert line.endswith("name a Region such as us-east-1 with --region or in AWS_REGION")


@mock_aws
def test_a_role_is_assumed_with_the_credentials_of_another_profile(configure: Configure) -> None:
    configure(
        "[profile own]\naws_access_key_id = k\naws_secret_access_key = s\n"
        f"[profile work]\nrole_arn = arn:aws:iam::{ACCOUNT}:role/runs\n"
        "source_profile = own\nrole_session_name = me\nregion = us-east-1\n"
    )

    caller = Connection(open_session(profile="work")).sts().get_caller_identity()

    assert caller["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/runs/me"


def test_the_credentials_of_aws_login_are_taken(configure: Configure, tmp_path: Path) -> None:
    name = f"arn:aws:sts::{ACCOUNT}:assumed-role/runs/me"
    configure(f"[profile login]\nlogin_session = {name}\nregion = us-east-1\n")
    key = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    )
    expires = datetime.now(UTC) + timedelta(hours=1)
    token = {
        "accessToken": {
            "accessKeyId": "ASIAEXAMPLE",
            "secretAccessKey": "secret",
            "sessionToken": "token",
            "accountId": ACCOUNT,
            "expiresAt": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
        "refreshToken": "refresh",
        "clientId": "arn:aws:signin:::devtools/same-device",
        "dpopKey": key.decode(),
    }
    cached = tmp_path / "AWS_LOGIN_CACHE_DIRECTORY" / f"{sha256(name.encode()).hexdigest()}.json"
    cached.parent.mkdir()
    cached.write_text(json.dumps(token))

    credentials = open_session(profile="login").get_credentials()

    assert credentials is not None
    assert (credentials.method, credentials.access_key) == ("login", "ASIAEXAMPLE")
