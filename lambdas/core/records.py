"""Records of a job's input: their ids, and the lines of `input.jsonl`."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence

from lambdas.core.families import Family, Sampling
from lambdas.core.prompts import Prompt
from lambdas.core.questions import Question

# Stands for the question while a body is made; a private-use character no question brings.
_SLOT = "\ue000question\ue000"
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
        family: the model's family.
        prompt: what stands before and after each question.
        temperature: of the job's setting.
        max_tokens: of one completion.
        generations: completions wanted of each of a question's records in this job, in order.
        first_path: the job's first path.
    """

    def __init__(
        self,
        family: Family,
        prompt: Prompt,
        *,
        temperature: float,
        max_tokens: int,
        generations: Sequence[int],
        first_path: int,
    ) -> None:
        self._parts: list[tuple[bytes, bytes, bytes]] = []
        path = first_path
        for wanted in generations:
            sampling = Sampling(temperature, max_tokens, wanted)
            body = json.dumps(family.body(prompt.around(_SLOT), sampling), separators=(",", ":"))
            before, after = body.rsplit(json.dumps(_SLOT)[1:-1], 1)
            head = f's{path:02d}","modelInput":{before}'
            self._parts.append((b'{"recordId":"q', head.encode(), f"{after}}}\n".encode()))
            path += wanted

    def overhead(self) -> int:
        """Return the bytes of a question's records without the question's own text."""
        return sum(len(start) + 7 + len(head) + len(tail) for start, head, tail in self._parts)

    def lines(self, questions: Iterable[Question]) -> Iterator[bytes]:
        """Yield, for each question, its records' lines."""
        for question in questions:
            text = encoded(question.text)
            number = b"%07d" % question.index
            yield b"".join(
                b"%b%b%b%b%b" % (start, number, head, text, tail)
                for start, head, tail in self._parts
            )


def encoded(text: str) -> bytes:
    """Return a text as it stands between the quotes of a JSON string.

    In ASCII, so that no reader takes a U+2028 or U+0085 within a question for a line's end.
    """
    return json.dumps(text)[1:-1].encode("ascii")
