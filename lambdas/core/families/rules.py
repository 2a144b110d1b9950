"""What a model refuses, said before anything is submitted, and what a run on it must know."""

import re
from dataclasses import dataclass

from lambdas.core.families.base import Family, Form, Trait
from lambdas.core.families.ids import answers_in_text, foundation_model
from lambdas.core.wording import shown

# The ARNs that Bedrock takes as the model of a batch job: pattern of modelId,
# CreateModelInvocationJob. Provisioned throughput is not among them, nor are imported models.
_KINDS = "foundation-model|inference-profile|application-inference-profile|custom-model"
_BATCH_ARN = re.compile(rf"arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:{_KINDS})/(?!imported/).+")
_BEFORE_CLAUDE_3 = re.compile(r"anthropic\.claude-(?:instant|v\d)")
_SUCH_AS = "such as us.amazon.nova-lite-v1:0"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a run would sample: greedily, at which temperatures, within which limits."""

    greedy: bool
    temperatures: tuple[float, ...]
    top_p: float | None
    max_tokens: int


def unusable(model_id: str, foundation: str | None = None) -> str | None:
    """Return why no batch job can have this model, of whatever family; `None` if it may.

    Args:
        model_id: as the request gives it.
        foundation: the bare id of the model, where `model_id` alone does not tell it.
    """
    given = f"model_id is {shown(model_id)}"
    if model_id.startswith("arn:") and not _BATCH_ARN.fullmatch(model_id):
        return (
            f"{given}, must be the id or ARN of a foundation model, an inference profile or a"
            " custom model; batch inference runs neither provisioned throughput nor imported"
            " models: give the model they were made of"
        )
    model = foundation or foundation_model(model_id) or model_id
    if not answers_in_text(model):
        return f"{given}, must be a model that answers in text, {_SUCH_AS}"
    if _BEFORE_CLAUDE_3.match(model):
        return (
            f"{given}, must be a model with batch inference, which Claude has from version 3 on;"
            f" give a later one, or another model {_SUCH_AS}"
        )
    return None


def refusals(
    model_id: str, family: Family, form: Form, wanted: Wanted, foundation: str | None = None
) -> list[str]:
    """Return why the model would refuse a run's records, each with the way out.

    Args:
        model_id: as the request gives it.
        family: of the model.
        form: in which it is to be asked.
        wanted: how the run would sample.
        foundation: the bare id of the model, where `model_id` alone does not tell it.
    """
    problem = unusable(model_id, foundation)
    if problem:
        return [problem]
    model = foundation or foundation_model(model_id) or model_id
    traits = [trait for trait in family.traits if re.match(trait.pattern, model)]
    return [
        *_unreachable(model_id, traits),
        *_too_hot(wanted, family, form),
        *_too_long(wanted, family, form, traits, model),
        *_two_samplers(wanted, traits, model),
        *_other_temperatures(wanted, traits, model),
    ]


def remarks(model_id: str, family: Family) -> list[str]:
    """Return what a run on this model must know though it is not refused."""
    if family.listed:
        return []
    return [
        f"{model_id}: AWS lists no model of the family {family.name} for batch inference (October"
        " 2026); Bedrock may refuse its jobs"
    ]


def _unreachable(model_id: str, traits: list[Trait]) -> list[str]:
    bare = foundation_model(model_id)
    told_bare = bare == model_id or ":foundation-model/" in model_id
    if not (told_bare and any(trait.only_by_profile for trait in traits)):
        return []
    return [
        f"model_id is {shown(model_id)}, must be a cross-Region inference profile, for Bedrock"
        f" has this model in no other way; give us.{bare}, or the profile of your geography"
    ]


def _too_hot(wanted: Wanted, family: Family, form: Form) -> list[str]:
    most, owner = family.max_temperature, f"the family {family.name}"
    if form.max_temperature is not None and form.max_temperature < most:
        most, owner = form.max_temperature, f"{form.invocation_type} records"
    return [
        f"temperatures[{place}] is {value:g}, must be at most {most:g} for {owner}"
        for place, value in enumerate(wanted.temperatures)
        if value > most
    ]


def _too_long(
    wanted: Wanted, family: Family, form: Form, traits: list[Trait], model: str
) -> list[str]:
    limits = [
        (family.max_tokens, f"the family {family.name}"),
        (form.max_tokens, f"{form.invocation_type} records of the family {family.name}"),
        *((trait.max_tokens, model) for trait in traits),
    ]
    known = [(most, owner) for most, owner in limits if most is not None]
    most, owner = min(known, key=lambda limit: limit[0])
    if wanted.max_tokens <= most:
        return []
    return [f"max_tokens is {wanted.max_tokens}, must be at most {most} for {owner}"]


def _two_samplers(wanted: Wanted, traits: list[Trait], model: str) -> list[str]:
    if wanted.top_p is None or not any(trait.one_sampler for trait in traits):
        return []
    return [
        f"top_p is {wanted.top_p:g}, must be null for {model}, which refuses temperature and"
        " top-p together; remove it"
    ]


def _other_temperatures(wanted: Wanted, traits: list[Trait], model: str) -> list[str]:
    only = next((each.only_temperature for each in traits if each.only_temperature), None)
    if only is None:
        return []
    way_out = f'use "greedy": false, "temperatures": [{only}]'
    problems = []
    if wanted.greedy:
        problems.append(
            f"greedy is true, must be false for {model}, which samples at temperature {only:g}"
            f" alone; {way_out}"
        )
    if any(value != only for value in wanted.temperatures):
        problems.append(
            f"temperatures is {shown(list(wanted.temperatures))}, must be [{only}] for {model},"
            f" which samples at no other; {way_out}"
        )
    return problems
