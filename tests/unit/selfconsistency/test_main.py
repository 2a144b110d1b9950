from pathlib import Path

import pytest

from selfconsistency.__main__ import main, resume_hint
from selfconsistency.connection import DEFAULT_NAME
from selfconsistency.runs import Run
from selfconsistency.shell import complain


def test_a_complaint_is_a_line_for_each_problem(capsys: pytest.CaptureFixture[str]) -> None:
    status = complain("first\n\n  second\n")

    assert status == 1
    assert capsys.readouterr().err == "error: first\nerror: second\n"


def test_many_problems_are_25_lines_of_80_columns(capsys: pytest.CaptureFixture[str]) -> None:
    complain("\n".join(f"problem {number}: {'word ' * 30}" for number in range(40)))

    lines = capsys.readouterr().err.splitlines()
    assert len(lines) <= 25
    assert max(map(len, lines)) <= 80
    assert lines[-1] == "error: and 32 more; the run's record has all"


def test_a_missing_dataset_file_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exit_:
        main(["run", "none.jsonl"])

    assert exit_.value.code == 2
    assert "'none.jsonl' is not a file" in capsys.readouterr().err


def test_missing_credentials_are_told_with_the_way_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))

    status = main(["list"])

    assert status == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("error: no AWS credentials")
    assert "AWS_PROFILE" in line


@pytest.mark.parametrize(
    ("run", "stack", "line"),
    [
        pytest.param(
            Run("r1", questions=3, reason="JobRefusedError"),
            DEFAULT_NAME,
            "resume with: selfconsistency redrive r1\n",
            id="planned",
        ),
        pytest.param(
            Run("r1", questions=3),
            "Other",
            "resume with: selfconsistency redrive r1 --stack Other\n",
            id="another stack",
        ),
        pytest.param(Run("r1"), DEFAULT_NAME, "", id="not planned"),
        pytest.param(Run("r1", questions=3, reason="RequestError"), DEFAULT_NAME, "", id="refused"),
        pytest.param(
            Run("r1", questions=3, reason="UnreadableAnswersError"), DEFAULT_NAME, "", id="stopped"
        ),
    ],
)
def test_a_failed_run_is_told_with_the_resume_hint(run: Run, stack: str, line: str) -> None:
    assert resume_hint(run, stack) == line
