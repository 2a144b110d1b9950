"""Turns a record into its line of the output, faults included."""

import random
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import msgspec

from selfconsistency.bedrock.answers.source import (
    AnswerError,
    AnswerSource,
    Asked,
    Completion,
    Place,
)
from selfconsistency.bedrock.families.family import Family, Output, RefusedBodyError
from selfconsistency.bedrock.input_reader import Record
from selfconsistency.bedrock.jobs import Job
from selfconsistency.bedrock.ledger import Ledger
from selfconsistency.bedrock.odd_rows import error_outcome, with_odd_members
from selfconsistency.bedrock.settings import NO_FAULTS, ErrorCode, ErrorForm

# Enough for rows that differ, few enough to look for in each job.
STRANGERS = 100
_DIGIT = re.compile(r"\d")
UNASKED = Place(-1, 0)
LINE_SEPARATOR, NEXT_LINE = "\u2028", "\u0085"


@dataclass(frozen=True, slots=True)
class Row:
    """What a record comes to: its lines, whether it succeeded, and its tokens.

    `delivered` is whether one of the lines can be read as the record's.
    """

    record_id: str
    lines: bytes
    succeeded: bool
    tokens_in: int = 0
    tokens_out: int = 0
    delivered: bool = True

    def truncated(self) -> "Row":
        r"""Return the row with the last of its lines cut in the middle, without its end.

        >>> Row("a", b"1234\n1234\n", succeeded=True).truncated().lines
        b'1234\n12'
        """
        whole = self.lines.rfind(b"\n", 0, -1) + 1
        end = whole + (len(self.lines) - whole) // 2
        return replace(self, lines=self.lines[:end], delivered=self.delivered and whole > 0)


class Rows:
    """Answers the records of one job.

    `strangers` are the ids of records that other jobs have; `fails` makes each an error row.
    """

    def __init__(
        self,
        job: Job,
        family: Family,
        source: AnswerSource,
        *,
        scope: str,
        strangers: Sequence[str] = (),
        fails: bool = False,
    ) -> None:
        self._family = family
        self._source = source
        self._injection = job.injection
        self._faults = job.injection.faults
        self._faultless = self._faults == NO_FAULTS
        self._scope = scope
        self._strangers = strangers
        self._error_share = 1.0 if fails else self._faults.error_rows
        self._chance = f"{job.injection.seed}:{job.name}"

    def place(self, record: Record) -> Place:
        """Reserve a record's completions; a body that will be refused reserves none."""
        try:
            asked = self._asked(record)
        except RefusedBodyError:
            return UNASKED
        return self._source.reserve(self._scope, asked)

    def row(self, number: int, record: Record, place: Place) -> Row:
        """Answer the record with this number in the job."""
        if self._faultless:
            return self._answered(record, place)
        chance = random.Random(f"{self._chance}:{number}")  # noqa: S311
        if chance.random() < self._error_share:
            self._injection.note("error_rows")
            outcome = error_outcome(self._error_code(chance), self._error_form(chance))
            return Row(record.record_id or "", _line(record, outcome), succeeded=False)
        row = self._answered(record, place)
        return self._beside_foreign(self._damaged(row, chance), row.lines, chance, number)

    def _error_code(self, chance: random.Random) -> ErrorCode:
        codes = sorted(self._faults.error_codes, key=str)
        return chance.choice(codes) if codes else self._faults.error_code

    def _error_form(self, chance: random.Random) -> ErrorForm | None:
        forms = sorted(self._faults.error_forms)
        return chance.choice(forms) if forms else None

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
        line = _line(record, {"modelOutput": self._odd(record, output.body)} | nulls)
        return Row(record.record_id or "", line, True, output.tokens_in, output.tokens_out)

    def _odd(self, record: Record, body: Any) -> Any:
        kinds = sorted(self._faults.odd_members)
        if not kinds:
            return body
        self._injection.note("odd_members")
        chance = random.Random(f"{self._chance}:{record.record_id}")  # noqa: S311
        return with_odd_members(body, chance.choice(kinds))

    def _damaged(self, row: Row, chance: random.Random) -> Row:
        drop, double, cut = chance.random(), chance.random(), chance.random()
        if drop < self._faults.drop_rows:
            self._injection.note("drop_rows")
            return replace(row, lines=b"", delivered=False)
        if double < self._faults.duplicate_rows:
            self._injection.note("duplicate_rows")
            return replace(row, lines=row.lines * 2)
        if cut < self._faults.broken_rows:
            self._injection.note("broken_rows")
            return replace(row, lines=row.lines[: len(row.lines) // 2] + b"\n", delivered=False)
        return row

    def _beside_foreign(self, row: Row, line: bytes, chance: random.Random, number: int) -> Row:
        if chance.random() >= self._faults.foreign_rows:
            return row
        self._injection.note("foreign_rows")
        return replace(row, lines=row.lines + foreign_line(line, self._strangers, number))


def strangers(ledger: Ledger, own: Collection[str]) -> list[str]:
    """Return record ids of other jobs that a job with these of its own does not have."""
    others = (entry.record_id for entry in ledger.entries() if entry.source == "batch")
    return list(islice((each for each in dict.fromkeys(others) if each not in own), STRANGERS))


def foreign_line(line: bytes, known: Sequence[str], number: int) -> bytes:
    r"""Return a copy of a row for another record: in turn one of those known, and nobody's.

    >>> foreign_line(b'{"recordId":"q0000001s00"}', ["q0000007s00"], 1)
    b'{"recordId":"q0000007s00"}\n'
    >>> foreign_line(b'{"recordId":"q0000001s00"}', ["q0000007s00"], 2)
    b'{"recordId":"q9999999s99"}\n'
    """
    row = msgspec.json.decode(line, type=dict[str, Any])
    nobody = _DIGIT.sub("9", row["recordId"])
    row["recordId"] = known[number // 2 % len(known)] if known and number % 2 else nobody
    return msgspec.json.encode(row) + b"\n"


def _error_row(record: Record, code: int, message: str) -> Row:
    error = {"errorCode": code, "errorMessage": message}
    return Row(record.record_id or "", _line(record, {"error": error}), False)


def _line(record: Record, outcome: dict[str, Any]) -> bytes:
    members = {"modelInput": record.model_input, **outcome, "recordId": record.record_id}
    return msgspec.json.encode(members) + b"\n"


def _with_odd_line_ends(completion: Completion) -> Completion:
    return replace(completion, text=f"{LINE_SEPARATOR}{completion.text}{NEXT_LINE}")
