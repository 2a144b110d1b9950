import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from selfconsistency.shell import ClientError
from selfconsistency.start import content_key, local_exemplars, start, submission, upload

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.fixture
def questions(tmp_path: Path) -> Path:
    file = tmp_path / "my questions (é).jsonl"
    file.write_text('{"question": "1+1?", "answer": "2"}\n', encoding="utf-8")
    return file


def test_a_run_is_named_after_its_dataset_file_and_the_moment(questions: Path) -> None:
    name = submission(questions, {}, NOW).name

    assert name.startswith("my-questions-20260102-030405-")
    assert len(name) <= 40


def test_two_runs_of_the_same_moment_have_different_names(questions: Path) -> None:
    names = {submission(questions, {}, NOW).name for _ in range(8)}

    assert len(names) > 1


def test_a_dataset_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ClientError, match=r"no dataset '.*none.jsonl'"):
        submission(tmp_path / "none.jsonl", {}, NOW)


def test_keys_have_only_characters_that_bedrock_takes(questions: Path) -> None:
    key = content_key(questions)

    assert key.startswith("datasets/my-questions-")
    assert key.endswith(".jsonl")
    assert set(key) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./")


def test_the_same_content_is_uploaded_once(account: Any, stack: Any, questions: Path) -> None:
    account.s3().put_bucket_versioning(
        Bucket=stack.bucket, VersioningConfiguration={"Status": "Enabled"}
    )

    keys = {upload(account, stack, questions) for _ in range(2)}

    versions = account.s3().list_object_versions(Bucket=stack.bucket)["Versions"]
    assert [version["Key"] for version in versions] == list(keys)


def test_a_file_whose_key_has_other_content_is_not_run(
    account: Any, stack: Any, questions: Path
) -> None:
    account.s3().put_object(Bucket=stack.bucket, Key=content_key(questions), Body=b"other")

    with pytest.raises(ClientError, match="has other content than the file: rename the file"):
        start(account, stack, submission(questions, {}, NOW), "start")

    assert account.executions.started == {}


def test_a_started_run_has_its_execution_s_name(account: Any, stack: Any, questions: Path) -> None:
    asked = submission(questions, {"paths": 3}, NOW)

    run_id = start(account, stack, asked, "start")

    assert run_id == asked.name
    assert account.executions.started[run_id] == {"dataset": content_key(questions), "paths": 3}


def test_local_exemplars_go_along(
    account: Any, stack: Any, questions: Path, tmp_path: Path
) -> None:
    exemplars = tmp_path / "shots.jsonl"
    exemplars.write_text("{}\n")
    asked = submission(questions, {"few_shot": str(exemplars)}, NOW)

    run_id = start(account, stack, asked, "start")

    key = account.executions.started[run_id]["few_shot"]
    body = account.s3().get_object(Bucket=stack.bucket, Key=key)["Body"].read()
    assert body == b"{}\n"


@pytest.mark.parametrize("few_shot", ["builtin", "none", "s3://bucket/key.jsonl", "datasets/x"])
def test_exemplars_that_are_no_local_file_are_passed_on(
    account: Any, stack: Any, questions: Path, few_shot: str
) -> None:
    run_id = start(account, stack, submission(questions, {"few_shot": few_shot}, NOW), "start")

    assert account.executions.started[run_id]["few_shot"] == few_shot


def test_a_run_started_by_upload_is_found_by_its_name(
    account: Any, stack: Any, questions: Path, entries: Any
) -> None:
    asked = submission(questions, {"paths": 3}, NOW)
    for run_id in ("other-run", f"{asked.name}-0123456789"):
        entries.put_item(
            Item={"run_id": run_id, "entry": "run", "listed": "run", "started_at": "2026"}
        )

    run_id = start(account, stack, asked, "upload")

    key = f"uploads/{asked.name}.run.json"
    request = json.loads(account.s3().get_object(Bucket=stack.bucket, Key=key)["Body"].read())
    assert run_id == f"{asked.name}-0123456789"
    assert request == {"dataset": content_key(questions), "paths": 3}


@pytest.mark.parametrize("given", ["/nowhere/e.jsonl", "./nowhere.jsonl", "~/nowhere.jsonl"])
def test_an_exemplars_file_of_this_machine_that_is_not_there_is_told_at_once(given: str) -> None:
    with pytest.raises(ClientError, match="no exemplars file"):
        local_exemplars({"few_shot": given})
