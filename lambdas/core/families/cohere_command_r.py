"""Cohere Command R and R+: a message in, a text out.

Source: Bedrock user guide, Cohere Command R and Command R+ models. Tokens are documented for
streamed answers only; they are read where they stand.
"""

from typing import Any

import msgspec

from lambdas.core.families.base import Answered, Family, Form, Row, Sampling
from lambdas.core.families.cohere_command import STOPS
from lambdas.core.families.converse import CONVERSE


class _Billed(msgspec.Struct):
    input_tokens: int | None = None
    output_tokens: int | None = None


class _Meta(msgspec.Struct):
    billed_units: _Billed | None = None


class _CommandROutput(msgspec.Struct):
    text: str | None = None
    finish_reason: str | None = None
    meta: _Meta | None = None


class CohereCommandR(Form):
    """Command R's own form."""

    def body(self, prompt: str, sampling: Sampling) -> dict[str, Any]:
        """Return the prompt as the message."""
        return {
            "message": prompt,
            "max_tokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            **sampling.nucleus("p"),
        }

    def read(self, output: _CommandROutput) -> Answered:
        """Return the one completion."""
        billed = (output.meta.billed_units if output.meta else None) or _Billed()
        completion = STOPS.completion(output.text, output.finish_reason)
        return Answered([completion], billed.input_tokens, billed.output_tokens)


COHERE_COMMAND_R = Family(
    name="cohere-command-r",
    pattern=r"cohere\.command-r-[a-z0-9.:-]+",
    forms=(
        CONVERSE,
        CohereCommandR("InvokeModel", 1, msgspec.json.Decoder(Row[_CommandROutput])),
    ),
    max_temperature=1.0,
    max_tokens=4096,
    listed=False,
)
