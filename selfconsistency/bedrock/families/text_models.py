"""Models that complete a prompt: Llama, Mistral's first, DeepSeek R1, Cohere Command, Jurassic-2.

Source: Amazon Bedrock user guide, inference request parameters of each provider.
"""

import re
from typing import Any, ClassVar

import msgspec

from selfconsistency.bedrock.answers.source import (
    CHARS_PER_TOKEN,
    Asked,
    Completion,
    Turn,
    estimated_tokens,
)
from selfconsistency.bedrock.families.family import (
    THOUGHT,
    Body,
    Completions,
    Family,
    Ranges,
    RefusedBodyError,
    identity,
    stop_reason,
)

# Llama 3 writes <|start_header_id|>user<|end_header_id|> … <|eot_id|>, Llama 4 <|header_start|>.
_HEADER = re.compile(
    r"<\|(?:start_header_id|header_start)\|>\s*(\w+)\s*<\|(?:end_header_id|header_end)\|>"
)
_END = re.compile(r"<\|(?:eot_id|eot|eom_id)\|>")
_INSTRUCTION_TOKENS = re.compile(r"\[INST\]|\[/INST\]")
_DEEPSEEK_USER, _DEEPSEEK_ASSISTANT = "<｜User｜>", "<｜Assistant｜>"
_JURASSIC_REQUEST_ID = 1234


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    prompt: str
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None


class _TextModel(Family):
    """A prompt in, one completion out, unless the subclass has several."""

    def check(self, body: Any) -> None:
        if not body.prompt.strip():
            raise RefusedBodyError("Malformed input request: #/prompt: is blank")

    def turns(self, body: Any) -> tuple[Turn, ...]:
        return (Turn("user", body.prompt),)


class _LlamaBody(_Body):
    max_tokens: int | None = msgspec.field(default=None, name="max_gen_len")


class Llama(_TextModel):
    """Meta's Llama: a prompt in the model's own chat template, one generation with its tokens."""

    decoder = msgspec.json.Decoder(_LlamaBody)
    ranges: ClassVar[Ranges] = {"max_tokens": (1, 8192), "temperature": (0, 1), "top_p": (0, 1)}

    def turns(self, body: Any) -> tuple[Turn, ...]:
        """Return the template's turns."""
        return templated(body.prompt)

    def answer(self, asked: Asked, completions: Completions, nulls: bool) -> Body:
        """Write the one generation."""
        (completion,) = completions
        body = {
            "generation": completion.text,
            "prompt_token_count": estimated_tokens(asked.prompt),
            "generation_token_count": completion.token_count,
            "stop_reason": stop_reason(completion),
        }
        return body | ({"images": None} if nulls else {})


class _MistralBody(_Body):
    stop: list[str] | None = None
    top_k: int | None = None


class MistralText(_TextModel):
    """Mistral 7B, Mixtral, and the first Mistral Small and Large; they state no tokens."""

    decoder = msgspec.json.Decoder(_MistralBody)
    ranges: ClassVar[Ranges] = {
        "max_tokens": (1, 8192),
        "temperature": (0, 1),
        "top_p": (0, 1),
        "top_k": (1, 200),
    }

    def turns(self, body: Any) -> tuple[Turn, ...]:
        """Return the instructions and the answers between them."""
        return instructed(body.prompt)

    def answer(self, asked: Asked, completions: Completions, nulls: bool) -> Body:  # noqa: ARG002
        """Write the one output."""
        (completion,) = completions
        output = {"text": completion.text, "stop_reason": stop_reason(completion)}
        return {"outputs": [output | ({"logprobs": None} if nulls else {})]}


class _DeepSeekBody(_Body):
    stop: list[str] | None = None


class DeepSeekR1(_TextModel):
    """A prompt in the chat template, one choice, whose text has the reasoning up to `</think>`."""

    decoder = msgspec.json.Decoder(_DeepSeekBody)
    ranges: ClassVar[Ranges] = {"max_tokens": (1, 32_768), "temperature": (0, 1), "top_p": (0, 1)}
    default_max_tokens = 8192

    def turns(self, body: Any) -> tuple[Turn, ...]:
        """Return the user's text, which stands between the template's tokens."""
        begun = body.prompt.rpartition(_DEEPSEEK_USER)[2]
        return (Turn("user", begun.partition(_DEEPSEEK_ASSISTANT)[0].strip() or body.prompt),)

    def answer(self, asked: Asked, completions: Completions, nulls: bool) -> Body:  # noqa: ARG002
        """Write the one choice."""
        (completion,) = completions
        text = f"{THOUGHT}\n</think>\n\n{completion.text}" if nulls else completion.text
        return {"choices": [{"text": text, "stop_reason": stop_reason(completion)}]}


class _CohereBody(_Body):
    top_p: float | None = msgspec.field(default=None, name="p")
    top_k: float | None = msgspec.field(default=None, name="k")
    count: int | None = msgspec.field(default=None, name="num_generations")
    stop_sequences: list[str] | None = None
    return_likelihoods: str | None = None
    truncate: str | None = None


class CohereCommand(_TextModel):
    """cohere.command-text-v14: the published experiment's model, up to five generations."""

    decoder = msgspec.json.Decoder(_CohereBody)
    ranges: ClassVar[Ranges] = {
        "temperature": (0, 5),
        "top_p": (0, 1),
        "top_k": (0, 500),
        "max_tokens": (1, 4096),
        "count": (1, 5),
    }
    default_max_tokens = 20
    default_temperature = 0.9

    def answer(self, asked: Asked, completions: Completions, nulls: bool) -> Body:
        """Write the generations."""
        generations = [
            {
                "id": identity(asked, str(number)),
                "text": completion.text,
                "finish_reason": "COMPLETE" if completion.finished else "MAX_TOKENS",
            }
            | ({"likelihood": None} if nulls else {})
            for number, completion in enumerate(completions)
        ]
        return {"generations": generations, "id": identity(asked), "prompt": asked.prompt}


class _Penalty(msgspec.Struct, forbid_unknown_fields=True, rename="camel"):
    scale: float
    apply_to_whitespaces: bool | None = None
    apply_to_punctuations: bool | None = None
    apply_to_numbers: bool | None = None
    apply_to_stopwords: bool | None = None
    apply_to_emojis: bool | None = None


class _JurassicBody(_Body, rename="camel"):
    max_tokens: int | None = None
    top_p: float | None = None
    count: int | None = msgspec.field(default=None, name="numResults")
    stop_sequences: list[str] | None = None
    count_penalty: _Penalty | None = None
    presence_penalty: _Penalty | None = None
    frequency_penalty: _Penalty | None = None


class Jurassic(_TextModel):
    """AI21's Jurassic-2, the exam experiment's model: up to sixteen completions.

    Source: for `numResults`, AI21's own API reference. Tokens are not counted, they are listed.
    """

    decoder = msgspec.json.Decoder(_JurassicBody)
    ranges: ClassVar[Ranges] = {
        "max_tokens": (1, 8191),
        "temperature": (0, 1),
        "top_p": (0, 1),
        "count": (1, 16),
    }
    default_max_tokens = 200

    def answer(self, asked: Asked, completions: Completions, nulls: bool) -> Body:
        """Write the completions."""
        return {
            "id": _JURASSIC_REQUEST_ID,
            "prompt": _with_tokens(asked.prompt, estimated_tokens(asked.prompt)),
            "completions": [_completion(each, asked.max_tokens, nulls) for each in completions],
        }


def templated(prompt: str) -> tuple[Turn, ...]:
    r"""Return the turns between a template's headers; a prompt without any is one user turn.

    What has no header before it, and the empty turn that the model is to fill, are left out.

    >>> templated("<|start_header_id|>user<|end_header_id|>\n\nHi<|eot_id|>")
    (Turn(role='user', text='Hi'),)
    """
    parts = _HEADER.split(prompt)
    turns = [
        Turn(role, _END.split(text, maxsplit=1)[0].strip())
        for role, text in zip(parts[1::2], parts[2::2], strict=True)
    ]
    return tuple(turn for turn in turns if turn.text) or instructed(prompt)


def instructed(prompt: str) -> tuple[Turn, ...]:
    """Return what stands between `[INST]` and `[/INST]`, by turns user and assistant.

    Mistral's and Llama 2's templates have these. A prompt without them, or with them in another
    order, is one user turn.

    >>> instructed("<s>[INST] Hi [/INST] Ho</s>[INST] Again [/INST]")[2]
    Turn(role='user', text='Again')
    """
    parts = _INSTRUCTION_TOKENS.split(prompt)
    order = _INSTRUCTION_TOKENS.findall(prompt)
    if not order or order != ["[INST]", "[/INST]"] * (len(order) // 2):
        return (Turn("user", prompt),)
    texts = [part.strip().removeprefix("<s>").removesuffix("</s>").strip() for part in parts[1:]]
    turns = [
        Turn("user" if index % 2 == 0 else "assistant", text) for index, text in enumerate(texts)
    ]
    return tuple(turn for turn in turns if turn.text) or (Turn("user", prompt),)


def _completion(completion: Completion, limit: int, nulls: bool) -> dict[str, Any]:
    reason: dict[str, Any] = {"reason": "endoftext"}
    if not completion.finished:
        reason = {"reason": "length", "length": limit}
    written = _with_tokens(completion.text, completion.token_count)
    return {"data": written | ({"tokens": None} if nulls else {}), "finishReason": reason}


def _with_tokens(text: str, count: int) -> dict[str, Any]:
    """Return a text with as many tokens as it is billed for."""
    tokens = [
        {
            "generatedToken": {"token": text[start : start + CHARS_PER_TOKEN], "logprob": 0.0},
            "topTokens": None,
            "textRange": {"start": start, "end": min(start + CHARS_PER_TOKEN, len(text))},
        }
        for start in range(0, count * CHARS_PER_TOKEN, CHARS_PER_TOKEN)
    ]
    return {"text": text, "tokens": tokens}
