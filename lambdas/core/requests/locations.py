"""Where a request may have its question set and exemplars: objects of the stack's own bucket."""

import json
import re

from lambdas.contract import DATASETS, FEW_SHOT_WORDS, RUNS
from lambdas.core.sets.checks import encodable

# S3 takes no longer key (User Guide, "Naming Amazon S3 objects").
_MAX_KEY_BYTES = 1024
_SHOWN_CHARACTERS = 100
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# "s3://other/key", "https://bucket.s3.amazonaws.com/key", "S3:\\…", "arn:aws:s3:::bucket/key".
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://|arn:|S3:", re.ASCII)


def key_of(location: str, bucket: str) -> str:
    """Return the key of a location in the bucket, given as a key or as an `s3://` URI."""
    return location.removeprefix(f"s3://{bucket}/")


def key_named(given: object, name: str, bucket: str) -> str | None:
    """Return the key that a request names, refused or not; `None` where it names none to read.

    Args:
        given: the request as JSON gave it.
        name: of the request's key, "dataset" or "few_shot".
        bucket: the stack's.
    """
    location = given.get(name) if isinstance(given, dict) else None
    if not isinstance(location, str) or not location or not encodable(location):
        return None
    if name == "few_shot" and location in FEW_SHOT_WORDS:
        return None
    return None if location_problem(name, location, bucket) else key_of(location, bucket)


def location_problem(name: str, location: str, bucket: str) -> str | None:
    """Return why a location is not read, with the value and what may be; `None` where it is.

    Only the stack's bucket is read, and of it nothing that runs wrote.

    Args:
        name: of the request's key.
        location: text in UTF-8, as the request gives it.
        bucket: the stack's.

    >>> location_problem("dataset", "../q.jsonl", "stack")[:61]
    'dataset is "../q.jsonl", must be a key without "." and ".." p'
    """
    wrong = _foreign(location, bucket) or _odd_key(key_of(location, bucket))
    if wrong is None:
        return None
    value = location[:_SHOWN_CHARACTERS] + ("…" if len(location) > _SHOWN_CHARACTERS else "")
    return f"{name} is {_quoted(value)}, {wrong}; copy it to s3://{bucket}/{DATASETS}"


def _foreign(location: str, bucket: str) -> str | None:
    key = key_of(location, bucket)
    if not key or (key == location and _ELSEWHERE.match(location)):
        return "must name an object in the stack's bucket"
    return None


def _odd_key(key: str) -> str | None:
    if len(key.encode()) > _MAX_KEY_BYTES:
        return f"must be at most {_MAX_KEY_BYTES:,} bytes long"
    if _CONTROL.search(key):
        return "must be a key without control characters"
    if key.endswith("/"):
        return "must name an object, not a folder"
    if key.startswith("/") or not {".", ".."}.isdisjoint(key.split("/")):
        return 'must be a key without "." and ".." parts and a "/" at its start'
    if key.startswith(RUNS):
        return f"must not lie below {RUNS}, where runs keep what they wrote"
    return None


def _quoted(value: str) -> str:
    """Return a text as JSON; in ASCII where it holds what a reader's screen would obey."""
    return json.dumps(value, ensure_ascii=bool(_CONTROL.search(value)))
