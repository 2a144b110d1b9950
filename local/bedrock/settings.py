"""What can be set on the stand-in: quotas, delays, and the faults that tests ask for."""

from collections.abc import Collection
from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Quotas:
    """The service's limits per account, model and Region, as far as jobs meet them.

    `jobs_at_once` counts the jobs of one model that have not ended; AWS allows
    100 to most accounts, the local twin three, so that a caller that
    submits without counting is refused here and not only there.
    """

    jobs_at_once: int = 3
    min_records: int = 100
    max_records: int = 50_000
    max_file_mib: float = 1024
    max_job_mib: float = 5 * 1024


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


NO_FAULTS = Faults()
