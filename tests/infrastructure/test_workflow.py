from pathlib import Path
from typing import Any

import pytest

from infrastructure.asl import DOCUMENT, definition
from lambdas.contract import STEPS

States = dict[str, dict[str, Any]]


def test_the_document_equals_what_is_synthesized(template: dict[str, Any]) -> None:
    """`python -m infrastructure.asl` writes the document anew."""
    assert DOCUMENT.read_text() == definition(template)


def test_every_step_is_a_state_that_calls_its_function(tasks: States) -> None:
    called = {name: state["Resource"] for name, state in tasks.items()}

    from_children = {f"Abort from {child}": "Abort" for child in ("job", "vote", "lane")}
    steps = {name: name for name in STEPS} | from_children
    assert called == {name: f"${{Steps{step}.Arn}}" for name, step in steps.items()}


def test_every_state_says_what_it_is_for(every: States) -> None:
    unsaid = {name for name, state in every.items() if not state.get("Comment")}

    # What a failure is called and what it says comes from Abort.
    assert unsaid == {"Done", "Job failed", "Vote failed", "Lane failed"}


def test_plan_is_given_the_input_and_what_identifies_the_execution(top: States) -> None:
    assert top["Plan"]["Parameters"] == {
        "start.$": "$$.Execution.Input",
        "execution_arn.$": "$$.Execution.Id",
        "execution_name.$": "$$.Execution.Name",
        "started_at.$": "$$.Execution.StartTime",
    }


def test_a_run_starts_once(top: States) -> None:
    [duplicate] = top["New run?"]["Choices"]

    assert duplicate == {
        "Variable": "$.duplicate",
        "BooleanEquals": True,
        "Next": "Already started",
    }
    assert top["Already started"]["Type"] == "Succeed"
    assert top["New run?"]["Default"] == "PlanWave"


def test_waves_go_on_until_no_job_is_wanted(top: States) -> None:
    [wanted] = top["Jobs to run?"]["Choices"]

    assert top["PlanWave"]["Next"] == "Jobs to run?"
    assert wanted == {"Variable": "$.jobs", "NumericGreaterThan": 0, "Next": "Jobs"}
    assert [top[name]["Next"] for name in ("Jobs", "Votes")] == ["Votes", "PlanWave"]
    assert top["Jobs to run?"]["Default"] == "Answers"
    assert top["Answers"]["Next"] == "Report"
    assert top["Report"]["Next"] == "Complete?"


def test_a_run_that_lacks_refused_jobs_fails_with_its_report(top: States) -> None:
    [complete] = top["Complete?"]["Choices"]

    assert complete == {"Variable": "$.complete", "BooleanEquals": True, "Next": "Done"}
    assert top["Complete?"]["Default"] == "Reopen"


def test_a_run_gone_on_with_begins_its_last_wave_over(top: States) -> None:
    """A redriven execution runs again the task in which it failed."""
    unplanned, begun = top["How far?"]["Choices"]

    assert (top["Reopen"]["Type"], top["Reopen"]["Next"]) == ("Task", "How far?")
    assert "Catch" not in top["Reopen"]
    assert unplanned == {"Variable": "$.planned", "BooleanEquals": False, "Next": "Plan"}
    assert begun == {"Variable": "$.wave", "NumericGreaterThan": 0, "Next": "Jobs"}
    assert top["How far?"]["Default"] == "PlanWave"


def test_a_job_whose_answers_are_in_is_not_run_again(job: States) -> None:
    [done] = job["Done before?"]["Choices"]

    assert job["Build"]["Next"] == "Done before?"
    assert done == {"Variable": "$.input.collected", "BooleanEquals": True, "Next": "Job kept"}
    assert job["Done before?"]["Default"] == "On demand?"


@pytest.mark.parametrize(
    ("name", "key", "at_once"),
    [("Jobs", "$.jobs_key", 3), ("Votes", "$.lanes_key", 5), ("Answers", "$.lanes_key", 5)],
)
def test_a_map_s_children_are_executions_that_read_lines_of_a_file(
    top: States, name: str, key: str, at_once: int
) -> None:
    state = top[name]

    assert state["ItemProcessor"]["ProcessorConfig"] == {
        "Mode": "DISTRIBUTED",
        "ExecutionType": "STANDARD",
    }
    assert state["ItemReader"]["ReaderConfig"] == {"InputType": "JSONL"}
    assert state["ItemReader"]["Parameters"] == {"Bucket": "${StorageBucket}", "Key.$": key}
    assert state["MaxConcurrency"] == at_once
    assert "ItemSelector" not in state


def test_a_map_adds_nothing_to_the_parent_s_payload(top: States) -> None:
    for name in ("Jobs", "Votes", "Answers"):
        ends = [
            state for state in top[name]["ItemProcessor"]["States"].values() if state.get("End")
        ]
        assert top[name]["ResultPath"] is None
        assert {(state["Type"], len(state["Result"])) for state in ends} == {("Pass", 0)}


def test_a_job_waits_before_it_is_polled_or_submitted_again(job: States) -> None:
    submitted, refused = job["Submitted?"]["Choices"]
    [ended] = job["Ended?"]["Choices"]

    assert job["Submit"]["Next"] == "Wait"
    assert job["Wait"]["SecondsPath"] == "$.bedrock.wait_s"
    assert job["Wait"]["Next"] == "Submitted?"
    assert submitted == {"Variable": "$.bedrock.submitted", "BooleanEquals": True, "Next": "Poll"}
    assert refused == {"Variable": "$.bedrock.ended", "BooleanEquals": True, "Next": "Collect"}
    assert job["Submitted?"]["Default"] == "Submit"
    assert job["Poll"]["Next"] == "Ended?"
    assert ended == {"Variable": "$.bedrock.ended", "BooleanEquals": True, "Next": "Collect"}
    assert job["Ended?"]["Default"] == "Wait"


def test_records_too_few_for_a_batch_job_are_asked_for_turn_by_turn(job: States) -> None:
    [few] = job["On demand?"]["Choices"]
    [answered] = job["All answered?"]["Choices"]

    assert few == {"Variable": "$.on_demand", "BooleanEquals": True, "Next": "Invoke"}
    assert job["On demand?"]["Default"] == "Submit"
    assert job["Invoke"]["Next"] == "All answered?"
    assert answered == {"Variable": "$.bedrock.ended", "BooleanEquals": True, "Next": "Collect"}
    assert job["All answered?"]["Default"] == "Pause"
    assert job["Pause"]["SecondsPath"] == "$.bedrock.wait_s"
    assert job["Pause"]["Next"] == "Invoke"


def test_a_job_s_receipts_are_put_beside_the_job(job: States) -> None:
    tasks = {
        name: state
        for name, state in job.items()
        if state["Type"] == "Task" and name != "Abort from job"
    }
    paths = {name: state.get("ResultPath") for name, state in tasks.items()}

    assert paths == {
        "Build": "$.input",
        "Invoke": "$.bedrock",
        "Submit": "$.bedrock",
        "Poll": "$.bedrock",
        "Collect": None,
    }
    assert not [name for name, state in tasks.items() if "Parameters" in state]


def test_the_document_names_no_account(template: dict[str, Any]) -> None:
    assert "arn:aws" not in DOCUMENT.read_text()
    assert Path(DOCUMENT).name == "workflow.asl.json"
