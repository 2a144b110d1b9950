"""Waves on the real state machine: who leaves, who is asked again, and what is told of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from boto3.dynamodb.conditions import Key

from selfconsistency.bedrock.answers.recorded import Recorded, RecordedQuestion
from selfconsistency.bedrock.answers.source import AnswerError, Asked, Completion, Place

QUESTIONS = 120
# Of 120 questions ten are split two to two after four paths; the six to come agree. All others
# agree from the start, and leave at 4 to 0.
SPLIT = range(1, 11)
EARLY = {
    "temperatures": [0.5, 0.7],
    "paths": 10,
    "waves": [4, 6],
    "early_stop": 0.95,
    "few_shot": "none",
}


def texts(number: int) -> list[str]:
    right, wrong = f"The answer is {2 * number}.", f"The answer is {2 * number + 1}."
    return [right, wrong, wrong, right, *[right] * 6] if number in SPLIT else [right] * 10


def recorded(samples: Callable[[int], list[str]] = texts) -> Recorded:
    return Recorded(
        [RecordedQuestion(f"What is {n} plus {n}?", samples(n)) for n in range(1, QUESTIONS + 1)]
    )


class FailsFirst:
    """Answers as another source does, but fails the first so many records."""

    at_once = 1
    broken = None

    def __init__(self, source: Recorded, failing: int, code: int) -> None:
        self._source = source
        self._left = failing
        self._code = code

    def reserve(self, scope: str, asked: Asked) -> Place:
        return self._source.reserve(scope, asked)

    def answers(self, asked: Asked, place: Place) -> list[Completion]:
        if self._left:
            self._left -= 1
            raise AnswerError(self._code, "try it another time")
        return self._source.answers(asked, place)


@pytest.fixture
def run(deployed: Any, questions: Callable[..., Path]) -> Callable[..., Any]:
    """Run a request on the sums, answered from a source."""
    return lambda request, source: deployed.run(questions(QUESTIONS), request, source=source)


def entries(deployed: Any, run_id: str, prefix: str) -> list[dict[str, Any]]:
    table = deployed.connection.dynamodb().Table(deployed.stack.table)
    wanted = Key("run_id").eq(run_id) & Key("entry").begins_with(prefix)
    found: list[dict[str, Any]] = table.query(KeyConditionExpression=wanted)["Items"]
    return found


def inputs(deployed: Any, run_id: str) -> dict[str, int]:
    """Return the records in each input file of a run, by its key without the run's."""
    s3, bucket = deployed.connection.s3(), deployed.stack.bucket
    prefix = f"runs/{run_id}/waves/"
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]]
    return {
        key.removeprefix(prefix): s3.get_object(Bucket=bucket, Key=key)["Body"].read().count(b"\n")
        for key in keys
        if "/input" in key and key.endswith(".jsonl")
    }


def test_settled_questions_leave_and_the_open_ones_share_a_job(
    deployed: Any, run: Callable[..., Any]
) -> None:
    ended = run(EARLY, recorded())

    assert inputs(deployed, ended.run_id) == {
        "01/j0001/input.jsonl": 120,
        "01/j0002/input.jsonl": 480,
        "01/j0003/input.jsonl": 480,
        "02/j0001/input/000.jsonl": 60,
        "02/j0001/input/001.jsonl": 60,
    }
    told = [(each["wave"], each["jobs"], each["records"]) for each in ended.report["waves"]]
    assert told == [(1, 3, 1080), (2, 1, 120)]
    stood = [
        [(each["setting"], each["questions"], each["decided"], each["open"]) for each in settings]
        for settings in (wave["settings"] for wave in ended.report["waves"])
    ]
    assert stood == [
        [("greedy", 120, 120, 0), ("T0.5", 120, 110, 10), ("T0.7", 120, 110, 10)],
        [("greedy", 0, 0, 0), ("T0.5", 10, 10, 0), ("T0.7", 10, 10, 0)],
    ]
    assert [(each["accuracy"], each["generations"]) for each in ended.report["settings"]] == [
        (1.0, 120),
        (1.0, 540),
        (1.0, 540),
    ]


def test_the_table_tells_each_wave_as_the_report_does(
    deployed: Any, run: Callable[..., Any]
) -> None:
    ended = run(EARLY, recorded())

    waves = entries(deployed, ended.run_id, "wave#")
    jobs = entries(deployed, ended.run_id, "job#")
    assert [each["entry"] for each in waves] == ["wave#01", "wave#02"]
    for row, told in zip(waves, ended.report["waves"], strict=True):
        of_wave = [job for job in jobs if job["wave"] == row["wave"]]
        assert (row["jobs"], row["records"], row["generations"]) == (
            len(of_wave),
            sum(job["records_planned"] for job in of_wave),
            sum(job["paths_planned"] for job in of_wave),
        )
        assert json.loads(json.dumps(told)) == json.loads(
            json.dumps({name: row[name] for name in told}, default=float)
        )
    (shared,) = [job for job in jobs if job["wave"] == 2]
    tokens = [setting["tokens"]["input"] for setting in ended.report["settings"]]
    assert shared["setting"] == "T0.5 + T0.7"
    assert sum(tokens) == sum(job["tokens_in"] for job in jobs)


@pytest.mark.parametrize(
    ("code", "waves", "unanswered", "right"),
    [
        pytest.param(503, [360, 30], 0, 120, id="the service failed: asked again, on demand"),
        # All three paths of ten questions are lost.
        pytest.param(400, [360], 30, 110, id="the record is wrong: it would be again"),
    ],
)
def test_paths_that_the_service_failed_for_are_asked_again(
    run: Callable[..., Any], code: int, waves: list[int], unanswered: int, right: int
) -> None:
    spare = recorded(lambda n: [f"The answer is {2 * n}."] * 6)
    request = {"greedy": False, "temperatures": [0.7], "paths": 3, "few_shot": "none"}

    ended = run(request, FailsFirst(spare, failing=30, code=code))

    assert [each["generations"] for each in ended.report["waves"]] == waves
    (setting,) = ended.report["settings"]
    assert (setting["unanswered"], setting["generations"]) == (unanswered, 360)
    assert setting["accuracy"] == pytest.approx(right / QUESTIONS)
