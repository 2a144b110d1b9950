"""Scored settings: an accuracy only if answers can be compared, jobs shared out, pairing."""

import pytest

from lambdas.contract.jobs import SliceFigures
from lambdas.core.errors import NothingAnsweredError
from lambdas.core.report.scores import Pairing, ScoredSetting, scored_settings, split_by_setting
from lambdas.core.statistics.curve import Curve
from lambdas.core.statistics.significance import Paired
from lambdas.core.voting.sums import PartitionSums
from tests.unit.core.report.question_samples import a_vote, greedy_vote
from tests.unit.core.report.samples import a_job_entry
from tests.unit.core.samples import GREEDY, WARM, a_plan, some_sums


def test_settings_come_in_the_plans_order_with_their_jobs() -> None:
    warm, greedy = a_job_entry(), a_job_entry(job="j0001", setting="greedy")
    sums = {"T0.7": some_sums(), "greedy": some_sums(paths=100)}

    found = scored_settings(a_plan(), sums, [warm, greedy], {})

    assert [(each.setting, each.sums.paths, each.jobs) for each in found] == [
        (GREEDY, 100, (greedy,)),
        (WARM, 500, (warm,)),
    ]


def test_accuracy_counts_ties_by_their_chance_and_voted_accuracy_as_cast() -> None:
    scored = ScoredSetting(WARM, some_sums(expected=75.0, correct=74), ())

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
def test_without_anything_to_compare_there_is_neither_accuracy_nor_curve(
    sums: PartitionSums,
) -> None:
    scored = ScoredSetting(WARM, sums, ())

    assert (scored.accuracy, scored.voted_accuracy, scored.curve) == (None, None, ())


def test_a_run_without_a_single_completion_fails() -> None:
    failed = a_job_entry(status="Completed", succeeded=0, errors=500, error_messages=("400: bad",))
    sums = some_sums(paths=0, unsampled=100)

    with pytest.raises(NothingAnsweredError, match=r"brought a single completion: .*400: bad"):
        scored_settings(a_plan(settings=(WARM,)), {"T0.7": sums}, [failed], {})


def test_completions_that_cannot_be_read_were_paid_for_and_are_reported() -> None:
    unread = a_job_entry(succeeded=500)

    (found,) = scored_settings(
        a_plan(settings=(WARM,)), {"T0.7": some_sums(unanswered=500)}, [unread], {}
    )

    assert (found.accuracy, found.jobs) == (None, (unread,))


def test_quotations_in_record_errors_stay_out_of_exceptions() -> None:
    sums = some_sums()
    failed = a_job_entry(succeeded=0, error_messages=("400: No question in 'What is 1 + 1?'",))

    with pytest.raises(NothingAnsweredError) as raised:
        scored_settings(a_plan(settings=(WARM,)), {"T0.7": sums}, [failed], {})

    assert "400: No question in …" in str(raised.value)
    assert "1 + 1" not in str(raised.value)


def test_a_job_of_one_setting_is_its_own() -> None:
    job = a_job_entry()

    assert list(split_by_setting(job)) == [job]


def test_each_setting_of_a_shared_job_has_the_figures_of_its_slice() -> None:
    slices = (
        SliceFigures(setting="greedy", answered=4, unread="No idea"),
        SliceFigures(setting="T0.7", answered=6),
    )
    shared = a_job_entry(answered=10, unread="Hm", slices=slices)

    greedy, warm = split_by_setting(shared)

    assert (greedy.setting, greedy.answered, greedy.unread) == ("greedy", 4, "No idea")
    # A slice without a text of its own shows that of the whole job.
    assert (warm.setting, warm.answered, warm.unread) == ("T0.7", 6, "Hm")
    assert (warm.status, warm.slices) == ("Completed", ())


def test_votes_are_paired_with_greedy_s_on_the_same_question() -> None:
    pairing = Pairing(by_greedy=False)
    for greedy, votes in (("18", {"18": 3}), ("26", {"18": 2, "26": 2}), ("18", {"26": 3})):
        pairing.add({"greedy": greedy_vote(greedy), "T0.7": a_vote(votes)})
    pairing.add({"greedy": greedy_vote("18", gold=None), "T0.7": a_vote({"18": 3}, gold=None)})

    assert pairing.paired() == {
        "T0.7": Paired(both=1.0, gained=0.5, lost=1.0, neither=0.5, gained_votes=1, lost_votes=1)
    }
