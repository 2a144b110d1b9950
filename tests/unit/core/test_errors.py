"""Errors: every problem in one message, of very many only the first."""

from lambdas.core.errors import MissingObjectError, Problems, RequestError, RowProblems


def refuse(error: Exception) -> None:
    raise error


def test_many_problems_are_counted_beyond_forty() -> None:
    error = RequestError([f"problem {n}" for n in range(45)], more=3)

    assert str(error).endswith("problem 39\nand 8 more")


def test_problems_of_several_checks_are_one_error() -> None:
    problems = Problems()

    assert problems.attempt(lambda: 5) == 5
    assert not problems

    assert problems.attempt(lambda: refuse(RequestError(["first", "second"], more=2))) is None
    assert problems.attempt(lambda: refuse(MissingObjectError("third"))) is None
    problems.add("fourth")

    assert str(problems.error()) == "first\nsecond\nthird\nfourth\nand 2 more"


def test_of_a_million_problems_forty_are_stored() -> None:
    problems = Problems()
    for number in range(1_000_000):
        problems.add(f"problem {number}")

    assert len(problems.messages) == 40
    assert str(problems.error()).endswith("problem 39\nand 999960 more")


def test_problems_of_rows_that_differ_in_numbers_alone_are_one_message() -> None:
    problems = RowProblems("q.jsonl")
    for line, message in [(3, "2 options"), (5, "no JSON"), (7, "1,000 options"), (9, "3 options")]:
        problems.add(line, message)

    assert problems.messages() == [
        "q.jsonl line 3 and 2 more: 2 options",
        "q.jsonl line 5: no JSON",
    ]
    assert (problems.count, problems.more, problems.first_message) == (4, 0, "2 options")


def test_rows_without_a_problem_have_no_message() -> None:
    problems = RowProblems("q.jsonl")

    assert not problems
    assert (problems.messages(), problems.first_message) == ([], "")


def test_of_many_kinds_of_problems_forty_are_kept_and_the_others_counted() -> None:
    problems = RowProblems("q.jsonl")
    for line in range(1, 10_001):
        problems.add(line, "x" * (line % 50))

    assert len(problems.messages()) == 40
    assert (problems.count, problems.more) == (10_000, 2_000)
