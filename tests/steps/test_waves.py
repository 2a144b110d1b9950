"""Runs in waves, with early stopping and shared jobs, and figures worked by hand."""

import json
from collections.abc import Iterator
from contextlib import closing
from random import Random
from typing import Any

import pytest

from lambdas.core.sampling.stopping import confidence
from selfconsistency.bedrock.settings import Quotas
from tests.unit.cloud import Cloud
from tests.unit.handlers.world import World


def said(*answers: int | None) -> list[str]:
    return ["I cannot say." if each is None else f"The answer is {each}." for each in answers]


# A question leaves at 0.85, which two alike paths are enough for (0.875) and 3 : 1 are not
# (0.8125). So `one` leaves after the first wave of two, `three` after the second, and `two` and
# `four` get the third.
SAMPLES = {
    "one?": {"greedy": said(1), "T0.7": said(1, 1)},
    "two?": {"greedy": said(2), "T0.7": said(2, 5, 2, 2, 2, 2)},
    "three?": {"greedy": said(9), "T0.7": said(3, None, 3, 3)},
    "four?": {"greedy": said(4), "T0.7": said(None, None, 4, None, 4, 4)},
}
REQUEST = {"dataset": "datasets/q.jsonl", "temperatures": [0.7], "few_shot": "none"}
WAVES = {"paths": 6, "waves": [2, 2, 2], "early_stop": 0.85}
NONE_LEFT = {"exhausted": 0, "underfilled": 0, "lost": 0, "refused": 0}
DONE = NONE_LEFT | {
    "questions": 0,
    "generations": 0,
    "retried": 0,
    "decided": 0,
    "exhausted": 0,
    "open": 0,
}


@pytest.fixture(scope="module")
def done(aws: Cloud) -> Iterator[World]:
    """A world in which the run `demo` of the samples has ended; it is only looked at."""
    with pytest.MonkeyPatch.context() as environment:
        world = World(aws, environment, table="kept")
        world.serve(SAMPLES)
        put_questions(world, SAMPLES)
        with closing(world):
            world.run(REQUEST | WAVES)
        yield world


def put_questions(world: World, samples: Any) -> None:
    rows = ({"question": text, "answer": str(n)} for n, text in enumerate(samples, 1))
    world.put("datasets/q.jsonl", *rows)


def report(world: World, run_id: str = "demo") -> Any:
    return json.loads(world.read(f"runs/{run_id}/report.json"))


def ids_of(world: World, job: str, name: str = "input.jsonl") -> list[str]:
    return [row["recordId"] for row in world.rows(f"runs/demo/waves/{job}/{name}")]


def test_the_counts_that_decide_a_question_are_those_worked_by_hand() -> None:
    assert [confidence(*each) for each in ((2, 0), (1, 0), (3, 1), (3, 0))] == [
        0.875,
        0.75,
        0.8125,
        0.9375,
    ]


def test_later_waves_have_the_open_questions_alone_where_their_paths_go_on(done: World) -> None:
    assert ids_of(done, "01/j0002") == [f"q000000{n}s0{path}" for n in range(4) for path in (0, 1)]
    assert ids_of(done, "02/j0001") == [f"q000000{n}s0{path}" for n in (1, 2, 3) for path in (2, 3)]
    assert ids_of(done, "03/j0001") == [f"q000000{n}s0{path}" for n in (1, 3) for path in (4, 5)]


def test_open_questions_are_listed_the_least_certain_first(done: World) -> None:
    open_ = [done.rows(f"runs/demo/waves/0{n}/votes/T0.7-000.open.jsonl") for n in (1, 2)]

    # `two` and `four` are at even odds, `three` at 0.75; then `four` is, and `two` at 0.8125.
    assert open_ == [
        [[1, 2, 0, 0], [3, 2, 0, 0], [2, 2, 0, 0]],
        [[3, 4, 0, 0], [1, 4, 0, 0]],
    ]
    assert not [key for key in done.keys("runs/demo/waves/03/votes/") if ".open" in key]


def test_the_table_and_the_report_summarize_each_wave(done: World) -> None:
    warm, second, third = (
        {"setting": "T0.7", "retried": 0} | NONE_LEFT | wave
        for wave in (
            {"questions": 4, "generations": 8, "decided": 1, "open": 3}
            | {"accuracy": 0.625, "mean_paths": 2.0},
            {"questions": 3, "generations": 6, "decided": 1, "open": 2}
            | {"accuracy": 1.0, "mean_paths": 3.5},
            {"questions": 2, "generations": 4, "decided": 2, "open": 0}
            | {"accuracy": 1.0, "mean_paths": 4.5},
        )
    )
    first = {"setting": "greedy", "questions": 4, "generations": 4, "retried": 0, "decided": 4}
    # `three` is wrong, and after the first wave of T0.7 `two` is a tie and `four` has no answer.
    right = {"accuracy": 0.75, "mean_paths": 1.0}
    first |= NONE_LEFT | right
    none = {"setting": "greedy"} | DONE | right

    expected = [
        {"jobs": 2, "records": 12, "generations": 12, "settings": [first | {"open": 0}, warm]},
        {"jobs": 1, "records": 6, "generations": 6, "settings": [none, second]},
        {"jobs": 1, "records": 4, "generations": 4, "settings": [none, third]},
    ]
    numbered = [{"wave": number} | wave for number, wave in enumerate(expected, 1)]
    assert report(done)["waves"] == numbered
    entries = [done.entry("demo", f"wave#0{number}") for number in (1, 2, 3)]
    keys = {"run_id", "entry", "format"}
    assert [{k: v for k, v in each.items() if k not in keys} for each in entries] == numbered


def test_each_wave_writes_the_totals_of_the_run_so_far(done: World) -> None:
    found = [json.loads(done.read(f"runs/demo/waves/0{n}/wave.json")) for n in (1, 2, 3)]

    assert found == [
        {"format": 1, "wave_jobs": 2, "jobs": 2, "completions": 12, "retry_records": 0},
        {"format": 1, "wave_jobs": 1, "jobs": 3, "completions": 18, "retry_records": 0},
        {"format": 1, "wave_jobs": 1, "jobs": 4, "completions": 22, "retry_records": 0},
    ]


def test_votes_name_the_paths_of_each_question_and_its_last_wave(
    done: World,
) -> None:
    rows = [row for row in done.rows("runs/demo/votes.jsonl") if row["setting"] == "T0.7"]

    assert [(row["answer"], row["paths"], row["unanswered"], row["wave"]) for row in rows] == [
        ("1", 2, 0, 1),
        ("2", 6, 0, 3),
        ("3", 4, 1, 2),
        ("4", 6, 3, 3),
    ]


def test_figures_are_of_the_paths_that_were_sampled(done: World) -> None:
    _, warm = report(done)["settings"]

    assert (warm["accuracy"], warm["generations"], warm["records"]) == (1.0, 18, 18)
    assert warm["paths"] == {"min": 2, "mean": 4.5, "max": 6}
    # Of the first two paths: 1, 1/2, 1/2, 0 with one, and 1, 1/2, 1, 0 with both.
    assert [point["mean"] for point in warm["curve"]] == [0.5, 0.625]
    assert warm["curve_reach"].startswith("the curve ends at 2 paths")
    (warning,) = report(done)["warnings"]
    assert warning.startswith("T0.7: 4 paths of 18 without a readable answer")
    assert report(done)["totals"]["generations"] == 22


def test_the_run_s_record_counts_the_jobs_and_paths_of_its_waves(done: World) -> None:
    run = done.entry("demo")

    assert (run["wave"], run["jobs_planned"], run["paths_planned"]) == (3, 4, 22)


def test_votes_that_stop_when_they_are_certain_are_those_of_the_full_run(world: World) -> None:
    """What is left of the second wave is too little for a batch job, and runs on demand."""
    world.set("MIN_RECORDS", "20")
    random = Random(7)
    samples = {
        f"{n}?": {"T0.7": said(*random.choices((1, 1, 2, 3, None), k=7))} for n in range(1, 7)
    }
    put_questions(world, samples)
    votes = {}
    for name, waves in (("full", {}), ("early", {"waves": [5, 2], "early_stop": "certain"})):
        world.serve(samples, quotas=Quotas(min_records=20))
        world.run(REQUEST | {"paths": 7, "greedy": False} | waves, name)
        world.close()
        votes[name] = world.rows(f"runs/{name}/votes.jsonl")

    assert [row["answer"] for row in votes["early"]] == [row["answer"] for row in votes["full"]]
    assert {row["paths"] for row in votes["full"]} == {7}
    asked = [row["paths"] for row in votes["early"]]
    assert set(asked) == {5, 7}
    jobs = [(job["records_planned"], job["on_demand"]) for job in report(world, "early")["jobs"]]
    assert jobs == [(30, False), (2 * asked.count(7), True)]


TWO = {"greedy": True, "temperatures": [0.5, 0.7], "paths": 2}


@pytest.fixture(scope="module")
def shared(aws: Cloud) -> Iterator[World]:
    """A world in which three settings have shared a job: of four, eight and eight records."""
    with pytest.MonkeyPatch.context() as environment:
        world = World(aws, environment, table="shared")
        world.set("MIN_RECORDS", "10")
        samples = {
            f"{n}?": {"greedy": said(n), "T0.5": said(n, None), "T0.7": said(9, 9)}
            for n in range(1, 5)
        }
        world.serve(samples, quotas=Quotas(min_records=10))
        put_questions(world, samples)
        with closing(world):
            world.run(REQUEST | TWO | {"model_id": "us.amazon.nova-lite-v1:0"})
        yield world


def test_settings_too_small_for_a_job_each_share_one(shared: World) -> None:
    (job,) = report(shared)["jobs"]

    assert (job["setting"], job["records_planned"]) == ("greedy + T0.5 + T0.7", 20)
    assert job["partitions"] == ["greedy-000", "T0.5-000", "T0.7-000"]
    assert (job["status"], job["on_demand"]) == ("Completed", False)
    assert job["job_arn"].startswith("arn:aws:bedrock:")


def test_each_setting_s_records_are_a_file_of_their_own(shared: World) -> None:
    counts = [len(ids_of(shared, "01/j0001", f"input/00{n}.jsonl")) for n in range(3)]

    assert counts == [4, 8, 8]
    rows = shared.rows("runs/demo/waves/01/j0001/input/002.jsonl")
    assert {row["modelInput"]["inferenceConfig"]["temperature"] for row in rows} == {0.7}


def test_the_same_record_ids_of_two_settings_are_not_mixed_up(shared: World) -> None:
    assert [each["accuracy"] for each in report(shared)["settings"]] == [1.0, 1.0, 0.0]
    votes = [row["votes"] for row in shared.rows("runs/demo/votes.jsonl")]
    assert votes == [*({str(n): 1} for n in range(1, 5))] * 2 + [{"9": 2}] * 4
    assert report(shared)["settings"][1]["unanswered"] == 4


def test_the_cost_of_a_shared_job_is_split_by_setting_and_adds_up(shared: World) -> None:
    whole, settings = report(shared)["totals"], report(shared)["settings"]

    tokens = [each["tokens"] for each in settings]
    assert min(each["input"] for each in tokens) > 0
    for kind in ("input", "output"):
        assert sum(each[kind] for each in tokens) == whole["tokens"][kind]
    assert [each["records"] for each in settings] == [4, 8, 8]
    assert sum(each["cost_usd"] for each in settings) == pytest.approx(whole["cost_usd"])


def test_what_was_read_of_a_shared_job_is_tagged_to_expire(shared: World) -> None:
    folder = "runs/demo/waves/01/j0001/"

    tagged = {
        key.rsplit("/", 1)[-1]
        for key in shared.keys(folder)
        if shared.cloud.s3.get_object_tagging(Bucket=shared.bucket, Key=key)["TagSet"]
    }

    files = {f"00{n}.jsonl" for n in range(3)}
    assert tagged == files | {f"{name}.out" for name in files} | {"manifest.json.out"}


def test_a_mix_in_sized_waves_asks_each_question_at_each_temperature_in_turn(
    aws: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    # After the first wave `sure` is at 4 : 0 and leaves. `even` is at 2 : 2 and gets three paths,
    # of at most ten. Then it is at 5 : 2, and the three that are left can bring a tie at best.
    samples = {
        "sure?": {"T0.5": said(1, 1), "T1.0": said(1, 1)},
        "even?": {"T0.5": said(2, 2, 2, 2, 2), "T1.0": said(3, 3, 2, 2, 2)},
    }
    world = World(aws, monkeypatch, table="mixed")
    world.set("MIN_RECORDS", "1")
    world.serve(samples, quotas=Quotas(min_records=1))
    put_questions(world, samples)
    mixed = {"temperatures": [1.0, 0.5], "mix": True, "greedy": False, "paths": 10}

    with closing(world):
        world.run(REQUEST | mixed | {"early_stop": {"worth": 0.001}})

    waves = [
        [
            (row["recordId"], row["modelInput"]["inferenceConfig"]["temperature"])
            for row in world.rows(f"runs/demo/waves/0{wave}/j0001/input.jsonl")
        ]
        for wave in (1, 2)
    ]
    paths = [[(0, range(4)), (1, range(4))], [(1, range(4, 7))]]
    assert waves == [
        [
            (f"q000000{question}s0{path}", (0.5, 1.0)[path % 2])
            for question, numbers in wave
            for path in numbers
        ]
        for wave in paths
    ]
    votes = {row["question_id"]: row["votes"] for row in world.rows("runs/demo/votes.jsonl")}
    assert [*votes.values()] == [{"1": 4}, {"2": 5, "3": 2}]
    assert not world.keys("runs/demo/waves/03/j")
