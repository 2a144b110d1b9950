"""The stack's settings: read from the CDK context here and nowhere else."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from infrastructure.models import (
    FAMILIES,
    MAX_POLICY_CHARACTERS,
    PROFILE_REGIONS,
    geography_of,
    is_known,
    is_model,
    policy_characters,
)
from lambdas.contract import MAX_JOBS_AT_ONCE, MAX_ON_DEMAND_AT_ONCE

if TYPE_CHECKING:
    from constructs import Node

# The days, up to ten years, for which CloudWatch Logs can keep log events.
LOG_DAYS: Final = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653)

# CDK's own context keys hold a colon, a slash or a hyphen; a plain word is one of our settings.
_SETTING_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Jobs below the minimum run on demand, record by record, within a day (Invoke). A busy model would
# need longer for more records than this.
_MAX_MIN_RECORDS = 10_000


class SettingsError(Exception):
    """The context holds settings that cannot be deployed; the message names all of them."""


def _whole_number(given: object) -> object:
    """Read the text that -c gives; Python would also take `true` for 1."""
    if isinstance(given, bool):
        raise ValueError(given)
    return int(given) if isinstance(given, str) else given


def _retention_days(days: int) -> int:
    if days not in LOG_DAYS:
        raise ValueError(days)
    return days


def _model_id(given: str) -> str:
    if not is_model(given):
        raise ValueError(given)
    return given


def _object(given: object) -> object:
    """Read the JSON text that -c gives."""
    return json.loads(given) if isinstance(given, str) else given


def _list(given: object) -> object:
    """Split the text that -c gives at its commas."""
    return given.split(",") if isinstance(given, str) else given


def _dollars(given: object) -> object:
    """Read the text that -c gives; "none" or "null" is no limit. Python would take `true` for 1."""
    if isinstance(given, bool):
        raise ValueError(given)
    return None if given in {"none", "null"} else given


def _distinct(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _range(least: int, most: int, unit: str) -> Any:
    expected = f"a whole number of {unit} from {least} to {most}"
    return Field(ge=least, le=most, description=expected)


_MODEL_EXPECTED: Final = (
    f"a model or profile id of {', '.join(FAMILIES)} or one of model_prefixes, or the ARN of an"
    " application profile or custom model"
)
_WholeNumber = Annotated[int, BeforeValidator(_whole_number)]
_Dollars = Annotated[
    Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)] | None,
    BeforeValidator(_dollars),
    Field(description="US dollars above 0, or none for no limit"),
]
# How a model's or profile's id may begin.
_ModelPrefix = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z0-9][a-zA-Z0-9.:/_-]*$")]
_Region = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
# The whole name of a provider, up to its dot: less could also match providers not known yet.
_Prefix = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9.-]*$")]
_Subnet = Annotated[str, StringConstraints(pattern="^subnet-[0-9a-f]+$")]
_SecurityGroup = Annotated[str, StringConstraints(pattern="^sg-[0-9a-f]+$")]
_KEY_ARN: Final = r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]{36}$"
# Alarms cannot publish to a FIFO topic, whose name ends in ".fifo".
_TOPIC_ARN: Final = r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$"


class Settings(BaseModel):
    """What can be chosen when deploying; the defaults deploy as they are.

    A field's description says what its value must be, for the message that refuses another.

    Attributes:
        default_model: the model of a run that names none.
        poll_every_s: the shortest time between two status checks of a job.
        jobs_at_once: the most jobs of a run in flight at once.
        on_demand_at_once: how many records of a job too small for a batch job run at once.
        intermediates_days: how long inputs and raw outputs of collected jobs are kept.
        log_days: how long logs are kept.
        log_level: the lowest severity of log lines that the functions write.
        min_records: Bedrock's minimum number of records in a job, for the account.
        max_records: Bedrock's maximum number of records in a job, for the account.
        max_input_mib: Bedrock's maximum size of a job's input, for the account; its usual 1 GB is
            953 MiB.
        bundle_for: whose wheels go into the layer: Lambda's, or this machine's for a local run.
        rehearsal: whether the stack runs on an emulator, where nothing is paid for: no spending
            limit, pilot or check of the model by Bedrock's API then refuses a run.
        max_run_usd: the most that a run may cost, by its upper bound; None for no limit.
        max_upload_usd: the same for a run started by upload, if it is lower.
        models_for_uploads: ids of models, or how they begin, that runs started by upload may use
            beside the default model; empty for any.
        profile_regions: geography of an inference profile → Regions it routes to; in GovCloud
            {"us-gov": ["us-gov-east-1", "us-gov-west-1"]}.
        model_prefixes: how the ids of further foundation models begin, such as "writer.", for
            requests that name a `family` for them. Policies name each in every Region of
            `profile_regions`; with few Regions they have room for one or two.
        job_timeout_h: hours after which Bedrock ends a job.
        max_run_days: days after which Step Functions ends a run.
        kms_key_arn: a key of the same account and Region that encrypts everything at rest; None
            for AWS's own keys. Its policy must allow what docs/decisions/0020 lists.
        vpc_subnet_ids: the subnets from which Bedrock's jobs reach the bucket; needs
            vpc_security_group_ids as well.
        vpc_security_group_ids: the security groups of these jobs' network interfaces.
        alarm_topic_arn: the SNS topic that alarms publish to; None for alarms in the console only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    default_model: Annotated[str, AfterValidator(_model_id), Field(description=_MODEL_EXPECTED)] = (
        "us.amazon.nova-lite-v1:0"
    )
    poll_every_s: Annotated[_WholeNumber, _range(1, 3600, "seconds")] = 60
    jobs_at_once: Annotated[_WholeNumber, _range(1, MAX_JOBS_AT_ONCE, "jobs")] = 3
    on_demand_at_once: Annotated[_WholeNumber, _range(1, MAX_ON_DEMAND_AT_ONCE, "records")] = 4
    intermediates_days: Annotated[_WholeNumber, _range(1, 3650, "days")] = 30
    log_days: Annotated[
        _WholeNumber,
        AfterValidator(_retention_days),
        Field(description=f"one of {', '.join(map(str, LOG_DAYS))} days"),
    ] = 30
    log_level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR"],
        Field(description="DEBUG or INFO or WARNING or ERROR"),
    ] = "INFO"
    min_records: Annotated[_WholeNumber, _range(1, _MAX_MIN_RECORDS, "records")] = 100
    max_records: Annotated[_WholeNumber, _range(1, 1_000_000, "records")] = 50_000
    max_input_mib: Annotated[_WholeNumber, _range(1, 20_480, "MiB")] = 950
    bundle_for: Annotated[Literal["lambda", "machine"], Field(description="lambda or machine")] = (
        "lambda"
    )
    rehearsal: Annotated[bool, Field(description="true or false")] = False
    max_run_usd: _Dollars = 100
    max_upload_usd: _Dollars = 10
    models_for_uploads: Annotated[
        tuple[_ModelPrefix, ...],
        BeforeValidator(_list),
        AfterValidator(_distinct),
        Field(
            max_length=50,
            description="ids of models, or how they begin, such as us.amazon.nova-, with commas"
            " between them",
        ),
    ] = ()
    profile_regions: Annotated[
        Mapping[str, tuple[_Region, ...]],
        BeforeValidator(_object),
        Field(
            default_factory=lambda: dict(PROFILE_REGIONS),
            description='an object such as {"us": ["us-east-1", "us-west-2"]}',
        ),
    ]
    model_prefixes: Annotated[
        tuple[_Prefix, ...],
        BeforeValidator(_list),
        AfterValidator(_distinct),
        Field(
            description='beginnings of model ids, such as ["writer."], each with the whole name of'
            " its provider and a dot, in lower-case letters, digits, dots and hyphens"
        ),
    ] = ()
    job_timeout_h: Annotated[_WholeNumber, _range(24, 168, "hours")] = 168
    max_run_days: Annotated[_WholeNumber, _range(1, 365, "days")] = 60
    kms_key_arn: Annotated[
        str | None,
        Field(
            pattern=_KEY_ARN,
            description="the ARN of a KMS key, such as arn:aws:kms:REGION:ACCOUNT:key/ID, and not"
            " of an alias",
        ),
    ] = None
    vpc_subnet_ids: Annotated[
        tuple[_Subnet, ...],
        BeforeValidator(_list),
        AfterValidator(_distinct),
        Field(
            min_length=1,
            max_length=16,
            description="1 to 16 ids of subnets, such as subnet-0123456789abcdef0",
        ),
    ] = ()
    vpc_security_group_ids: Annotated[
        tuple[_SecurityGroup, ...],
        BeforeValidator(_list),
        AfterValidator(_distinct),
        Field(
            min_length=1,
            max_length=5,
            description="1 to 5 ids of security groups, such as sg-0123456789abcdef0",
        ),
    ] = ()
    alarm_topic_arn: Annotated[
        str | None,
        Field(
            pattern=_TOPIC_ARN,
            description="the ARN of an SNS topic (not FIFO), such as"
            " arn:aws:sns:REGION:ACCOUNT:NAME",
        ),
    ] = None

    @classmethod
    def from_context(cls, node: "Node") -> Self:
        """Read the settings from the context of a construct.

        Raises:
            SettingsError: a value is impossible, or a name is no setting; one message for all.
        """
        context: Mapping[str, object] = node.get_all_context()
        return cls.of({name: context[name] for name in context if _SETTING_NAME.fullmatch(name)})

    @classmethod
    def of(cls, given: Mapping[str, object]) -> Self:
        """Read the settings from their names and values.

        Raises:
            SettingsError: as `from_context`.
        """
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            # A list has a problem for each of its members: one message is enough.
            problems = dict.fromkeys(_describe(each, given) for each in error.errors())
            raise SettingsError("; ".join(problems)) from error

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """Refuse settings that are possible by themselves, but not together."""
        problems = [
            *_contradictions(self),
            *_default_model_problems(self),
            *_policy_problems(self),
        ]
        if problems:
            raise ValueError("; ".join(problems))
        return self


def _describe(problem: ErrorDetails, given: Mapping[str, object]) -> str:
    """Return the value, what was expected, and the way out."""
    if not problem["loc"]:
        return str(problem["ctx"]["error"])
    name = str(problem["loc"][0])
    if name not in Settings.model_fields:
        return (
            f"{name!r} is not a setting; settings are {', '.join(Settings.model_fields)}. "
            "Remove it from -c, cdk.json or ~/.cdk.json"
        )
    field = Settings.model_fields[name]
    default = field.get_default(call_default_factory=True)
    return f"{name} is {given[name]!r}, must be {field.description}; leave it out for {default!r}"


def _contradictions(settings: Settings) -> Iterator[str]:
    if settings.min_records > settings.max_records:
        yield (
            f"min_records is {settings.min_records}, must not exceed max_records, "
            f"which is {settings.max_records}"
        )
    if settings.job_timeout_h > settings.max_run_days * 24:
        yield (
            f"job_timeout_h is {settings.job_timeout_h}, must not exceed max_run_days, which is "
            f"{settings.max_run_days}: the run would end before its job and stop it"
        )
    if bool(settings.vpc_subnet_ids) != bool(settings.vpc_security_group_ids):
        yield (
            f"vpc_subnet_ids is {settings.vpc_subnet_ids!r} and vpc_security_group_ids is "
            f"{settings.vpc_security_group_ids!r}, must be given both, or neither"
        )


def _default_model_problems(settings: Settings) -> Iterator[str]:
    """Yield why the policies would not allow the default model."""
    model_id, prefixes = settings.default_model, settings.model_prefixes
    geography = geography_of(model_id, prefixes)
    if not is_known(model_id, prefixes):
        yield f"default_model is {model_id!r}, must be {_MODEL_EXPECTED}"
    elif geography and geography not in settings.profile_regions:
        yield (
            f"default_model is {model_id!r}, its geography must be one of profile_regions: "
            f"{', '.join(settings.profile_regions)}; choose one of these, or give profile_regions"
        )


def _policy_problems(settings: Settings) -> Iterator[str]:
    """Yield why a role's policies would exceed IAM's limit."""
    characters = policy_characters(settings.profile_regions, settings.model_prefixes)
    if characters > MAX_POLICY_CHARACTERS:
        yield (
            f"profile_regions and model_prefixes make policies of {characters} characters, which "
            f"must have at most {MAX_POLICY_CHARACTERS} (IAM quotas); leave out geographies or "
            "prefixes that you do not use"
        )
