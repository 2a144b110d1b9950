"""What each setting may be, and how what the CDK context gives is read as one."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from infrastructure.log_groups import RETENTION
from infrastructure.models import FAMILIES, is_model
from lambdas.contract import MAX_JOBS_AT_ONCE, MAX_ON_DEMAND_AT_ONCE

LOG_LEVELS: Final = ("DEBUG", "INFO", "WARNING", "ERROR")

_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
# A provider's name whole, up to its dot: less would stand for providers nobody has thought of.
_PREFIX = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9.-]*")
_KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]{36}")
# Alarms cannot tell a topic in order (FIFO), whose name ends in ".fifo".
_TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+")
_SUBNET = re.compile(r"subnet-[0-9a-f]+")
_SECURITY_GROUP = re.compile(r"sg-[0-9a-f]+")
# Whatever is less than a batch job is asked for record by record, within a day (Invoke): more
# than this would take a busy model longer.
_MOST_MIN_RECORDS = 10_000


@dataclass(frozen=True, slots=True)
class Rule:
    """What a setting must be, in words, and what reads a value of the context so.

    `read` raises ValueError, TypeError or AttributeError for what is refused.
    """

    expected: str
    read: Callable[[object], object]


def _number(given: object) -> int:
    """Return a number of cdk.json as it is; what -c gives is text."""
    if isinstance(given, str):
        return int(given)
    if isinstance(given, bool) or not isinstance(given, int | float) or given != int(given):
        raise ValueError(given)
    return int(given)


def _whole(least: int, most: int, unit: str) -> Rule:
    def read(given: object) -> int:
        number = _number(given)
        if not least <= number <= most:
            raise ValueError(given)
        return number

    return Rule(f"a whole number of {unit} from {least} to {most}", read)


def _days_of_logs(given: object) -> int:
    days = _number(given)
    if days not in RETENTION:
        raise ValueError(given)
    return days


def _one_of(*words: str) -> Rule:
    return Rule(" or ".join(words), lambda given: words[words.index(str(given))])


def _model(given: object) -> str:
    if not is_model(str(given)):
        raise ValueError(given)
    return str(given)


def _regions(given: object) -> Mapping[str, tuple[str, ...]]:
    table: Any = json.loads(given) if isinstance(given, str) else given
    regions = {geography: tuple(routed) for geography, routed in table.items()}
    if not all(_REGION.fullmatch(region) for routed in regions.values() for region in routed):
        raise ValueError(given)
    return MappingProxyType(regions)


def _matching(pattern: re.Pattern[str], expected: str) -> Rule:
    def read(given: object) -> str:
        if not pattern.fullmatch(str(given)):
            raise ValueError(given)
        return str(given)

    return Rule(expected, read)


def _list_of(
    pattern: re.Pattern[str], expected: str, *, least: int = 0, most: int | None = None
) -> Rule:
    """Return the rule of a list of different texts; what -c gives are parted by commas."""

    def read(given: object) -> tuple[str, ...]:
        texts = given.split(",") if isinstance(given, str) else given
        if not isinstance(texts, list) or not all(pattern.fullmatch(text) for text in texts):
            raise ValueError(given)
        if not least <= len(set(texts)) <= (most or len(texts)):
            raise ValueError(given)
        return tuple(dict.fromkeys(texts))

    return Rule(expected, read)


A_MODEL: Final = (
    f"a model or profile id of {', '.join(FAMILIES)} or one of model_prefixes, or the ARN of an"
    " application profile or custom model"
)
RULES: Final[Mapping[str, Rule]] = {
    "default_model": Rule(A_MODEL, _model),
    "poll_every_s": _whole(1, 3600, "seconds"),
    "jobs_at_once": _whole(1, MAX_JOBS_AT_ONCE, "jobs"),
    "on_demand_at_once": _whole(1, MAX_ON_DEMAND_AT_ONCE, "records"),
    "intermediates_days": _whole(1, 3650, "days"),
    "log_days": Rule(f"one of {', '.join(map(str, RETENTION))} days", _days_of_logs),
    "log_level": _one_of(*LOG_LEVELS),
    "min_records": _whole(1, _MOST_MIN_RECORDS, "records"),
    "max_records": _whole(1, 1_000_000, "records"),
    "max_input_mib": _whole(1, 20_480, "MiB"),
    "bundle_for": _one_of("lambda", "machine"),
    "profile_regions": Rule('an object such as {"us": ["us-east-1", "us-west-2"]}', _regions),
    "model_prefixes": _list_of(
        _PREFIX,
        'beginnings of model ids, such as ["writer."], each with the whole name of its provider and'
        " a dot, in lower-case letters, digits, dots and hyphens",
    ),
    "job_timeout_h": _whole(24, 168, "hours"),
    "max_run_days": _whole(1, 365, "days"),
    "kms_key_arn": _matching(
        _KEY, "the ARN of a KMS key, such as arn:aws:kms:REGION:ACCOUNT:key/ID, and of no alias"
    ),
    "vpc_subnet_ids": _list_of(
        _SUBNET, "1 to 16 ids of subnets, such as subnet-0123456789abcdef0", least=1, most=16
    ),
    "vpc_security_group_ids": _list_of(
        _SECURITY_GROUP,
        "1 to 5 ids of security groups, such as sg-0123456789abcdef0",
        least=1,
        most=5,
    ),
    "alarm_topic_arn": _matching(
        _TOPIC,
        "the ARN of an SNS topic (not FIFO), such as arn:aws:sns:REGION:ACCOUNT:NAME",
    ),
}
