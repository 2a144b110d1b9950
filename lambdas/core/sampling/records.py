"""Records of a job's input: their ids, and the lines of `input.jsonl`."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count

from lambdas.contract.schema import Field, Prompt, Question
from lambdas.core.models.base import Form, Sampling
from lambdas.core.question import choices_block
from lambdas.core.sampling.jobs import RecordsByQuestion, RecordSpec

_HEAD = b'{"recordId":"'
_BODY = b'","modelInput":'
_TAIL = b"}\n"
_ID_CHARACTERS = 11
_RECORD_ID = re.compile(r"q(\d{7})s(\d{2})", re.ASCII)


def record_id(question: int, first_path: int) -> str:
    """Return the 11 alphanumerics that name a record: question index and first path.

    >>> record_id(12, 5)
    'q0000012s05'
    """
    return f"q{question:07d}s{first_path:02d}"


def parse_record_id(text: str) -> tuple[int, int] | None:
    """Return question index and first path of a record id, `None` if it is not one of ours."""
    found = _RECORD_ID.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


class RecordWriter:
    """Writes records; the texts around a question are encoded once per number of completions.

    Args:
        form: the request form of the model.
        prompt: the texts around each question.
        sampling: parameters of all records; each record sets its number of completions.
    """

    def __init__(self, form: Form, prompt: Prompt, sampling: Sampling) -> None:
        self._form = form
        self._prompt = prompt
        self._sampling = sampling
        self._around: dict[int, tuple[bytes, ...]] = {}

    def overhead(self, generations: int) -> int:
        """Return the bytes of a record without the texts of its question."""
        texts = self._texts(generations)
        return len(_HEAD) + _ID_CHARACTERS + len(_BODY) + sum(map(len, texts)) + len(_TAIL)

    def lines(self, questions: Iterable[Question], records: RecordsByQuestion) -> Iterator[bytes]:
        """Yield the lines of each question's records, all records of a question together."""
        for question in questions:
            specs = records.get(question.index)
            if specs:
                yield b"".join(self._records_of(question, specs))

    def _records_of(self, question: Question, specs: Sequence[RecordSpec]) -> Iterator[bytes]:
        by_field = encoded_fields(question)
        values = [by_field[field] for field in self._prompt.fields]
        bodies: dict[int, bytes] = {}
        for spec in specs:
            if spec.generations not in bodies:
                bodies[spec.generations] = self._body(values, spec.generations)
            name = record_id(question.index, spec.first_path).encode("ascii")
            yield _HEAD + name + bodies[spec.generations]

    def _body(self, values: Sequence[bytes], generations: int) -> bytes:
        """Return what follows the id; it is the same for all records with as many completions."""
        first, *texts = self._texts(generations)
        pairs = zip(values, texts, strict=True)
        return b"".join((_BODY, first, *(piece for pair in pairs for piece in pair), _TAIL))

    def _texts(self, generations: int) -> tuple[bytes, ...]:
        """Return a record's body, cut at the question's fields."""
        if generations not in self._around:
            sampling = replace(self._sampling, generations=generations)
            self._around[generations] = tuple(_around_fields(self._form, self._prompt, sampling))
        return self._around[generations]


def encoded_fields(question: Question) -> dict[Field, bytes]:
    """Return the question's fields as they stand in a record."""
    block = choices_block(question.choices)
    return {"question": encoded(question.text), "choices": encoded(block) if block else b""}


def encoded(text: str) -> bytes:
    """Return a text as it stands between the quotes of a JSON string.

    It is ASCII, so that no reader takes a U+2028 or U+0085 in a question for a line end.
    """
    return json.dumps(text)[1:-1].encode("ascii")


def _around_fields(form: Form, prompt: Prompt, sampling: Sampling) -> list[bytes]:
    """Return a record's body, cut at the question's fields."""

    def body(field: str) -> str:
        return json.dumps(
            form.full_body(prompt.around(field, field), sampling), separators=(",", ":")
        )

    whole = body("")
    # The marker's first letter occurs in it once, so the text before it cannot shift the match.
    marker = next(marker for n in count() if (marker := f"SLOT{n}") not in whole)
    return [piece.encode() for piece in body(marker).split(marker)]
