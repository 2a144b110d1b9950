from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from selfconsistency.__main__ import (
    chosen_options,
    leave_hint,
    main,
    parser,
    resume_hint,
    until_end,
)
from selfconsistency.commands import Commands
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


@pytest.mark.parametrize(
    ("run", "options", "line"),
    [
        pytest.param(
            Run("r1", questions=3, reason="JobRefusedError"),
            "",
            "resume with: selfconsistency redrive r1\n",
            id="planned",
        ),
        pytest.param(
            Run("r1", questions=3),
            " --stack Other --region eu-west-3",
            "resume with: selfconsistency redrive r1 --stack Other --region eu-west-3\n",
            id="another stack and Region",
        ),
        pytest.param(Run("r1"), "", "", id="not planned"),
        pytest.param(Run("r1", questions=3, reason="RequestError"), "", "", id="refused"),
        pytest.param(Run("r1", questions=3, reason="UnreadableAnswersError"), "", "", id="stopped"),
    ],
)
def test_a_failed_run_is_told_with_the_resume_hint(run: Run, options: str, line: str) -> None:
    assert resume_hint(run, options) == line


@pytest.mark.parametrize(
    ("given", "options"),
    [
        pytest.param([], "", id="nothing given"),
        pytest.param(
            ["--stack", "Other", "--region", "eu-west-3", "--profile", "my own"],
            " --stack Other --region eu-west-3 --profile 'my own'",
            id="all given",
        ),
    ],
)
def test_a_hint_repeats_the_options_that_were_given(given: list[str], options: str) -> None:
    assert chosen_options(parser().parse_args(["follow", "r1", *given])) == options


def test_who_leaves_a_run_is_told_how_to_follow_and_how_to_stop_it() -> None:
    assert leave_hint("r1", " --stack Other") == (
        "interrupted; run r1 continues: `selfconsistency follow r1 --stack Other` follows it again,"
        " `selfconsistency stop r1 --stack Other` stops it"
    )


@pytest.mark.parametrize(
    "command", ["run q.csv", "follow r", "stop r", "redrive r", "fetch r --out .", "show r", "list"]
)
def test_every_command_on_aws_takes_a_region_and_a_profile(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "q.csv").touch()

    parsed = parser().parse_args([*command.split(), "--region", "r-1", "--profile", "p"])

    assert (parsed.region, parsed.profile) == ("r-1", "p")


def test_an_interrupted_follow_leaves_the_run_and_says_how_to_go_on(
    account: Any, stack: Any, entries: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(**_: str) -> None:
        raise KeyboardInterrupt

    account.executions.describe_execution = interrupt
    entries.put_item(Item={"run_id": "r1", "entry": "run", "status": "running"})
    parsed = parser().parse_args(["follow", "r1"])

    status = until_end(Commands(account, stack, Console()), parsed, "r1")

    assert (status, account.executions.stopped) == (130, {})
    assert capsys.readouterr().err == f"error: {leave_hint('r1', '')}\n"


@pytest.mark.parametrize(
    ("command", "options", "hint"),
    [
        pytest.param("estimate", ["--taks=exact"], "; is --task meant?", id="a slip"),
        pytest.param("estimate", ["--bogus"], "", id="no option like it"),
        pytest.param("check", ["--regoin", "x"], "", id="an option of other commands"),
        pytest.param("estimate", ["--paths", "abc"], "", id="a wrong number"),
        pytest.param("estimate", ["--temperatures", "[]"], "", id="a wrong list"),
        pytest.param("estimate", ["--template", "@nofile"], "", id="no such file"),
        pytest.param("estimate", ["--model-fields", "{"], "", id="half an object"),
    ],
)
def test_only_an_unknown_option_is_answered_with_one_of_the_command(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    command: str,
    options: list[str],
    hint: str,
) -> None:
    questions = tmp_path / "q.jsonl"
    questions.write_text("")

    with pytest.raises(SystemExit):
        main([command, str(questions), *options])

    said = capsys.readouterr().err
    assert said.endswith(f"{hint}; see selfconsistency {command} --help\n")
    assert ("meant?" in said) == bool(hint)
