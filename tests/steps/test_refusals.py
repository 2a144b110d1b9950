"""What Plan refuses: one message with every problem, before any job exists."""

from typing import Any

import pytest

from tests.unit.handlers.world import World

REQUEST = {"dataset": "datasets/q.jsonl", "temperatures": []}


@pytest.fixture
def refusing(world: World) -> World:
    world.serve({})
    return world


def message(world: World, request: Any) -> str:
    """Return why a request is refused; the run is marked failed, and no job exists."""
    failure = world.failed_run(request)

    entry = world.entry("demo")
    assert failure["reason"] == entry["reason"] == "RequestError"
    assert (entry["status"], entry["message"]) == ("failed", failure["message"])
    assert world.jobs_of_bedrock() == []
    assert world.keys("runs/") == []
    found: str = failure["message"]
    return found


def test_a_dataset_with_many_problems_is_refused_with_all_of_them(refusing: World) -> None:
    refusing.put(
        "datasets/q.jsonl",
        {"question": "fine", "answer": "1"},
        b"{oops",
        {"question": "a", "answer": ["7", "8"]},
        {"answer": "1"},
        {"question": "b", "id": "q0"},
        b'{"question": "\xff"}',
        b'{"question": "' + b"x" * 10 * 2**20 + b'"}',
    )

    assert message(refusing, REQUEST) == "\n".join(
        [
            "datasets/q.jsonl line 2: is no JSON (Expecting property name enclosed in double"
            " quotes at column 2), must be one object a line",
            "datasets/q.jsonl line 4: has no question, must have question, problem, input or"
            " prompt",
            'datasets/q.jsonl line 5: id "q0" is that of line 1, must be new',
            "datasets/q.jsonl line 6: byte 14 is 0xff, must be UTF-8 text: iconv -f WINDOWS-1252"
            " -t UTF-8 FILE makes it so of Excel's",
            "datasets/q.jsonl line 7: 10,485,776 bytes long, must be at most 262,144 bytes for a"
            " row; a JSON document may have 64 MiB",
            "datasets/q.jsonl line 3: answer is a list, must be one text, number, true or false,"
            " or absent; keep one right answer",
            "datasets/q.jsonl: 1 of 2 answers cannot be scored, must be at most 0.05 of them;"
            " correct these rows, or raise unscored_at_most to run them without a score",
        ]
    )


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_dataset_is_refused(refusing: World, content: bytes) -> None:
    refusing.put("datasets/q.jsonl", content)

    assert message(refusing, REQUEST) == (
        "datasets/q.jsonl holds no question, must have one in each line"
    )


def test_a_request_with_many_problems_is_refused_with_all_of_them(refusing: World) -> None:
    refusing.put("datasets/q.jsonl", {"question": "fine"})

    failure = message(
        refusing,
        {
            "dataset": "s3://other/q.jsonl",
            "colour": "red",
            "paths": "30",
            "temperatures": [0],
            "model_id": "gpt-4",
            "jobs_at_once": 9,
        },
    )

    expected = (
        "colour is no key of a request; known keys: dataset, ",
        'paths is "30", must be a whole number of paths from 1 to 100',
        "temperatures[0] is 0, must be above 0: at 0 all paths are the same text",
        "jobs_at_once is 9, must be at most the stack's 3",
        'dataset is "s3://other/q.jsonl", must name an object in the stack\'s bucket',
        'model_id is "gpt-4", which belongs to no known family; families known: ',
    )
    assert [part for part in expected if part not in failure] == []


def test_a_missing_dataset_is_a_failed_run(refusing: World) -> None:
    failure = refusing.failed_run(REQUEST)

    assert failure == {
        "run_id": "demo",
        "reason": "RequestError",
        "message": f"s3://{refusing.bucket}/datasets/q.jsonl does not exist; check the key, or"
        " upload it first",
    }
    assert refusing.entry("demo")["status"] == "failed"


def test_request_dataset_and_exemplars_are_refused_in_one_message(refusing: World) -> None:
    refusing.put("datasets/q.jsonl", {"question": ""})
    refusing.put("datasets/e.jsonl", {"question": "1 + 1?", "rationale": "2."})

    failure = refusing.failed_run({**REQUEST, "paths": 0, "few_shot": "datasets/e.jsonl"})

    for problem in (
        "paths is 0, must be",
        'datasets/q.jsonl line 1: question is "", must be a text',
        "datasets/e.jsonl line 1: answer is null, must be the right answer",
    ):
        assert problem in failure["message"]


@pytest.mark.parametrize(
    ("dataset", "problem"),
    [
        pytest.param("s3://{bucket}/", "must name an object in the stack's bucket", id="no key"),
        pytest.param("\ud800", 'dataset is "\\ud800", must be', id="half a surrogate pair"),
        pytest.param("none", "/none does not exist", id="called none"),
        pytest.param(7, "dataset is 7, must be", id="a number"),
    ],
)
def test_a_dataset_that_cannot_be_a_key_is_refused_with_our_own_error(
    refusing: World, dataset: object, problem: str
) -> None:
    if isinstance(dataset, str):
        dataset = dataset.format(bucket=refusing.bucket)

    assert problem in message(refusing, REQUEST | {"dataset": dataset})


def test_the_same_text_twice_is_a_warning(refusing: World) -> None:
    refusing.put("datasets/q.jsonl", {"question": "one?"}, {"question": "one?"})

    refusing.plan(REQUEST)

    (plan,) = refusing.rows("runs/demo/plan.json")
    assert plan["warnings"][0].startswith("1 question with the text of an earlier one")


def test_a_retried_plan_is_the_same_plan(world: World) -> None:
    world.put("datasets/q.jsonl", {"question": "one?"})

    first = world.plan(REQUEST)
    plan = world.read("runs/demo/plan.json")

    assert world.plan(REQUEST) == first
    assert world.read("runs/demo/plan.json") == plan
    assert world.entry("demo")["status"] == "running"


def test_a_template_that_does_not_fit_the_inferred_task_is_refused_with_all_else(
    refusing: World,
) -> None:
    refusing.put("datasets/q.jsonl", {"question": "1 + 1?", "answer": "2"}, {"question": ""})
    refusing.put("datasets/e.jsonl", {"question": "1 + 1?", "rationale": "2."})

    failure = message(
        refusing,
        {
            **REQUEST,
            "paths": 0,
            "few_shot": "datasets/e.jsonl",
            "template": "{question} {choices} {exemplars}",
        },
    )

    for problem in (
        "paths is 0, must be",
        'datasets/q.jsonl line 2: question is "", must be a text',
        "datasets/e.jsonl line 1: answer is null, must be the right answer",
        "template has the field {choices}, must be {question} or {exemplars}",
    ):
        assert problem in failure


@pytest.mark.parametrize("task", [{}, {"task": None}, {"task": "arithmetic"}])
def test_a_template_that_does_not_fit_the_task_is_reported_once(
    refusing: World, task: dict[str, Any]
) -> None:
    refusing.put("datasets/q.jsonl", {"question": "1 + 1?", "answer": "2"})

    failure = message(refusing, {**REQUEST, **task, "template": "{question} {choices}"})

    assert failure.count("template has the field {choices}") == 1


def test_a_pattern_for_a_dataset_with_options_is_refused_with_both_ways_out(
    refusing: World,
) -> None:
    refusing.put("datasets/q.jsonl", {"question": "?", "choices": ["up", "down"]})

    assert message(refusing, REQUEST | {"pattern": "is (.+)"}) == (
        'datasets/q.jsonl line 1: has options, must have none for "exact"; use "task":'
        ' "multiple_choice", without pattern and json_key, or leave the options out of the dataset'
    )
