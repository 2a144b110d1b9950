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


def _prefixes(given: object) -> tuple[str, ...]:
    """Return beginnings of model ids; what -c gives are parted by commas."""
    prefixes = given.split(",") if isinstance(given, str) else given
    if not isinstance(prefixes, list) or not all(_PREFIX.fullmatch(each) for each in prefixes):
        raise ValueError(given)
    return tuple(prefixes)


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
    "model_prefixes": Rule(
        'beginnings of model ids, such as ["writer."], each with the whole name of its provider and'
        " a dot, in lower-case letters, digits, dots and hyphens",
        _prefixes,
    ),
}
