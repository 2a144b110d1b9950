"""A run whose answers cannot be read submits nothing more, and says so."""

import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest

from lambdas.core.errors import RunFailedError
from selfconsistency.bedrock.settings import Quotas
from tests.unit.cloud import Cloud
from tests.unit.handlers.world import World, execution

END = "and that is my last word."
TEXTS = {f"{n}?": {"greedy": [END], "T0.7": [END] * 30} for n in range(4)}
# Seven jobs of one wave: greedy, and six of five paths each.
REQUEST = {
    "dataset": "datasets/q.jsonl",
    "temperatures": [0.7],
    "few_shot": "none",
    "pattern": r"Label: (\w+)",
}


@pytest.fixture
def served(world: World) -> World:
    return serving(world, TEXTS)


def serving(world: World, texts: Mapping[str, Any], **settings: Any) -> World:
    world.serve(texts, **settings)
    world.put("datasets/q.jsonl", *({"question": text, "answer": "7"} for text in texts))
    return world


def run_wave(world: World, state: Any, at_once: int = 3) -> list[Any]:
    """Run a wave's jobs as the map does, so many at once; return their last states."""
    waiting = world.rows(state["jobs_key"])
    live: list[Any] = []
    done: list[Any] = []
    while waiting or live:
        while waiting and len(live) < at_once:
            live.append(begun(world, waiting.pop(0)))
        done.append(ended(world, live.pop(0)))
    return done


def begun(world: World, job: Any) -> Any:
    job["input"] = world.step("Build", job)
    if not job["input"]["collected"]:
        job["bedrock"] = world.step("Invoke" if job["on_demand"] else "Submit", job)
    return job


def ended(world: World, job: Any) -> Any:
    return job if job["input"]["collected"] else world.finish(job)


def end_of(world: World, state: Any) -> Any:
    """Vote, plan the next wave, and report if there is none."""
    for partition in world.rows(state["partitions_key"]):
        world.step("Vote", partition)
    state = world.step("PlanWave", state)
    assert state["jobs"] == 0
    for partition in world.rows(state["partitions_key"]):
        world.step("Publish", partition)
    return world.step("Report", state)


def whole_run(world: World, request: Any, at_once: int = 3) -> Any:
    state = world.step("PlanWave", world.plan(request))
    run_wave(world, state, at_once)
    return end_of(world, state)


def count_unread(world: World, *, jobs: int, paths: int, unread: int) -> None:
    """Have a run collected so many jobs, and so many of their answers cannot be read."""
    world.table.update_item(
        Key={"run_id": "demo", "entry": "run"},
        UpdateExpression="SET collected_jobs = :j, collected_paths = :p, unread_paths = :u",
        ExpressionAttributeValues={":j": jobs, ":p": paths, ":u": unread},
    )


def report(world: World) -> Any:
    return json.loads(world.read("runs/demo/report.json"))


@dataclass(frozen=True)
class Stopped:
    """A run that was stopped, as it ended, and what a redrive of it came to."""

    receipt: Any
    jobs: int
    entry: dict[str, Any]
    report: Any
    page: bytes
    votes: int
    redriven: Any
    jobs_after_redrive: int
    refusal: str


@pytest.fixture(scope="module")
def stopped(aws: Cloud) -> Stopped:
    """Run it and redrive it, once for all that is said about it."""
    with pytest.MonkeyPatch.context() as environment, closing(World(aws, environment)) as world:
        receipt = whole_run(serving(world, TEXTS), REQUEST)
        ended = (len(world.jobs_of_bedrock()), world.entry("demo"), report(world))
        page, votes = world.read("runs/demo/report.html"), world.rows("runs/demo/votes.jsonl")
        world.executions.redrives = 1
        reopened = world.reopen(REQUEST)
        run_wave(world, reopened)
        again = end_of(world, reopened)
        with pytest.raises(RunFailedError) as refused:
            world.step("Reopen", execution(REQUEST, "demo") | {"ended": again, "redrives": 1})
        jobs = len(world.jobs_of_bedrock())
        return Stopped(receipt, *ended, page, len(votes), again, jobs, str(refused.value))


def test_after_three_unread_jobs_no_other_is_submitted_and_the_report_says_so(
    stopped: Stopped,
) -> None:
    # Two were live when the third was collected: 4 questions, greedy and 4 × 5 paths.
    assert stopped.jobs == 5
    entry, warning = stopped.entry, stopped.report["warnings"][0]
    assert warning.startswith(
        "the run was stopped: 84 of 84 answers (100.0%) could not be read, more than"
        f' stop_if_unreadable 0.5 allows; they end in "{END}"; votes and report cover 5 jobs'
    )
    assert (entry["status"], entry["reason"]) == ("failed", "UnreadableAnswersError")
    assert entry["message"] == warning
    receipt = stopped.receipt
    assert (receipt["complete"], receipt["reason"]) == (False, "UnreadableAnswersError")
    # It ends in a log.
    assert END not in receipt["message"]
    assert stopped.votes == 8
    assert b"the run was stopped: 84 of 84 answers" in stopped.page
    statuses = [job["status"] for job in stopped.report["jobs"]]
    assert statuses == ["Completed"] * 5 + ["Skipped"] * 2


def test_a_redrive_of_a_stopped_run_submits_nothing(stopped: Stopped) -> None:
    assert stopped.redriven == stopped.receipt
    assert stopped.jobs_after_redrive == 5
    assert "UnreadableAnswersError: the run was stopped" in stopped.refusal


def test_jobs_that_wait_for_a_slot_while_the_run_is_stopped_are_not_submitted(
    served: World,
) -> None:
    """More children than slots: the fourth asks for one again when three are collected."""
    state = served.step("PlanWave", served.plan(REQUEST | {"paths": 15}))

    run_wave(served, state, at_once=4)

    assert len(served.jobs_of_bedrock()) == 3


def test_a_job_that_an_earlier_attempt_created_is_collected_all_the_same(served: World) -> None:
    """The answer to its creation was lost, and then the run was stopped."""
    state = served.step("PlanWave", served.plan(REQUEST))
    jobs = served.rows(state["jobs_key"])
    live = [begun(served, job) for job in jobs[:3]]
    key = {"run_id": "demo", "entry": "job#01#j0003"}
    served.table.update_item(Key=key, UpdateExpression="REMOVE job_arn, submitted_at")
    count_unread(served, jobs=3, paths=9, unread=9)

    found = served.step("Submit", live[2])

    assert found["job_arn"] == live[2]["bedrock"]["job_arn"]


def test_a_collect_that_is_repeated_counts_its_paths_once(served: World) -> None:
    state = served.step("PlanWave", served.plan(REQUEST))
    job = served.job(served.rows(state["jobs_key"])[1])

    served.step("Collect", job)

    entry = served.entry("demo")
    assert (entry["collected_jobs"], entry["collected_paths"], entry["unread_paths"]) == (1, 20, 20)


@pytest.mark.parametrize(
    ("unread", "share", "is_skipped"),
    [
        pytest.param(20, 0.5, False, id="half of them are read"),
        pytest.param(30, 0.5, True, id="a quarter"),
        pytest.param(30, 0.75, False, id="as many as are allowed"),
        pytest.param(40, None, False, id="switched off"),
        pytest.param(40, 1, False, id="never more than all"),
    ],
)
def test_the_share_of_unread_answers_that_a_request_allows_decides(
    served: World, unread: int, share: float | None, is_skipped: bool
) -> None:
    request = REQUEST | {"stop_if_unreadable": share, "temperatures": []}
    (job,) = served.rows(served.step("PlanWave", served.plan(request))["jobs_key"])
    count_unread(served, jobs=3, paths=40, unread=unread)

    job = begun(served, job)

    assert (job["bedrock"]["status"] == "Skipped") is is_skipped


def test_a_run_that_nothing_stops_brings_all_its_jobs(served: World) -> None:
    receipt = whole_run(served, REQUEST | {"stop_if_unreadable": None, "paths": 15})

    assert receipt["complete"]
    assert served.entry("demo")["status"] == "succeeded"
    assert [job["status"] for job in report(served)["jobs"]] == ["Completed"] * 4


def test_one_unreadable_setting_beside_readable_ones_does_not_stop_a_run(world: World) -> None:
    texts = {
        text: {"T0.5": ["Label: x"] * 30, "T0.7": ["Label: x"] * 30, "T0.9": [END] * 30}
        for text in TEXTS
    }

    receipt = whole_run(
        serving(world, texts),
        REQUEST | {"greedy": False, "temperatures": [0.5, 0.7, 0.9], "paths_per_job": 30},
    )

    assert receipt["complete"]


def test_a_run_in_waves_plans_no_wave_after_three_unread_jobs(world: World) -> None:
    waves = {"paths": 20, "waves": [10, 10], "early_stop": "certain"}

    receipt = whole_run(serving(world, TEXTS), REQUEST | waves)

    assert len(world.jobs_of_bedrock()) == 3
    assert receipt["reason"] == "UnreadableAnswersError"
    assert "votes and report cover 3 jobs" in world.entry("demo")["message"]


def test_a_run_whose_last_job_is_the_third_is_complete(world: World) -> None:
    receipt = whole_run(serving(world, TEXTS), REQUEST | {"paths": 10})

    assert receipt["complete"]
    assert world.entry("demo")["status"] == "succeeded"


def test_on_demand_no_record_is_asked_for_once_the_run_is_stopped(world: World) -> None:
    """Four jobs of four records each run on demand, because a batch job needs 1,000."""
    world.set("MIN_RECORDS", "1000")
    temperatures = [0.1, 0.2, 0.3, 0.4]
    texts = {text: {f"T{each}": [END] for each in temperatures} for text in TEXTS}
    serving(world, texts, quotas=Quotas(min_records=1000))

    receipt = whole_run(
        world, REQUEST | {"temperatures": temperatures, "paths": 1, "greedy": False}, at_once=1
    )

    assert receipt["reason"] == "UnreadableAnswersError"
    jobs = report(world)["jobs"]
    assert {job["on_demand"] for job in jobs} == {True}
    assert [job["status"] for job in jobs] == ["Completed"] * 3 + ["Skipped"]
    assert [job["unread_paths"] for job in jobs] == [4, 4, 4, 0]


def test_what_was_answered_on_demand_until_the_run_is_stopped_is_kept(world: World) -> None:
    """The job's time ran out after some of its records; meanwhile the run was stopped."""
    world.set("MIN_RECORDS", "1000")
    serving(world, TEXTS, quotas=Quotas(min_records=1000))
    state = world.step("PlanWave", world.plan(REQUEST | {"temperatures": []}))
    (job,) = world.rows(state["jobs_key"])
    job["input"] = world.step("Build", job)
    world.step("Invoke", job)
    manifest = next(key for key in world.keys("runs/demo/waves/") if "manifest" in key)
    replies = sorted(key for key in world.keys("runs/demo/waves/") if "/q000000" in key)
    for key in (manifest, *replies[1:]):
        world.cloud.s3.delete_object(Bucket=world.bucket, Key=key)
    world.table.update_item(
        Key={"run_id": "demo", "entry": "job#01#j0001"},
        UpdateExpression="SET #status = :status REMOVE ended_at",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": "Invoking"},
    )
    count_unread(world, jobs=3, paths=9, unread=9)

    job["bedrock"] = world.step("Invoke", job)
    world.step("Collect", job)

    entry = world.entry("demo", "job#01#j0001")
    assert (entry["status"], entry["succeeded"], entry["missing_paths"]) == ("Skipped", 1, 3)


def test_an_accuracy_of_0_warns_with_right_answers_and_votes(world: World) -> None:
    texts = {text: {"greedy": [f"Label: {n % 2}"]} for n, text in enumerate(TEXTS)}

    whole_run(serving(world, texts), REQUEST | {"temperatures": [], "stop_if_unreadable": None})

    assert report(world)["warnings"][0].startswith(
        'greedy: accuracy is 0 %: right answers are such as "7", the most frequent votes "0" or "1"'
    )
