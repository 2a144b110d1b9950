"""Records of a job's input: their ids, and the lines of `input.jsonl`."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count

from lambdas.core.families import Form, Sampling
from lambdas.core.prompting.prompt import Field, Prompt
from lambdas.core.sets.question import Choice, Question
from lambdas.core.waves.wanted import Slot, Wanted

_HEAD = b'{"recordId":"'
_BODY = b'","modelInput":'
_TAIL = b"}\n"
_ID_CHARACTERS = 11
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
    """Writes records; what surrounds a question is encoded once for each number of completions.

    Args:
        form: in which the model is asked.
        prompt: what stands around each question.
        sampling: of all records, but for the completions wanted of each.
    """

    def __init__(self, form: Form, prompt: Prompt, sampling: Sampling) -> None:
        self._form = form
        self._prompt = prompt
        self._sampling = sampling
        self._around: dict[int, tuple[bytes, ...]] = {}

    def overhead(self, generations: int) -> int:
        """Return the bytes of a record without the question's own texts."""
        texts = self._texts(generations)
        return len(_HEAD) + _ID_CHARACTERS + len(_BODY) + sum(map(len, texts)) + len(_TAIL)

    def lines(self, questions: Iterable[Question], wanted: Wanted) -> Iterator[bytes]:
        """Yield, for each question that records are wanted of, their lines."""
        for question in questions:
            slots = wanted.get(question.index)
            if slots:
                yield b"".join(self._records_of(question, slots))

    def _records_of(self, question: Question, slots: Sequence[Slot]) -> Iterator[bytes]:
        by_field = encoded_fields(question)
        values = [by_field[field] for field in self._prompt.fields]
        bodies: dict[int, bytes] = {}
        for slot in slots:
            if slot.generations not in bodies:
                bodies[slot.generations] = self._body(values, slot.generations)
            name = record_id(question.index, slot.first_path).encode("ascii")
            yield _HEAD + name + bodies[slot.generations]

    def _body(self, values: Sequence[bytes], generations: int) -> bytes:
        """Return what follows a record's id: the same for all records of so many completions."""
        first, *texts = self._texts(generations)
        pairs = zip(values, texts, strict=True)
        return b"".join((_BODY, first, *(part for pair in pairs for part in pair), _TAIL))

    def _texts(self, generations: int) -> tuple[bytes, ...]:
        """Return a record's body, cut where the question's fields stand."""
        if generations not in self._around:
            sampling = replace(self._sampling, generations=generations)
            self._around[generations] = tuple(_around_fields(self._form, self._prompt, sampling))
        return self._around[generations]


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
