"""Start a run: upload its dataset, then hand in the request."""

import hashlib
import json
import re
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

from lambdas.contract import DATASETS, FEW_SHOT_WORDS, UPLOADS
from selfconsistency.connection import Connection, Stack
from selfconsistency.runs import recent_runs
from selfconsistency.shell import ClientError
from selfconsistency.uploads import is_there, put_new

StartedBy = Literal["start", "upload"]
_FEW_SHOT = "few_shot"
_LOCAL_PATHS = ("/", "./", "../", "~")
_APPEARS_WITHIN_S = 180


@dataclass(frozen=True, slots=True)
class Submission:
    """A run to start: local dataset, the other keys of its request, a unique name."""

    questions: Path
    request: Mapping[str, Any]
    name: str


def submission(questions: Path, request: Mapping[str, Any], now: datetime) -> Submission:
    """Return a submission named for its dataset and the time.

    Raises:
        ClientError: the dataset is not a file, or its suffix is not one of a dataset.
    """
    if not questions.is_file():
        raise ClientError(
            f"no dataset {str(questions)!r}: expected a .jsonl, .json, .csv or .tsv file"
        )
    stem = safe_name(questions.stem)[:15].strip("-.") or "run"
    name = f"{stem.replace('.', '-')}-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    return Submission(questions, request, name)


def start(connection: Connection, stack: Stack, run: Submission, by: StartedBy) -> str:
    """Upload what the run needs, start it and return its id."""
    request = uploaded_request(connection, stack, run)
    if by == "upload":
        return _start_by_upload(connection, stack, run.name, request)
    connection.step_functions().start_execution(
        stateMachineArn=stack.state_machine_arn, name=run.name, input=json.dumps(request)
    )
    return run.name


def uploaded_request(connection: Connection, stack: Stack, run: Submission) -> dict[str, Any]:
    """Upload the files that a run needs, and return its request, which names them."""
    request = {"dataset": upload(connection, stack, run.questions), **run.request}
    exemplars = local_exemplars(run.request)
    if exemplars is not None:
        request[_FEW_SHOT] = upload(connection, stack, exemplars)
    return request


def upload(connection: Connection, stack: Stack, file: Path) -> str:
    """Upload a file below `datasets/` unless its content is there; return its key.

    Raises:
        ClientError: other content has its key.
    """
    key = content_key(file)
    s3 = connection.s3()
    with file.open("rb") as content:
        if not is_there(s3, stack.bucket, key, content):
            put_new(s3, stack.bucket, key, content)
    return key


def content_key(file: Path) -> str:
    """Return the key of a file: its safe name and a digest of its content."""
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return f"{DATASETS}{safe_name(file.stem)[:60]}-{digest[:16]}{safe_name(file.suffix)}"


def safe_name(text: str) -> str:
    """Return a name in the characters that Bedrock accepts in keys.

    >>> safe_name("my questions (1)")
    'my-questions-1-'
    """
    return re.sub(r"[^a-zA-Z0-9_.-]+", "-", text)


def local_exemplars(request: Mapping[str, Any], *, must_exist: bool = False) -> Path | None:
    """Return the local exemplars file that a request names, `None` if it names none.

    Args:
        request: its keys.
        must_exist: whether no other place than this machine can have the file.

    Raises:
        ClientError: it names a local file that does not exist.
    """
    given = str(request.get(_FEW_SHOT, "none"))
    file = Path(given)
    if given in FEW_SHOT_WORDS:
        return None
    if file.is_file():
        return file
    if must_exist or given.startswith(_LOCAL_PATHS):
        raise ClientError(f"no exemplars file {given!r}: expected a .jsonl file, builtin or none")
    return None


def _start_by_upload(
    connection: Connection, stack: Stack, name: str, request: Mapping[str, Any]
) -> str:
    content = BytesIO(json.dumps(request, indent=1).encode())
    put_new(connection.s3(), stack.bucket, f"{UPLOADS}{name}.run.json", content)
    # A digest of the object's version follows the upload's name in the run's id.
    return _awaited(lambda: _run_of_upload(connection, stack, name), name)


def _run_of_upload(connection: Connection, stack: Stack, name: str) -> str | None:
    runs = recent_runs(connection, stack, most=50)
    return next((run.run_id for run in runs if run.run_id.startswith(f"{name}-")), None)


def _awaited(look: Callable[[], str | None], name: str) -> str:
    deadline = time.monotonic() + _APPEARS_WITHIN_S
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.5)
    raise ClientError(
        f"{UPLOADS}{name}.run.json started no run within {_APPEARS_WITHIN_S} s: look for it in the "
        "state machine's executions"
    )
