"""The command that shows how a dataset is read, before anything is paid for."""

import json
from pathlib import Path
from typing import Any

import pytest

from selfconsistency.__main__ import main
from selfconsistency.check import Checked, Share, check, shares
from selfconsistency.shell import ClientError

PASSAGE = {"passage": "Ann ran home.", "question": "Did Ann run?", "answer": True, "source": "x"}
DOUBT = {"passage": "Bob slept.", "question": "Did Bob run?", "answer": False, "source": "y"}


def written(folder: Path, name: str, *rows: dict[str, Any]) -> Path:
    path = folder / name
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_a_check_shows_what_is_used_what_is_not_and_the_first_prompt(tmp_path: Path) -> None:
    checked = check(written(tmp_path, "q.jsonl", PASSAGE, DOUBT), {})

    assert checked.problems == ()
    assert checked.findings is not None
    assert checked.findings.task == "exact"
    assert checked.findings.asked == ("passage", "question")
    assert checked.findings.answers == ("answer",)
    assert checked.findings.unused == ("source",)
    assert checked.findings.golds == ("yes", "no")
    assert checked.prompt.endswith("Q: Ann ran home.\nDid Ann run?\nA:")


def test_what_would_be_refused_is_told_with_the_files_own_name(tmp_path: Path) -> None:
    checked = check(written(tmp_path, "mine.jsonl", {"qestion": "1 + 1?"}), {"paths": 0})

    assert [problem.split(",")[0] for problem in checked.problems] == [
        "paths is 0",
        "mine.jsonl line 1: has no question",
    ]
    assert checked.prompt == ""


def test_local_exemplars_are_those_of_the_prompt(tmp_path: Path) -> None:
    shot = {"question": "2 + 2?", "rationale": "Two and two are 4.", "answer": 4}
    questions = written(tmp_path, "q.jsonl", {"question": "1 + 1?", "answer": 2})

    checked = check(questions, {"few_shot": str(written(tmp_path, "shots.jsonl", shot))})

    assert "Q: 2 + 2?\nA: Two and two are 4. The answer is 4." in checked.prompt


def test_what_is_read_out_of_each_recorded_text_stands_beside_the_right_answer(
    tmp_path: Path,
) -> None:
    questions = written(tmp_path, "q.jsonl", PASSAGE, DOUBT)
    # A recording may have the question alone, without the passage before it.
    samples = {"greedy": ["So the answer is yes."], "T0.7": ["That is false.", "I cannot tell."]}
    answers = written(tmp_path, "a.jsonl", {"question": "Did Ann run?", "samples": samples})

    checked = check(questions, {}, answers)

    assert [(each.question_id, each.setting, each.answer, each.gold) for each in checked.texts] == [
        ("q0", "greedy", "yes", "yes"),
        ("q0", "T0.7", "no", "yes"),
        ("q0", "T0.7", None, "yes"),
    ]
    assert shares(checked.texts) == [Share("greedy", 1, 1, 1, 1), Share("T0.7", 2, 1, 2, 0)]


def test_answers_to_other_questions_are_an_error(tmp_path: Path) -> None:
    questions = written(tmp_path, "q.jsonl", PASSAGE)
    answers = written(tmp_path, "a.jsonl", {"question": "Is it late?", "samples": ["Yes."]})

    with pytest.raises(ClientError, match="no question of it is one of the dataset"):
        check(questions, {}, answers)


@pytest.mark.parametrize(
    ("rows", "status"),
    [
        pytest.param([PASSAGE, DOUBT], 0, id="a dataset that can be run"),
        pytest.param([{"colour": "red"}], 1, id="a dataset that would be refused"),
    ],
)
def test_the_command_ends_as_a_run_would(
    rows: list[dict[str, Any]], status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(written(tmp_path, "q.jsonl", *rows))]) == status

    printed = capsys.readouterr()
    assert ("prompt of the first question" in printed.out) == (status == 0)
    assert ("has no question" in printed.err) == (status == 1)


def test_everything_is_printed_as_json_on_request(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["check", str(written(tmp_path, "q.jsonl", PASSAGE)), "--json"])

    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == set(Checked.__struct_fields__)
    assert printed["findings"]["yes_no"] is True


def test_exemplars_that_this_machine_lacks_are_an_error(tmp_path: Path) -> None:
    questions = written(tmp_path, "q.jsonl", {"question": "1 + 1?", "answer": 2})

    with pytest.raises(ClientError, match="no exemplars file"):
        check(questions, {"few_shot": "shots.jsonl"})


@pytest.mark.parametrize(
    "recorded",
    [
        pytest.param("", id="no question"),
        pytest.param("run?", id="the end of a line"),
        pytest.param("Why?", id="below two passages"),
    ],
)
def test_a_recording_that_may_be_of_another_question_is_not_read(
    tmp_path: Path, recorded: str
) -> None:
    why = {"question": "Why?", "answer": True}
    rows = [PASSAGE, DOUBT, *(why | {"passage": text} for text in ("Ann ran.", "Bob ran."))]
    answers = written(tmp_path, "a.jsonl", {"question": recorded, "samples": ["Yes."]})

    with pytest.raises(ClientError, match="no question of it is one of the dataset"):
        check(written(tmp_path, "q.jsonl", *rows), {}, answers)


def test_a_mistyped_option_is_answered_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    questions = written(tmp_path, "q.jsonl", PASSAGE)

    with pytest.raises(SystemExit):
        main(["check", str(questions), "--taks", "exact"])

    assert capsys.readouterr().err == (
        "error: unrecognized arguments: --taks exact; is --task meant?;"
        " see selfconsistency check --help\n"
    )
