"""The stack's settings of a local run, read as a deployment reads them, with or without one."""

from collections.abc import Mapping

from infrastructure.settings import Settings, SettingsError
from lambdas.contract import STEPS
from lambdas.contract.environment import variable_names
from local.errors import LocalError

FIXED_CONTEXT: Mapping[str, str] = {"bundle_for": "machine", "rehearsal": "true"}
# What only a deployed stack has.
_DEPLOYED = ("kms_key_arn", "vpc_subnet_ids", "vpc_security_group_ids", "alarm_topic_arn")


def read_settings(context: Mapping[str, str]) -> Settings:
    """Return the settings that context values make.

    Raises:
        LocalError: a value is impossible, or a name is no setting; one line for all.
    """
    try:
        return Settings.of({**FIXED_CONTEXT, **context})
    except SettingsError as error:
        raise LocalError(str(error)) from error


def step_variables(context: Mapping[str, str]) -> dict[str, str]:
    """Return the settings as the steps of a run in one process read them from their environment.

    Raises:
        LocalError: as `read_settings`, or a setting has no meaning without a deployed stack.
    """
    values = dict(read_settings(context))
    if senseless := [name for name in _DEPLOYED if name in context]:
        raise LocalError(f"-c {senseless[0]} needs a deployed stack: add --deployed")
    read = {name for step in STEPS for name in variable_names(step)}
    return {
        name.upper(): ",".join(value) if isinstance(value, tuple) else str(value)
        for name, value in values.items()
        if name in read and value
    }
