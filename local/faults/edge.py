"""A fault at the emulator's edge: on what the functions call, and on the functions themselves."""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

Service = Literal["s3", "dynamodb", "states", "lambda"]
Kind = Literal[
    "throttle", "error", "die_before", "die_after", "time_out_before", "time_out_after", "stale"
]
_STORES: Final = frozenset({"throttle", "error", "die_before", "die_after"})
_KINDS: Final[Mapping[Service, frozenset[str]]] = {
    "s3": _STORES,
    "dynamodb": _STORES,
    "states": frozenset({"stale"}),
    "lambda": frozenset({"throttle", "error", "time_out_before", "time_out_after"}),
}


class EdgeFault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What hits some of the calls that match it.

    Attributes:
        function: the step whose calls match, such as "Collect"; "" for any.
        service: whose calls match; "lambda": the step's own invocations, which time out, or are
            refused with Lambda.TooManyRequestsException or Lambda.ServiceException.
        action: the call, such as "PutObject"; "" for any.
        kind: what happens. "throttle" and "error" are the service's own answers: 503 SlowDown,
            400 ProvisionedThroughputExceededException or UnprocessedItems, and 500. The process
            of the function dies before the call is served, or after and before it hears of it. An
            invocation times out without the function having run, or after it has. "stale":
            DescribeExecution answers as before the execution's last redrive.
        first: so many matching calls are hit, after the first `skip` ones.
        share: of the matching calls after those, so many are hit, chosen by the plan's seed.
        skip: so many matching calls pass at first.

    Raises:
        ValueError: a number is out of range, or the service has no such fault.
    """

    function: str
    service: Service
    action: str
    kind: Kind
    first: int = 0
    share: float = 0.0
    skip: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1:
            raise ValueError(f"share is {self.share!r}, must be from 0 to 1")
        if min(self.first, self.skip) < 0:
            raise ValueError(f"first {self.first}, skip {self.skip}: must be 0 or more")
        if self.kind not in _KINDS[self.service]:
            raise ValueError(
                f"{self.kind!r} of {self.service!r}: a time-out is of the service 'lambda', a death"
                " of a call to 's3' or 'dynamodb', a stale answer of the service 'states'"
            )
        if self.service == "lambda" and self.action:
            raise ValueError(f"action is {self.action!r}, must be '' for the service 'lambda'")
