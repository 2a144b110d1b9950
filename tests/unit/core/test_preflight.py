"""What follows from Bedrock's facts on a model: refusals with the way out, and remarks."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from lambdas.core.preflight import Availability, LifeCycle, ModelFacts, Preflight, preflight

CLAUDE = "anthropic.claude-sonnet-4-20250514-v1:0"
PROFILE = f"us.{CLAUDE}"
OURS = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3"
GRANTED = ("us-east-1", "us-west-2", "global")
NOW = "2026-10-14T00:00:00Z"
LEGACY = LifeCycle(
    is_legacy=True,
    legacy_at=datetime(2026, 4, 14, tzinfo=UTC),
    costlier_at=datetime(2026, 7, 14, tzinfo=UTC),
    ends_at=datetime(2026, 10, 14, tzinfo=UTC),
)
ACCESS = Availability("AVAILABLE", "", "AVAILABLE", "AUTHORIZED", "AVAILABLE")
GOOD = ModelFacts(
    CLAUDE, ("us-east-1", "us-west-2"), life_cycle=LifeCycle(is_legacy=False), availability=ACCESS
)


def checked(facts: ModelFacts, model_id: str = PROFILE, now: str = NOW) -> Preflight:
    return preflight(model_id, facts, GRANTED, now)


def refusal(facts: ModelFacts, model_id: str = PROFILE) -> str:
    found = checked(facts, model_id)
    assert found.remarks == ()
    [text] = found.refusals
    return text


def remark(facts: ModelFacts, model_id: str = PROFILE, now: str = NOW) -> str:
    found = checked(facts, model_id, now)
    assert found.refusals == ()
    [text] = found.remarks
    return text


@pytest.mark.parametrize("facts", [GOOD, ModelFacts(), ModelFacts(CLAUDE)])
def test_a_model_in_good_order_or_of_which_nothing_is_known_is_taken(facts: ModelFacts) -> None:
    assert checked(facts) == Preflight((), ())


def test_what_could_not_be_checked_is_a_remark() -> None:
    facts = ModelFacts(CLAUDE, unchecked=("its life cycle could not be checked: denied",))

    assert remark(facts) == f"{PROFILE}: its life cycle could not be checked: denied"


def test_a_model_at_the_end_of_its_life_is_refused_with_the_date() -> None:
    assert refusal(replace(GOOD, life_cycle=LEGACY)) == (
        f'model_id is "{PROFILE}", must be a model before its end of life, which was on'
        " 2026-10-14; give a later version, or another model"
    )


def test_a_legacy_model_is_a_remark_with_its_dates() -> None:
    text = remark(replace(GOOD, life_cycle=LEGACY), now="2026-10-13T23:59:59.999Z")

    assert text == (
        f"{PROFILE}: Legacy since 2026-04-14, and reaches its end of life on 2026-10-14; Bedrock"
        " refuses it to accounts that have not used it for 15 days; its price may be higher from"
        " 2026-07-14 on"
    )


def test_a_legacy_model_without_dates_is_a_remark() -> None:
    text = remark(replace(GOOD, life_cycle=LifeCycle(is_legacy=True)))

    assert text == (
        f"{PROFILE}: Legacy; Bedrock refuses it to accounts that have not used it for 15 days"
    )


def test_an_active_model_s_date_says_nothing() -> None:
    assert checked(replace(GOOD, life_cycle=replace(LEGACY, is_legacy=False))) == Preflight((), ())


def test_a_model_without_a_subscription_is_refused_with_the_way_to_one() -> None:
    facts = replace(GOOD, availability=replace(ACCESS, agreement="NOT_AVAILABLE"))

    assert refusal(facts) == (
        f'model_id is "{PROFILE}", must be a model that the account has subscribed to: its'
        " agreement is NOT_AVAILABLE; open it in the model catalog of the Bedrock console and fill"
        " in the use-case form, or call it once, with the permissions aws-marketplace:Subscribe,"
        " Unsubscribe and ViewSubscriptions; then start again after 15 minutes"
    )


@pytest.mark.parametrize(
    ("changed", "parts"),
    [
        pytest.param(
            {"agreement": "PENDING"},
            ["agreement is PENDING; start again in 15 minutes"],
            id="subscription under way",
        ),
        pytest.param(
            {"agreement": "ERROR", "agreement_error": "no valid card"},
            ["agreement is ERROR (no valid card); open it in"],
            id="subscription failed",
        ),
        pytest.param(
            {"entitlement": "NOT_AVAILABLE"},
            ["entitlement is NOT_AVAILABLE; request access"],
            id="no entitlement",
        ),
    ],
)
def test_a_model_that_the_account_may_not_use_is_refused(
    changed: dict[str, str], parts: list[str]
) -> None:
    text = refusal(replace(GOOD, availability=replace(ACCESS, **changed)))

    assert [part for part in parts if part not in text] == []


def test_the_use_case_form_is_anthropic_s_alone() -> None:
    facts = ModelFacts("zai.glm-4.7", availability=replace(ACCESS, agreement="NOT_AVAILABLE"))

    assert "form" not in refusal(facts, "zai.glm-4.7")


@pytest.mark.parametrize("model", ["amazon.nova-lite-v1:0", "meta.llama4-scout-v1:0"])
def test_models_that_need_no_subscription_are_not_refused_without_one(model: str) -> None:
    facts = ModelFacts(model, availability=replace(ACCESS, agreement="NOT_AVAILABLE"))

    assert remark(facts, model) == (
        f"{model}: Bedrock says that its agreement is NOT_AVAILABLE, though this model needs none"
    )


def test_an_account_said_to_lack_authorization_is_not_refused() -> None:
    facts = replace(GOOD, availability=replace(ACCESS, authorization="NOT_AUTHORIZED"))

    assert "says that the account is NOT_AUTHORIZED" in remark(facts)


def test_the_region_refuses_a_model_that_is_asked_without_a_profile() -> None:
    facts = replace(GOOD, availability=replace(ACCESS, region="NOT_AVAILABLE"))

    assert refusal(facts, CLAUDE) == (
        f'model_id is "{CLAUDE}", must be a model that Bedrock offers in this Region; give a'
        " cross-Region profile of it, or another model"
    )
    for model_id in (PROFILE, OURS):
        assert "does not offer this model in the stack's own Region" in remark(facts, model_id)


def test_a_model_that_is_not_there_refuses_its_own_id_and_not_a_profile() -> None:
    facts = ModelFacts(CLAUDE, model_missing="ResourceNotFoundException: none")

    assert refusal(facts, CLAUDE) == (
        f'model_id is "{CLAUDE}", must be a model that Bedrock offers in this Region'
        " (ResourceNotFoundException: none); `aws bedrock list-foundation-models` lists them, and"
        " some need a cross-Region profile"
    )
    assert "ResourceNotFoundException: none" in remark(facts, PROFILE)


def test_a_profile_that_is_not_there_is_refused() -> None:
    facts = ModelFacts(CLAUDE, profile_missing="ResourceNotFoundException: none")

    assert refusal(facts) == (
        f'model_id is "{PROFILE}", must be an inference profile of this account and Region'
        " (ResourceNotFoundException: none); `aws bedrock list-inference-profiles` lists them"
    )


def test_a_profile_of_regions_without_permission_is_refused_with_the_setting() -> None:
    facts = replace(GOOD, routes_to=("us-east-1", "us-east-9", "us-west-2"))

    assert refusal(facts) == (
        f'model_id is "{PROFILE}", must be a profile of Regions that the stack\'s policies allow:'
        " it also routes to us-east-9; deploy with"
        ' -c profile_regions=\'{"us":["us-east-1","us-east-9","us-west-2"]}\', which must also name'
        " the other geographies in use"
    )


def test_of_an_application_profile_the_geography_is_to_be_filled_in() -> None:
    facts = replace(GOOD, routes_to=("eu-west-1",))

    assert '{"GEOGRAPHY":["eu-west-1"]}' in refusal(facts, OURS)


def test_a_global_profile_needs_the_permission_for_any_region() -> None:
    facts = replace(GOOD, routes_to=("us-east-1", "global"))
    model_id = f"global.{CLAUDE}"

    assert preflight(model_id, facts, GRANTED, NOW).refusals == ()
    [text] = preflight(model_id, facts, ("us-east-1",), NOW).refusals
    assert (
        'also routes to global; deploy with -c profile_regions=\'{"global":["us-east-1"]}\'' in text
    )


def test_without_known_permissions_no_region_refuses() -> None:
    assert preflight(PROFILE, GOOD, (), NOW).refusals == ()


def test_a_price_rises_on_the_day_that_bedrock_says() -> None:
    life = LifeCycle(is_legacy=True, costlier_at=datetime(2026, 7, 14, tzinfo=UTC))

    assert life.risen_on("2026-07-13T23:59:59Z") is None
    assert life.risen_on("2026-07-14T00:00:00Z") == "2026-07-14"
    assert LifeCycle(is_legacy=True).risen_on("2026-07-14T00:00:00Z") is None
