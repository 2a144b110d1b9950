"""Whole runs in miniature: figures worked by hand."""

import pytest

from tests.unit.handlers.world import World

# Greedy is right in two of four. At 0.7 the votes are: 1 wins; 2 ties with 5; 3 loses; none.
SAMPLES = {
    "one?": {"greedy": ["It is 1. The answer is 1."], "T0.7": ["The answer is 1."] * 2 + ["?"]},
    "two?": {"greedy": ["The answer is 9."], "T0.7": ["The answer is 2.", "The answer is 5.", ""]},
    "three?": {"greedy": ["The answer is 3."], "T0.7": ["The answer is 4."] * 2 + ["Answer: 3"]},
    "four?": {"greedy": ["I cannot say."], "T0.7": ["no", "none", "?"]},
}
QUESTIONS = [
    {"question": text, "answer": str(n)} for n, text in enumerate(SAMPLES, 1)
]
REQUEST = {"dataset": "datasets/q.jsonl", "temperatures": [0.7], "paths": 3, "few_shot": "none"}


def test_a_run(world: World) -> None:
    world.serve(SAMPLES)
    world.put("datasets/q.jsonl", *QUESTIONS)
    done = world.run(REQUEST)
    print(done, world.entry("demo"))
    print(world.read("runs/demo/report.json"))
    print(world.rows("runs/demo/votes.jsonl"))
    print(world.keys())
    assert 0
