"""The state machine: the order of its states, its maps, retries and failures."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from infrastructure.synth import DOCUMENT, definition
from infrastructure.tasks import THROTTLED, TRANSIENT
from lambdas.contract import STEPS
from lambdas.contract.jobs import Job
from lambdas.contract.schema import Partition
from lambdas.core.errors import RedriveUnknownError
from tests.unit.handlers.world import REDRIVE_RETRIES

States = dict[str, dict[str, Any]]
CHILD_REDRIVES = "States.MathAdd($.redrives, $$.Execution.RedriveCount)"


def test_the_document_equals_what_is_synthesized(template: dict[str, Any]) -> None:
    """`python -m infrastructure.synth` writes the document anew."""
    assert DOCUMENT.read_text() == definition(template)


def test_every_step_is_a_state_that_calls_its_function(tasks: States) -> None:
    called = {name: state["Resource"] for name, state in tasks.items()}

    from_children = {f"Abort from {child}": "Abort" for child in ("job", "vote", "publish")}
    steps = {name: name for name in STEPS} | from_children
    assert called == {name: f"${{Steps{step}.Arn}}" for name, step in steps.items()}


def test_every_state_has_a_comment(every: States) -> None:
    uncommented = {name for name, state in every.items() if not state.get("Comment")}

    # Abort supplies the name and the message of a failure.
    assert uncommented == {"Done", "Job failed", "Vote failed", "Publish failed"}


def test_plan_receives_the_input_and_what_identifies_the_execution(top: States) -> None:
    assert top["Plan"]["Parameters"] == {
        "start.$": "$$.Execution.Input",
        "execution_arn.$": "$$.Execution.Id",
        "execution_name.$": "$$.Execution.Name",
        "redrives.$": "$$.Execution.RedriveCount",
        "started_at.$": "$$.Execution.StartTime",
    }


def test_a_run_starts_once(top: States) -> None:
    duplicate, pilot = top["New run?"]["Choices"]

    assert duplicate == {
        "Variable": "$.duplicate",
        "BooleanEquals": True,
        "Next": "Already started",
    }
    assert top["Already started"]["Type"] == "Succeed"
    assert pilot == {"Variable": "$.pilot", "BooleanEquals": True, "Next": "Pilot"}
    assert top["Pilot"]["Next"] == top["New run?"]["Default"] == "PlanWave"


def test_waves_continue_until_no_job_is_needed(top: States) -> None:
    [more] = top["Jobs to run?"]["Choices"]

    assert top["PlanWave"]["Next"] == "Jobs to run?"
    assert more == {"Variable": "$.jobs", "NumericGreaterThan": 0, "Next": "Jobs"}
    assert [top[name]["Next"] for name in ("Jobs", "Votes")] == ["Votes", "PlanWave"]
    assert top["Jobs to run?"]["Default"] == "Answers"
    assert top["Answers"]["Next"] == "Report"
    assert top["Report"]["Next"] == "Complete?"


def test_a_run_with_refused_jobs_fails_after_its_report(top: States) -> None:
    [complete] = top["Complete?"]["Choices"]

    assert complete == {"Variable": "$.complete", "BooleanEquals": True, "Next": "Done"}
    assert top["Complete?"]["Default"] == "Reopen"


def test_a_redriven_run_repeats_its_last_wave(top: States) -> None:
    """A redriven execution repeats the task in which it failed."""
    unplanned, started, pilot = top["Resume where?"]["Choices"]

    assert (top["Reopen"]["Type"], top["Reopen"]["Next"]) == ("Task", "Resume where?")
    assert "Catch" not in top["Reopen"]
    assert unplanned == {"Variable": "$.planned", "BooleanEquals": False, "Next": "Plan"}
    assert started == {"Variable": "$.wave", "NumericGreaterThan": 0, "Next": "Jobs"}
    assert pilot == {"Variable": "$.pilot", "BooleanEquals": True, "Next": "Pilot"}
    assert top["Resume where?"]["Default"] == "PlanWave"


def test_a_collected_job_is_not_repeated(job: States) -> None:
    [collected] = job["Already collected?"]["Choices"]

    assert job["Build"]["Next"] == "Already collected?"
    assert collected == {
        "Variable": "$.input.collected",
        "BooleanEquals": True,
        "Next": "Job skipped",
    }
    assert job["Already collected?"]["Default"] == "On demand?"


@pytest.mark.parametrize(
    ("name", "key", "line", "max_concurrency"),
    [
        ("Jobs", "$.jobs_key", Job, 3),
        ("Votes", "$.partitions_key", Partition, 5),
        ("Answers", "$.partitions_key", Partition, 5),
    ],
)
def test_a_map_runs_a_child_execution_for_each_line_of_a_file(
    top: States, name: str, key: str, line: type[Job | Partition], max_concurrency: int
) -> None:
    state = top[name]

    assert state["ItemProcessor"]["ProcessorConfig"] == {
        "Mode": "DISTRIBUTED",
        "ExecutionType": "STANDARD",
    }
    assert state["ItemReader"]["ReaderConfig"] == {"InputType": "JSONL"}
    assert state["ItemReader"]["Parameters"] == {"Bucket": "${StorageBucket}", "Key.$": key}
    assert state["MaxConcurrency"] == max_concurrency
    members = {f"{each.name}.$": f"$$.Map.Item.Value.{each.name}" for each in fields(line)}
    assert state["ItemSelector"] == members | {"redrives.$": "$$.Execution.RedriveCount"}


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


def test_records_too_few_for_a_batch_job_run_on_demand_in_repeated_calls(job: States) -> None:
    [few] = job["On demand?"]["Choices"]
    [answered] = job["All answered?"]["Choices"]

    assert few == {"Variable": "$.on_demand", "BooleanEquals": True, "Next": "Invoke"}
    assert job["On demand?"]["Default"] == "Submit"
    assert job["Invoke"]["Next"] == "All answered?"
    assert answered == {"Variable": "$.bedrock.ended", "BooleanEquals": True, "Next": "Collect"}
    assert job["All answered?"]["Default"] == "Pause"
    assert job["Pause"]["SecondsPath"] == "$.bedrock.wait_s"
    assert job["Pause"]["Next"] == "Invoke"


def test_a_job_s_receipts_are_added_to_the_job(job: States) -> None:
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


def test_what_needs_an_open_run_is_told_of_its_redrives(top: States, job: States) -> None:
    """Of a child: its parent's until it began, which its input keeps, and its own since."""
    parents = {name for name, state in top.items() if "redrives.$" in state.get("Parameters", {})}
    children = {name: state["Parameters"] for name, state in job.items() if "Parameters" in state}

    assert parents == {"Plan", "Pilot", "PlanWave", "Report", "Reopen", "Abort"}
    assert {top[name]["Parameters"]["redrives.$"] for name in parents} == {
        "$$.Execution.RedriveCount"
    }
    assert children.keys() == {"Submit", "Poll", "Invoke", "Abort from job"}
    assert {each["redrives.$"] for each in children.values()} == {CHILD_REDRIVES}
    assert {children[name]["state.$"] for name in ("Submit", "Poll", "Invoke")} == {"$"}


def test_the_document_names_no_account(template: dict[str, Any]) -> None:
    assert "arn:aws" not in DOCUMENT.read_text()
    assert Path(DOCUMENT).name == "workflow.asl.json"


def test_every_task_times_out_shortly_after_its_function(
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


def test_tasks_are_retried_after_transient_errors_of_aws_only(tasks: States) -> None:
    for name, state in tasks.items():
        retried = [(each["ErrorEquals"], each["MaxAttempts"]) for each in _of_aws(state)]

        assert retried == [
            (list(TRANSIENT), 8),
            (["Lambda.TooManyRequestsException"], 20),
            (
                [
                    "Lambda.Unknown",
                    "Runtime.ExitError",
                    "Runtime.OutOfMemory",
                    "Sandbox.Timedout",
                    "States.Timeout",
                ],
                2,
            ),
        ], name
        # Errors of ours have the names of their classes; a retry would fail again.
        assert all(error.startswith(("Lambda.", "Sandbox.")) for error in TRANSIENT)


def test_retries_have_jitter_and_those_of_a_busy_account_last_for_an_hour(tasks: States) -> None:
    """Each attempt adds six events to a history of at most 25,000: few attempts, long delays."""
    for name, state in tasks.items():
        for retry in _of_aws(state):
            max_delay_s = 600 if retry["ErrorEquals"] == list(THROTTLED) else 60
            assert (retry["IntervalSeconds"], retry["BackoffRate"]) == (2, 2), name
            assert (retry["JitterStrategy"], retry["MaxDelaySeconds"]) == ("FULL", max_delay_s), (
                name
            )


def test_a_late_answer_about_a_redrive_is_waited_for_half_a_minute(tasks: States) -> None:
    asking = {name: state for name, state in tasks.items() if _of_aws(state) != state["Retry"]}

    assert asking.keys() == {"Submit", "Invoke"}
    for state in asking.values():
        [retry] = [each for each in state["Retry"] if each not in _of_aws(state)]
        wait_s, rate, longest_s, attempts = (
            retry[name]
            for name in ("IntervalSeconds", "BackoffRate", "MaxDelaySeconds", "MaxAttempts")
        )
        assert retry["ErrorEquals"] == [RedriveUnknownError.__name__]
        assert attempts == REDRIVE_RETRIES
        assert sum(min(wait_s * rate**tried, longest_s) for tried in range(attempts)) == 30


def test_only_steps_that_ask_may_describe_executions(template: dict[str, Any]) -> None:
    [policy] = [
        found["Properties"]
        for id_, found in template["Resources"].items()
        if id_.startswith("WorkflowRedrives")
    ]
    roles = {re.sub(r"^Steps|Role.*$", "", role["Ref"]) for role in policy["Roles"]}

    assert roles == {"Submit", "Invoke"}


def _of_aws(state: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the retries of a task, without the one of an error of ours."""
    return [
        retry for retry in state["Retry"] if retry["ErrorEquals"] != [RedriveUnknownError.__name__]
    ]


def test_nothing_else_is_retried(every: States, tasks: States) -> None:
    assert {name for name, state in every.items() if "Retry" in state} == set(tasks)


def test_every_top_level_failure_leads_to_abort(top: States) -> None:
    may_fail = {name for name, state in top.items() if state["Type"] in {"Task", "Map"}}

    ends = {"Abort", "Reopen"}
    assert may_fail == {"Plan", "Pilot", "PlanWave", "Jobs", "Votes", "Answers", "Report"} | ends
    for name in may_fail - ends:
        assert top[name]["Catch"] == [{"ErrorEquals": ["States.ALL"], "Next": "Abort"}], name


@pytest.mark.parametrize(
    ("map_", "child"),
    [("Jobs", "job"), ("Votes", "vote"), ("Answers", "publish")],
)
def test_a_failed_child_calls_abort_itself(top: States, map_: str, child: str) -> None:
    """A map reports that too many children failed, but not why."""
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
        "redrives.$": CHILD_REDRIVES,
    }
    failed = states[states[abort]["Next"]]
    assert (failed["Type"], failed["CausePath"]) == ("Fail", "$.message")


def test_a_failed_run_ends_where_a_redrive_resumes(top: States) -> None:
    """A redriven Fail state would fail again, so the execution ends in a task."""
    assert top["Abort"]["Next"] == "Reopen"
    assert top["Abort"]["Catch"] == [{"ErrorEquals": ["States.ALL"], "Next": "Reopen"}]
    assert not [name for name, state in top.items() if state["Type"] == "Fail"]


@pytest.mark.parametrize(("name", "member"), [("Abort", "error"), ("Reopen", "ended")])
def test_abort_and_reopen_need_nothing_from_the_state(top: States, name: str, member: str) -> None:
    """If Plan failed there is no state yet, only the execution's input."""
    assert top[name]["Parameters"] == {
        "execution_arn.$": "$$.Execution.Id",
        "execution_name.$": "$$.Execution.Name",
        "start.$": "$$.Execution.Input",
        "redrives.$": "$$.Execution.RedriveCount",
        f"{member}.$": "$",
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


def test_a_polling_loop_has_as_many_events_as_its_waits_allow_for(job: States) -> None:
    """A task adds five events, a wait and a choice two each."""
    loop = [job[name]["Type"] for name in ("Wait", "Submitted?", "Poll", "Ended?")]

    assert sum({"Task": 5, "Wait": 2, "Choice": 2}[type_] for type_ in loop) == 11


def test_an_on_demand_loop_has_no_more_events_than_a_polling_loop(job: States) -> None:
    loop = [job[name]["Type"] for name in ("Invoke", "All answered?", "Pause")]

    assert sum({"Task": 5, "Wait": 2, "Choice": 2}[type_] for type_ in loop) == 9
