"""Sixteen exam questions: too few for a batch job greedily, enough at ten paths."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from selfconsistency.bedrock.answers.recorded import Recorded, RecordedQuestion

LETTERS = "ABCD"
# What ten paths say to each question, as letters; "-" is a path without an answer. Worked out by
# hand: the vote, and whether it is right when the right letter goes A, B, C, D, A, B …
PATHS = {
    0: ("AAAAAAAAAA", "A"),
    1: ("BBBBBBACDA", "B"),
    2: ("CCCCDDDDCC", "C"),
    3: ("AAAAADDDDA", "A"),
    4: ("A--------A", "A"),
    5: ("CCCCCCCCCC", "C"),
    6: ("CCC-CCC-AB", "C"),
    7: ("DDDDDDDDDA", "D"),
    8: ("BBBBBBAAAA", "B"),
    9: ("BABABABABB", "B"),
    10: ("CCAACCAACC", "C"),
    11: ("----------", None),
    12: ("AABBCCAADD", "A"),
    13: ("BBBBBBBBBB", "B"),
    14: ("DDDDDDDDDC", "D"),
    15: ("DCDCDCDCDD", "D"),
}
GREEDY = "ABCDABCDABCDBBBB"
# Right: all but 3, 5, 8, 11 and 14 by vote; greedily the first twelve and 13.
VOTED_RIGHT, GREEDY_RIGHT = 11, 13
TELLING = {letter: f"Only one of them fits.\nThe answer is ({letter})." for letter in LETTERS}
TELLING["-"] = "I am not sure which of them is meant."


def exam() -> list[dict[str, Any]]:
    return [
        {
            "question": f"Which is the number {number + 50} in words of a clerk?",
            "choices": {letter: f"option {letter} of {number}" for letter in LETTERS},
            "answer": LETTERS[number % 4],
        }
        for number in range(16)
    ]


def exemplars() -> list[dict[str, Any]]:
    return [
        {
            "question": f"Which one is worked example {number}?",
            "choices": ["this", "that", "these", "those"],
            "rationale": f"It is the one called {word}.",
            "answer": letter,
        }
        for number, (word, letter) in enumerate(
            zip(("this", "that", "these", "those"), LETTERS, strict=True)
        )
    ]


def recorded() -> Recorded:
    return Recorded(
        [
            RecordedQuestion(
                each["question"],
                {
                    "greedy": [TELLING[GREEDY[number]]],
                    "T0.7": [TELLING[letter] for letter in PATHS[number][0]],
                },
            )
            for number, each in enumerate(exam())
        ]
    )


@pytest.mark.parametrize("model_id", ["ai21.j2-mid-v1", "us.amazon.nova-lite-v1:0"])
def test_an_exam_runs_on_demand_where_it_must(deployed: Any, tmp_path: Path, model_id: str) -> None:
    asked, worked = tmp_path / "exam.jsonl", tmp_path / "worked.jsonl"
    asked.write_text("\n".join(map(json.dumps, exam())))
    worked.write_text("\n".join(map(json.dumps, exemplars())))
    request = {"model_id": model_id, "temperatures": [0.7], "paths": 10, "few_shot": str(worked)}

    ended = deployed.run(asked, request, source=recorded())

    assert ended.run.status == "succeeded", ended.run.message
    votes = [vote["answer"] for vote in ended.votes if vote["setting"] == "T0.7"]
    greedy = [vote["answer"] for vote in ended.votes if vote["setting"] == "greedy"]
    assert votes == [winner for _, winner in PATHS.values()]
    assert greedy == list(GREEDY)
    by_name = {each["setting"]: each for each in ended.report["settings"]}
    assert by_name["T0.7"]["accuracy"] == pytest.approx(VOTED_RIGHT / 16)
    assert by_name["greedy"]["accuracy"] == pytest.approx(GREEDY_RIGHT / 16)
    assert {name: each["on_demand"] for name, each in by_name.items()} == {
        "greedy": True,
        "T0.7": False,
    }
    assert by_name["T0.7"]["records"] >= 100
    assert by_name["greedy"]["on_demand_records"] == 16
    assert any("ran on demand" in warning for warning in ended.report["warnings"])


# In a rehearsal a run has prices only if it names a model.
MODEL = {"model_id": "us.amazon.nova-lite-v1:0"}


def test_a_run_that_may_cost_more_than_its_limit_submits_nothing(
    deployed: Any, tmp_path: Path
) -> None:
    asked = tmp_path / "five.jsonl"
    asked.write_text("\n".join(map(json.dumps, exam()[:5])))
    invoked = deployed.local_stack.bedrock_emulator.invoked.calls

    ended = deployed.run(asked, MODEL | {"paths": 3, "max_cost_usd": 0.000001})

    assert ended.run.status == "failed"
    told = re.search(r"must be at least ([\d.]+), .* \(expected \$([\d.]+)\)", ended.run.message)
    assert told is not None, ended.run.message
    # Fifty completions of at most 512 tokens, on demand at $0.24 a million, and their prompts.
    ceiling, expected = map(float, told.groups())
    assert 50 * 512 * 0.24e-6 < ceiling < 0.02
    assert 50 * 150 * 0.24e-6 < expected < ceiling
    assert ended.run.jobs == ()
    assert deployed.local_stack.bedrock_emulator.invoked.calls == invoked
