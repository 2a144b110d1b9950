import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infrastructure.asl import DOCUMENT, definition
from infrastructure.tasks import TRANSIENT
from lambdas.contract import STEPS

States = dict[str, dict[str, Any]]

# A child execution's history may hold 25,000 events; a turn of the polling loop takes 11.
EVENTS = 25_000
EVENTS_A_TURN = 11


@pytest.fixture(scope="session")
def machine(template: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(definition(template))
    return read


@pytest.fixture(scope="session")
def top(machine: dict[str, Any]) -> States:
    states: States = machine["States"]
    return states


@pytest.fixture(scope="session")
def every(top: States) -> States:
    return dict(walk(top))


@pytest.fixture(scope="session")
def job(top: States) -> States:
    states: States = top["Jobs"]["ItemProcessor"]["States"]
    return states


def walk(states: States) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, state in states.items():
        yield name, state
        if state["Type"] == "Map":
            yield from walk(state["ItemProcessor"]["States"])


def tasks(states: States) -> States:
    return {name: state for name, state in states.items() if state["Type"] == "Task"}


def test_the_document_equals_what_is_synthesized(template: dict[str, Any]) -> None:
    """`python -m infrastructure.asl` writes the document anew."""
    assert DOCUMENT.read_text() == definition(template)


def test_every_step_is_a_state_that_calls_its_function(every: States) -> None:
    assert {name: state["Resource"] for name, state in tasks(every).items()} == {
        name: f"${{Steps{name}.Arn}}" for name in STEPS
    }


def test_every_state_says_what_it_is_for(every: States) -> None:
    unsaid = {name for name, state in every.items() if not state.get("Comment")}

    # What a failure is called and what it says comes from Abort.
    assert unsaid == {"Run failed"}


def test_every_task_ends_a_little_after_its_function_would(
    every: States, template: dict[str, Any]
) -> None:
    limits = {
        id_.removeprefix("Steps")[:-8]: found["Properties"]["Timeout"]
        for id_, found in template["Resources"].items()
        if found["Type"] == "AWS::Lambda::Function"
    }

    for name, state in tasks(every).items():
        assert limits[name] < state["TimeoutSeconds"] <= limits[name] + 60, name


def test_tasks_are_retried_with_jitter_on_aws_s_passing_troubles_only(every: States) -> None:
    for name, state in tasks(every).items():
        [retry] = state["Retry"]
        assert retry["ErrorEquals"] == list(TRANSIENT), name
        assert retry["JitterStrategy"] == "FULL"
        assert retry["BackoffRate"] == 2
        assert retry["MaxDelaySeconds"] == 60


def test_nothing_else_is_retried(every: States) -> None:
    assert {name for name, state in every.items() if "Retry" in state} == set(tasks(every))


def test_every_top_level_failure_leads_to_abort(top: States) -> None:
    may_fail = {name for name, state in top.items() if state["Type"] in {"Task", "Map"}}

    assert may_fail == {"Plan", "PlanWave", "Jobs", "Votes", "Answers", "Report", "Abort"}
    for name in may_fail - {"Abort"}:
        assert top[name]["Catch"] == [{"ErrorEquals": ["States.ALL"], "Next": "Abort"}], name


def test_a_failed_run_ends_with_the_reason_that_abort_found(top: States) -> None:
    assert top["Abort"]["Next"] == "Run failed"
    assert top["Run failed"]["ErrorPath"] == "$.reason"
    assert top["Run failed"]["CausePath"] == "$.message"


def test_a_failed_abort_fails_the_run_as_well(top: States) -> None:
    assert top["Abort"]["Catch"] == [{"ErrorEquals": ["States.ALL"], "Next": "Not cleaned up"}]
    assert top["Not cleaned up"]["Type"] == "Fail"


def test_abort_needs_nothing_of_the_state(top: States) -> None:
    """Where Plan failed there is no state, only the execution's own input."""
    assert top["Abort"]["Parameters"] == {
        "execution_arn.$": "$$.Execution.Id",
        "execution_name.$": "$$.Execution.Name",
        "start.$": "$$.Execution.Input",
        "error.$": "$",
    }


def test_plan_is_given_the_input_and_what_identifies_the_execution(top: States) -> None:
    assert top["Plan"]["Parameters"] == {
        "start.$": "$",
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
    assert top["Report"]["End"]


@pytest.mark.parametrize(
    ("name", "key", "at_once"),
    [("Jobs", "$.jobs_key", 3), ("Votes", "$.lanes_key", 10), ("Answers", "$.lanes_key", 10)],
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
        assert [(state["Type"], state["Result"]) for state in ends] == [("Pass", {})]


def test_a_job_waits_before_it_is_polled_or_submitted_again(job: States) -> None:
    [submitted] = job["Submitted?"]["Choices"]
    [ended] = job["Ended?"]["Choices"]

    assert job["Submit"]["Next"] == "Wait"
    assert job["Wait"]["SecondsPath"] == "$.bedrock.wait_s"
    assert job["Wait"]["Next"] == "Submitted?"
    assert submitted == {"Variable": "$.bedrock.submitted", "BooleanEquals": True, "Next": "Poll"}
    assert job["Submitted?"]["Default"] == "Submit"
    assert job["Poll"]["Next"] == "Ended?"
    assert ended == {"Variable": "$.bedrock.ended", "BooleanEquals": True, "Next": "Collect"}
    assert job["Ended?"]["Default"] == "Wait"


def test_a_job_s_receipts_are_put_beside_the_job(job: States) -> None:
    paths = {name: state.get("ResultPath") for name, state in tasks(job).items()}

    assert paths == {
        "Build": "$.input",
        "Submit": "$.bedrock",
        "Poll": "$.bedrock",
        "Collect": None,
    }
    assert not [name for name, state in tasks(job).items() if "Parameters" in state]


def test_a_run_may_last_for_weeks_and_only_failures_are_logged(
    machine: dict[str, Any], template: dict[str, Any]
) -> None:
    [properties] = [
        found["Properties"]
        for found in template["Resources"].values()
        if found["Type"] == "AWS::StepFunctions::StateMachine"
    ]

    assert machine["TimeoutSeconds"] == 60 * 24 * 3600
    assert properties["StateMachineType"] == "STANDARD"
    assert properties["TracingConfiguration"] == {"Enabled": True}
    assert properties["LoggingConfiguration"]["Level"] == "ERROR"
    assert properties["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_the_polling_loop_is_as_long_as_its_waits_reckon_with(job: States) -> None:
    """A task takes five events, a wait and a choice two each."""
    turn = [job[name]["Type"] for name in ("Wait", "Submitted?", "Poll", "Ended?")]

    assert sum({"Task": 5, "Wait": 2, "Choice": 2}[type_] for type_ in turn) == EVENTS_A_TURN


def test_the_document_names_no_account(template: dict[str, Any]) -> None:
    assert "arn:aws" not in DOCUMENT.read_text()
    assert Path(DOCUMENT).name == "workflow.asl.json"
