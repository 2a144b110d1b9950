from collections.abc import Iterator, Mapping

import pytest

from lambdas.contract.answered_by import AnsweredBy, as_json
from lambdas.contract.environment import (
    EnvironmentVariableError,
    SubmitVariables,
    environment,
)

SUBMIT = {
    "POLL_EVERY_S": "60",
    "JOB_TIMEOUT_H": "168",
    "BATCH_ROLE_ARN": "arn:aws:iam::123456789012:role/batch",
}
PLAN = {
    "DEFAULT_MODEL": "us.amazon.nova-lite-v1:0",
    "JOBS_AT_ONCE": "3",
    "MIN_RECORDS": "100",
    "MAX_RECORDS": "500",
    "MAX_INPUT_MIB": "1",
}
NETWORK = {"VPC_SUBNET_IDS": "subnet-1,subnet-2", "VPC_SECURITY_GROUP_IDS": "sg-1"}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only the variables that every step has are set."""
    for name in (*SUBMIT, *NETWORK, "KMS_KEY_ARN"):
        monkeypatch.delenv(name, raising=False)
    set_all(monkeypatch, {"BUCKET": "bucket", "TABLE": "runs"})
    yield
    environment.cache_clear()


def set_all(monkeypatch: pytest.MonkeyPatch, variables: Mapping[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    environment.cache_clear()


def test_a_step_reads_its_own_variables_only() -> None:
    assert (environment().bucket, environment().table) == ("bucket", "runs")


def test_variables_have_types(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, SUBMIT | NETWORK)

    assert environment().submit == SubmitVariables(
        poll_every_s=60,
        job_timeout_h=168,
        batch_role_arn="arn:aws:iam::123456789012:role/batch",
        vpc_subnet_ids=("subnet-1", "subnet-2"),
        vpc_security_group_ids=("sg-1",),
    )


def test_key_and_network_may_be_unset_or_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, SUBMIT | {"VPC_SUBNET_IDS": ""})

    submit = environment().submit

    assert (submit.kms_key_arn, submit.vpc_subnet_ids, submit.vpc_security_group_ids) == (
        "",
        (),
        (),
    )


def test_a_missing_variable_is_named_when_a_step_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    set_all(monkeypatch, {"POLL_EVERY_S": "60", "JOB_TIMEOUT_H": "168"})

    assert environment().poll.poll_every_s == 60
    with pytest.raises(EnvironmentVariableError, match="BATCH_ROLE_ARN is not set"):
        _ = environment().submit


def test_a_missing_variable_of_every_step_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TABLE")
    environment.cache_clear()

    with pytest.raises(EnvironmentVariableError, match=r"TABLE is not set.* deploy it again"):
        environment()


def test_who_answers_is_read_from_json(monkeypatch: pytest.MonkeyPatch) -> None:
    answered_by = (AnsweredBy("qwen2.5:1.5b", "http://localhost:11434"), AnsweredBy("a", "b"))
    set_all(monkeypatch, PLAN)

    assert environment().plan.answered_by == ()

    set_all(monkeypatch, {"ANSWERED_BY": as_json(answered_by)})

    assert environment().plan.answered_by == answered_by


def test_all_wrong_values_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    set_all(monkeypatch, {"POLL_EVERY_S": "often", "JOB_TIMEOUT_H": "168"})

    with pytest.raises(EnvironmentVariableError) as refused:
        _ = environment().invoke

    assert "POLL_EVERY_S is 'often'" in str(refused.value)
    assert "ON_DEMAND_AT_ONCE is not set" in str(refused.value)


def test_the_environment_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first = environment()
    monkeypatch.setenv("BUCKET", "other")

    assert environment() is first
    assert environment().bucket == "bucket"
