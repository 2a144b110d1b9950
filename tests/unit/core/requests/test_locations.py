"""Where a question set and exemplars may lie, and what is said of any other place."""

import pytest

from lambdas.core.requests.locations import key_named, location_problem
from tests.unit.core.requests.samples import problems

COPY = "; copy it to s3://stack/datasets/"
FOREIGN = f"must name an object in the stack's bucket{COPY}"
PARTS = f'must be a key without "." and ".." parts and a "/" at its start{COPY}'


@pytest.mark.parametrize(
    ("location", "problem"),
    [
        pytest.param("s3://other/q.jsonl", FOREIGN, id="another bucket"),
        pytest.param("s3://stack", FOREIGN, id="a bucket without a key"),
        pytest.param("s3://stack-2/q.jsonl", FOREIGN, id="a bucket whose name begins alike"),
        pytest.param("S3://stack/q.jsonl", FOREIGN, id="a scheme in capitals"),
        pytest.param("https://stack.s3.amazonaws.com/q.jsonl", FOREIGN, id="a web address"),
        pytest.param("file:///etc/passwd", FOREIGN, id="a file"),
        pytest.param("arn:aws:s3:::stack/q.jsonl", FOREIGN, id="an ARN"),
        pytest.param(
            "arn:aws:s3:us-east-1:123456789012:accesspoint/a/object/q", FOREIGN, id="access point"
        ),
        pytest.param("/q.jsonl", PARTS, id="a path"),
        pytest.param("s3://stack//q.jsonl", PARTS, id="a path behind the bucket"),
        pytest.param("../q.jsonl", PARTS, id="the folder above"),
        pytest.param("datasets/../runs/r/votes.jsonl", PARTS, id="a way round"),
        pytest.param("datasets/./q.jsonl", PARTS, id="the folder itself"),
        pytest.param("datasets/", f"must name an object, not a folder{COPY}", id="a folder"),
        pytest.param(
            "runs/r/votes.jsonl",
            f"must not lie below runs/, where runs keep what they wrote{COPY}",
            id="what a run wrote",
        ),
        pytest.param(
            "s3://stack/runs/r/votes.jsonl",
            f"must not lie below runs/, where runs keep what they wrote{COPY}",
            id="what a run wrote, by its URI",
        ),
    ],
)
@pytest.mark.parametrize("name", ["dataset", "few_shot"])
def test_a_place_that_is_not_read_is_told_with_one_that_is(
    name: str, location: str, problem: str
) -> None:
    given = {"dataset": "q.jsonl", name: location}

    assert problems(**given) == (f'{name} is "{location}", {problem}',)
    assert key_named(given, name, "stack") is None


def test_a_location_is_shown_without_what_a_terminal_obeys() -> None:
    told = location_problem("dataset", "q\x1b[2J\x9b\u2028é", "stack")

    assert told == (
        'dataset is "q\\u001b[2J\\u009b\\u2028\\u00e9", must be a key without control characters'
        f"{COPY}"
    )


def test_a_key_longer_than_s3_takes_is_refused() -> None:
    told = location_problem("dataset", "é" * 513, "stack")

    assert told is not None
    assert "must be at most 1,024 bytes long" in told
    assert location_problem("dataset", "é" * 512, "stack") is None


@pytest.mark.parametrize(
    "location",
    [
        *("q.jsonl", "uploads/my set (1).csv", "datasets/a:b=c+d%.jsonl", "runsheet.jsonl"),
        *("s3://stack/q.jsonl", "a//b.jsonl", "..q.jsonl", "Datensätze/é.jsonl"),
    ],
)
def test_any_other_key_of_the_bucket_is_read(location: str) -> None:
    assert location_problem("dataset", location, "stack") is None


@pytest.mark.parametrize("word", ["builtin", "none"])
def test_words_for_exemplars_are_no_places(word: str) -> None:
    assert key_named({"few_shot": word}, "few_shot", "stack") is None
    assert key_named({"dataset": word}, "dataset", "stack") == word
