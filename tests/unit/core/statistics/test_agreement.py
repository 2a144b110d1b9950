"""Agreement of a question's paths by three measures."""

from math import log

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.statistics.agreement import Agreement, Measures, Split

SPLITS = st.lists(
    st.builds(
        Split,
        st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple),
        st.integers(0, 3),
        st.sampled_from([0.0, 0.5, 1.0, None]),
    ),
    max_size=6,
)


@pytest.mark.parametrize(
    ("counts", "unanswered", "share", "margin", "entropy"),
    [
        pytest.param((5,), 0, 1, 1, 1, id="all agree"),
        pytest.param((1,), 0, 1, 1, 1, id="one path agrees with itself"),
        pytest.param((), 1, 0, 0, 0, id="one path without an answer"),
        pytest.param((), 4, 0, 0, 0, id="no path has an answer"),
        pytest.param((1, 1, 1, 1), 0, 0.25, 0, 0, id="all differ"),
        pytest.param((2, 2), 0, 0.5, 0, 0.5, id="two halves: 1 - log 2 / log 4"),
        pytest.param((1, 3, 2), 4, 0.3, 0.1, 0.203, id="unanswered ones lower it"),
        pytest.param((3,), 1, 0.75, 0.75, 0.594, id="an unanswered path is no rival"),
    ],
)
def test_a_measure_worked_by_hand(
    counts: tuple[int, ...], unanswered: int, share: float, margin: float, entropy: float
) -> None:
    means = Agreement.of([Split(counts, unanswered, right=None)]).means()

    assert means == Measures(share, margin, entropy)


def test_entropy_falls_with_every_answer_that_differs() -> None:
    # Ten paths as 7 and 3: the entropy is -(0.7 log 0.7 + 0.3 log 0.3), at most log 10.
    expected = 1 + (0.7 * log(0.7) + 0.3 * log(0.3)) / log(10)

    means = Agreement.of([Split((7, 3), 0, right=None)]).means()

    assert means.entropy == pytest.approx(expected, abs=0.0005)


def test_each_measure_tells_right_from_wrong() -> None:
    questions = [Split((9, 1), 0, 1.0), Split((5, 5), 0, 0.0), Split((8, 1), 1, 1.0)]

    assert Agreement.of(questions).auroc() == Measures(1.0, 1.0, 1.0)


@given(first=SPLITS, second=SPLITS)
def test_shards_add_up_to_the_whole_set(first: list[Split], second: list[Split]) -> None:
    assert Agreement.of(first) + Agreement.of(second) == Agreement.of([*second, *first])


@given(splits=SPLITS)
def test_an_agreement_survives_json(splits: list[Split]) -> None:
    agreement = Agreement.of(splits)

    assert msgspec.json.decode(msgspec.json.encode(agreement), type=Agreement) == agreement


@given(splits=SPLITS)
def test_a_confidence_lies_between_0_and_1(splits: list[Split]) -> None:
    agreement = Agreement.of(splits)
    cells = [*agreement.share.cells, *agreement.margin.cells, *agreement.entropy.cells]

    assert all(0 <= cell.thousandths <= 1000 for cell in cells)


def test_no_questions_have_no_means() -> None:
    assert Agreement().means() == Agreement().auroc() == Measures(None, None, None)
