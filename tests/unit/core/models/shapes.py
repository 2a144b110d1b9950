"""The bodies that Bedrock documents for each family, as far as a run uses them.

Written from the user guide's pages of inference parameters and the API reference of Converse, not
from the adapters. They refuse undocumented members and values out of range.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Unit = Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=1)]


class Documented(msgspec.Struct, forbid_unknown_fields=True):
    pass


class TextBlock(Documented):
    text: str


class BlocksMessage(Documented):
    role: Literal["user", "assistant"]
    content: list[TextBlock]


class InferenceConfig(Documented, rename="camel"):
    max_tokens: Count
    temperature: Unit | None = None
    top_p: Unit | None = None
    stop_sequences: list[str] = []


class Converse(Documented, rename="camel"):
    messages: list[BlocksMessage]
    inference_config: InferenceConfig
    system: list[TextBlock] = []


class Nova(Converse, rename="camel"):
    schema_version: Literal["messages-v1"] = "messages-v1"


class ClaudeBlock(Documented):
    type: Literal["text"]
    text: str


class ClaudeMessage(Documented):
    role: Literal["user", "assistant"]
    content: list[ClaudeBlock]


class Claude(Documented):
    anthropic_version: Literal["bedrock-2023-05-31"]
    max_tokens: Count
    messages: list[ClaudeMessage]
    system: str = ""
    temperature: Unit = 1.0
    top_p: Unit = 1.0
    top_k: int = 0
    stop_sequences: list[str] = []


class Llama(Documented):
    prompt: str
    max_gen_len: Annotated[int, Meta(ge=1, le=2048)]
    temperature: Unit
    top_p: Unit = 0.9


class MistralText(Documented):
    prompt: Annotated[str, Meta(pattern=r"^<s>\[INST\] [\s\S]* \[/INST\]$")]
    max_tokens: Annotated[int, Meta(ge=1, le=8192)]
    temperature: Unit
    top_p: Unit = 1.0
    top_k: int = 50
    stop: list[str] = []


class ChatMessage(Documented):
    role: Literal["system", "user", "assistant"]
    content: str


class MistralChat(Documented):
    messages: list[ChatMessage]
    max_tokens: Annotated[int, Meta(ge=1, le=8192)]
    temperature: Unit
    top_p: Unit = 1.0


class OpenAi(Documented):
    messages: list[ChatMessage]
    max_completion_tokens: Count
    temperature: Annotated[float, Meta(ge=0, le=2)]
    top_p: Unit = 1.0


class OpenAiStyle(Documented):
    messages: list[ChatMessage]
    max_tokens: Count
    temperature: Annotated[float, Meta(ge=0, le=2)]
    top_p: Unit = 1.0


class Command(Documented):
    prompt: str
    max_tokens: Annotated[int, Meta(ge=1, le=4096)]
    temperature: Annotated[float, Meta(ge=0, le=5)]
    p: Unit = 0.75
    k: int = 0
    num_generations: Annotated[int, Meta(ge=1, le=5)] = 1


class Jurassic(Documented, rename="camel"):
    prompt: str
    max_tokens: Annotated[int, Meta(ge=0, le=8191)]
    temperature: Unit
    top_p: Unit = 1.0
    num_results: Annotated[int, Meta(ge=1, le=16)] = 1


INVOKE_MODEL: dict[str, type[Documented]] = {
    "nova": Nova,
    "claude": Claude,
    "llama": Llama,
    "llama2": Llama,
    "llama4": Llama,
    "mistral": MistralChat,
    "mistral-text": MistralText,
    "openai": OpenAi,
    "qwen": OpenAiStyle,
    "deepseek": OpenAiStyle,
    "kimi": OpenAiStyle,
    "minimax": OpenAiStyle,
    "glm": OpenAiStyle,
    "nemotron": OpenAiStyle,
    "gemma": OpenAiStyle,
    "cohere-command": Command,
    "jurassic": Jurassic,
}
