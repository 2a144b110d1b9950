"""The pool of all sampled settings: counts and ties, and figures of recorded sets."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lambdas.contract.schema import Setting
from lambdas.contract.votes import VoteRecord
from lambdas.core.answers.numeric import extract_number, gold_number
from lambdas.core.voting.final_vote import MAX_CURVE_PATHS, final_record, final_votes
from tests.unit.core.samples import a_plan

COOL, WARM = Setting("T0.5", 0.5, 3), Setting("T1.0", 1.0, 3)
GREEDY = Setting("greedy", 0.0, 1)
POOL = a_plan(settings=(GREEDY, COOL, WARM), waves=(3,))


def a_vote(setting: str, answer: str | None, unanswered: int = 0, **votes: int) -> VoteRecord:
    counts = {name.removeprefix("n"): count for name, count in votes.items()}
    return VoteRecord(
        question_id="q0",
        setting=setting,
        answer=answer,
        gold="1",
        correct=answer == "1",
        paths=sum(counts.values()) + unanswered,
        support=max(counts.values(), default=0),
        votes=counts,
        unanswered=unanswered,
        tied=False,
        wave=1,
    )


def by_setting(*votes: VoteRecord) -> dict[str, VoteRecord]:
    return {vote.setting: vote for vote in votes}


def test_a_path_counts_once_whatever_its_setting() -> None:
    votes = by_setting(
        a_vote("greedy", "7", n7=1),
        a_vote("T0.5", "2", n2=2, n1=1),
        a_vote("T1.0", "1", 1, n1=2),
    )

    found = final_record(POOL, votes)

    assert (found.answer, found.support, found.paths) == ("1", 3, 6)
    assert (found.votes, found.unanswered, found.tied) == ({"1": 3, "2": 2}, 1, False)
    assert (found.correct, found.stage) == (True, 1)


def test_a_question_without_an_answer_has_no_final_answer() -> None:
    votes = by_setting(
        a_vote("greedy", "1", n1=1), a_vote("T0.5", None, 3), a_vote("T1.0", None, 2)
    )

    found = final_record(POOL, votes)

    assert (found.answer, found.support, found.correct) == (None, 0, False)
    assert (found.paths, found.unanswered) == (5, 5)


def test_a_tie_is_drawn_alike_each_time_and_greedy_may_decide_it() -> None:
    votes = by_setting(
        a_vote("greedy", "2", n2=1), a_vote("T0.5", "1", n1=2), a_vote("T1.0", "2", n2=2)
    )
    by_greedy = a_plan(settings=POOL.settings, waves=(3,), ties="greedy")

    drawn = {final_record(POOL, votes).answer for _ in range(9)}
    seeds = {final_record(a_plan(settings=POOL.settings, seed=n), votes).answer for n in range(40)}

    assert len(drawn) == 1
    assert seeds == {"1", "2"}
    assert final_record(by_greedy, votes).answer == "2"


def test_the_final_answer_of_one_sampled_setting_is_its_own() -> None:
    plan = a_plan(settings=(GREEDY, COOL), waves=(3,))
    votes = by_setting(a_vote("greedy", "1", n1=1), a_vote("T0.5", "7", n1=1, n2=1, n7=1))
    votes["T0.5"].tied = True

    found = final_votes(plan, [votes], 3)

    # The setting's own draw among the tied, not another.
    (record,) = found.records
    assert (record.answer, record.tied, record.support) == ("7", True, 1)
    assert found.sums is None


@pytest.mark.parametrize(
    ("greedy", "chance"),
    [
        pytest.param("1", 1.0, id="greedy is right"),
        pytest.param("2", 0.0, id="greedy is wrong"),
        pytest.param("7", 0.5, id="greedy is not among the tied"),
    ],
)
def test_a_tie_counts_as_greedy_decides_it_in_accuracy_and_curve(
    greedy: str, chance: float
) -> None:
    plan = a_plan(settings=POOL.settings, waves=(3,), ties="greedy")
    votes = by_setting(
        a_vote("greedy", greedy, **{f"n{greedy}": 1}),
        a_vote("T0.5", "1", n1=2),
        a_vote("T1.0", "2", n2=2),
    )

    sums = final_votes(plan, [votes], 6).sums

    assert sums is not None
    assert (sums.expected, sums.curve.points()[-1].mean) == (chance, chance)


def test_a_question_without_paths_is_not_scored() -> None:
    votes = by_setting(*(a_vote(name, None) for name in ("greedy", "T0.5", "T1.0")))

    found = final_votes(POOL, [votes], 6)

    (record,) = found.records
    assert (record.answer, record.correct, record.support, record.paths) == (None, None, 0, 0)
    assert found.sums is not None
    assert (found.sums.unsampled, found.sums.labelled) == (1, 0)


def test_the_pool_of_very_many_paths_has_no_curve() -> None:
    many = MAX_CURVE_PATHS // 2 + 1
    plan = a_plan(settings=(Setting("T0.5", 0.5, many), Setting("T1.0", 1.0, many)))
    votes = by_setting(a_vote("T0.5", "1", n1=many), a_vote("T1.0", "1", n1=many))

    sums = final_votes(plan, [votes], 2 * many).sums

    assert sums is not None
    assert (sums.paths, sums.curve.means) == (2 * many, ())


SETS = [
    pytest.param("gsm8k_qwen2.5-1.5b", ("T0.5", "T0.7", "T1.0"), 82.29, id="qwen, 3 x 10"),
]


@pytest.mark.parametrize(("name", "settings", "accuracy"), SETS)
def test_recorded_sets_have_the_pooled_accuracy_computed_elsewhere(
    name: str,
    settings: tuple[str, ...],
    accuracy: float,
    shared_data: Callable[[str], Path],
) -> None:
    plan = a_plan(settings=tuple(Setting(each, float(each[1:]), 10) for each in settings))
    golds = {row["question"]: gold_number(row["answer"]) for row in rows(shared_data, name, "q")}
    questions = []
    for row in rows(shared_data, name, "r"):
        counts = {each: Counter(map(extract_number, row["samples"][each])) for each in settings}
        questions.append(
            by_setting(*(counted(each, counts[each], golds[row["question"]]) for each in settings))
        )

    sums = final_votes(plan, questions, 30 * len(questions)).sums

    assert sums is not None
    assert 100 * sums.expected / sums.labelled == pytest.approx(accuracy, abs=0.05)
    # Ten of the thirty, by the exact curve.
    assert 100 * sums.curve.points()[9].mean == pytest.approx(79.10, abs=0.05)


def counted(setting: str, counts: Counter[str | None], gold: str | None) -> VoteRecord:
    unanswered = counts.pop(None, 0)
    votes = {answer: count for answer, count in counts.items() if answer is not None}
    vote = a_vote(setting, None, unanswered)
    vote.votes, vote.gold, vote.paths = votes, gold, sum(votes.values()) + unanswered
    return vote


def rows(shared_data: Callable[[str], Path], name: str, kind: str) -> list[Any]:
    file = f"{name}.{'questions' if kind == 'q' else 'recorded'}.jsonl"
    lines = shared_data(file).read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]
