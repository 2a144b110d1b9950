"""Models invoked on demand: one call per record, its reply stored at once."""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Self

import msgspec
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ParamValidationError,
)
from botocore.exceptions import ConnectionError as BotoConnectionError
from botocore.parsers import ResponseParserError

from lambdas.aws.clients import runtime_client
from lambdas.aws.run_table import run_table
from lambdas.aws.store import Store
from lambdas.contract import InvocationType
from lambdas.contract.jobs import Job, StoredReply
from lambdas.contract.keys import MANIFEST, output_folder
from lambdas.contract.schema import Plan
from lambdas.core.errors import JobRefusedError, NoOnDemandError
from lambdas.core.models.base import member_number
from lambdas.core.on_demand import (
    MAX_RECORD_BYTES,
    ON_DEMAND,
    Failure,
    FailureKind,
    ManifestCounts,
    Record,
    Reply,
    classify_error,
    interrupted,
    plain_text,
    reply_name,
    stored_reply,
    timed_out,
)
from lambdas.core.outputs.counts import stated
from lambdas.core.service_errors import ACCESS_WAY_OUT

if TYPE_CHECKING:
    from mypy_boto3_bedrock_runtime import BedrockRuntimeClient

_JSON = "application/json"
# The client of S3 has ten connections.
_READ_AT_ONCE = 8
_READ_AHEAD = 64
# Of a count in a header; a longer number is no count.
_MAX_DIGITS = 20
_TOKENS_OF_USAGE = (
    *("inputTokens", "outputTokens"),
    *("cacheReadInputTokens", "cacheWriteInputTokens"),
)
_TOKEN_HEADERS = (
    *("x-amzn-bedrock-input-token-count", "x-amzn-bedrock-output-token-count"),
    "x-amzn-bedrock-cache-read-input-token-count",
    "x-amzn-bedrock-cache-write-input-token-count",
)


@dataclass(frozen=True, slots=True)
class Call:
    """A record as one call.

    Attributes:
        model_id: of a model or profile, or its ARN.
        invocation_type: how Bedrock reads the body.
        body: the record's `modelInput`, as in a batch job.
        labels: request metadata, by which an account finds the call in its invocation log.
    """

    model_id: str
    invocation_type: InvocationType
    body: bytes
    labels: dict[str, str]


@dataclass(frozen=True, slots=True)
class _ErrorMeaning:
    """What errors of a call mean; `message` is formatted with the error."""

    errors: tuple[type[Exception], ...]
    kind: FailureKind
    code: int
    message: str = "{}"


# The first that fits applies, because some errors are subclasses of others.
_MEANINGS = (
    _ErrorMeaning((ParamValidationError,), "final", 400),
    _ErrorMeaning((EndpointConnectionError,), "unreachable", 503),
    _ErrorMeaning((ConnectTimeoutError,), "wait", 503),
    # The request was sent, and its outcome is unknown: a second call may be billed twice.
    _ErrorMeaning(
        (BotoConnectionError, HTTPClientError, IncompleteReadError, ResponseParserError),
        "final",
        504,
        "the reply was lost; not retried, because it may be billed: {}",
    ),
    # What botocore's parsers, which check nothing, and this module raise for a malformed reply.
    _ErrorMeaning(
        (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
        "final",
        502,
        # The error's own message may quote the reply.
        "the reply cannot be read: {0.__class__.__name__}",
    ),
)
# Of a ValidationException, where a model has no inference on demand under the id that was given.
_NO_ON_DEMAND = "on-demand throughput"
_NO_REPLY = tuple(error for meaning in _MEANINGS for error in meaning.errors)


class Runtime:
    """The models of one account and Region."""

    def __init__(self, client: "BedrockRuntimeClient") -> None:
        self._client = client

    def invoke(self, call: Call) -> Reply | Failure:
        """Invoke a model once.

        Raises:
            JobRefusedError: refused for a reason that concerns every record.
        """
        try:
            return self._reply(call)
        except ClientError as error:
            return _failure(call.model_id, error)
        except _NO_REPLY as error:
            return next(
                Failure(meaning.kind, meaning.code, meaning.message.format(error))
                for meaning in _MEANINGS
                if isinstance(error, meaning.errors)
            )

    def reconnect(self) -> None:
        """Close connections: those of a function that was frozen may be dead, unnoticed."""
        self._client.close()

    def _reply(self, call: Call) -> Reply:
        converse = call.invocation_type == "Converse"
        reply = self._converse(call) if converse else self._invoke_model(call)
        # An object, in UTF-8 throughout: `Raw` does not check what it holds.
        msgspec.json.decode(reply.body.decode(), type=dict[str, msgspec.Raw])
        return replace(reply, body=msgspec.json.format(reply.body, indent=-1))

    def _invoke_model(self, call: Call) -> Reply:
        response = self._client.invoke_model(
            modelId=call.model_id,
            body=call.body,
            contentType=_JSON,
            accept=_JSON,
            requestMetadata=json.dumps(call.labels),
        )
        headers = response["ResponseMetadata"]["HTTPHeaders"]
        counts = [_count(headers.get(name)) for name in _TOKEN_HEADERS]
        return _with_tokens(response["body"].read(), *counts)

    def _converse(self, call: Call) -> Reply:
        response: Any = self._client.converse(
            modelId=call.model_id, requestMetadata=call.labels, **json.loads(call.body)
        )
        usage = response.get("usage")
        output = {name: value for name, value in response.items() if name != "ResponseMetadata"}
        # Half a character, at the end of a reply that was cut off within one, has no UTF-8.
        text = json.dumps(output, default=_base64, ensure_ascii=False)
        counts = [stated(member_number(usage, name)) for name in _TOKENS_OF_USAGE]
        return _with_tokens(text.encode(errors="replace"), *counts)


@cache
def runtime() -> Runtime:
    """Return the models of this Region."""
    return Runtime(runtime_client())


def _failure(model_id: str, error: ClientError) -> Failure:
    details = error.response["Error"]
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    failure = classify_error(str(details.get("Code", "")), status, str(details.get("Message", "")))
    if failure.kind == "refused":
        refusal = NoOnDemandError if _NO_ON_DEMAND in failure.message else JobRefusedError
        raise refusal(
            f"model {model_id!r} is refused on demand: {plain_text(str(error))}; {ACCESS_WAY_OUT},"
            " choose one that this account may invoke in this Region, or a dataset large enough for"
            " batch jobs"
        ) from error
    return failure


def _with_tokens(
    body: bytes,
    uncached: int | None,
    tokens_out: int | None,
    cache_read: int | None,
    cache_write: int | None,
) -> Reply:
    """Return a reply; Bedrock counts prompt tokens in the cache apart from the others."""
    read, write = cache_read or 0, cache_write or 0
    tokens_in = None if uncached is None else uncached + read + write
    return Reply(body, tokens_in, tokens_out, read, write)


def _count(header: str | None) -> int | None:
    return stated(int(header[:_MAX_DIGITS])) if header and header.isdecimal() else None


def _base64(value: bytes) -> str:
    """Return bytes, such as withheld reasoning, as the response had them before it was parsed."""
    return base64.b64encode(value).decode()


class InFlightLog:
    """Calls the model for records of a job, and notes in the job's entry which calls are open.

    Args:
        job: of the records.
        unfinished: ids of records that were in flight when an earlier invocation died.
        gives_up: whether the job has had all its time.
    """

    def __init__(self, job: Job, unfinished: Set[str], *, gives_up: bool) -> None:
        self._job = job
        self._unfinished = unfinished
        self._gives_up = gives_up
        if not gives_up:
            runtime().reconnect()

    def invoke(self, record: Record) -> Reply | Failure:
        """Make one call for a record.

        The record stays marked until `mark_done`, unless the call was not carried out.

        Raises:
            JobRefusedError: refused for a reason that concerns every record.
        """
        if record.record_id in self._unfinished:
            return interrupted()
        if self._gives_up:
            return timed_out()
        run_table().mark_started(self._job, record.record_id)
        try:
            outcome = runtime().invoke(call_of(self._job, record))
        except JobRefusedError:
            self.mark_done(record)
            raise
        if isinstance(outcome, Failure) and outcome.kind != "final":
            self.mark_done(record)
        return outcome

    def mark_done(self, record: Record) -> None:
        """Note that a record's reply is stored."""
        run_table().mark_done(self._job, record.record_id)


def call_of(of: Job | Plan, record: Record) -> Call:
    """Return a record of a job, or of a run's pilot, as one call."""
    return Call(
        of.model_id,
        of.invocation_type,
        bytes(record.model_input),
        {"run_id": of.run_id, "record_id": record.record_id},
    )


class ReplyStore:
    """The stored replies to some records, an object for each record.

    Args:
        store: of the run.
        folder: of the replies, with a slash at its end.
        records: returns the records, each time anew.
        keeps_failures: whether failures are stored as well. Otherwise they are known until this
            object is gone, and are missing for the next one.

    Attributes:
        stored_before: replies that were stored when this was made.
        merged: whether the output was complete by then; its manifest is written last.
    """

    def __init__(
        self,
        store: Store,
        folder: str,
        records: Callable[[], Iterable[Record]],
        *,
        keeps_failures: bool = True,
    ) -> None:
        self._store = store
        self._folder = folder
        self._records = records
        self._keeps_failures = keeps_failures
        self._not_kept: dict[str, StoredReply] = {}
        self._present = set(store.keys(self._folder))
        self.stored_before = sum(key.endswith(".json") for key in self._present)
        self.merged = self._folder + MANIFEST in self._present

    @classmethod
    def of_job(cls, store: Store, job: Job) -> Self:
        """Return the replies to the records of a job that runs on demand."""
        [input_key] = job.input_keys
        folder = output_folder(job.run_id, job.wave, job.job, ON_DEMAND)
        return cls(store, folder, lambda: _records_in(store, input_key))

    def missing(self) -> Iterator[Record]:
        """Yield the records without a stored reply, in the input's order."""
        for record in self._records():
            if self._key(record) not in self._present:
                yield record

    @property
    def rows_key(self) -> str:
        """The key of the file that `write_rows` writes."""
        return f"{self._folder}input.jsonl.out"

    def store(self, record: Record, outcome: Reply | Failure) -> None:
        """Store how a record's call ended: a billed reply is then neither lost nor billed again."""
        key, reply = self._key(record), stored_reply(record, outcome)
        if reply.succeeded or self._keeps_failures:
            self._store.write_document(key, reply)
        else:
            self._not_kept[key] = reply
        self._present.add(key)

    def merge(self) -> None:
        """Write rows and manifest as a batch job does; every record has a stored reply."""
        manifest = self.write_rows().manifest()
        self._store.write(self._folder + MANIFEST, msgspec.json.encode(manifest))

    def write_rows(self) -> ManifestCounts:
        """Write the rows of the replies so far, and return their counts."""
        counts = ManifestCounts()
        with self._store.writer(self.rows_key) as rows:
            for reply in self._replies():
                counts.add(reply)
                rows.write(bytes(reply.row) + b"\n")
        return counts

    def _replies(self) -> Iterator[StoredReply]:
        keys = (key for key in map(self._key, self._records()) if key in self._present)
        with ThreadPoolExecutor(_READ_AT_ONCE) as threads:
            while ahead := list(islice(keys, _READ_AHEAD)):
                yield from threads.map(self._reply, ahead)

    def _reply(self, key: str) -> StoredReply:
        return self._not_kept.get(key) or self._store.read_document(key, StoredReply)

    def _key(self, record: Record) -> str:
        return self._folder + reply_name(record.record_id)


def _records_in(store: Store, key: str) -> Iterator[Record]:
    decoder = msgspec.json.Decoder(Record)
    for line in store.lines(key, MAX_RECORD_BYTES):
        if line.content:
            yield decoder.decode(line.content)
