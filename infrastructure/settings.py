"""The stack's settings: read from the CDK context here and nowhere else."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, Self

from constructs import Node

from infrastructure.log_groups import RETENTION
from infrastructure.models import (
    FAMILIES,
    MAX_PROFILE_REGIONS,
    PROFILE_REGIONS,
    geography_of,
    is_known,
    routed_regions,
)
from lambdas.contract import MAX_JOBS_AT_ONCE, MAX_ON_DEMAND_AT_ONCE

LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")

# CDK's own context keys hold a colon, a slash or a hyphen; a plain word is one of ours.
_OURS = re.compile(r"[a-z][a-z0-9_]*")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
# Whatever is less than a batch job is asked for record by record, within a day (Invoke): more
# than this would take a busy model longer.
_MOST_MIN_RECORDS = 10_000


class SettingsError(Exception):
    """The context holds what cannot be deployed; the message names every such setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What can be chosen when deploying; the defaults deploy as they are.

    Attributes:
        default_model: the model of a run that names none.
        poll_every_s: how often a live job is asked for its status, at most.
        jobs_at_once: how many jobs of a run are in flight, at most.
        on_demand_at_once: how many records of a job too small for Bedrock are asked for at once.
        intermediates_days: how long inputs and raw outputs of collected jobs are kept.
        log_days: how long logs are kept.
        log_level: from which severity on the functions write log lines.
        min_records: Bedrock's least number of records in a job, for the account.
        max_records: Bedrock's greatest number of records in a job, for the account.
        max_input_mib: Bedrock's greatest size of a job's input, for the account.
        bundle_for: whose wheels go into the layer: Lambda's, or this machine's for a local run.
        profile_regions: geography of an inference profile → Regions it routes to.
    """

    default_model: str = "us.amazon.nova-lite-v1:0"
    poll_every_s: int = 60
    jobs_at_once: int = 3
    on_demand_at_once: int = 4
    intermediates_days: int = 30
    log_days: int = 30
    log_level: str = "INFO"
    min_records: int = 100
    max_records: int = 50_000
    max_input_mib: int = 1024
    bundle_for: Literal["lambda", "machine"] = "lambda"
    profile_regions: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: PROFILE_REGIONS)

    @classmethod
    def of(cls, node: Node) -> Self:
        """Read the settings from the context of a construct.

        Raises:
            SettingsError: a value is impossible, or a key of ours unknown; all in one message.
        """
        context: Mapping[str, object] = node.get_all_context()
        read: dict[str, Any] = {}
        problems = []
        for key in filter(_OURS.fullmatch, context):
            try:
                read[key] = _read(key, context[key])
            except ValueError as error:
                problems.append(str(error))
        settings = cls(**{key: read[key] for key in read if not problems})
        problems += _contradictions(settings)
        if problems:
            raise SettingsError("; ".join(problems))
        return settings


@dataclass(frozen=True, slots=True)
class _Rule:
    expected: str
    read: Callable[[object], object]


def _read(key: str, given: object) -> object:
    """Return a context value as its setting, or refuse it with the value and the expectation."""
    rule = _RULES.get(key)
    if rule is None:
        raise ValueError(
            f"{key!r} is not a setting; settings are {', '.join(_RULES)}. "
            "Take it out of -c, cdk.json or ~/.cdk.json"
        )
    try:
        return rule.read(given)
    except (ValueError, TypeError, AttributeError) as error:
        default = getattr(Settings(), key)
        raise ValueError(
            f"{key} is {given!r}, must be {rule.expected}; leave it out for {default!r}"
        ) from error


def _contradictions(settings: Settings) -> Iterator[str]:
    """Yield what two settings, each possible by itself, do not allow together."""
    if settings.min_records > settings.max_records:
        yield (
            f"min_records is {settings.min_records}, must not exceed max_records, "
            f"which is {settings.max_records}"
        )
    geography = geography_of(settings.default_model)
    if geography and geography not in settings.profile_regions:
        yield (
            f"default_model is {settings.default_model!r}, its geography must be one of "
            f"profile_regions: {', '.join(settings.profile_regions)}"
        )
    regions = len(routed_regions(settings.profile_regions))
    if regions > MAX_PROFILE_REGIONS:
        yield (
            f"profile_regions has {regions} Regions, must have at most {MAX_PROFILE_REGIONS}, "
            "for which a policy has room; leave out geographies that you do not use"
        )


def _number(given: object) -> int:
    """Return a number of cdk.json as it is; what -c gives is text."""
    if isinstance(given, str):
        return int(given)
    if isinstance(given, bool) or not isinstance(given, int | float) or given != int(given):
        raise ValueError(given)
    return int(given)


def _whole(least: int, most: int, unit: str) -> _Rule:
    def read(given: object) -> int:
        number = _number(given)
        if not least <= number <= most:
            raise ValueError(given)
        return number

    return _Rule(f"a whole number of {unit} from {least} to {most}", read)


def _days_of_logs(given: object) -> int:
    days = _number(given)
    if days not in RETENTION:
        raise ValueError(given)
    return days


def _one_of(*words: str) -> _Rule:
    return _Rule(" or ".join(words), lambda given: words[words.index(str(given))])


def _model(given: object) -> str:
    if not is_known(str(given)):
        raise ValueError(given)
    return str(given)


def _regions(given: object) -> Mapping[str, tuple[str, ...]]:
    table: Any = json.loads(given) if isinstance(given, str) else given
    regions = {geography: tuple(routed) for geography, routed in table.items()}
    if not all(_REGION.fullmatch(region) for routed in regions.values() for region in routed):
        raise ValueError(given)
    return MappingProxyType(regions)


_RULES: Final[Mapping[str, _Rule]] = {
    "default_model": _Rule(
        f"a model or profile id of {', '.join(FAMILIES)}, or the ARN of an application profile or"
        " custom model",
        _model,
    ),
    "poll_every_s": _whole(1, 3600, "seconds"),
    "jobs_at_once": _whole(1, MAX_JOBS_AT_ONCE, "jobs"),
    "on_demand_at_once": _whole(1, MAX_ON_DEMAND_AT_ONCE, "records"),
    "intermediates_days": _whole(1, 3650, "days"),
    "log_days": _Rule(f"one of {', '.join(map(str, RETENTION))} days", _days_of_logs),
    "log_level": _one_of(*LOG_LEVELS),
    "min_records": _whole(1, _MOST_MIN_RECORDS, "records"),
    "max_records": _whole(1, 1_000_000, "records"),
    "max_input_mib": _whole(1, 20_480, "MiB"),
    "bundle_for": _one_of("lambda", "machine"),
    "profile_regions": _Rule('an object such as {"us": ["us-east-1", "us-west-2"]}', _regions),
}
