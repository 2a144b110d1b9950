"""What the functions read from their environment; the stack sets it by these members' names."""

import os
from collections.abc import Mapping
from functools import cache, cached_property
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from lambdas.contract.names import StepName
from lambdas.contract.stack import Ids, StackVariables

Variables = TypeVar("Variables", bound="_Variables")


class EnvironmentVariableError(Exception):
    """A variable that a step needs is missing or has a value of the wrong type."""


class _Variables(BaseModel):
    """Environment variables: a member `poll_every_s` is read from `POLL_EVERY_S`."""

    model_config = ConfigDict(frozen=True)


class PlanVariables(StackVariables, _Variables):
    """What Plan alone reads."""


class PollVariables(_Variables):
    """What Poll reads, and Submit too."""

    poll_every_s: int
    job_timeout_h: int


class SubmitVariables(PollVariables):
    """What Submit reads: what a batch job is created with; the last three may be unset."""

    batch_role_arn: str
    kms_key_arn: str = ""
    vpc_subnet_ids: Ids = ()
    vpc_security_group_ids: Ids = ()


class InvokeVariables(_Variables):
    """What Invoke alone reads."""

    poll_every_s: int
    on_demand_at_once: int


class PilotVariables(_Variables):
    """What Pilot alone reads."""

    on_demand_at_once: int


class Environment(_Variables):
    """What every step reads; the variables of some steps only are read when first used."""

    bucket: str
    table: str

    @cached_property
    def plan(self) -> PlanVariables:
        """Return the variables of Plan."""
        return _read(PlanVariables)

    @cached_property
    def pilot(self) -> PilotVariables:
        """Return the variables of Pilot."""
        return _read(PilotVariables)

    @cached_property
    def submit(self) -> SubmitVariables:
        """Return the variables of Submit."""
        return _read(SubmitVariables)

    @cached_property
    def poll(self) -> PollVariables:
        """Return the variables of Poll."""
        return _read(PollVariables)

    @cached_property
    def invoke(self) -> InvokeVariables:
        """Return the variables of Invoke."""
        return _read(InvokeVariables)


# The steps that read more than every step does.
_OF_STEPS: Mapping[StepName, type[_Variables]] = {
    "Plan": PlanVariables,
    "Pilot": PilotVariables,
    "Submit": SubmitVariables,
    "Poll": PollVariables,
    "Invoke": InvokeVariables,
}


def variable_names(step: StepName) -> list[str]:
    """Return the members that a step reads, for the stack to set.

    >>> variable_names("Invoke")
    ['bucket', 'table', 'poll_every_s', 'on_demand_at_once']
    """
    own = _OF_STEPS.get(step, _Variables)
    return [*Environment.model_fields, *own.model_fields]


@cache
def environment() -> Environment:
    """Return the environment of this function, read once.

    Raises:
        EnvironmentVariableError: a variable is missing or has a value of the wrong type. The
            members of single steps raise it as well, when they are first used.
    """
    return _read(Environment)


def _read(variables: type[Variables]) -> Variables:
    names = {member: member.upper() for member in variables.model_fields}
    given = {member: os.environ[name] for member, name in names.items() if name in os.environ}
    try:
        return variables.model_validate(given)
    except ValidationError as error:
        problems = [_describe(names[str(each["loc"][0])], each) for each in error.errors()]
        raise EnvironmentVariableError(
            f"{'; '.join(problems)}. The stack sets these variables: deploy it again"
        ) from error


def _describe(name: str, problem: ErrorDetails) -> str:
    if problem["type"] == "missing":
        return f"environment variable {name} is not set"
    return f"environment variable {name} is {problem['input']!r}: {problem['msg']}"
