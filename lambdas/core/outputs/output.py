"""What a job brought: the rows of its output, as answers and as counts."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from lambdas.contract import Variant
from lambdas.core.answers import ReadAnswer
from lambdas.core.extraction.calculator import verdict
from lambdas.core.extraction.confidence import stated_percent
from lambdas.core.families import Answered, Completion, Form
from lambdas.core.families.base import NamedRow, RowError
from lambdas.core.lines import Line
from lambdas.core.outputs.answer_lines import Answers
from lambdas.core.outputs.receipts import Receipts
from lambdas.core.outputs.tokens import MAYBE_BILLED, is_count, is_passing
from lambdas.core.records import parse_record_id
from lambdas.core.waves.wanted import Wanted

# A row echoes its input and brings at most a few completions of 32,768 tokens.
MAX_ROW_BYTES = 4 * 2**20
_SHOWN_MESSAGE = 200
_ENCODER = msgspec.json.Encoder()

_NAMED = msgspec.json.Decoder(NamedRow)
# What decoding of what others wrote may raise.
UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Expected(NamedTuple):
    """A record that was asked for: its question, its first path, completions wanted of it."""

    question: int
    first_path: int
    wanted: int


class OutputReader:
    """Reads the output of one part of a job, whose rows come in any order.

    Args:
        wanted: the records asked for, by question.
        part: which of the job's parts these are of, from 0.
        form: in which the run's model was asked.
        first: the index of the shard's first question.
        read_answer: reads the answer to a question of the shard.
        variants: votes beside the plain majority, and what they need to know.
        on_demand: whether the records were run on demand.
    """

    def __init__(
        self,
        wanted: Wanted,
        part: int,
        form: Form,
        *,
        first: int,
        read_answer: ReadAnswer,
        variants: Sequence[Variant] = (),
        on_demand: bool = False,
    ) -> None:
        # By question and first path: completions wanted of the records still to come.
        self._left = {
            _name(question, slot.first_path): slot.generations
            for question, slots in wanted.items()
            for slot in slots
        }
        self.receipts = Receipts(missing_paths=sum(self._left.values()))
        self._part = part
        self._form = form
        self._first = first
        self._read_answer = read_answer
        self._variants = variants
        self._on_demand = on_demand
        self._seen: set[int] = set()

    def answers(self, lines: Iterable[Line], file: int = 0) -> Iterator[bytes]:
        """Yield a line of `answers.jsonl` for each record of the part that the rows bring.

        Args:
            lines: of an output file; its rows are of this part alone.
            file: which of the part's files it is, from 0.
        """
        for line in lines:
            if line.content == b"":
                continue
            self.receipts.rows += 1
            answers = self._answers(line.content)
            if answers is not None:
                # A row without completions has nothing to show.
                answers.n = line.size if answers.n else 0
                answers.p, answers.f, answers.o = self._part, file, line.start
                yield _ENCODER.encode(answers) + b"\n"

    def _answers(self, content: bytes | None) -> Answers | None:
        try:
            row = self._form.rows.decode(content or b"")
        except UNDECODABLE:
            return self._unreadable(content or b"")
        expected = self._expected(row.recordId)
        if expected is None:
            return None
        if row.modelOutput is None:
            self._note_error(row.error)
            return self._none_of(expected, again=is_passing(row.error and row.error.errorCode))
        return self._completed(expected, self._form.read(row.modelOutput))

    def _unreadable(self, content: bytes) -> Answers | None:
        """Count a line that is no row, or a row whose output is of another form."""
        try:
            record_id = _NAMED.decode(content).recordId
        except UNDECODABLE:
            self.receipts.malformed += 1
            return None
        expected = self._expected(record_id)
        self.receipts.unreadable += expected is not None
        return self._none_of(expected, again=False) if expected else None

    def _expected(self, record_id: str) -> _Expected | None:
        question, first_path = parse_record_id(record_id) or (-1, -1)
        name = _name(question, first_path)
        wanted = self._left.pop(name, 0)
        if wanted:
            self._seen.add(name)
            return _Expected(question, first_path, wanted)
        again = name in self._seen
        self.receipts.duplicates += again
        self.receipts.foreign += not again
        return None

    def _note_error(self, error: RowError | None) -> None:
        self.receipts.errors += 1
        if self._on_demand and error:
            self.receipts.maybe_billed += error.errorCode in MAYBE_BILLED
        shown = f"{error.errorCode}: {error.errorMessage}" if error else "neither output nor error"
        self.receipts.note(shown[:_SHOWN_MESSAGE])

    def _none_of(self, expected: _Expected, *, again: bool) -> Answers:
        """Return that none of a record's paths has an answer."""
        question, first_path, wanted = expected
        self.receipts.unanswered += wanted
        self.receipts.missing_paths -= wanted
        if again:
            return Answers(question, first_path, [], e=wanted)
        return Answers(question, first_path, [None] * wanted)

    def _completed(self, expected: _Expected, answered: Answered) -> Answers:
        receipts = self.receipts
        receipts.succeeded += 1
        self._count_tokens(answered)
        completions = answered.completions[: expected.wanted]
        number = expected.question - self._first
        read = [self._answer(each, number) for each in completions]
        receipts.answered += len(read) - read.count(None)
        receipts.missing_paths -= len(read)
        return Answers(
            expected.question,
            expected.first_path,
            read,
            n=len(read),
            c=self._checked(completions, read),
            d=self._stated(completions),
        )

    def _answer(self, completion: Completion, number: int) -> str | None:
        answer = None if completion.filtered else self._read_answer(completion, number)
        self.receipts.odd_stops += completion.odd_stop
        if answer is None:
            self.receipts.note_unanswered(completion)
        return answer

    def _checked(
        self, completions: Sequence[Completion], answers: Sequence[str | None]
    ) -> list[bool | None] | None:
        if "calculator" not in self._variants:
            return None
        pairs = zip(completions, answers, strict=True)
        return [verdict(each.text, answer) if answer else None for each, answer in pairs]

    def _stated(self, completions: Sequence[Completion]) -> list[int | None] | None:
        if "confidence" not in self._variants:
            return None
        return [stated_percent(each.text) for each in completions]

    def _count_tokens(self, answered: Answered) -> None:
        receipts, read, written = self.receipts, answered.tokens_in, answered.tokens_out
        if is_count(read) and is_count(written):
            receipts.tokens_in += read
            receipts.tokens_out += written
        else:
            receipts.unstated += 1
            receipts.characters_out += sum(len(each.text) for each in answered.completions)


def _name(question: int, first_path: int) -> int:
    """Return a record's name as a number: a path has two digits."""
    return 100 * question + first_path
