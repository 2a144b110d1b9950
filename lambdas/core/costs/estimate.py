"""The estimate: what a plan is expected to cost, before anything of it is submitted."""

from collections.abc import Sequence

from lambdas.contract import usd, usd_at_least
from lambdas.core.costs.cost import Estimate, SettingEstimate, is_within, sum_known
from lambdas.core.costs.loads import (
    Load,
    Size,
    Texts,
    few_left,
    likely,
    likely_tokens,
    loads_of,
    most,
    record_ceiling_usd,
    size_of,
    tokens,
    usd_of,
)
from lambdas.core.costs.prices import ModelPrices
from lambdas.core.costs.savings import estimate_remarks, savings_of
from lambdas.core.plan import Plan
from lambdas.core.settings import GREEDY, Setting


def estimate(plan: Plan, texts: Texts, prices: ModelPrices | None) -> Estimate:
    """Return what a plan is expected to cost: as is likely, and at most.

    At most means that each completion is as long as `max_tokens`, and the prompt as many tokens
    as its text may have. Jobs that fail cost less than they are reckoned here.

    Args:
        plan: all waves of it; every question gets all its paths.
        texts: of the question set.
        prices: of the model, `None` where they are not known.
    """
    size, loads = size_of(plan, texts), loads_of(plan)
    settings = tuple(
        _setting(plan, setting, loads[setting.name], size, prices) for setting in plan.settings
    )
    exemplars, exemplar_tokens = plan.prompt.exemplars, tokens(size.exemplars)
    savings = savings_of(settings, exemplars, exemplar_tokens, prices)
    return Estimate(
        prices=prices,
        settings=settings,
        prompt_tokens=tokens(size.prompt),
        exemplars=exemplars,
        exemplar_tokens=exemplar_tokens,
        completion_tokens=likely_tokens(plan),
        max_tokens=plan.max_tokens,
        tokens_in=sum(each.tokens_in for each in settings),
        tokens_out=sum(each.tokens_out for each in settings),
        cost_usd=sum_known(each.cost_usd for each in settings),
        ceiling_usd=sum_known(each.ceiling_usd for each in settings),
        record_ceiling_usd=record_ceiling_usd(plan, size, prices),
        savings=savings,
        remarks=(
            *estimate_remarks(
                settings,
                savings,
                prices,
                exemplars=exemplars,
                prompt_tokens=tokens(size.prompt),
                exemplar_tokens=exemplar_tokens,
            ),
            *_of_stopping(plan),
        ),
    )


def cost_problem(found: Estimate, max_cost_usd: float | None) -> str | None:
    """Return why a run must not start under its limit of cost, `None` where it may.

    The ceiling is held against the limit, not the likely cost: once records are submitted they
    are paid for, so only a limit that cannot be passed is one.
    """
    if max_cost_usd is None:
        return None
    ceiling = found.ceiling_usd
    if ceiling is None:
        return (
            f"max_cost_usd is {max_cost_usd:g}, but the model's prices are not known, so no limit"
            ' can be kept: give "prices": {"input": …, "output": …} in USD per million tokens, or'
            " leave max_cost_usd out"
        )
    if is_within(ceiling, max_cost_usd):
        return None
    return (
        f"max_cost_usd is {max_cost_usd:g}, must be at least {usd_at_least(ceiling)}, what the run"
        f" may cost at most ({usd(found.cost_usd)} is likely): raise it, or lower paths,"
        " max_tokens, limit or the number of exemplars"
    )


def _setting(
    plan: Plan, setting: Setting, loads: Sequence[Load], size: Size, prices: ModelPrices | None
) -> SettingEstimate:
    expected = [likely(plan, load, size) for load in loads]
    left = [] if setting.name == GREEDY else few_left(plan)
    cost = usd_of(expected, prices)
    return SettingEstimate(
        setting=setting.name,
        paths=setting.paths,
        records=sum(load.records for load in loads),
        generations=sum(load.generations for load in loads),
        on_demand=sum(load.records for load in loads if load.on_demand),
        tokens_in=sum(each.read for each in expected),
        tokens_out=sum(each.written for each in expected),
        cost_usd=cost,
        # What is left of a wave is in the loads already, at the batch price; here it is dearer.
        ceiling_usd=usd_of([most(plan, load, size) for load in (*loads, *left)], prices),
        usd_per_path=None if cost is None else cost / setting.paths,
    )


def _of_stopping(plan: Plan) -> tuple[str, ...]:
    if plan.stopping.rule == "never" or plan.budget is not None:
        return ()
    return ("every question is reckoned with all its paths; those that settle early cost less",)
