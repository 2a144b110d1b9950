"""Recorded generations, read and voted: their accuracy is the one worked out independently."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lambdas.core.arithmetic import extract, gold
from lambdas.core.curve import Curve, question_chances

SETS = ["gsm8k_qwen2.5-1.5b", "addsub_code-davinci-002", "gsm8k_gpt-4"]
MEAN_WITHIN = 0.3
SD_WITHIN = 0.1


def rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def curve(golds: dict[str, str], samples: dict[str, list[str]]) -> Curve:
    counts = {question: Counter(map(extract, texts)) for question, texts in samples.items()}
    return Curve.of(
        question_chances(
            {answer: count for answer, count in votes.items() if answer is not None},
            golds[question],
            votes[None],
        )
        for question, votes in counts.items()
    )


@pytest.mark.parametrize("name", SETS)
def test_accuracy_of_recorded_paths(name: str, shared_data: Callable[[str], Path]) -> None:
    reference = json.loads(shared_data("reference.json").read_text(encoding="utf-8"))[name]
    recorded = [*rows(shared_data(f"{name}.recorded.jsonl"))]
    golds = {
        row["question"]: gold(row["answer"]) for row in rows(shared_data(f"{name}.questions.jsonl"))
    }

    for setting, expected in reference["settings"].items():
        samples = {row["question"]: row["samples"][setting] for row in recorded}
        points = {str(point.paths): point for point in curve(golds, samples).points()}

        for paths, (mean, sd) in expected["accuracy_percent"].items():
            assert 100 * points[paths].mean == pytest.approx(mean, abs=MEAN_WITHIN)
            assert 100 * points[paths].sd == pytest.approx(sd, abs=SD_WITHIN)


def test_every_gold_answer_of_gsm8k_is_read(shared_data: Callable[[str], Path]) -> None:
    for name in ("gsm8k_train.jsonl", "gsm8k_test.jsonl"):
        answers = [row["answer"] for row in rows(shared_data(name))]

        unread = [answer for answer in answers if extract(answer) is None]
        differing = [answer for answer in answers if gold(answer) != extract(answer)]

        assert (unread, differing) == ([], [])
