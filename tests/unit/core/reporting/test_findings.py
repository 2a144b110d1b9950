"""What stands beside a setting's accuracy, worked by hand."""

from typing import Any

import pytest

from lambdas.core.costs.path_costs import PathCosts
from lambdas.core.costs.prices import ModelPrices
from lambdas.core.plan import Plan
from lambdas.core.reporting.findings import findings_of
from lambdas.core.reporting.scored import Scored
from lambdas.core.statistics.agreement import Agreement, Split
from lambdas.core.statistics.curve import Curve
from lambdas.core.statistics.paired import Paired
from lambdas.core.stopping.rules import Stopping
from tests.unit.core.samples import GREEDY, WARM, a_plan, a_record, some_sums

PRICES = ModelPrices(2.0, 8.0, 1.0, 4.0, "2026-06-30", "a page")
# Of 100 questions the vote has 75 right and greedy 60: 55 both, 20 the vote alone, 5 greedy alone.
PAIRED = Paired(55.0, 20.0, 5.0, 20.0, 20, 5)
CURVE = Curve(100, (60.0, 60.0, 70.0, 72.0, 75.0), (1.0,) * 5)
# 500 records of 1,000 tokens, and as many completions of 500.
RECORD = a_record(paths_planned=500, tokens_in=500_000, tokens_out=250_000)
ONE_PATH = {"fewest": 1, "most": 1, "sampled": 100, "paths": 100}
ONCE = Scored(GREEDY, some_sums(correct=60, expected=60.0, curve=Curve(), **ONE_PATH), ())


def warm(paired: Paired | None = PAIRED, **changed: Any) -> Scored:
    return Scored(WARM, some_sums(**{"curve": CURVE} | changed), (RECORD,), paired)


def found(
    scored: Scored,
    greedy: Scored | None = ONCE,
    plan: Plan | None = None,
    prices: ModelPrices | None = PRICES,
) -> dict[str, Any]:
    plan = plan or a_plan()
    return findings_of(plan, scored, greedy, PathCosts(plan, prices))


def test_a_gain_names_its_questions_and_greedy_s_accuracy_on_these() -> None:
    gain = found(warm())["gain"]

    assert (gain["questions"], gain["base"], gain["points"]) == (100, 0.6, 0.15)


def test_there_is_no_gain_over_greedy_that_was_not_scored() -> None:
    unread = Scored(GREEDY, some_sums(unanswered=100, **ONE_PATH), ())

    assert found(warm(), unread)["gain"] is None
    assert found(warm(), None)["gain"] is None


def test_each_number_of_paths_has_its_cost() -> None:
    # 100 records of 1,000 tokens at $1 a million, and 500 tokens of each at $4.
    assert found(warm())["path_costs"] == [
        {"paths": paths, "cost_usd": pytest.approx(0.3 * paths)} for paths in (1, 2, 3, 4, 5)
    ]
    assert found(warm(), prices=None)["path_costs"] is None


def test_all_paths_have_their_cost_where_the_curve_ends_before() -> None:
    costs = found(warm(curve=Curve(100, (60.0, 60.0), (1.0, 1.0))))["path_costs"]

    assert [each["paths"] for each in costs] == [1, 2, 5]


def test_without_a_curve_the_costs_go_up_to_all_paths() -> None:
    costs = found(warm(None, labelled=0, curve=Curve()))["path_costs"]

    assert [each["paths"] for each in costs] == [1, 2, 3, 4, 5]


def test_twice_the_paths_cost_what_they_do_together() -> None:
    """Ten paths in records of up to five: 200 prompts, and 1,000 completions."""
    plan = a_plan(family="cohere-command", invocation_type="InvokeModel")

    forecast = found(warm(), plan=plan)["forecast"]

    assert forecast["paths"] == 10
    assert forecast["cost_usd"] == pytest.approx(0.2 + 2.0)


def test_the_advice_is_against_greedy_on_the_same_questions() -> None:
    advised = found(warm())["advice"]

    assert advised["sentence"] == "The curve still climbs at 5 paths: more of them may gain more"
    assert advised["gain_share"] == 1.0


@pytest.mark.parametrize(
    ("paired", "labelled"),
    [
        pytest.param(Paired(55.0, 20.0, 4.0, 20.0, 20, 4), 100, id="greedy has lost a question"),
        pytest.param(PAIRED, 101, id="the vote has one more"),
        pytest.param(None, 100, id="none is compared"),
    ],
)
def test_greedy_over_other_questions_is_left_out_of_the_advice(
    paired: Paired | None, labelled: int
) -> None:
    high = Scored(GREEDY, some_sums(correct=90, expected=90.0, **ONE_PATH), ())

    advised = found(warm(paired, labelled=labelled), high)["advice"]

    assert "greedy" not in advised["sentence"]


def test_a_gain_whose_interval_holds_none_is_hedged() -> None:
    # A point more, of 100 questions: 15 gained and 14 lost.
    even = Paired(46.0, 15.0, 14.0, 25.0, 15, 14)
    curve = Curve(100, (50.0, 50.0, 61.0, 61.0, 61.0), (1.0,) * 5)

    advised = found(warm(even, expected=61.0, curve=curve))["advice"]

    assert advised["sentence"] == (
        "3 paths give all of the gain for 60% of the cost of 5 ($0.90 of $1.50),"
        " which may be chance"
    )


@pytest.mark.parametrize(("points", "told"), [(3, False), (4, True)])
def test_a_curve_of_less_than_three_quarters_of_the_paths_says_nothing_of_them(
    points: int, told: bool
) -> None:
    """Lost paths end it: of 4.5 paths a question, 3.4 are three quarters."""
    curve = Curve(100, CURVE.means[:points], CURVE.variances[:points])

    findings = found(warm(curve=curve, paths=450, fewest=points))

    assert (findings["advice"] is not None, findings["forecast"] is not None) == (told, told)


def test_what_was_saved_counts_paths_asked_for_again() -> None:
    again = a_record(job="j0003", records_planned=20, paths_planned=20)
    sums = some_sums(sampled=280, paths=270, curve=CURVE)
    scored = Scored(WARM, sums, (a_record(paths_planned=280), again))

    findings = found(scored, plan=a_plan(stopping=Stopping("level", 0.95), waves=(3, 2)))

    assert findings["advice"] == {
        "sentence": "3 paths a question were asked for, of 5 at most: 60% of the generations"
    }


def test_of_paths_that_differ_agreement_says_what_it_is_no_measure_of() -> None:
    early = a_plan(stopping=Stopping("level", 0.95), waves=(3, 2))

    note = found(warm(), plan=early)["agreement"]["note"]

    assert note.startswith("confidence is of the paths that a question got: one that left at 4 to")
    assert found(warm())["agreement"]["note"] is None


def test_without_any_answer_there_is_no_agreement() -> None:
    unread = warm(unanswered=500, correct=0, expected=0.0)

    assert found(unread)["agreement"] is None


def test_votes_that_cannot_be_scored_have_mean_agreement_alone() -> None:
    agreement = Agreement.of([Split((4, 1), 0, None)])

    told = found(warm(None, labelled=0, curve=Curve(), agreement=agreement))["agreement"]

    assert told["means"]["share"] == 0.8
    assert (told["auroc"]["share"], told["calibration"], told["coverage"]) == (None, [], [])
