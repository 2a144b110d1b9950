"""Mixes and sized waves on recorded answers, read and voted on: what they reach, and at what price.

The bounds are figures that were computed apart from the project, with their rounding.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from random import Random
from statistics import fmean, stdev
from typing import Any

import pytest

from lambdas.contract.schema import AnswerSpec, Setting, Shard, Stopping
from lambdas.core.answers.exact import exact_extractor, normalised
from lambdas.core.answers.numeric import extract_number, gold_number
from lambdas.core.sampling.stopping import DEFAULT_STOPPING, default_waves
from lambdas.core.sampling.worth import wanted_paths
from tests.unit.core.samples import a_plan
from tests.unit.core.sampling.runs import Outcome, Simulator

QWEN, ADDSUB, DATES = "gsm8k_qwen2.5-1.5b", "addsub_code-davinci-002", "date_gpt-3.5"
WORTH = Stopping("worth", 0.001)

SharedData = Callable[[str], Path]


@dataclass(frozen=True)
class Recorded:
    """The right answer to a question, and those of its paths in the order of a run."""

    gold: str | None
    paths: Sequence[str | None]

    def chance(self, paths: int) -> float:
        """Return the chance that the vote of the first paths is right, ties drawn."""
        return chance_of(Counter(each for each in self.paths[:paths] if each), self.gold)


def chance_of(votes: Mapping[str, int], gold: str | None) -> float:
    leaders = [answer for answer, count in votes.items() if count == max(votes.values())]
    return (gold in leaders) / len(leaders) if leaders else 0.0


def recorded(shared_data: SharedData, name: str, *settings: str) -> list[Recorded]:
    """Return the questions of a set, their paths by turns of the settings."""
    read: Callable[[str], str | None] = extract_number
    gold: Callable[[str], str | None] = gold_number
    if name == DATES:
        read, gold = exact_extractor(AnswerSpec("exact")), normalised
    golds = {row["question"]: gold(row["answer"]) for row in rows(shared_data, name, "questions")}
    samples = {row["question"]: row["samples"] for row in rows(shared_data, name, "recorded")}
    turns = {
        question: zip(*(texts[each] for each in settings), strict=True)
        for question, texts in samples.items()
    }
    return [
        Recorded(golds[question], [read(text) for turn in found for text in turn])
        for question, found in turns.items()
    ]


def rows(shared_data: SharedData, name: str, kind: str) -> list[Any]:
    lines = shared_data(f"{name}.{kind}.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


@dataclass(frozen=True)
class Found:
    """Accuracy in percent, and paths of a question on average."""

    accuracy: float
    paths: float


def sampled(questions: Sequence[Recorded], setting: Setting, stopping: Stopping) -> Found:
    """Run a plan whose paths come to the recorded answers."""
    plan = a_plan(
        settings=(setting,),
        shards=(Shard("000", 0, len(questions)),),
        questions=len(questions),
        waves=default_waves(setting.paths, stopping),
        stopping=stopping,
    )
    outcomes = {
        (setting.name, number, path): Outcome(answer)
        for number, question in enumerate(questions)
        for path, answer in enumerate(question.paths)
    }

    run = Simulator(plan, outcomes).run()

    chances = [
        chance_of(run.votes[setting.name, number].votes, question.gold)
        for number, question in enumerate(questions)
    ]
    return Found(100 * fmean(chances), run.requests.total() / len(questions))


@pytest.mark.parametrize(
    ("stopping", "most_paths"),
    [pytest.param(DEFAULT_STOPPING, 15.5, id="0.95"), pytest.param(WORTH, 13.3, id="sized waves")],
)
def test_a_mix_of_qwen_is_as_right_at_fewer_paths(
    stopping: Stopping, most_paths: float, shared_data: SharedData
) -> None:
    questions = recorded(shared_data, QWEN, "T0.5", "T0.7", "T1.0")

    found = sampled(questions, Setting("mix", None, 30, (0.5, 0.7, 1.0)), stopping)

    assert found.accuracy >= 82.0
    assert found.paths <= most_paths


def test_sized_waves_of_addsub_ask_for_a_sixth_of_the_paths(shared_data: SharedData) -> None:
    questions = recorded(shared_data, ADDSUB, "T0.7")

    found = sampled(questions, Setting("T0.7", 0.7, 40), WORTH)

    assert found.paths <= 0.19 * 40
    assert found.accuracy >= 100 * fmean(each.chance(40) for each in questions) - 0.10


def test_sized_waves_of_dates_ask_for_two_fifths_of_the_paths(shared_data: SharedData) -> None:
    """One order of the paths says little of what is lost: in the recorded one it is 0.41 points."""
    questions = recorded(shared_data, DATES, "T0.8")

    found = sampled(questions, Setting("T0.8", 0.8, 20), WORTH)
    lost = [lost_points(questions, most=20, order=Random(seed)) for seed in range(100)]

    assert found.paths <= 0.39 * 20
    assert fmean(lost) - 2 * stdev(lost) / len(lost) ** 0.5 <= 0.17


def lost_points(questions: Sequence[Recorded], most: int, order: Random) -> float:
    """Return what sized waves lose in another order of each question's paths."""
    shuffled = [
        Recorded(each.gold, order.sample(each.paths, len(each.paths))) for each in questions
    ]
    return 100 * fmean(each.chance(most) - each.chance(sized(each, most)) for each in shuffled)


def sized(question: Recorded, most: int) -> int:
    """Return how many paths a question gets."""
    paths = 4
    for waves in (2, 1):
        counts = Counter(each for each in question.paths[:paths] if each).most_common(2)
        first, second, *_ = chain((count for _, count in counts), (0, 0))
        paths += wanted_paths(
            0.001, first, second, paths, left=most - paths, most=most, waves=waves
        )
    return paths
