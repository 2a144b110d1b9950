"""Whole runs in miniature, with figures worked by hand."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from selfconsistency.bedrock.settings import Quotas
from tests.unit.cloud import Cloud
from tests.unit.handlers.world import COMMAND, World

# Greedy is right on one and three. At 0.7, `one` wins by 2, `two` ties, `three` loses by 1 : 2,
# and no path of `four` has an answer.
SAMPLES = {
    "one?": {"greedy": ["It is 1. The answer is 1."], "T0.7": ["The answer is 1."] * 2 + ["?"]},
    "two?": {"greedy": ["The answer is 9."], "T0.7": ["The answer is 2.", "The answer is 5.", ""]},
    "three?": {"greedy": ["The answer is 3."], "T0.7": ["The answer is 4."] * 2 + ["Answer: 3"]},
    "four?": {"greedy": ["I cannot say."], "T0.7": ["no", "none", "?"]},
}
QUESTIONS = [{"question": text, "answer": str(n)} for n, text in enumerate(SAMPLES, 1)]
REQUEST = {"dataset": "datasets/q.jsonl", "temperatures": [0.7], "paths": 3, "few_shot": "none"}


@pytest.fixture(scope="module")
def done(aws: Cloud) -> Iterator[World]:
    """A world in which the run `demo` of the samples has ended; it is only looked at."""
    with pytest.MonkeyPatch.context() as environment:
        world = World(aws, environment, table="done")
        world.serve(SAMPLES)
        world.put("datasets/q.jsonl", *QUESTIONS)
        world.run(REQUEST)
        world.close()
        yield world


def answered(*answers: int | None) -> list[str]:
    return ["I cannot say." if each is None else f"The answer is {each}." for each in answers]


def report(world: World, run_id: str = "demo") -> Any:
    return json.loads(world.read(f"runs/{run_id}/report.json"))


def votes(world: World, run_id: str = "demo") -> dict[tuple[str, str], dict[str, int]]:
    rows = world.rows(f"runs/{run_id}/votes.jsonl")
    return {(row["setting"], row["question_id"]): row["votes"] for row in rows}


def test_accuracy_and_curve_are_those_worked_by_hand(done: World) -> None:
    greedy, warm = report(done)["settings"]

    assert (greedy["accuracy"], greedy["unanswered"], greedy["generations"]) == (0.5, 1, 4)
    # One path: 2/3, 1/3, 1/3, 0. Two: 1, 1/2, 1/3, 0. Three: 1, 1/2, 0, 0.
    assert [point["mean"] for point in warm["curve"]] == pytest.approx([1 / 3, 11 / 24, 3 / 8])
    assert warm["curve"][2]["sd"] == pytest.approx(1 / 8)
    assert (warm["accuracy"], warm["unanswered"], warm["tied_questions"]) == (0.375, 5, 1)
    assert warm["paths"] == {"min": 3, "mean": 3.0, "max": 3}


def test_votes_have_a_line_for_each_setting_and_question(done: World) -> None:
    assert votes(done) == {
        ("greedy", "q0"): {"1": 1},
        ("greedy", "q1"): {"9": 1},
        ("greedy", "q2"): {"3": 1},
        ("greedy", "q3"): {},
        ("T0.7", "q0"): {"1": 2},
        ("T0.7", "q1"): {"2": 1, "5": 1},
        ("T0.7", "q2"): {"4": 2, "3": 1},
        ("T0.7", "q3"): {},
    }


def test_the_table_has_accuracies_and_votes(done: World) -> None:
    run = done.entry("demo")

    assert (run["status"], run["message"]) == ("succeeded", "greedy 50.00%, T0.7 37.50%")
    assert run["totals"]["generations"] == 16
    assert "live" not in run
    assert done.entry("demo", "accuracy#T0.7#003")["mean"] == Decimal("0.375")
    answer = done.entry("demo", "answer#T0.7#q0000002")
    assert (answer["answer"], answer["gold"], answer["correct"]) == ("4", "3", False)
    assert (answer["support"], answer["votes"]) == (2, {"4": 2, "3": 1})


def test_the_curve_is_written_as_csv(done: World) -> None:
    lines = done.read("runs/demo/accuracy.csv").decode().split("\n")

    assert lines[:2] == ["setting,paths,mean,sd", "greedy,1,0.5,0.0"]
    assert lines[4].startswith("T0.7,3,0.375,")


def test_the_same_request_gives_the_same_votes(done: World, world: World) -> None:
    world.serve(SAMPLES, seed=7)
    world.put("datasets/q.jsonl", *QUESTIONS)

    world.run(REQUEST, "again")

    assert world.read("runs/again/votes.jsonl") == done.read("runs/demo/votes.jsonl")


def test_inputs_and_outputs_of_collected_jobs_are_tagged_to_expire(done: World) -> None:
    folder = "runs/demo/waves/01/j0001/"

    tagged = {
        key.removeprefix(folder).rsplit("/", 1)[-1]
        for key in done.keys(folder)
        if done.cloud.s3.get_object_tagging(Bucket=done.bucket, Key=key)["TagSet"]
    }

    assert tagged == {"input.jsonl", "input.jsonl.out", "manifest.json.out"}


def test_a_record_of_several_completions_has_as_many_paths(world: World) -> None:
    samples = {f"{n}?": {"T1.0": answered(n, n, 0, n, n, 0, n)} for n in range(1, 5)}
    world.serve(samples)
    world.put("datasets/q.jsonl", *({"question": text, "answer": text[0]} for text in samples))

    world.run(REQUEST | {"model_id": COMMAND, "temperatures": [1], "paths": 7, "greedy": False})

    inputs = [world.rows(f"runs/demo/waves/01/{job}/input.jsonl") for job in ("j0001", "j0002")]
    assert [[row["modelInput"]["num_generations"] for row in rows] for rows in inputs] == [
        [4] * 4,
        [3] * 4,
    ]
    assert [row["recordId"] for row in inputs[1]][:2] == ["q0000000s04", "q0000001s04"]
    assert votes(world)["T1.0", "q0"] == {"1": 5, "0": 2}
    assert report(world)["settings"][0]["accuracy"] == 1.0
    assert report(world)["totals"]["records"] == 8
    assert report(world)["totals"]["generations"] == 28


def test_paths_of_two_waves_vote_together(world: World) -> None:
    world.serve({"one?": {"greedy": answered(1), "T0.7": answered(5, 5, 1, 1, 1)}})
    world.put("datasets/q.jsonl", QUESTIONS[0])

    world.run(REQUEST | {"paths": 5, "waves": [2, 3]})

    assert votes(world) == {("greedy", "q0"): {"1": 1}, ("T0.7", "q0"): {"1": 3, "5": 2}}
    assert world.rows("runs/demo/waves/01/votes/T0.7-000.jsonl")[0]["answer"] == "5"
    planned = [(job["wave"], job["setting"], job["paths_planned"]) for job in report(world)["jobs"]]
    assert planned == [
        (1, "greedy", 1),
        (1, "T0.7", 2),
        (2, "T0.7", 3),
    ]
    assert (world.entry("demo")["wave"], world.entry("demo")["jobs_planned"]) == (2, 3)
    assert len(world.jobs_of_bedrock()) == 3


def test_a_dataset_without_answers_is_voted_and_not_scored(world: World) -> None:
    world.serve(SAMPLES)
    world.put("datasets/q.jsonl", *({"question": text} for text in SAMPLES))

    world.run(REQUEST)

    assert votes(world)["T0.7", "q0"] == {"1": 2}
    assert {setting["accuracy"] for setting in report(world)["settings"]} == {None}
    assert "4 questions without an answer: voted, not scored" in report(world)["warnings"]
    assert world.entry("demo")["message"].startswith("voted, not scored")
    assert world.read("runs/demo/accuracy.csv") == b"setting,paths,mean,sd\n"


def test_a_csv_is_a_dataset(world: World) -> None:
    world.put("datasets/q.csv", b'id,question,answer\nfirst,"one, or two?","1"\n')

    world.plan({"dataset": "datasets/q.csv", "temperatures": []})

    (row,) = world.rows("runs/demo/questions/000.jsonl")
    assert (row["id"], row["text"], row["gold"]) == ("first", "one, or two?", "1")


def test_a_limit_takes_the_first_questions(world: World) -> None:
    world.put("datasets/q.jsonl", *QUESTIONS, b"{oops")

    world.plan(REQUEST | {"limit": 2})

    rows = world.rows("runs/demo/questions/000.jsonl")
    assert [(row["id"], row["text"], row["gold"]) for row in rows] == [
        ("q0", "one?", "1"),
        ("q1", "two?", "2"),
    ]
    assert world.entry("demo")["questions"] == 2


def test_a_small_dataset_makes_a_job_of_a_hundred_records(world: World) -> None:
    world.set("MIN_RECORDS", "100")
    world.serve({f"{n}?": {"T0.7": answered(1, 1, 2)} for n in range(40)}, quotas=Quotas())
    world.put("datasets/q.jsonl", *({"question": f"{n}?", "answer": 1} for n in range(40)))

    world.run(REQUEST | {"greedy": False, "paths_per_job": 1})

    (job,) = report(world)["jobs"]
    assert (job["status"], job["records_planned"]) == ("Completed", 120)
    assert report(world)["settings"][0]["accuracy"] == 1.0
