"""The run's one answer to each question: all sampled settings vote together, worked by hand."""

import json
from typing import Any

import pytest

from lambdas.contract.report import decode_report
from tests.unit.handlers.world import World


def said(*answers: int | None) -> list[str]:
    return ["I cannot say." if each is None else f"The answer is {each}." for each in answers]


# Together: `one` is right by 2 : 1 : 1, `two` is a tie of 5 and 2, `three` is wrong by 2 : 1.
SAMPLES = {
    "one?": {"greedy": said(9), "T0.5": said(1, 2), "T1.0": said(1, 3)},
    "two?": {"greedy": said(2), "T0.5": said(5, 2), "T1.0": said(5, 2)},
    "three?": {"greedy": said(3), "T0.5": said(None, 3), "T1.0": said(4, 4)},
}
REQUEST = {
    "dataset": "datasets/q.jsonl",
    "temperatures": [0.5, 1.0],
    "paths": 2,
    "few_shot": "none",
}
TIE = {"5": 2, "2": 2}


def put_questions(world: World) -> None:
    rows = ({"question": text, "answer": str(n)} for n, text in enumerate(SAMPLES, 1))
    world.put("datasets/q.jsonl", *rows)


def run(world: World, **changed: Any) -> Any:
    """Run the samples, and return the report."""
    world.serve(SAMPLES)
    put_questions(world)
    world.run(REQUEST | changed)
    return json.loads(world.read("runs/demo/report.json"))


def test_all_sampled_settings_vote_together(world: World) -> None:
    final = run(world)["final"]

    assert final["settings"] == ["T0.5", "T1.0"]
    # A tie counts as its chance.
    assert final["accuracy"] == pytest.approx(1.5 / 3)
    assert (final["questions"], final["labelled"], final["unanswered"]) == (3, 3, 1)
    assert (final["tied_questions"], final["unvoted_questions"]) == (1, 0)
    assert final["paths"] == {"min": 4, "mean": 4.0, "max": 4}
    # One path of the four: 2/4, 2/4 and 1/4.
    means = [point["mean"] for point in final["curve"]]
    assert (means[0], means[3]) == (pytest.approx(1.25 / 3), pytest.approx(1.5 / 3))


def test_each_final_answer_is_a_line_and_an_entry(world: World) -> None:
    run(world)

    one, two, three = world.rows("runs/demo/final.jsonl")
    assert one == {
        "question_id": "q0",
        "answer": "1",
        "gold": "1",
        "correct": True,
        "support": 2,
        "paths": 4,
        "tied": False,
        "stage": 1,
        "votes": {"1": 2, "2": 1, "3": 1},
        "unanswered": 0,
    }
    assert (two["votes"], two["tied"], two["support"]) == (TIE, True, 2)
    assert (three["answer"], three["correct"], three["unanswered"]) == ("4", False, 1)
    entries = [world.entry("demo", f"final#q000000{number}") for number in range(3)]
    keys = {"run_id", "entry", "format"}
    assert [
        {key: value for key, value in entry.items() if key not in keys} for entry in entries
    ] == [one, two, three]


def test_the_gain_is_over_greedy_on_the_same_questions(world: World) -> None:
    final = run(world)["final"]

    # Greedy has `two` and `three` right. `one` is gained, `three` is lost, `two` is a tie.
    assert final["gain"]["points"] == pytest.approx(1.5 / 3 - 2 / 3)
    assert final["gain"]["questions"] == 3
    assert final["p"] == final["gain"]["p_value"]


def test_a_tie_goes_to_greedy_s_answer_if_the_request_says_so(world: World) -> None:
    report = run(world, ties="greedy")

    assert report["final"]["accuracy"] == pytest.approx(2 / 3)
    assert report["final"]["curve"][3]["mean"] == pytest.approx(2 / 3)
    two = world.rows("runs/demo/final.jsonl")[1]
    assert (two["answer"], two["votes"], two["tied"]) == ("2", TIE, True)
    # T0.5 alone: `one` ties 1 and 2, greedy's 9 is neither; `two` ties 5 and 2; `three` has 3.
    assert report["settings"][1]["accuracy"] == pytest.approx((0.5 + 1 + 1) / 3)


def test_greedy_s_answers_can_decide_ties_only_if_they_are_sampled(world: World) -> None:
    world.serve(SAMPLES)
    put_questions(world)

    with pytest.raises(Exception, match='ties is "greedy" and greedy is false, must have'):
        world.plan(REQUEST | {"ties": "greedy", "greedy": False})


def test_one_sampled_setting_is_the_final_vote_itself(world: World) -> None:
    report = run(world, temperatures=[0.5])

    final, (_, alone) = report["final"], report["settings"]
    assert final["settings"] == ["T0.5"]
    for figure in ("accuracy", "voted_accuracy", "interval", "curve", "unanswered", "paths"):
        assert final[figure] == alone[figure]
    votes = [row for row in world.rows("runs/demo/votes.jsonl") if row["setting"] == "T0.5"]
    finals = world.rows("runs/demo/final.jsonl")
    shared = ("question_id", "answer", "gold", "correct", "support", "paths", "votes")
    assert [[row[key] for key in shared] for row in finals] == [
        [row[key] for key in shared] for row in votes
    ]


def test_greedy_alone_is_the_final_answer(world: World) -> None:
    final = run(world, temperatures=[])["final"]

    assert (final["settings"], final["accuracy"]) == (["greedy"], pytest.approx(2 / 3))
    assert (final["gain"], final["p"], final["advice"]) == (None, None, None)


def test_the_table_has_the_pool_s_curve_and_no_copy_of_a_single_setting_s(world: World) -> None:
    run(world)
    pooled = world.entry("demo", "accuracy#final#004")

    assert float(pooled["mean"]) == pytest.approx(1.5 / 3)
    lines = world.read("runs/demo/accuracy.csv").decode().splitlines()
    assert [line.split(",")[0] for line in lines].count("final") == 4


def test_settings_that_stop_early_have_no_pooled_curve(world: World) -> None:
    report = run(world, early_stop="certain", waves=[1, 1])

    # Later waves sample open questions only, so the pool is no random sample.
    assert report["final"]["curve"] == []
    assert report["final"]["accuracy"] is not None


def test_the_run_s_message_begins_with_the_final_accuracy(world: World) -> None:
    run(world)

    assert world.entry("demo")["message"].startswith("final 50.00%, greedy 66.67%, T0.5 ")


def test_publishing_again_changes_nothing(world: World) -> None:
    run(world)
    keys = [key for key in world.keys("runs/demo/waves/") if "/votes/final-" in key]
    before = [world.read(key) for key in keys]
    tasks = world.rows("runs/demo/waves/01/publish.jsonl")

    receipts = [world.step("Publish", task) for task in tasks]

    names = ["greedy-000", "T0.5-000", "T1.0-000", "final-000"]
    assert [task["partition"] for task in tasks] == names
    assert [receipt["answers"] for receipt in receipts] == [3, 3, 3, 3]
    assert [world.read(key) for key in keys] == before
    assert len(keys) == 2


def test_a_report_of_an_older_version_is_still_read(world: World) -> None:
    written = run(world)
    del written["final"]
    written["request"]["variants"] = ["calculator", "confidence"]

    found = decode_report(json.dumps(written).encode(), "report.json")

    assert found.final is None
    assert found.request.variants == ("confidence",)


def test_a_run_that_ended_before_final_answers_were_voted_on_is_reported(world: World) -> None:
    world.serve(SAMPLES)
    put_questions(world)
    state = world.step("PlanWave", world.plan(REQUEST))
    for job in world.rows(state["jobs_key"]):
        world.job(job)
    for partition in world.rows(state["partitions_key"]):
        world.step("Vote", partition)
    # As an earlier version planned it: without a list of what is published.
    last = world.step("PlanWave", state)
    world.cloud.s3.delete_object(Bucket=world.bucket, Key=last["partitions_key"])

    receipt = world.step("Report", last)

    assert receipt["complete"]
    assert json.loads(world.read("runs/demo/report.json"))["final"] is None
    assert world.rows("runs/demo/final.jsonl") == []
