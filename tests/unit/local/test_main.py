import re
from pathlib import Path

import pytest

from lambdas.contract import request_schema
from local.__main__ import main, parser


@pytest.fixture
def questions(tmp_path: Path) -> str:
    file = tmp_path / "q.jsonl"
    file.write_text('{"question": "1+1?"}\n')
    return str(file)


def test_run_has_an_option_for_every_key_of_the_request(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["run", "--help"])

    shown = capsys.readouterr().out
    keys = set(request_schema()["properties"]) - {"dataset"}
    assert all(re.search(rf"--{key.replace('_', '-')}\b", shown) for key in keys)


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param([], "COMMAND", id="no command"),
        pytest.param(["run", "none.jsonl"], "QUESTIONS: 'none.jsonl' is not a file", id="no file"),
        pytest.param(["run", "{q}", "--out", "o"], "--answers-from", id="no source"),
        pytest.param(
            ["run", "{q}", "--out", "o", "--answers-from", "x"], "not a source", id="unknown source"
        ),
        pytest.param(
            ["run", "{q}", "--answers-from", "simulated"], "--out", id="nowhere to leave results"
        ),
        pytest.param(
            ["run", "{q}", "--out", "o", "--answers-from", "simulated", "--paths", "x"],
            "not a whole number",
            id="a wrong type",
        ),
        pytest.param(["up", "-c", "jobs_at_once"], "is not NAME=VALUE", id="half a setting"),
        pytest.param(["up", "--profile", "x=y"], "is not PROFILE_ARN=MODEL_ID", id="no profile"),
        pytest.param(["up", "--faults", "x"], "neither a fault plan's file nor", id="no faults"),
    ],
)
def test_bad_usage_ends_with_2_before_anything_starts(
    arguments: list[str], complaint: str, questions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        main([questions if argument == "{q}" else argument for argument in arguments])

    assert exit_.value.code == 2
    assert complaint in capsys.readouterr().err


def test_a_bad_recording_ends_with_1_and_one_line(
    questions: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    recording = tmp_path / "recorded.jsonl"
    recording.write_text("nothing of the kind\n")

    status = main(
        ["run", questions, "--answers-from", f"recorded:{recording}", "--out", str(tmp_path / "o")]
    )

    assert status == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "recorded.jsonl line 1" in line
