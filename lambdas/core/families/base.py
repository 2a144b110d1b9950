"""What every model family offers: a record's body, and the completions in a row of output."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

import msgspec

Output = TypeVar("Output")
InvocationType = Literal["InvokeModel", "Converse"]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How one record is sampled: temperature, tokens at most, completions wanted of it."""

    temperature: float
    max_tokens: int
    generations: int = 1


@dataclass(frozen=True, slots=True)
class Completion:
    """One completion: its text, and whether it was cut off at the token limit or filtered."""

    text: str
    cut_off: bool = False
    filtered: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What a record brought: its completions, and the tokens where the model states them."""

    completions: list[Completion]
    tokens_in: int | None = None
    tokens_out: int | None = None


class RowError(msgspec.Struct):
    """Why Bedrock has no output for a record."""

    errorCode: int | None = None
    errorMessage: str | None = None


class Row(msgspec.Struct, Generic[Output]):
    """A line of a `.jsonl.out` file; the echoed `modelInput` is passed over undecoded."""

    recordId: str
    modelOutput: Output | None = None
    error: RowError | None = None


@dataclass(frozen=True, slots=True)
class Family(ABC):
    """One model family.

    Attributes:
        name: as `plan.json` keeps it.
        pattern: a regular expression that the whole id of its models matches, without the
            profile's prefix.
        invocation_type: how Bedrock is to read `modelInput`.
        max_generations: completions one record can bring; 1 where a path is a record.
        max_temperature: the highest temperature it takes.
        max_tokens: the most tokens of one completion that it takes.
        rows: decoder of a line of output.
    """

    name: str
    pattern: str
    invocation_type: InvocationType
    max_generations: int
    max_temperature: float
    max_tokens: int
    rows: msgspec.json.Decoder[Any] = field(repr=False, compare=False)

    @abstractmethod
    def body(self, prompt: str, sampling: Sampling) -> dict[str, Any]:
        """Return a record's `modelInput`; the prompt stands in it once, as it is."""

    @abstractmethod
    def read(self, output: Any) -> Answered:
        """Return the completions of a row's `modelOutput`, as `rows` decoded it."""
