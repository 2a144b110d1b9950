"""What the stack lets a run cost: an upload that may cost more is refused, and nothing exists."""

import json
import re
from typing import Any

import pytest

from tests.unit.handlers.world import World, upload

QUESTIONS = [{"question": f"{n}?", "answer": str(n)} for n in range(20_000)]
OPUS = "us.anthropic.claude-opus-4-20250514-v1:0"
SONNET = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
COSTLY = {
    "dataset": "datasets/q.jsonl",
    "model_id": OPUS,
    "temperatures": [0.5, 0.6, 0.7, 0.8],
    "paths": 100,
    "max_tokens": 32_000,
}
SMALL = {"dataset": "datasets/small.jsonl", "temperatures": [0.7], "paths": 2}
FREE = {"input": 0, "output": 0}
_AMOUNT = re.compile(r"\$([\d,.]+\d)")


@pytest.fixture
def limited(world: World) -> World:
    """A world with the limits of a stack without settings of its own, and quotas of an account."""
    for name, value in (("MAX_RUN_USD", "100.0"), ("MAX_UPLOAD_USD", "10.0")):
        world.set(name, value)
    world.set("REHEARSAL", "false")
    world.set("MIN_RECORDS", "100")
    world.set("MAX_RECORDS", "50000")
    world.set("MAX_INPUT_MIB", "1024")
    world.serve({})
    world.put("datasets/small.jsonl", QUESTIONS[0])
    return world


def refusal(world: World, start: Any) -> str:
    """Return why a start is refused; the run is marked as failed, and nothing is submitted."""
    failure = world.failed_run(start)

    entry = world.entry(failure["run_id"])
    assert (entry["status"], entry["reason"]) == ("failed", "RequestError")
    assert entry["message"] == failure["message"]
    assert world.jobs_of_bedrock() == []
    assert world.keys("runs/") == []
    found: str = failure["message"]
    return found


def line_about(message: str, limit: str) -> str:
    """Return the line about a limit; a refusal may name other problems as well."""
    return next(line for line in message.split("\n") if limit in line)


def amounts(line: str) -> list[float]:
    return [float(each.replace(",", "")) for each in _AMOUNT.findall(line)]


def test_an_upload_of_millions_of_dollars_is_refused_with_the_limit_and_both_figures(
    limited: World,
) -> None:
    limited.put("datasets/q.jsonl", *QUESTIONS)
    limited.put("uploads/costly.run.json", COSTLY)

    line = line_about(refusal(limited, upload("uploads/costly.run.json")), "max_upload_usd")

    # 8,020,000 records of about 404 tokens and 150 more, or 32,000, at $7.50 and $37.50.
    likely, most, limit = amounts(line)
    assert likely == pytest.approx(8.02 * (404 * 7.5 + 150 * 37.5), rel=0.001)
    assert most == pytest.approx(9_700_000, rel=0.01)
    assert limit == 10
    assert "cdk deploy -c max_upload_usd=" in line


def test_an_uploaded_dataset_that_is_large_is_refused_with_the_way_out(limited: World) -> None:
    limited.put("uploads/q.jsonl", *QUESTIONS)

    line = line_about(refusal(limited, upload("uploads/q.jsonl")), "max_upload_usd")

    # 620,000 records of about 404 tokens and 150 more, at $0.03 and $0.12.
    likely, most, limit = amounts(line)
    assert likely == pytest.approx(0.62 * (404 * 0.03 + 150 * 0.12), rel=0.001)
    assert (round(most), limit) == (58, 10)
    assert 'a NAME.run.json such as {"dataset": "uploads/q.jsonl", "temperatures"' in line


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({}, id="as it is"),
        pytest.param({"prices": FREE}, id="with prices of 0"),
        pytest.param({"max_cost_usd": 1e9}, id="with a limit of its own"),
    ],
)
def test_no_key_of_a_request_lifts_the_stack_s_limit(limited: World, changed: Any) -> None:
    limited.set("MAX_RUN_USD", "0.0001")

    line = line_about(refusal(limited, SMALL | changed), "max_run_usd")

    assert amounts(line)[1] > 0.0001
    if "max_cost_usd" in changed:
        assert "max_cost_usd of $1,000,000,000.00 does not raise it" in line


def test_a_model_without_prices_is_refused_unless_the_request_gives_some(limited: World) -> None:
    unknown = SMALL | {"model_id": "acme.thinker-v1:0", "family": "converse"}

    for prices in (None, FREE, {"input": 1, "output": 1, "batch_output": 0}):
        assert "max_run_usd is $100.00, but the prices of acme.thinker" in refusal(
            limited, unknown | {"prices": prices}
        )
        limited.table.delete_item(Key={"run_id": "demo", "entry": "run"})

    assert limited.plan(unknown | {"prices": {"input": 1, "output": 1}})["next_wave"] == 1


def test_tiny_prices_and_one_very_long_row_do_not_lift_the_stack_s_limit(limited: World) -> None:
    # A sign may have a token, and the price holds for prompts of up to 200,000 tokens.
    very_long = {"question": "1234567890 " * 20_000, "answer": "8"}
    limited.put("datasets/q.jsonl", *QUESTIONS[:200], very_long)
    tiny = {"input": 1e-9, "output": 1e-9}
    long = SMALL | {"dataset": "datasets/q.jsonl", "model_id": SONNET}

    for number, prices in enumerate((None, tiny)):
        key = f"uploads/{number}.run.json"
        limited.put(key, long | {"prices": prices})
        line = line_about(refusal(limited, upload(key)), "max_upload_usd")
        assert line == (
            "the stack's max_upload_usd is $10.00, but prompts may be longer than 200,000 tokens,"
            " for which the price is not known, so it cannot be kept: shorten the rows or the"
            " template; or whoever deploys the stack switches the limit off:"
            " cdk deploy -c max_upload_usd=none"
        )


@pytest.mark.parametrize(
    ("region", "share"),
    [
        # Nova Pro costs $0.80 and $3.20; $0.96 and $3.84 in GovCloud, $1.05 and $4.20 in Europe.
        pytest.param("us-west-2", 1, id="a Region of the table"),
        pytest.param("us-gov-west-1", 1.2, id="GovCloud"),
        pytest.param("eu-central-1", 1.05 / 0.8, id="the dearest geography"),
    ],
)
def test_a_limit_counts_a_model_without_profile_at_the_prices_of_the_stack_s_region(
    limited: World, region: str, share: float
) -> None:
    def bounds(run_id: str) -> tuple[float, float]:
        limited.plan(SMALL | {"model_id": "amazon.nova-pro-v1:0"}, run_id)
        (plan,) = limited.rows(f"runs/{run_id}/plan.json")
        return plan["stack_limit"]["ceiling_usd"], plan["estimate"]["ceiling_usd"]

    limit, shown = bounds("unknown")
    limited.set("AWS_REGION", region)

    assert bounds("known") == (pytest.approx(limit * share), shown)


def test_a_model_that_uploads_must_not_use_is_named_with_every_other_problem(
    limited: World,
) -> None:
    limited.set("MODELS_FOR_UPLOADS", "us.amazon.nova-,mistral.")
    limited.set("MAX_UPLOAD_USD", "0.0001")
    costly = {"model_id": "us.anthropic.claude-opus-4-5-20251101-v1:0"}
    limited.put("uploads/a.run.json", SMALL | costly)

    message = refusal(limited, upload("uploads/a.run.json"))

    assert "one of its models_for_uploads, us.amazon.nova-, mistral." in message
    assert "max_upload_usd" in message
    limited.put("uploads/b.run.json", SMALL | costly)
    limited.set("MAX_UPLOAD_USD", "10")
    assert limited.plan(SMALL | costly, "console")["next_wave"] == 1


def test_a_rehearsal_is_not_limited(limited: World) -> None:
    limited.set("REHEARSAL", "True")
    limited.set("MAX_UPLOAD_USD", "0.0001")
    limited.put("uploads/small.jsonl", QUESTIONS[0])

    planned = limited.plan(upload("uploads/small.jsonl"))

    plan = json.loads(limited.read(f"runs/{planned['run_id']}/plan.json"))
    assert (planned["next_wave"], plan["stack_limit"]) == (1, None)


def test_the_plan_keeps_the_limit_with_the_bounds_at_its_prices(limited: World) -> None:
    limited.plan(SMALL | {"prices": FREE})

    (plan,) = limited.rows("runs/demo/plan.json")
    limit = plan["stack_limit"]
    assert (limit["name"], limit["usd"], plan["estimate"]["ceiling_usd"]) == ("max_run_usd", 100, 0)
    assert 0 < limit["record_ceiling_usd"] < limit["ceiling_usd"] < 0.01
