"""How large a run may be: what its steps can read and write in the time and memory they have."""

from lambdas.core.plan import Plan
from lambdas.core.waves.layout import full_jobs

# Each is a few objects that PlanWave and Report read one after the other, and some seconds of
# Vote, of which a few run at once: docs/decisions/0022-long-and-large.md.
MAX_LANES = 4_000
# Report holds all of their records.
MAX_JOBS = 10_000


def extent_problem(plan: Plan) -> str | None:
    """Return why a run is too large for its steps, `None` where it is not."""
    settings, shards = len(plan.settings), len(plan.shards)
    lanes = settings * shards
    if lanes > MAX_LANES:
        return (
            f"{settings:,} settings on {shards:,} slices of the set are {lanes:,} lanes, must be at"
            f" most {MAX_LANES:,}; use fewer paths_per_job (which makes larger slices), fewer"
            " temperatures, or a part of the set at a time"
        )
    jobs = sum(1 for _ in full_jobs(plan))
    if jobs > MAX_JOBS:
        return (
            f"the run would have {jobs:,} jobs, must have at most {MAX_JOBS:,}; use fewer paths,"
            " fewer temperatures, or a part of the set at a time"
        )
    return None
