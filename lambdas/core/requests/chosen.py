"""The model a request asks for: its family, the form it is asked in, and what it refuses."""

from collections.abc import Callable
from dataclasses import dataclass

from lambdas.contract import InvocationType, RunRequest
from lambdas.core.families import FAMILIES, Family, Form, family_of, foundation_model
from lambdas.core.families.converse import ANY_MODEL
from lambdas.core.families.rules import Wanted, refusals, unusable
from lambdas.core.wording import shown


@dataclass(frozen=True, slots=True)
class ChosenModel:
    """A model, as far as it is known.

    Attributes:
        model_id: as the request or the stack gives it.
        foundation: the bare id of the model behind it, `None` where that is not known.
        family: named by the request, or told by the id; `None` where neither does.
        form: in which it is asked; `None` without a family, or where the family lacks it.
        problems: why it cannot run this request, in words.
    """

    model_id: str
    foundation: str | None
    family: Family | None
    form: Form | None
    problems: tuple[str, ...]


def chosen_model(
    request: RunRequest, model_id: str, model_behind: Callable[[str], str | None]
) -> ChosenModel:
    """Return the model that a request runs on.

    Args:
        request: of the run.
        model_id: of the request, or the stack's.
        model_behind: tells the model of an application profile's ARN, `None` where it cannot.
    """
    foundation = foundation_model(model_id)
    if ":application-inference-profile/" in model_id:
        foundation = foundation_model(model_behind(model_id) or "")
    known = family_of(foundation or model_id)
    family = known or _named(request.family)
    form = family.form(_invocation_type(request)) if family else None
    if family is None:
        problems = [unusable(model_id) or _unknown(request, model_id)]
    elif request.family not in {None, family.name, ANY_MODEL.name}:
        problems = [_contradicted(request, model_id, family)]
    elif form is None:
        problems = [_formless(request, family)]
    else:
        problems = refusals(model_id, family, form, _wanted(request), foundation)
    return ChosenModel(model_id, foundation, family, form, tuple(problems))


def _named(name: str | None) -> Family | None:
    return next((family for family in FAMILIES if family.name == name), None)


def _invocation_type(request: RunRequest) -> InvocationType | None:
    """Return the form asked for: naming the family "converse" asks for that form."""
    return "Converse" if request.family == ANY_MODEL.name else request.invocation_type


def _wanted(request: RunRequest) -> Wanted:
    return Wanted(request.greedy, request.temperatures, request.top_p, request.max_tokens)


def _unknown(request: RunRequest, model_id: str) -> str:
    known = ", ".join(family.name for family in FAMILIES)
    if request.family is not None:
        return f"family is {shown(request.family)}, must be one of {known}; or leave it out"
    return (
        f"model_id is {shown(model_id)}, which no family knows; families known: {known};"
        " give a foundation-model or cross-Region profile id of one of these, or name the"
        ' "family" that it belongs to'
    )


def _contradicted(request: RunRequest, model_id: str, known: Family) -> str:
    return (
        f"family is {shown(request.family)}, must be {shown(known.name)}, the family of"
        f" {model_id}; or leave it out"
    )


def _formless(request: RunRequest, family: Family) -> str:
    types = " or ".join(f'"{form.invocation_type}"' for form in family.forms)
    return (
        f"invocation_type is {shown(_invocation_type(request))}, must be {types} for the family"
        f" {family.name}; or leave it out"
    )
