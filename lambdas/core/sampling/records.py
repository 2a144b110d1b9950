"""Records of a job's input: their ids, and the lines of `input.jsonl`."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import NamedTuple

from lambdas.contract import MAX_PATHS
from lambdas.contract.schema import Field, Plan, Prompt, Question, Setting
from lambdas.core.models.base import Form, Sampling
from lambdas.core.question import choices_block
from lambdas.core.sampling.jobs import RecordsByQuestion, RecordSpec
from lambdas.core.sampling.plan import form_of, sampling_of

_HEAD = b'{"recordId":"'
_BODY = b'","modelInput":'
_TAIL = b"}\n"
_ID_CHARACTERS = 11
_ENCODER = json.JSONEncoder()
_PATH_NAMES = tuple(f"s{path:02d}" for path in range(MAX_PATHS))
_ENCODED_PATHS = tuple(name.encode("ascii") for name in _PATH_NAMES)
_RECORD_ID = re.compile(r"q(\d{7})s(\d{2})", re.ASCII)


def record_id(question: int, first_path: int) -> str:
    """Return the 11 alphanumerics that name a record: question index and first path.

    >>> record_id(12, 5)
    'q0000012s05'
    """
    return _stem(question) + _PATH_NAMES[first_path]


def record_ids(question: int, specs: Iterable[RecordSpec]) -> list[str]:
    """Return the ids of a question's records."""
    stem = _stem(question)
    return [stem + _PATH_NAMES[spec.first_path] for spec in specs]


def parse_record_id(text: str) -> tuple[int, int] | None:
    """Return question index and first path of a record id, `None` if it is not one of ours."""
    found = _RECORD_ID.fullmatch(text)
    return (int(found[1]), int(found[2])) if found else None


def _stem(question: int) -> str:
    return f"q{question:07d}"


class RecordWriter:
    """Writes records; the texts around a question are encoded once per kind of record.

    Args:
        form: the request form of the model.
        prompt: the texts around each question.
        sampling: parameters of all records; each record sets its number of completions.
        temperatures: of a mix, which a question's records take in turn.
    """

    def __init__(
        self,
        form: Form,
        prompt: Prompt,
        sampling: Sampling,
        temperatures: Sequence[float] = (),
    ) -> None:
        self._form = form
        self._prompt = prompt
        self._temperatures = temperatures or (sampling.temperature,)
        self._sampling = sampling
        self._frames: dict[_Kind, tuple[bytes, ...]] = {}

    def overhead(self, generations: int) -> int:
        """Return the bytes of a record without the texts of its question."""
        frames = (self._frame(_Kind(generations, each)) for each in self._temperatures)
        return len(_HEAD) + _ID_CHARACTERS + max(sum(map(len, frame)) for frame in frames)

    def lines(self, questions: Iterable[Question], records: RecordsByQuestion) -> Iterator[bytes]:
        """Yield the lines of each question's records, all records of a question together."""
        for question in questions:
            specs = records.get(question.index)
            if specs:
                yield self._records_of(question, specs)

    def _records_of(self, question: Question, specs: Sequence[RecordSpec]) -> bytes:
        values = [_encoded_field(question, field) for field in self._prompt.fields]
        head = _HEAD + _stem(question.index).encode("ascii")
        pieces: list[bytes] = []
        bodies: dict[_Kind, bytes] = {}
        generations, body, turns = 0, b"", len(self._temperatures)
        for spec in specs:
            if turns > 1 or spec.generations != generations:
                generations = spec.generations
                kind = _Kind(generations, self._temperatures[spec.number % turns])
                body = bodies.get(kind) or bodies.setdefault(kind, self._body(values, kind))
            pieces += (head, _ENCODED_PATHS[spec.first_path], body)
        return b"".join(pieces)

    def _body(self, values: Sequence[bytes], kind: "_Kind") -> bytes:
        """Return what follows the id; it is the same for all records of a kind."""
        pieces = [*self._frame(kind)]
        pieces[1::2] = values
        return b"".join(pieces)

    def _frame(self, kind: "_Kind") -> tuple[bytes, ...]:
        """Return what follows the id, with empty bytes in the place of each of the fields."""
        frame = self._frames.get(kind)
        if frame is None:
            generations, temperature = kind
            sampling = replace(self._sampling, generations=generations, temperature=temperature)
            first, *texts = _around_fields(self._form, self._prompt, sampling)
            texts[-1] += _TAIL
            gaps = (piece for text in texts for piece in (b"", text))
            frame = self._frames[kind] = (_BODY + first, *gaps)
        return frame


class _Kind(NamedTuple):
    """Records that differ in nothing but question and path."""

    generations: int
    temperature: float


def record_writer(plan: Plan, setting: Setting) -> RecordWriter:
    """Return what writes the records of a setting."""
    sampling = sampling_of(plan, setting)
    return RecordWriter(form_of(plan), plan.prompt, sampling, setting.temperatures)


def _encoded_field(question: Question, field: Field) -> bytes:
    """Return what of the question stands in a field of the prompt."""
    return encoded(question.text if field == "question" else choices_block(question.choices))


def encoded(text: str) -> bytes:
    """Return a text as it stands between the quotes of a JSON string.

    It is ASCII, so that no reader takes a U+2028 or U+0085 in a question for a line end.
    """
    return _ENCODER.encode(text)[1:-1].encode("ascii")


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
