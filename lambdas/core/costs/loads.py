"""The records and completions of a plan, and the tokens and dollars they come to."""

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from lambdas.contract.costs import ModelPrices
from lambdas.contract.schema import GREEDY, Field, Plan
from lambdas.core.sampling.plan import form_of
from lambdas.core.sampling.records import encoded
from lambdas.core.sampling.scheduling import (
    full_run_jobs,
    initial_backlogs,
    max_leftovers,
    plan_jobs,
    records_per_question,
)

# English has four to five characters per token in the vocabularies of all families here. A letter
# outside ASCII counts as the six characters of its escape.
CHARACTERS_PER_TOKEN = 4
# The published run has 84 tokens per answer, and recorded sets of worked answers have 38 to 158
# on average. What models think before that is counted apart.
EXPECTED_COMPLETION_TOKENS = 150
# What a chat template adds to the prompt, for the upper bound: markers, and a system message of the
# model's own, such as the roughly sixty tokens of gpt-oss's.
TEMPLATE_TOKENS = 128
# Each byte as its kind: a letter, a space, anything else.
_KINDS = re.sub(rb"[A-Za-z]", b"a", re.sub(rb"[^A-Za-z ]", b".", bytes(range(256))))


@dataclass(frozen=True, slots=True)
class DatasetSize:
    """The size of a dataset's texts, all fields of a question together.

    Attributes:
        characters: of all questions and their choices, as a record's JSON holds them.
        token_bound: `token_upper_bound` of all questions and their choices.
        longest_token_bound: `token_upper_bound` of the question with the highest one.
        choices_characters: those of the characters that are choices.
        choices_token_bound: the choices' share of `token_bound`.
    """

    characters: int
    token_bound: int
    longest_token_bound: int
    choices_characters: int = 0
    choices_token_bound: int = 0


@dataclass(frozen=True, slots=True)
class FieldTimes:
    """How often a prompt shows a question, and how often its choices."""

    question: int
    choices: int

    @classmethod
    def of(cls, fields: Sequence[Field]) -> Self:
        """Return how often each field stands among those of a prompt."""
        return cls(fields.count("question"), fields.count("choices"))

    def total(self, both: int, choices: int) -> int:
        """Return the size of what stands in all places.

        Args:
            both: the size of the question and its choices, once each.
            choices: the size of the choices.

        >>> FieldTimes(question=2, choices=1).total(110, 10)
        210
        """
        return self.question * (both - choices) + self.choices * choices


@dataclass(frozen=True, slots=True)
class PromptSize:
    """The size of a record's prompt.

    Attributes:
        characters: with a question of mean length.
        exemplar_characters: of the exemplars in it.
        token_bound: upper bound of its tokens, with a question of mean length.
        longest_token_bound: upper bound of its tokens, with the longest question.
    """

    characters: float
    exemplar_characters: float
    token_bound: float
    longest_token_bound: float


@dataclass(frozen=True, slots=True)
class Load:
    """Records and completions of some jobs.

    Attributes:
        records: of all of them.
        generations: completions of all of them.
        on_demand: whether all of them run on demand; otherwise all run in batch.
        any_questions: whether the records may be of any questions, such as the longest, rather
            than of all questions alike.
    """

    records: int
    generations: int
    on_demand: bool
    any_questions: bool = False


@dataclass(frozen=True, slots=True)
class TokenUse:
    """Tokens of some records, all of them in batch or all on demand.

    On demand, `cache_write` of the prompts' tokens may go into the prompt cache, at its price.
    """

    tokens_in: int
    tokens_out: int
    on_demand: bool
    cache_write: int = 0


def token_upper_bound(text: str) -> int:
    r"""Return an upper bound of a text's tokens, in any vocabulary of byte pairs.

    No token is shorter than a byte of UTF-8. So digits, signs, line ends and each byte of a
    character outside ASCII count as one token. ASCII words count as less: one token for two
    letters or for the last odd one, and none for the space before a word, which vocabularies join
    to it. Prose has about half as many. The bound assumes that letters pair up; random letters may
    not.

    >>> token_upper_bound("7*8-9=47;"), token_upper_bound("A B C")
    (9, 3)
    >>> token_upper_bound("She has 12 eggs.\n"), token_upper_bound("é中")
    (11, 5)
    """
    octets = text.encode("utf-8", "surrogatepass")
    kinds = octets.translate(_KINDS)
    return len(octets) - kinds.count(b"aa") - kinds.count(b" a")


def prompt_size(plan: Plan, dataset: DatasetSize) -> PromptSize:
    """Return the size of a record's prompt."""
    prompt = plan.prompt
    frame = sum(len(encoded(text)) for text in prompt.texts)
    frame_bound = sum(map(token_upper_bound, prompt.texts)) + _fields_bound(plan)
    characters = prompt.characters
    # Exemplars are counted unescaped; their share of the escapes is proportional.
    exemplars = frame * prompt.exemplar_characters / characters if characters else 0.0
    times = FieldTimes.of(prompt.fields)
    filled = times.total(dataset.characters, dataset.choices_characters)
    filled_bound = times.total(dataset.token_bound, dataset.choices_token_bound)
    return PromptSize(
        frame + filled / plan.questions,
        exemplars,
        frame_bound + filled_bound / plan.questions,
        # Which part of the longest question its choices are is not known.
        frame_bound + max(times.question, times.choices) * dataset.longest_token_bound,
    )


def _fields_bound(plan: Plan) -> int:
    """Return an upper bound of what `model_fields` add to the prompt's tokens."""
    return token_upper_bound(json.dumps(plan.model_fields)) if plan.model_fields else 0


def loads_by_setting(plan: Plan) -> dict[str, list[Load]]:
    """Return the records of each setting, assuming that every question gets all its paths.

    A budget is used up; which questions get the paths of later waves is open.
    """
    loads: dict[str, list[Load]] = {setting.name: [] for setting in plan.settings}
    jobs = (
        full_run_jobs(plan) if plan.budget is None else plan_jobs(plan, 1, initial_backlogs(plan))
    )
    for job in jobs:
        for job_slice in job.slices:
            # In a sized wave a record may bring one path only.
            sized = plan.is_sized(job.wave)
            records = job_slice.completions if sized else job_slice.records
            load = Load(records, job_slice.completions, job.on_demand)
            loads[job_slice.setting].append(load)
    if plan.budget is not None:
        for name in loads.keys() - {GREEDY}:
            loads[name].append(_later_waves_load(plan, plan.budget))
    return loads


def leftover_loads(plan: Plan) -> list[Load]:
    """Return the most records of each later wave that are too few for a batch job.

    They run on demand.
    """
    if not plan.stops_early:
        return []
    generations = form_of(plan).max_generations
    too_few = max_leftovers(plan) * (plan.min_records - 1)
    later = map(plan.paths_in, range(2, plan.last_wave + 1))
    leftovers = (min(too_few, plan.questions * paths) for paths in later)
    return [
        Load(records, records * generations, on_demand=True, any_questions=True)
        for records in leftovers
    ]


def expected_use(plan: Plan, load: Load, size: PromptSize) -> TokenUse:
    """Return the expected tokens of some records."""
    tokens_out = load.generations * expected_completion_tokens(plan)
    return TokenUse(expected_tokens(load.records * size.characters), tokens_out, load.on_demand)


def max_use(plan: Plan, load: Load, size: PromptSize) -> TokenUse:
    """Return the upper bound of the tokens of some records."""
    prompt = size.longest_token_bound if load.any_questions else size.token_bound
    tokens_in = math.ceil(load.records * (prompt + TEMPLATE_TOKENS))
    cache_write = tokens_in if load.on_demand else 0
    return TokenUse(tokens_in, load.generations * plan.max_tokens, load.on_demand, cache_write)


def use_usd(uses: Sequence[TokenUse], prices: ModelPrices | None) -> float | None:
    """Return what tokens cost, `None` without prices."""
    if prices is None:
        return None
    has_cache = prices.cache_write is not None
    return sum(
        prices.usd(
            use.tokens_in,
            use.tokens_out,
            on_demand=use.on_demand,
            cache_write=use.cache_write if has_cache else 0,
        )
        for use in uses
    )


def record_ceiling_usd(plan: Plan, size: PromptSize, prices: ModelPrices | None) -> float | None:
    """Return the upper bound of any one record's cost, `None` without prices."""
    generations = form_of(plan).max_generations
    loads = [Load(1, generations, on_demand, any_questions=True) for on_demand in (True, False)]
    costs = [use_usd([max_use(plan, load, size)], prices) for load in loads]
    return max((cost for cost in costs if cost is not None), default=None)


def expected_tokens(characters: float) -> int:
    """Return the expected tokens of so many characters."""
    return round(characters / CHARACTERS_PER_TOKEN)


def expected_completion_tokens(plan: Plan) -> int:
    """Return the expected tokens of a completion."""
    return min(plan.max_tokens, EXPECTED_COMPLETION_TOKENS + plan.thinking_tokens)


def _later_waves_load(plan: Plan, budget: float) -> Load:
    """Return what the waves after the first may use, at the most records per path of any wave."""
    paths = math.floor(budget * plan.questions) - plan.questions * plan.waves[0]
    records_per_path = max(
        (records_per_question(plan, wave) / wave for wave in plan.waves[1:]), default=1.0
    )
    records = math.ceil(paths * records_per_path)
    return Load(records, paths, on_demand=False, any_questions=True)
