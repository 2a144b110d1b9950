"""The legacy AI21 Jurassic-2, whose records bring up to sixteen completions each.

Form: Bedrock user guide, AI21 Labs Jurassic-2 models; `numResults`: AI21, J2 Complete API. Kept
for the published exam experiment, and asked in its own form alone: Converse supports these models
in part, and one completion a record. Tokens are not stated but listed, so they are counted.
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
    sum_stated,
)

_STOPS = Stops(
    finished=frozenset({"endoftext", "stop"}), cut_off=frozenset({"length"}), filtered=frozenset()
)


class _Text(msgspec.Struct):
    text: str | None = None
    tokens: list[msgspec.Raw] | None = None


class _Finish(msgspec.Struct):
    reason: str | None = None


class _Written(msgspec.Struct):
    said: _Text | None = msgspec.field(default=None, name="data")
    finishReason: _Finish | None = None


class _JurassicOutput(msgspec.Struct):
    prompt: _Text | None = None
    completions: list[_Written | None] | None = None


class Jurassic(Form):
    """Jurassic's own form."""

    def body(self, prompt: str, sampling: Sampling) -> dict[str, Any]:
        """Return prompt and sampling; `numResults` only where several are wanted."""
        return {
            "prompt": prompt,
            "maxTokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            **sampling.nucleus("topP"),
            **sampling.several("numResults"),
        }

    def read(self, output: _JurassicOutput) -> Answered:
        """Return the completions in their order."""
        written = [each or _Written() for each in output.completions or []]
        counts = [_tokens(each.said) for each in written]
        return Answered(
            [_completion(each) for each in written],
            _tokens(output.prompt),
            sum_stated(counts),
        )


JURASSIC = Family(
    name="jurassic",
    pattern=r"ai21\.j2-[a-z0-9.:-]+",
    forms=(Jurassic("InvokeModel", 16, msgspec.json.Decoder(Row[_JurassicOutput])),),
    max_temperature=1.0,
    max_tokens=8191,
    listed=False,
)


def _completion(written: _Written) -> Completion:
    text = written.said.text if written.said else None
    return _STOPS.completion(text, written.finishReason.reason if written.finishReason else None)


def _tokens(text: _Text | None) -> int | None:
    return None if text is None or text.tokens is None else len(text.tokens)
