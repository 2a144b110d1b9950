"""Calls about jobs that go wrong before, or after, they are carried out."""

from collections.abc import Mapping
from typing import Literal

from local.bedrock import errors
from local.bedrock.injection import Injection
from local.bedrock.settings import Refusal

Operation = Literal["creates", "gets", "lists", "stops"]
THROTTLED = "Too many requests, please wait before trying again."
FAILED = "The server encountered an internal error. Please try again."


def trip(injection: Injection, operation: Operation) -> None:
    """Let a call pass, or not.

    Raises:
        ThrottlingError: it is one of those to be throttled.
        InternalServerError: it is one of those to fail.
    """
    faults = injection.faults
    if injection.first(f"throttle_{operation}", getattr(faults, f"throttle_{operation}")):
        raise errors.ThrottlingError(THROTTLED)
    if injection.first(f"fail_{operation}", getattr(faults, f"fail_{operation}")):
        raise errors.InternalServerError(FAILED)
    if injection.by_lot("throttled_calls", faults.throttled_calls, operation):
        raise errors.ThrottlingError(THROTTLED)
    if injection.by_lot("failed_calls", faults.failed_calls, operation):
        raise errors.InternalServerError(FAILED)


def check_room(injection: Injection) -> None:
    """Let a create pass unless the account is to have no room.

    Raises:
        ServiceQuotaExceededError: it has none, whatever jobs there are.
    """
    faults = injection.faults
    full_for_a_while = injection.lasts(faults.quota_full_s)
    if full_for_a_while:
        injection.note("quota_full_s")
    if full_for_a_while or injection.first("quota_full_creates", faults.quota_full_creates):
        raise errors.ServiceQuotaExceededError(
            "You have reached the quota of in-progress and submitted batch inference jobs: "
            "other jobs of the account hold all places."
        )


def check_refusal(injection: Injection) -> None:
    """Let a create pass unless it is one of those to be refused for good.

    Raises:
        ApiError: it is.
    """
    faults = injection.faults
    if injection.number("creates") in faults.refuse_creates:
        injection.note("refuse_creates")
        raise _REFUSALS[faults.refusal]("You don't have access to the model named in the request.")


_REFUSALS: Mapping[Refusal, type[errors.ApiError]] = {
    "Validation": errors.ValidationError,
    "AccessDenied": errors.AccessDeniedError,
}
