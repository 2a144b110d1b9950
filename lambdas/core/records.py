"""Records of a job's input: their ids, and the lines of `input.jsonl`."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from lambdas.core.families import Form, Sampling
from lambdas.core.prompting.prompt import Field, Prompt
from lambdas.core.sets.question import Choice, Question

_HEAD = b'{"recordId":"q'
_TAIL = b"}\n"
_RECORD_ID = re.compile(r"q(\d{7})s(\d{2})", re.ASCII)


def record_id(question: int, first_path: int) -> str:
    """Return the 11 alphanumerics that name a record: question index, first of its paths.

    >>> record_id(12, 5)
    'q0000012s05'
    """
    return f"q{question:07d}s{first_path:02d}"


def parse_record_id(text: str) -> tuple[int, int] | None:
    """Return question index and first path of a record id, `None` where it is not one of ours."""
    found = _RECORD_ID.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


class RecordWriter:
    """Writes the records of one job; what surrounds a question is encoded once.

    Args:
        form: in which the model is asked.
        prompt: what stands around each question.
        sampling: of each of a question's records in this job, in order.
        first_path: the job's first path.
    """

    def __init__(
        self, form: Form, prompt: Prompt, sampling: Sequence[Sampling], *, first_path: int
    ) -> None:
        self._fields = prompt.fields
        self._records: list[tuple[bytes, tuple[bytes, ...]]] = []
        path = first_path
        for each in sampling:
            head, *texts = _around_fields(form, prompt, each)
            start = b's%02d","modelInput":%b' % (path, head)
            self._records.append((start, tuple(texts)))
            path += each.generations

    def overhead(self) -> int:
        """Return the bytes of a question's records without the question's own texts."""
        return sum(
            len(_HEAD) + 7 + len(start) + sum(map(len, texts)) + len(_TAIL)
            for start, texts in self._records
        )

    def lines(self, questions: Iterable[Question]) -> Iterator[bytes]:
        """Yield, for each question, its records' lines."""
        for question in questions:
            yield b"".join(self._records_of(question))

    def _records_of(self, question: Question) -> Iterator[bytes]:
        head = b"%b%07d" % (_HEAD, question.index)
        by_field = encoded_fields(question)
        values = [by_field[field] for field in self._fields]
        for start, texts in self._records:
            pairs = zip(values, texts, strict=True)
            yield b"".join((head, start, *(part for pair in pairs for part in pair), _TAIL))


def encoded_fields(question: Question) -> dict[Field, bytes]:
    """Return the question's fields as they stand in a record."""
    block = choices_block(question.choices)
    return {"question": encoded(question.text), "choices": encoded(block) if block else b""}


def choices_block(choices: Sequence[Choice]) -> str:
    r"""Return the options of a question as its prompt shows them, a line each.

    >>> choices_block([Choice("A", "three"), Choice("B", "four")])
    '(A) three\n(B) four'
    """
    return "\n".join(f"({choice.label}) {choice.text}" for choice in choices)


def encoded(text: str) -> bytes:
    """Return a text as it stands between the quotes of a JSON string.

    In ASCII, so that no reader takes a U+2028 or U+0085 within a question for a line's end.
    """
    return json.dumps(text)[1:-1].encode("ascii")


def _around_fields(form: Form, prompt: Prompt, sampling: Sampling) -> list[bytes]:
    """Return a record's body, cut where the question's fields stand."""

    def body(field: str) -> str:
        return json.dumps(form.body(prompt.around(field, field), sampling), separators=(",", ":"))

    whole = body("")
    # Letters of which the first comes once: what stands before it cannot shift where it is found.
    slot = next(slot for n in count() if (slot := f"SLOT{n}") not in whole)
    return [piece.encode() for piece in body(slot).split(slot)]
