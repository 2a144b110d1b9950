"""What a model family does for the stand-in: read a record's body, write its answer."""

from dataclasses import dataclass
from typing import Any, Protocol

from local.bedrock.answers.source import Asked, Completion


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


def check_range(name: str, value: float | None, least: float, most: float) -> None:
    """Refuse a number out of its range.

    Raises:
        RefusedBodyError: the number is given and out of range.
    """
    if value is not None and not least <= value <= most:
        raise RefusedBodyError(
            f"Malformed input request: #/{name}: {value} is not from {least} to {most}"
        )
