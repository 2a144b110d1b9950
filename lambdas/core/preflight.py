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
_NOT_HERE = "Bedrock does not offer this model in the stack's own Region; its profile may route on"
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

    def risen_on(self, started_at: str) -> str | None:
        """Return since which day (ISO 8601) the price may be higher, `None` if it is not yet.

        Args:
            started_at: when the run started (ISO 8601).
        """
        since = self.costlier_at
        has_risen = since is not None and since <= datetime.fromisoformat(started_at)
        return since.date().isoformat() if since is not None and has_risen else None


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
        *(_remark(model_id, what) for what in facts.unchecked),
    ]
    return Preflight(
        tuple(each.text for each in findings if each.refuses),
        tuple(each.text for each in findings if not each.refuses),
    )


def _refusal(model_id: str, expected: str) -> _Finding:
    return _Finding(f"model_id is {shown(model_id)}, must be {expected}", refuses=True)


def _remark(model_id: str, what: str) -> _Finding:
    return _Finding(f"{model_id}: {what}", refuses=False)


def _absence(model_id: str, facts: ModelFacts) -> Iterator[_Finding]:
    """Yield that Bedrock lacks the profile, or the model in this Region."""
    if facts.profile_missing is not None:
        yield _refusal(
            model_id,
            f"an inference profile of this account and Region ({facts.profile_missing}); `aws"
            " bedrock list-inference-profiles` lists them",
        )
    elif facts.model_missing is not None and _by_profile(model_id):
        yield _remark(model_id, f"{_NOT_HERE} ({facts.model_missing})")
    elif facts.model_missing is not None:
        yield _refusal(
            model_id,
            f"a model that Bedrock offers in this Region ({facts.model_missing}); `aws bedrock"
            " list-foundation-models` lists them, and some need a cross-Region profile",
        )


def _routing(
    model_id: str, routes_to: Sequence[str] | None, granted: Sequence[str]
) -> Iterator[_Finding]:
    """Yield the Regions in which the profile's jobs would have no permission."""
    missing = [region for region in routes_to or () if region not in granted] if granted else []
    if not missing:
        return
    regions = [region for region in routes_to or () if region != ANY_REGION]
    setting = json.dumps({geography(model_id) or "GEOGRAPHY": regions}, separators=(",", ":"))
    yield _refusal(
        model_id,
        "a profile of Regions that the stack's policies allow: it also routes to"
        f" {', '.join(missing)}; deploy with -c profile_regions='{setting}', which must also name"
        " the other geographies in use",
    )


def _life(model_id: str, facts: ModelFacts, started_at: str) -> Iterator[_Finding]:
    life = facts.life_cycle
    if life is None or not life.is_legacy:
        return
    if life.ends_at is not None and life.ends_at <= datetime.fromisoformat(started_at):
        yield _refusal(
            model_id,
            f"a model before its end of life, which was on {life.ends_at.date()}; give a later"
            " version, or another model",
        )
        return
    since = f" since {life.legacy_at.date()}" if life.legacy_at else ""
    until = f", and reaches its end of life on {life.ends_at.date()}" if life.ends_at else ""
    cost = (
        f"; its price may be higher from {life.costlier_at.date()} on" if life.costlier_at else ""
    )
    yield _remark(
        model_id,
        f"Legacy{since}{until}; Bedrock refuses it to accounts that have not used it for"
        f" {_IDLE_DAYS} days{cost}",
    )


def _subscription(model_id: str, facts: ModelFacts) -> Iterator[_Finding]:
    """Yield that the account has not subscribed to the model, or not yet.

    Without a subscription Bedrock may answer for some minutes, and then deny access: a job would
    be paid for in part, and come back in part.
    """
    found, model = facts.availability, facts.model or ""
    if found is None or found.agreement in {"", "AVAILABLE"}:
        return
    status = f"its agreement is {found.agreement}"
    status += f" ({found.agreement_error})" if found.agreement_error else ""
    if model.startswith(_WITHOUT_SUBSCRIPTION):
        yield _remark(model_id, f"Bedrock says that {status}, though this model needs none")
        return
    form = " and fill in the use-case form" if model.startswith("anthropic.") else ""
    way_out = (
        "start again in 15 minutes"
        if found.agreement == "PENDING"
        else f"open it in the model catalog of the Bedrock console{form}, or call it once, with"
        f" the permissions {_MARKETPLACE}; then start again after 15 minutes"
    )
    yield _refusal(model_id, f"a model that the account has subscribed to: {status}; {way_out}")


def _other_access(model_id: str, facts: ModelFacts) -> Iterator[_Finding]:
    """Yield what else denies the model to the account.

    NOT_AUTHORIZED refuses nothing: docs/decisions/0028-preflight.md.
    """
    found = facts.availability
    if found is None:
        return
    if found.entitlement == "NOT_AVAILABLE":
        yield _refusal(
            model_id,
            "a model that the account may use: its entitlement is NOT_AVAILABLE; request access in"
            " the model catalog of the Bedrock console, or of AWS Support",
        )
    if found.region == "NOT_AVAILABLE" and _by_profile(model_id):
        yield _remark(model_id, _NOT_HERE)
    elif found.region == "NOT_AVAILABLE":
        yield _refusal(
            model_id,
            "a model that Bedrock offers in this Region; give a cross-Region profile of it, or"
            " another model",
        )
    if found.authorization == "NOT_AUTHORIZED":
        yield _remark(
            model_id,
            "Bedrock says that the account is NOT_AUTHORIZED for this model; if its jobs are"
            " refused, ask AWS Support to authorize the account",
        )


def _by_profile(model_id: str) -> bool:
    """Return whether a profile stands before the model, and may route to other Regions."""
    return geography(model_id) is not None or foundation_model(model_id) is None
