"""A run's inputs as their users left them in the bucket: measured first, then read as they were."""

from collections.abc import Iterator, Mapping
from typing import Any

from lambdas.aws.objects import StoredObject
from lambdas.aws.store import Store
from lambdas.core.errors import RequestError
from lambdas.core.lines import Line
from lambdas.core.requests.uploaded import read_request
from lambdas.core.sets.limits import MAX_LINE_BYTES, REQUEST, SizeLimit


class Inputs:
    """Objects by what they are to the run: "request", "dataset" or "few_shot".

    Args:
        store: of the stack.
        etags: of contents that are to be read and no others, by the same names.
    """

    def __init__(self, store: Store, etags: Mapping[str, str]) -> None:
        self._store = store
        self._seen = {name: {"IfMatch": f'"{etag}"'} for name, etag in etags.items()}
        self._found: dict[str, StoredObject] = {}

    def request(self, key: str) -> Any:
        """Return the JSON of an uploaded request.

        Raises:
            RequestError: it is too large, or no JSON.
            MissingObjectError: it is not there, was replaced, or may not be read.
        """
        self._measure("request", key, REQUEST)
        return read_request(b"".join(self._store.pieces(key, self._seen["request"])), key)

    def lines(self, name: str, key: str, limit: SizeLimit) -> Iterator[Line]:
        """Return the lines of an object; a second reading is of the same content.

        Raises:
            RequestError: it is too large; nothing has been read.
            MissingObjectError: it is not there, was replaced, or may not be read.
        """
        self._measure(name, key, limit)
        return self._store.lines(key, MAX_LINE_BYTES, self._seen[name])

    def attributes(self) -> dict[str, Any]:
        """Return what was found, as the run's record has it."""
        return {name: found.attributes() for name, found in self._found.items()}

    def _measure(self, name: str, key: str, limit: SizeLimit) -> None:
        found = self._store.about(key, self._seen.setdefault(name, {}))
        self._found[name] = found
        problem = limit.refusal(f"s3://{self._store.bucket}/{key}", found.size_bytes)
        if problem:
            raise RequestError([problem])
