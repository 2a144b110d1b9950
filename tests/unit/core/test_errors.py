"""Errors: every problem in one message, of very many only the first."""

from lambdas.core.errors import MissingObjectError, Problems, RequestError


def refuse(error: Exception) -> None:
    raise error


def test_many_problems_are_counted_beyond_forty() -> None:
    error = RequestError([f"problem {n}" for n in range(45)], more=3)

    assert str(error).endswith("problem 39; and 8 more")


def test_problems_of_several_checks_are_one_error() -> None:
    problems = Problems()

    assert problems.attempt(lambda: 5) == 5
    assert not problems

    assert problems.attempt(lambda: refuse(RequestError(["first", "second"], more=2))) is None
    assert problems.attempt(lambda: refuse(MissingObjectError("third"))) is None
    problems.add("fourth")

    assert str(problems.error()) == "first; second; third; fourth; and 2 more"


def test_of_a_million_problems_forty_are_stored() -> None:
    problems = Problems()
    for number in range(1_000_000):
        problems.add(f"problem {number}")

    assert len(problems.messages) == 40
    assert str(problems.error()).endswith("problem 39; and 999960 more")
