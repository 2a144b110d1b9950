"""The run request; each key's description is the expectation that a refusal quotes."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.fields import FieldInfo

from lambdas.contract.names import (
    MAX_ATTEMPTS,
    MAX_JOBS_AT_ONCE,
    MAX_PATHS,
    MAX_PILOT_QUESTIONS,
    MAX_WAVES,
    DecimalMark,
    Design,
    InvocationType,
    Task,
    TieRule,
    VoteMethod,
)


class Prices(BaseModel):
    """What a model's tokens cost, in USD per million; batch defaults to half of on demand."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    input: float = Field(ge=0, le=10_000)
    output: float = Field(ge=0, le=10_000)
    batch_input: float | None = Field(default=None, ge=0, le=10_000)
    batch_output: float | None = Field(default=None, ge=0, le=10_000)


class Certified(BaseModel):
    """Early stopping that stays valid when checked after every wave; delta is the error rate."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    certified: float = Field(gt=0, lt=1)


class Worth(BaseModel):
    """Early stopping once further paths buy too little; the accuracy that one more must buy."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    worth: float = Field(ge=0, lt=1)


class RunRequest(BaseModel):
    """The state machine's input, or an uploaded `*.run.json`."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, serialize_by_alias=True)

    dataset: str = Field(
        min_length=1,
        max_length=1024,
        description="the S3 key of a dataset in the stack's bucket, or s3://BUCKET/KEY",
    )
    task: Task | None = Field(
        default=None,
        description='"arithmetic", "multiple_choice" or "exact"; null to infer it from the dataset',
    )
    model_id: str | None = Field(
        default=None,
        min_length=1,
        max_length=2048,
        description="the id or ARN of a Bedrock model or inference profile; null for the stack's"
        " default",
    )
    family: str | None = Field(
        default=None,
        min_length=1,
        max_length=64,
        description="the name of a model family, for a model whose id does not imply it; or null",
    )
    invocation_type: InvocationType | None = Field(
        default=None,
        description='"InvokeModel", "Converse", or null for the one that suits the model',
    )
    greedy: bool = Field(default=True, description="true or false")
    temperatures: tuple[float, ...] = Field(
        default=(0.5, 0.7, 1.0),
        max_length=20,
        strict=False,
        description="a list of different temperatures above 0",
    )
    mix: bool = Field(
        default=False,
        description="true for one setting whose paths take the temperatures in turn, or false for"
        " a setting of each temperature",
    )
    design: Design | None = Field(
        default=None,
        description='"published" for the published experiment (greedy, and 30 paths at each of'
        " three temperatures), or null",
    )
    paths: int = Field(
        default=30,
        ge=1,
        le=MAX_PATHS,
        description=f"a whole number of paths from 1 to {MAX_PATHS}",
    )
    max_tokens: int = Field(
        default=512, ge=1, le=32_768, description="a whole number of tokens from 1 to 32768"
    )
    top_p: float | None = Field(
        default=None,
        gt=0,
        le=1,
        description="a number above 0, at most 1; or null for the model's own",
    )
    # pydantic has an attribute of that name.
    fields_of_model: dict[str, Any] | None = Field(
        default=None,
        alias="model_fields",
        description="a JSON object of members that the model takes beside those the app sets, such"
        ' as {"thinking": {"type": "disabled"}}; or null',
    )
    few_shot: str = Field(
        default="builtin",
        min_length=1,
        max_length=1024,
        description='"builtin", "none", or the S3 key of an exemplars file in the bucket',
    )
    template: str | None = Field(
        default=None,
        min_length=1,
        max_length=100_000,
        description="a prompt with the field {question}, or null for the task's own",
    )
    pattern: str | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description='a regular expression that finds the answer of the task "exact", or null',
    )
    json_key: str | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description='the JSON member that holds the answer of the task "exact", or null',
    )
    decimal_mark: DecimalMark | None = Field(
        default=None,
        description='what separates decimals in the numbers of dataset and answers, "." or ",";'
        " null to infer it from the dataset",
    )
    unscored_at_most: float = Field(
        default=0.05,
        ge=0,
        le=1,
        description="the share of answers that may be unreadable, from 0 to 1; their questions are"
        " voted, not scored",
    )
    limit: int | None = Field(
        default=None, ge=1, description="a whole number of questions, at least 1, or null for all"
    )
    early_stop: (
        Literal["certain"] | Annotated[float, Field(gt=0.5, lt=1)] | Certified | Worth | None
    ) = Field(
        default=None,
        description='"certain", a level above 0.5 and below 1 such as 0.95, {"worth": 0.001},'
        ' {"certified": 0.05}, or null for all paths of every question',
    )
    waves: tuple[int, ...] | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_WAVES,
        strict=False,
        description=f"a list of paths per wave, {MAX_WAVES} waves at most, that adds up to paths;"
        " or null for a plan that suits early_stop and budget",
    )
    budget: float | None = Field(
        default=None,
        ge=1,
        le=MAX_PATHS,
        description="a mean number of paths per question from 1 to paths, spent where the vote is"
        " least certain; or null for no such limit",
    )
    attempts: int = Field(
        default=2,
        ge=1,
        le=MAX_ATTEMPTS,
        description=f"a whole number from 1 to {MAX_ATTEMPTS}: how often a lost path is requested,"
        " the first time included",
    )
    variants: tuple[VoteMethod, ...] = Field(
        default=(),
        max_length=2,
        strict=False,
        description='a list of votes beside the plain majority: "repair" (arithmetic),'
        ' "confidence"',
    )
    confidence_temperature: float = Field(
        default=1.0,
        gt=0,
        le=100,
        description='the temperature of the weights of the variant "confidence", above 0, at most'
        " 100: the lower, the more the surest paths decide",
    )
    ties: TieRule = Field(
        default="seed",
        description='"seed" to draw ties at random, or "greedy" for greedy\'s answer where it is'
        " among the tied",
    )
    paths_per_job: int | None = Field(
        default=5,
        ge=1,
        le=MAX_PATHS,
        description=f"a whole number of paths from 1 to {MAX_PATHS}, or null for as few jobs as"
        " the account's quotas allow",
    )
    jobs_at_once: int = Field(
        default=3,
        ge=1,
        le=MAX_JOBS_AT_ONCE,
        description="a whole number of jobs, from 1 to the stack's jobs_at_once",
    )
    pilot: int = Field(
        default=3,
        ge=0,
        le=MAX_PILOT_QUESTIONS,
        description="how many questions to ask on demand in each setting before the first batch"
        f" job, a whole number from 0 to {MAX_PILOT_QUESTIONS}; 0 for none",
    )
    prices: Prices | None = Field(
        default=None,
        description='{"input": USD per million tokens, from 0 to 10,000, "output": …,'
        ' "batch_input": …, "batch_output": …}, or null for the built-in table',
    )
    max_cost_usd: float | None = Field(
        default=None,
        gt=0,
        le=1e9,
        description="the most US dollars that the run may cost, above 0; or null for no limit",
    )
    stop_if_unreadable: float | None = Field(
        default=0.5,
        ge=0,
        le=1,
        description="the share of answers, from 0 to 1, above which no further job is submitted if"
        " they cannot be read; or null to submit all jobs",
    )
    seed: int = Field(default=0, ge=0, le=2**53, description="a whole number from 0 to 2^53")


def request_keys() -> dict[str, FieldInfo]:
    """Return the keys of a request, as it spells them."""
    return {field.alias or name: field for name, field in RunRequest.model_fields.items()}


def request_schema() -> dict[str, Any]:
    """Return the JSON schema of the request, for command lines and documentation."""
    return RunRequest.model_json_schema()
