"""Records and completions that a plan may have, and the tokens and dollars these come to."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lambdas.core.costs.most_tokens import most_tokens
from lambdas.core.costs.prices import ModelPrices
from lambdas.core.plan import Plan, form_of
from lambdas.core.records import encoded
from lambdas.core.settings import GREEDY
from lambdas.core.waves.gathering import groups_left
from lambdas.core.waves.layout import first_needs, full_jobs, jobs_of, records_of

# English has four to five characters a token in the vocabularies of all families here. A letter
# outside ASCII counts as the six of its escape.
LIKELY_CHARACTERS_PER_TOKEN = 4
# The published run has 84 tokens an answer, and recorded sets of worked answers have 38 to 158
# on average. Models that think before they answer write several times as many.
LIKELY_TOKENS = 150
# What a chat template adds to the prompt, in the ceiling: markers, and a system message of the
# model's own, such as the some sixty tokens of gpt-oss's.
MARKUP_TOKENS = 128


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a question set, all fields of a question together.

    Attributes:
        characters: of all questions, as a record's JSON holds them.
        most_tokens: of all questions, as `most_tokens` counts them.
        longest_tokens: of the question that has the most of them.
    """

    characters: int
    most_tokens: int
    longest_tokens: int


@dataclass(frozen=True, slots=True)
class Size:
    """A record's prompt.

    Attributes:
        prompt: its characters, with a question of mean length.
        exemplars: those of the exemplars in it.
        most_tokens: its tokens at most, with a question of mean length.
        longest_tokens: its tokens at most, with the longest question.
    """

    prompt: float
    exemplars: float
    most_tokens: float
    longest_tokens: float


@dataclass(frozen=True, slots=True)
class Load:
    """Records and completions of some jobs.

    Attributes:
        records: how many.
        generations: completions of all of them.
        on_demand: whether all of them run on demand, or all in batch.
        any: whether they may be of any questions, the longest ones say, or are of all alike.
    """

    records: int
    generations: int
    on_demand: bool
    any: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """Tokens that some records may read and write, all of them in batch or all on demand."""

    read: int
    written: int
    on_demand: bool


def size_of(plan: Plan, texts: Texts) -> Size:
    """Return the size of a record's prompt."""
    prompt = plan.prompt
    around = sum(len(encoded(text)) for text in prompt.texts)
    most_around = sum(map(most_tokens, prompt.texts))
    characters = prompt.characters
    # Exemplars are counted as they are; what escapes add is theirs in proportion.
    exemplars = around * prompt.exemplar_characters / characters if characters else 0.0
    # Of a question's fields all are taken to stand as often as the one that does most.
    places = max(map(prompt.fields.count, prompt.fields))
    return Size(
        around + places * texts.characters / plan.questions,
        exemplars,
        most_around + places * texts.most_tokens / plan.questions,
        most_around + places * texts.longest_tokens,
    )


def loads_of(plan: Plan) -> dict[str, list[Load]]:
    """Return the records of each setting, if every question gets all its paths.

    Of a budget, all is spent; which questions get the later waves' paths is open.
    """
    loads: dict[str, list[Load]] = {setting.name: [] for setting in plan.settings}
    jobs = full_jobs(plan) if plan.budget is None else jobs_of(plan, 1, first_needs(plan))
    for job in jobs:
        for part in job.parts:
            loads[part.setting].append(Load(part.records, part.completions, job.on_demand))
    if plan.budget is not None:
        for name in loads.keys() - {GREEDY}:
            loads[name].append(_rest_of_budget(plan, plan.budget))
    return loads


def _rest_of_budget(plan: Plan, budget: float) -> Load:
    """Return what the waves after the first may spend, in the wave that is dearest by the path."""
    paths = math.floor(budget * plan.questions) - plan.questions * plan.waves[0]
    dearest = max((records_of(plan, wave) / wave for wave in plan.waves[1:]), default=1.0)
    return Load(math.ceil(paths * dearest), paths, on_demand=False, any=True)


def few_left(plan: Plan) -> list[Load]:
    """Return what may be left of each later wave, too few for a batch job, in records.

    It is then run on demand.
    """
    if not plan.stops_early:
        return []
    most, rest = form_of(plan).max_generations, groups_left(plan) * (plan.min_records - 1)
    fewest = (min(rest, plan.questions * paths) for paths in plan.waves[1:])
    return [Load(records, records * most, on_demand=True, any=True) for records in fewest]


def likely(plan: Plan, load: Load, size: Size) -> Expected:
    """Return the tokens that are likely."""
    written = load.generations * likely_tokens(plan)
    return Expected(tokens(load.records * size.prompt), written, load.on_demand)


def most(plan: Plan, load: Load, size: Size) -> Expected:
    """Return the tokens that there can be at most."""
    prompt = size.longest_tokens if load.any else size.most_tokens
    read = load.records * (prompt + MARKUP_TOKENS)
    return Expected(math.ceil(read), load.generations * plan.max_tokens, load.on_demand)


def usd_of(parts: Sequence[Expected], prices: ModelPrices | None) -> float | None:
    """Return what tokens cost, `None` without prices."""
    if prices is None:
        return None
    return sum(prices.usd(each.read, each.written, on_demand=each.on_demand) for each in parts)


def record_ceiling_usd(plan: Plan, size: Size, prices: ModelPrices | None) -> float | None:
    """Return what any one record may cost at most, `None` without prices."""
    generations = form_of(plan).max_generations
    loads = [Load(1, generations, on_demand, any=True) for on_demand in (True, False)]
    costs = [usd_of([most(plan, load, size)], prices) for load in loads]
    return max((cost for cost in costs if cost is not None), default=None)


def tokens(characters: float) -> int:
    """Return the tokens that so many characters are likely to be."""
    return round(characters / LIKELY_CHARACTERS_PER_TOKEN)


def likely_tokens(plan: Plan) -> int:
    """Return the tokens that a completion is likely to have."""
    return min(plan.max_tokens, LIKELY_TOKENS)
