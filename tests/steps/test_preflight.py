"""What Bedrock says of a model is read in Plan, before any job exists, and only on AWS."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from botocore.stub import Stubber

from lambdas.aws.clients import look_up_client
from selfconsistency.bedrock.catalogue import NOVEMBER_2026, Catalogue, Life
from tests.unit.handlers.world import World

SONNET_4 = "us.anthropic.claude-sonnet-4-20250514-v1:0"
LLAMA = "meta.llama3-1-8b-instruct-v1:0"
REQUEST = {"dataset": "datasets/q.jsonl", "temperatures": [], "max_tokens": 100}


@pytest.fixture
def asking(world: World) -> World:
    world.set("REHEARSAL", "false")
    world.put("datasets/q.jsonl", {"question": "1?", "answer": "1"})
    return world


@pytest.fixture
def silent(asking: World) -> Iterator[World]:
    """Bedrock answers none of Plan's questions."""
    asking.serve({"1?": {"greedy": ["The answer is 1."]}})
    with Stubber(look_up_client()) as bedrock:
        for call in ("inference_profile", "foundation_model", "foundation_model_availability"):
            bedrock.add_client_error(f"get_{call}", "AccessDeniedException", "no")
        yield asking
        bedrock.assert_no_pending_responses()


def refusal(world: World, **request: Any) -> str:
    message: str = world.failed_run(REQUEST | request)["message"]
    assert world.jobs_of_bedrock() == []
    assert world.keys("runs/") == []
    return message


def warnings(world: World, **request: Any) -> list[str]:
    """Plan a run and return what its plan warns of."""
    world.plan(REQUEST | request)
    [plan] = world.rows("runs/demo/plan.json")
    found: list[str] = plan["warnings"]
    return found


def test_a_model_at_the_end_of_its_life_is_refused_before_any_job(asking: World) -> None:
    asking.serve({}, catalogue=NOVEMBER_2026)

    message = refusal(asking, model_id=SONNET_4)

    assert "must be a model before its end of life, which was on 2026-10-14" in message


def test_a_model_without_a_subscription_is_refused_before_any_job(asking: World) -> None:
    asking.serve({}, catalogue=Catalogue(unsubscribed=["anthropic."]))

    message = refusal(asking, model_id=SONNET_4)

    assert "agreement is NOT_AVAILABLE" in message
    assert "aws-marketplace:Subscribe" in message


def test_a_profile_of_a_region_without_permission_is_refused_before_any_job(
    asking: World,
) -> None:
    asking.serve({})
    asking.set("GRANTED_REGIONS", "us-east-1,us-east-2")

    message = refusal(asking, paths=0)

    assert message.splitlines()[0].startswith("paths is 0")
    assert message.splitlines()[1].endswith(
        "it also routes to us-west-2; deploy with -c profile_regions="
        '\'{"us":["us-east-1","us-east-2","us-west-2"]}\', which must also name the other'
        " geographies in use"
    )


def test_a_legacy_model_s_dates_are_a_warning_of_the_run(asking: World) -> None:
    asking.serve({}, catalogue=Catalogue(lives={"meta.": Life(date(2027, 3, 30))}))

    [warning] = warnings(asking, model_id=LLAMA)

    assert warning.startswith(f"{LLAMA}: Legacy, and reaches its end of life on 2027-03-30; ")


def test_questions_that_bedrock_does_not_answer_refuse_nothing(silent: World) -> None:
    found = warnings(silent)

    assert [warning.partition(" could not")[0].partition(": ")[2] for warning in found] == [
        "the profile and its Regions",
        "its life cycle",
        "the account's access to it",
    ]


def test_in_a_rehearsal_nothing_is_asked(asking: World) -> None:
    asking.serve({}, catalogue=NOVEMBER_2026)
    asking.set("REHEARSAL", "true")
    with Stubber(look_up_client()):
        [own] = warnings(asking, model_id=SONNET_4)
    assert "it reached its end of life on Bedrock by 2026-10-14" in own
