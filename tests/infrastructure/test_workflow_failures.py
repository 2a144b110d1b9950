from typing import Any

import pytest

from infrastructure.tasks import THROTTLED, TRANSIENT

States = dict[str, dict[str, Any]]


def test_every_task_ends_a_little_after_its_function_would(
    tasks: States, template: dict[str, Any]
) -> None:
    limits = {
        id_.removeprefix("Steps")[:-8]: found["Properties"]["Timeout"]
        for id_, found in template["Resources"].items()
        if found["Type"] == "AWS::Lambda::Function"
    }

    for name, state in tasks.items():
        limit = limits[name.split(" from ")[0]]
        assert limit < state["TimeoutSeconds"] <= limit + 60, name


def test_tasks_are_retried_on_aws_s_passing_troubles_only(tasks: States) -> None:
    for name, state in tasks.items():
        retried = [(retry["ErrorEquals"], retry["MaxAttempts"]) for retry in state["Retry"]]

        assert retried == [
            (list(TRANSIENT), 8),
            (["Lambda.TooManyRequestsException"], 20),
            (["Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout", "States.Timeout"], 2),
        ], name
        # An error of ours is called by its class: the run is wrong, and would be again.
        assert all(error.startswith(("Lambda.", "Sandbox.")) for error in TRANSIENT)


def test_retries_spread_and_those_of_a_busy_account_go_on_for_an_hour(tasks: States) -> None:
    """Each try is six events of a history that holds 25,000: long pauses, not many tries."""
    for name, state in tasks.items():
        for retry in state["Retry"]:
            longest_s = 600 if retry["ErrorEquals"] == list(THROTTLED) else 60
            assert (retry["IntervalSeconds"], retry["BackoffRate"]) == (2, 2), name
            assert (retry["JitterStrategy"], retry["MaxDelaySeconds"]) == ("FULL", longest_s), name


def test_nothing_else_is_retried(every: States, tasks: States) -> None:
    assert {name for name, state in every.items() if "Retry" in state} == set(tasks)


def test_every_top_level_failure_leads_to_abort(top: States) -> None:
    may_fail = {name for name, state in top.items() if state["Type"] in {"Task", "Map"}}

    ends = {"Abort", "Reopen"}
    assert may_fail == {"Plan", "PlanWave", "Jobs", "Votes", "Answers", "Report"} | ends
    for name in may_fail - ends:
        assert top[name]["Catch"] == [{"ErrorEquals": ["States.ALL"], "Next": "Abort"}], name


@pytest.mark.parametrize(
    ("map_", "child"),
    [("Jobs", "job"), ("Votes", "vote"), ("Answers", "lane")],
)
def test_a_child_that_fails_tells_abort_itself(top: States, map_: str, child: str) -> None:
    """A map says that too many children failed, and not why."""
    states = top[map_]["ItemProcessor"]["States"]
    abort = f"Abort from {child}"
    steps = {name for name, state in states.items() if state["Type"] == "Task"} - {abort}

    for name in steps:
        [catch] = states[name]["Catch"]
        assert catch == {"ErrorEquals": ["States.ALL"], "Next": abort, "ResultPath": "$.error"}
    assert states[abort]["Parameters"] == {
        "run_id.$": "$.run_id",
        "execution_arn.$": "$.execution_arn",
        "error.$": "$.error",
    }
    failed = states[states[abort]["Next"]]
    assert (failed["Type"], failed["CausePath"]) == ("Fail", "$.message")


def test_a_failed_run_ends_where_a_redrive_goes_on(top: States) -> None:
    """A Fail state would fail again: the execution ends in a task that knows what it is for."""
    assert top["Abort"]["Next"] == "Reopen"
    assert top["Abort"]["Catch"] == [{"ErrorEquals": ["States.ALL"], "Next": "Reopen"}]
    assert not [name for name, state in top.items() if state["Type"] == "Fail"]


@pytest.mark.parametrize(("name", "told"), [("Abort", "error"), ("Reopen", "ended")])
def test_what_ends_a_run_needs_nothing_of_the_state(top: States, name: str, told: str) -> None:
    """Where Plan failed there is no state, only the execution's own input."""
    assert top[name]["Parameters"] == {
        "execution_arn.$": "$$.Execution.Id",
        "execution_name.$": "$$.Execution.Name",
        "start.$": "$$.Execution.Input",
        f"{told}.$": "$",
    }


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

    assert sum({"Task": 5, "Wait": 2, "Choice": 2}[type_] for type_ in turn) == 11


def test_a_turn_on_demand_has_no_more_events_than_one_of_polling(job: States) -> None:
    turn = [job[name]["Type"] for name in ("Invoke", "All answered?", "Pause")]

    assert sum({"Task": 5, "Wait": 2, "Choice": 2}[type_] for type_ in turn) == 9
