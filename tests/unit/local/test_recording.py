import json
from pathlib import Path
from typing import Any

import pytest

from local.bedrock.answers.recorded import RecordingError
from local.recording import recorded_request


@pytest.fixture
def record(tmp_path: Path) -> Any:
    def write(*samples: Any) -> Path:
        file = tmp_path / "recorded.jsonl"
        lines = [
            json.dumps({"question": f"q{n}", "samples": each}) for n, each in enumerate(samples)
        ]
        file.write_text("\n".join(lines) + "\n\n", encoding="utf-8")
        return file

    return write


def test_settings_and_paths_follow_from_the_recording(record: Any) -> None:
    recording = record(
        {"greedy": ["a"], "T1.0": ["a"] * 10, "T0.5": ["a"] * 10},
        {"greedy": ["a"], "T1.0": ["a"] * 12, "T0.5": ["a"] * 9},
    )

    assert recorded_request(recording, {}) == {
        "greedy": True,
        "temperatures": [0.5, 1.0],
        "paths": 9,
    }


def test_a_greedy_recording_needs_no_number_of_paths(record: Any) -> None:
    assert recorded_request(record({"greedy": ["a"]}), {}) == {"greedy": True, "temperatures": []}


def test_settings_that_some_question_lacks_are_left_out(record: Any) -> None:
    recording = record({"greedy": [], "T0.7": ["a"]}, {"greedy": ["a"], "T0.7": ["a"]})

    assert recorded_request(recording, {})["greedy"] is False


@pytest.mark.parametrize(
    ("given", "follows"),
    [
        pytest.param({"greedy": True}, {"temperatures": [0.5, 0.7], "paths": 1}, id="greedy"),
        pytest.param({"temperatures": [0.5]}, {"greedy": False, "paths": 2}, id="temperatures"),
        pytest.param({"paths": 3}, {"greedy": False, "temperatures": [0.5, 0.7]}, id="paths"),
        pytest.param({"temperatures": [0.9]}, {"greedy": False}, id="one that is not recorded"),
    ],
)
def test_what_the_request_says_stands_and_the_rest_follows(
    record: Any, given: dict[str, Any], follows: dict[str, Any]
) -> None:
    assert recorded_request(record({"T0.7": ["a"], "T0.5": ["a", "b"]}), given) == follows


def test_plain_lists_serve_any_request(record: Any) -> None:
    assert recorded_request(record({"T0.7": ["a"]}, ["a", "b"]), {}) == {}


def test_questions_that_share_no_setting_are_refused(record: Any) -> None:
    with pytest.raises(RecordingError, match="no setting has a sample of every question"):
        recorded_request(record({"T0.7": ["a"]}, {"T1.0": ["a"]}), {})
