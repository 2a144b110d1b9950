"""The legacy `cohere.command-text-v14`, whose records bring up to five completions each.

No longer offered for batch inference (Bedrock, supported models, 2026); kept for the published
experiment, which drew five generations a record with it.
"""

from typing import Any

import msgspec

from lambdas.core.families.base import Answered, Completion, Family, Row, Sampling


class _Generation(msgspec.Struct):
    text: str | None = None
    finish_reason: str | None = None


class _CommandOutput(msgspec.Struct):
    generations: list[_Generation | None] | None = None


class CohereCommand(Family):
    """Cohere Command text, asked in its own form; it states no tokens."""

    def body(self, prompt: str, sampling: Sampling) -> dict[str, Any]:
        """Return prompt and sampling; `num_generations` only where several are wanted."""
        several = {"num_generations": sampling.generations} if sampling.generations > 1 else {}
        return {
            "prompt": prompt,
            "temperature": sampling.temperature,
            "max_tokens": sampling.max_tokens,
            **several,
        }

    def read(self, output: _CommandOutput) -> Answered:
        """Return the generations in their order."""
        return Answered(
            [_completion(generation or _Generation()) for generation in output.generations or []]
        )


COHERE_COMMAND = CohereCommand(
    name="cohere-command",
    pattern=r"cohere\.command-(?:light-)?text-v14",
    invocation_type="InvokeModel",
    max_generations=5,
    max_temperature=5.0,
    max_tokens=4096,
    rows=msgspec.json.Decoder(Row[_CommandOutput]),
)


def _completion(generation: _Generation) -> Completion:
    reason = (generation.finish_reason or "").upper()
    return Completion(generation.text or "", reason == "MAX_TOKENS", reason.startswith("ERROR"))
