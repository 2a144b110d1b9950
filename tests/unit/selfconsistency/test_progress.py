from dataclasses import replace

import pytest
from rich.console import Console

from lambdas.contract.answered_by import AnsweredBy
from lambdas.contract.entries import DatasetFindings, ExpectedCost, JobEntry
from lambdas.contract.votes import SettingWaveSummary, WaveSummary
from selfconsistency.progress import counts, expectation, in_flight, news, picture, show_until_end
from selfconsistency.runs import Run

RUN = Run("r1", status="running", wave=1, questions=100, jobs_planned=40, paths_planned=1000)


def jobs(collected: int, flying: int = 0) -> tuple[JobEntry, ...]:
    done = JobEntry(
        wave=1,
        job="j0001",
        setting="T0.7",
        status="Completed",
        records_planned=100,
        records_done=50,
        answered=20,
        unanswered=5,
        collected=True,
    )
    under_way = done.model_copy(update={"status": "InProgress", "collected": False})
    return (done,) * collected + (under_way,) * flying


def test_the_first_look_tells_status_and_plan() -> None:
    assert news(None, RUN) == ["run r1: running", "wave 1: 100 questions, 40 jobs so far"]


def test_the_expected_cost_is_told_once_it_is_known() -> None:
    planned = replace(RUN, expected=ExpectedCost(cost_usd=0.17, ceiling_usd=0.42))

    assert "expected cost $0.17, upper bound $0.42" in news(RUN, planned)
    assert news(planned, planned) == []


def test_an_expected_cost_that_is_unknown_is_told_as_such() -> None:
    planned = replace(RUN, expected=ExpectedCost(cost_usd=None, ceiling_usd=None))

    assert "expected cost unknown: the model's prices are not known" in news(None, planned)


def test_the_picture_shows_the_expected_cost() -> None:
    console = Console(width=100)

    with console.capture() as printed:
        console.print(
            picture(replace(RUN, expected=ExpectedCost(cost_usd=0.17, ceiling_usd=0.42)), 7)
        )

    assert "expected cost $0.17, upper bound $0.42" in printed.get()


DATASET = DatasetFindings(
    questions=100,
    labelled=90,
    task="arithmetic",
    asked=("question",),
    options=(),
    answers=("answer",),
    unused=("hint_de",),
    golds=("7",),
    yes_no=False,
    decimal_mark=",",
    unscored_lines=(),
    warnings=('members that are not used: "hint_de" (100)',),
)


def test_how_the_dataset_is_read_is_told_once_before_anything_is_submitted() -> None:
    read = replace(RUN, dataset=DATASET)

    assert news(RUN, read) == [
        "task arithmetic, decimals behind ',': 100 questions, 90 with a right answer",
        "in the prompt: question",
        "right answer: answer",
        "first right answers: 7",
        'warning: members that are not used: "hint_de" (100)',
    ]
    assert news(read, read) == []


def test_made_up_answers_are_told_once_and_before_any_figure() -> None:
    read = replace(RUN, dataset=DATASET, answered_by=(AnsweredBy("simulated", "simulated"),))
    console = Console(width=100, force_terminal=True)

    with console.capture() as printed:
        show_until_end([read, replace(read, status="succeeded")], console)

    assert news(RUN, read)[0] == "SIMULATED, says nothing about a model"
    assert printed.get().count("SIMULATED") == 1


def test_a_terminal_shows_how_the_dataset_is_read_above_the_picture() -> None:
    console = Console(width=100, force_terminal=True)

    with console.capture() as printed:
        show_until_end([replace(RUN, dataset=DATASET), replace(RUN, status="succeeded")], console)

    assert printed.get().count('members that are not used: "hint_de" (100)') == 1


def test_nothing_new_is_not_told() -> None:
    assert news(RUN, RUN) == []


def test_forty_jobs_are_told_in_ten_lines_and_the_vote_in_one() -> None:
    states = [replace(RUN, jobs=jobs(done)) for done in range(41)]

    lines = [
        line for now, then in zip(states[1:], states, strict=False) for line in news(then, now)
    ]

    assert len(lines) == 11
    assert lines[-1] == "voting after wave 1 on 100 questions: 1,000 generations"
    assert lines[0] == "jobs 4 of 40 · records 200 of 400 · generations 100 of 1,000"


def test_the_picture_shows_the_jobs_in_flight() -> None:
    run = replace(RUN, jobs=jobs(2, flying=3))

    assert [job.status for job in in_flight(run.jobs)] == ["InProgress"] * 3


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        pytest.param(1, "wave 2: 23 questions still open, 50 jobs so far", id="one setting"),
        pytest.param(
            3, "wave 2: 23 questions still open over all settings, 50 jobs so far", id="several"
        ),
    ],
)
def test_a_later_wave_tells_how_many_questions_are_open(settings: int, told: str) -> None:
    voted = replace(RUN, jobs=jobs(40), open_questions=100, sampled_settings=settings)
    second = replace(voted, wave=2, open_questions=23, jobs_planned=50)

    assert news(voted, second) == [told]


def test_a_later_wave_tells_the_accuracy_so_far() -> None:
    settings = (
        SettingWaveSummary("T0.5", 100, 400, 0, 77, 0, 23, accuracy=0.7312),
        SettingWaveSummary("T0.7", 100, 400, 0, 77, 0, 23, accuracy=0.75),
    )
    ended = WaveSummary(1, 2, 800, 800, settings)
    second = replace(RUN, wave=2, jobs_planned=50, jobs=jobs(40), open_questions=46)
    told = "wave 2: 46 questions still open, 50 jobs so far"

    [line] = news(replace(RUN, jobs=jobs(40)), replace(second, ended_wave=ended))
    unlabelled = replace(ended, settings=(replace(settings[0], accuracy=None),))
    [silent] = news(replace(RUN, jobs=jobs(40)), replace(second, ended_wave=unlabelled))

    assert line == f"{told}; accuracy after wave 1: T0.5 73.12 %, T0.7 75.00 %"
    assert silent == told


def test_a_later_wave_of_a_run_that_does_not_tell_who_is_open_has_all_questions() -> None:
    second = replace(RUN, wave=2, jobs_planned=50, jobs=jobs(40))

    assert news(replace(RUN, jobs=jobs(40)), second) == ["wave 2: 100 questions, 50 jobs so far"]


def test_each_vote_is_told_with_its_wave() -> None:
    first, second = (
        replace(RUN, wave=wave, jobs_planned=done, jobs=jobs(done))
        for wave, done in ((1, 4), (2, 5))
    )

    assert "voting after wave 1 on 100 questions: 100 generations" in news(None, first)
    assert "voting after wave 2 on 100 questions: 125 generations" in news(first, second)
    assert news(second, second) == []


@pytest.mark.parametrize("reason", ["early_stop", "budget"])
def test_paths_that_depend_on_the_votes_are_told_as_those_so_far(reason: str) -> None:
    run = replace(RUN, jobs=jobs(1), **{reason: True})

    assert counts(run).endswith("generations 25 of 1,000 requested so far")


def test_an_expected_cost_has_all_questions_stay() -> None:
    expected = ExpectedCost(cost_usd=0.17, ceiling_usd=0.42)
    leaving = replace(RUN, expected=expected, early_stop=True)

    assert expectation(leaving) == [
        "expected cost $0.17 if no question leaves early, upper bound $0.42"
    ]
    assert expectation(replace(leaving, budget=True)) == ["expected cost $0.17, upper bound $0.42"]


def test_a_rehearsal_would_cost_or_says_nothing_of_a_cost() -> None:
    local = replace(RUN, answered_by=(AnsweredBy("qwen2.5:1.5b", "http://localhost:11434"),))
    priced = replace(local, expected=ExpectedCost(cost_usd=0.17, ceiling_usd=0.42))
    free = replace(local, expected=ExpectedCost())

    assert expectation(priced) == ["would cost $0.17, upper bound $0.42"]
    assert expectation(free) == []
    assert not any("cost" in line for line in news(None, free))


def test_voting_is_told_when_all_jobs_are_in() -> None:
    console = Console(width=100)

    with console.capture() as printed:
        console.print(picture(replace(RUN, jobs=jobs(40)), 7))

    assert "run r1 · voting · wave 1 · 7 s" in printed.get()


def test_the_last_state_is_returned() -> None:
    console = Console(force_terminal=False, width=80)
    ended = replace(RUN, status="failed", message="m")

    with console.capture() as printed:
        last = show_until_end([RUN, ended], console)

    assert last is ended
    assert "run r1: failed" in printed.get()


def test_a_terminal_gets_a_live_picture() -> None:
    console = Console(force_terminal=True, width=80)

    with console.capture() as printed:
        last = show_until_end([RUN], console)

    assert last is RUN
    assert "jobs 0 of 40" in printed.get()


def test_a_redriven_run_is_told_anew_when_a_step_has_opened_it() -> None:
    reopening = replace(RUN, status="reopening")
    opened = replace(RUN, redrives=1)

    assert news(None, reopening)[0] == "run r1: reopening"
    assert news(reopening, opened) == ["run r1: running, redriven 1×"]
    assert news(opened, replace(opened, redrives=2)) == ["run r1: running, redriven 2×"]


def test_refused_jobs_are_counted_and_shown_below_those_on_their_way() -> None:
    refused = jobs(0, flying=1)[0].model_copy(update={"status": "Refused"})
    run = replace(RUN, jobs=(refused, *jobs(2, flying=1)), refused=True)

    assert counts(run).startswith("jobs 2 of 40, 1 refused · records")
    assert [job.status for job in in_flight(run.jobs)] == ["InProgress", "Refused"]


def test_a_wave_votes_without_its_refused_jobs_unless_these_are_asked_for_again() -> None:
    nothing = {"status": "Refused", "answered": 0, "unanswered": 0}
    refused = jobs(0, flying=1)[0].model_copy(update=nothing)
    run = replace(RUN, jobs_planned=2, jobs=(*jobs(1), refused))
    voting = "voting after wave 1 on 100 questions: 25 generations"

    assert voting in news(None, replace(run, refused=True))
    assert voting not in news(None, run)
