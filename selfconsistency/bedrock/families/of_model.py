"""Which family reads the records of a model."""

from collections.abc import Callable

from selfconsistency.bedrock.answers.source import Asked
from selfconsistency.bedrock.families.chat_models import (
    Anthropic,
    Converse,
    MistralChat,
    Nova,
    OpenAiStyle,
)
from selfconsistency.bedrock.families.family import Family, RefusedBodyError
from selfconsistency.bedrock.families.text_models import (
    CohereCommand,
    DeepSeekR1,
    Jurassic,
    Llama,
    MistralText,
)


class Unread(Family):
    """A model that does not take this form: every record is refused."""

    def __init__(self, complaint: str) -> None:
        self._complaint = complaint

    def asked(self, record_id: str, model_input: bytes) -> Asked:  # noqa: ARG002
        """Refuse the record."""
        raise RefusedBodyError(self._complaint)


def family_of(base_id: str, invocation_type: str, *, bounded: bool = True) -> Family:
    """Return the family of a model, named without a profile's prefix.

    Args:
        base_id: of the model.
        invocation_type: of its records.
        bounded: whether it refuses records beyond its ranges.
    """
    family = _family_of(base_id, invocation_type)
    family.bounded = bounded
    return family


def _family_of(base_id: str, invocation_type: str) -> Family:
    if invocation_type == "Converse":
        return _conversing(base_id)
    made = next((make for start, make in _OWN_FORMS.items() if base_id.startswith(start)), None)
    if made is None:
        return Unread(
            f"This Bedrock emulator does not know the InvokeModel form of {base_id}; "
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
    "ai21.j2-": Jurassic,
    "amazon.nova-": Nova,
    "anthropic.claude-": Anthropic,
    "cohere.command-text-": CohereCommand,
    "cohere.command-light-text-": CohereCommand,
    "deepseek.r1-": DeepSeekR1,
    "deepseek.": OpenAiStyle,
    "google.gemma-": OpenAiStyle,
    "meta.llama": Llama,
    "minimax.": OpenAiStyle,
    "mistral.mistral-7b-": MistralText,
    "mistral.mixtral-": MistralText,
    "mistral.mistral-large-2402": MistralText,
    "mistral.mistral-small-2402": MistralText,
    "mistral.": MistralChat,
    "moonshot": OpenAiStyle,
    "nvidia.": OpenAiStyle,
    "openai.gpt-oss-": OpenAiStyle,
    "qwen.": OpenAiStyle,
    "zai.": OpenAiStyle,
}
