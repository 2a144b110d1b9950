"""Models asked on demand: InvokeModel and Converse, with the families that batch jobs have."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from local.bedrock import errors
from local.bedrock.answers.source import AnswerError, AnswerSource, Asked
from local.bedrock.callers import Gate
from local.bedrock.families.family import Output, RefusedBodyError
from local.bedrock.families.of_model import family_of
from local.bedrock.injection import Injections
from local.bedrock.invoked import Invoked
from local.bedrock.ledger import Ledger, Origin
from local.bedrock.models import BATCH_FAMILIES, Model, Models
from local.bedrock.permissions import invoking
from local.bedrock.scopes import Scopes
from local.bedrock.settings import Quotas

METADATA = "requestMetadata"
RUN_ID, RECORD_ID = "run_id", "record_id"
_PATH = re.compile(r"\Aq\d{7}s(\d{2,})\Z")


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
        scopes: Scopes,
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
        model = self._models.named(model_id)
        if not model.base_id.startswith(BATCH_FAMILIES):
            raise errors.ValidationError("The provided model identifier is invalid.")
        return model

    def _answered(
        self, model: Model, form: str, body: bytes, metadata: Mapping[str, Any]
    ) -> Output:
        family = family_of(model.base_id, form)
        record_id, run_id = _named(metadata)
        try:
            asked = replace(family.asked(record_id, body), path=_path(record_id))
            return family.output(asked, self._completions(asked, run_id), nulls=False)
        except RefusedBodyError as error:
            raise errors.ValidationError(str(error)) from error
        except AnswerError as error:
            raise _BY_CODE.get(error.code, errors.InternalServerError)(str(error)) from error

    def _completions(self, asked: Asked, run_id: str) -> Any:
        place = self._source.reserve(self._scopes.of_call(run_id), asked)
        return self._source.answers(asked, place)


def _read(metadata: str | None) -> Mapping[str, Any]:
    try:
        return msgspec.json.decode(metadata or "{}", type=dict[str, Any])
    except msgspec.MsgspecError as error:
        raise errors.ValidationError(f"{METADATA} is not a JSON object: {error}") from error


def _named(metadata: Mapping[str, Any]) -> Iterator[str]:
    """Yield record and run, in this order."""
    return (str(metadata.get(name) or "") for name in (RECORD_ID, RUN_ID))


def _path(record_id: str) -> int | None:
    found = _PATH.match(record_id)
    return int(found[1]) if found else None


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
