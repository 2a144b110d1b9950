"""What a model family does for the Bedrock emulator: read a record's body, write its answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import NAMESPACE_URL, uuid5

import msgspec

from selfconsistency.bedrock.answers.source import Asked, Completion, Turn, estimated_tokens

# What a model with explicit nulls thinks beside its text: a reader that takes it for the answer
# is wrong.
THOUGHT = "The answer is 0."
Body = dict[str, Any]
Completions = Sequence[Completion]
Ranges = Mapping[str, tuple[float, float]]


class RefusedBodyError(Exception):
    """The model does not take this `modelInput`: the record gets an error row, code 400."""


@dataclass(frozen=True, slots=True)
class Output:
    """A `modelOutput` with the tokens it is billed for."""

    body: Body
    tokens_in: int
    tokens_out: int


class Family:
    """One form of records; `asked` and `output` are the same for all, a subclass says the rest.

    Attributes:
        decoder: reads a body of the documented shape.
        ranges: sampling parameter → least and most, in the order in which they are checked.
        section: where the sampling parameters stand in the body, for messages.
        default_max_tokens: the model's, where a body has none.
        default_temperature: likewise.
        bounded: whether `ranges` are checked.
    """

    decoder: ClassVar[msgspec.json.Decoder[Any]]
    ranges: ClassVar[Ranges]
    section: ClassVar[str] = ""
    default_max_tokens: ClassVar[int] = 512
    default_temperature: ClassVar[float] = 0.5
    bounded: bool = True

    def __init__(self, base_id: str = "") -> None:
        self.base_id = base_id

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a `modelInput`.

        Raises:
            RefusedBodyError: a member is missing, unknown, of another type or out of its range, or
                the model does not take the prompt or the conversation.
        """
        try:
            body = self.decoder.decode(model_input)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise RefusedBodyError(f"Malformed input request: {error}") from error
        self.check(body)
        sampling = self.sampling(body)
        if self.bounded:
            self._check_ranges(sampling)
        given = sampling.temperature
        return Asked(
            record_id=record_id,
            turns=self.turns(body),
            temperature=self.default_temperature if given is None else given,
            count=getattr(body, "count", None) or 1,
            max_tokens=sampling.max_tokens or self.default_max_tokens,
            top_p=sampling.top_p,
        )

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write a `modelOutput`; with `nulls`, absent members are there as null.

        The prompt is billed once, however many completions there are.
        """
        spoken = sum(completion.token_count for completion in completions)
        body = self.answer(asked, completions, nulls)
        return Output(body, estimated_tokens(asked.prompt), spoken)

    def check(self, body: Any) -> None:
        """Refuse a body before its ranges are checked."""

    def sampling(self, body: Any) -> Any:
        """Return the part of a body that has the sampling parameters."""
        return body

    def turns(self, body: Any) -> tuple[Turn, ...]:
        """Return a body's conversation."""
        raise NotImplementedError

    def answer(self, asked: Asked, completions: Completions, nulls: bool) -> Body:
        """Return the body of the `modelOutput`."""
        raise NotImplementedError

    def _check_ranges(self, sampling: Any) -> None:
        for name, (least, most) in self.ranges.items():
            value = getattr(sampling, name)
            if value is not None and not least <= value <= most:
                place = sampling.__struct_fields__.index(name)
                written = f"{self.section}{sampling.__struct_encode_fields__[place]}"
                raise RefusedBodyError(
                    f"Malformed input request: #/{written}: {value} is not from {least} to {most}"
                )


def identity(asked: Asked, part: str = "") -> str:
    """Return an id that is the same whenever the record is answered."""
    return str(uuid5(NAMESPACE_URL, f"{asked.record_id}/{part}"))


def stop_reason(completion: Completion) -> str:
    """Return why a completion ended, in the words that most models have for it."""
    return "stop" if completion.finished else "length"
