"""What every model family offers: the body of a record, and the completions in a row of output."""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec

from lambdas.contract import InvocationType

Output = TypeVar("Output")
# A record's `modelInput`: JSON whose members each service names and nests in its own way.
Body = dict[str, Any]
# What decoding what others wrote may raise.
UNDECODABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
# Of a number in a text; a longer one counts nothing that there is.
_MAX_DIGITS = 20


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to sample one record.

    Attributes:
        temperature: 0 for greedy.
        max_tokens: limit of one completion.
        generations: completions per record.
        top_p: `None` for the model's default.
        model_fields: further members for the model, none of them set by a form.
    """

    temperature: float
    max_tokens: int
    generations: int = 1
    top_p: float | None = None
    model_fields: Mapping[str, Any] = field(default_factory=dict)

    def top_p_member(self, name: str) -> dict[str, float]:
        """Return top-p under the family's name, nothing for the model's default."""
        return {} if self.top_p is None else {name: self.top_p}

    def temperature_member(self, default: float | None = None) -> dict[str, float]:
        """Return the temperature, nothing for the default: some models refuse the member."""
        return {} if self.temperature == default else {"temperature": self.temperature}

    def generations_member(self, name: str) -> dict[str, int]:
        """Return the number of completions under the family's name, nothing for one.

        At temperature 0 it is one: all would be the same text, and each is billed.
        """
        return {name: self.generations} if self.generations > 1 and self.temperature > 0 else {}


class Completion(msgspec.Struct, frozen=True, gc=False):
    """One completion.

    Attributes:
        text: as the model wrote it, "" where the row has none.
        cut_off: it ended at a token limit.
        filtered: the service or the model withheld it.
        odd_stop: the stop reason is not one that this form is known to have.
    """

    text: str
    cut_off: bool = False
    filtered: bool = False
    odd_stop: bool = False


@dataclass(frozen=True, slots=True)
class StopReasons:
    """The stop reasons of a form by meaning; in lower case, because models write either case."""

    finished: frozenset[str]
    cut_off: frozenset[str]
    filtered: frozenset[str]

    def completion(self, text: str | None, reason: object) -> Completion:
        """Return the completion that stopped for this reason, an odd one if it is no text.

        `None` counts as finished.
        """
        if reason is None or reason == "":
            return Completion(text or "")
        if not isinstance(reason, str):
            return Completion(text or "", odd_stop=True)
        stop = reason.lower()
        if stop in self.finished:
            return Completion(text or "")
        cut_off, filtered = stop in self.cut_off, stop in self.filtered
        return Completion(text or "", cut_off, filtered, odd_stop=not (cut_off or filtered))


class RecordOutput(msgspec.Struct, frozen=True, gc=False):
    """The completions of one record, and its tokens, `None` where the model does not state them.

    Attributes:
        completions: in their order.
        tokens_in: of the prompt, those in the prompt cache included.
        tokens_out: of the completions.
        cache_read: how many of `tokens_in` came out of the prompt cache.
        cache_write: how many of `tokens_in` went into it.
    """

    completions: list[Completion]
    tokens_in: int | None = None
    tokens_out: int | None = None
    cache_read: int = 0
    cache_write: int = 0


class UsageNames(NamedTuple):
    """How a form names the tokens of a record with one completion.

    Prompt tokens in the prompt cache are counted apart from the prompt's others.
    Source: Bedrock user guide, Prompt caching; it is on by default for Claude and Nova.
    """

    tokens_in: str
    tokens_out: str
    cache_read: str
    cache_write: str

    def output(self, completion: Completion, usage: object) -> RecordOutput:
        """Return a record's completion with the tokens of its `usage`, any JSON."""
        if not isinstance(usage, dict):
            return RecordOutput([completion])
        tokens_in = whole_number(usage.get(self.tokens_in))
        read = whole_number(usage.get(self.cache_read)) or 0
        write = whole_number(usage.get(self.cache_write)) or 0
        if tokens_in is not None:
            tokens_in += read + write
        tokens_out = whole_number(usage.get(self.tokens_out))
        return RecordOutput([completion], tokens_in, tokens_out, read, write)


class RowError(msgspec.Struct):
    """Why a record has no output, as Bedrock documents it; what is read may differ."""

    errorCode: int | None = None
    errorMessage: str | None = None


class OutputRow(msgspec.Struct, Generic[Output]):
    """A line of a `.jsonl.out` file; the echoed `modelInput` is not decoded.

    Only members with the text have a type, here and in the output of each form. All others are
    read from any JSON, because a readable answer is paid for, whatever stands beside it.
    """

    recordId: str
    modelOutput: Output | None = None
    error: Any = None


class OutputRowHead(msgspec.Struct):
    """What is read of a row whose output cannot be decoded."""

    recordId: str
    error: Any = None


def whole_number(found: object) -> int | None:
    """Return a number from outside, however it is written; `None` for what is none.

    >>> [whole_number(each) for each in (7, 7.0, "7", 7.5, "7 tokens", [7], True, None)]
    [7, 7, 7, None, None, None, None, None]
    """
    # Nearly all numbers, and members that are absent.
    if found is None or type(found) is int:
        return found
    if isinstance(found, str) and found.isascii() and found.isdecimal():
        return int(found) if len(found) <= _MAX_DIGITS else None
    if isinstance(found, float) and found.is_integer():
        return int(found)
    return None


def member_number(found: object, name: str) -> int | None:
    """Return a number in an object from outside; `None` if there is no object or no number.

    >>> member_number({"inputTokens": "7"}, "inputTokens"), member_number([7], "inputTokens")
    (7, None)
    """
    return whole_number(found.get(name)) if isinstance(found, dict) else None


@dataclass(frozen=True, slots=True)
class Form(ABC):
    """One format of records: the body that a model takes, and the output that it writes.

    Attributes:
        invocation_type: how Bedrock reads `modelInput`.
        max_generations: completions that one record can bring; with 1, each path is a record.
        rows: decoder of a line of output, an `OutputRow` of this form's output.
        max_tokens: limit of one completion, where it is lower than the family's.
    """

    invocation_type: InvocationType
    max_generations: int
    rows: msgspec.json.Decoder[Any] = field(repr=False, compare=False)
    max_tokens: int | None = None

    def full_body(self, prompt: str, sampling: Sampling) -> Body:
        """Return a record's `modelInput` with the further members.

        Converse has one for them and merges it into the model's own body, at whose top level
        they stand otherwise. Source: Bedrock API reference, Converse.
        """
        body, fields = self.body(prompt, sampling), dict(sampling.model_fields)
        if not fields:
            return body
        if self.invocation_type == "Converse":
            return {**body, "additionalModelRequestFields": fields}
        return {**fields, **body}

    @abstractmethod
    def body(self, prompt: str, sampling: Sampling) -> Body:
        """Return a record's `modelInput`; it contains the prompt once, unchanged."""

    @abstractmethod
    def read(self, output: Any) -> RecordOutput:
        """Return the completions of a row's `modelOutput`, as `rows` decoded it."""


@dataclass(frozen=True, slots=True)
class Trait:
    """What holds for some models of a family only.

    Attributes:
        pattern: regular expression for the start of their ids, without a profile's prefix.
        max_tokens: limit of one completion.
        one_sampler: they refuse temperature and top-p together.
        only_temperature: the one temperature they sample at.
        only_by_profile: Bedrock offers them through cross-Region inference profiles only.
        thinks: they think before they answer, unless a request says otherwise.
        bounded_by: `model_fields` that bound or end their thinking, "" if none are known.
    """

    pattern: str
    max_tokens: int | None = None
    one_sampler: bool = False
    only_temperature: float | None = None
    only_by_profile: bool = False
    thinks: bool = False
    bounded_by: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """One model family: its model ids, its forms and its limits.

    Attributes:
        name: as in `plan.json` and in a request's `family`.
        pattern: regular expression for the whole id of a model, without a profile's prefix.
        forms: of its records; the first is the default.
        max_temperature: the highest temperature that its models take.
        max_tokens: limit of one completion.
        traits: of some of its models.
    """

    name: str
    pattern: str
    forms: tuple[Form, ...]
    max_temperature: float
    max_tokens: int
    traits: tuple[Trait, ...] = ()

    def traits_of(self, model: str) -> list[Trait]:
        """Return the traits of a model, by its id without a profile's prefix."""
        return [trait for trait in self.traits if re.match(trait.pattern, model)]

    def form(self, invocation_type: InvocationType | None = None) -> Form | None:
        """Return the form of that type, the default for `None`; `None` if there is none."""
        if invocation_type is None:
            return self.forms[0]
        return next((form for form in self.forms if form.invocation_type == invocation_type), None)
