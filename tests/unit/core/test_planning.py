"""From request and question set to the plan."""

from collections.abc import Iterable

import pytest

from lambdas.core.costs.cost import Estimate
from lambdas.core.costs.loads import Texts
from lambdas.core.errors import RequestError
from lambdas.core.plan import Plan
from lambdas.core.planning import Origin, make_plan, survey
from lambdas.core.prompting.prompt import Prompt
from lambdas.core.requests.request import check_request
from lambdas.core.sets.question import Choice, Question
from lambdas.core.sets.questions import Findings
from lambdas.core.sizing import Quotas
from lambdas.core.stopping.rules import Stopping

ORIGIN = Origin("run-1", "arn:execution", "2026-11-22T06:00:00Z")
QUOTAS = Quotas(min_records=100, max_records=500, max_input_mib=1)


def questions(count: int, labelled: int) -> Iterable[Question]:
    return (
        Question(n, f"q{n}", f"text é {n}", "1" if n < labelled else None) for n in range(count)
    )


def a_prompt(before: str) -> Prompt:
    return Prompt((before, "\nA:"), ("question",))


def plan_of(
    count: int = 200,
    prompt: Prompt | None = None,
    asked: Iterable[Question] | None = None,
    **request: object,
) -> Plan:
    checked = check_request(
        {"dataset": "q.jsonl", **request},
        bucket="b",
        default_model="us.amazon.nova-lite-v1:0",
        most_jobs_at_once=3,
        model_behind=lambda _: None,
    )
    surveyed = survey(asked or questions(count, count), Findings("q.jsonl"))
    return make_plan(ORIGIN, checked, prompt or a_prompt("Q: "), surveyed, QUOTAS)


def test_a_survey_counts_labels_and_the_bytes_of_a_record() -> None:
    surveyed = survey(questions(3, 2), Findings("q.jsonl"))

    assert (surveyed.labelled, list(surveyed.sizes)) == (2, [13, 13, 13])


def test_a_survey_counts_the_tokens_that_questions_and_their_options_may_have() -> None:
    options = (Choice("A", "12"), Choice("B", "18"))
    surveyed = survey([Question(0, "q0", "Which é?", "A", options)], Findings("q.jsonl"))

    # "Which" 3, " " 1, "é" 2, "?" 1; of "(A) 12\n(B) 18" each of the 13 characters.
    assert surveyed.texts.most_tokens == 7 + 13


def test_a_survey_knows_the_longest_question_and_the_characters_of_all() -> None:
    surveyed = survey([Question(n, "q", "1" * n, None) for n in (3, 7, 5)], Findings("q.jsonl"))

    assert surveyed.texts == Texts(characters=15, most_tokens=15, longest_tokens=7)


def test_a_dense_question_raises_the_ceiling_and_not_the_likely_cost() -> None:
    def estimated(text: str) -> Estimate:
        plan = plan_of(asked=[Question(0, "q0", text, "1")])
        assert plan.estimate is not None
        return plan.estimate

    prose, dense = estimated("apples and pears " * 9), estimated("7*8-9=47;6/3=2;;;" * 9)

    assert prose.cost_usd == dense.cost_usd
    # 153 characters: 9 × (3 + 2 + 3 + a last space, but for that of the next word) and 153.
    assert dense.ceiling_usd is not None
    assert prose.ceiling_usd is not None
    records = sum(each.records for each in dense.settings)
    more = (153 - (9 * 8 + 1)) * records
    assert dense.ceiling_usd - prose.ceiling_usd == pytest.approx(more * 0.06 / 1e6)


def test_a_set_without_answers_is_planned_with_a_warning() -> None:
    surveyed = survey(questions(2, 0), Findings("q.jsonl"))

    assert surveyed.warnings == ("2 questions without an answer: voted, not scored",)


def test_members_that_may_be_the_answer_are_named_where_there_is_none() -> None:
    surveyed = survey(questions(2, 1), Findings("q.jsonl", others={"cop", "opa"}))

    assert surveyed.warnings == (
        "1 question without an answer: voted, not scored; of their members these are not read:"
        " cop, opa",
    )


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


@pytest.mark.parametrize(
    ("request_keys", "waves", "stopping"),
    [
        # Four alike settle at 0.95; a third of the other 36, and the rest.
        pytest.param({"early_stop": 0.95}, (4, 12, 24), Stopping("level", 0.95), id="a level"),
        # 21 of 40 are a majority, and one more may have dissented; a third of 18, and the rest.
        pytest.param({"early_stop": "certain"}, (22, 6, 12), Stopping("certain"), id="certain"),
        # Two fifths of the budget for all, then up to two and four fifths, and the rest.
        pytest.param({"budget": 10.0}, (4, 4, 8, 24), Stopping("certain"), id="a budget"),
        pytest.param(
            {"budget": 10.0, "early_stop": {"certified": 0.05}, "waves": [5, 35]},
            (5, 35),
            Stopping("certified", 0.05),
            id="all of them given",
        ),
    ],
)
def test_waves_and_rule_follow_what_is_asked_for(
    request_keys: dict[str, object], waves: tuple[int, ...], stopping: Stopping
) -> None:
    plan = plan_of(paths=40, **request_keys)

    assert (plan.waves, plan.stopping) == (waves, stopping)
    assert plan.budget == request_keys.get("budget")
    assert plan.stops_early


def test_what_else_is_asked_of_waves_is_in_the_plan() -> None:
    plan = plan_of(attempts=3, variants=["calculator"], max_cost_usd=1e6)

    assert (plan.attempts, plan.variants, plan.max_cost_usd) == (3, ("calculator",), 1e6)
    assert plan_of().attempts == 2


def test_shards_hold_what_a_jobs_records_allow() -> None:
    counts = [shard.questions for shard in plan_of(paths_per_job=5).shards]
    command = plan_of(paths_per_job=5, model_id="cohere.command-text-v14").shards

    assert counts == [100, 100]
    assert len(plan_of(temperatures=[], paths_per_job=5).shards) == 1
    assert [shard.questions for shard in command] == [200]


def test_shards_hold_what_a_jobs_bytes_allow() -> None:
    plan = plan_of(prompt=a_prompt("x" * 4_000), temperatures=[], paths=1)

    assert [shard.questions for shard in plan.shards] == [200]


CUSTOM = (
    "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/abcdef123456"
)


def test_a_custom_model_is_refused_what_would_run_on_demand() -> None:
    with pytest.raises(RequestError, match=r"^greedy: fewer records than the 100 of a batch job"):
        plan_of(count=60, model_id=CUSTOM, temperatures=[0.7], paths=10)


def test_a_custom_model_runs_in_batch_jobs_at_a_price_not_known() -> None:
    plan = plan_of(model_id=CUSTOM, temperatures=[0.7], paths=10)

    assert plan.estimate is not None
    assert plan.estimate.cost_usd is None
