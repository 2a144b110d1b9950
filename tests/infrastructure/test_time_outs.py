"""The functions' own time, against the tries of their calls: out of time, a run would end."""

from collections.abc import Callable
from typing import Any

import pytest

from lambdas.aws.clients import ANSWER_TIMEOUT_S, bedrock_client, runtime_client, table_resource

Found = Callable[[str], dict[str, Any]]


@pytest.fixture
def time_outs_s(of_type: Found) -> dict[str, int]:
    return {
        id_.removeprefix("Steps")[:-8]: found["Properties"]["Timeout"]
        for id_, found in of_type("AWS::Lambda::Function").items()
    }


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def longest_s(client: Any) -> float:
    """Return how long a call may take: each try, and between two of them 1, 2, 4 … 20 s."""
    config = client.meta.config
    assert config.retries["mode"] == "standard"
    tries: int = config.retries["total_max_attempts"]
    back_offs_s = [min(2**n, 20) for n in range(tries - 1)]
    return tries * (config.connect_timeout + config.read_timeout) + sum(back_offs_s)


@pytest.mark.usefixtures("region")
@pytest.mark.parametrize(
    ("step", "calls_of_bedrock"),
    [
        pytest.param("Submit", 4, id="create, list after a conflict; stop, look"),
        pytest.param("Poll", 1, id="look"),
    ],
)
def test_a_silent_service_is_given_up_before_the_function_is(
    time_outs_s: dict[str, int], step: str, calls_of_bedrock: int
) -> None:
    # The caches are passed by: these clients are of no other test.
    bedrock = longest_s(bedrock_client.__wrapped__())
    table = longest_s(table_resource.__wrapped__("runs").meta.client)

    # A table that stays silent ends the function by its first call.
    assert calls_of_bedrock * bedrock + table < time_outs_s[step]


@pytest.mark.usefixtures("region")
def test_a_silent_model_is_given_up_before_the_function_is(time_outs_s: dict[str, int]) -> None:
    config = runtime_client.__wrapped__().meta.config

    # One try: a second of a call whose answer was lost might be billed as well.
    assert config.retries["total_max_attempts"] == 1
    assert config.read_timeout == ANSWER_TIMEOUT_S
    # What is left when the last call must begin: some minutes to begin calls in.
    assert time_outs_s["Invoke"] - ANSWER_TIMEOUT_S >= 240


def test_steps_that_read_or_write_whole_files_have_all_the_time_there_is(
    time_outs_s: dict[str, int],
) -> None:
    short = {step for step, time_out_s in time_outs_s.items() if time_out_s < 900}

    assert short == {"Submit", "Poll"}
    assert {time_outs_s[step] for step in short} == {600}
