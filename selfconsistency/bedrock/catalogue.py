"""Which models Bedrock offers on a day, to whom, and for which kind of inference."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from selfconsistency.bedrock.errors import ResourceNotFoundError, ValidationError

# In the words of the service.
NOT_SUPPORTED = "Batch inference is not supported for the requested model."
_ENDED = (
    "This model version has reached the end of its life. Please refer to the AWS documentation for"
    " more details."
)
_LEGACY = (
    "Access denied. This Model is marked by provider as Legacy and you have not been actively using"
    " the model in the last 15 days. Please upgrade to an active model on Amazon Bedrock"
)


@dataclass(frozen=True, slots=True)
class Life:
    """The last days of a model that is Legacy: when it is gone, and since when it is Legacy."""

    ends_on: date
    legacy_on: date | None = None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The models of one day; by default all are offered to everybody, for everything.

    Models are named by how their ids begin.

    Attributes:
        today: the day.
        lives: those that are Legacy; Bedrock has them still, even after their end.
        gone: those that Bedrock has no more.
        without_batch: those that take no batch jobs.
        unsubscribed: those that the account has not subscribed to.
        idle: whether the account has not used Legacy models of late; Bedrock then refuses them.
    """

    today: date = date(2026, 11, 30)
    lives: Mapping[str, Life] = field(default_factory=dict)
    gone: Sequence[str] = ()
    without_batch: Sequence[str] = ()
    unsubscribed: Sequence[str] = ()
    idle: bool = False

    def check_life(self, base_id: str) -> None:
        """Refuse a model by its life cycle.

        Raises:
            ResourceNotFoundError: it is gone, or Legacy and idle.
        """
        life = self._life(base_id)
        if self._is_gone(base_id) or (life and life.ends_on <= self.today):
            raise ResourceNotFoundError(_ENDED)
        if life and self.idle:
            raise ResourceNotFoundError(_LEGACY)

    def check_batch(self, base_id: str) -> None:
        """Refuse a model that takes no batch jobs.

        Raises:
            ValidationError: it does not.
        """
        if base_id.startswith(tuple(self.without_batch)):
            raise ValidationError(NOT_SUPPORTED)

    def life_cycle(self, base_id: str) -> dict[str, str]:
        """Return GetFoundationModel's `modelLifecycle`.

        Raises:
            ResourceNotFoundError: there is no such model.
        """
        if self._is_gone(base_id):
            raise ResourceNotFoundError(f"Could not resolve the foundation model {base_id}.")
        life = self._life(base_id)
        if life is None:
            return {"status": "ACTIVE"}
        legacy = {"legacyTime": _midnight(life.legacy_on)} if life.legacy_on else {}
        return {"status": "LEGACY", "endOfLifeTime": _midnight(life.ends_on), **legacy}

    def availability(self, base_id: str) -> dict[str, Any]:
        """Return GetFoundationModelAvailability's answer."""
        lacks = base_id.startswith(tuple(self.unsubscribed))
        return {
            "modelId": base_id,
            "agreementAvailability": {"status": "NOT_AVAILABLE" if lacks else "AVAILABLE"},
            "authorizationStatus": "AUTHORIZED",
            "entitlementAvailability": "AVAILABLE",
            "regionAvailability": "AVAILABLE",
        }

    def _is_gone(self, base_id: str) -> bool:
        return base_id.startswith(tuple(self.gone))

    def _life(self, base_id: str) -> Life | None:
        return next((life for start, life in self.lives.items() if base_id.startswith(start)), None)


def _midnight(day: date) -> str:
    return f"{datetime.combine(day, time()).isoformat()}Z"


EVERYTHING = Catalogue()
_ENDS = date(2027, 3, 30)
# AWS's "Model lifecycle" and model cards of November 2026, as seen by an account that used none of
# the Legacy models of late.
NOVEMBER_2026 = Catalogue(
    lives={
        "anthropic.claude-3-haiku-": Life(date(2026, 9, 10)),
        "anthropic.claude-sonnet-4-2025": Life(date(2026, 10, 14), date(2026, 4, 14)),
        "cohere.command-r-": Life(date(2026, 8, 19)),
        "ai21.jamba-1-5-": Life(date(2026, 11, 26)),
        **dict.fromkeys(
            (
                *("deepseek.r1-", "deepseek.v3-v1", "google.gemma-3-", "meta.llama3-1-"),
                *("meta.llama3-3-", "meta.llama3-8b-", "meta.llama3-70b-", "meta.llama4-"),
                *("minimax.minimax-m2", "mistral.mistral-7b-", "mistral.mixtral-"),
                *("qwen.qwen3-coder-", "zai.glm-4.7"),
            ),
            Life(_ENDS),
        ),
    },
    gone=(
        *("ai21.j2-", "amazon.nova-premier-", "amazon.titan-text-", "cohere.command-text-"),
        *("cohere.command-light-text-", "meta.llama3-1-405b-", "meta.llama3-2-"),
    ),
    without_batch=(
        *("anthropic.claude-fable", "anthropic.claude-haiku-5", "anthropic.claude-opus-4-7"),
        *("anthropic.claude-opus-4-8", "anthropic.claude-opus-5-5", "anthropic.claude-sonnet-5"),
        *("moonshotai.kimi-k3", "openai.gpt-5", "openai.gpt-6"),
    ),
    idle=True,
)
