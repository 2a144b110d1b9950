"""What every model family offers: a record's body, and the completions in a row of output."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec

from lambdas.contract import InvocationType

Output = TypeVar("Output")


@dataclass(frozen=True, slots=True)
class Sampling:
    """How one record is sampled: temperature, tokens at most, completions wanted of it.

    `top_p` is `None` where the model's default is to stand.
    """

    temperature: float
    max_tokens: int
    generations: int = 1
    top_p: float | None = None

    def nucleus(self, name: str) -> dict[str, float]:
        """Return top-p under the family's name for it, nothing for the model's default."""
        return {} if self.top_p is None else {name: self.top_p}

    def heat(self, default: float | None = None) -> dict[str, float]:
        """Return the temperature, nothing for the default of models that refuse the member."""
        return {} if self.temperature == default else {"temperature": self.temperature}

    def several(self, name: str) -> dict[str, int]:
        """Return the completions wanted under the family's name for them, nothing for one.

        One at temperature 0, where all would be the same text, each paid for.
        """
        return {name: self.generations} if self.generations > 1 and self.temperature > 0 else {}


@dataclass(frozen=True, slots=True)
class Completion:
    """One completion.

    Attributes:
        text: as the model wrote it, "" where the row has none.
        cut_off: it ended at a token limit.
        filtered: the service or the model withheld it.
        odd_stop: it ended for a reason that is none of those its form is known to have.
    """

    text: str
    cut_off: bool = False
    filtered: bool = False
    odd_stop: bool = False


@dataclass(frozen=True, slots=True)
class Stops:
    """What the stop reasons of a form mean; in lower case, for models write them in either."""

    finished: frozenset[str]
    cut_off: frozenset[str]
    filtered: frozenset[str]

    def completion(self, text: str | None, reason: str | None) -> Completion:
        """Return the completion that ended for this reason; `None` says nothing against it."""
        if not reason or (ended := reason.lower()) in self.finished:
            return Completion(text or "")
        cut_off, filtered = ended in self.cut_off, ended in self.filtered
        return Completion(text or "", cut_off, filtered, odd_stop=not (cut_off or filtered))


@dataclass(frozen=True, slots=True)
class Answered:
    """What a record brought: its completions, and the tokens where the model states them."""

    completions: list[Completion]
    tokens_in: int | None = None
    tokens_out: int | None = None


def sum_stated(counts: Sequence[int | None]) -> int | None:
    """Return the tokens of all completions; those that one does not state are those of none."""
    return None if None in counts else sum(count for count in counts if count)


class RowError(msgspec.Struct):
    """Why Bedrock has no output for a record."""

    errorCode: int | None = None
    errorMessage: str | None = None


class Row(msgspec.Struct, Generic[Output]):
    """A line of a `.jsonl.out` file; the echoed `modelInput` is passed over undecoded."""

    recordId: str
    modelOutput: Output | None = None
    error: RowError | None = None


class NamedRow(msgspec.Struct):
    """A row of which only the record's id can be read."""

    recordId: str


@dataclass(frozen=True, slots=True)
class Form(ABC):
    """One form of records: how a model is asked in it, and how its answer is read.

    Attributes:
        invocation_type: how Bedrock is to read `modelInput`.
        max_generations: completions one record can bring; 1 where a path is a record.
        rows: decoder of a line of output, a `Row` of this form's output.
        max_temperature: the highest it takes, where that is less than the family's.
        max_tokens: the most of one completion it takes, where that is less than the family's.
    """

    invocation_type: InvocationType
    max_generations: int
    rows: msgspec.json.Decoder[Any] = field(repr=False, compare=False)
    max_temperature: float | None = None
    max_tokens: int | None = None

    @abstractmethod
    def body(self, prompt: str, sampling: Sampling) -> dict[str, Any]:
        """Return a record's `modelInput`; the prompt stands in it once, as it is."""

    @abstractmethod
    def read(self, output: Any) -> Answered:
        """Return the completions of a row's `modelOutput`, as `rows` decoded it."""


@dataclass(frozen=True, slots=True)
class Trait:
    """What holds for some models of a family beyond what holds for all.

    Attributes:
        pattern: a regular expression that their ids begin with, without the profile's prefix.
        max_tokens: the most tokens of one completion that they take.
        one_sampler: they refuse temperature and top-p together.
        only_temperature: the one temperature they sample at.
        only_by_profile: Bedrock has them in cross-Region inference profiles alone.
    """

    pattern: str
    max_tokens: int | None = None
    one_sampler: bool = False
    only_temperature: float | None = None
    only_by_profile: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """One model family: whose models it has, in which forms they are asked, what they take.

    Attributes:
        name: as `plan.json` and a request's `family` give it.
        pattern: a regular expression that the whole id of its models matches, without the
            profile's prefix.
        forms: in which its models are asked; the first is the default.
        max_temperature: the highest temperature they take.
        max_tokens: the most tokens of one completion that they take.
        traits: of some of its models.
        listed: AWS lists its models for batch inference.
    """

    name: str
    pattern: str
    forms: tuple[Form, ...]
    max_temperature: float
    max_tokens: int
    traits: tuple[Trait, ...] = ()
    listed: bool = True

    def form(self, invocation_type: InvocationType | None = None) -> Form | None:
        """Return the form of that type, the default one for `None`; `None` where it has none."""
        if invocation_type is None:
            return self.forms[0]
        return next((form for form in self.forms if form.invocation_type == invocation_type), None)
