import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.core.stopping.shares import Group, questions_afforded, shares

groups_of_lanes = st.lists(
    st.builds(Group, st.sampled_from("abc"), st.sampled_from([0.5, 0.75, 0.9]), st.integers(0, 9))
)


def test_the_least_certain_questions_of_all_lanes_go_first() -> None:
    groups = [Group("a", 0.9, 5), Group("a", 0.5, 2), Group("b", 0.75, 4)]

    assert shares(groups, 5) == {"a": 2, "b": 3}


def test_lanes_go_in_order_where_the_confidence_is_one() -> None:
    assert shares([Group("b", 0.5, 3), Group("a", 0.5, 3)], 4) == {"b": 3, "a": 1}


def test_a_lane_that_gets_none_is_named_all_the_same() -> None:
    assert shares([Group("a", 0.5, 3), Group("b", 0.9, 3)], 3) == {"a": 3, "b": 0}


def test_all_get_the_wave_where_the_budget_has_more() -> None:
    assert shares([Group("a", 0.5, 3), Group("b", 0.9, 3)], 100) == {"a": 3, "b": 3}


@given(groups_of_lanes, st.integers(0, 60))
def test_shares_add_up_to_what_is_afforded_or_to_all(groups: list[Group], questions: int) -> None:
    asked = sum(group.questions for group in groups)

    assert sum(shares(groups, questions).values()) == min(questions, asked)


@pytest.mark.parametrize(
    ("left_paths", "wave_paths", "waves_left", "questions"),
    [
        pytest.param(500, 8, 2, 31, id="half of the rest: 250 // 8"),
        pytest.param(250, 27, 1, 9, id="the last wave takes all: 250 // 27"),
        pytest.param(7, 8, 1, 0, id="too little for one question"),
        pytest.param(-3, 8, 2, 0, id="overspent"),
    ],
)
def test_questions_afforded(
    left_paths: int, wave_paths: int, waves_left: int, questions: int
) -> None:
    assert questions_afforded(left_paths, wave_paths, waves_left) == questions
