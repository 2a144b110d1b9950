"""Models asked on demand: InvokeModel and Converse, with the families that batch jobs have."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any

import msgspec

from selfconsistency.bedrock import errors
from selfconsistency.bedrock.answers.source import AnswerError, AnswerSource, Asked, path_of
from selfconsistency.bedrock.errors import ThrottlingError
from selfconsistency.bedrock.families.family import Output, RefusedBodyError
from selfconsistency.bedrock.families.of_model import family_of
from selfconsistency.bedrock.iam import Gate, invoking
from selfconsistency.bedrock.injection import THROTTLED, Injection, Injections
from selfconsistency.bedrock.ledger import Ledger, Origin
from selfconsistency.bedrock.models import BATCH_FAMILIES, Model, Models
from selfconsistency.bedrock.run_scopes import RunScopes
from selfconsistency.bedrock.settings import Quotas

METADATA = "requestMetadata"
RUN_ID, RECORD_ID = "run_id", "record_id"
_FAILURES: Mapping[str, type[errors.ApiError]] = {
    "InternalServer": errors.InternalServerError,
    "ModelError": errors.ModelErrorError,
    "ModelNotReady": errors.ModelNotReadyError,
    "ModelTimeout": errors.ModelTimeoutError,
    "ServiceUnavailable": errors.ServiceUnavailableError,
}
_BY_CODE: Mapping[int, type[errors.ApiError]] = {
    400: errors.ValidationError,
    408: errors.ModelTimeoutError,
    424: errors.ModelErrorError,
    429: errors.ThrottlingError,
    503: errors.ServiceUnavailableError,
}


class AnswerLostError(Exception):
    """The call was answered and billed, and its connection is to break."""


class Runtime:
    """The operations of bedrock-runtime.

    Request metadata may name the run and the record of a call (`run_id`, `record_id`): then a
    recorded path goes to the record that is named for it, however calls overtake one another.
    Without them paths are given out in the order in which calls arrive.
    """

    def __init__(
        self,
        source: AnswerSource,
        models: Models,
        gate: Gate,
        scopes: RunScopes,
        ledger: Ledger,
        *,
        quotas: Quotas,
        injections: Injections,
    ) -> None:
        self._source = source
        self._models = models
        self._gate = gate
        self._scopes = scopes
        self._quotas = quotas
        self._injections = injections
        self._ledger = ledger
        self.invoked = Invoked()

    def invoke(
        self, model_id: str, body: bytes, metadata: str | None, access_key_id: str
    ) -> Output:
        """InvokeModel: the body is the model's own, `metadata` a JSON text."""
        return self._called(model_id, "InvokeModel", body, _read(metadata), access_key_id)

    def converse(self, model_id: str, members: Mapping[str, Any], access_key_id: str) -> Output:
        """Converse: the body less the members that are not the model's."""
        body = {name: member for name, member in members.items() if name != METADATA}
        metadata = members.get(METADATA)
        named = metadata if isinstance(metadata, dict) else {}
        return self._called(model_id, "Converse", msgspec.json.encode(body), named, access_key_id)

    def _called(
        self, model_id: str, form: str, body: bytes, metadata: Mapping[str, Any], access_key_id: str
    ) -> Output:
        model = self._model(model_id)
        self._gate.check(access_key_id, *invoking(model.arns))
        injection = self._injections.now
        with self.invoked.call(injection, self._quotas.invokes_at_once) as fails:
            if fails:
                raise _FAILURES[injection.faults.invoke_failure]("The call failed.")
            output = self._answered(model, form, body, metadata)
            loses = self.invoked.bill(output, injection)
            self._enter(output, metadata, delivered=not loses)
            if loses:
                raise AnswerLostError
        return output

    def _enter(self, output: Output, metadata: Mapping[str, Any], *, delivered: bool) -> None:
        record_id, run_id = _named(metadata)
        page = self._ledger.page(Origin(run_id))
        page.enter(
            record_id, output.tokens_in, output.tokens_out, delivered=delivered, failed=False
        )

    def _model(self, model_id: str) -> Model:
        model = self._models.asked(model_id)
        if not model.base_id.startswith(BATCH_FAMILIES):
            raise errors.ValidationError("The provided model identifier is invalid.")
        return model

    def _answered(
        self, model: Model, form: str, body: bytes, metadata: Mapping[str, Any]
    ) -> Output:
        family = family_of(model.base_id, form, bounded=self._quotas.bounds_sampling)
        record_id, run_id = _named(metadata)
        try:
            asked = replace(family.asked(record_id, body), path=path_of(record_id))
            return family.output(asked, self._completions(asked, run_id), nulls=False)
        except RefusedBodyError as error:
            raise errors.ValidationError(str(error)) from error
        except AnswerError as error:
            raise _BY_CODE.get(error.code, errors.InternalServerError)(str(error)) from error

    def _completions(self, asked: Asked, run_id: str) -> Any:
        place = self._source.reserve(self._scopes.of_call(run_id), asked)
        return self._source.answers(asked, place)


@dataclass(slots=True)
class Invoked:
    """Calls by how they ended; those neither answered, throttled nor failed were refused.

    `answered` are those that are billed, with their tokens; `lost` of these never arrived.
    """

    calls: int = 0
    throttled: int = 0
    failed: int = 0
    answered: int = 0
    lost: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    under_way: int = 0
    most_at_once: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    @contextmanager
    def call(self, injection: Injection, at_once: int) -> Iterator[bool]:
        """Count a call; yields whether it is to fail.

        Raises:
            ThrottlingError: it is one of those to be throttled, or there are too many.
        """
        with self._lock:
            self.calls += 1
            throttles = injection.first("throttle_invokes", injection.faults.throttle_invokes)
            if throttles or self.under_way >= at_once:
                self.throttled += 1
                raise ThrottlingError(THROTTLED)
            fails = injection.first("fail_invokes", injection.faults.fail_invokes)
            self.failed += fails
            self.under_way += 1
            self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            yield fails
        finally:
            with self._lock:
                self.under_way -= 1

    def bill(self, output: Output, injection: Injection) -> bool:
        """Count an answer; returns whether it is to be lost."""
        with self._lock:
            self.answered += 1
            self.tokens_in += output.tokens_in
            self.tokens_out += output.tokens_out
            loses = injection.first("lose_invokes", injection.faults.lose_invokes)
            self.lost += loses
        return loses


def _read(metadata: str | None) -> Mapping[str, Any]:
    try:
        return msgspec.json.decode(metadata or "{}", type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise errors.ValidationError(f"{METADATA} is not a JSON object: {error}") from error


def _named(metadata: Mapping[str, Any]) -> Iterator[str]:
    """Yield record and run, in this order."""
    return (str(metadata.get(name) or "") for name in (RECORD_ID, RUN_ID))
