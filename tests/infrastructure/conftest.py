"""The template, synthesized once, and its resources, statements and states."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from infrastructure.synth import definition
from tests.infrastructure.contexts import template_of

Resources = dict[str, Mapping[str, Any]]
States = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def template() -> dict[str, Any]:
    return template_of("defaults")


@pytest.fixture(scope="session")
def of_type(template: dict[str, Any]) -> Callable[[str], Resources]:
    """Resources of a type, by logical id."""

    def find(type_: str) -> Resources:
        resources: Resources = template["Resources"]
        return {id_: found for id_, found in resources.items() if found["Type"] == type_}

    return find


@pytest.fixture(scope="session")
def statements_of(template: dict[str, Any]) -> Callable[[str], list[dict[str, Any]]]:
    """A role's statements, one for each action, with references as `${LogicalId.Attr}`."""

    return lambda role: statements_in(template, role)


@pytest.fixture(scope="session")
def statements_with() -> Callable[[str, str], list[dict[str, Any]]]:
    """Statements as of `statements_of`, by context and role."""
    return lambda context, role: statements_in(template_of(context), role)


def statements_in(template: Mapping[str, Any], role: str) -> list[dict[str, Any]]:
    resources: Resources = template["Resources"]
    [role_id] = [
        id_
        for id_, found in resources.items()
        if found["Type"] == "AWS::IAM::Role" and id_[:-8] == role
    ]
    return [
        {**statement, "Action": action, "Resource": list(map(plain, listed(statement)))}
        for policy in resources.values()
        if policy["Type"] in {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}
        and {"Ref": role_id} in policy["Properties"]["Roles"]
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        for action in listed(statement, "Action")
    ]


@pytest.fixture(scope="session")
def machine(template: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(definition(template))
    return read


@pytest.fixture(scope="session")
def top(machine: dict[str, Any]) -> States:
    states: States = machine["States"]
    return states


@pytest.fixture(scope="session")
def every(top: States) -> States:
    return dict(walk(top))


@pytest.fixture(scope="session")
def job(top: States) -> States:
    states: States = top["Jobs"]["ItemProcessor"]["States"]
    return states


@pytest.fixture(scope="session")
def tasks(every: States) -> States:
    return {name: state for name, state in every.items() if state["Type"] == "Task"}


def listed(statement: Mapping[str, Any], member: str = "Resource") -> list[Any]:
    found = statement[member]
    return found if isinstance(found, list) else [found]


def plain(value: Any) -> str:
    return "".join(_parts(value))


def _parts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
        return
    [(kind, operand)] = value.items()
    if kind == "Fn::Join":
        for part in operand[1]:
            yield from _parts(part)
    elif kind == "Fn::Select":
        yield "${" + plain(operand[1]["Fn::Split"][1])[2:]
    else:
        name, *attribute = [operand] if kind == "Ref" else operand
        own = name if "::" in name else name[:-8]
        yield "${" + ".".join((own, *attribute)) + "}"


def walk(states: States) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in states.items():
        yield name, state
        if state["Type"] == "Map":
            yield from walk(state["ItemProcessor"]["States"])
