"""The run's one answer to each question, in files, table and report, worked by hand."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from lambdas.contract.report import decode_report
from tests.unit.cloud import Cloud
from tests.unit.handlers.world import World


def said(*answers: str) -> list[str]:
    return [f"The answer is {each}." for each in answers]


# `one`: 1 by 3 of 4, though T1.0 has a tie. `two`: 2 and 5 by 2 each. `three`: 4 by 3, 3 by 1.
SAMPLES = {
    "one?": {"greedy": said("9"), "T0.5": said("1", "1"), "T1.0": said("1", "7")},
    "two?": {"greedy": said("2"), "T0.5": said("2", "5"), "T1.0": said("5", "2")},
    "three?": {"greedy": said("3"), "T0.5": said("4", "4"), "T1.0": said("3", "4")},
}
QUESTIONS = [{"question": text, "answer": str(n)} for n, text in enumerate(SAMPLES, 1)]
REQUEST = {
    "dataset": "datasets/q.jsonl",
    "temperatures": [0.5, 1.0],
    "paths": 2,
    "few_shot": "none",
}


def ran(aws: Cloud, table: str, **changed: Any) -> Iterator[World]:
    with pytest.MonkeyPatch.context() as environment:
        world = World(aws, environment, table=table)
        world.serve(SAMPLES)
        world.put("datasets/q.jsonl", *QUESTIONS)
        world.run(REQUEST | changed)
        world.close()
        yield world


@pytest.fixture(scope="module")
def drawn(aws: Cloud) -> Iterator[World]:
    """A world in which a run whose ties are drawn has ended; it is only looked at."""
    yield from ran(aws, "drawn")


@pytest.fixture
def by_greedy(world: World) -> World:
    """A world in which a run whose ties go to greedy's answer has ended."""
    world.serve(SAMPLES)
    world.put("datasets/q.jsonl", *QUESTIONS)
    world.run(REQUEST | {"ties": "greedy"})
    return world


def report(world: World) -> Any:
    return json.loads(world.read("runs/demo/report.json"))


def test_each_question_has_one_answer_of_all_sampled_paths(drawn: World) -> None:
    one, two, three = drawn.rows("runs/demo/final.jsonl")

    assert one == {
        "question_id": "q0",
        "answer": "1",
        "gold": "1",
        "correct": True,
        "support": 3,
        "paths": 4,
        "tied": False,
        "stage": 1,
        "votes": {"1": 3, "7": 1},
        "unanswered": 0,
    }
    assert (two["votes"], two["tied"]) == ({"2": 2, "5": 2}, True)
    assert (three["answer"], three["correct"], three["votes"]) == ("4", False, {"4": 3, "3": 1})


def test_the_table_has_the_final_answers(drawn: World) -> None:
    for number, line in enumerate(drawn.rows("runs/demo/final.jsonl")):
        entry = drawn.entry("demo", f"final#q{number:07d}")

        assert {name: entry[name] for name in line} == line


def test_the_report_begins_with_the_final_figures(drawn: World) -> None:
    final = report(drawn)["final"]

    assert (final["settings"], final["questions"], final["paths"]["mean"]) == (
        ["T0.5", "T1.0"],
        3,
        4.0,
    )
    # `one` right, `two` a tie, `three` wrong.
    assert final["accuracy"] == pytest.approx(1.5 / 3)
    # Of one path: 3/4, 1/2 and 1/4. Of four the vote itself.
    assert final["curve"][0]["mean"] == pytest.approx(0.5)
    assert [point["paths"] for point in final["curve"]] == [1, 2, 3, 4]
    assert final["curve"][3]["mean"] == pytest.approx(0.5)
    # Greedy has `two` and `three` right: one gained, one lost, and half of `two`.
    assert final["gain"]["points"] == pytest.approx(0.5 - 2 / 3)
    assert final["p"] == final["gain"]["p_value"]
    assert drawn.entry("demo")["message"].startswith("final 50.00%, greedy 66.67%, T0.5 ")


def test_the_curve_of_the_final_answers_is_in_csv_and_table(drawn: World) -> None:
    lines = drawn.read("runs/demo/accuracy.csv").decode().splitlines()

    assert [line.split(",")[:2] for line in lines if line.startswith("final,")] == [
        ["final", str(k)] for k in (1, 2, 3, 4)
    ]
    assert float(drawn.entry("demo", "accuracy#final#001")["mean"]) == pytest.approx(0.5)


def test_several_settings_gains_have_p_values_that_allow_for_each_other(drawn: World) -> None:
    greedy, *sampled = report(drawn)["settings"]
    raw = [each["gain"]["p_value"] for each in sampled]

    assert greedy["gain"] is None
    assert [each["gain"]["p_adjusted"] for each in sampled] == [
        pytest.approx(min(1, max(2 * min(raw), p))) for p in raw
    ]


def test_ties_may_go_to_greedy_s_answer_in_each_vote_and_curve(by_greedy: World) -> None:
    votes = {
        (row["setting"], row["question_id"]): row["answer"]
        for row in by_greedy.rows("runs/demo/votes.jsonl")
    }
    finals = [row["answer"] for row in by_greedy.rows("runs/demo/final.jsonl")]
    found = report(by_greedy)
    cool = found["settings"][1]

    # Greedy says 2; in each setting `two` is a tie of 2 and 5. In T1.0 `three` is one as well.
    assert (votes["T0.5", "q1"], votes["T1.0", "q1"], votes["T1.0", "q2"]) == ("2", "2", "3")
    assert finals == ["1", "2", "4"]
    # One path of T0.5: 1, 1/2 and 0. Both: 1, 1 and 0.
    assert [each["mean"] for each in cool["curve"]] == pytest.approx([0.5, 2 / 3])
    assert cool["accuracy"] == pytest.approx(2 / 3)
    assert found["final"]["accuracy"] == pytest.approx(2 / 3)
    assert found["final"]["curve"][-1]["mean"] == pytest.approx(2 / 3)


def test_publishing_again_changes_nothing(by_greedy: World) -> None:
    keys = [key for key in by_greedy.keys("runs/demo/waves/") if "/votes/final-" in key]
    before = [by_greedy.read(key) for key in keys]
    (listed,) = [key for key in by_greedy.keys("runs/demo/") if key.endswith("/publish.jsonl")]
    tasks = by_greedy.rows(listed)

    receipts = [by_greedy.step("Publish", task) for task in tasks]

    assert [each["answers"] for each in receipts] == [3, 3, 3, 3]
    assert [task["partition"] for task in tasks][-1] == "final-000"
    assert [by_greedy.read(key) for key in keys] == before
    assert len(keys) == 2


def test_a_report_of_an_older_version_has_no_final_figures(drawn: World) -> None:
    written = report(drawn)
    del written["final"]
    written["request"]["variants"] = ["calculator", "confidence"]

    found = decode_report(json.dumps(written).encode(), "report.json")

    assert found.final is None
    assert found.request.variants == ("confidence",)


def test_a_run_that_an_older_version_planned_to_its_end_is_reported_without_them(
    world: World,
) -> None:
    world.serve(SAMPLES)
    world.put("datasets/q.jsonl", *QUESTIONS)
    state = world.step("PlanWave", world.plan(REQUEST))
    for job in world.rows(state["jobs_key"]):
        world.job(job)
    for partition in world.rows(state["partitions_key"]):
        world.step("Vote", partition)
    last = world.step("PlanWave", state)
    world.cloud.s3.delete_object(Bucket=world.bucket, Key=last["partitions_key"])

    receipt = world.step("Report", last)

    assert report(world)["final"] is None
    assert receipt["message"].startswith("greedy 66.67%, T0.5 ")
    assert world.read("runs/demo/final.jsonl") == b""
