"""What a model family does for the stand-in: read a record's body, write its answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import NAMESPACE_URL, uuid5

import msgspec

from local.bedrock.answers.source import Asked, Completion, Turn, estimated_tokens

Body = TypeVar("Body")

# What a model with explicit nulls thinks beside its text: a reader that takes it for the answer
# is wrong.
THOUGHT = "The answer is 0."


class RefusedBodyError(Exception):
    """The model does not take this `modelInput`: the record gets an error row, code 400."""


@dataclass(frozen=True, slots=True)
class Output:
    """A `modelOutput` with the tokens it is billed for."""

    body: dict[str, Any]
    tokens_in: int
    tokens_out: int


class Family(Protocol):
    """One form of records."""

    def asked(self, record_id: str, model_input: bytes) -> Asked:
        """Read a `modelInput`.

        Raises:
            RefusedBodyError: it is not one.
        """

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """Write a `modelOutput`; with `nulls`, absent members are there as null."""


def decoded(decoder: msgspec.json.Decoder[Body], model_input: bytes) -> Body:
    """Return a body of the documented shape.

    Raises:
        RefusedBodyError: a member is missing, unknown or of another type.
    """
    try:
        return decoder.decode(model_input)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise RefusedBodyError(f"Malformed input request: {error}") from error


def check_range(name: str, value: float | None, least: float, most: float) -> None:
    """Refuse a number out of its range.

    Raises:
        RefusedBodyError: the number is given and out of range.
    """
    if value is not None and not least <= value <= most:
        raise RefusedBodyError(
            f"Malformed input request: #/{name}: {value} is not from {least} to {most}"
        )


def check_written(name: str, text: str) -> None:
    """Refuse a blank prompt.

    Raises:
        RefusedBodyError: the text is blank.
    """
    if not text.strip():
        raise RefusedBodyError(f"Malformed input request: #/{name}: is blank")


def check_turns(turns: Sequence[Turn]) -> None:
    """Refuse a conversation that does not go from user to user by turns, system turns apart.

    Raises:
        RefusedBodyError: it is empty, roles do not alternate, or a message is blank.
    """
    said = [turn for turn in turns if turn.role != "system"]
    roles = [turn.role for turn in said]
    if not roles or roles != ["user", "assistant"] * (len(roles) // 2) + ["user"]:
        raise RefusedBodyError(
            "A conversation must start and end with a user message, and roles must alternate "
            f"between user and assistant: {roles}"
        )
    if not all(turn.text.strip() for turn in said):
        raise RefusedBodyError("The text field in the ContentBlock object is blank.")


def chosen(value: float | None, default: float) -> float:
    """Return a number as given, else the model's default."""
    return default if value is None else value


def identity(asked: Asked, part: str = "") -> str:
    """Return an id that is the same whenever the record is answered."""
    return str(uuid5(NAMESPACE_URL, f"{asked.record_id}/{part}"))


def billed(asked: Asked, completions: Sequence[Completion], body: dict[str, Any]) -> Output:
    """Return an output with its tokens; the prompt counts once, however many completions."""
    return Output(body, estimated_tokens(asked.prompt), spoken(completions))


def spoken(completions: Sequence[Completion]) -> int:
    """Return the tokens of all completions together."""
    return sum(completion.token_count for completion in completions)
