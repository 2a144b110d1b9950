"""The legacy `cohere.command-text-v14`, whose records bring up to five completions each.

No longer offered for batch inference (Bedrock, supported models, 2026); kept for the published
experiment, which drew five generations a record with it, and asked in its own form alone: Converse
supports it in part, and one completion a record.
"""

from typing import Any

import msgspec

from lambdas.core.families.base import Answered, Completion, Family, Form, Row, Sampling, Stops

# Command R ends for the same reasons.
STOPS = Stops(
    finished=frozenset({"complete", "stop_sequence"}),
    cut_off=frozenset({"max_tokens", "error_limit"}),
    filtered=frozenset({"error", "error_toxic"}),
)


class _Generation(msgspec.Struct):
    text: str | None = None
    finish_reason: str | None = None


class _CommandOutput(msgspec.Struct):
    generations: list[_Generation | None] | None = None


class CohereCommand(Form):
    """Cohere Command text, asked in its own form; it states no tokens."""

    def body(self, prompt: str, sampling: Sampling) -> dict[str, Any]:
        """Return prompt and sampling; `num_generations` only where several are wanted."""
        return {
            "prompt": prompt,
            "temperature": sampling.temperature,
            "max_tokens": sampling.max_tokens,
            **sampling.nucleus("p"),
            **sampling.several("num_generations"),
        }

    def read(self, output: _CommandOutput) -> Answered:
        """Return the generations in their order."""
        return Answered(
            [_completion(generation or _Generation()) for generation in output.generations or []]
        )


COHERE_COMMAND = Family(
    name="cohere-command",
    pattern=r"cohere\.command-(?:light-)?text-v14(?::[a-z0-9:]+)?",
    forms=(CohereCommand("InvokeModel", 5, msgspec.json.Decoder(Row[_CommandOutput])),),
    max_temperature=5.0,
    max_tokens=4096,
    listed=False,
)


def _completion(generation: _Generation) -> Completion:
    return STOPS.completion(generation.text, generation.finish_reason)
