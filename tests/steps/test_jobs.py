"""Steps of one job besides Submit: Build, Poll, Collect, each repeated as a retry would."""

import pytest

from selfconsistency.bedrock.settings import Faults
from tests.unit.handlers.jobs import SAMPLES, STAY, built, submit
from tests.unit.handlers.world import World


def test_build_s_receipt_has_the_size_of_the_input(world: World) -> None:
    (job, _) = built(world)

    size_bytes = len(world.read("runs/demo/waves/01/j0001/input.jsonl"))
    assert job["input"] == {"records": 2, "size_bytes": size_bytes, "collected": False}
    entry = world.entry("demo", "job#01#j0001")
    assert (entry["status"], entry["input_bytes"]) == ("building", size_bytes)
    assert entry["input_keys"] == ["runs/demo/waves/01/j0001/input.jsonl"]


def test_poll_s_receipt_has_the_status_and_the_time_of_the_next_look(world: World) -> None:
    world.serve(SAMPLES, delays=STAY)
    (job, _) = built(world)
    submit(world, job)

    looked = world.step("Poll", job)

    assert looked == job["bedrock"] | {"ended": False, "status": "Submitted", "waited_s": 1}
    assert looked["wait_s"] == 1


def test_a_job_that_exceeds_its_timeout_is_stopped(world: World) -> None:
    world.serve(SAMPLES, delays=STAY)
    (job, _) = built(world)
    submit(world, job)
    job["bedrock"] |= {"waited_s": (168 + 12) * 3600}

    overdue = world.step("Poll", job)
    world.finish(job | {"bedrock": overdue})

    assert (overdue["ended"], overdue["over_s"]) == (False, 1)
    assert world.jobs_of_bedrock()[0]["status"] == "Stopped"
    assert world.entry("demo", "job#01#j0001")["overdue"]


def test_poll_waits_an_hour_for_an_output_that_is_not_there_yet(world: World) -> None:
    world.serve(SAMPLES, faults=Faults(no_manifest=True))
    (job, _) = built(world)
    submit(world, job)
    waits = []
    while not job["bedrock"]["ended"]:
        job["bedrock"] = world.step("Poll", job)
        waits.append(job["bedrock"]["wait_s"])

    assert 3600 <= sum(waits[:-1]) < 3600 * 1.2
    assert job["bedrock"]["status"] == "Completed"


def test_neither_a_collected_nor_a_submitted_job_is_built_again(world: World) -> None:
    world.serve(SAMPLES)
    first, second = built(world)
    submit(world, first)
    collected = world.job(second)

    key = "runs/demo/waves/01/j0001/input.jsonl"
    world.put(key, b"as Bedrock reads it")

    assert world.step("Build", first) == first["input"]
    assert world.read(key) == b"as Bedrock reads it"
    assert world.step("Build", second) == collected["input"] | {"collected": True}
    assert world.entry("demo", "job#01#j0002")["status"] == "Completed"


def test_poll_and_submit_try_again_if_bedrock_does_not_answer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
    world.serve(SAMPLES, delays=STAY)
    (job, other) = built(world)
    submit(world, job)
    world.close()

    assert not world.step("Poll", job)["ended"]
    assert not submit(world, other)


def test_collecting_twice_gives_the_same(world: World) -> None:
    world.serve(SAMPLES)
    job = world.job(built(world)[0])
    answers = world.read("runs/demo/waves/01/j0001/answers.jsonl")

    again = world.step("Collect", job)

    assert again == job["collected"] == {"answered": 2, "unanswered": 0, "missing_paths": 0}
    assert world.read("runs/demo/waves/01/j0001/answers.jsonl") == answers


def test_an_unreadable_manifest_is_ignored(world: World) -> None:
    world.serve(SAMPLES)
    job = world.job(built(world)[0])
    (key,) = (key for key in world.keys("runs/demo/") if key.endswith("/manifest.json.out"))
    world.put(key, b'{"totalRecordCount": ')

    assert world.step("Collect", job) == job["collected"]
    assert world.entry("demo", "job#01#j0001")["disagreement"] is None


@pytest.mark.parametrize(
    "manifest",
    [
        pytest.param(b'{"inputTokenCount": %d, "outputTokenCount": 1}' % 10**44, id="45 digits"),
        pytest.param(b'{"successRecordCount": -%d}' % 10**44, id="less than nothing"),
        pytest.param(b'{"a": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", id="too deep"),
    ],
)
def test_an_absurd_manifest_is_ignored(world: World, manifest: bytes) -> None:
    world.serve(SAMPLES)
    job = world.job(built(world)[0])
    (key,) = (key for key in world.keys("runs/demo/") if key.endswith("/manifest.json.out"))
    world.put(key, manifest)

    assert world.step("Collect", job) == job["collected"]
    assert world.entry("demo", "job#01#j0001")["tokens_in"] < 1_000
    assert world.entry("demo", "job#01#j0001")["disagreement"] is None


def test_output_of_another_job_is_not_read(world: World) -> None:
    world.serve(SAMPLES)
    job = built(world)[0]
    world.put("runs/demo/waves/01/j0001/output/abcdefghijkl/input.jsonl.out", b"not ours")

    assert world.job(job)["collected"]["answered"] == 2
    assert world.entry("demo", "job#01#j0001")["malformed"] == 0
