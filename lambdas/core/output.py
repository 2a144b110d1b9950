"""What a job brought: the rows of its output, as answers and as counts."""

from collections.abc import Iterable, Iterator

import msgspec

from lambdas.core.answers import ReadAnswer
from lambdas.core.families import Answered, Completion, Form
from lambdas.core.families.base import NamedRow, RowError
from lambdas.core.lines import Line
from lambdas.core.plan import Job
from lambdas.core.receipts import Receipts
from lambdas.core.records import parse_record_id
from lambdas.core.sizing import Shard
from lambdas.core.tokens import MAYBE_BILLED, is_count

# A row echoes its input and brings at most a few completions of 32,768 tokens.
MAX_ROW_BYTES = 4 * 2**20
_KEPT_MESSAGES = 3
_SHOWN_MESSAGE = 200
_SHOWN_END = 90
_ENCODER = msgspec.json.Encoder()


_NAMED = msgspec.json.Decoder(NamedRow)
# What decoding of what others wrote may raise.
UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Answers(msgspec.Struct):
    """A line of `answers.jsonl`: a record's answers, in the order of its paths.

    `q` is the question's index, `s` the record's first path; an answer is `None` where the path
    was sampled but none can be read.
    """

    q: int
    s: int
    a: list[str | None]


class OutputReader:
    """Reads the output of one job, whose rows come in any order.

    Args:
        job: what was asked for.
        shard: its questions.
        form: in which the run's model was asked.
        read_answer: reads the answer to a question of the shard.
    """

    def __init__(self, job: Job, shard: Shard, form: Form, read_answer: ReadAnswer) -> None:
        self.receipts = Receipts(missing_paths=job.paths * shard.questions)
        self._form = form
        self._on_demand = job.on_demand
        self._read_answer = read_answer
        self._shard = shard
        self._wanted: dict[int, tuple[int, int]] = {}
        path = job.first_path
        for place, wanted in enumerate(job.generations):
            self._wanted[path] = (place, wanted)
            path += wanted
        self._seen = bytearray(shard.questions * len(job.generations))

    def answers(self, lines: Iterable[Line]) -> Iterator[bytes]:
        """Yield a line of `answers.jsonl` for each record of the job that the rows bring."""
        for line in lines:
            if line.content == b"":
                continue
            self.receipts.rows += 1
            answers = self._answers(line.content)
            if answers is not None:
                yield _ENCODER.encode(answers) + b"\n"

    def _answers(self, content: bytes | None) -> Answers | None:
        try:
            row = self._form.rows.decode(content or b"")
        except UNDECODABLE:
            return self._unreadable(content or b"")
        expected = self._expected(row.recordId)
        if expected is None:
            return None
        question, first_path, wanted = expected
        if row.modelOutput is None:
            self._note_error(row.error)
            return self._none_of(expected)
        number = question - self._shard.first
        read = self._completed(self._form.read(row.modelOutput), number, wanted)
        self.receipts.missing_paths -= len(read)
        return Answers(question, first_path, read)

    def _unreadable(self, content: bytes) -> Answers | None:
        """Count a line that is no row, or a row whose output is of another form."""
        try:
            record_id = _NAMED.decode(content).recordId
        except UNDECODABLE:
            self.receipts.malformed += 1
            return None
        expected = self._expected(record_id)
        self.receipts.unreadable += expected is not None
        return self._none_of(expected) if expected else None

    def _expected(self, record_id: str) -> tuple[int, int, int] | None:
        parsed = parse_record_id(record_id)
        question, first_path = parsed or (-1, -1)
        place, wanted = self._wanted.get(first_path, (-1, 0))
        number = question - self._shard.first
        if place < 0 or not 0 <= number < self._shard.questions:
            self.receipts.foreign += 1
            return None
        seat = number * len(self._wanted) + place
        if self._seen[seat]:
            self.receipts.duplicates += 1
            return None
        self._seen[seat] = 1
        return question, first_path, wanted

    def _note_error(self, error: RowError | None) -> None:
        self.receipts.errors += 1
        if self._on_demand and error:
            self.receipts.maybe_billed += error.errorCode in MAYBE_BILLED
        shown = f"{error.errorCode}: {error.errorMessage}" if error else "neither output nor error"
        messages = self.receipts.messages
        if len(messages) < _KEPT_MESSAGES and shown[:_SHOWN_MESSAGE] not in messages:
            messages.append(shown[:_SHOWN_MESSAGE])

    def _none_of(self, expected: tuple[int, int, int]) -> Answers:
        """Return that none of a record's paths has an answer."""
        question, first_path, wanted = expected
        self.receipts.unanswered += wanted
        self.receipts.missing_paths -= wanted
        return Answers(question, first_path, [None] * wanted)

    def _completed(self, answered: Answered, question: int, wanted: int) -> list[str | None]:
        receipts = self.receipts
        receipts.succeeded += 1
        self._count_tokens(answered)
        read: list[str | None] = []
        for completion in answered.completions[:wanted]:
            answer = None if completion.filtered else self._read_answer(completion, question)
            read.append(answer)
            receipts.odd_stops += completion.odd_stop
            if answer is None:
                self._note_unanswered(completion)
        receipts.answered += len(read) - read.count(None)
        return read

    def _note_unanswered(self, completion: Completion) -> None:
        receipts = self.receipts
        receipts.unanswered += 1
        receipts.cut_off += completion.cut_off
        receipts.filtered += completion.filtered
        receipts.empty += not completion.text.strip()
        if not (receipts.unread or completion.cut_off or completion.filtered):
            receipts.unread = " ".join(completion.text[-_SHOWN_END:].split())

    def _count_tokens(self, answered: Answered) -> None:
        read, written = answered.tokens_in, answered.tokens_out
        if not (is_count(read) and is_count(written)):
            self.receipts.unstated += 1
            self.receipts.characters_out += sum(len(each.text) for each in answered.completions)
            return
        self.receipts.tokens_in += read
        self.receipts.tokens_out += written
