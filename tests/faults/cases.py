"""The faults that a run must survive, each with the plan that injects it and what must come out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.faults.edge import EdgeFault, Kind, Service
from local.faults.plan import FaultPlan
from selfconsistency.bedrock.settings import Faults

ONE_SETTING = {"temperatures": [0.7]}
# Records too few for a batch job, asked for one by one.
ON_DEMAND = {"temperatures": [0.7], "paths": 2}
# Questions that agree leave after two paths; the others are asked twice more.
WAVES = {"early_stop": 0.9, "waves": [2, 4], "paths": 6}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A fault.

    Attributes:
        name: in plain words.
        plan: that injects it.
        request: keys that differ from the usual request.
        questions: of the set.
        outcome: what the run must say of itself in the end.
        quick: whether the case is one of those that run with every test.
    """

    name: str
    plan: FaultPlan
    request: Mapping[str, Any] = field(default_factory=dict)
    questions: int = 40
    outcome: str = "succeeded"
    quick: bool = False


def bedrock(name: str, /, *, quick: bool = False, **faults: Any) -> Case:
    """Return a case of faults of the service's, among them keys of the request by `ask`."""
    request = faults.pop("ask", {})
    outcome = faults.pop("outcome", "succeeded")
    plan = FaultPlan(seed=7, bedrock=Faults(**faults))
    return Case(name=name, plan=plan, request=request, outcome=outcome, quick=quick)


def edge(name: str, /, *faults: EdgeFault, quick: bool = False, **case: Any) -> Case:
    """Return a case of faults between the functions and what they call."""
    return Case(name=name, plan=FaultPlan(seed=7, edge=faults), quick=quick, **case)


CALLS = (
    bedrock("create throttled", throttle_creates=6, quick=True),
    bedrock("create answered by an internal error", fail_creates=8),
    bedrock("get throttled", throttle_gets=8),
    bedrock("get answered by an internal error", fail_gets=8),
    bedrock("any call throttled now and then", throttled_calls=0.4),
    bedrock("any call failing now and then", failed_calls=0.4),
    bedrock("quota full for a while", quota_full_creates=3, quick=True),
    bedrock("quota full for an hour", quota_full_creates=60),
    bedrock("create succeeds and its answer is lost", lose_creates=1, quick=True),
    bedrock("create succeeds and its answer is lost again and again", lose_creates=7),
)
JOBS = (
    bedrock("a job ends Failed", fail_jobs=[1]),
    bedrock("a job ends Failed with part of its output", fail_jobs=[1], salvage_share=0.4),
    bedrock("a job ends Expired", expire_jobs=[2]),
    bedrock("a job ends Expired with part of its output", expire_jobs=[1], salvage_share=0.6),
    bedrock("a job is stopped by the service", stop_jobs=[1], salvage_share=0.5, quick=True),
    bedrock("a job ends PartiallyCompleted", partial_jobs=[1, 2], partial_share=0.3),
    bedrock("a job is Completed without a single success", error_jobs=[1]),
    bedrock("all jobs of a wave end Failed", fail_jobs=[1, 2]),
    bedrock("a job of a later wave ends Failed", fail_jobs=[3], ask=WAVES),
)
ROWS = (
    bedrock("error rows 429", error_rows=0.2, error_code=429),
    bedrock("error rows 400", error_rows=0.2, error_code=400),
    bedrock("error rows 500", error_rows=0.2, error_code=500),
    bedrock(
        "error rows of all kinds", error_rows=0.3, error_codes=[400, 429, 500, 503], quick=True
    ),
    bedrock(
        "error rows in other forms",
        error_rows=0.3,
        error_codes=["ThrottlingException", "429", 503.0],
        error_forms=["object_message", "retryable", "empty_output", "null_output"],
        quick=True,
    ),
    bedrock(
        "members of other types",
        odd_members=["float_counts", "text_counts", "usage_list", "numeric_stop"],
    ),
    bedrock("missing rows", drop_rows=0.2, quick=True),
    bedrock("duplicate rows", duplicate_rows=0.3),
    bedrock("broken rows", broken_rows=0.2),
    bedrock("a truncated last line", truncate_jobs=[1, 2]),
    bedrock("rows of other jobs and of nobody", foreign_rows=0.3),
    bedrock("output that appears late", late_output_s=1.0, quick=True),
    bedrock("rows that appear after the manifest", late_output_s=1.0, late="rows"),
    bedrock("a manifest that appears after the rows", late_output_s=1.0, late="manifest"),
    bedrock("a manifest that disagrees", wrong_manifest=True),
    bedrock("no manifest at all", no_manifest=True),
    bedrock("foreign jobs and their events", foreign_jobs=3, foreign_s=1.0),
)
ALONE = (
    Case(
        name="calls on demand throttled",
        plan=FaultPlan(bedrock=Faults(throttle_invokes=5)),
        request=ON_DEMAND,
        questions=4,
    ),
    Case(
        name="calls on demand failing",
        plan=FaultPlan(bedrock=Faults(fail_invokes=5)),
        request=ON_DEMAND,
        questions=4,
    ),
    Case(
        name="an answer on demand is lost",
        plan=FaultPlan(bedrock=Faults(lose_invokes=2)),
        request=ON_DEMAND,
        questions=4,
    ),
)
STORAGE = (
    edge("S3 throttled", EdgeFault("", "s3", "", "throttle", share=0.1), quick=True),
    edge("S3 answering with internal errors", EdgeFault("", "s3", "", "error", share=0.1)),
    edge("DynamoDB throttled", EdgeFault("", "dynamodb", "", "throttle", share=0.1), quick=True),
    edge(
        "DynamoDB answering with internal errors", EdgeFault("", "dynamodb", "", "error", share=0.1)
    ),
    edge(
        "DynamoDB leaves entries unprocessed",
        EdgeFault("Publish", "dynamodb", "BatchWriteItem", "throttle", first=4),
    ),
)


@dataclass(frozen=True, slots=True)
class Write:
    """A step's write: which call, and how many calls of that kind come before it."""

    step: str
    service: Service
    action: str
    skip: int = 0


WRITES = (
    # The first claims the run, the last says that it is planned.
    Write("Plan", "dynamodb", "UpdateItem"),
    Write("Plan", "dynamodb", "UpdateItem", skip=2),
    Write("Plan", "s3", "PutObject"),
    Write("PlanWave", "dynamodb", "UpdateItem"),
    Write("PlanWave", "s3", "PutObject"),
    Write("Build", "s3", "PutObject"),
    Write("Submit", "dynamodb", "UpdateItem"),
    # The third is the one that notes the job's ARN.
    Write("Submit", "dynamodb", "UpdateItem", skip=2),
    Write("Poll", "dynamodb", "UpdateItem"),
    Write("Collect", "s3", "PutObject"),
    Write("Collect", "dynamodb", "UpdateItem"),
    # The second gives the job's place back.
    Write("Collect", "dynamodb", "UpdateItem", skip=1),
    Write("Vote", "s3", "PutObject"),
    Write("Publish", "dynamodb", "BatchWriteItem"),
    Write("Report", "s3", "PutObject"),
    Write("Report", "dynamodb", "UpdateItem"),
)
ORDINALS = ("first", "second", "third")
QUICK_WRITES = {("Submit", 2), ("Collect", 0)}


def deaths() -> Iterator[Case]:
    """Yield a case for each step that dies before, and after, each of its writes."""
    for write in WRITES:
        place = f"{ORDINALS[write.skip]} {write.action}"
        for kind, when in (("die_before", "before"), ("die_after", "after")):
            quick = (write.step, write.skip) in QUICK_WRITES and kind == "die_before"
            yield edge(
                f"{write.step} dies {when} its {place}",
                _once(write.step, write.service, write.action, kind, write.skip),
                request=ONE_SETTING,
                quick=quick,
            )


TIMED = ("Plan", "PlanWave", "Build", "Submit", "Poll", "Collect", "Vote", "Publish", "Report")


def time_outs() -> Iterator[Case]:
    """Yield a case for each step that times out before, and after, it has done its work."""
    for kind, when in (("time_out_before", "without having run"), ("time_out_after", "when done")):
        for step in TIMED:
            yield edge(
                f"{step} times out {when}",
                _once(step, "lambda", "", kind),
                request=ONE_SETTING,
                quick=step == "Collect" and kind == "time_out_after",
            )
        yield edge(
            f"Invoke times out {when}",
            _once("Invoke", "lambda", "", kind),
            request=ON_DEMAND,
            questions=4,
        )


def _once(step: str, service: Service, action: str, kind: Kind, skip: int = 0) -> EdgeFault:
    return EdgeFault(step, service, action, kind, first=1, skip=skip)


CASES = (*CALLS, *JOBS, *ROWS, *ALONE, *STORAGE, *deaths(), *time_outs())
