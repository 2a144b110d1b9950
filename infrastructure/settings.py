"""The stack's settings: read from the CDK context here and nowhere else."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal, Self

from constructs import Node

from infrastructure.log_groups import RETENTION
from infrastructure.models import FAMILIES, GLOBAL
from lambdas.contract import MAX_JOBS_AT_ONCE

LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")

# Where each geography's profiles route, after "Supported cross-Region inference profiles" of the
# Amazon Bedrock user guide. A Region too many costs nothing, a missing one fails jobs.
PROFILE_REGIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "us": ("us-east-1", "us-east-2", "us-west-1", "us-west-2"),
        "eu": ("eu-central-1", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-3"),
        "apac": (
            *("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2"),
            *("ap-southeast-1", "ap-southeast-2", "ap-southeast-4"),
        ),
        "jp": ("ap-northeast-1", "ap-northeast-3"),
        "au": ("ap-southeast-2", "ap-southeast-4"),
        "ca": ("ca-central-1", "ca-west-1"),
        GLOBAL: (),
    }
)

# CDK's own context keys hold a colon, a slash or a hyphen; a plain word is one of ours.
_OURS = re.compile(r"[a-z][a-z0-9_]*")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_MODEL_NAME = re.compile(r"[a-z0-9.:-]+")
_GEOGRAPHY = re.compile(r"([a-z-]+)\.(?=[a-z0-9]+\.)")
_ARN = re.compile(r"arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:inference-profile|foundation-model)/")


class SettingsError(Exception):
    """The context holds what cannot be deployed; the message names every such setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What can be chosen when deploying; the defaults deploy as they are.

    Attributes:
        default_model: the model of a run that names none.
        poll_every_s: how often a live job is asked for its status, at most.
        jobs_at_once: how many jobs of a run are in flight, at most.
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
    geography = _GEOGRAPHY.match(_ARN.sub("", settings.default_model))
    if geography and geography[1] not in settings.profile_regions:
        yield (
            f"default_model is {settings.default_model!r}, its geography must be one of "
            f"profile_regions: {', '.join(settings.profile_regions)}"
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
    model_id = str(given)
    name = _GEOGRAPHY.sub("", _ARN.sub("", model_id), count=1)
    if not (name.startswith(FAMILIES) and _MODEL_NAME.fullmatch(name)):
        raise ValueError(given)
    return model_id


def _regions(given: object) -> Mapping[str, tuple[str, ...]]:
    table: Any = json.loads(given) if isinstance(given, str) else given
    regions = {geography: tuple(routed) for geography, routed in table.items()}
    if not all(_REGION.fullmatch(region) for routed in regions.values() for region in routed):
        raise ValueError(given)
    return MappingProxyType(regions)


_RULES: Final[Mapping[str, _Rule]] = {
    "default_model": _Rule(f"a model or profile id of {', '.join(FAMILIES)}", _model),
    "poll_every_s": _whole(1, 3600, "seconds"),
    "jobs_at_once": _whole(1, MAX_JOBS_AT_ONCE, "jobs"),
    "intermediates_days": _whole(1, 3650, "days"),
    "log_days": _Rule(f"one of {', '.join(map(str, RETENTION))} days", _days_of_logs),
    "log_level": _one_of(*LOG_LEVELS),
    "min_records": _whole(1, 1_000_000, "records"),
    "max_records": _whole(1, 1_000_000, "records"),
    "max_input_mib": _whole(1, 20_480, "MiB"),
    "bundle_for": _one_of("lambda", "machine"),
    "profile_regions": _Rule('an object such as {"us": ["us-east-1", "us-west-2"]}', _regions),
}
