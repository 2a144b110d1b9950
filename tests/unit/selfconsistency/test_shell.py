import argparse
from collections.abc import Callable
from pathlib import Path

import pytest
from botocore.exceptions import NoCredentialsError

from selfconsistency.shell import ClientError, guarded, output_folder


def raising(error: BaseException) -> Callable[[], int]:
    def command() -> int:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        pytest.param(ClientError("no such run"), 1, "error: no such run\n", id="our own"),
        pytest.param(
            NoCredentialsError(),
            1,
            "error: no AWS credentials: log in with `aws login`, or name a profile with --profile"
            " or in AWS_PROFILE, or make one with `aws configure`\n",
            id="no credentials",
        ),
        pytest.param(
            PermissionError(13, "Permission denied", "out/report.json"),
            1,
            "error: out/report.json: Permission denied\n",
            id="a file",
        ),
        pytest.param(KeyboardInterrupt(), 130, "error: the run goes on\n", id="interrupted"),
    ],
)
def test_a_failure_is_one_line_and_a_status(
    capsys: pytest.CaptureFixture[str], error: BaseException, status: int, said: str
) -> None:
    assert guarded(raising(error), "the run goes on") == status
    assert capsys.readouterr().err == said


def test_a_command_that_succeeds_keeps_its_status(capsys: pytest.CaptureFixture[str]) -> None:
    assert guarded(lambda: 0, "") == 0
    assert capsys.readouterr().err == ""


def test_results_go_to_a_folder_that_is_there_or_can_be_made(tmp_path: Path) -> None:
    assert output_folder(str(tmp_path)) == tmp_path
    assert output_folder(str(tmp_path / "a" / "b")) == tmp_path / "a" / "b"
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("name", ["report", "report/deeper"])
def test_a_file_in_the_place_of_the_results_is_refused_before_anything_starts(
    tmp_path: Path, name: str
) -> None:
    (tmp_path / "report").write_text("a file")

    with pytest.raises(argparse.ArgumentTypeError, match="report is a file, must be a folder"):
        output_folder(str(tmp_path / name))
