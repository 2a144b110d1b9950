"""What a job brought: the rows of its output, as answers and as counts."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import msgspec

from lambdas.core.families import Answered, Completion, Family
from lambdas.core.families.base import RowError
from lambdas.core.lines import Line
from lambdas.core.plan import Job
from lambdas.core.records import parse_record_id
from lambdas.core.sizing import Shard

# A row echoes its input and brings at most a few completions of 32,768 tokens.
MAX_ROW_BYTES = 4 * 2**20
_KEPT_MESSAGES = 3
_SHOWN_MESSAGE = 200
_ENCODER = msgspec.json.Encoder()

ReadAnswer = Callable[[Completion], str | None]


class Answers(msgspec.Struct):
    """A line of `answers.jsonl`: a record's answers, in the order of its paths.

    `q` is the question's index, `s` the record's first path; an answer is `None` where the path
    was sampled but none can be read.
    """

    q: int
    s: int
    a: list[str | None]


@dataclass(slots=True)
class Receipts:
    """Counts of a job's output; grows row by row.

    Attributes:
        rows: lines of the output.
        succeeded: records with completions.
        errors: records with an error row.
        duplicates: further rows of a record already read; passed over.
        foreign: rows whose id is none of the job's records; passed over.
        malformed: lines that are no row; their records count as missing.
        missing_paths: paths asked for that no row brought, not even as an error.
        answered: paths with an answer.
        unanswered: paths without one, cut off and filtered ones and error rows among them.
        cut_off: completions that ended at the token limit without stating an answer.
        filtered: completions that the service or the model withheld.
        tokens_in: as far as rows state them.
        tokens_out: as far as rows state them.
        unstated: records with completions that do not state their tokens.
        characters_out: of the completions of these records.
        messages: the first different error messages.
    """

    rows: int = 0
    succeeded: int = 0
    errors: int = 0
    duplicates: int = 0
    foreign: int = 0
    malformed: int = 0
    missing_paths: int = 0
    answered: int = 0
    unanswered: int = 0
    cut_off: int = 0
    filtered: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    unstated: int = 0
    characters_out: int = 0
    messages: list[str] = field(default_factory=list)


class OutputReader:
    """Reads the output of one job, whose rows come in any order.

    Args:
        job: what was asked for.
        shard: its questions.
        family: of the run's model.
        read_answer: the answer in a completion, `None` where none can be read.
    """

    def __init__(self, job: Job, shard: Shard, family: Family, read_answer: ReadAnswer) -> None:
        self.receipts = Receipts(missing_paths=job.paths * shard.questions)
        self._family = family
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
            row = self._family.rows.decode(content or b"")
        except (msgspec.DecodeError, UnicodeDecodeError):
            self.receipts.malformed += 1
            return None
        expected = self._expected(row.recordId)
        if expected is None:
            return None
        question, first_path, wanted = expected
        if row.modelOutput is None:
            read = self._failed(row.error, wanted)
        else:
            read = self._completed(self._family.read(row.modelOutput), wanted)
        self.receipts.missing_paths -= len(read)
        return Answers(question, first_path, read)

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

    def _failed(self, error: RowError | None, wanted: int) -> list[str | None]:
        self.receipts.errors += 1
        self.receipts.unanswered += wanted
        shown = f"{error.errorCode}: {error.errorMessage}" if error else "neither output nor error"
        messages = self.receipts.messages
        if len(messages) < _KEPT_MESSAGES and shown[:_SHOWN_MESSAGE] not in messages:
            messages.append(shown[:_SHOWN_MESSAGE])
        return [None] * wanted

    def _completed(self, answered: Answered, wanted: int) -> list[str | None]:
        receipts = self.receipts
        receipts.succeeded += 1
        self._count_tokens(answered)
        read: list[str | None] = []
        for completion in answered.completions[:wanted]:
            answer = None if completion.filtered else self._read_answer(completion)
            receipts.answered += answer is not None
            receipts.unanswered += answer is None
            receipts.cut_off += completion.cut_off and answer is None
            receipts.filtered += completion.filtered
            read.append(answer)
        return read

    def _count_tokens(self, answered: Answered) -> None:
        if answered.tokens_in is None or answered.tokens_out is None:
            self.receipts.unstated += 1
            self.receipts.characters_out += sum(len(each.text) for each in answered.completions)
            return
        self.receipts.tokens_in += answered.tokens_in
        self.receipts.tokens_out += answered.tokens_out
