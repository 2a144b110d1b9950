"""What started an execution: a request typed in the console, or an upload's event."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lambdas.contract import UPLOADS
from lambdas.core.keys import run_id_of_execution, run_id_of_upload
from lambdas.core.sets.checks import encodable

REQUEST_SUFFIX = ".run.json"
# As S3 writes them: a digest, and of parts their number. Anything else is no header's value.
_ETAG = re.compile(r"[A-Za-z0-9-]{1,100}", re.ASCII)
_MAX_CHARACTERS = 1024


@dataclass(frozen=True, slots=True)
class StartedBy:
    """Who and what started a run, as the execution's input says; `None` for what it leaves out.

    Attributes:
        kind: "upload" or "execution".
        requester: of an upload: account id, or service.
        source_ip: from which it was uploaded.
        key: of the object.
        version_id: of the object, in a bucket with versions.
        etag: of its content.
        sequencer: orders events of one key.
    """

    kind: str
    requester: str | None = None
    source_ip: str | None = None
    key: str | None = None
    version_id: str | None = None
    etag: str | None = None
    sequencer: str | None = None

    def attributes(self) -> dict[str, str]:
        """Return what is known, by name."""
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(frozen=True, slots=True)
class Start:
    """A start: the run's id, and either the request or the uploaded object that stands for it.

    `upload_key` is `None` for a request; `request` is then whatever was given, still unchecked.
    `upload_etag` is that of the content the event speaks of, `None` where it does not say.
    """

    run_id: str
    request: object
    upload_key: str | None = None
    upload_etag: str | None = None
    by: StartedBy = StartedBy("execution")

    @property
    def request_key(self) -> str | None:
        """The key of an uploaded request, `None` where the upload is a question set."""
        key = self.upload_key
        return key if key and key.endswith(REQUEST_SUFFIX) else None


def read_start(start: object, execution_name: str) -> Start:
    """Return what an execution's input asks for.

    An upload's run id comes from the object's key and version, so that a second delivery of the
    same event names the same run.

    Args:
        start: the execution's input: an EventBridge event of S3, or a request. Whoever may start
            an execution may write any event there, so that nothing in it is taken on trust.
        execution_name: the execution's name.
    """
    created = _created_object(start)
    if created is None:
        return Start(run_id_of_execution(execution_name), start)
    by = _uploader(start, created)
    key = str(created.get("key"))
    version = by.version_id or by.etag or by.sequencer or "None"
    etag = by.etag if by.etag and _ETAG.fullmatch(by.etag) else None
    return Start(run_id_of_upload(key, version), {"dataset": key}, key, etag, by)


def _uploader(start: Any, created: Mapping[str, Any]) -> StartedBy:
    detail = start["detail"]
    return StartedBy(
        kind="upload",
        requester=_text(detail.get("requester")),
        source_ip=_text(detail.get("source-ip-address")),
        key=_text(created.get("key")),
        version_id=_text(created.get("version-id")),
        etag=_text(created.get("etag")),
        sequencer=_text(created.get("sequencer")),
    )


def _created_object(start: object) -> Mapping[str, Any] | None:
    if not isinstance(start, Mapping) or start.get("detail-type") != "Object Created":
        return None
    detail = start.get("detail")
    created = detail.get("object") if isinstance(detail, Mapping) else None
    key = created.get("key") if isinstance(created, Mapping) else None
    ours = isinstance(key, str) and key.startswith(UPLOADS) and encodable(key)
    return created if ours else None


def _text(value: object) -> str | None:
    """Return a member that is a text, no longer than a key is; `None` for anything else."""
    if not isinstance(value, str) or not value or not encodable(value):
        return None
    return value[:_MAX_CHARACTERS]
