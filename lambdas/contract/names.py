"""Names that the deployed stack, the functions in it and the client agree on."""

from collections.abc import Mapping
from typing import Literal

Task = Literal["arithmetic", "multiple_choice", "exact"]
InvocationType = Literal["InvokeModel", "Converse"]
# A vote beside the plain majority.
Variant = Literal["calculator", "confidence"]
StepName = Literal[
    "Plan",
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


class Env:
    """Environment variables that the stack sets and the functions read."""

    BUCKET = "BUCKET"
    TABLE = "TABLE"
    BATCH_ROLE_ARN = "BATCH_ROLE_ARN"
    DEFAULT_MODEL = "DEFAULT_MODEL"
    POLL_EVERY_S = "POLL_EVERY_S"
    JOBS_AT_ONCE = "JOBS_AT_ONCE"
    MIN_RECORDS = "MIN_RECORDS"
    MAX_RECORDS = "MAX_RECORDS"
    MAX_INPUT_MIB = "MAX_INPUT_MIB"
    ON_DEMAND_AT_ONCE = "ON_DEMAND_AT_ONCE"
    JOB_TIMEOUT_H = "JOB_TIMEOUT_H"
    VPC_SECURITY_GROUP_IDS = "VPC_SECURITY_GROUP_IDS"
    VPC_SUBNET_IDS = "VPC_SUBNET_IDS"
    KMS_KEY_ARN = "KMS_KEY_ARN"


class Table:
    """Keys and index of the one table."""

    PARTITION = "run_id"
    SORT = "entry"
    INDEX = "by_start"
    INDEX_PARTITION = "listed"
    INDEX_SORT = "started_at"
    RUN_ENTRY = "run"
    LISTED = "run"


class Output:
    """Keys of the stack's CloudFormation outputs."""

    BUCKET = "Bucket"
    TABLE = "Table"
    STATE_MACHINE_ARN = "StateMachineArn"
    CONSOLE = "Console"


UPLOADS = "uploads/"
RUNS = "runs/"
DATASETS = "datasets/"
UPLOAD_SUFFIXES = (".jsonl", ".csv", ".run.json")

# On a job's input and raw output once its answers are written; the bucket expires what bears it.
INTERMEDIATE_TAG = {"kind": "intermediate"}

# Values of a request's `few_shot` that name no file.
FEW_SHOT_WORDS = ("builtin", "none")

METRICS_NAMESPACE = "SelfConsistency"
MAX_PATHS = 100
MAX_ATTEMPTS = 5
# Beside these, waves of lost paths; their numbers have two digits in keys.
MAX_WAVES = 50
MAX_JOBS_AT_ONCE = 100
MAX_ON_DEMAND_AT_ONCE = 50
