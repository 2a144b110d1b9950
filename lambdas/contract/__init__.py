"""What the deployed stack, the functions in it and the client agree on."""

from lambdas.contract.money import usd, usd_at_least
from lambdas.contract.names import (
    DATASETS,
    FEW_SHOT_WORDS,
    INTERMEDIATE_TAG,
    MAX_JOBS_AT_ONCE,
    MAX_ON_DEMAND_AT_ONCE,
    MAX_PATHS,
    METRICS_NAMESPACE,
    RUNS,
    STEPS,
    UPLOAD_SUFFIXES,
    UPLOADS,
    Env,
    InvocationType,
    Output,
    StepName,
    Table,
    Task,
)
from lambdas.contract.run_request import Prices, RunRequest, request_schema

__all__ = [
    "DATASETS",
    "FEW_SHOT_WORDS",
    "INTERMEDIATE_TAG",
    "MAX_JOBS_AT_ONCE",
    "MAX_ON_DEMAND_AT_ONCE",
    "MAX_PATHS",
    "METRICS_NAMESPACE",
    "RUNS",
    "STEPS",
    "UPLOADS",
    "UPLOAD_SUFFIXES",
    "Env",
    "InvocationType",
    "Output",
    "Prices",
    "RunRequest",
    "StepName",
    "Table",
    "Task",
    "request_schema",
    "usd",
    "usd_at_least",
]
