"""Sources of answers on the command line, and what a recording can answer."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lambdas.contract.answered_by import AnsweredBy
from selfconsistency.answers_from import AnswersFrom, answers_from
from selfconsistency.bedrock.answers.openai import OpenAiCompatible
from selfconsistency.bedrock.answers.recorded import Recorded, RecordingError
from selfconsistency.bedrock.answers.simulated import Simulated
from selfconsistency.recordings import recorded_request
from selfconsistency.shell import ClientError
from tests.unit.selfconsistency.loopback import Loopback, serving


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    file = tmp_path / "recorded.jsonl"
    file.write_text('{"question": "1+1?", "samples": {"T0.7": ["2"]}}\n')
    return file


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    for name in ("OPENAI_MODEL", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as endpoint:
        yield endpoint


def test_each_source_is_named_and_made(recording: Path, endpoint: Loopback) -> None:
    names = [f"recorded:{recording}", "simulated", f"openai:{endpoint.url}/v1"]
    names.append(f"recorded:qwen2.5:1.5b={recording}")

    sources = [answers_from(name).source(None, seed=0) for name in names]

    assert [type(source) for source in sources] == [Recorded, Simulated, OpenAiCompatible, Recorded]
    assert [str(answers_from(name)) for name in names] == names


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        pytest.param("recorded:/no/such", "'/no/such' is not a file", id="no recording"),
        pytest.param("recorded", "'' is not a file", id="no name of one"),
        pytest.param("recorded:tiny=/no/such", "'/no/such' is not a file", id="none of a model"),
        pytest.param("openai:localhost", "'localhost' is not a URL", id="no URL"),
        pytest.param("openai:http://", "'http://' is not a URL", id="no host"),
        pytest.param("openai:http://a:b", "'http://a:b' is not a URL", id="no port"),
        pytest.param("oracle", "'oracle' is not a source", id="unknown"),
        pytest.param("simulated:well", "'simulated:well' is not a source", id="simulated by"),
    ],
)
def test_what_is_no_source_is_told_with_those_that_are(text: str, complaint: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match=f"{complaint}.*; expected recorded:FILE"):
        answers_from(text)


def test_several_recordings_and_passwords_are_refused(recording: Path) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="names several recordings, expected one"):
        answers_from(f"recorded:a={recording},b={recording}")
    with pytest.raises(argparse.ArgumentTypeError, match="put it into OPENAI_API_KEY") as refused:
        answers_from("openai:http://me:secret@localhost:1")
    assert "secret" not in str(refused.value)


def test_a_file_may_have_an_equals_sign_in_its_name(tmp_path: Path) -> None:
    file = tmp_path / "T=0.7.jsonl"
    file.write_text('{"question": "1+1?", "samples": ["2"]}\n')

    assert answers_from(f"recorded:{file}") == AnswersFrom("recorded", str(file))
    assert answers_from(f"recorded:tiny={file}") == AnswersFrom("recorded", str(file), "tiny")


def test_a_report_can_say_who_answers(recording: Path, endpoint: Loopback) -> None:
    sources = ["simulated", f"recorded:{recording}", f"recorded:tiny={recording}"]

    assert [answers_from(each).answered_by() for each in sources] == [
        (AnsweredBy("simulated", "simulated"),),
        (AnsweredBy("recorded", "recorded:recorded.jsonl"),),
        (AnsweredBy("tiny", "recorded:recorded.jsonl"),),
    ]
    with answers_from(f"openai:{endpoint.url}/v1/").opened(None, {}) as opened:
        assert opened.answered_by == (AnsweredBy("tiny", endpoint.url),)


def test_a_simulation_leaves_a_bad_question_set_to_the_plan_step(tmp_path: Path) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_bytes(b"\xff\xfe not json\n")

    assert isinstance(AnswersFrom("simulated").source(questions, seed=0), Simulated)


def test_a_bad_recording_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "recorded.jsonl"
    file.write_text('{"question": "1+1?", "samples": {"T0.7": ["2"]}}\n{"samples": 3}\n')

    with pytest.raises(ClientError, match="line 2"):
        AnswersFrom("recorded", str(file)).source(None, seed=0)
    with pytest.raises(ClientError, match="line 2"):
        AnswersFrom("recorded", str(file)).request({})


def test_only_a_recording_says_something_of_the_request(recording: Path) -> None:
    follows = AnswersFrom("recorded", str(recording)).request({})

    assert follows == {"greedy": False, "temperatures": [0.7], "paths": 1}
    assert AnswersFrom("simulated").request({}) == {}


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
        pytest.param(
            {"mix": True},
            {"greedy": False, "temperatures": [0.5, 0.7], "paths": 2},
            id="a mix has as many paths of each temperature",
        ),
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
