"""Calls about jobs that Bedrock does not answer as it should, and faults exchanged meanwhile."""

import time

import pytest
from botocore.exceptions import ClientError

from selfconsistency.bedrock.settings import NO_FAULTS, Faults
from tests.unit.selfconsistency.bedrock.world import CALLER, OneCaller


def code_of(call, *args, **named):
    """Return the code of a call's error, "" if it succeeds."""
    try:
        call(*args, **named)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return ""


def test_first_calls_are_throttled_and_the_next_ones_fail(serve):
    bedrock = serve(
        faults=Faults(
            throttle_gets=1,
            fail_gets=1,
            throttle_lists=1,
            fail_lists=1,
            fail_stops=1,
            fail_creates=1,
        )
    )

    assert code_of(bedrock.create) == "InternalServerException"
    assert bedrock.bedrock_emulator.injected == {"fail_creates": 1}
    arn = bedrock.create()
    gets = [code_of(bedrock.get, arn) for _ in range(3)]
    lists = [code_of(bedrock.client.list_model_invocation_jobs) for _ in range(3)]
    stop = code_of(bedrock.client.stop_model_invocation_job, jobIdentifier=arn)
    assert gets == lists == ["ThrottlingException", "InternalServerException", ""]
    assert stop == "InternalServerException"


def test_a_share_of_the_calls_is_hit_the_same_ones_for_the_same_seed(serve):
    bedrock = serve(faults=Faults())
    arn = bedrock.create()

    def codes(seed):
        bedrock.bedrock_emulator.use(Faults(throttled_calls=0.3, failed_calls=0.3), seed)
        return [code_of(bedrock.get, arn) for _ in range(20)]

    once, again, otherwise = codes(1), codes(1), codes(2)

    assert once == again
    assert once != otherwise
    assert set(once) == {"", "ThrottlingException", "InternalServerException"}


def test_a_full_quota_refuses_first_creates(serve):
    bedrock = serve(faults=Faults(quota_full_creates=2))

    codes = [code_of(bedrock.create) for _ in range(3)]

    assert codes == ["ServiceQuotaExceededException", "ServiceQuotaExceededException", ""]


def test_a_full_quota_refuses_creates_until_its_time_is_over(serve):
    bedrock = serve(faults=Faults(quota_full_s=60))

    assert code_of(bedrock.create) == "ServiceQuotaExceededException"
    assert bedrock.bedrock_emulator.injected == {"quota_full_s": 1}
    bedrock.bedrock_emulator.use(Faults(quota_full_s=0.001))
    time.sleep(0.002)
    assert code_of(bedrock.create) == ""


@pytest.mark.parametrize(
    ("refusal", "code"),
    [("Validation", "ValidationException"), ("AccessDenied", "AccessDeniedException")],
)
def test_creates_are_refused_by_number(serve, refusal, code):
    bedrock = serve(faults=Faults(refuse_creates=(2,), refusal=refusal))

    codes = [code_of(bedrock.create, f"job-{n}") for n in (1, 2, 2)]

    assert codes == ["", code, ""]


def test_a_repeated_create_is_none_to_be_refused(serve):
    bedrock = serve(faults=Faults(refuse_creates=(2,)))
    token = {"clientRequestToken": "t" * 32}

    assert bedrock.create(**token) == bedrock.create(**token)


def test_other_faults_hold_for_what_begins_from_then_on_and_count_anew(serve):
    bedrock = serve(faults=Faults(fail_jobs=(2,)))

    assert bedrock.run("first")["status"] == "Completed"
    bedrock.bedrock_emulator.use(Faults(fail_jobs=(2,)))
    assert bedrock.run("second")["status"] == "Completed"
    assert bedrock.run("third")["status"] == "Failed"
    assert bedrock.bedrock_emulator.injected == {"fail_jobs": 1}
    bedrock.bedrock_emulator.use(NO_FAULTS)
    assert bedrock.bedrock_emulator.injected == {}


def test_a_job_keeps_the_faults_it_began_with(serve):
    bedrock = serve(faults=Faults(stuck_jobs=(1,)))
    arn = bedrock.create()

    bedrock.bedrock_emulator.use(NO_FAULTS)

    assert bedrock.run("second")["status"] == "Completed"
    assert bedrock.until(arn, "Validating")["status"] == "Validating"


def test_throttled_calls_on_demand_begin_anew_too(serve):
    bedrock = serve(faults=Faults(throttle_invokes=1))

    def code():
        return code_of(bedrock.invoke, {"prompt": "p"})

    assert [code(), code()] == ["ThrottlingException", ""]
    bedrock.bedrock_emulator.use(Faults(throttle_invokes=1))
    assert [code(), code()] == ["ThrottlingException", ""]
    assert bedrock.bedrock_emulator.invoked.throttled == 2


def test_the_deeds_of_callers_and_of_batch_roles_are_kept_once_each(serve):
    bedrock = serve(callers=OneCaller())

    job = bedrock.run()
    bedrock.get(job["jobArn"])

    calls = bedrock.bedrock_emulator.iam_calls
    of_caller = {call.action for call in calls if call.role == CALLER.rsplit("/", 1)[-1]}
    of_batch = {(call.action, call.resource) for call in calls if call.role == "batch"}
    assert of_caller == {
        "bedrock:CreateModelInvocationJob",
        "bedrock:GetModelInvocationJob",
        "iam:PassRole",
    }
    assert ("s3:GetObject", "arn:aws:s3:::samples/in/input.jsonl") in of_batch


@pytest.mark.parametrize("wrong", [{"drop_rows": 1.5}, {"lose_creates": -1}, {"foreign_s": -0.1}])
def test_a_share_above_one_and_a_number_below_zero_are_no_faults(wrong):
    with pytest.raises(ValueError, match="must be"):
        Faults(**wrong)
