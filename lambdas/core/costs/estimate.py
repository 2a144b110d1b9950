"""The estimate: what a plan is expected to cost, before anything of it is submitted."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lambdas.contract import usd, usd_at_least
from lambdas.core.costs.cost import Estimate, SettingEstimate, sum_known
from lambdas.core.costs.most_tokens import most_tokens
from lambdas.core.costs.prices import ModelPrices
from lambdas.core.costs.savings import estimate_remarks, savings_of
from lambdas.core.plan import Job, Plan, jobs_of
from lambdas.core.records import encoded
from lambdas.core.settings import Setting

# English has four to five characters a token in the vocabularies of all families here. A letter
# outside ASCII counts as the six of its escape.
LIKELY_CHARACTERS_PER_TOKEN = 4
# The published run has 84 tokens an answer, and recorded sets of worked answers have 38 to 158
# on average. Models that think before they answer write several times as many.
LIKELY_TOKENS = 150
# What a chat template adds to the prompt, in the ceiling: markers, and a system message of the
# model's own, such as the some sixty tokens of gpt-oss's.
MARKUP_TOKENS = 128
# Sums of floats differ by less than this share of them.
_NOISE = 1e-9


@dataclass(frozen=True, slots=True)
class _Size:
    """A record's prompt: its characters, those of its exemplars, its tokens at most."""

    prompt: float
    exemplars: float
    most_tokens: float


@dataclass(frozen=True, slots=True)
class _Load:
    """Records and completions of some jobs, all of them in batch or all on demand."""

    records: int
    generations: int
    on_demand: bool


@dataclass(frozen=True, slots=True)
class _Expected:
    """Tokens that some records may read and write, all of them in batch or all on demand."""

    read: int
    written: int
    on_demand: bool


def estimate(
    plan: Plan, question_characters: int, question_most_tokens: int, prices: ModelPrices | None
) -> Estimate:
    """Return what a plan is expected to cost: as is likely, and at most.

    At most means that each completion is as long as `max_tokens`, and the prompt as many tokens
    as its text may have. Jobs that fail cost less than they are reckoned here.

    Args:
        plan: all waves of it; every question gets all its paths.
        question_characters: of all questions' fields, as a record's JSON holds them.
        question_most_tokens: of all questions' fields, as `most_tokens` counts them.
        prices: of the model, `None` where they are not known.
    """
    size = _size(plan, question_characters, question_most_tokens)
    loads = _by_setting(plan)
    settings = tuple(
        _setting(plan, setting, loads[setting.name], size, prices) for setting in plan.settings
    )
    exemplars, exemplar_tokens = plan.prompt.exemplars, _tokens(size.exemplars)
    savings = savings_of(settings, exemplars, exemplar_tokens, prices)
    return Estimate(
        prices=prices,
        settings=settings,
        prompt_tokens=_tokens(size.prompt),
        exemplars=exemplars,
        exemplar_tokens=exemplar_tokens,
        completion_tokens=_likely_tokens(plan),
        max_tokens=plan.max_tokens,
        tokens_in=sum(each.tokens_in for each in settings),
        tokens_out=sum(each.tokens_out for each in settings),
        cost_usd=sum_known(each.cost_usd for each in settings),
        ceiling_usd=sum_known(each.ceiling_usd for each in settings),
        savings=savings,
        remarks=estimate_remarks(
            settings,
            savings,
            prices,
            exemplars=exemplars,
            prompt_tokens=_tokens(size.prompt),
            exemplar_tokens=exemplar_tokens,
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
    if ceiling <= max_cost_usd * (1 + _NOISE):
        return None
    return (
        f"max_cost_usd is {max_cost_usd:g}, must be at least {usd_at_least(ceiling)}, what the run"
        f" may cost at most ({usd(found.cost_usd)} is likely): raise it, or lower paths,"
        " max_tokens, limit or the number of exemplars"
    )


def _size(plan: Plan, question_characters: int, question_most_tokens: int) -> _Size:
    prompt = plan.prompt
    around = sum(len(encoded(text)) for text in prompt.texts)
    most_around = sum(map(most_tokens, prompt.texts))
    characters = prompt.characters
    # Exemplars are counted as they are; what escapes add is theirs in proportion.
    exemplars = around * prompt.exemplar_characters / characters if characters else 0.0
    # Of a question's fields all are taken to stand as often as the one that does most.
    places = max(map(prompt.fields.count, prompt.fields))
    return _Size(
        around + places * question_characters / plan.questions,
        exemplars,
        most_around + places * question_most_tokens / plan.questions,
    )


def _by_setting(plan: Plan) -> dict[str, list[_Load]]:
    loads: dict[str, list[_Load]] = {setting.name: [] for setting in plan.settings}
    for job in _jobs(plan):
        completions = job.records * job.paths // len(job.generations)
        loads[job.setting].append(_Load(job.records, completions, job.on_demand))
    return loads


def _jobs(plan: Plan) -> Iterator[Job]:
    for wave in range(1, len(plan.waves) + 1):
        yield from jobs_of(plan, wave)


def _setting(
    plan: Plan,
    setting: Setting,
    loads: Sequence[_Load],
    size: _Size,
    prices: ModelPrices | None,
) -> SettingEstimate:
    likely = [_likely(plan, load, size) for load in loads]
    cost = _usd(likely, prices)
    return SettingEstimate(
        setting=setting.name,
        paths=setting.paths,
        records=sum(load.records for load in loads),
        generations=sum(load.generations for load in loads),
        on_demand=sum(load.records for load in loads if load.on_demand),
        tokens_in=sum(each.read for each in likely),
        tokens_out=sum(each.written for each in likely),
        cost_usd=cost,
        ceiling_usd=_usd([_most(plan, load, size) for load in loads], prices),
        usd_per_path=None if cost is None else cost / setting.paths,
    )


def _likely(plan: Plan, load: _Load, size: _Size) -> _Expected:
    written = load.generations * _likely_tokens(plan)
    return _Expected(_tokens(load.records * size.prompt), written, load.on_demand)


def _most(plan: Plan, load: _Load, size: _Size) -> _Expected:
    read = load.records * (size.most_tokens + MARKUP_TOKENS)
    return _Expected(math.ceil(read), load.generations * plan.max_tokens, load.on_demand)


def _usd(parts: Sequence[_Expected], prices: ModelPrices | None) -> float | None:
    if prices is None:
        return None
    return sum(prices.usd(each.read, each.written, on_demand=each.on_demand) for each in parts)


def _tokens(characters: float) -> int:
    return round(characters / LIKELY_CHARACTERS_PER_TOKEN)


def _likely_tokens(plan: Plan) -> int:
    return min(plan.max_tokens, LIKELY_TOKENS)
