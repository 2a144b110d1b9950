"""What started an execution: a request from the console, or an upload's event."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from lambdas.contract import UPLOADS
from lambdas.contract.entries import StartedBy
from lambdas.contract.keys import run_id_of_execution, run_id_of_upload
from lambdas.core.dataset.files import file_problem, json_reason
from lambdas.core.errors import RequestError
from lambdas.core.text import encodable

InputName = Literal["request", "dataset", "few_shot"]
# What an upload that starts a run holds.
Uploaded = Literal["request", "dataset"]
REQUEST_SUFFIX = ".run.json"
# As S3 writes them: a digest, with the number of parts of a multipart upload. Nothing else may
# become the value of a header.
_ETAG = re.compile(r"[A-Za-z0-9-]{1,100}", re.ASCII)
_MAX_CHARACTERS = 1024
_BY_EXECUTION = StartedBy(kind="execution")


@dataclass(frozen=True, slots=True)
class Start:
    """A start: the run's id, and either a request or an uploaded object.

    Attributes:
        run_id: of the run.
        request: unchecked; of an uploaded dataset, one that names it.
        upload_key: of the uploaded object, `None` for a request from the console.
        upload_etag: of the content that was uploaded, `None` if the event does not say.
        uploaded_at: ISO 8601 with its zone, `None` if the event does not say.
        by: who and what started it.
    """

    run_id: str
    request: object
    upload_key: str | None = None
    upload_etag: str | None = None
    uploaded_at: str | None = None
    by: StartedBy = _BY_EXECUTION

    @property
    def request_key(self) -> str | None:
        """The key of an uploaded request, `None` if the upload is a dataset."""
        key = self.upload_key
        return key if key and key.endswith(REQUEST_SUFFIX) else None

    @property
    def uploaded(self) -> Uploaded | None:
        """What was uploaded, `None` for a request from the console."""
        if self.upload_key is None:
            return None
        return "request" if self.request_key else "dataset"

    @property
    def upload_etags(self) -> dict[InputName, str]:
        """The content to read of an upload: newer content under its key has a run of its own."""
        return {self.uploaded: self.upload_etag} if self.uploaded and self.upload_etag else {}


def read_start(start: object, execution_name: str) -> Start:
    """Return what an execution's input asks for.

    An upload's run id comes from the object's key and version, so that a second delivery of the
    same event names the same run.

    Args:
        start: the execution's input: an EventBridge event of S3, or a request. Whoever may start
            an execution may write any event there, so nothing in it is trusted.
        execution_name: the execution's name.
    """
    created = _created_object(start)
    if created is None:
        return Start(run_id_of_execution(execution_name), start)
    by = _uploader(start, created)
    key = str(created.get("key"))
    version = by.version_id or by.etag or by.sequencer or "None"
    etag = by.etag if by.etag and _ETAG.fullmatch(by.etag) else None
    at = _time(start)
    return Start(run_id_of_upload(key, version), {"dataset": key}, key, etag, at, by)


def read_request(content: bytes, key: str) -> object:
    """Return the JSON of an uploaded request, whatever it holds.

    Args:
        content: of the object, at most `dataset.files.REQUEST_LIMIT`.
        key: of the object, for messages.

    Raises:
        RequestError: it is no JSON in UTF-8; the message quotes nothing of it.

    >>> read_request(b'{"dataset": "q.jsonl"}', "uploads/a.run.json")
    {'dataset': 'q.jsonl'}
    """
    problem = file_problem(content[:16])
    if problem:
        raise RequestError([f"{key} {problem}"])
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        byte = f"byte {error.start:,} is 0x{content[error.start]:02x}, must be UTF-8 text"
        raise RequestError([f"{key} is no JSON: {byte}; correct the file"]) from None
    except (ValueError, RecursionError) as error:
        why = json_reason(error)
        if isinstance(error, json.JSONDecodeError):
            why = f"{error.msg} at line {error.lineno:,}, column {error.colno:,}"
        raise RequestError([f"{key} is no JSON: {why}; correct the file"]) from None


def _uploader(start: Any, created: Mapping[str, Any]) -> StartedBy:
    """Return what the event says of the upload; members that it lacks stay unset."""
    detail = start["detail"]
    members = {
        "kind": "upload",
        "requester": _text(detail.get("requester")),
        "source_ip": _text(detail.get("source-ip-address")),
        "key": _text(created.get("key")),
        "version_id": _text(created.get("version-id")),
        "etag": _text(created.get("etag")),
        "sequencer": _text(created.get("sequencer")),
    }
    known = {name: value for name, value in members.items() if value is not None}
    return StartedBy.model_validate(known)


def _created_object(start: object) -> Mapping[str, Any] | None:
    """Return the event's object, whose members anybody may have written; `None` for no upload."""
    if not isinstance(start, Mapping) or start.get("detail-type") != "Object Created":
        return None
    detail = start.get("detail")
    created = detail.get("object") if isinstance(detail, Mapping) else None
    key = created.get("key") if isinstance(created, Mapping) else None
    is_upload = isinstance(key, str) and key.startswith(UPLOADS) and encodable(key)
    return created if is_upload else None


def _time(start: Any) -> str | None:
    """Return when an event says that the object was created, `None` for no time with its zone."""
    try:
        has_zone = datetime.fromisoformat(start.get("time")).tzinfo is not None
    except (TypeError, ValueError):
        return None
    return str(start["time"]) if has_zone else None


def _text(value: object) -> str | None:
    """Return a text, cut at the length of the longest key; `None` for anything else."""
    if not isinstance(value, str) or not value or not encodable(value):
        return None
    return value[:_MAX_CHARACTERS]
