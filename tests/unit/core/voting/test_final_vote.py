"""The run's one answer to each question: pooled votes, ties, and the sums over them."""

from typing import Any

import pytest

from lambdas.contract.schema import Plan, Setting, Stopping
from lambdas.contract.votes import FinalRecord, VoteRecord
from lambdas.core.voting.final_vote import final_record, final_votes
from lambdas.core.voting.majority import majority
from tests.unit.core.samples import GREEDY, a_plan

COOL, WARM = Setting("T0.5", 0.5, 3), Setting("T1.0", 1.0, 3)


def plan_of(*settings: Setting, **changed: Any) -> Plan:
    return a_plan(settings=(GREEDY, *settings), waves=(3,), **changed)


def voted(
    votes: dict[str, int], unanswered: int = 0, gold: str | None = "18", answer: str | None = None
) -> VoteRecord:
    """Return a setting's vote on a question, for its first answer unless told."""
    winner = answer or next(iter(votes), None)
    paths = sum(votes.values()) + unanswered
    return VoteRecord(
        question_id="q1",
        setting="T",
        answer=winner,
        gold=gold,
        correct=None if gold is None or not paths else winner == gold,
        paths=paths,
        support=max(votes.values(), default=0),
        votes=votes,
        unanswered=unanswered,
        tied=list(votes.values()).count(max(votes.values(), default=0)) > 1,
        wave=1,
    )


def test_all_paths_of_sampled_settings_vote_together_and_greedy_stays_out() -> None:
    votes = {
        "greedy": voted({"7": 1}),
        "T0.5": voted({"26": 2, "18": 1}),
        "T1.0": voted({"18": 2}, unanswered=1),
    }

    assert final_record(plan_of(COOL, WARM), votes) == FinalRecord(
        question_id="q1",
        answer="18",
        gold="18",
        correct=True,
        support=3,
        paths=6,
        tied=False,
        stage=1,
        votes={"18": 3, "26": 2},
        unanswered=1,
    )


def test_the_final_answer_of_one_sampled_setting_is_its_own() -> None:
    votes = {"greedy": voted({"18": 1}), "T0.5": voted({"26": 1, "18": 1, "7": 1}, answer="7")}

    found = final_record(plan_of(COOL), votes)

    # The setting's own draw among the tied, not another.
    assert (found.answer, found.tied, found.support, found.correct) == ("7", True, 1, False)


def test_without_sampled_settings_greedy_answers() -> None:
    found = final_record(plan_of(), {"greedy": voted({"18": 1})})

    assert (found.answer, found.correct, found.paths) == ("18", True, 1)


def test_a_tie_of_the_pool_is_drawn_by_the_seed_under_a_name_of_its_own() -> None:
    votes = {"T0.5": voted({"26": 2}), "T1.0": voted({"18": 2})}
    drawn = {
        seed: final_record(plan_of(COOL, WARM, seed=seed), votes | {"greedy": voted({"7": 1})})
        for seed in range(20)
    }

    assert all(each.tied for each in drawn.values())
    assert {each.answer for each in drawn.values()} == {"18", "26"}
    for seed, each in drawn.items():
        expected = majority({"18": 2, "26": 2}, seed=seed, setting="final", question_id="q1")
        assert expected
        assert each.answer == expected.answer


@pytest.mark.parametrize(
    ("greedy", "chance"),
    [
        pytest.param("18", 1.0, id="greedy is right"),
        pytest.param("26", 0.0, id="greedy is wrong"),
        pytest.param("7", 0.5, id="greedy is not among the tied"),
    ],
)
def test_a_tie_of_the_pool_may_go_to_greedy_s_answer(greedy: str, chance: float) -> None:
    votes = {"greedy": voted({greedy: 1}), "T0.5": voted({"26": 2}), "T1.0": voted({"18": 2})}

    found = final_votes(plan_of(COOL, WARM, ties="greedy"), [votes], 6)

    assert found.sums
    assert found.sums.expected == chance
    # With all four paths it is the vote itself.
    assert found.sums.curve.points()[-1].mean == chance


def test_the_curve_of_the_pool_draws_from_all_its_paths() -> None:
    votes = {"greedy": voted({"7": 1}), "T0.5": voted({"18": 2}), "T1.0": voted({"26": 1})}

    found = final_votes(plan_of(COOL, WARM), [votes], 4)

    # Two of three paths are right; of two drawn both are, or they are a tie.
    assert found.sums
    means = [point.mean for point in found.sums.curve.points()]
    assert means == pytest.approx([2 / 3, 1 / 3 + 2 / 3 / 2, 1])
    assert (found.sums.requested, found.sums.paths, found.sums.most) == (4, 3, 3)


def test_where_questions_stop_early_the_pool_has_no_curve() -> None:
    votes = {"greedy": voted({"7": 1}), "T0.5": voted({"18": 2}), "T1.0": voted({"26": 1})}

    found = final_votes(plan_of(COOL, WARM, stopping=Stopping("certain")), [votes], 4)

    assert found.sums
    assert found.sums.curve.points() == ()
    assert found.sums.expected == 1.0


def test_a_question_without_paths_is_not_scored() -> None:
    votes = {"greedy": voted({}), "T0.5": voted({}), "T1.0": voted({})}

    found = final_votes(plan_of(COOL, WARM), [votes], 6)

    (record,) = found.records
    assert (record.answer, record.correct, record.support, record.paths) == (None, None, 0, 0)
    assert found.sums
    assert (found.sums.unsampled, found.sums.labelled) == (1, 0)


def test_without_a_known_answer_nothing_is_scored() -> None:
    votes = {
        "greedy": voted({"18": 1}, gold=None),
        "T0.5": voted({"18": 2}, gold=None),
        "T1.0": voted({"18": 1}, gold=None),
    }

    found = final_record(plan_of(COOL, WARM), votes)

    assert (found.answer, found.gold, found.correct) == ("18", None, None)


def test_one_setting_s_sums_are_left_as_they_are() -> None:
    votes = {"greedy": voted({"18": 1}), "T0.5": voted({"18": 2})}

    assert final_votes(plan_of(COOL), [votes], 3).sums is None
