"""Statements of IAM policies: which match an action, a resource and the keys of a request."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

Document = Mapping[str, Any]
Keys = Mapping[str, str]


def statements(document: Document) -> Iterator[Document]:
    """Yield a document's statements, of which there may be one without a list."""
    yield from listed(document.get("Statement"))


def listed(value: Any) -> list[Any]:
    """Return a policy element as a list, as IAM lets one be written without."""
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def covers(statement: Document, action: str, resource: str) -> bool:
    """Whether a statement of an identity's policy is about this action and resource."""
    actions = any(like(action.lower(), each.lower()) for each in listed(statement.get("Action")))
    return actions and any(like(resource, each) for each in listed(statement.get("Resource")))


def conditions_hold(statement: Document, keys: Keys) -> bool:
    """Whether every condition is met by the request's keys.

    A condition on an absent key fails unless its operator ends in `IfExists`; an
    operator not known here fails.
    """
    known = {name.lower(): value for name, value in keys.items()}
    return all(
        _condition_holds(operator, known.get(key.lower()), listed(expected))
        for operator, tests in statement.get("Condition", {}).items()
        for key, expected in tests.items()
    )


def condition_keys(statement: Document, operators: frozenset[str]) -> set[str]:
    """Return the keys, in lower case, that a statement tests with one of the operators."""
    return {
        key.lower()
        for operator, tests in statement.get("Condition", {}).items()
        for key in tests
        if operator.lower() in operators
    }


def like(text: str, pattern: str) -> bool:
    """Whether a text matches a pattern with `*` and `?`."""
    return _compiled(pattern).fullmatch(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    translated = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(translated, re.DOTALL)


def _condition_holds(operator: str, actual: str | None, expected: list[Any]) -> bool:
    name = operator.lower().rpartition(":")[2]
    bare = name.removesuffix("ifexists")
    test = _OPERATORS.get(bare)
    if actual is None:
        return bare != name
    wanted = [str(each) for each in expected]
    if bare in _NEGATED:
        return not any(_NEGATED[bare](actual, each) for each in wanted)
    return test is not None and any(test(actual, each) for each in wanted)


def _equal(actual: str, expected: str) -> bool:
    return actual == expected


def _equal_in_any_case(actual: str, expected: str) -> bool:
    return actual.lower() == expected.lower()


_Test = Callable[[str, str], bool]
_OPERATORS: Mapping[str, _Test] = {
    "stringequals": _equal,
    "stringequalsignorecase": _equal_in_any_case,
    "stringlike": like,
    "arnequals": like,
    "arnlike": like,
    "bool": _equal_in_any_case,
}
_NEGATED: Mapping[str, _Test] = {
    "stringnotequals": _equal,
    "stringnotlike": like,
    "arnnotequals": like,
    "arnnotlike": like,
}
