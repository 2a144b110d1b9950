"""What a run costs: prices of its model, the estimate, and the limits it must keep."""

from dataclasses import dataclass
from typing import Literal

# What an estimate calls the pilot, which is no setting.
PILOT = "pilot"


@dataclass(frozen=True, slots=True)
class ModelPrices:
    """Prices of a model in USD per million tokens, on demand and in batch.

    Attributes:
        input: of the prompt, on demand.
        output: of the completions, on demand.
        batch_input: of the prompt, in batch inference.
        batch_output: of the completions, in batch inference.
        as_of: when the source showed them (ISO 8601 date), "" where the user gave them.
        source: where they stood.
        cache_read: of prompt tokens that come out of the prompt cache, on demand; `None` if the
            model is not known to have one.
        cache_write: of prompt tokens that go into the prompt cache, on demand.
        prompt_limit: the longest prompt in tokens that has these prices; `None` for any.
    """

    input: float
    output: float
    batch_input: float
    batch_output: float
    as_of: str
    source: str
    cache_read: float | None = None
    cache_write: float | None = None
    prompt_limit: int | None = None

    def usd(
        self,
        tokens_in: float,
        tokens_out: float,
        *,
        on_demand: bool,
        cache_read: float = 0,
        cache_write: float = 0,
    ) -> float:
        """Return what so many tokens cost.

        Args:
            tokens_in: of the prompts, those in the cache included.
            tokens_out: of the completions.
            on_demand: whether they cost the price on demand.
            cache_read: how many of `tokens_in` came out of the cache. In batch, or where no price
                is known, they count as if they had not.
            cache_write: how many of `tokens_in` went into the cache. In batch, or where no price
                is known, they count a quarter more, the most that any model takes.

        >>> prices = ModelPrices(3.0, 4.0, 1.5, 2.0, "2024-03-01", "a blog")
        >>> round(prices.usd(5_500_000, 630_000, on_demand=False), 2)
        9.51
        """
        of_input = self.input if on_demand else self.batch_input
        of_output = self.output if on_demand else self.batch_output
        of_read, of_write = of_input, of_input * 1.25
        if on_demand:
            of_read = of_read if self.cache_read is None else self.cache_read
            of_write = of_write if self.cache_write is None else self.cache_write
        cached = cache_read * (of_read - of_input) + cache_write * (of_write - of_input)
        return (tokens_in * of_input + tokens_out * of_output + cached) / 1e6


@dataclass(frozen=True, slots=True)
class SettingEstimate:
    """What a setting is expected to cost.

    Attributes:
        setting: its name.
        paths: of each question.
        records: of all its jobs; the prompt is billed once for each.
        generations: completions of all its records.
        on_demand: records that run on demand, at its price.
        tokens_in: expected, of all prompts.
        tokens_out: expected, of all completions.
        cost_usd: expected cost of these tokens; `None` without prices.
        ceiling_usd: upper bound of the cost; `None` without prices.
        usd_per_path: expected cost of one path of every question.
    """

    setting: str
    paths: int
    records: int
    generations: int
    on_demand: int
    tokens_in: int
    tokens_out: int
    cost_usd: float | None
    ceiling_usd: float | None
    usd_per_path: float | None


@dataclass(frozen=True, slots=True)
class Saving:
    """What a run with only so many of its exemplars is expected to save, in tokens and USD."""

    exemplars: int
    tokens_in: int
    usd: float | None


@dataclass(frozen=True, slots=True)
class SecondsRange:
    """From `low` to `high` seconds."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class TimeEstimate:
    """How long a run's batch jobs are expected to take.

    Attributes:
        jobs: in batch, of all waves.
        rounds: of at most `jobs_at_once` jobs that run side by side, one round after the other.
        jobs_at_once: of the run.
        range: in which all rounds are expected to end.
        more_at_once: jobs at once that would need fewer rounds; `None` if none would.
        range_of_more: with so many; `None` without.
        at_most: whether questions may leave early, so that there may be fewer jobs.
    """

    jobs: int
    rounds: int
    jobs_at_once: int
    range: SecondsRange
    more_at_once: int | None = None
    range_of_more: SecondsRange | None = None
    at_most: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a run is expected to cost, reckoned before anything is submitted.

    Attributes:
        settings: of the run, in the plan's order.
        prompt_tokens: of one record with a question of mean length.
        exemplars: in the prompt.
        exemplar_tokens: of one record.
        completion_tokens: expected, of one completion.
        max_tokens: upper bound, of one completion.
        tokens_in: expected, of all prompts.
        tokens_out: expected, of all completions.
        cost_usd: expected cost of these tokens; `None` without prices.
        ceiling_usd: upper bound of the run's cost; `None` without prices.
        record_ceiling_usd: upper bound of the cost of one record, in batch or on demand.
        savings: what fewer exemplars would save.
        remarks: the above in sentences.
        pilot: of the pilot, which the sums include; `None` without one.
        time: of the batch jobs; `None` without any, and where nothing is paid for.
        sampled_share: from which to which share of the sampled paths recorded datasets needed under
            the run's stopping rule; `None` where all are sampled, or none were measured.
    """

    settings: tuple[SettingEstimate, ...]
    prompt_tokens: int
    exemplars: int
    exemplar_tokens: int
    completion_tokens: int
    max_tokens: int
    tokens_in: int
    tokens_out: int
    cost_usd: float | None
    ceiling_usd: float | None
    record_ceiling_usd: float | None = None
    savings: tuple[Saving, ...] = ()
    remarks: tuple[str, ...] = ()
    pilot: SettingEstimate | None = None
    time: TimeEstimate | None = None
    sampled_share: tuple[float, float] | None = None


LimitName = Literal["max_cost_usd", "max_run_usd", "max_upload_usd"]


@dataclass(frozen=True, slots=True)
class CostLimit:
    """A limit of what a run may cost, and the upper bounds that are compared with it.

    Attributes:
        name: the key of the request, or the setting of the stack, that sets it.
        usd: the limit.
        ceiling_usd: upper bound of the run's cost, at the prices that the limit is reckoned by;
            `None` without prices.
        record_ceiling_usd: upper bound of the cost of one record at these prices.
    """

    name: LimitName
    usd: float
    ceiling_usd: float | None
    record_ceiling_usd: float | None
