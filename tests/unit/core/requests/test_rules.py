"""Rules of a request: where dataset and exemplars may lie, and how paths are sampled."""

from typing import Any

import pytest

from lambdas.contract import Certified
from lambdas.core.requests.rules import location_problem, readable_key, variant_task_problems
from tests.unit.core.requests.samples import checked, problems

COPY = "; copy it to s3://stack/datasets/"
ELSEWHERE = f"must name an object in the stack's bucket{COPY}"
DOTS = f'must be a key without "." and ".." parts and a "/" at its start{COPY}'


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        pytest.param("s3://other/q.jsonl", ELSEWHERE, id="another bucket"),
        pytest.param("s3://stack", ELSEWHERE, id="a bucket without a key"),
        pytest.param("s3://stack/", ELSEWHERE, id="a bucket with an empty key"),
        pytest.param("s3://stack-2/q.jsonl", ELSEWHERE, id="a bucket whose name begins alike"),
        pytest.param("S3://stack/q.jsonl", ELSEWHERE, id="a scheme in capitals"),
        pytest.param("https://stack.s3.amazonaws.com/q.jsonl", ELSEWHERE, id="a web address"),
        pytest.param("file:///etc/passwd", ELSEWHERE, id="a file"),
        pytest.param("arn:aws:s3:::stack/q.jsonl", ELSEWHERE, id="an ARN"),
        pytest.param(
            "arn:aws:s3:us-east-1:123456789012:accesspoint/a/object/q", ELSEWHERE, id="access point"
        ),
        pytest.param("/q.jsonl", DOTS, id="a path"),
        pytest.param("s3://stack//q.jsonl", DOTS, id="a path behind the bucket"),
        pytest.param("../q.jsonl", DOTS, id="the folder above"),
        pytest.param("datasets/../runs/r/votes.jsonl", DOTS, id="a way round"),
        pytest.param("datasets/./q.jsonl", DOTS, id="the folder itself"),
        pytest.param("datasets/", f"must name an object, not a folder{COPY}", id="a folder"),
        pytest.param(
            "runs/r/votes.jsonl",
            f"must not lie below runs/, where runs keep what they wrote{COPY}",
            id="what a run wrote",
        ),
        pytest.param(
            "s3://stack/runs/r/votes.jsonl",
            f"must not lie below runs/, where runs keep what they wrote{COPY}",
            id="what a run wrote, by its URI",
        ),
    ],
)
@pytest.mark.parametrize("name", ["dataset", "few_shot"])
def test_a_location_that_may_not_be_read_is_a_problem_with_the_way_out(
    name: str, location: str, problem: str
) -> None:
    given = {"dataset": "q.jsonl", name: location}

    assert problems(**given) == (f'{name} is "{location}", {problem}',)
    assert readable_key(name, location, "stack") is None


def test_a_location_is_shown_without_control_characters() -> None:
    problem = location_problem("dataset", "q\x1b[2J\x9b\u2028é", "stack")

    assert problem == (
        'dataset is "q\\u001b[2J\\u009b\\u2028\\u00e9", must be a key without control characters'
        f"{COPY}"
    )


def test_a_key_longer_than_s3_allows_is_refused() -> None:
    problem = location_problem("dataset", "é" * 513, "stack")

    assert problem is not None
    assert "must be at most 1,024 bytes long" in problem
    assert location_problem("dataset", "é" * 512, "stack") is None


@pytest.mark.parametrize(
    "location",
    [
        *("q.jsonl", "uploads/my set (1).csv", "datasets/a:b=c+d%.jsonl", "runsheet.jsonl"),
        *("s3://stack/q.jsonl", "a//b.jsonl", "..q.jsonl", "Datensätze/é.jsonl"),
    ],
)
def test_any_other_key_of_the_bucket_is_read(location: str) -> None:
    assert location_problem("dataset", location, "stack") is None
    assert readable_key("dataset", location, "stack") == location.removeprefix("s3://stack/")


@pytest.mark.parametrize("location", [None, 8, "", "\ud800"])
def test_what_is_no_text_in_utf_8_is_no_key(location: object) -> None:
    assert readable_key("few_shot", location, "stack") is None


STOPPING_RULES = (
    'must be "certain", a level above 0.5 and below 1 such as 0.95, {"worth": 0.001},'
    ' {"certified": 0.05}, or null for all paths of every question'
)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        pytest.param(1, "1", id="a level that is never reached"),
        pytest.param(0.5, "0.5", id="the level of a toss"),
        pytest.param(True, "true", id="a switch"),
        pytest.param("sure", '"sure"', id="an unknown rule"),
        pytest.param({"certified": 2}, '{"certified": 2}', id="no chance"),
        pytest.param({"certified": "x"}, '{"certified": "x"}', id="no number"),
        pytest.param({}, "{}", id="an object of nothing"),
        pytest.param(
            {"certified": 0.05, "level": 0.9}, '{"certified": 0.05, "level": 0.9}', id="two rules"
        ),
    ],
)
def test_an_unknown_stopping_rule_is_one_problem(given: object, shown: str) -> None:
    assert problems(early_stop=given) == (f"early_stop is {shown}, {STOPPING_RULES}",)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        pytest.param(
            {"budget": 50},
            "budget is 50, must be at most paths, 30, the most that one question gets; lower it,"
            " or raise paths",
            id="a budget above all paths",
        ),
        pytest.param(
            {"mix": True, "temperatures": [0.7]},
            "mix is true and temperatures is [0.7], must have at least two temperatures to take in"
            ' turn; name more, or leave "mix" out',
            id="a mix of one temperature",
        ),
        pytest.param(
            {"mix": True, "temperatures": []},
            "mix is true and temperatures is [], must have at least two temperatures to take in"
            ' turn; name more, or leave "mix" out',
            id="a mix of none",
        ),
        pytest.param(
            {"early_stop": {"worth": 0.001}, "budget": 10},
            'budget is 10.0 and early_stop is {"worth": 0.001}, must be one of them, for early_stop'
            " then sizes the waves question by question; remove budget, or choose a level such as"
            ' "early_stop": 0.95',
            id="sized waves and a budget",
        ),
        pytest.param(
            {"early_stop": {"worth": 0.002}, "waves": [5, 25]},
            'waves is [5, 25] and early_stop is {"worth": 0.002}, must be one of them, for'
            " early_stop then sizes the waves question by question; remove waves, or choose a"
            ' level such as "early_stop": 0.95',
            id="sized waves and fixed ones",
        ),
        pytest.param(
            {"budget": 4.5, "waves": [5, 25]},
            "budget is 4.5, must be at least waves[0], 5, which every question gets; raise it, or"
            " begin with a smaller wave",
            id="a first wave above the budget",
        ),
        pytest.param(
            {"variants": ["confidence", "confidence"]},
            'variants is ["confidence", "confidence"], must not name one vote twice',
            id="one vote twice",
        ),
        pytest.param(
            {"variants": ["confidence"], "template": "{question}"},
            'variants has "confidence", but the template does not ask for one: have it end with'
            ' a line such as "Confidence: C", C from 0 to 100, or remove "confidence"',
            id="a confidence that the template does not ask for",
        ),
        pytest.param(
            {"confidence_temperature": 0.2},
            'confidence_temperature is 0.2, must go with the variant "confidence"; add it to'
            " variants, or leave confidence_temperature out",
            id="weights of no variant",
        ),
        pytest.param(
            {"variants": ["repair"], "task": "multiple_choice"},
            'variants has "repair", must go with the task "arithmetic", not'
            ' "multiple_choice"; remove it',
            id="repaired choices",
        ),
    ],
)
def test_a_contradiction_gives_value_expectation_and_way_out(
    given: dict[str, Any], problem: str
) -> None:
    assert problems(**given) == (problem,)


@pytest.mark.parametrize(
    ("given", "beginning"),
    [
        pytest.param({"budget": 0.5}, "budget is 0.5, must be ", id="less than a path"),
        pytest.param({"attempts": 0}, "attempts is 0, must be ", id="no attempt"),
        pytest.param({"attempts": 6}, "attempts is 6, must be ", id="too many attempts"),
        pytest.param({"variants": ["vote"]}, 'variants[0] is "vote", must be ', id="unknown vote"),
        pytest.param({"variants": None}, "variants is null, must be ", id="no list of votes"),
        pytest.param({"waves": [5, 2.5]}, "waves[1] is 2.5, must be ", id="half a path"),
        pytest.param({"waves": [30, 0]}, "waves is [30, 0], must be ", id="an empty wave"),
    ],
)
def test_a_sampling_value_out_of_range_is_one_problem(
    given: dict[str, Any], beginning: str
) -> None:
    (problem,) = problems(**given)

    assert problem.startswith(beginning)


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"early_stop": "certain", "paths": 1}, id="a rule with nothing to stop"),
        pytest.param({"early_stop": 0.95, "budget": 10}, id="a rule and a budget"),
        pytest.param({"early_stop": {"worth": 0.001}}, id="sized waves"),
        pytest.param({"mix": True, "early_stop": {"worth": 0}}, id="sized waves of a mix"),
        pytest.param({"budget": 10, "waves": None}, id="a budget in waves of its own"),
        pytest.param({"budget": 5, "waves": [5, 25]}, id="a budget for the first wave alone"),
        pytest.param({"budget": 30}, id="a budget of all paths"),
        pytest.param({"waves": [10, 20]}, id="several waves of every question"),
        pytest.param({"variants": ["repair", "confidence"]}, id="votes for a task not yet known"),
        pytest.param({"variants": ["confidence"], "task": "exact"}, id="confidence in texts"),
    ],
)
def test_sampling_without_contradiction_is_accepted(given: dict[str, Any]) -> None:
    assert checked({"dataset": "q.jsonl", **given})


def test_a_certified_rule_is_read_with_its_chance_of_error() -> None:
    found = checked({"dataset": "q.jsonl", "early_stop": {"certified": 0.05}})

    assert found.request.early_stop == Certified(certified=0.05)


@pytest.mark.parametrize("variants", [(), ("confidence",), (["repair"],)])
def test_only_repair_depends_on_the_task(variants: tuple[object, ...]) -> None:
    assert variant_task_problems(variants, "exact") == []


def test_repair_fits_a_task_that_is_not_known_yet() -> None:
    assert variant_task_problems(["repair"], None) == []
