"""Real runs on recorded answers: the final answers are the pool's, and as good as published.

The accuracies were computed apart from the project.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from selfconsistency.answers_from import AnswersFrom
from selfconsistency.one_process.run import OneProcessRun, run_in_one_process


def rows(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


@pytest.mark.parametrize(
    ("name", "paths", "accuracy"),
    [
        pytest.param("gsm8k_qwen2.5-1.5b", 30, 82.29, id="arithmetic, three temperatures"),
        pytest.param("mcq_command-r-plus", 20, 68.56, id="multiple choice, two settings"),
    ],
)
def test_the_pooled_vote_of_a_recording_is_as_good_as_published(
    name: str,
    paths: int,
    accuracy: float,
    shared_data: Callable[[str], Path],
    tmp_path: Path,
) -> None:
    questions = shared_data(f"{name}.questions.jsonl")
    answers = AnswersFrom("recorded", str(shared_data(f"{name}.recorded.jsonl")))
    asked = OneProcessRun(
        questions=questions, answers=answers, out=tmp_path, request={}, variables={}
    )

    run_in_one_process(asked, Console(file=StringIO()))

    final = json.loads((tmp_path / "report.json").read_bytes())["final"]
    assert final["paths"] == {"min": paths, "mean": paths, "max": paths}
    assert 100 * final["accuracy"] == pytest.approx(accuracy, abs=0.05)
    assert final["curve"][-1]["mean"] == pytest.approx(final["accuracy"])
    _assert_plurality(tmp_path)


def _assert_plurality(out: Path) -> None:
    """Hold the final answers to the plurality of the paths that the settings' votes tell of."""
    pooled: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows(out / "votes.jsonl"):
        if row["setting"] != "greedy":
            pooled[row["question_id"]].update(row["votes"])
    finals = rows(out / "final.jsonl")

    assert len(finals) == len(pooled)
    for row in finals:
        votes = pooled[row["question_id"]]
        leaders = {each for each in votes if votes[each] == max(votes.values())}
        assert row["votes"] == votes
        assert row["answer"] in leaders or not leaders
        assert row["tied"] == (len(leaders) > 1)
