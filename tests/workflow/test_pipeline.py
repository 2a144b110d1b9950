"""The deployed app end to end: 200 questions, started as a console and as an upload would."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from selfconsistency.bedrock.answers.answer_key import read_answer_key
from selfconsistency.bedrock.answers.recorded import Recorded
from selfconsistency.bedrock.answers.simulated import Simulated
from selfconsistency.bedrock.answers.source import Asked, Completion, Place
from selfconsistency.follow import Pace
from selfconsistency.runs import recent_runs
from selfconsistency.start import start, submission
from selfconsistency.stop import look_before_stop, stop

REQUEST = {"temperatures": [0.7, 1.0], "paths": 6, "seed": 7}


def test_two_hundred_questions_bring_the_same_votes_however_they_are_started(
    deployed: Any, questions: Callable[..., Path]
) -> None:
    asked = questions(200)
    known = Simulated(read_answer_key(asked))

    by_hand = deployed.run(asked, REQUEST, source=known)
    by_upload = deployed.run(asked, REQUEST, by="upload", source=known)

    assert by_hand.run.status == by_upload.run.status == "succeeded"
    assert len(by_hand.votes) == 3 * 200
    assert by_hand.votes == by_upload.votes
    right = sum(vote["correct"] for vote in by_hand.votes if vote["setting"] == "T0.7")
    [setting] = [each for each in by_hand.report["settings"] if each["setting"] == "T0.7"]
    assert setting["voted_accuracy"] == right / 200
    assert setting["generations"] == 6 * 200


def test_answers_and_accuracies_stand_in_the_table(
    deployed: Any, questions: Callable[..., Path]
) -> None:
    ended = deployed.run(questions(110), {"greedy": False, "temperatures": [0.5], "paths": 4})

    table = deployed.connection.dynamodb().Table(deployed.stack.table)
    found = {
        entry: table.get_item(Key={"run_id": ended.run_id, "entry": entry})["Item"]
        for entry in ("run", "answer#T0.5#q0000109", "accuracy#T0.5#004", "job#01#j0001")
    }

    assert found["run"]["status"] == "succeeded"
    assert found["answer#T0.5#q0000109"]["answer"] == ended.votes[-1]["answer"]
    [setting] = ended.report["settings"]
    assert float(found["accuracy#T0.5#004"]["mean"]) == pytest.approx(setting["accuracy"])
    assert found["job#01#j0001"]["status"] == "Completed"


def test_an_upload_delivered_twice_is_one_run(
    deployed: Any, questions: Callable[..., Path]
) -> None:
    key = "uploads/twice.run.json"
    s3, machine = deployed.connection.s3(), deployed.connection.step_functions()
    s3.upload_file(str(questions(100)), deployed.stack.bucket, "datasets/twice.jsonl")
    request = {"dataset": "datasets/twice.jsonl", "temperatures": [], "seed": 1}
    s3.put_object(Bucket=deployed.stack.bucket, Key=key, Body=json.dumps(request).encode())
    first = _run_named(deployed, "twice-")
    deployed.ended(first)

    again = machine.start_execution(
        stateMachineArn=deployed.stack.state_machine_arn, input=_input_with(machine, deployed, key)
    )["executionArn"]

    assert _outcome(machine, again) == ("SUCCEEDED", {"run_id": first, "duplicate": True})
    assert [run.run_id for run in recent_runs(deployed.connection, deployed.stack, most=50)].count(
        first
    ) == 1


def test_an_upload_that_is_not_ours_starts_nothing(deployed: Any) -> None:
    machine = deployed.connection.step_functions()
    before = _executions(machine, deployed)

    deployed.connection.s3().put_object(
        Bucket=deployed.stack.bucket, Key="uploads/notes.txt", Body=b"x"
    )
    time.sleep(2)

    assert _executions(machine, deployed) == before


def test_a_bad_question_set_fails_the_run_before_any_job(deployed: Any, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"question": "How many?", "answer": "many"}\n{"question": ""}\nno JSON\n')

    ended = deployed.run(bad, {"temperatures": [0, 0.5]})
    refused = deployed.run(bad, {"task": "arithmetic"})

    assert "temperatures[0] is 0, must be above 0" in ended.run.message
    for problem in ("line 1: answer is", "line 2: question is", "line 3: is no JSON"):
        assert problem in refused.run.message
    assert ended.run.status == refused.run.status == "failed"
    assert ended.run.jobs == refused.run.jobs == ()


def test_no_more_jobs_are_live_than_a_request_asks_for(
    deployed: Any, questions: Callable[..., Path]
) -> None:
    request = {"greedy": False, "temperatures": [0.7], "paths": 6, "paths_per_job": 2}

    ended = deployed.run(questions(100), {**request, "jobs_at_once": 1})

    spans = sorted((job["submitted_at"], job["ended_at"]) for job in ended.report["jobs"])
    assert len(spans) == 3
    for (_, ended_at), (submitted_at, _) in pairwise(spans):
        assert ended_at <= submitted_at


class Slow(Simulated):
    """Answers nothing until it may go on."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.go_on = Event(), Event()

    def answers(self, asked: Asked, place: Place) -> list[Completion]:
        self.asked.set()
        self.go_on.wait(20)
        return super().answers(asked, place)


def test_an_aborted_execution_stops_its_jobs_and_marks_the_run(
    deployed: Any, questions: Callable[..., Path]
) -> None:
    slow = Slow()
    request = {"greedy": False, "temperatures": [0.7], "paths": 2}

    with deployed.answering.to(slow):
        handed_in = submission(questions(100), request, datetime.now(UTC))
        run_id = start(deployed.connection, deployed.stack, handed_in, "start")
        slow.asked.wait(30)
        asked = look_before_stop(deployed.connection, deployed.stack, run_id)
        assert stop(deployed.connection, deployed.stack, asked, Pace(every_s=0.2))
        ended = deployed.ended(run_id)
        slow.go_on.set()

    assert ended.run.status == "failed"
    assert ended.run.message.startswith("the execution was aborted; its live jobs were stopped")
    assert _statuses(deployed, run_id) <= {"Stopping", "Stopped"}


@pytest.mark.parametrize("name", ["gsm8k_qwen2.5-1.5b"])
def test_recorded_generations_bring_the_reference_accuracies(
    deployed: Any, shared_data: Callable[[str], Path], name: str
) -> None:
    reference = json.loads(shared_data("reference.json").read_bytes())[name]["settings"]
    recorded = Recorded.read(shared_data(f"{name}.recorded.jsonl"))
    request = {"greedy": False, "temperatures": [0.5, 0.7, 1.0], "paths": 10}

    ended = deployed.run(shared_data(f"{name}.questions.jsonl"), request, source=recorded)

    for setting in ended.report["settings"]:
        expected = reference[setting["setting"]]["accuracy_percent"]
        curve = {str(point["paths"]): 100 * point["mean"] for point in setting["curve"]}
        for paths, (mean, _) in expected.items():
            assert curve[paths] == pytest.approx(mean, abs=0.3)
        assert 100 * setting["accuracy"] == pytest.approx(expected["10"][0], abs=0.3)


def _run_named(deployed: Any, prefix: str) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for run in recent_runs(deployed.connection, deployed.stack, most=50):
            if run.run_id.startswith(prefix):
                return str(run.run_id)
        time.sleep(0.2)
    raise AssertionError(f"no run {prefix}…")


def _outcome(machine: Any, execution_arn: str) -> tuple[str, dict[str, Any]]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = machine.describe_execution(executionArn=execution_arn)
        if found["status"] != "RUNNING":
            output = json.loads(found.get("output") or "{}")
            return found["status"], {name: output.get(name) for name in ("run_id", "duplicate")}
        time.sleep(0.2)
    raise AssertionError(f"{execution_arn} goes on")


def _executions(machine: Any, deployed: Any) -> int:
    found = machine.list_executions(stateMachineArn=deployed.stack.state_machine_arn)
    return len(found["executions"])


def _input_with(machine: Any, deployed: Any, key: str) -> str:
    """Return the event that an upload's execution was started with."""
    found = machine.list_executions(stateMachineArn=deployed.stack.state_machine_arn)["executions"]
    inputs = (machine.describe_execution(executionArn=e["executionArn"])["input"] for e in found)
    return next(text for text in inputs if key in text)


def _statuses(deployed: Any, run_id: str) -> set[str]:
    bedrock = deployed.connection.session.client(
        "bedrock", endpoint_url=deployed.local_stack.bedrock_url
    )
    jobs = bedrock.list_model_invocation_jobs()["invocationJobSummaries"]
    bedrock.close()
    inside = f"/{run_id}/"
    return {
        job["status"]
        for job in jobs
        if inside in job["inputDataConfig"]["s3InputDataConfig"]["s3Uri"]
    }
