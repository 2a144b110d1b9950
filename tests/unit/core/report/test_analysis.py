"""What stands beside a setting's accuracy, worked by hand."""

from typing import Any

import pytest

from lambdas.contract.costs import ModelPrices
from lambdas.contract.schema import Plan, Stopping
from lambdas.contract.statistics import Advice, Forecast, Gain, PathCost
from lambdas.core.costs.actual import PathCosts
from lambdas.core.report.analysis import (
    advice_of,
    agreement_report,
    curve_reach,
    forecast_of,
    gain_over,
    path_costs_of,
)
from lambdas.core.report.scores import ScoredSetting
from lambdas.core.statistics.confidence import Agreement, VoteSplit
from lambdas.core.statistics.curve import Curve
from lambdas.core.statistics.significance import Paired
from tests.unit.core.report.samples import a_job_entry
from tests.unit.core.samples import GREEDY, WARM, a_plan, some_sums

PRICES = ModelPrices(2.0, 8.0, 1.0, 4.0, "2026-06-30", "a page")
# Of 100 questions the vote has 75 right and greedy 60: 55 both, 20 the vote alone, 5 greedy alone.
PAIRED = Paired(55.0, 20.0, 5.0, 20.0, 20, 5)
CURVE = Curve(100, (60.0, 60.0, 70.0, 72.0, 75.0), (1.0,) * 5)
# 500 records of 1,000 tokens, and as many completions of 500.
JOB = a_job_entry(paths_planned=500, tokens_in=500_000, tokens_out=250_000)
ONE_PATH = {"fewest": 1, "most": 1, "requested": 100, "paths": 100}
ONCE = ScoredSetting(GREEDY, some_sums(correct=60, expected=60.0, curve=Curve(), **ONE_PATH), ())
PLAN = a_plan()
EARLY = a_plan(stopping=Stopping("level", 0.95), waves=(3, 2))


def warm(paired: Paired | None = PAIRED, **changed: Any) -> ScoredSetting:
    return ScoredSetting(WARM, some_sums(**{"curve": CURVE} | changed), (JOB,), paired)


def costs_of(scored: ScoredSetting) -> dict[int, float]:
    return {each.paths: each.cost_usd for each in path_costs_of(scored, costs()) or ()}


def costs(plan: Plan = PLAN) -> PathCosts:
    return PathCosts(plan, PRICES)


def gain(scored: ScoredSetting) -> Gain:
    found = gain_over(ONCE, scored)
    assert found is not None
    return found


def advice(scored: ScoredSetting, greedy: ScoredSetting = ONCE, plan: Plan = PLAN) -> Advice:
    found = advice_of(plan, scored, greedy, costs(plan))
    assert found is not None
    return found


def forecast(scored: ScoredSetting, plan: Plan) -> Forecast:
    found = forecast_of(plan, scored, costs(plan))
    assert found is not None
    return found


def test_a_gain_names_its_questions_and_greedy_s_accuracy_on_these() -> None:
    found = gain(warm())

    assert (found.questions, found.base, found.points) == (100, 0.6, 0.15)


def test_there_is_no_gain_over_greedy_without_its_accuracy() -> None:
    unread = ScoredSetting(GREEDY, some_sums(unanswered=100, **ONE_PATH), ())

    assert gain_over(unread, warm()) is None
    assert gain_over(None, warm()) is None


def test_each_number_of_paths_has_its_cost() -> None:
    # 100 records of 1,000 tokens at $1 a million, and 500 tokens of each at $4.
    assert path_costs_of(warm(), costs()) == tuple(
        PathCost(paths, pytest.approx(0.3 * paths)) for paths in (1, 2, 3, 4, 5)
    )
    assert path_costs_of(warm(), PathCosts(PLAN, None)) is None


def test_all_paths_have_their_cost_even_if_the_curve_ends_before() -> None:
    assert list(costs_of(warm(curve=Curve(100, (60.0, 60.0), (1.0, 1.0))))) == [1, 2, 5]


def test_without_a_curve_the_costs_go_up_to_all_paths() -> None:
    assert list(costs_of(warm(None, labelled=0, curve=Curve()))) == [1, 2, 3, 4, 5]


def test_twice_the_paths_cost_what_they_do_together() -> None:
    """Ten paths in records of up to five: 200 prompts, and 1,000 completions."""
    plan = a_plan(family="cohere-command", invocation_type="InvokeModel")

    found = forecast(warm(), plan)

    assert (found.paths, found.cost_usd) == (10, pytest.approx(0.2 + 2.0))


def test_the_advice_is_against_greedy_on_the_same_questions() -> None:
    found = advice(warm())

    # 100 records cost $1.50 with 5 paths; 75 right of 100 is 65.7 to 82.5 by Wilson's interval.
    assert found.sentence == (
        "Take 5 paths: 75.0% (± 8.4), $15.00 a thousand questions;"
        " the curve still climbs: more may gain more"
    )
    assert found.gain_share == 1.0


@pytest.mark.parametrize(
    ("paired", "labelled"),
    [
        pytest.param(Paired(55.0, 20.0, 4.0, 20.0, 20, 4), 100, id="greedy lost a question"),
        pytest.param(PAIRED, 101, id="the vote has one more"),
        pytest.param(None, 100, id="none is compared"),
    ],
)
def test_greedy_on_other_questions_is_left_out_of_the_advice(
    paired: Paired | None, labelled: int
) -> None:
    high = ScoredSetting(GREEDY, some_sums(correct=90, expected=90.0, **ONE_PATH), ())

    assert "greedy" not in advice(warm(paired, labelled=labelled), high).sentence


def test_advice_says_by_mcnemar_s_test_that_a_gain_may_be_chance() -> None:
    """Nine gained and two lost have p = 0.065, though the interval of the gain excludes 0."""
    close = Paired(51.0, 9.0, 2.0, 38.0, 9, 2)
    curve = Curve(100, (50.0, 50.0, 60.0, 60.0, 60.0), (1.0,) * 5)
    greedy = ScoredSetting(GREEDY, some_sums(correct=53, expected=53.0, **ONE_PATH), ())

    found = advice(warm(close, correct=60, expected=60.0, curve=curve), greedy)

    # d = 0.07, psi = 0.11: (1.96 * 0.3317 + 0.8416 * 0.3242)^2 / 0.0049 = 173.8.
    assert found.sentence == (
        "The vote is no better than greedy as far as these 100 questions tell; about 170 would,"
        " if the gain stays as it is"
    )
    assert (found.paths, found.gain_share) == (3, None)


def test_a_corrected_p_value_decides_whether_a_gain_may_be_chance() -> None:
    """Twenty gained and five lost have p = 0.004; among others it may be chance all the same."""
    sure = advice_of(PLAN, warm(), ONCE, costs(), p_adjusted=0.049)
    doubtful = advice_of(PLAN, warm(), ONCE, costs(), p_adjusted=0.05)

    assert sure is not None
    assert doubtful is not None
    assert sure.sentence.startswith("Take 5 paths")
    assert doubtful.sentence.startswith("The vote is no better than greedy")
    assert (sure.gain_share, doubtful.gain_share) == (1.0, None)


# The intervals of all three leave out 0; the test does not rule chance out (p 0.06 to 0.07).
@pytest.mark.parametrize(("gained", "lost"), [(5, 0), (9, 2), (14, 5)])
def test_one_rule_decides_whether_a_gain_may_be_chance(gained: int, lost: int) -> None:
    right = 60.0 + gained - lost
    paired = Paired(60.0 - lost, float(gained), float(lost), 40.0 - gained, gained, lost)
    curve = Curve(100, (50.0, 50.0, right, right, right), (1.0,) * 5)

    found = advice(warm(paired, expected=right, curve=curve))

    gain = paired.gain()
    assert gain is not None
    assert gain.low > 0
    assert gain.may_be_chance
    assert "no better than greedy as far as these 100 questions tell" in found.sentence
    assert found.gain_share is None


@pytest.mark.parametrize(("points", "known"), [(3, False), (4, True)])
def test_a_curve_of_less_than_three_quarters_of_the_paths_says_nothing_of_them(
    points: int, known: bool
) -> None:
    """Lost paths end it: of 4.5 paths a question, 3.4 are three quarters."""
    curve = Curve(100, CURVE.means[:points], CURVE.variances[:points])
    scored = warm(curve=curve, paths=450, fewest=points)

    assert (advice_of(PLAN, scored, ONCE, costs()) is not None) is known
    assert (forecast_of(PLAN, scored, costs()) is not None) is known


def test_savings_of_early_stopping_count_retried_paths() -> None:
    retry = a_job_entry(job="j0003", records_planned=20, paths_planned=20)
    sums = some_sums(requested=280, paths=270, curve=CURVE, correct=75, expected=75.0)
    scored = ScoredSetting(WARM, sums, (a_job_entry(paths_planned=280), retry))

    assert advice(scored, plan=EARLY) == Advice(
        "3 of at most 5 paths per question were requested: 60% of the generations;"
        " they reach 75.0% (± 8.4)"
    )
    assert forecast_of(EARLY, scored, costs(EARLY)) is None


@pytest.mark.parametrize(
    ("plan", "scored", "reason"),
    [
        pytest.param(PLAN, warm(), None, id="all paths"),
        pytest.param(PLAN, warm(most=6), "5 paths, the fewest", id="lost paths"),
        pytest.param(EARLY, warm(most=6), "5 paths (the first wave)", id="early stopping"),
        pytest.param(PLAN, warm(curve=Curve()), "no curve", id="no curve"),
        pytest.param(PLAN, warm(labelled=0, curve=Curve()), None, id="not scored"),
    ],
)
def test_the_end_of_a_curve_has_its_reason(
    plan: Plan, scored: ScoredSetting, reason: str | None
) -> None:
    found = curve_reach(plan, scored)

    assert (reason in found) if reason and found else (found is reason)


def test_agreement_of_different_numbers_of_paths_has_a_note() -> None:
    early, whole = agreement_report(EARLY, warm()), agreement_report(PLAN, warm())

    assert early is not None
    assert whole is not None
    assert "different numbers of paths" in (early.note or "")
    assert whole.note is None


def test_without_any_answer_there_is_no_agreement() -> None:
    assert agreement_report(PLAN, warm(unanswered=500, correct=0, expected=0.0)) is None


def test_votes_that_cannot_be_scored_have_mean_agreement_only() -> None:
    agreement = Agreement.of([VoteSplit((4, 1), 0, None)])

    found = agreement_report(PLAN, warm(None, labelled=0, curve=Curve(), agreement=agreement))

    assert found is not None
    assert found.means.share == 0.8
    assert (found.auroc.share, found.calibration, found.coverage) == (None, (), ())
