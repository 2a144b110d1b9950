"""The settings and partitions of a run's plan; a partition is one setting on one shard."""

from collections.abc import Sequence

from lambdas.contract.schema import FINAL, GREEDY, MIX, Partition, Plan, Setting, Shard
from lambdas.core.models.base import Form, Sampling
from lambdas.core.models.registry import form_named


def settings_of(
    greedy: bool, temperatures: Sequence[float], paths: int, *, mix: bool = False
) -> list[Setting]:
    """Return the settings of a request, greedy first, then by rising temperature.

    >>> [setting.name for setting in settings_of(True, [1, 0.5], 3)]
    ['greedy', 'T0.5', 'T1.0']
    >>> settings_of(False, [1, 0.5], 3, mix=True)
    [Setting(name='mix', temperature=None, paths=3, temperatures=(0.5, 1.0))]
    """
    first = [Setting(GREEDY, 0.0, 1)] if greedy else []
    rising = sorted(map(float, temperatures))
    if mix and rising:
        return [*first, Setting(MIX, None, paths, tuple(rising))]
    return first + [Setting(f"T{each!r}", each, paths) for each in rising]


def partition_name(setting: str, shard: str) -> str:
    """Return a partition's name, such as `T0.7-000`."""
    return f"{setting}-{shard}"


def shard_named(plan: Plan, name: str) -> Shard:
    """Return the plan's shard of that name."""
    return next(shard for shard in plan.shards if shard.name == name)


def setting_named(plan: Plan, name: str) -> Setting:
    """Return the plan's setting of that name."""
    return next(setting for setting in plan.settings if setting.name == name)


def partitions_of(plan: Plan, wave: int) -> list[Partition]:
    """Return the partitions as they stand after a wave, setting by setting."""
    return [
        Partition(
            run_id=plan.run_id,
            execution_arn=plan.execution_arn,
            wave=wave,
            partition=partition_name(setting.name, shard.name),
            setting=setting.name,
            shard=shard.name,
        )
        for setting in plan.settings
        for shard in plan.shards
    ]


def published_of(plan: Plan, wave: int) -> list[Partition]:
    """Return what is published after a wave: all partitions, then each shard's final answers."""
    return partitions_of(plan, wave) + [
        Partition(
            run_id=plan.run_id,
            execution_arn=plan.execution_arn,
            wave=wave,
            partition=partition_name(FINAL, shard.name),
            setting=FINAL,
            shard=shard.name,
        )
        for shard in plan.shards
    ]


def form_of(plan: Plan) -> Form:
    """Return the request form of the run's model."""
    return form_named(plan.family, plan.invocation_type)


def sampling_of(plan: Plan, setting: Setting) -> Sampling:
    """Return the sampling parameters of a setting's records, for one completion each.

    Of a mix those of the first record.
    """
    return Sampling(
        setting.temperature_of(0),
        plan.max_tokens,
        top_p=plan.top_p,
        model_fields=plan.model_fields,
    )
