"""Turns a record into its line of the output, faults included."""

import random
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from local.bedrock.answers.source import AnswerError, AnswerSource, Asked, Completion, Place
from local.bedrock.families.family import Family, Output, RefusedBodyError
from local.bedrock.job import Job
from local.bedrock.settings import NO_FAULTS, Faults
from local.bedrock.spool import Record

UNASKED = Place(-1, 0)
LINE_SEPARATOR, NEXT_LINE = "\u2028", "\u0085"


@dataclass(frozen=True, slots=True)
class Row:
    """What a record comes to: its lines, whether it succeeded, and its tokens."""

    lines: bytes
    succeeded: bool
    tokens_in: int = 0
    tokens_out: int = 0


class Rows:
    """Answers the records of one job."""

    def __init__(
        self,
        job: Job,
        family: Family,
        source: AnswerSource,
        faults: Faults,
        *,
        scope: str,
        seed: int,
    ) -> None:
        self._family = family
        self._source = source
        self._faults = faults
        self._scope = scope
        self._chance = f"{seed}:{job.name}"

    def place(self, record: Record) -> Place:
        """Reserve a record's completions; a body that will be refused reserves none."""
        try:
            asked = self._asked(record)
        except RefusedBodyError:
            return UNASKED
        return self._source.reserve(self._scope, asked)

    def row(self, number: int, record: Record, place: Place) -> Row:
        """Answer the record with this number in the job."""
        if self._faults == NO_FAULTS:
            return self._answered(record, place)
        chance = random.Random(f"{self._chance}:{number}")  # noqa: S311
        if chance.random() < self._faults.error_rows:
            return _error_row(record, self._faults.error_code, "The model failed on this record.")
        return self._damaged(self._answered(record, place), chance)

    def _asked(self, record: Record) -> Asked:
        return self._family.asked(record.record_id or "", bytes(record.model_input))

    def _answered(self, record: Record, place: Place) -> Row:
        try:
            asked = self._asked(record)
            completions = self._source.answers(asked, place)
        except RefusedBodyError as error:
            return _error_row(record, 400, str(error))
        except AnswerError as error:
            return _error_row(record, error.code, str(error))
        if self._faults.odd_line_ends:
            completions = [_with_odd_line_ends(each) for each in completions]
        output = self._family.output(asked, completions, nulls=self._faults.explicit_nulls)
        return self._success_row(record, output)

    def _success_row(self, record: Record, output: Output) -> Row:
        nulls = {"error": None} if self._faults.explicit_nulls else {}
        line = _line(record, {"modelOutput": output.body} | nulls)
        return Row(line, True, output.tokens_in, output.tokens_out)

    def _damaged(self, row: Row, chance: random.Random) -> Row:
        drop, double, cut = chance.random(), chance.random(), chance.random()
        if drop < self._faults.drop_rows:
            return replace(row, lines=b"")
        if double < self._faults.duplicate_rows:
            return replace(row, lines=row.lines * 2)
        if cut < self._faults.broken_rows:
            return replace(row, lines=row.lines[: len(row.lines) // 2] + b"\n")
        return row


def _error_row(record: Record, code: int, message: str) -> Row:
    error = {"errorCode": code, "errorMessage": message}
    return Row(_line(record, {"error": error}), False)


def _line(record: Record, outcome: dict[str, Any]) -> bytes:
    members = {"modelInput": record.model_input, **outcome, "recordId": record.record_id}
    return msgspec.json.encode(members) + b"\n"


def _with_odd_line_ends(completion: Completion) -> Completion:
    return replace(completion, text=f"{LINE_SEPARATOR}{completion.text}{NEXT_LINE}")
