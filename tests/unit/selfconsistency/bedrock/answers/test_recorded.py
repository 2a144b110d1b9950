"""Replaying recorded generations."""

import json
from dataclasses import replace

import pytest

from selfconsistency.bedrock.answers.recorded import Recorded, RecordingError
from selfconsistency.bedrock.answers.source import AnswerError, Asked, Turn
from tests.unit.selfconsistency.bedrock.world import COHERE, converse

TREES = "There are 15 trees. How many trees?"
CARS = "If there are 3 cars, how many cars?"
RUN = "samples/runs/r1"


def recorded(tmp_path, *rows):
    path = tmp_path / "recorded.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return Recorded.read(path)


def row(question, **samples):
    named = {"greedy": ["greedy"], "T0.7": [f"{question[:3]}{n}" for n in range(6)]}
    return {"question": question, "samples": samples or named}


def ask(question, temperature=0.7, count=1, record_id="q0000001s00"):
    prompt = f"Q: one and one?\nA: two\n\nQ: {question}\nA:"
    return Asked(record_id, (Turn("user", prompt),), temperature, count, 512)


def texts(source, asked, scope=RUN):
    return [each.text for each in source.answers(asked, source.reserve(scope, asked))]


def test_each_path_takes_the_next_recorded_one(tmp_path):
    source = recorded(tmp_path, row(TREES), row(CARS))

    assert texts(source, ask(TREES, count=2)) == ["The0", "The1"]
    assert texts(source, ask(CARS)) == ["If 0"]
    assert texts(source, ask(TREES, count=3)) == ["The2", "The3", "The4"]


@pytest.mark.parametrize(
    ("temperature", "text"),
    [(0, "greedy"), (0.0, "greedy"), (0.5, "half"), (1, "one"), (1.0, "one")],
)
def test_a_temperature_names_a_setting(tmp_path, temperature, text):
    samples = {"greedy": ["greedy"], "T0.5": ["half"], "T1.0": ["one"]}
    source = recorded(tmp_path, row(TREES, **samples))

    assert texts(source, ask(TREES, temperature)) == [text]


MIXED = {"T0.5": ["low0", "low1", "low2"], "T1.0": ["high0", "high1", "high2"]}


def test_in_a_batch_job_each_record_of_a_mix_takes_the_next_path_of_its_temperature(tmp_path):
    source = recorded(tmp_path, row(TREES, **MIXED))

    taken = [texts(source, ask(TREES, each)) for each in (0.5, 1.0, 0.5, 1.0)]

    assert taken == [["low0"], ["high0"], ["low1"], ["high1"]]


def test_a_call_for_a_record_of_a_mix_takes_the_path_that_its_id_stands_for(tmp_path):
    source = recorded(tmp_path, row(TREES, **MIXED))
    source.take_turns(2)

    # Of six paths, the fourth is the second at 1.0, and the fifth the third at 0.5.
    fourth, fifth = replace(ask(TREES, 1.0), path=3), replace(ask(TREES, 0.5), path=4)

    assert [texts(source, each) for each in (fifth, fourth, fifth)] == [
        ["low2"],
        ["high1"],
        ["low2"],
    ]


def test_a_call_for_a_mixed_record_of_several_paths_takes_the_next_of_its_temperature(tmp_path):
    source = recorded(tmp_path, row(TREES, **MIXED))
    source.take_turns(2)

    assert texts(source, replace(ask(TREES, 1.0, count=2), path=2)) == ["high0", "high1"]


def test_a_plain_list_serves_every_setting_from_its_start(tmp_path):
    source = recorded(tmp_path, {"question": TREES, "samples": ["a", "b"]})

    assert texts(source, ask(TREES, 0.5)) == ["a"]
    assert texts(source, ask(TREES, 0.7, count=2)) == ["a", "b"]


def test_exhausted_generations_are_an_error_and_do_not_begin_again(tmp_path):
    source = recorded(tmp_path, row(TREES))
    texts(source, ask(TREES, count=5))

    with pytest.raises(AnswerError, match=r"exhausted: 6 at T0\.7, path 7") as error:
        texts(source, ask(TREES, count=2))

    assert error.value.code == 400


def test_an_unknown_question_is_an_error(tmp_path):
    with pytest.raises(AnswerError, match="No recorded question"):
        texts(recorded(tmp_path, row(TREES)), ask("How many bicycles?"))


def test_a_setting_that_was_not_recorded_is_an_error_that_lists_those_that_were(tmp_path):
    with pytest.raises(AnswerError, match=r"'T0.9' is not recorded .* greedy, T0.7"):
        texts(recorded(tmp_path, row(TREES)), ask(TREES, 0.9))


def test_each_run_begins_with_the_first_recorded_one(tmp_path):
    source = recorded(tmp_path, row(TREES))

    assert texts(source, ask(TREES), "samples/runs/r1") == ["The0"]
    assert texts(source, ask(TREES), "samples/runs/r2") == ["The0"]


def test_questions_of_one_text_keep_their_samples_apart(tmp_path):
    source = recorded(
        tmp_path, row(TREES, **{"T0.7": ["a0", "a1"]}), row(TREES, **{"T0.7": ["b0", "b1"]})
    )

    assert texts(source, ask(TREES, record_id="q0000001s00")) == ["a0"]
    assert texts(source, ask(TREES, record_id="q0000007s00")) == ["b0"]
    assert texts(source, ask(TREES, record_id="q0000001s01")) == ["a1"]
    assert texts(source, ask(TREES, record_id="q0000007s01")) == ["b1"]


def test_the_question_asked_last_counts_not_the_exemplars(tmp_path):
    source = recorded(tmp_path, row(TREES), row(CARS))
    prompt = f"Q: {TREES}\nA: 15.\n\n{CARS}\nAnswer with a number."

    asked = Asked("r", (Turn("user", prompt),), 0.7, 1, 512)

    assert texts(source, asked) == ["If 0"]


def test_of_questions_that_end_alike_the_longest_counts(tmp_path):
    long = f"Look around. {CARS}"
    source = recorded(tmp_path, row(CARS), row(long))

    asked = Asked("r", (Turn("user", f"{long} Think."),), 0.7, 1, 512)

    assert texts(source, asked) == ["Loo0"]


def test_a_question_is_found_in_spite_of_white_space(tmp_path):
    source = recorded(tmp_path, row(f"  {TREES}\n"))

    assert texts(source, ask(TREES.replace(" ", "  "))) == ["  T0"]


def test_a_question_is_found_as_a_message_of_its_own(tmp_path):
    source = recorded(tmp_path, row(TREES), row(CARS))
    turns = (Turn("user", TREES), Turn("assistant", "15"), Turn("user", CARS))

    assert texts(source, Asked("r", turns, 0.7, 1, 512)) == ["If 0"]


@pytest.mark.parametrize("content", ["", "\n", "{}", '{"question": "q"}', '{"question": 1', "\x00"])
def test_a_file_of_another_form_is_refused(tmp_path, content):
    path = tmp_path / "recorded.jsonl"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(RecordingError, match=r"recorded\.jsonl"):
        Recorded.read(path)


def test_a_recorded_text_may_hold_any_line_separator(tmp_path):
    path = tmp_path / "recorded.jsonl"
    line = {"question": "a\u2028b", "samples": ["c\u0085d"]}
    path.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")

    assert texts(Recorded.read(path), ask("a\u2028b")) == ["c\u0085d"]


def test_jobs_go_on_where_the_last_stopped_and_run_out_in_error_rows(serve, tmp_path):
    bedrock = serve(recorded(tmp_path, row(TREES)))
    body = {"prompt": f"Q: {TREES}\nA:", "temperature": 0.7, "num_generations": 3}
    cohere = {"modelId": COHERE, "modelInvocationType": "InvokeModel"}
    bedrock.put_records([{"recordId": "q0000000s00", "modelInput": body}])

    rows = [bedrock.output(bedrock.run(f"job-{n}", **cohere))[0] for n in range(3)]

    drawn = [[each["text"] for each in one["modelOutput"]["generations"]] for one in rows[:2]]
    assert drawn == [["The0", "The1", "The2"], ["The3", "The4", "The5"]]
    assert rows[2]["error"]["errorCode"] == 400
    assert "exhausted" in rows[2]["error"]["errorMessage"]


def test_paths_that_are_records_are_drawn_in_the_order_of_the_input(serve, tmp_path):
    bedrock = serve(recorded(tmp_path, row(TREES)))
    bedrock.put_records(
        [{"recordId": f"q0000000s{n:02d}", "modelInput": converse(TREES)} for n in range(6)]
    )

    rows = {each["recordId"]: each for each in bedrock.output(bedrock.run())}

    for n in range(6):
        message = rows[f"q0000000s{n:02d}"]["modelOutput"]["output"]["message"]
        assert message["content"][0]["text"] == f"The{n}"
