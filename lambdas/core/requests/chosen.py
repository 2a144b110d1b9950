"""The model a request asks for: its family, the form it is asked in, and what it refuses."""

from collections.abc import Callable
from dataclasses import dataclass

from lambdas.contract import RunRequest
from lambdas.core.families import FAMILIES, Family, Form, family_of, foundation_model
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
    family = _family(request, foundation or model_id)
    form = family.form(request.invocation_type) if family else None
    if family is None:
        problems = [unusable(model_id) or _unknown(request, model_id)]
    elif form is None:
        problems = [_formless(request, family)]
    else:
        problems = refusals(model_id, family, form, _wanted(request), foundation)
    return ChosenModel(model_id, foundation, family, form, tuple(problems))


def _family(request: RunRequest, model: str) -> Family | None:
    if request.family is None:
        return family_of(model)
    return next((family for family in FAMILIES if family.name == request.family), None)


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


def _formless(request: RunRequest, family: Family) -> str:
    types = " or ".join(f'"{form.invocation_type}"' for form in family.forms)
    return (
        f"invocation_type is {shown(request.invocation_type)}, must be {types} for the family"
        f" {family.name}; or leave it out"
    )
