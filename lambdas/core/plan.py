"""The plan of a run: settings by shards make lanes."""

from dataclasses import dataclass

from lambdas.contract import InvocationType, Variant
from lambdas.core.costs.cost import Estimate
from lambdas.core.families import Form, Sampling, form_named
from lambdas.core.jobs import Part
from lambdas.core.prompting.prompt import Prompt
from lambdas.core.reading import Reading
from lambdas.core.settings import Setting
from lambdas.core.sizing import Shard
from lambdas.core.stopping.rules import NEVER, Stopping


@dataclass(frozen=True, slots=True)
class Plan:
    """All that the steps of a run need to know; `plan.json`.

    Attributes:
        waves: the new paths of a question in each wave; together those of a setting.
        stopping: when a question leaves before it has all its paths.
        budget: the mean number of paths of a question in a sampled setting, `None` for all.
        attempts: how often a path is asked for that does not come back.
        variants: votes that stand beside the plain majority.
        max_cost_usd: what the run may cost at most, `None` without a limit.
    """

    run_id: str
    execution_arn: str
    started_at: str
    model_id: str
    family: str
    invocation_type: InvocationType
    reading: Reading
    prompt: Prompt
    max_tokens: int
    top_p: float | None
    settings: tuple[Setting, ...]
    shards: tuple[Shard, ...]
    questions: int
    labelled: int
    waves: tuple[int, ...]
    paths_per_job: int
    jobs_at_once: int
    min_records: int
    max_records: int
    seed: int
    stopping: Stopping = NEVER
    budget: float | None = None
    attempts: int = 1
    variants: tuple[Variant, ...] = ()
    max_cost_usd: float | None = None
    warnings: tuple[str, ...] = ()
    estimate: Estimate | None = None

    @property
    def stops_early(self) -> bool:
        """Whether questions may end with different numbers of paths."""
        return self.stopping.rule != "never" or self.budget is not None

    @property
    def batch_only(self) -> bool:
        """Whether the model is had in batch jobs alone."""
        return is_batch_only(self.model_id)


@dataclass(frozen=True, slots=True)
class Lane:
    """One setting on one shard, as Votes and Publish get it: a line of `lanes.jsonl`."""

    run_id: str
    execution_arn: str
    wave: int
    lane: str
    setting: str
    shard: str


def is_batch_only(model_id: str) -> bool:
    """Return whether Bedrock has a model in batch jobs alone: by this ARN no custom one."""
    return ":custom-model/" in model_id


def lane_name(setting: str, shard: str) -> str:
    """Return a lane's name, such as `T0.7-000`."""
    return f"{setting}-{shard}"


def shard_named(plan: Plan, name: str) -> Shard:
    """Return the plan's shard of that name."""
    return next(shard for shard in plan.shards if shard.name == name)


def setting_named(plan: Plan, name: str) -> Setting:
    """Return the plan's setting of that name."""
    return next(setting for setting in plan.settings if setting.name == name)


def lanes_of(plan: Plan, wave: int) -> list[Lane]:
    """Return the run's lanes, setting by setting, as they stand after a wave."""
    return [
        Lane(
            run_id=plan.run_id,
            execution_arn=plan.execution_arn,
            wave=wave,
            lane=lane_name(setting.name, shard.name),
            setting=setting.name,
            shard=shard.name,
        )
        for setting in plan.settings
        for shard in plan.shards
    ]


def form_of(plan: Plan) -> Form:
    """Return the form in which the run's model is asked."""
    return form_named(plan.family, plan.invocation_type)


def sampling_of(plan: Plan, part: Part) -> Sampling:
    """Return how the records of a part are sampled, of one completion each."""
    return Sampling(part.temperature, plan.max_tokens, top_p=plan.top_p)
