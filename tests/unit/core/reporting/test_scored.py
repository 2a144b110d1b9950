"""A setting's figures: an accuracy only where something was answered that can be compared."""

import pytest

from lambdas.core.errors import NothingAnsweredError
from lambdas.core.reporting.scored import Scored, scored_settings
from lambdas.core.statistics.curve import Curve
from lambdas.core.voting.sums import LaneSums
from tests.unit.core.samples import GREEDY, WARM, a_plan, a_record, some_sums


def test_settings_come_in_the_plans_order_with_their_jobs() -> None:
    warm, greedy = a_record(), a_record(job="j0001", setting="greedy")
    sums = {"T0.7": some_sums(), "greedy": some_sums(paths=100)}

    found = scored_settings(a_plan(), sums, [warm, greedy], {})

    assert [(each.setting, each.sums.paths, each.jobs) for each in found] == [
        (GREEDY, 100, (greedy,)),
        (WARM, 500, (warm,)),
    ]


def test_an_accuracy_with_ties_won_by_chance_and_one_as_they_were_drawn() -> None:
    scored = Scored(WARM, some_sums(expected=75.0, correct=74), ())

    assert (scored.accuracy, scored.voted_accuracy) == (0.75, 0.74)
    assert [(point.paths, point.mean, point.sd) for point in scored.curve] == [
        (1, 0.75, 0.25),
        (2, 0.75, 0.25),
    ]


@pytest.mark.parametrize(
    "sums",
    [
        pytest.param(some_sums(labelled=0, curve=Curve()), id="no question has a right answer"),
        pytest.param(some_sums(unanswered=500, correct=0, expected=0.0), id="no path is readable"),
        pytest.param(
            some_sums(unsampled=100, labelled=0, paths=0, fewest=0, most=0, curve=Curve()),
            id="no path came back",
        ),
    ],
)
def test_a_setting_without_anything_to_compare_has_neither_accuracy_nor_curve(
    sums: LaneSums,
) -> None:
    scored = Scored(WARM, sums, ())

    assert (scored.accuracy, scored.voted_accuracy, scored.curve) == (None, None, ())


def test_a_run_without_a_single_completion_is_no_success() -> None:
    failed = a_record(status="Completed", succeeded=0, errors=500, error_messages=["400: bad"])
    sums = some_sums(paths=0, unsampled=100)

    with pytest.raises(NothingAnsweredError, match=r"brought a single completion: .*400: bad"):
        scored_settings(a_plan(settings=(WARM,)), {"T0.7": sums}, [failed], {})


def test_completions_that_cannot_be_read_were_paid_for_and_are_reported() -> None:
    unread = a_record(succeeded=500)

    (found,) = scored_settings(
        a_plan(settings=(WARM,)), {"T0.7": some_sums(unanswered=500)}, [unread], {}
    )

    assert (found.accuracy, found.jobs) == (None, (unread,))


def test_what_an_error_of_a_record_quotes_is_left_to_the_jobs_entry() -> None:
    sums = some_sums()
    failed = a_record(succeeded=0, error_messages=["400: No question in 'What is 1 + 1?'"])

    with pytest.raises(NothingAnsweredError) as raised:
        scored_settings(a_plan(settings=(WARM,)), {"T0.7": sums}, [failed], {})

    assert "400: No question in …" in str(raised.value)
    assert "1 + 1" not in str(raised.value)
