"""Names that the deployed stack, the functions in it and the client agree on."""

from collections.abc import Mapping
from typing import Literal

Task = Literal["arithmetic", "multiple_choice", "exact"]
# What separates whole numbers from decimals: 1,234.5 or 1.234,5.
DecimalMark = Literal[".", ","]
InvocationType = Literal["InvokeModel", "Converse"]
# How to vote, besides the plain majority; the request's key is `variants`.
VoteMethod = Literal["repair", "confidence"]
# What decides a tie: the seeded draw alone, or greedy's answer where it is among the tied.
TieRule = Literal["seed", "greedy"]
Design = Literal["published"]
StepName = Literal[
    "Plan",
    "Pilot",
    "PlanWave",
    "Build",
    "Invoke",
    "Submit",
    "Poll",
    "Collect",
    "Vote",
    "Publish",
    "Report",
    "Abort",
    "Reopen",
]

# State name → module of its handler below `lambdas.handlers`.
STEPS: Mapping[StepName, str] = {
    "Plan": "plan",
    "Pilot": "pilot",
    "PlanWave": "plan_wave",
    "Build": "build",
    "Invoke": "invoke",
    "Submit": "submit",
    "Poll": "poll",
    "Collect": "collect",
    "Vote": "vote",
    "Publish": "publish",
    "Report": "report",
    "Abort": "abort",
    "Reopen": "reopen",
}


class Table:
    """Keys and index of the table."""

    PARTITION = "run_id"
    SORT = "entry"
    INDEX = "by_start"
    INDEX_PARTITION = "listed"
    INDEX_SORT = "started_at"
    RUN_ENTRY = "run"
    UPLOAD_ENTRY = "upload"
    LISTED = "run"


class Output:
    """Keys of the stack's CloudFormation outputs."""

    BUCKET = "Bucket"
    TABLE = "Table"
    STATE_MACHINE_ARN = "StateMachineArn"
    CONSOLE = "Console"
    SETTINGS = "Settings"


UPLOADS = "uploads/"
RUNS = "runs/"
DATASETS = "datasets/"
UPLOAD_SUFFIXES = (".jsonl", ".csv", ".run.json")

# Collect puts this tag on a job's input and raw output; the bucket then expires them.
INTERMEDIATE_TAG = {"kind": "intermediate"}

# Values of a request's `few_shot` that are not the name of a file.
FEW_SHOT_WORDS = ("builtin", "none")

METRICS_NAMESPACE = "SelfConsistency"
MAX_PATHS = 100
# Of each setting; the step that asks them has minutes.
MAX_PILOT_QUESTIONS = 10
# How often one path may be sampled at most: once, and then retried.
MAX_ATTEMPTS = 5
# Planned waves; waves that retry lost paths come on top. Wave numbers have two digits in keys.
MAX_WAVES = 50
MAX_JOBS_AT_ONCE = 100
MAX_ON_DEMAND_AT_ONCE = 50
