import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.stopping.rules import Stopping
from lambdas.core.stopping.waves import default_budget_waves, default_waves

RULES = [
    Stopping("never"),
    Stopping("certain"),
    Stopping("level", 0.90),
    Stopping("level", 0.95),
    Stopping("level", 0.99),
    Stopping("certified", 0.05),
]


@given(st.integers(1, 100), st.sampled_from(RULES))
def test_the_waves_add_up_to_the_paths(paths: int, stopping: Stopping) -> None:
    waves = default_waves(paths, stopping)

    assert sum(waves) == paths
    assert min(waves) > 0
    assert len(waves) <= 3


@given(st.integers(1, 100), st.floats(1, 100))
def test_the_waves_of_a_budget_add_up_and_begin_within_it(paths: int, budget: float) -> None:
    waves = default_budget_waves(paths, budget)

    assert sum(waves) == paths
    assert min(waves) > 0
    assert len(waves) <= 4
    assert waves[0] <= budget


# 4, 6 and 8 agreeing paths reach 0.95, 0.99 and certified 0.05; 21 of 40 are certain.
@pytest.mark.parametrize(
    ("stopping", "waves"),
    [
        (Stopping("level", 0.95), (4, 12, 24)),
        (Stopping("level", 0.99), (6, 12, 22)),
        (Stopping("certified", 0.05), (8, 11, 21)),
        (Stopping("certain"), (22, 6, 12)),
        (Stopping("never"), (40,)),
    ],
    ids=str,
)
def test_the_first_wave_settles_where_all_paths_agree(
    stopping: Stopping, waves: tuple[int, ...]
) -> None:
    assert default_waves(40, stopping) == waves


def test_few_paths_get_two_waves() -> None:
    assert (default_waves(19), default_waves(20)) == ((4, 15), (4, 6, 10))


@pytest.mark.parametrize(
    ("paths", "budget", "waves"),
    [
        pytest.param(40, 10, (4, 4, 8, 24), id="two, two and four fifths of it, and the rest"),
        pytest.param(40, 7.5, (3, 3, 6, 28), id="a broken budget is rounded up"),
        pytest.param(40, 30, (5, 12, 12, 11), id="five paths at most in the first"),
        pytest.param(10, 9.5, (4, 3, 2, 1), id="half of what is left at most in the others"),
        pytest.param(1, 1, (1,), id="one path"),
        pytest.param(3, 1, (1, 1, 1), id="a budget of one path leaves no other wave any"),
    ],
)
def test_a_budget_has_its_own_plan(paths: int, budget: float, waves: tuple[int, ...]) -> None:
    assert default_budget_waves(paths, budget) == waves
