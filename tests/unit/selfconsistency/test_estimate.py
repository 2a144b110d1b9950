"""The command that shows what a run would cost, before anything is started."""

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from lambdas.contract.answered_by import AnsweredBy
from lambdas.contract.stack import StackVariables
from selfconsistency.__main__ import main
from selfconsistency.connection import Stack
from selfconsistency.estimate import Estimated, estimate_run, show_estimate
from selfconsistency.local_plan import WITHOUT_STACK
from selfconsistency.shell import ClientError

LIMITED = WITHOUT_STACK.model_copy(update={"max_run_usd": 100.0, "max_upload_usd": 10.0})


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "mine.jsonl"
    rows = ({"question": f"{number}?", "answer": number} for number in range(1_000))
    file.write_text("\n".join(map(json.dumps, rows)))
    return file


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))


def estimated(
    questions: Path, variables: StackVariables = LIMITED, by: Any = "start", **request: Any
) -> Estimated:
    def find() -> Stack:
        return Stack("Ours", "b", "t", "arn", variables.model_dump_json())

    return estimate_run(questions, request, by, find)


def test_a_run_within_the_stack_s_limits_is_shown_with_them(questions: Path) -> None:
    found = estimated(questions, temperatures=[0.7], paths=10, few_shot="none", max_tokens=100)

    assert found.problems == ()
    assert found.estimate is not None
    assert [(each.setting, each.records) for each in found.estimate.settings] == [
        ("greedy", 1_000),
        ("T0.7", 10_000),
    ]
    # 11,000 completions of 100 tokens at $0.12 a million, and as many short prompts; six calls of
    # the pilot.
    assert found.estimate.tokens_out == 1_100_000 + 600
    assert 0.132 < (found.estimate.cost_usd or 0) < 0.15
    assert found.stack.remark == (
        "limits of stack Ours: max_run_usd $100.00, max_upload_usd $10.00"
    )


def test_a_run_that_the_stack_would_refuse_is_shown_with_plan_s_words_and_the_file_s_name(
    questions: Path,
) -> None:
    costly = {"model_id": "us.anthropic.claude-opus-4-5-20251101-v1:0", "max_tokens": 4_000}

    directly, by_upload = estimated(questions, **costly), estimated(questions, by="upload")

    assert directly.estimate is not None
    assert "within the stack's max_run_usd of $100.00" in directly.problems[-1]
    assert by_upload.problems == ()
    tiny = LIMITED.model_copy(update={"max_upload_usd": 0.01})
    assert '{"dataset": "mine.jsonl"' in estimated(questions, tiny, "upload").problems[0]


def test_the_stack_s_own_model_is_estimated(questions: Path) -> None:
    stack = LIMITED.model_copy(update={"default_model": "us.amazon.nova-micro-v1:0"})

    assert estimated(questions, stack).model_id == "us.amazon.nova-micro-v1:0"


def test_a_limit_of_the_request_refuses_a_run_whose_figures_are_shown(questions: Path) -> None:
    found = estimated(questions, max_cost_usd=0.001)

    assert found.estimate is not None
    assert found.problems[0].startswith("max_cost_usd is 0.001, must be at least")


def test_a_request_that_cannot_be_planned_has_no_figures(questions: Path) -> None:
    found = estimated(questions, paths=0)

    assert found.estimate is None
    assert found.problems[0].startswith("paths is 0")


def test_a_stack_that_does_not_state_its_settings_is_told_so(questions: Path) -> None:
    found = estimate_run(questions, {}, "start", lambda: Stack("Ours", "b", "t", "arn"))

    assert found.estimate is not None
    assert found.stack.remark.endswith("it does not state its settings; deploy it again")


def test_without_a_stack_the_estimate_says_that_no_limit_was_looked_at(questions: Path) -> None:
    def find() -> Stack:
        raise ClientError("no stack 'Ours' in us-east-1")

    found = estimate_run(questions, {}, "start", find)

    assert found.problems == ()
    assert found.stack.remark == (
        "the stack's limits were not looked at: no stack 'Ours' in us-east-1"
    )


def test_a_rehearsal_is_said_to_have_no_limits(questions: Path) -> None:
    stack = LIMITED.model_copy(update={"rehearsal": True, "max_run_usd": 0.0001})

    found = estimated(questions, stack)

    assert (found.problems, "is a rehearsal" in found.stack.remark) == ((), True)


def test_a_rehearsal_shows_no_cost_and_no_model_that_nobody_chose(
    questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = shown_in_a_rehearsal(capsys, questions)

    assert "answered by qwen2.5:1.5b (http://localhost:11434)" in shown
    assert "M tokens in" in shown
    for absent in ("$", "price", "expected", "at most\n", "us.amazon"):
        assert absent not in shown


def test_a_rehearsal_shows_what_a_model_would_cost_that_the_request_names(
    questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = shown_in_a_rehearsal(capsys, questions, model_id="us.amazon.nova-lite-v1:0")

    assert "us.amazon.nova-lite-v1:0" in shown
    assert "would cost" in shown
    assert "$" in shown


def shown_in_a_rehearsal(
    capsys: pytest.CaptureFixture[str], questions: Path, **request: Any
) -> str:
    local = (AnsweredBy("qwen2.5:1.5b", "http://localhost:11434"),)
    stack = LIMITED.model_copy(update={"rehearsal": True, "answered_by": local})
    show_estimate(estimated(questions, stack, **request), Console())
    return capsys.readouterr().out


@pytest.mark.usefixtures("offline")
def test_without_aws_a_screen_shows_figures_tokens_and_prices(
    questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    temperatures = ",".join(f"{number / 20:g}" for number in range(1, 13))

    status = main(["estimate", str(questions), "--temperatures", temperatures])

    shown = capsys.readouterr().out.splitlines()
    assert status == 0
    assert len(shown) <= 25
    assert max(map(len, shown)) <= 80
    text = "\n".join(shown)
    assert "7 more" in text
    assert "prices of 20" in text
    assert "the stack's limits were not looked at: Unable to locate credentials" in text


@pytest.mark.usefixtures("offline")
def test_a_run_that_would_be_refused_is_exit_status_1_and_json_has_the_problems(
    questions: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["estimate", str(questions), "--json", "--max-cost-usd", "0.001"])

    found = json.loads(capsys.readouterr().out)
    assert status == 1
    assert found["problems"][0].startswith("max_cost_usd is 0.001")
    assert found["estimate"]["ceiling_usd"] > 0.001


@pytest.mark.parametrize(
    ("limit", "counts", "prices"),
    [
        pytest.param(1, "1 question, 1 with", "0.06 in and 0.24 out on demand", id="on demand"),
        pytest.param(
            1_000,
            "1,000 questions, 1,000 with",
            "0.03 in and 0.12 out in batch",
            id="in batch",
        ),
    ],
)
def test_an_estimate_shows_the_prices_that_its_records_have(
    questions: Path, capsys: pytest.CaptureFixture[str], limit: int, counts: str, prices: str
) -> None:
    given = {"input": 0.06, "output": 0.24}

    show_estimate(
        estimated(questions, paths=1, few_shot="none", limit=limit, prices=given),
        Console(width=200),
    )

    shown = capsys.readouterr().out
    assert shown.startswith(counts)
    assert f"in USD per million tokens: {prices}\n" in shown


def test_an_estimate_reckons_the_limit_at_the_prices_of_the_stack_s_region(
    questions: Path,
) -> None:
    def problems(region: str) -> tuple[str, ...]:
        limited = LIMITED.model_copy(update={"max_run_usd": 0.001})
        arn = f"arn:aws:states:{region}:123456789012:stateMachine:m"
        stack = Stack("Ours", "b", "t", arn, limited.model_dump_json())
        request = {"model_id": "amazon.nova-pro-v1:0"}
        return estimate_run(questions, request, "start", lambda: stack).problems

    assert problems("us-east-1") == problems("us-west-2")
    assert problems("eu-central-1") != problems("us-east-1")
