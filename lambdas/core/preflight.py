"""What Bedrock says of a run's model before anything is submitted: refusals and remarks."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lambdas.core.models.registry import foundation_model, geography
from lambdas.core.text import shown

# AWS sells these itself; those of other providers need a subscription in AWS Marketplace ("Access
# Amazon Bedrock foundation models", Amazon Bedrock user guide).
_WITHOUT_SUBSCRIPTION = ("amazon.", "deepseek.", "meta.", "mistral.", "openai.", "qwen.")
_MARKETPLACE = "aws-marketplace:Subscribe, Unsubscribe and ViewSubscriptions"
# Where Bedrock refuses a Legacy model: "Model lifecycle", Amazon Bedrock user guide.
_IDLE_DAYS = 15
# In place of a Region: models of a global profile are allowed.
ANY_REGION = "global"


@dataclass(frozen=True, slots=True)
class LifeCycle:
    """A model's life: GetFoundationModel's `modelLifecycle`; times are `None` if it names none.

    Attributes:
        is_legacy: whether newer models are to replace it.
        legacy_at: when it became, or becomes, Legacy.
        costlier_at: from when on its price may be higher (public extended access).
        ends_at: when Bedrock no longer offers it.
    """

    is_legacy: bool
    legacy_at: datetime | None = None
    costlier_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """Whether the account may use a model: GetFoundationModelAvailability's words, "" for none.

    Attributes:
        agreement: AVAILABLE, PENDING, NOT_AVAILABLE or ERROR.
        agreement_error: what went wrong with the agreement.
        entitlement: AVAILABLE or NOT_AVAILABLE.
        authorization: AUTHORIZED or NOT_AUTHORIZED.
        region: AVAILABLE or NOT_AVAILABLE.
    """

    agreement: str = ""
    agreement_error: str = ""
    entitlement: str = ""
    authorization: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What Bedrock says of a model or profile, as far as it was asked and has answered.

    Attributes:
        model: the bare id of the foundation model, `None` if that is not known.
        routes_to: Regions that a profile may send a request to, "global" for any; `None` for a
            model without a profile, or if that is not known.
        profile_missing: Bedrock's words if it has no such profile.
        model_missing: Bedrock's words if it has no such model in this Region.
        life_cycle: `None` if that is not known.
        availability: `None` if that is not known.
        unchecked: what could not be checked, and why.
    """

    model: str | None = None
    routes_to: tuple[str, ...] | None = None
    profile_missing: str | None = None
    model_missing: str | None = None
    life_cycle: LifeCycle | None = None
    availability: Availability | None = None
    unchecked: tuple[str, ...] = ()


class LookUp(Protocol):
    """Asks Bedrock about a model."""

    def __call__(self, model_id: str, /, *, checks: bool) -> ModelFacts:
        """Return what Bedrock says; nothing that it says, or does not say, is an error.

        Args:
            model_id: as a request gives it.
            checks: whether to ask for all facts, or only for the model that an application
                profile's ARN does not show.
        """


@dataclass(frozen=True, slots=True)
class Preflight:
    """Why a run's model cannot be used, and what its user must know though it can."""

    refusals: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Finding:
    text: str
    refuses: bool


def preflight(
    model_id: str, facts: ModelFacts, granted_regions: Sequence[str], started_at: str
) -> Preflight:
    """Return what follows from Bedrock's facts for a run; what is not known refuses nothing.

    Args:
        model_id: of the run.
        facts: on this model.
        granted_regions: whose models the stack's policies allow, `ANY_REGION` for those of a
            global profile; empty if that is not known.
        started_at: when the run started, ISO 8601: life cycles are judged by it.
    """
    findings = [
        *_absence(model_id, facts),
        *_routing(model_id, facts.routes_to, granted_regions),
        *_life(model_id, facts, started_at),
        *_subscription(model_id, facts),
        *_other_access(model_id, facts),
        *(_Finding(f"{model_id}: {what}", refuses=False) for what in facts.unchecked),
    ]
    return Preflight(
        tuple(each.text for each in findings if each.refuses),
        tuple(each.text for each in findings if not each.refuses),
    )


def _absence(model_id: str, facts: ModelFacts) -> Iterator[_Finding]:
    """Yield that Bedrock lacks the profile, or the model.

    A profile may route to a model that its own Region does not offer.
    """
    given = f"model_id is {shown(model_id)}"
    if facts.profile_missing is not None:
        yield _Finding(
            f"{given}, must be an inference profile of this account and Region"
            f" ({facts.profile_missing}); `aws bedrock list-inference-profiles` lists them",
            refuses=True,
        )
    elif facts.model_missing is not None:
        yield _Finding(
            f"{given}, must be a model that Bedrock offers in this Region"
            f" ({facts.model_missing}); `aws bedrock list-foundation-models` lists them, and some"
            " need a cross-Region profile",
            refuses=not _by_profile(model_id),
        )


def _routing(
    model_id: str, routes_to: Sequence[str] | None, granted: Sequence[str]
) -> Iterator[_Finding]:
    """Yield the Regions in which the profile's jobs would have no permission."""
    missing = [region for region in routes_to or () if region not in granted] if granted else []
    if not missing:
        return
    geography_ = geography(model_id) or "GEOGRAPHY"
    regions = [region for region in routes_to or () if region != ANY_REGION]
    setting = json.dumps({geography_: regions}, separators=(",", ":"))
    yield _Finding(
        f"model_id is {shown(model_id)}, must be a profile of Regions that the stack's policies"
        f" allow: it also routes to {', '.join(missing)}; deploy with"
        f" -c profile_regions='{setting}', which must also name the other geographies in use",
        refuses=True,
    )


def _life(model_id: str, facts: ModelFacts, started_at: str) -> Iterator[_Finding]:
    life = facts.life_cycle
    if life is None or not life.is_legacy:
        return
    if life.ends_at is not None and life.ends_at <= datetime.fromisoformat(started_at):
        yield _Finding(
            f"model_id is {shown(model_id)}, must be a model before its end of life, which was on"
            f" {life.ends_at.date()}; give a later version, or another model",
            refuses=True,
        )
        return
    since = f" since {life.legacy_at.date()}" if life.legacy_at else ""
    until = f", and reaches its end of life on {life.ends_at.date()}" if life.ends_at else ""
    costs = (
        f"; its price may be higher from {life.costlier_at.date()} on" if life.costlier_at else ""
    )
    yield _Finding(
        f"{model_id} is Legacy{since}{until}: Bedrock refuses it to accounts that have not used it"
        f" for {_IDLE_DAYS} days{costs}",
        refuses=False,
    )


def _subscription(model_id: str, facts: ModelFacts) -> Iterator[_Finding]:
    """Yield that the account has not subscribed to the model, or not yet.

    Without a subscription Bedrock may answer for some minutes, and then deny access: a job would
    be paid for in part, and come back in part.
    """
    found, model = facts.availability, facts.model or ""
    if found is None or found.agreement in {"", "AVAILABLE"}:
        return
    sold = not model.startswith(_WITHOUT_SUBSCRIPTION)
    form = " and fill in the use-case form" if model.startswith("anthropic.") else ""
    error = f": {found.agreement_error}" if found.agreement_error else ""
    way_out = (
        "start again in 15 minutes"
        if found.agreement == "PENDING"
        else f"open it in the model catalog of the Bedrock console{form}, or call it once, with"
        f" the permissions {_MARKETPLACE}; then start again after 15 minutes"
    )
    yield _Finding(
        f"model_id is {shown(model_id)}, must be a model that the account has subscribed to: its"
        f" agreement is {found.agreement}{error}; {way_out}",
        refuses=sold,
    )


def _other_access(model_id: str, facts: ModelFacts) -> Iterator[_Finding]:
    """Yield what else denies the model to the account.

    A profile may route to a model that its own Region does not offer. NOT_AUTHORIZED refuses
    nothing: accounts that may use a model have been told so (docs/decisions/0028-preflight.md).
    """
    found = facts.availability
    if found is None:
        return
    given = f"model_id is {shown(model_id)}, must be a model that"
    if found.entitlement == "NOT_AVAILABLE":
        yield _Finding(
            f"{given} the account may use: its entitlement is NOT_AVAILABLE; request access in the"
            " model catalog of the Bedrock console, or of AWS Support",
            refuses=True,
        )
    if found.region == "NOT_AVAILABLE":
        yield _Finding(
            f"{given} Bedrock offers in this Region: it says NOT_AVAILABLE; give the cross-Region"
            " profile of it, or deploy in another Region",
            refuses=not _by_profile(model_id),
        )
    if found.authorization == "NOT_AUTHORIZED":
        yield _Finding(
            f"{model_id}: Bedrock says that the account is NOT_AUTHORIZED for this model; if its"
            " jobs are refused, ask AWS Support to authorize the account",
            refuses=False,
        )


def _by_profile(model_id: str) -> bool:
    return geography(model_id) is not None or foundation_model(model_id) is None
