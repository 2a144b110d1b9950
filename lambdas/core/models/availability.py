"""What Bedrock is known to offer of a model, and until when; lists of one day, read in Plan.

Bedrock's own answers, where it gives them, are newer than these lists.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from lambdas.core.prices import is_same_model
from lambdas.core.text import shown

AS_OF = "November 2026"
# A model's Legacy period (Bedrock user guide, Model lifecycle): new accounts cannot use it then,
# and others lose it after 15 days without a call.
_LEGACY_DAYS = 183
_EXAMPLE = "such as us.amazon.nova-lite-v1:0"

# Names of models; a star stands for any ending. Sources: Bedrock user guide, Supported Regions and
# models for batch inference, and the model cards, August to November 2026. A price of batch
# inference proves nothing: Kimi K3 has one, and its jobs were refused on 2026-09-22.
_WITH_BATCH = (
    *("amazon.nova-micro-v1", "amazon.nova-lite-v1", "amazon.nova-pro-v1"),
    *("amazon.nova-2-lite-v1", "amazon.nova-premier-v1"),
    *("anthropic.claude-3-haiku-20240307", "anthropic.claude-3-sonnet-20240229"),
    *("anthropic.claude-3-opus-20240229", "anthropic.claude-3-5-haiku-20241022"),
    *("anthropic.claude-3-5-sonnet-20240620", "anthropic.claude-3-5-sonnet-20241022"),
    *("anthropic.claude-3-7-sonnet-20250219", "anthropic.claude-sonnet-4-20250514"),
    *("anthropic.claude-sonnet-4-5", "anthropic.claude-haiku-4-5", "anthropic.claude-opus-4-5"),
    *("anthropic.claude-opus-4-6", "anthropic.claude-sonnet-4-6", "anthropic.claude-opus-5"),
    *("deepseek.v3-v1", "deepseek.v3.2", "google.gemma-3-*"),
    *("meta.llama3-1-*", "meta.llama3-2-*", "meta.llama3-3-*", "meta.llama4-*"),
    *("minimax.minimax-m2", "minimax.minimax-m2.1"),
    *("mistral.mistral-large-2407-v1", "mistral.mistral-small-2402-v1", "mistral.ministral-3-*"),
    *("mistral.mistral-large-3-*", "mistral.magistral-small-2509", "mistral.voxtral-*"),
    *("moonshot.kimi-k2-thinking", "moonshotai.kimi-k2.5", "nvidia.nemotron-nano-*"),
    *("openai.gpt-oss-20b-1", "openai.gpt-oss-120b-1"),
    *("qwen.qwen3-32b-v1", "qwen.qwen3-235b-a22b-2507-v1", "qwen.qwen3-coder-30b-a3b-v1"),
    *("qwen.qwen3-coder-480b-a35b-v1", "zai.glm-4.7", "zai.glm-4.7-flash"),
)
_WITHOUT_BATCH = (
    *("anthropic.claude-opus-5-5", "anthropic.claude-sonnet-5-5", "anthropic.claude-haiku-5-5"),
    *("anthropic.claude-sonnet-5", "anthropic.claude-opus-4-7", "anthropic.claude-opus-4-8"),
    *("anthropic.claude-fable-*", "moonshotai.kimi-k3", "openai.gpt-5*", "openai.gpt-6*"),
    *("ai21.*", "cohere.command-*", "deepseek.r1-v1"),
)

# Day → the models that Bedrock no longer has from then on. Sources: Bedrock user guide, Model
# lifecycle (Legacy), as in `deprecation_date` of the price file of the built-in prices; AWS's
# notices. Of those of the first line only the month is known in which they were gone.
_ENDS = {
    "2026-11-01": (
        *("amazon.nova-premier-v1", "amazon.titan-text-*", "ai21.j2-*", "ai21.jamba-instruct-v1"),
        *("cohere.command-text-v14", "cohere.command-light-text-v14"),
    ),
    "2026-07-07": ("meta.llama3-1-405b-*", "meta.llama3-2-*"),
    "2026-08-19": ("cohere.command-r-*",),
    "2026-09-10": ("anthropic.claude-3-haiku-20240307",),
    "2026-10-14": ("anthropic.claude-sonnet-4-20250514",),
    "2026-11-26": ("ai21.jamba-1-5-*",),
    "2027-01-08": ("anthropic.claude-opus-4-1-20250805",),
    "2027-03-30": (
        *("deepseek.r1-v1", "deepseek.v3-v1", "google.gemma-3-*", "meta.llama3-8b-*"),
        *("meta.llama3-70b-*", "meta.llama3-1-8b-*", "meta.llama3-1-70b-*", "meta.llama3-3-*"),
        *("meta.llama4-*", "minimax.minimax-m2", "minimax.minimax-m2.1", "mistral.devstral-2-*"),
        *("mistral.mistral-7b-*", "mistral.mixtral-8x7b-*", "mistral.voxtral-*"),
        *("moonshot.kimi-k2-thinking", "nvidia.nemotron-nano-9b-v2", "nvidia.nemotron-nano-12b-*"),
        *("qwen.qwen3-coder-30b-*", "qwen.qwen3-coder-480b-*", "zai.glm-4.7", "zai.glm-4.7-flash"),
    ),
    "2027-04-08": ("anthropic.claude-sonnet-4-5",),
}


@dataclass(frozen=True, slots=True)
class KnownLifeCycle:
    """Until when Bedrock offers a model: the first day without it (ISO 8601)."""

    ends_on: str

    def has_ended(self, started_at: str) -> bool:
        """Return whether a run that started then (ISO 8601) is too late."""
        return started_at[:10] >= self.ends_on

    def is_legacy(self, started_at: str) -> bool:
        """Return whether a run that started then is within the last half year before the end."""
        day = date.fromisoformat(started_at[:10])
        return day + timedelta(days=_LEGACY_DAYS) >= date.fromisoformat(self.ends_on)


@dataclass(frozen=True, slots=True)
class PaidRun:
    """A run that is paid for, unlike one on an emulator: what Bedrock would refuse is refused.

    Attributes:
        started_at: when it started (ISO 8601).
        life_cycle_known: whether Bedrock itself says how long it has the model.
    """

    started_at: str
    life_cycle_known: bool = False


def takes_batches(model: str) -> bool | None:
    """Return whether batch inference supports a model, `None` if that is not known.

    >>> takes_batches("anthropic.claude-opus-5"), takes_batches("anthropic.claude-sonnet-5")
    (True, False)
    """
    if _is_among(_WITHOUT_BATCH, model):
        return False
    return True if _is_among(_WITH_BATCH, model) else None


def known_life_cycle(model: str) -> KnownLifeCycle | None:
    """Return until when Bedrock offers a model; `None` if no end is known.

    Args:
        model: foundation-model id without a profile's prefix.

    >>> known_life_cycle("meta.llama4-scout-17b-instruct-v1:0")
    KnownLifeCycle(ends_on='2027-03-30')
    """
    days = (day for day, names in sorted(_ENDS.items()) if _is_among(names, model))
    return next((KnownLifeCycle(day) for day in days), None)


def life_cycle_error(model_id: str, model: str, started_at: str) -> str | None:
    """Return why a run cannot use a model that Bedrock no longer has; `None` if it may have it."""
    known = known_life_cycle(model)
    if known is None or not known.has_ended(started_at):
        return None
    return (
        f"model_id is {shown(model_id)}, must be a model that Bedrock has: this one reached its end"
        f" of life by {known.ends_on} (as of {AS_OF}); give another one, {_EXAMPLE}"
    )


def batch_error(model_id: str, model: str, min_records: int) -> str | None:
    """Return why a run cannot use a model in batch jobs; `None` if it may."""
    if takes_batches(model) is not False:
        return None
    return (
        f"model_id is {shown(model_id)}, must be a model with batch inference, which Bedrock does"
        f" not offer for this one (as of {AS_OF}); give another one, {_EXAMPLE}, or use so few"
        f" questions and paths that no job has {min_records} records: they run on demand"
    )


def batch_remark(model_id: str, model: str | None) -> str | None:
    """Return that batch jobs of a model may be refused; `None` if Bedrock lists it for them.

    Args:
        model_id: as the request gives it.
        model: the bare id of the foundation model, `None` if that is not known.
    """
    supported = None if model is None else takes_batches(model)
    if supported:
        return None
    may = "does not offer" if supported is False else "is not known to offer"
    return f"{model_id}: Bedrock {may} batch inference for it ({AS_OF}), and may refuse its jobs"


def life_cycle_remarks(model_id: str, model: str | None, started_at: str) -> Iterator[str]:
    """Yield that a model's end of life is past or near, where Bedrock itself was not asked.

    Args:
        model_id: as the request gives it.
        model: the bare id of the foundation model, `None` if that is not known.
        started_at: when the run started (ISO 8601).
    """
    known = None if model is None else known_life_cycle(model)
    if known is None or not known.is_legacy(started_at):
        return
    if known.has_ended(started_at):
        yield f"{model_id}: it reached its end of life on Bedrock by {known.ends_on}"
        return
    yield (
        f"{model_id}: its end of life on Bedrock is {known.ends_on}; until then Bedrock refuses it"
        " to accounts that are new to it, or have not used it for 15 days"
    )


def _is_among(names: tuple[str, ...], model: str) -> bool:
    return any(
        model.startswith(name[:-1]) if name.endswith("*") else is_same_model(name, model)
        for name in names
    )
