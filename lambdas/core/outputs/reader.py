"""A job's output: its rows become lines of answers, and counts."""

from collections.abc import Iterable, Sequence

import msgspec

from lambdas.contract.jobs import RecordAnswers
from lambdas.core.answers.calculator import repaired_answer
from lambdas.core.answers.confidence import self_reported_percent
from lambdas.core.answers.reader import ReadAnswer
from lambdas.core.models.base import (
    UNDECODABLE,
    Completion,
    Form,
    OutputRowHead,
    RecordOutput,
)
from lambdas.core.outputs.counts import MAX_RECORD_TOKENS, MAYBE_BILLED, OutputCounts
from lambdas.core.outputs.errors import read_error
from lambdas.core.sampling.jobs import RecordsByQuestion
from lambdas.core.sampling.records import record_ids
from lambdas.core.text import Line

# A row echoes its input and has at most a few completions of 32,768 tokens.
MAX_ROW_BYTES = 4 * 2**20
_ENCODER = msgspec.json.Encoder()
_ROW_HEADS = msgspec.json.Decoder(OutputRowHead)


class OutputReader:
    """Reads the output of one slice of a job; rows may come in any order.

    Args:
        records: the slice's, by question.
        job_slice: number of the slice in its job, from 0.
        form: the format of the run's records.
        first: the index of the shard's first question.
        read_answer: reads the answer to a question of the shard.
        variants: votes beside the plain majority, which need more of a completion.
        on_demand: whether the records ran on demand.

    Attributes:
        counts: of the rows read so far; records without a row count as missing.
    """

    def __init__(
        self,
        records: RecordsByQuestion,
        job_slice: int,
        form: Form,
        *,
        first: int,
        read_answer: ReadAnswer,
        variants: Sequence[str] = (),
        on_demand: bool = False,
    ) -> None:
        self._records = {
            name: _Record(question, spec.first_path, spec.generations)
            for question, specs in records.items()
            for name, spec in zip(record_ids(question, specs), specs, strict=True)
        }
        missing_paths = sum(each.generations for each in self._records.values())
        self.counts = OutputCounts(missing_paths=missing_paths)
        self._job_slice = job_slice
        self._form = form
        self._first = first
        self._read_answer = read_answer
        self._variants = variants
        self._on_demand = on_demand

    def read(self, lines: Iterable[Line], file: int = 0) -> bytes:
        """Read rows; return a line of `answers.jsonl` for each record of the slice among them.

        Args:
            lines: of an output file, with rows of this slice only.
            file: number of the file among the job's, from 0.
        """
        written = bytearray()
        for line in lines:
            if line.content == b"":
                continue
            self.counts.rows += 1
            answers = self._answers(line.content)
            if answers is not None:
                # A row without completions has nothing to show.
                answers.size = line.size if answers.size else 0
                answers.job_slice, answers.file = self._job_slice, file
                answers.start = line.start
                _ENCODER.encode_into(answers, written, -1)
                written += b"\n"
        return bytes(written)

    def _answers(self, content: bytes | None) -> RecordAnswers | None:
        try:
            row = self._form.rows.decode(content or b"")
        except UNDECODABLE:
            return self._undecodable(content or b"")
        record = self._record(row.recordId)
        if record is None:
            return None
        output = None if row.modelOutput is None else self._form.read(row.modelOutput)
        # An output without any text beside an error is the service's way to write none.
        if output is None or (row.error and not any(each.text for each in output.completions)):
            return self._failed(record, row.error)
        return self._with_answers(record, output)

    def _undecodable(self, content: bytes) -> RecordAnswers | None:
        """Count a line that is not a row, or a row whose output has another form."""
        try:
            row = _ROW_HEADS.decode(content)
        except UNDECODABLE:
            self.counts.malformed += 1
            return None
        record = self._record(row.recordId)
        if record is None:
            return None
        if row.error:
            return self._failed(record, row.error)
        self.counts.unreadable += 1
        self.counts.unread_paths += record.generations
        return self._without_answers(record)

    def _record(self, name: str) -> "_Record | None":
        """Return the record of a row; `None` for a further row, or one of another job."""
        record = self._records.get(name)
        if record is None:
            self.counts.foreign += 1
        elif record.is_read:
            self.counts.duplicates += 1
        else:
            record.is_read = True
            return record
        return None

    def _failed(self, record: "_Record", found: object) -> RecordAnswers:
        """Count an error row; return which of the record's paths may be asked for again."""
        error = read_error(found)
        question, first_path, generations = record.question, record.first_path, record.generations
        self.counts.add_error(error)
        self.counts.maybe_billed += self._on_demand and error.status in MAYBE_BILLED
        if error.refused:
            return RecordAnswers(question, first_path, [], refused=generations)
        answers = self._without_answers(record)
        if error.passing:
            return RecordAnswers(question, first_path, [], failed=generations)
        return answers

    def _without_answers(self, record: "_Record") -> RecordAnswers:
        """Return that none of a record's paths has an answer."""
        self.counts.unanswered += record.generations
        self.counts.missing_paths -= record.generations
        return RecordAnswers(record.question, record.first_path, [None] * record.generations)

    def _with_answers(self, record: "_Record", output: RecordOutput) -> RecordAnswers:
        counts = self.counts
        counts.succeeded += 1
        self._count_tokens(output)
        completions = output.completions[: record.generations]
        number = record.question - self._first
        answers = [self._answer(each, number) for each in completions]
        counts.answered += len(answers) - answers.count(None)
        counts.missing_paths -= len(answers)
        found = RecordAnswers(record.question, record.first_path, answers, size=len(answers))
        if self._variants:
            found.repaired = self._repaired_answers(completions, answers)
            found.confidences = self._stated_confidences(completions)
        return found

    def _answer(self, completion: Completion, number: int) -> str | None:
        answer = None if completion.filtered else self._read_answer(completion, number)
        self.counts.odd_stops += completion.odd_stop
        if answer is None:
            self.counts.add_unanswered(completion)
        return answer

    def _repaired_answers(
        self, completions: Sequence[Completion], answers: Sequence[str | None]
    ) -> list[str | None] | None:
        if "repair" not in self._variants:
            return None
        pairs = zip(completions, answers, strict=True)
        return [repaired_answer(each.text, answer) if answer else None for each, answer in pairs]

    def _stated_confidences(self, completions: Sequence[Completion]) -> list[int | None] | None:
        if "confidence" not in self._variants:
            return None
        return [self_reported_percent(each.text) for each in completions]

    def _count_tokens(self, output: RecordOutput) -> None:
        counts, tokens_in, tokens_out = self.counts, output.tokens_in, output.tokens_out
        read, write = output.cache_read, output.cache_write
        if (
            tokens_in is not None
            and tokens_out is not None
            and 0 <= tokens_in <= MAX_RECORD_TOKENS
            and 0 <= tokens_out <= MAX_RECORD_TOKENS
            and 0 <= read <= MAX_RECORD_TOKENS
            and 0 <= write <= MAX_RECORD_TOKENS
        ):
            counts.tokens_in += tokens_in
            counts.tokens_out += tokens_out
            counts.cache_read_tokens += read
            counts.cache_write_tokens += write
        else:
            counts.unstated += 1
            counts.characters_out += sum(len(each.text) for each in output.completions)


def count_records(lines: Iterable[Line]) -> int:
    """Return how many records have rows in an output file; each line that is no row is one."""
    named, unnamed = set(), 0
    for line in lines:
        if line.content == b"":
            continue
        try:
            named.add(_ROW_HEADS.decode(line.content or b"").recordId)
        except UNDECODABLE:
            unnamed += 1
    return len(named) + unnamed


class _Record(msgspec.Struct, gc=False):
    """A record of the slice: its question, its first path, the completions it requests."""

    question: int
    first_path: int
    generations: int
    is_read: bool = False
