"""Log groups that do not keep for ever."""

from collections.abc import Mapping
from typing import Final

from aws_cdk import RemovalPolicy
from aws_cdk.aws_logs import LogGroup, RetentionDays
from constructs import Construct

from infrastructure.encryption import Encryption

# The numbers of days, up to ten years, for which CloudWatch Logs can be told to keep a group.
RETENTION: Final[Mapping[int, RetentionDays]] = {
    1: RetentionDays.ONE_DAY,
    3: RetentionDays.THREE_DAYS,
    5: RetentionDays.FIVE_DAYS,
    7: RetentionDays.ONE_WEEK,
    14: RetentionDays.TWO_WEEKS,
    30: RetentionDays.ONE_MONTH,
    60: RetentionDays.TWO_MONTHS,
    90: RetentionDays.THREE_MONTHS,
    120: RetentionDays.FOUR_MONTHS,
    150: RetentionDays.FIVE_MONTHS,
    180: RetentionDays.SIX_MONTHS,
    365: RetentionDays.ONE_YEAR,
    400: RetentionDays.THIRTEEN_MONTHS,
    545: RetentionDays.EIGHTEEN_MONTHS,
    731: RetentionDays.TWO_YEARS,
    1827: RetentionDays.FIVE_YEARS,
    3653: RetentionDays.TEN_YEARS,
}


def log_group(scope: Construct, id_: str, *, days: int) -> LogGroup:
    """Create a log group that goes with the stack; `days` is one of `RETENTION`."""
    return LogGroup(
        scope,
        id_,
        retention=RETENTION[days],
        removal_policy=RemovalPolicy.DESTROY,
        encryption_key=Encryption.of(scope).key,
    )
