"""The first Mistral models, asked with one prompt between `[INST]` and `[/INST]`.

Source: Bedrock user guide, Mistral AI text completion. The default is Converse, which also states
tokens; this form does not.
"""

from typing import Any

import msgspec

from lambdas.core.families.base import (
    Answered,
    Completion,
    Family,
    Form,
    Row,
    Sampling,
    Stops,
    Trait,
)
from lambdas.core.families.converse import CONVERSE

_STOPS = Stops(finished=frozenset({"stop"}), cut_off=frozenset({"length"}), filtered=frozenset())


class _Text(msgspec.Struct):
    text: str | None = None
    stop_reason: str | None = None


class _MistralOutput(msgspec.Struct):
    outputs: list[_Text | None] | None = None


class MistralText(Form):
    """Text in, text out."""

    def body(self, prompt: str, sampling: Sampling) -> dict[str, Any]:
        """Return the prompt as one instruction."""
        return {
            "prompt": f"<s>[INST] {prompt} [/INST]",
            "max_tokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            **sampling.nucleus("top_p"),
        }

    def read(self, output: _MistralOutput) -> Answered:
        """Return the texts in their order."""
        return Answered([_completion(text or _Text()) for text in output.outputs or []])


# The ids of these models begin so; all later ones are chat models.
TEXT_MODELS = r"mistral\.(?:mistral-7b-|mixtral-8x7b-|mistral-large-2402-|mistral-small-2402-)"

MISTRAL_TEXT = Family(
    name="mistral-text",
    pattern=rf"{TEXT_MODELS}[a-z0-9.:-]+",
    forms=(CONVERSE, MistralText("InvokeModel", 1, msgspec.json.Decoder(Row[_MistralOutput]))),
    max_temperature=1.0,
    max_tokens=8192,
    traits=(Trait(r"mistral\.mixtral-8x7b-", max_tokens=4096),),
)


def _completion(text: _Text) -> Completion:
    return _STOPS.completion(text.text, text.stop_reason)
