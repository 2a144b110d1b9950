"""The stack's settings: read from the CDK context here and nowhere else."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from constructs import Node

from infrastructure.models import (
    MAX_POLICY_CHARACTERS,
    PROFILE_REGIONS,
    geography_of,
    is_known,
    policy_characters,
)
from infrastructure.rules import A_MODEL, RULES

# CDK's own context keys hold a colon, a slash or a hyphen; a plain word is one of ours.
_OURS = re.compile(r"[a-z][a-z0-9_]*")


class SettingsError(Exception):
    """The context holds what cannot be deployed; the message names every such setting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What can be chosen when deploying; the defaults deploy as they are.

    Attributes:
        default_model: the model of a run that names none.
        poll_every_s: how often a live job is asked for its status, at most.
        jobs_at_once: how many jobs of a run are in flight, at most.
        on_demand_at_once: how many records of a job too small for Bedrock are asked for at once.
        intermediates_days: how long inputs and raw outputs of collected jobs are kept.
        log_days: how long logs are kept.
        log_level: from which severity on the functions write log lines.
        min_records: Bedrock's least number of records in a job, for the account.
        max_records: Bedrock's greatest number of records in a job, for the account.
        max_input_mib: Bedrock's greatest size of a job's input, for the account.
        bundle_for: whose wheels go into the layer: Lambda's, or this machine's for a local run.
        profile_regions: geography of an inference profile → Regions it routes to; in GovCloud
            {"us-gov": ["us-gov-east-1", "us-gov-west-1"]}.
        model_prefixes: what the ids of further foundation models begin with, such as "writer.",
            for runs that name a `family` for them. Policies name each in every Region of
            `profile_regions`, and have room for one or two where these are few.
        job_timeout_h: when Bedrock ends a job that has not ended, in hours.
        max_run_days: when Step Functions ends a run that has not ended.
        kms_key_arn: a key of the same account and Region that everything at rest is encrypted
            with; None for AWS's own. What its policy must say: docs/decisions/0020.
        vpc_subnet_ids: where Bedrock's jobs reach the bucket from; with vpc_security_group_ids,
            or neither.
        vpc_security_group_ids: what these jobs' network interfaces belong to.
        alarm_topic_arn: the SNS topic that alarms tell; None for alarms in the console only.
    """

    default_model: str = "us.amazon.nova-lite-v1:0"
    poll_every_s: int = 60
    jobs_at_once: int = 3
    on_demand_at_once: int = 4
    intermediates_days: int = 30
    log_days: int = 30
    log_level: str = "INFO"
    min_records: int = 100
    max_records: int = 50_000
    max_input_mib: int = 1024
    bundle_for: Literal["lambda", "machine"] = "lambda"
    profile_regions: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: PROFILE_REGIONS)
    model_prefixes: tuple[str, ...] = ()
    job_timeout_h: int = 168
    max_run_days: int = 60
    kms_key_arn: str | None = None
    vpc_subnet_ids: tuple[str, ...] = ()
    vpc_security_group_ids: tuple[str, ...] = ()
    alarm_topic_arn: str | None = None

    @classmethod
    def of(cls, node: Node) -> Self:
        """Read the settings from the context of a construct.

        Raises:
            SettingsError: a value is impossible, or a key of ours unknown; all in one message.
        """
        context: Mapping[str, object] = node.get_all_context()
        read: dict[str, Any] = {}
        problems = []
        for key in filter(_OURS.fullmatch, context):
            try:
                read[key] = _read(key, context[key])
            except ValueError as error:
                problems.append(str(error))
        settings = cls(**{key: read[key] for key in read if not problems})
        problems += _contradictions(settings)
        if problems:
            raise SettingsError("; ".join(problems))
        return settings


def _read(key: str, given: object) -> object:
    """Return a context value as its setting, or refuse it with the value and the expectation."""
    rule = RULES.get(key)
    if rule is None:
        raise ValueError(
            f"{key!r} is not a setting; settings are {', '.join(RULES)}. "
            "Take it out of -c, cdk.json or ~/.cdk.json"
        )
    try:
        return rule.read(given)
    except (ValueError, TypeError, AttributeError) as error:
        default = getattr(Settings(), key)
        raise ValueError(
            f"{key} is {given!r}, must be {rule.expected}; leave it out for {default!r}"
        ) from error


def _contradictions(settings: Settings) -> Iterator[str]:
    """Yield what two settings, each possible by itself, do not allow together."""
    if settings.min_records > settings.max_records:
        yield (
            f"min_records is {settings.min_records}, must not exceed max_records, "
            f"which is {settings.max_records}"
        )
    if settings.job_timeout_h > settings.max_run_days * 24:
        yield (
            f"job_timeout_h is {settings.job_timeout_h}, must not exceed max_run_days, which is "
            f"{settings.max_run_days}: the run would end before its job, and stop it"
        )
    if bool(settings.vpc_subnet_ids) != bool(settings.vpc_security_group_ids):
        yield (
            f"vpc_subnet_ids is {settings.vpc_subnet_ids!r} and vpc_security_group_ids is "
            f"{settings.vpc_security_group_ids!r}, must be given both, or neither"
        )
    yield from _of_model(settings)
    yield from _of_policies(settings)


def _of_policies(settings: Settings) -> Iterator[str]:
    """Yield why a role's policies would be longer than IAM takes."""
    characters = policy_characters(settings.profile_regions, settings.model_prefixes)
    if characters > MAX_POLICY_CHARACTERS:
        yield (
            f"profile_regions and model_prefixes make policies of {characters} characters, which "
            f"must have at most {MAX_POLICY_CHARACTERS} (IAM quotas); leave out geographies or "
            "prefixes that you do not use"
        )


def _of_model(settings: Settings) -> Iterator[str]:
    """Yield why the policies would not let a run ask the default model."""
    model_id, prefixes = settings.default_model, settings.model_prefixes
    geography = geography_of(model_id, prefixes)
    if not is_known(model_id, prefixes):
        yield f"default_model is {model_id!r}, must be {A_MODEL}"
    elif geography and geography not in settings.profile_regions:
        yield (
            f"default_model is {model_id!r}, its geography must be one of profile_regions: "
            f"{', '.join(settings.profile_regions)}; choose one of these, or give profile_regions"
        )
