"""Which family reads the records of a model."""

from collections.abc import Callable

from local.bedrock.answers.source import Asked, Completion
from local.bedrock.families.anthropic import Anthropic
from local.bedrock.families.cohere_command import CohereCommand
from local.bedrock.families.command_r import CommandR
from local.bedrock.families.converse import Converse
from local.bedrock.families.deepseek_r1 import DeepSeekR1
from local.bedrock.families.family import Family, Output, RefusedBodyError
from local.bedrock.families.jamba import Jamba
from local.bedrock.families.jurassic import Jurassic
from local.bedrock.families.llama import Llama
from local.bedrock.families.mistral_chat import MistralChat
from local.bedrock.families.mistral_text import MistralText
from local.bedrock.families.nova import Nova
from local.bedrock.families.openai_style import OpenAiStyle
from local.bedrock.families.titan_text import TitanText


class Unread:
    """A model that does not take this form: every record is refused."""

    def __init__(self, complaint: str) -> None:
        self._complaint = complaint

    def asked(self, record_id: str, model_input: bytes) -> Asked:  # noqa: ARG002
        """Refuse the record."""
        raise RefusedBodyError(self._complaint)

    def output(self, asked: Asked, completions: list[Completion], *, nulls: bool) -> Output:
        """There is none."""
        raise NotImplementedError


def family_of(base_id: str, invocation_type: str) -> Family:
    """Return the family of a model, named without a profile's prefix."""
    if invocation_type == "Converse":
        return _conversing(base_id)
    made = next((make for start, make in _OWN_FORMS.items() if base_id.startswith(start)), None)
    if made is None:
        return Unread(
            f"This stand-in does not know the InvokeModel form of {base_id}; "
            "use modelInvocationType Converse"
        )
    return made(base_id)


def _conversing(base_id: str) -> Family:
    if base_id.startswith(_COMPLETE_ONLY):
        return Unread(
            "This action doesn't support the model that you provided. "
            "Try again with a supported text or chat model."
        )
    return Converse(base_id)


# The legacy models that complete a prompt and know no messages.
_COMPLETE_ONLY = ("ai21.j2-", "cohere.command-text-", "cohere.command-light-text-")

# By the beginning of the id; the first that fits counts.
_OWN_FORMS: dict[str, Callable[[str], Family]] = {
    "ai21.j2-": lambda _: Jurassic(),
    "ai21.jamba-": lambda _: Jamba(),
    "amazon.nova-": lambda _: Nova(),
    "amazon.titan-text-": TitanText,
    "anthropic.claude-": Anthropic,
    "cohere.command-text-": lambda _: CohereCommand(),
    "cohere.command-light-text-": lambda _: CohereCommand(),
    "cohere.command-r": lambda _: CommandR(),
    "deepseek.r1-": lambda _: DeepSeekR1(),
    "deepseek.": OpenAiStyle,
    "google.gemma-": OpenAiStyle,
    "meta.llama": lambda _: Llama(),
    "minimax.": OpenAiStyle,
    "mistral.mistral-7b-": lambda _: MistralText(),
    "mistral.mixtral-": lambda _: MistralText(),
    "mistral.mistral-large-2402": lambda _: MistralText(),
    "mistral.mistral-small-2402": lambda _: MistralText(),
    "mistral.": lambda _: MistralChat(),
    "moonshot": OpenAiStyle,
    "nvidia.": OpenAiStyle,
    "openai.gpt-oss-": OpenAiStyle,
    "qwen.": OpenAiStyle,
    "zai.": OpenAiStyle,
}
