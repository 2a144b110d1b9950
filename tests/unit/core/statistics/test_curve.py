"""Accuracy curves: exact against enumeration, scipy and re-draws; sums of shards."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from math import comb, prod, sqrt
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_hypergeom

from lambdas.contract.statistics import CurvePoint
from lambdas.core.answers.numeric import extract_number, gold_number
from lambdas.core.statistics.curve import Curve, chances, question_chances

Signature = tuple[int, tuple[int, ...], int]

REDRAWS = 10_000
SIGNATURES = st.tuples(
    st.integers(0, 8),
    st.lists(st.integers(1, 5), max_size=5).map(lambda counts: tuple(sorted(counts))),
    st.integers(0, 5),
)
ROWS = st.lists(st.lists(st.floats(0, 1), min_size=1, max_size=4).map(tuple), max_size=5)


def enumerated(correct: int, others: tuple[int, ...], unanswered: int) -> list[Fraction]:
    """Return the chances by enumerating every set of k paths."""
    labels = [0] * correct + [-1] * unanswered
    for name, count in enumerate(others, 1):
        labels += [name] * count
    return [
        sum(map(won, combinations(labels, k)), Fraction()) / comb(len(labels), k)
        for k in range(1, len(labels) + 1)
    ]


def won(drawn: tuple[int, ...]) -> Fraction:
    counts = [drawn.count(label) for label in set(drawn) - {-1}]
    most = max(counts, default=0)
    right = drawn.count(0)
    return Fraction(1, counts.count(most)) if right and right == most else Fraction()


def small_signatures() -> Iterator[Signature]:
    for correct, unanswered in product(range(4), range(3)):
        for others in [(), (1,), (3,), (1, 1), (1, 2), (2, 2), (1, 1, 1), (1, 1, 3)]:
            yield correct, others, unanswered


@pytest.mark.parametrize(
    ("correct", "others", "unanswered", "expected"),
    [
        pytest.param(3, (), 0, (1, 1, 1), id="all right"),
        pytest.param(0, (3,), 0, (0, 0, 0), id="all wrong"),
        pytest.param(0, (), 2, (0, 0), id="nobody votes"),
        pytest.param(0, (), 0, (), id="no paths"),
        pytest.param(1, (1,), 0, (1 / 2, 1 / 2), id="a tie of two"),
        pytest.param(1, (1, 1), 0, (1 / 3, 1 / 3, 1 / 3), id="a tie of three"),
        pytest.param(2, (1,), 0, (2 / 3, 2 / 3, 1), id="two against one"),
        pytest.param(1, (2,), 0, (1 / 3, 1 / 3, 0), id="one against two"),
        pytest.param(1, (), 1, (1 / 2, 1), id="an unanswered path is drawn but does not vote"),
        pytest.param(2, (1, 1), 0, (1 / 2, 1 / 2, 2 / 3, 1), id="ties of two and three"),
    ],
)
def test_chances_worked_by_hand(
    correct: int, others: tuple[int, ...], unanswered: int, expected: tuple[float, ...]
) -> None:
    assert chances(correct, others, unanswered) == pytest.approx(expected)


@pytest.mark.parametrize("signature", [*small_signatures()], ids=str)
def test_small_questions_are_exact_to_the_last_bit(
    signature: Signature,
) -> None:
    assert list(chances(*signature)) == [float(chance) for chance in enumerated(*signature)]


def decided_by_greedy(paths: Sequence[str | None], gold: str, greedy: str) -> list[Fraction]:
    """Return the chances by enumeration, a tie going to greedy's answer where it is part of it."""

    def chance(drawn: tuple[str | None, ...]) -> Fraction:
        counts = Counter(each for each in drawn if each)
        leaders = [each for each in counts if counts[each] == max(counts.values())]
        favoured = [greedy] if greedy in leaders else leaders
        return Fraction(gold in favoured, len(favoured)) if favoured else Fraction()

    return [
        sum(map(chance, combinations(paths, k)), Fraction()) / comb(len(paths), k)
        for k in range(1, len(paths) + 1)
    ]


PATHS = st.lists(st.sampled_from(["18", "18", "26", "13", "7", None]), min_size=1, max_size=9)


@settings(max_examples=300)
@given(paths=PATHS, greedy=st.sampled_from(["18", "26", "13", "99"]))
def test_ties_that_greedy_decides_are_exact_to_the_last_bit(
    paths: list[str | None], greedy: str
) -> None:
    votes = Counter(each for each in paths if each)

    found = question_chances(votes, "18", paths.count(None), greedy)

    assert found == tuple(map(float, decided_by_greedy(paths, "18", greedy)))


def winning_mass(signature: Signature) -> list[float]:
    """Return the chances as sums of the hypergeometric masses of all draws."""
    correct, others, unanswered = signature
    sizes = [correct, *others, unanswered]
    draws = np.array([*product(*(range(size + 1) for size in sizes))])
    voted, drawn = draws[:, :-1], draws.sum(axis=1)
    most = voted.max(axis=1)
    share = ((voted[:, 0] == most) & (most > 0)) / (voted == most[:, None]).sum(axis=1)
    mass = multivariate_hypergeom.pmf(draws, sizes, drawn)
    return [float((share * mass)[drawn == k].sum()) for k in range(1, sum(sizes) + 1)]


def number_of_draws(signature: Signature) -> int:
    correct, others, unanswered = signature
    return prod(size + 1 for size in (correct, *others, unanswered))


@given(signature=SIGNATURES.filter(lambda drawn: number_of_draws(drawn) <= 3_000))
@settings(max_examples=40)
def test_chances_are_sums_of_hypergeometric_masses(signature: Signature) -> None:
    assert list(chances(*signature)) == pytest.approx(winning_mass(signature))


@given(signature=SIGNATURES)
def test_with_all_paths_only_a_tie_is_left_to_chance(
    signature: Signature,
) -> None:
    correct, others, _ = signature
    tied = others.count(correct) + 1
    wins = correct > 0 and correct >= max(others, default=0)

    assert chances(*signature)[-1:] in [(), (1 / tied if wins else 0.0,)]


@given(signature=SIGNATURES)
def test_a_chance_lies_between_0_and_1(signature: Signature) -> None:
    drawn = chances(*signature)

    assert all(0 <= chance <= 1 for chance in drawn)
    assert len(drawn) == signature[0] + sum(signature[1]) + signature[2]


@pytest.mark.parametrize(
    "others",
    [
        pytest.param((1,) * 90, id="90 different wrong answers"),
        pytest.param((10,) * 9, id="ten equal answers"),
        pytest.param((30, 60), id="outvoted"),
    ],
)
def test_with_one_of_a_hundred_paths_the_chance_is_the_share_of_right_paths(
    others: tuple[int, ...],
) -> None:
    assert chances(10, others, 0)[0] == 0.1


@pytest.mark.parametrize(
    ("gold", "expected"),
    [
        pytest.param("18", (2 / 3, 2 / 3, 1), id="the majority is right"),
        pytest.param("26", (1 / 3, 1 / 3, 0), id="the minority is right"),
        pytest.param("5", (0, 0, 0), id="nobody is right"),
    ],
)
def test_a_question_is_scored_by_its_votes(gold: str, expected: tuple[float, ...]) -> None:
    drawn = question_chances({"18": 2, "26": 1}, gold, unanswered=0)

    assert drawn == pytest.approx(expected)


def test_a_curve_gives_mean_and_sd_of_accuracy() -> None:
    curve = Curve.of([(1.0, 1.0), (0.5, 0.9), (0.0, 0.9), (0.5, 0.0)])

    assert curve.points() == (
        CurvePoint(1, 0.5, sqrt(0.5) / 4),
        CurvePoint(2, pytest.approx(0.7), pytest.approx(sqrt(0.18) / 4)),
    )


def test_a_curve_ends_with_the_question_of_fewest_paths() -> None:
    shard, other = Curve.of([(1.0, 1.0, 1.0), (0.0, 0.0)]), Curve.of([(1.0,)])

    assert [point.paths for point in shard.points()] == [1, 2]
    assert (shard + other).points() == (CurvePoint(1, 2 / 3, 0.0),)


def test_a_question_without_paths_makes_the_curve_empty() -> None:
    assert (Curve.of([(1.0, 1.0)]) + Curve.of([()])).points() == ()


def test_a_curve_without_questions_is_empty_and_adds_nothing() -> None:
    curve = Curve.of([(0.5, 0.25)])

    assert Curve().points() == Curve.of([]).points() == ()
    assert Curve() + curve == curve + Curve.of([]) == curve


@given(first=ROWS, second=ROWS)
def test_curves_of_shards_add_up(
    first: list[tuple[float, ...]], second: list[tuple[float, ...]]
) -> None:
    together = Curve.of(first) + Curve.of(second)
    whole = Curve.of(second + first)

    assert together.questions == whole.questions
    assert together.means == pytest.approx(whole.means)
    assert together.variances == pytest.approx(whole.variances)


@given(rows=ROWS)
def test_sums_survive_json(rows: list[tuple[float, ...]]) -> None:
    curve = Curve.of(rows)

    assert msgspec.json.decode(msgspec.json.encode(curve), type=Curve) == curve


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def redrawn(rng: np.random.Generator, signature: Signature, paths: int) -> Any:
    """Return for each re-draw whether the vote is right, with ties drawn at random."""
    correct, others, unanswered = signature
    drawn = rng.multivariate_hypergeometric([correct, *others, unanswered], paths, size=REDRAWS)
    voted = drawn[:, :-1]
    most = voted.max(axis=1)
    tied = (voted == most[:, None]).sum(axis=1)
    return (voted[:, 0] == most) & (most > 0) & (rng.random(REDRAWS) * tied < 1)


def test_recorded_sets_lie_within_three_standard_errors_of_their_redraws(
    shared_data: Callable[[str], Path],
) -> None:
    name = "gsm8k_qwen2.5-1.5b"
    golds = {
        row["question"]: gold_number(row["answer"])
        for row in rows(shared_data(f"{name}.questions.jsonl"))
    }
    signatures: list[Signature] = []
    for row in rows(shared_data(f"{name}.recorded.jsonl")):
        votes = Counter(extract_number(text) for text in row["samples"]["T1.0"])
        unanswered, correct = votes.pop(None, 0), votes.pop(golds[row["question"]], 0)
        signatures.append((correct, tuple(sorted(votes.values())), unanswered))
    points = Curve.of(chances(*signature) for signature in signatures).points()
    rng = np.random.default_rng(0)

    for point in (points[1], points[2], points[4], points[9]):
        right = sum(redrawn(rng, signature, point.paths) for signature in signatures)
        accuracy = right / len(signatures)

        # Standard errors: of a mean sd/√R, of a standard deviation sd/√(2R).
        assert abs(accuracy.mean() - point.mean) <= 3 * point.sd / sqrt(REDRAWS)
        assert abs(accuracy.std(ddof=1) - point.sd) <= 3 * point.sd / sqrt(2 * REDRAWS)


GREEDY_CASES = [
    pytest.param({"A": 2, "B": 2}, 0, "A", id="greedy is right"),
    pytest.param({"A": 2, "B": 2, "C": 1}, 1, "B", id="greedy is the rival"),
    pytest.param({"A": 1, "B": 2, "C": 2}, 1, "C", id="greedy is one of two rivals"),
    pytest.param({"A": 3, "B": 1}, 2, "Z", id="no path says what greedy says"),
    pytest.param({"A": 2, "B": 3}, 0, None, id="greedy has no answer"),
    pytest.param({"B": 3}, 1, "A", id="only greedy is right, and has no vote"),
]


@pytest.mark.parametrize(("votes", "unanswered", "greedy"), GREEDY_CASES)
def test_ties_that_greedy_decides_are_exact(
    votes: dict[str, int], unanswered: int, greedy: str | None
) -> None:
    paths = [answer for answer, count in votes.items() for _ in range(count)]
    paths += [""] * unanswered

    expected = [
        float(sum(Fraction(right_by_greedy(drawn, greedy)) for drawn in draws) / len(draws))
        for k in range(1, len(paths) + 1)
        for draws in [list(combinations(paths, k))]
    ]

    assert question_chances(votes, "A", unanswered, greedy) == pytest.approx(expected)


def right_by_greedy(drawn: tuple[str, ...], greedy: str | None) -> Fraction:
    """Return the chance that `A` wins, where greedy's answer wins the ties it is part of."""
    counts = {answer: drawn.count(answer) for answer in set(drawn) - {""}}
    tied = {answer for answer, count in counts.items() if count == max(counts.values())}
    if greedy in tied:
        return Fraction(greedy == "A")
    return Fraction(1, len(tied)) if "A" in tied else Fraction()
