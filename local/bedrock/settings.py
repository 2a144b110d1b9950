"""What can be set on the stand-in: quotas, delays, and the faults that tests ask for."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

MIB = 1024 * 1024

InvokeFailure = Literal[
    "InternalServer", "ModelError", "ModelNotReady", "ModelTimeout", "ServiceUnavailable"
]


@dataclass(frozen=True, slots=True)
class Quotas:
    """The service's limits per account, model and Region, as far as jobs meet them.

    `jobs_at_once` counts the jobs of one model that have not ended; AWS allows
    100 to most accounts, the local twin three, so that a caller that
    submits without counting is refused here and not only there.
    `invokes_at_once` bounds the calls on demand under way, for the same reason: AWS
    counts calls and tokens a minute, which says less about a caller that runs for seconds.
    """

    jobs_at_once: int = 3
    min_records: int = 100
    max_records: int = 50_000
    max_file_mib: float = 1024
    max_job_mib: float = 5 * 1024
    invokes_at_once: int = 12


@dataclass(frozen=True, slots=True)
class Delays:
    """How long a job stays in each status before it moves on."""

    submitted_s: float = 0.2
    validating_s: float = 0.2
    scheduled_s: float = 0.2
    in_progress_s: float = 0.2


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong; jobs are named by number in order of creation, from 1.

    `error_rows`, `drop_rows`, `duplicate_rows` and `broken_rows` are shares of a
    job's records, from 0 to 1, chosen by the seed. Dropped rows are in the counts
    and not in the output; broken rows are cut in the middle.
    `throttle_creates` first creates are throttled; `lose_creates` first creates
    make a job and answer with an internal error. `partial_share` of the records
    of a partial job is answered.

    On demand, `throttle_invokes` first calls are throttled, `fail_invokes` first of the rest end
    in the error named `invoke_failure` (a class of `errors`, without "Error"), and
    `lose_invokes` first of those answered, and billed, lose their connection before the answer.
    """

    error_rows: float = 0.0
    drop_rows: float = 0.0
    duplicate_rows: float = 0.0
    broken_rows: float = 0.0
    error_code: int = 500
    partial_jobs: Collection[int] = ()
    partial_share: float = 0.5
    fail_jobs: Collection[int] = ()
    expire_jobs: Collection[int] = ()
    throttle_creates: int = 0
    lose_creates: int = 0
    odd_line_ends: bool = False
    explicit_nulls: bool = False
    lose_events: bool = False
    throttle_invokes: int = 0
    fail_invokes: int = 0
    invoke_failure: InvokeFailure = "InternalServer"
    lose_invokes: int = 0


NO_FAULTS = Faults()
