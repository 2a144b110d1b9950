"""The estimate: expected cost and upper bound of a plan, before anything is submitted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lambdas.contract import usd, usd_at_least
from lambdas.contract.answered_by import is_rehearsed
from lambdas.contract.costs import PILOT, Estimate, ModelPrices, Saving, SettingEstimate
from lambdas.contract.schema import GREEDY, Plan, Setting, Stopping
from lambdas.core.costs.loads import (
    DatasetSize,
    Load,
    PromptSize,
    expected_completion_tokens,
    expected_tokens,
    expected_use,
    leftover_loads,
    loads_by_setting,
    max_use,
    prompt_size,
    record_ceiling_usd,
    use_usd,
)
from lambdas.core.costs.time import time_estimate, time_remark
from lambdas.core.prices import GIVEN_IN_REQUEST, TABLE_REGION, is_within, sum_known
from lambdas.core.text import count_of

# Shares of the sampled paths that recorded datasets needed, from easy to hard ones. The level is
# 0.95, on 29 datasets that the rule was not chosen by; sized waves are those of the default on six:
# docs/decisions/0036-defaults.md.
_SHARES = {Stopping("level", 0.95): (0.22, 0.92), Stopping("worth", 0.001): (0.23, 0.41)}


def estimate(plan: Plan, dataset: DatasetSize, prices: ModelPrices | None) -> Estimate:
    """Return the expected cost of a plan and its upper bound.

    For the upper bound, each completion is as long as `max_tokens`, and the prompt has as many
    tokens as its text may have. Failed jobs cost less than estimated.

    Args:
        plan: all its waves; every question gets all its paths.
        dataset: the size of its texts.
        prices: of the model, `None` where they are unknown.
    """
    size, loads = prompt_size(plan, dataset), loads_by_setting(plan)
    settings = tuple(
        _setting_estimate(plan, setting, loads[setting.name], size, prices)
        for setting in plan.settings
    )
    pilot = _pilot_estimate(plan, settings, size, prices)
    calls = (*settings, pilot) if pilot else settings
    exemplars = plan.prompt.exemplars
    exemplar_tokens = expected_tokens(size.exemplar_characters)
    found = Estimate(
        settings=settings,
        prompt_tokens=expected_tokens(size.characters),
        exemplars=exemplars,
        exemplar_tokens=exemplar_tokens,
        completion_tokens=expected_completion_tokens(plan),
        max_tokens=plan.max_tokens,
        tokens_in=sum(each.tokens_in for each in calls),
        tokens_out=sum(each.tokens_out for each in calls),
        cost_usd=sum_known(each.cost_usd for each in calls),
        ceiling_usd=sum_known(each.ceiling_usd for each in calls),
        record_ceiling_usd=record_ceiling_usd(plan, size, prices),
        savings=exemplar_savings(settings, exemplars, exemplar_tokens, prices),
        pilot=pilot,
    )
    rehearsed = is_rehearsed(plan.answered_by)
    if prices is None and rehearsed:
        # All of them are about what is billed.
        return found
    found = replace(
        found,
        time=None if rehearsed else time_estimate(plan),
        sampled_share=_SHARES.get(plan.stopping) if plan.budget is None else None,
    )
    remarks = (*estimate_remarks(found, prices), *run_remarks(found))
    return replace(found, remarks=(*remarks, *_stopping_remarks(plan)))


def cost_limit_error(found: Estimate, max_cost_usd: float | None) -> str | None:
    """Return why a run must not start under its cost limit, `None` if it may.

    The limit is compared with the upper bound, not with the expected cost: submitted records are
    paid for, so a limit must be one that the run cannot exceed.
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
        f"max_cost_usd is {max_cost_usd:g}, must be at least {usd_at_least(ceiling)}, the upper"
        f" bound of the run's cost (expected {usd(found.cost_usd)}): raise it, or lower paths,"
        " max_tokens, limit or the number of exemplars"
    )


def exemplar_savings(
    settings: Sequence[SettingEstimate],
    exemplars: int,
    exemplar_tokens: float,
    prices: ModelPrices | None,
) -> tuple[Saving, ...]:
    """Return the expected savings of using half of the exemplars, and none.

    Args:
        settings: of the run, with their records.
        exemplars: in the prompt.
        exemplar_tokens: of all of them, in one record.
        prices: of the model, `None` where they are unknown.
    """
    fewer = sorted({exemplars // 2, 0}, reverse=True) if exemplars else []
    records = sum(each.records for each in settings)
    on_demand = sum(each.on_demand for each in settings)
    savings = []
    for count in fewer:
        tokens = exemplar_tokens * (exemplars - count) / exemplars
        saved = None
        if prices is not None:
            saved = prices.usd(tokens * on_demand, 0, on_demand=True)
            saved += prices.usd(tokens * (records - on_demand), 0, on_demand=False)
        savings.append(Saving(count, round(tokens * records), saved))
    return tuple(savings)


def estimate_remarks(found: Estimate, prices: ModelPrices | None) -> tuple[str, ...]:
    """Return an estimate in sentences: prompt, paths, fewer exemplars, prices."""
    prompt = f"each record's prompt is about {found.prompt_tokens:,} tokens"
    if found.exemplars:
        exemplars = count_of(found.exemplars, "exemplar")
        prompt += f", {found.exemplar_tokens:,} of them in {exemplars}"
    return (
        f"{prompt}; it is billed once per record",
        *_path_remarks(found.settings),
        *_pilot_remarks(found.pilot),
        *map(_saving_remark, found.savings),
        *_price_remarks(prices),
    )


def run_remarks(found: Estimate) -> Iterator[str]:
    """Yield the expected time in a sentence, and what early stopping is expected to leave."""
    if found.time is not None:
        yield time_remark(found.time)
    if found.sampled_share is None:
        return
    low, high = found.sampled_share
    sampled = [each.cost_usd for each in found.settings if each.setting != GREEDY]
    cost = sum_known(sampled)
    amount = "" if cost is None else f", {usd(low * cost)} to {usd(high * cost)}"
    yield (
        f"recorded datasets needed {low:.0%} to {high:.0%} of the sampled paths{amount};"
        " the first wave tells where this one lies"
    )


def _setting_estimate(
    plan: Plan,
    setting: Setting,
    loads: Sequence[Load],
    size: PromptSize,
    prices: ModelPrices | None,
) -> SettingEstimate:
    expected = [expected_use(plan, load, size) for load in loads]
    leftovers = [] if setting.name == GREEDY else leftover_loads(plan)
    cost = use_usd(expected, prices)
    return SettingEstimate(
        setting=setting.name,
        paths=setting.paths,
        records=sum(load.records for load in loads),
        generations=sum(load.generations for load in loads),
        on_demand=sum(load.records for load in loads if load.on_demand),
        tokens_in=sum(use.tokens_in for use in expected),
        tokens_out=sum(use.tokens_out for use in expected),
        cost_usd=cost,
        # `loads` has a wave's leftovers already, at the batch price; they may cost more on demand.
        ceiling_usd=use_usd([max_use(plan, load, size) for load in (*loads, *leftovers)], prices),
        usd_per_path=None if cost is None else cost / setting.paths,
    )


def _pilot_estimate(
    plan: Plan, settings: Sequence[SettingEstimate], size: PromptSize, prices: ModelPrices | None
) -> SettingEstimate | None:
    """Return what the pilot is expected to cost; `None` for a run without any batch job."""
    if not plan.pilot or all(each.on_demand == each.records for each in settings):
        return None
    records = plan.pilot * len(settings)
    load = Load(records, records, on_demand=True, any_questions=True)
    expected = expected_use(plan, load, size)
    return SettingEstimate(
        setting=PILOT,
        # None of them votes.
        paths=0,
        records=records,
        generations=records,
        on_demand=records,
        tokens_in=expected.tokens_in,
        tokens_out=expected.tokens_out,
        cost_usd=use_usd([expected], prices),
        ceiling_usd=use_usd([max_use(plan, load, size)], prices),
        usd_per_path=None,
    )


def _pilot_remarks(pilot: SettingEstimate | None) -> Iterator[str]:
    if pilot is not None:
        cost = "" if pilot.cost_usd is None else f", which cost about {usd(pilot.cost_usd)}"
        questions = count_of(pilot.records, "question")
        yield f"the pilot first asks {questions} on demand{cost}; its answers do not vote"


def _path_remarks(settings: Sequence[SettingEstimate]) -> Iterator[str]:
    for each in settings:
        if each.paths == 1:
            continue
        paths = "each record has one path, so every path pays for the prompt"
        if each.generations > each.records:
            paths = f"each record has {each.generations / each.records:.3g} paths for one prompt"
        cost = ""
        if each.cost_usd is not None:
            cost = f": {usd(each.usd_per_path)} per path, {usd(each.cost_usd)} in total"
        yield f"{each.setting}: {paths}{cost}"


def _saving_remark(saving: Saving) -> str:
    exemplars = count_of(saving.exemplars, "exemplar") if saving.exemplars else "no exemplars"
    tokens = f"{saving.tokens_in:,} prompt tokens"
    amount = tokens if saving.usd is None else f"{usd(saving.usd)} ({tokens})"
    return f"using {exemplars} would save about {amount}"


def _price_remarks(prices: ModelPrices | None) -> Iterator[str]:
    if prices is not None and prices.source != GIVEN_IN_REQUEST:
        if prices.batch_output >= prices.output:
            yield (
                "no price of batch inference is published for this model, so batch counts as much"
                " as on demand; it may cost less"
            )
        yield (
            f"prices are those of {TABLE_REGION} as of {prices.as_of}; Bedrock bills the prices of"
            " the run's Region, which may be higher"
        )


def _stopping_remarks(plan: Plan) -> tuple[str, ...]:
    if plan.stopping.rule == "never" or plan.budget is not None:
        return ()
    return ("the estimate counts all paths of every question; questions decided early cost less",)
