from dataclasses import replace

from rich.console import Console

from client.progress import in_flight, news, picture, show_until_end
from client.runs import Expected, Job, Run

RUN = Run("r1", status="running", wave=1, questions=100, jobs_planned=40, paths_planned=1000)


def jobs(collected: int, flying: int = 0) -> tuple[Job, ...]:
    done = Job("01#j", "T0.7", "Completed", 5, 100, 50, 20, 5, collected=True)
    under_way = replace(done, status="InProgress", collected=False)
    return (done,) * collected + (under_way,) * flying


def test_the_first_look_tells_status_and_plan() -> None:
    assert news(None, RUN) == ["run r1: running", "wave 1: 100 questions, 40 jobs so far"]


def test_the_expected_cost_is_told_once_it_is_known() -> None:
    planned = replace(RUN, expected=Expected(0.17, 0.42))

    assert "expected cost $0.17, at most $0.42" in news(RUN, planned)
    assert news(planned, planned) == []


def test_an_expected_cost_that_is_unknown_is_told_as_such() -> None:
    planned = replace(RUN, expected=Expected(None, None))

    assert "expected cost unknown: the model's prices are not known" in news(None, planned)


def test_the_picture_shows_the_expected_cost() -> None:
    console = Console(width=100)

    with console.capture() as printed:
        console.print(picture(replace(RUN, expected=Expected(0.17, 0.42)), 7))

    assert "expected cost $0.17, at most $0.42" in printed.get()


def test_nothing_new_is_not_told() -> None:
    assert news(RUN, RUN) == []


def test_forty_jobs_are_told_in_ten_lines_and_the_vote_in_one() -> None:
    states = [replace(RUN, jobs=jobs(done)) for done in range(41)]

    lines = [
        line for now, then in zip(states[1:], states, strict=False) for line in news(then, now)
    ]

    assert len(lines) == 11
    assert lines[-1] == "voting on 100 questions: 1,000 generations"
    assert lines[0] == "jobs 4 of 40 · records 200 of 400 · generations 100 of 1,000"


def test_the_picture_shows_the_jobs_in_flight() -> None:
    run = replace(RUN, jobs=jobs(2, flying=3))

    assert [job.status for job in in_flight(run.jobs)] == ["InProgress"] * 3


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
