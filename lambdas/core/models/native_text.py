"""Families whose own form takes one prompt: Llama, the first Mistral models, Command, Jurassic-2.

Llama and Mistral default to Converse, which writes the chat template itself. Command and Jurassic
are legacy models that AWS no longer lists for batch inference. They remain because the published
experiments used them. They take their own form only: Converse supports them in part, and brings one
completion per record.
"""

from dataclasses import dataclass
from typing import Any

import msgspec

from lambdas.core.models.base import (
    UNDECODABLE,
    Body,
    Completion,
    Family,
    Form,
    OutputRow,
    RecordOutput,
    Sampling,
    StopReasons,
    Trait,
    whole_number,
)
from lambdas.core.models.converse import CONVERSE
from lambdas.core.prices import sum_known

_STOP_REASONS = StopReasons(
    finished=frozenset({"stop"}), cut_off=frozenset({"length"}), filtered=frozenset()
)
# Limit of Llama's `max_gen_len`, whatever the model; Converse takes more.
_LLAMA_MAX_TOKENS = 2048


class _LlamaOutput(msgspec.Struct):
    generation: str | None = None
    stop_reason: Any = None
    prompt_token_count: Any = None
    generation_token_count: Any = None


_LLAMA_ROWS = msgspec.json.Decoder(OutputRow[_LlamaOutput])


@dataclass(frozen=True, slots=True)
class Llama(Form):
    """Llama's own form: one prompt in the chat template of its generation.

    Source: Bedrock user guide, Meta Llama models; templates: Meta, model cards and prompt formats.

    Attributes:
        before: what the template has before the user's text.
        after: what it has after that, up to where the model continues.
    """

    before: str = ""
    after: str = ""

    def body(self, prompt: str, sampling: Sampling) -> Body:
        """Return the prompt as the user's turn in the template."""
        return {
            "prompt": f"{self.before}{prompt}{self.after}",
            "max_gen_len": sampling.max_tokens,
            "temperature": sampling.temperature,
            **sampling.top_p_member("top_p"),
        }

    def read(self, output: _LlamaOutput) -> RecordOutput:
        """Return the one completion."""
        return RecordOutput(
            [_STOP_REASONS.completion(output.generation, output.stop_reason)],
            whole_number(output.prompt_token_count),
            whole_number(output.generation_token_count),
        )


def _llama(name: str, pattern: str, before: str, after: str, max_tokens: int) -> Family:
    form = Llama(
        "InvokeModel", 1, _LLAMA_ROWS, max_tokens=_LLAMA_MAX_TOKENS, before=before, after=after
    )
    return Family(name, pattern, (CONVERSE, form), max_temperature=1.0, max_tokens=max_tokens)


LLAMA_2 = _llama("llama2", r"meta\.llama2-[a-z0-9.:-]+", "<s>[INST] ", " [/INST]", 2048)
# Llama 3 to 3.3, and models after 4 until their template is known.
LLAMA = _llama(
    "llama",
    r"meta\.llama(?![24]-)[a-z0-9.:-]+",
    "<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\n",
    "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
    8192,
)
LLAMA_4 = _llama(
    "llama4",
    r"meta\.llama4-[a-z0-9.:-]+",
    "<|begin_of_text|><|header_start|>user<|header_end|>\n\n",
    "<|eot|><|header_start|>assistant<|header_end|>\n\n",
    8192,
)


class _MistralText(msgspec.Struct):
    text: str | None = None
    stop_reason: Any = None


class _MistralOutput(msgspec.Struct):
    outputs: list[_MistralText | None] | None = None


class MistralText(Form):
    """The first Mistral models' own form: one prompt between `[INST]` and `[/INST]`.

    It states no tokens. Source: Bedrock user guide, Mistral AI text completion.
    """

    def body(self, prompt: str, sampling: Sampling) -> Body:
        """Return the prompt as one instruction."""
        return {
            "prompt": f"<s>[INST] {prompt} [/INST]",
            "max_tokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            **sampling.top_p_member("top_p"),
        }

    def read(self, output: _MistralOutput) -> RecordOutput:
        """Return the texts in their order."""
        texts = [text or _MistralText() for text in output.outputs or []]
        return RecordOutput(
            [_STOP_REASONS.completion(each.text, each.stop_reason) for each in texts]
        )


# How the ids of these models begin; all later Mistral models are chat models.
MISTRAL_TEXT_MODELS = (
    r"mistral\.(?:mistral-7b-|mixtral-8x7b-|mistral-large-2402-|mistral-small-2402-)"
)
MISTRAL_TEXT = Family(
    name="mistral-text",
    pattern=rf"{MISTRAL_TEXT_MODELS}[a-z0-9.:-]+",
    forms=(
        CONVERSE,
        MistralText("InvokeModel", 1, msgspec.json.Decoder(OutputRow[_MistralOutput])),
    ),
    max_temperature=1.0,
    max_tokens=8192,
    traits=(Trait(r"mistral\.mixtral-8x7b-", max_tokens=4096),),
)


_COMMAND_STOP_REASONS = StopReasons(
    finished=frozenset({"complete", "stop_sequence"}),
    cut_off=frozenset({"max_tokens", "error_limit"}),
    filtered=frozenset({"error", "error_toxic"}),
)


class _CommandGeneration(msgspec.Struct):
    text: str | None = None
    finish_reason: Any = None


class _CommandOutput(msgspec.Struct):
    generations: list[_CommandGeneration | None] | None = None


class CohereCommand(Form):
    """Cohere Command's own form: up to five completions per record; it states no tokens."""

    def body(self, prompt: str, sampling: Sampling) -> Body:
        """Return prompt and sampling; `num_generations` only for several."""
        return {
            "prompt": prompt,
            "temperature": sampling.temperature,
            "max_tokens": sampling.max_tokens,
            **sampling.top_p_member("p"),
            **sampling.generations_member("num_generations"),
        }

    def read(self, output: _CommandOutput) -> RecordOutput:
        """Return the generations in their order."""
        generations = [each or _CommandGeneration() for each in output.generations or []]
        return RecordOutput(
            [
                _COMMAND_STOP_REASONS.completion(each.text, each.finish_reason)
                for each in generations
            ]
        )


COHERE_COMMAND = Family(
    name="cohere-command",
    pattern=r"cohere\.command-(?:light-)?text-v14(?::[a-z0-9:]+)?",
    forms=(CohereCommand("InvokeModel", 5, msgspec.json.Decoder(OutputRow[_CommandOutput])),),
    max_temperature=5.0,
    max_tokens=4096,
)


_JURASSIC_STOP_REASONS = StopReasons(
    finished=frozenset({"endoftext", "stop"}), cut_off=frozenset({"length"}), filtered=frozenset()
)


_ABSENT = msgspec.Raw(b"null")


class _JurassicText(msgspec.Struct):
    text: str | None = None
    tokens: msgspec.Raw = _ABSENT


class _JurassicCompletion(msgspec.Struct):
    written: _JurassicText | None = msgspec.field(default=None, name="data")
    finishReason: Any = None


class _JurassicOutput(msgspec.Struct):
    prompt: msgspec.Raw = _ABSENT
    completions: list[_JurassicCompletion | None] | None = None


class _JurassicTokens(msgspec.Struct):
    tokens: list[msgspec.Raw] | None = None


# A token has some ten members: too many to decode, where only their number is wanted.
_TOKENS = msgspec.json.Decoder(list[msgspec.Raw] | None)
_PROMPT_TOKENS = msgspec.json.Decoder(_JurassicTokens | None)


class Jurassic(Form):
    """Jurassic-2's own form: up to sixteen completions per record.

    It lists its tokens instead of stating their number, so they are counted.
    Source: Bedrock user guide, AI21 Labs Jurassic-2 models; `numResults`: AI21, J2 Complete API.
    """

    def body(self, prompt: str, sampling: Sampling) -> Body:
        """Return prompt and sampling; `numResults` only for several."""
        return {
            "prompt": prompt,
            "maxTokens": sampling.max_tokens,
            "temperature": sampling.temperature,
            **sampling.top_p_member("topP"),
            **sampling.generations_member("numResults"),
        }

    def read(self, output: _JurassicOutput) -> RecordOutput:
        """Return the completions in their order."""
        completions = [each or _JurassicCompletion() for each in output.completions or []]
        return RecordOutput(
            [_jurassic_completion(each) for each in completions],
            _prompt_tokens(output.prompt),
            sum_known(_listed_tokens(each.written) for each in completions),
        )


def _jurassic_completion(completion: _JurassicCompletion) -> Completion:
    text = completion.written.text if completion.written else None
    finish = completion.finishReason
    reason = finish.get("reason") if isinstance(finish, dict) else finish
    return _JURASSIC_STOP_REASONS.completion(text, reason)


def _prompt_tokens(prompt: msgspec.Raw) -> int | None:
    try:
        found = _PROMPT_TOKENS.decode(prompt)
    except UNDECODABLE:
        return None
    return None if found is None or found.tokens is None else len(found.tokens)


def _listed_tokens(text: _JurassicText | None) -> int | None:
    try:
        found = None if text is None else _TOKENS.decode(text.tokens)
    except UNDECODABLE:
        return None
    return None if found is None else len(found)


JURASSIC = Family(
    name="jurassic",
    pattern=r"ai21\.j2-[a-z0-9.:-]+",
    forms=(Jurassic("InvokeModel", 16, msgspec.json.Decoder(OutputRow[_JurassicOutput])),),
    max_temperature=1.0,
    max_tokens=8191,
)
