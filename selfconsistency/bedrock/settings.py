"""What can be set on the Bedrock emulator: quotas, delays, and the faults that tests ask for."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

MIB = 1024 * 1024

InvokeFailure = Literal[
    "InternalServer", "ModelError", "ModelNotReady", "ModelTimeout", "ServiceUnavailable"
]
Refusal = Literal["Validation", "AccessDenied"]
Late = Literal["rows", "manifest", "both"]
ErrorCode = int | float | str
ErrorForm = Literal["object_message", "retryable", "final", "empty_output", "null_output"]
OddMembers = Literal["float_counts", "text_counts", "usage_list", "numeric_stop"]


@dataclass(frozen=True, slots=True)
class Quotas:
    """The service's limits per account, model and Region, as far as jobs meet them.

    `jobs_at_once` counts the jobs of one model that have not ended; AWS allows
    100 to most accounts, the local stack three, so that a caller that
    submits without counting is refused here and not only there.
    `invokes_at_once` bounds the calls on demand under way, for the same reason: AWS
    counts calls and tokens a minute, which says less about a caller that runs for seconds.
    `bounds_sampling` says whether a model refuses what is out of its ranges. Where another model
    answers in its name, the ranges are not that one's, and Plan has checked what it must.
    """

    jobs_at_once: int = 3
    min_records: int = 100
    max_records: int = 50_000
    max_file_mib: float = 1024
    max_job_mib: float = 5 * 1024
    invokes_at_once: int = 12
    bounds_sampling: bool = True


@dataclass(frozen=True, slots=True)
class Delays:
    """How long a job stays in each status before it moves on."""

    submitted_s: float = 0.2
    validating_s: float = 0.2
    scheduled_s: float = 0.2
    in_progress_s: float = 0.2


@dataclass(frozen=True, slots=True)
class Faults:
    """What goes wrong. Jobs and calls are numbered from 1 since these faults are in force.

    Calls about jobs, each of an operation's own: the first `throttle_…` are throttled, the first
    `fail_…` of the rest end in an internal error with nothing done, and of what is left shares
    of `throttled_calls` and `failed_calls` are hit. Creates that pass meet a full quota
    `quota_full_creates` times, and for `quota_full_s`; those of the numbers `refuse_creates`
    among what comes then, repeated ones apart, are refused for good with `refusal` (a class of
    `errors`, without "Error"); the first `lose_creates` make a job and lose their answer.

    Jobs, by number in order of creation: `expire_jobs`, `fail_jobs`, `stop_jobs` end so, by the
    service's own doing, with `salvage_share` of their records answered: at 0 they end before
    they begin. Partial jobs answer `partial_share`. Each record of `error_jobs` is an error row.
    `stuck_jobs` stay Validating until they are stopped, `deaf_jobs` do and then stay Stopping.

    Rows: `error_rows`, `drop_rows`, `duplicate_rows`, `broken_rows` and `foreign_rows` are shares
    of a job's records, chosen by the seed. An error row has `error_code`, or one of `error_codes`
    drawn, a number or a name. It has the documented form, or one of `error_forms` drawn: a message
    that is an object, `expired` and `retryable` beside it (true, or false for "final"), an empty or
    null output before it. Where there are `odd_members`, each output has those of one kind drawn:
    counts as floats or texts, usage as a list, a number as stop reason. Dropped rows are in the
    counts and not in the output; broken rows are cut in the middle. A foreign row follows a
    record's own, with an answer to a record that the job has not: one of another job, where there
    is one, or nobody's. `truncate_jobs` are those whose output files lose the end of their last
    line.

    Output: `late` of it appears `late_output_s` after the job has ended. A wrong manifest has
    other counts than Get and the rows, `no_manifest` leaves it out. With `no_unread_files` there is
    no output file for an input file of which nothing was read.

    Account: with each of the first `foreign_jobs` creates somebody else's job begins, of the same
    model and of a name that contains the caller's. It tells its events, runs for `foreign_s` and
    counts in the quota as long.

    On demand, `throttle_invokes` first calls are throttled, `fail_invokes` first of the rest end
    in the error named `invoke_failure` (a class of `errors`, without "Error"), and
    `lose_invokes` first of those answered, and billed, lose their connection before the answer.

    Raises:
        ValueError: a share is not from 0 to 1, or a number is below 0.
    """

    error_rows: float = 0.0
    drop_rows: float = 0.0
    duplicate_rows: float = 0.0
    broken_rows: float = 0.0
    error_code: ErrorCode = 500
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
    throttle_gets: int = 0
    throttle_lists: int = 0
    throttle_stops: int = 0
    fail_creates: int = 0
    fail_gets: int = 0
    fail_lists: int = 0
    fail_stops: int = 0
    throttled_calls: float = 0.0
    failed_calls: float = 0.0
    quota_full_creates: int = 0
    quota_full_s: float = 0.0
    refuse_creates: Collection[int] = ()
    refusal: Refusal = "Validation"
    stop_jobs: Collection[int] = ()
    salvage_share: float = 0.0
    error_jobs: Collection[int] = ()
    stuck_jobs: Collection[int] = ()
    deaf_jobs: Collection[int] = ()
    error_codes: Collection[ErrorCode] = ()
    error_forms: Collection[ErrorForm] = ()
    odd_members: Collection[OddMembers] = ()
    foreign_rows: float = 0.0
    truncate_jobs: Collection[int] = ()
    late_output_s: float = 0.0
    late: Late = "both"
    wrong_manifest: bool = False
    no_manifest: bool = False
    no_unread_files: bool = False
    foreign_jobs: int = 0
    foreign_s: float = 1.0

    def __post_init__(self) -> None:
        for name in _SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)!r}, must be a share from 0 to 1")
        for name in self.__slots__:
            number = getattr(self, name)
            if isinstance(number, int | float) and number < 0:
                raise ValueError(f"{name} is {number!r}, must be 0 or more")


_SHARES = (
    *("error_rows", "drop_rows", "duplicate_rows", "broken_rows", "foreign_rows"),
    *("partial_share", "salvage_share", "throttled_calls", "failed_calls"),
)

NO_FAULTS = Faults()
