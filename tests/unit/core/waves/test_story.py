"""A wave's story, worked by hand."""

from lambdas.core.waves.layout import first_needs, jobs_of
from lambdas.core.waves.need import Certainty, LostFrom
from lambdas.core.waves.story import SettingWave, story_of
from tests.unit.core.samples import GREEDY, WARM, a_need, a_plan

PLAN = a_plan(settings=(GREEDY, WARM), waves=(2, 3))
GREEDY_DONE = a_need(
    lane="greedy-000", setting="greedy", open=(), lost=(), finished=100, sampled=100
)
# After the first wave 60 are settled; of the 40 others, 30 are to have a lost path again.
HALF = a_need(
    open=(Certainty(0.5, 40),), lost=(LostFrom(1, 30, 30),), lost_questions=30, finished=60
)


def test_a_wave_under_way_tells_what_it_asks_for() -> None:
    needs = first_needs(PLAN)

    story = story_of(PLAN, 1, jobs_of(PLAN, 1, needs), needs, needs)

    assert (story.wave, story.jobs, story.records, story.generations) == (1, 2, 300, 300)
    assert story.settings == (
        SettingWave(
            "greedy", questions=100, generations=100, again=0, settled=0, spent=0, open=100
        ),
        SettingWave("T0.7", questions=100, generations=200, again=0, settled=0, spent=0, open=100),
    )


def test_a_wave_that_has_ended_tells_what_it_settled() -> None:
    before = first_needs(PLAN)

    story = story_of(PLAN, 1, jobs_of(PLAN, 1, before), before, [GREEDY_DONE, HALF])

    assert [(each.settled, each.open) for each in story.settings] == [(100, 0), (60, 40)]


def test_questions_that_leave_with_all_their_paths_are_told_from_settled_ones() -> None:
    before, after = [GREEDY_DONE, HALF], [GREEDY_DONE, a_need(open=(), finished=100, spent=25)]

    story = story_of(PLAN, 2, jobs_of(PLAN, 2, before), before, after)

    # Of the 40 that were open.
    assert [(each.settled, each.spent, each.open) for each in story.settings] == [
        (0, 0, 0),
        (15, 25, 0),
    ]


def test_open_questions_are_spent_once_the_budget_is_at_its_end() -> None:
    """The first wave has taken the two paths a question that the budget is."""
    plan = a_plan(settings=(GREEDY, WARM), waves=(2, 3), budget=2.0)
    before = first_needs(plan)
    after = [GREEDY_DONE, a_need(open=(Certainty(0.5, 40),), finished=60)]

    ended = story_of(plan, 1, jobs_of(plan, 1, before), before, after)
    under_way = story_of(plan, 1, jobs_of(plan, 1, before), before, before)

    warm, asked = ended.settings[1], under_way.settings[1]
    assert (warm.settled, warm.spent, warm.open) == (60, 40, 0)
    assert (asked.settled, asked.spent, asked.open) == (0, 0, 100)


def test_open_questions_of_a_budget_that_lasts_are_open() -> None:
    plan = a_plan(settings=(GREEDY, WARM), waves=(2, 3), budget=2.5)
    before = first_needs(plan)
    after = [GREEDY_DONE, a_need(open=(Certainty(0.5, 40),), finished=60)]

    story = story_of(plan, 1, jobs_of(plan, 1, before), before, after)

    assert [(each.spent, each.open) for each in story.settings] == [(0, 0), (0, 40)]


def test_paths_asked_for_again_are_told_apart_and_their_questions_counted_once() -> None:
    """Ten have lost a path and were settled before: 50 questions are asked, not 40."""
    before = [GREEDY_DONE, HALF]
    after = [GREEDY_DONE, a_need(open=(), finished=97, asked=50, lost=(LostFrom(2, 3, 3),))]

    story = story_of(PLAN, 2, jobs_of(PLAN, 2, before), before, after)

    # 120 records of new paths, and 30 lost ones in the same job.
    assert (story.jobs, story.records, story.generations) == (1, 150, 150)
    assert story.settings == (
        SettingWave("greedy", questions=0, generations=0, again=0, settled=0, spent=0, open=0),
        SettingWave(
            "T0.7", questions=50, generations=150, again=30, settled=37, spent=0, open=3, lost=3
        ),
    )
