"""Votes beside the plain majority, from prompt to report, with figures worked by hand."""

import json
from typing import Any

import pytest

from tests.unit.handlers.world import World

# The majority says 4, each time surely; the equation of these two paths is wrong, and the one
# path for 3 is surer than both together: e^0.99 = 2.69 against 2 · e^0.01 = 2.02.
SAMPLES = {
    "one?": {
        "T0.7": [
            "So 1 + 2 = 4. The answer is 4.\nConfidence: 1%",
            "So 1 + 2 = 4. The answer is 4.\nConfidence: 1%",
            "That is 1 + 2 = 3. The answer is 3.\nConfidence: 99",
        ]
    },
    "two?": {"T0.7": ["The answer is 2.", "The answer is 2.\nConfidence: 50", "no idea"]},
}
QUESTIONS = [{"question": "one?", "answer": "3"}, {"question": "two?", "answer": "2"}]
REQUEST = {
    "dataset": "datasets/q.jsonl",
    "greedy": False,
    "temperatures": [0.7],
    "paths": 3,
    "few_shot": "none",
    "variants": ["repair", "confidence"],
}


@pytest.fixture
def report(world: World) -> Any:
    world.serve(SAMPLES)
    world.put("datasets/q.jsonl", *QUESTIONS)
    world.run(REQUEST)
    return json.loads(world.read("runs/demo/report.json"))


def test_each_variant_has_its_own_figures_and_changes_no_vote(report: Any, world: World) -> None:
    (setting,) = report["settings"]
    variants = {each["variant"]: each for each in setting["variants"]}
    votes = world.rows("runs/demo/votes.jsonl")

    assert setting["accuracy"] == 0.5
    assert [(name, each["accuracy"]) for name, each in variants.items()] == [
        ("repair", 1.0),
        ("confidence", 1.0),
    ]
    assert [each["versus"]["gained"] for each in variants.values()] == [1, 1]
    assert [vote["answer"] for vote in votes] == ["4", "2"]
    assert votes[0]["votes"] == {"4": 2, "3": 1}
    assert votes[0]["variants"] == {
        name: {"answer": "3", "correct": True, "tied": False} for name in ("repair", "confidence")
    }


def test_in_the_curve_of_repaired_paths_wrong_ones_vote_for_what_they_come_to(report: Any) -> None:
    repair, confidence = report["settings"][0]["variants"]

    # `one?`: all three vote for 3. `two?`: two of three, both for 2.
    assert [point["mean"] for point in repair["curve"]] == pytest.approx([(1 + 2 / 3) / 2, 1, 1])
    assert confidence["curve"] == []


def test_paths_without_a_confidence_are_reported(report: Any, world: World) -> None:
    sent = world.rows("runs/demo/waves/01/j0001/input.jsonl")[0]

    assert 'one last line: \\"Confidence: C\\"' in json.dumps(sent)
    assert any("4 of 6 paths state a confidence" in warning for warning in report["warnings"])
