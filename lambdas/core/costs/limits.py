"""Spending limits: which of the stack's applies to a run, by which prices, and what it refuses."""

import math
from dataclasses import dataclass, replace
from typing import Literal

from lambdas.contract import usd, usd_at_least
from lambdas.contract.costs import CostLimit, Estimate, ModelPrices
from lambdas.contract.schema import Plan
from lambdas.contract.stack import StackVariables
from lambdas.core.prices import is_within
from lambdas.core.text import shown

_COMPONENTS: tuple[Literal["input", "output", "batch_input", "batch_output"], ...] = (
    "input",
    "output",
    "batch_input",
    "batch_output",
)
_GIVE_PRICES = (
    'give "prices": {"input": …, "output": …} above 0 in USD per million tokens, for batch too'
)
_LOWER = "lower paths, max_tokens, limit or budget, or use fewer temperatures"


@dataclass(frozen=True, slots=True)
class StackLimit:
    """The setting of the stack that limits a run, and its USD."""

    setting: Literal["max_run_usd", "max_upload_usd"]
    usd: float


@dataclass(frozen=True, slots=True)
class PriceGap:
    """Why a model's built-in prices do not hold for a run.

    Attributes:
        why: for a refusal.
        way_out: for a refusal.
        may_be_filled: whether the prices of a request count, where they are higher.
    """

    why: str
    way_out: str
    may_be_filled: bool = False


def stack_limit(stack: StackVariables, *, by_upload: bool) -> StackLimit | None:
    """Return the lowest of the stack's limits that apply to a run; `None` in a rehearsal.

    Args:
        stack: its variables.
        by_upload: whether the run was started by an upload, of a dataset or of a request.
    """
    limits = []
    if by_upload and stack.max_upload_usd is not None:
        limits.append(StackLimit("max_upload_usd", stack.max_upload_usd))
    if stack.max_run_usd is not None:
        limits.append(StackLimit("max_run_usd", stack.max_run_usd))
    return None if stack.rehearsal else min(limits, key=lambda each: each.usd, default=None)


def price_gap(
    built_in: ModelPrices | None, longest_prompt: float, risen_on: str | None = None
) -> PriceGap | None:
    """Return why built-in prices do not hold for a run, `None` if they do or there are none.

    Args:
        built_in: of the model.
        longest_prompt: of the run, at most so many tokens.
        risen_on: since when (ISO 8601 date) Bedrock may take more, `None` if it does not say so.
    """
    if built_in is None:
        return None
    most = built_in.prompt_limit
    if most is not None and longest_prompt > most:
        return PriceGap(
            f"prompts may be longer than {most:,} tokens, for which the price is not known",
            "shorten the rows or the template",
        )
    if risen_on is None or not built_in.as_of or built_in.as_of >= risen_on:
        return None
    why = f"the model's price may have risen on {risen_on}, and the built-in one is older"
    return PriceGap(why, _GIVE_PRICES, may_be_filled=True)


def limit_prices(
    built_in: ModelPrices | None, given: ModelPrices | None, gap: PriceGap | None = None
) -> ModelPrices | None:
    """Return the prices that the stack's limits are reckoned by, `None` where none are known.

    A request's own prices may raise each price, and lower none. Those of a model without built-in
    prices count if all four are above 0, and so do those where the built-in ones have a gap that
    may be filled. No price counts where it may not: the true price is not known.
    """
    if gap is not None and not gap.may_be_filled:
        return None
    is_paid = given is not None and all(getattr(given, name) > 0 for name in _COMPONENTS)
    if (built_in is None or gap is not None) and not is_paid:
        return None
    if built_in is None or given is None:
        return built_in or given
    higher = {name: max(getattr(built_in, name), getattr(given, name)) for name in _COMPONENTS}
    written = [each.cache_write for each in (built_in, given) if each.cache_write is not None]
    return replace(built_in, **higher, cache_write=max(written, default=None))


def reckoned(limit: StackLimit, found: Estimate) -> CostLimit:
    """Return a limit with the upper bounds that are compared with it.

    Args:
        limit: of the stack.
        found: the estimate at `limit_prices`.
    """
    return CostLimit(limit.setting, limit.usd, found.ceiling_usd, found.record_ceiling_usd)


def stack_limit_error(
    limit: StackLimit,
    found: Estimate,
    plan: Plan,
    uploaded_dataset: str | None,
    gap: PriceGap | None = None,
) -> str | None:
    """Return why the stack's limit refuses a run, `None` if it does not.

    The limit is compared with the upper bound, as a request's own limit is.

    Args:
        limit: of the stack.
        found: the estimate at `limit_prices`.
        plan: of the run.
        uploaded_dataset: the key of a dataset that was uploaded without a request.
        gap: why the model's built-in prices do not hold, `None` if they do or there are none.
    """
    ceiling, change = found.ceiling_usd, f"cdk deploy -c {limit.setting}"
    if ceiling is None:
        unknown = gap or PriceGap(f"the prices of {plan.model_id} are not known", _GIVE_PRICES)
        return (
            f"the stack's {limit.setting} is {usd(limit.usd)}, but {unknown.why}, so it cannot be"
            f" kept: {unknown.way_out}; or whoever deploys the stack switches the limit off:"
            f" {change}=none"
        )
    if is_within(ceiling, limit.usd):
        return None
    own = plan.max_cost_usd
    useless = own is not None and own > limit.usd
    not_raised = f"; the request's max_cost_usd of {usd(own)} does not raise it" if useless else ""
    return (
        f"the run is expected to cost {usd(found.cost_usd)}, and {usd(ceiling)} at most, which must"
        f" be within the stack's {limit.setting} of {usd(limit.usd)}{not_raised}:"
        f" {_way_out(limit, ceiling, plan.questions, uploaded_dataset)}; whoever deploys the stack"
        f" may raise the limit: {change}={usd_at_least(ceiling)}"
    )


def upload_model_problem(
    stack: StackVariables, model_id: str, foundation: str | None
) -> str | None:
    """Return why a run started by upload must not use a model, `None` if it may.

    Args:
        stack: its variables; its default model is always allowed.
        model_id: of the run.
        foundation: the bare id of the model behind it, `None` if that is not known.
    """
    allowed = stack.models_for_uploads
    names = [name for name in (model_id, foundation) if name]
    if stack.rehearsal or not allowed or model_id == stack.default_model:
        return None
    if any(name.startswith(allowed) for name in names):
        return None
    return (
        f"model_id is {shown(model_id)}, must be the stack's {stack.default_model} or one of its"
        f" models_for_uploads, {', '.join(allowed)}, in a run started by upload; start the run in"
        " another way, or whoever deploys the stack adds the model: cdk deploy -c"
        f" models_for_uploads={','.join((*allowed, foundation or model_id))}"
    )


def _way_out(limit: StackLimit, ceiling: float, questions: int, dataset: str | None) -> str:
    """Return what a run within the limit needs; an uploaded dataset needs a request first."""
    if dataset is None:
        return _LOWER
    fitting = max(1, math.floor(questions * limit.usd / ceiling))
    return (
        "upload a request in its place, a NAME.run.json such as"
        f' {{"dataset": {shown(dataset)}, "temperatures": [0.7], "paths": 5}}: {_LOWER} ("limit":'
        f' {fitting} would about suffice alone); "max_cost_usd" sets a lower limit'
    )
