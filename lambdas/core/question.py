"""Questions as the shards of a run store them, and their choices as a prompt shows them."""

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from lambdas.contract.schema import Choice, Question
from lambdas.core.text import Line

# A row of `dataset.files.MAX_LINE_BYTES` in which every character needs an escape.
MAX_QUESTION_BYTES = 2 * 2**20
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Question)


def choices_block(choices: Sequence[Choice]) -> str:
    r"""Return the choices of a question as its prompt shows them, one per line.

    >>> choices_block([Choice("A", "three"), Choice("B", "four")])
    '(A) three\n(B) four'
    """
    return "\n".join(f"({choice.label}) {choice.text}" for choice in choices)


def read_shard(lines: Iterable[Line]) -> Iterator[Question]:
    """Yield the questions of a shard as Plan wrote them."""
    for line in lines:
        if line.content:
            yield _DECODER.decode(line.content)


def write_shard(questions: Iterable[Question]) -> Iterator[bytes]:
    """Yield the lines of a shard."""
    for question in questions:
        yield _ENCODER.encode(question) + b"\n"
