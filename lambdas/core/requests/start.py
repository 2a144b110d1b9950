"""What started an execution: a request typed in the console, or an upload's event."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lambdas.contract import UPLOADS
from lambdas.core.keys import run_id_of_execution, run_id_of_upload

REQUEST_SUFFIX = ".run.json"


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
        start: the execution's input: an EventBridge event of S3, or a request.
        execution_name: the execution's name.
    """
    created = _created_object(start)
    if created is None:
        return Start(run_id_of_execution(execution_name), start)
    key = str(created.get("key"))
    version = str(created.get("version-id") or created.get("etag") or created.get("sequencer"))
    return Start(
        run_id_of_upload(key, version),
        {"dataset": key},
        upload_key=key,
        upload_etag=created.get("etag"),
    )


def _created_object(start: object) -> Mapping[str, Any] | None:
    if not isinstance(start, Mapping) or start.get("detail-type") != "Object Created":
        return None
    detail = start.get("detail")
    created = detail.get("object") if isinstance(detail, Mapping) else None
    ours = isinstance(created, Mapping) and str(created.get("key", "")).startswith(UPLOADS)
    return created if ours else None
