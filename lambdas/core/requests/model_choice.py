"""The model of a request: its family, the form of its records, and what it refuses."""

from collections.abc import Callable
from dataclasses import dataclass

from lambdas.contract import InvocationType, RunRequest
from lambdas.core.models.availability import PaidRun
from lambdas.core.models.base import Family, Form
from lambdas.core.models.converse import ANY_MODEL
from lambdas.core.models.limits import SamplingParams, model_id_error, refusals
from lambdas.core.models.registry import FAMILIES, family_of, foundation_model
from lambdas.core.text import shown


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """A model, as far as it is known.

    Attributes:
        model_id: as the request or the stack gives it.
        foundation: the bare id of the model behind it, `None` if that is not known.
        family: implied by the id, or named by the request; `None` if neither.
        form: of its records; `None` without a family, or if the family lacks it.
        problems: why it cannot run this request.
    """

    model_id: str
    foundation: str | None
    family: Family | None
    form: Form | None
    problems: tuple[str, ...]


def choose_model(
    request: RunRequest,
    model_id: str,
    model_behind: Callable[[str], str | None],
    paid: PaidRun | None = None,
) -> ModelChoice:
    """Return the model that a request runs on.

    Args:
        request: of the run.
        model_id: of the request, or the stack's.
        model_behind: returns the model of an application profile's ARN, `None` if it cannot.
        paid: the run, `None` for one that is not paid for.
    """
    foundation = foundation_model(model_id)
    if ":application-inference-profile/" in model_id:
        foundation = foundation_model(model_behind(model_id) or "")
    family = family_of(foundation or model_id) or _family_named(request.family)
    form = family.form(_invocation_type(request)) if family else None
    if family is None:
        problems = [model_id_error(model_id) or _unknown_family(request, model_id)]
    elif request.family not in {None, family.name, ANY_MODEL.name}:
        problems = [_other_family(request, model_id, family)]
    elif form is None:
        problems = [_no_such_form(request, family)]
    else:
        problems = refusals(
            *(model_id, family, form, _sampling_params(request), foundation),
            paid=paid,
            stands_in=paid is None and request.model_id is None,
        )
    return ModelChoice(model_id, foundation, family, form, tuple(problems))


def _family_named(name: str | None) -> Family | None:
    return next((family for family in FAMILIES if family.name == name), None)


def _invocation_type(request: RunRequest) -> InvocationType | None:
    """Return the invocation type of a request: the family "converse" implies Converse."""
    return "Converse" if request.family == ANY_MODEL.name else request.invocation_type


def _sampling_params(request: RunRequest) -> SamplingParams:
    return SamplingParams(
        request.greedy,
        request.temperatures,
        request.top_p,
        request.max_tokens,
        request.fields_of_model or {},
    )


def _unknown_family(request: RunRequest, model_id: str) -> str:
    known = ", ".join(family.name for family in FAMILIES)
    if request.family is not None:
        return f"family is {shown(request.family)}, must be one of {known}; or leave it out"
    return (
        f"model_id is {shown(model_id)}, which belongs to no known family; families known: {known};"
        " give a foundation-model or cross-Region profile id of one of these, or name the"
        ' "family" that it belongs to'
    )


def _other_family(request: RunRequest, model_id: str, known: Family) -> str:
    return (
        f"family is {shown(request.family)}, must be {shown(known.name)}, the family of"
        f" {model_id}; or leave it out"
    )


def _no_such_form(request: RunRequest, family: Family) -> str:
    types = " or ".join(f'"{form.invocation_type}"' for form in family.forms)
    return (
        f"invocation_type is {shown(_invocation_type(request))}, must be {types} for the family"
        f" {family.name}; or leave it out"
    )
