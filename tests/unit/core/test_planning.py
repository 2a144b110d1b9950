"""From request and question set to the plan."""

from collections.abc import Iterable

import pytest

from lambdas.core.errors import RequestError
from lambdas.core.plan import Plan
from lambdas.core.planning import Origin, make_plan, survey
from lambdas.core.prompting.prompt import Prompt
from lambdas.core.requests.request import check_request
from lambdas.core.sets.question import Question
from lambdas.core.sets.questions import Findings
from lambdas.core.sizing import Quotas

ORIGIN = Origin("run-1", "arn:execution", "2026-11-22T06:00:00Z")
QUOTAS = Quotas(min_records=100, max_records=500, max_input_mib=1)


def questions(count: int, labelled: int) -> Iterable[Question]:
    return (
        Question(n, f"q{n}", f"text é {n}", "1" if n < labelled else None) for n in range(count)
    )


def a_prompt(before: str) -> Prompt:
    return Prompt((before, "\nA:"), ("question",))


def plan_of(count: int = 200, prompt: Prompt | None = None, **request: object) -> Plan:
    checked = check_request(
        {"dataset": "q.jsonl", **request},
        bucket="b",
        default_model="us.amazon.nova-lite-v1:0",
        most_jobs_at_once=3,
        model_behind=lambda _: None,
    )
    surveyed = survey(questions(count, count), Findings("q.jsonl"))
    return make_plan(ORIGIN, checked, prompt or a_prompt("Q: "), surveyed, QUOTAS)


def test_a_survey_counts_labels_and_the_bytes_of_a_record() -> None:
    surveyed = survey(questions(3, 2), Findings("q.jsonl"))

    assert (surveyed.labelled, list(surveyed.sizes)) == (2, [13, 13, 13])


def test_a_set_without_answers_is_planned_with_a_warning() -> None:
    surveyed = survey(questions(2, 0), Findings("q.jsonl"))

    assert surveyed.warnings == ("2 questions without an answer: voted, not scored",)


def test_repeated_texts_are_a_warning() -> None:
    surveyed = survey(questions(2, 2), Findings("q.jsonl", repeated=1))

    assert surveyed.warnings == (
        "1 question with the text of an earlier one; each is sampled and counted on its own",
    )


def test_an_empty_set_is_refused() -> None:
    with pytest.raises(RequestError, match=r"q\.jsonl holds no question, must have one"):
        survey([], Findings("q.jsonl"))


def test_a_set_with_problems_is_refused_once_it_is_read_to_its_end() -> None:
    findings = Findings("q.jsonl")
    findings.add(7, "a problem")

    with pytest.raises(RequestError, match=r"q\.jsonl line 7: a problem"):
        survey(questions(2, 2), findings)


def test_without_waves_all_paths_are_in_one() -> None:
    assert plan_of(paths=10).waves == (10,)
    assert plan_of(paths=10, waves=[4, 6]).waves == (4, 6)


def test_shards_hold_what_a_jobs_records_allow() -> None:
    counts = [shard.questions for shard in plan_of(paths_per_job=5).shards]
    command = plan_of(paths_per_job=5, model_id="cohere.command-text-v14").shards

    assert counts == [100, 100]
    assert len(plan_of(temperatures=[], paths_per_job=5).shards) == 1
    assert [shard.questions for shard in command] == [200]


def test_shards_hold_what_a_jobs_bytes_allow() -> None:
    plan = plan_of(prompt=a_prompt("x" * 4_000), temperatures=[], paths=1)

    assert [shard.questions for shard in plan.shards] == [200]
