"""What a model would refuse, found before anything is submitted, and what its users must know."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lambdas.core.models.base import Family, Form, Trait
from lambdas.core.models.registry import foundation_model, generates_text
from lambdas.core.text import shown

# The ARNs that Bedrock takes as the model of a batch job: pattern of modelId,
# CreateModelInvocationJob. It has no provisioned throughput and no imported models.
_KINDS = "foundation-model|inference-profile|application-inference-profile|custom-model"
_BATCH_ARN = re.compile(rf"arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:{_KINDS})/(?!imported/).+")
_BEFORE_CLAUDE_3 = re.compile(r"anthropic\.claude-(?:instant|v\d)")
_EXAMPLE = "such as us.amazon.nova-lite-v1:0"


@dataclass(frozen=True, slots=True)
class SamplingParams:
    """How a run samples: greedily or not, at which temperatures, within which limits."""

    greedy: bool
    temperatures: tuple[float, ...]
    top_p: float | None
    max_tokens: int


def model_id_error(model_id: str, foundation: str | None = None) -> str | None:
    """Return why no batch job can use this model, of whatever family; `None` if one may.

    Args:
        model_id: as the request gives it.
        foundation: the bare id of the model, where `model_id` does not contain it.
    """
    given = f"model_id is {shown(model_id)}"
    if model_id.startswith("arn:") and not _BATCH_ARN.fullmatch(model_id):
        return (
            f"{given}, must be the id or ARN of a foundation model, an inference profile or a"
            " custom model; batch inference runs neither provisioned throughput nor imported"
            " models: give the model they were made of"
        )
    model = foundation or foundation_model(model_id) or model_id
    if not generates_text(model):
        return f"{given}, must be a model that answers in text, {_EXAMPLE}"
    if _BEFORE_CLAUDE_3.match(model):
        return (
            f"{given}, must be a model with batch inference, which Claude has from version 3 on;"
            f" give a later one, or another model {_EXAMPLE}"
        )
    return None


def refusals(
    model_id: str, family: Family, form: Form, params: SamplingParams, foundation: str | None = None
) -> list[str]:
    """Return why the model would refuse a run's records, each with the way out.

    Args:
        model_id: as the request gives it.
        family: of the model.
        form: of the records.
        params: how the run samples.
        foundation: the bare id of the model, where `model_id` does not contain it.
    """
    error = model_id_error(model_id, foundation)
    if error:
        return [error]
    model = foundation or foundation_model(model_id) or model_id
    traits = [trait for trait in family.traits if re.match(trait.pattern, model)]
    return [
        *_profile_errors(model_id, traits),
        *_max_temperature_errors(params, family),
        *_max_tokens_errors(params, family, form, traits, model),
        *_top_p_errors(params, traits, model),
        *_only_temperature_errors(params, traits, model),
    ]


def model_warnings(model_id: str, family: Family) -> list[str]:
    """Return what the user of this model must know though it is not refused."""
    if family.listed:
        return []
    return [
        f"{model_id}: AWS lists no model of the family {family.name} for batch inference (October"
        " 2026); Bedrock may refuse its jobs"
    ]


def _profile_errors(model_id: str, traits: list[Trait]) -> Iterator[str]:
    bare = foundation_model(model_id)
    without_profile = bare == model_id or ":foundation-model/" in model_id
    if without_profile and any(trait.only_by_profile for trait in traits):
        yield (
            f"model_id is {shown(model_id)}, must be a cross-Region inference profile: Bedrock"
            f" offers this model in no other way; give us.{bare}, or the profile of your geography"
        )


def _max_temperature_errors(params: SamplingParams, family: Family) -> Iterator[str]:
    most = family.max_temperature
    for index, temperature in enumerate(params.temperatures):
        if temperature > most:
            yield (
                f"temperatures[{index}] is {temperature:g}, must be at most {most:g} for the"
                f" family {family.name}"
            )


def _max_tokens_errors(
    params: SamplingParams, family: Family, form: Form, traits: list[Trait], model: str
) -> Iterator[str]:
    limits = [
        (family.max_tokens, f"the family {family.name}"),
        (form.max_tokens, f"{form.invocation_type} records of the family {family.name}"),
        *((trait.max_tokens, model) for trait in traits),
    ]
    known = [(limit, owner) for limit, owner in limits if limit is not None]
    most, owner = min(known, key=lambda limit: limit[0])
    if params.max_tokens > most:
        yield f"max_tokens is {params.max_tokens}, must be at most {most} for {owner}"


def _top_p_errors(params: SamplingParams, traits: list[Trait], model: str) -> Iterator[str]:
    if params.top_p is not None and any(trait.one_sampler for trait in traits):
        yield (
            f"top_p is {params.top_p:g}, must be null for {model}, which refuses temperature and"
            " top-p together; remove it"
        )


def _only_temperature_errors(
    params: SamplingParams, traits: list[Trait], model: str
) -> Iterator[str]:
    only = next((each.only_temperature for each in traits if each.only_temperature), None)
    if only is None:
        return
    way_out = f'use "greedy": false, "temperatures": [{only}]'
    if params.greedy:
        yield (
            f"greedy is true, must be false for {model}, which samples only at temperature"
            f" {only:g}; {way_out}"
        )
    if any(temperature != only for temperature in params.temperatures):
        yield (
            f"temperatures is {shown(list(params.temperatures))}, must be [{only}] for {model},"
            f" which samples at no other temperature; {way_out}"
        )
