"""What a model would refuse, found before anything is submitted, and what its users must know."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lambdas.core.models.availability import PaidRun, batch_remark, life_cycle_error
from lambdas.core.models.base import Family, Form, Trait
from lambdas.core.models.registry import foundation_model, generates_text
from lambdas.core.models.thinking import thinking_of
from lambdas.core.prices import listed_max_output
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
    model_fields: Mapping[str, Any] = field(default_factory=dict)


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
    model_id: str,
    family: Family,
    form: Form,
    params: SamplingParams,
    foundation: str | None = None,
    *,
    paid: PaidRun | None = None,
    stands_in: bool = False,
) -> list[str]:
    """Return why the model would refuse a run's records, each with the way out.

    Args:
        model_id: as the request gives it.
        family: of the model.
        form: of the records.
        params: how the run samples.
        foundation: the bare id of the model, where `model_id` does not contain it.
        paid: the run, `None` for one that is not paid for: it is neither refused a model that
            Bedrock has no more, nor too little room for thoughts.
        stands_in: whether the model decides the form of the records alone, and another one that
            nobody named answers: how hot and how long that may be is not known.
    """
    error = model_id_error(model_id, foundation)
    if error:
        return [error]
    model = foundation or foundation_model(model_id) or model_id
    traits = family.traits_of(model)
    return [
        *_life_cycle_errors(model_id, model, paid),
        *(_thinking_errors(params, traits, model) if paid else ()),
        *_profile_errors(model_id, traits),
        *(() if stands_in else _max_temperature_errors(params, family)),
        *(() if stands_in else _max_tokens_errors(params, family, form, traits, model)),
        *_top_p_errors(params, traits, model),
        *_only_temperature_errors(params, traits, model),
    ]


def model_warnings(model_id: str, model: str | None, max_tokens: int) -> list[str]:
    """Return what the user of this model must know though it is not refused.

    Args:
        model_id: as the request gives it.
        model: the bare id of the foundation model, `None` if that is not known.
        max_tokens: of one completion.
    """
    remarks = [remark for remark in (batch_remark(model_id, model),) if remark]
    most = None if model is None else listed_max_output(model)
    if most is not None and max_tokens > most:
        remarks.append(
            f"{model_id}: max_tokens is {max_tokens}, and the source of its price names {most} as"
            " the most; Bedrock may refuse its records"
        )
    return remarks


def _life_cycle_errors(model_id: str, model: str, paid: PaidRun | None) -> Iterator[str]:
    if paid is None or paid.life_cycle_known:
        return
    error = life_cycle_error(model_id, model, paid.started_at)
    if error:
        yield error


def _thinking_errors(params: SamplingParams, traits: list[Trait], model: str) -> Iterator[str]:
    thinks = any(trait.thinks for trait in traits)
    least = thinking_of(thinks, params.model_fields).least_max_tokens
    if params.max_tokens >= least:
        return
    example = next((trait.bounded_by for trait in traits if trait.bounded_by), "")
    way_out = f", such as {example}" if example else ""
    yield (
        f"max_tokens is {params.max_tokens}, must be at least {least} for {model}, which thinks"
        " before it answers and would be cut off; raise it, or turn off or bound the thinking by"
        f" model_fields{way_out}"
    )


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
