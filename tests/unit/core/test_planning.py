"""From a request and its files to the plan, or to one error with all problems."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import repeat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract.answered_by import AnsweredBy
from lambdas.contract.costs import Estimate
from lambdas.contract.schema import (
    Choice,
    Plan,
    Question,
    Stopping,
    decode_document,
    encode_document,
)
from lambdas.contract.stack import StackVariables
from lambdas.core.dataset.files import SizeLimit
from lambdas.core.errors import MissingObjectError, RequestError
from lambdas.core.planning import (
    Origin,
    PlannedRun,
    StackSettings,
    make_plan,
    plan_run,
    read_inputs,
)
from lambdas.core.preflight import Availability, LifeCycle, ModelFacts
from lambdas.core.requests.request import check_request, read_unchecked
from lambdas.core.sampling.jobs import all_records
from lambdas.core.sampling.plan import form_of, sampling_of, setting_named, shard_named
from lambdas.core.sampling.records import RecordWriter
from lambdas.core.sampling.scheduling import full_run_jobs, records_in
from lambdas.core.sampling.sharding import Quotas
from lambdas.core.survey import DatasetSurvey
from lambdas.core.text import Line, split_lines
from tests.unit.core.dataset.samples import content_of, surveyed

ORIGIN = Origin("run-1", "arn:execution", "2026-11-22T06:00:00Z")
QUOTAS = Quotas(min_records=100, max_records=500, max_input_mib=1)
STACK = StackSettings(
    "stack",
    StackVariables(
        default_model="us.amazon.nova-lite-v1:0",
        jobs_at_once=3,
        min_records=100,
        max_records=500,
        max_input_mib=1,
    ),
)
REHEARSAL = replace(STACK, variables=STACK.variables.model_copy(update={"rehearsal": True}))
GOOD = {"question": "How many é?", "answer": "7"}
CHOICE = {"question": "Which?", "choices": ["12", "18"], "answer": "A"}


def questions(count: int) -> Iterator[dict[str, object]]:
    return ({"question": f"text é {number}", "answer": "1"} for number in range(count))


def planned(
    count: int = 200,
    survey: DatasetSurvey | None = None,
    before: str = "Q: ",
    quotas: Quotas = QUOTAS,
    **request: object,
) -> Plan:
    request = {"model_id": STACK.variables.default_model, **request}
    checked = check_request(
        {"dataset": "q.jsonl", "template": f"{before}{{question}}\nA:", **request},
        bucket=STACK.bucket,
        default_model=STACK.variables.default_model,
        most_jobs_at_once=STACK.variables.jobs_at_once,
        model_behind=lambda _: None,
    )
    own = {
        "min_records": quotas.min_records,
        "max_records": quotas.max_records,
        "max_input_mib": quotas.max_input_mib,
    }
    stack = replace(REHEARSAL, variables=REHEARSAL.variables.model_copy(update=own))
    return make_plan(ORIGIN, checked, survey or surveyed(*questions(count)), [], stack)


def test_equal_problems_of_a_dataset_are_one_with_their_number() -> None:
    survey = surveyed(*repeat(b"{oops", 50), {"question": 7})

    with pytest.raises(RequestError) as refused:
        planned(survey=survey)

    first, second = refused.value.problems
    assert first.startswith("q.jsonl line 1 and 49 more: is no JSON")
    assert second == "q.jsonl line 51: question is a number, must be a text"


def test_a_dense_question_raises_the_upper_bound_and_not_the_expected_cost() -> None:
    def estimated(text: str) -> Estimate:
        plan = planned(design="published", survey=surveyed({"question": text, "answer": "1"}))
        assert plan.estimate is not None
        return plan.estimate

    prose, dense = estimated("apples and pears " * 9), estimated("7*8-9=47;6/3=2;;;" * 9)

    assert prose.cost_usd == dense.cost_usd
    # 153 characters: 9 × (3 + 2 + 3 + a last space, but for that of the next word) and 153.
    assert dense.ceiling_usd is not None
    assert prose.ceiling_usd is not None
    records = sum(each.records for each in dense.settings)
    more = (153 - (9 * 8 + 1)) * records
    # On demand at $0.06 per million, and a quarter more for what goes into the prompt cache.
    assert dense.ceiling_usd - prose.ceiling_usd == pytest.approx(more * 0.075 / 1e6)


def test_a_run_has_the_prices_of_its_own_profile() -> None:
    american, european = planned(), planned(model_id="eu.amazon.nova-lite-v1:0")

    assert american.prices is not None
    assert european.prices is not None
    assert (american.prices.input, european.prices.input) == (0.06, 0.078)


def test_prompts_longer_than_what_the_prices_hold_for_have_no_known_price() -> None:
    haiku = {
        "model_id": "us.anthropic.claude-haiku-5-5",
        "greedy": False,
        "temperatures": [1.0],
        "paths": 1,
    }

    # Signs have a token each: from 100,000 tokens on a prompt costs five times as much.
    shorter = planned(survey=surveyed({"question": "-" * 5_000, "answer": "1"}), **haiku)
    longer = planned(
        survey=surveyed({"question": "-" * 5_000, "answer": "1"}), before="-" * 96_000, **haiku
    )

    assert shorter.prices is not None
    assert longer.prices is None


def test_without_waves_all_paths_are_in_one() -> None:
    assert planned(paths=10).waves == (10,)
    assert planned(paths=10, waves=[4, 6]).waves == (4, 6)


@pytest.mark.parametrize(
    ("request_keys", "waves", "stopping"),
    [
        # Four equal answers decide at 0.95; a third of the other 36, and the rest.
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
def test_waves_and_stopping_rule_follow_the_request(
    request_keys: dict[str, object], waves: tuple[int, ...], stopping: Stopping
) -> None:
    plan = planned(paths=40, **request_keys)

    assert (plan.waves, plan.stopping) == (waves, stopping)
    assert plan.budget == request_keys.get("budget")
    assert plan.stops_early


def test_attempts_variants_and_cost_limit_of_the_request_are_in_the_plan() -> None:
    plan = planned(attempts=3, variants=["repair"], max_cost_usd=1e6)

    assert (plan.attempts, plan.variants, plan.max_cost_usd) == (3, ("repair",), 1e6)
    assert planned().attempts == 2


def test_shards_hold_what_a_jobs_records_allow() -> None:
    counts = [shard.questions for shard in planned(paths_per_job=5).shards]
    command = planned(paths_per_job=5, model_id="cohere.command-text-v14").shards

    assert counts == [100, 100]
    assert len(planned(temperatures=[], paths_per_job=5).shards) == 1
    assert [shard.questions for shard in command] == [200]


def test_shards_hold_what_a_jobs_bytes_allow() -> None:
    plan = planned(before="x" * 4_000, temperatures=[], paths=1)

    assert [shard.questions for shard in plan.shards] == [200]


OPUS = {"model_id": "us.anthropic.claude-opus-5", "greedy": False, "temperatures": [1.0]}


def test_a_model_that_thinks_is_likely_to_write_its_thoughts_too() -> None:
    def completion_tokens(**request: object) -> int:
        plan = planned(max_tokens=8000, **OPUS, **request)
        assert plan.estimate is not None
        return plan.estimate.completion_tokens

    budget = {"thinking": {"type": "enabled", "budget_tokens": 1024}}

    assert completion_tokens() == 150 + 2000
    assert completion_tokens(model_fields=budget) == 150 + 1024
    assert completion_tokens(model_fields={"thinking": {"type": "disabled"}}) == 150


def test_fields_for_the_model_are_in_the_plan_and_in_the_upper_bound_of_the_prompt() -> None:
    fields = {"top_k": 40}
    plain, more = (planned(greedy=False, paths=30, model_fields=each) for each in (None, fields))

    assert (plain.model_fields, more.model_fields) == ({}, fields)
    assert plain.estimate is not None
    assert more.estimate is not None
    assert plain.estimate.ceiling_usd is not None
    assert more.estimate.ceiling_usd is not None
    records = sum(each.records for each in more.estimate.settings)
    # {"top_k": 40}: 13 characters, of them "to" and a space before a sign, which counts.
    tokens = 12
    assert more.estimate.ceiling_usd - plain.estimate.ceiling_usd == pytest.approx(
        records * tokens * 0.03 / 1e6
    )


def test_fields_for_the_model_count_in_the_size_of_a_job() -> None:
    # 200 questions of about 160 bytes a record fit into one job, and not with 4 kB more.
    alone = planned(temperatures=[], paths=1)
    larger = planned(temperatures=[], paths=1, count=400, model_fields={"a": "x" * 4000})

    assert len(alone.shards) == 1
    assert len(larger.shards) == 2


CUSTOM = (
    "arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0:300k/abcdef123456"
)


def test_a_custom_model_is_refused_what_would_run_on_demand() -> None:
    with pytest.raises(RequestError, match=r"^greedy: fewer records than the 100 of a batch job"):
        planned(count=60, model_id=CUSTOM, temperatures=[0.7], paths=10)


def test_a_custom_model_runs_in_batch_jobs_at_an_unknown_price() -> None:
    plan = planned(model_id=CUSTOM, temperatures=[0.7], paths=10)

    assert plan.estimate is not None
    assert plan.estimate.cost_usd is None


def run_of(
    request: object,
    facts: ModelFacts | None = None,
    stack: StackSettings = STACK,
    **files: bytes,
) -> PlannedRun:
    """Return the planned run of a request, given its model's facts and its files by key."""

    def open_lines(name: str, key: str, limit: SizeLimit) -> Iterator[Line]:
        if key not in files:
            raise MissingObjectError(f"s3://stack/{key} does not exist")
        return split_lines([files[key]], 2**18)

    def look_up(model_id: str, *, checks: bool) -> ModelFacts:
        return facts if facts and checks else ModelFacts()

    unchecked = read_unchecked(request, STACK.bucket)
    return plan_run(ORIGIN, unchecked, read_inputs(unchecked, open_lines), stack, look_up)


def problems_of(run: Callable[[], object]) -> tuple[str, ...]:
    with pytest.raises(RequestError) as refused:
        run()
    return refused.value.problems


def test_a_run_is_planned_with_the_stacks_model_the_inferred_task_and_its_exemplars() -> None:
    run = run_of({"dataset": "s3://stack/q"}, q=content_of(CHOICE, CHOICE | {"question": "And?"}))

    assert run.dataset_key == "q"
    assert (run.request.model_id, run.request.task) == (
        STACK.variables.default_model,
        "multiple_choice",
    )
    assert run.plan.answer_spec.task == "multiple_choice"
    assert (run.plan.questions, run.plan.prompt.exemplars) == (2, 4)


@pytest.mark.parametrize(
    ("few_shot", "exemplars"), [("builtin", 8), ("none", 0), ("e", 1), ("s3://stack/e", 1)]
)
def test_a_prompt_has_the_exemplars_that_the_request_names(few_shot: str, exemplars: int) -> None:
    shots = content_of(GOOD | {"rationale": "One, two, seven."})

    run = run_of({"dataset": "q", "few_shot": few_shot}, q=content_of(GOOD), e=shots)

    assert run.plan.prompt.exemplars == exemplars


def test_as_many_questions_are_planned_as_the_limit_allows() -> None:
    assert run_of({"dataset": "q", "limit": 2}, q=content_of(*questions(5))).plan.questions == 2


def test_problems_of_request_dataset_exemplars_and_task_are_one_error_in_this_order() -> None:
    request = {
        "dataset": "q",
        "paths": 0,
        "few_shot": "e",
        "template": "{exemplars}{question}{choices}",
        "variants": ["repair"],
    }

    found = problems_of(
        lambda: run_of(
            request,
            q=content_of({"question": "Is it?", "answer": "yes"}),
            e=content_of({"question": "Is it?", "answer": "yes"}),
        )
    )

    assert [problem.split(",")[0] for problem in found] == [
        "paths is 0",
        "e line 1: rationale is null",
        "template has the field {choices}",
        'variants has "repair"',
    ]


def test_a_dataset_is_checked_even_if_the_request_is_refused() -> None:
    found = problems_of(lambda: run_of({"dataset": "q", "colour": "red"}, q=b"{oops\n{oops"))

    assert [problem[:19] for problem in found] == ["colour is no key of", "q line 1 and 1 more"]


def test_files_that_do_not_exist_are_problems_as_well() -> None:
    found = problems_of(lambda: run_of({"dataset": "q", "few_shot": "e"}))

    assert found == ("s3://stack/q does not exist", "s3://stack/e does not exist")


@pytest.mark.parametrize("request_json", [None, [], "q", {"dataset": "s3://other/q"}, {}])
def test_without_a_dataset_to_read_the_request_alone_is_refused(request_json: object) -> None:
    assert len(problems_of(lambda: run_of(request_json))) == 1


def test_a_template_that_does_not_fit_a_named_task_is_one_problem() -> None:
    request = {"dataset": "q", "task": "arithmetic", "template": "{question}{choices}"}

    (problem,) = problems_of(lambda: run_of(request, q=content_of(GOOD)))

    assert problem.startswith("template has the field {choices}")


UNSUBSCRIBED = ModelFacts(
    "anthropic.claude-sonnet-4-6", availability=Availability(agreement="NOT_AVAILABLE")
)


def test_what_bedrock_says_of_the_model_is_refused_with_all_other_problems() -> None:
    found = problems_of(lambda: run_of({"dataset": "q", "paths": 0}, UNSUBSCRIBED, q=b"{oops"))

    assert [problem.split(",")[0] for problem in found] == [
        "paths is 0",
        "q line 1: is no JSON (Expecting property name enclosed in double quotes at column 2)",
        f'model_id is "{STACK.variables.default_model}"',
    ]


def test_bedrock_s_remarks_on_the_model_are_warnings_of_the_plan() -> None:
    legacy = ModelFacts("amazon.nova-lite-v1:0", life_cycle=LifeCycle(is_legacy=True))

    warnings = run_of({"dataset": "q"}, legacy, q=content_of(GOOD)).plan.warnings

    assert warnings[0].startswith(f"{STACK.variables.default_model}: Legacy; ")


def test_a_price_that_rose_after_the_built_in_one_is_not_known() -> None:
    def rising(on: datetime) -> ModelFacts:
        life = LifeCycle(is_legacy=True, costlier_at=on)
        return ModelFacts("amazon.nova-lite-v1:0", life_cycle=life)

    limited = STACK.variables.model_copy(update={"max_run_usd": 100.0})
    stack = replace(STACK, variables=limited)
    # The run starts on 2026-11-22.
    risen, later = (rising(datetime(2026, 11, day, tzinfo=UTC)) for day in (22, 23))

    unlimited = run_of({"dataset": "q"}, risen, q=content_of(GOOD)).plan
    (problem,) = problems_of(lambda: run_of({"dataset": "q"}, risen, stack, q=content_of(GOOD)))

    assert unlimited.prices is None
    assert "may have risen on 2026-11-22" in problem
    assert run_of({"dataset": "q"}, later, stack, q=content_of(GOOD)).plan.prices is not None


def test_in_a_rehearsal_bedrock_is_not_asked_for_checks() -> None:

    assert run_of({"dataset": "q"}, UNSUBSCRIBED, REHEARSAL, q=content_of(GOOD)).plan.questions == 1


SONNET = {
    "dataset": "q",
    "model_id": "us.anthropic.claude-sonnet-5",
    "greedy": False,
    "temperatures": [1.0],
    "paths": 10,
    "max_tokens": 2000,
}


def test_a_model_without_batch_inference_is_refused_what_would_run_in_batch_jobs() -> None:
    large, small = content_of(*questions(100)), content_of(*questions(9))

    (problem,) = problems_of(lambda: run_of(SONNET, q=large))

    assert problem.startswith('model_id is "us.anthropic.claude-sonnet-5", must be a model with')
    # 90 records run on demand, and nothing is refused in a rehearsal.
    remark = "us.anthropic.claude-sonnet-5: Bedrock does not offer batch inference for it"
    for run in (run_of(SONNET, q=small), run_of(SONNET, stack=REHEARSAL, q=large)):
        assert run.plan.warnings[0].startswith(remark)


def test_too_little_room_to_think_and_a_past_end_of_life_are_refused_with_all_else() -> None:
    thinker = SONNET | {"max_tokens": 512, "colour": "red"}
    gone = {"dataset": "q", "model_id": "cohere.command-text-v14"}

    found = problems_of(lambda: run_of(thinker, q=content_of(GOOD)))
    ended = problems_of(lambda: run_of(gone, q=content_of(GOOD)))

    assert [problem.split(",")[0] for problem in found] == [
        "colour is no key of a request; known keys: dataset",
        "max_tokens is 512",
    ]
    assert ended[0].startswith('model_id is "cohere.command-text-v14", must be a model that Bed')


def test_a_rehearsal_runs_models_that_bedrock_no_longer_has() -> None:
    gone = {"dataset": "q", "model_id": "cohere.command-text-v14"}

    plan = run_of(gone, stack=REHEARSAL, q=content_of(GOOD)).plan

    assert plan.warnings[0].startswith("cohere.command-text-v14: it reached its end of life")


OLLAMA = AnsweredBy("qwen2.5:1.5b", "http://localhost:11434")


def rehearsed(**request: object) -> PlannedRun:
    """Return a run that a local model answers; the stack's default reached its end of life."""
    changed = {"default_model": "cohere.command-text-v14", "answered_by": (OLLAMA,)}
    stack = replace(REHEARSAL, variables=REHEARSAL.variables.model_copy(update=changed))
    return run_of({"dataset": "q", **request}, stack=stack, q=content_of(GOOD))


def test_a_rehearsal_does_not_speak_of_a_model_that_nobody_chose() -> None:
    run = rehearsed()

    assert run.request.model_id is None
    assert run.plan.answered_by == (OLLAMA,)
    assert (run.plan.prices, run.plan.warnings) == (None, ())
    assert run.plan.estimate is not None
    assert (run.plan.estimate.cost_usd, run.plan.estimate.remarks) == (None, ())


def test_a_rehearsal_has_the_prices_of_a_model_that_its_request_names() -> None:
    run = rehearsed(model_id="us.amazon.nova-lite-v1:0")

    assert run.request.model_id == "us.amazon.nova-lite-v1:0"
    assert run.plan.answered_by == (OLLAMA,)
    assert run.plan.prices is not None
    assert run.plan.prices.input == 0.06


def test_a_rehearsal_has_the_prices_that_its_request_gives() -> None:
    run = rehearsed(prices={"input": 1, "output": 2})

    assert run.request.model_id is None
    assert run.plan.prices is not None
    assert (run.plan.prices.output, run.plan.prices.cache_write) == (2, None)


def test_on_aws_the_model_answers_and_the_request_has_its_id() -> None:
    run = run_of({"dataset": "q"}, q=content_of(GOOD))

    assert run.request.model_id == "us.amazon.nova-lite-v1:0"
    assert run.plan.answered_by == (AnsweredBy("us.amazon.nova-lite-v1:0", "Amazon Bedrock"),)
    assert run.plan.prices is not None


def test_a_rehearsal_that_was_not_told_who_answers_does_not_say_bedrock() -> None:
    plan = run_of({"dataset": "q"}, stack=REHEARSAL, q=content_of(GOOD)).plan

    assert plan.answered_by == (AnsweredBy("unknown", "unknown"),)


def test_the_plan_is_read_as_it_was_written_with_fields_for_the_model() -> None:
    plan = planned(model_fields={"thinking": {"type": "disabled"}, "top_k": 40})

    assert decode_document(encode_document(plan), Plan, "plan.json") == plan


def test_a_field_counts_as_often_as_it_stands_in_the_template() -> None:
    long = ({"question": "x" * 10_000, "answer": "1"} for _ in range(100))
    survey = surveyed(*long)

    once, thrice = (
        planned(survey=survey, before="Q: " + "{question}" * more, paths=1) for more in (0, 2)
    )

    # 100 records of 10 kB fit in 1 MiB; three times as large, they need three jobs.
    assert (len(once.shards), len(thrice.shards)) == (1, 3)
    assert once.estimate is not None
    assert thrice.estimate is not None
    # 20,000 characters more are 5,000 tokens more.
    assert thrice.estimate.prompt_tokens - once.estimate.prompt_tokens == 5_000


FIELDS = st.lists(st.sampled_from(["question", "choices"]), max_size=7).map(
    lambda more: "".join(f" {{{name}}}" for name in ["question", *more])
)


@given(
    FIELDS,
    st.lists(st.integers(1, 40_000), min_size=1, max_size=30),
    st.integers(1, 20_000),
    st.integers(1, 6),
)
def test_no_job_that_build_writes_is_larger_than_plan_counted(
    template: str, sizes: list[int], option_bytes: int, paths: int
) -> None:
    texts, options = ["é" * (size // 6 + 1) for size in sizes], ["y" * option_bytes, "n"]
    survey = surveyed(*({"question": text, "choices": options, "answer": "A"} for text in texts))
    plan = planned(survey=survey, quotas=Quotas(1, 500, 1), template=template, paths=paths)
    choices = tuple(map(Choice, "AB", options))
    questions = [Question(n, "x", text, "A", choices) for n, text in enumerate(texts)]

    for job in full_run_jobs(plan):
        (job_slice,) = job.slices
        shard = shard_named(plan, job_slice.shard)
        setting = setting_named(plan, job_slice.setting)
        writer = RecordWriter(form_of(plan), plan.prompt, sampling_of(plan, setting))
        size = sum(map(len, writer.lines(questions, all_records(job_slice, shard))))
        assert size <= 2**20 or shard.questions == 1


REAL_QUOTAS = Quotas(min_records=100, max_records=50_000, max_input_mib=950)


def test_the_published_design_of_120_questions_is_nineteen_jobs_or_four_packed() -> None:
    plain, packed = (
        planned(120, quotas=REAL_QUOTAS, design="published", **named)
        for named in ({}, {"paths_per_job": None})
    )

    assert [job.wave for job in full_run_jobs(plain)] == [1] * 19
    assert [records_in(job.slices) for job in full_run_jobs(packed)] == [120, 3600, 3600, 3600]


@pytest.mark.parametrize("count", [16, 120, 1_319, 7_473])
@pytest.mark.parametrize("named", [{}, {"design": "published", "paths_per_job": None}])
def test_packed_jobs_never_pass_a_job_s_records(count: int, named: dict[str, object]) -> None:
    plan = planned(count, quotas=REAL_QUOTAS, **named)
    published = planned(count, quotas=REAL_QUOTAS, design="published")

    jobs = list(full_run_jobs(plan))

    assert all(records_in(job.slices) <= plan.max_records for job in jobs)
    assert len(jobs) <= len(list(full_run_jobs(published)))
