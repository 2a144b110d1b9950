"""The simulated reasoner."""

import re
from collections import Counter
from pathlib import Path

import pytest

from lambdas.core.statistics.curve import Curve, question_chances
from selfconsistency.bedrock.answers.answer_key import (
    AnswerKeyError,
    KeyedQuestion,
    read_answer_key,
)
from selfconsistency.bedrock.answers.simulated import Simulated
from selfconsistency.bedrock.answers.source import Asked, Turn

KEY = [
    KeyedQuestion(f"Ann has {n} pens and buys {n % 7 + 2}. How many pens?", str(n + n % 7 + 2))
    for n in range(10, 610)
]
SUMS = [
    KeyedQuestion(
        f"Ann has {n} pens, buys {n % 7 + 2} packs of {n % 11 + 3}. How many?", str(3 * n)
    )
    for n in range(5, 2005)
]
EXAMPLES = Path(__file__).parents[5] / "examples"
ANSWER = re.compile(r"The answer is (.+)\.$")


def ask(question, temperature=0.7, count=1, max_tokens=512):
    return Asked(
        "q0000000s00", (Turn("user", f"Q: {question}\nA:"),), temperature, count, max_tokens
    )


def drawn(source, *args, **options):
    asked = ask(*args, **options)
    return source.answers(asked, source.reserve("run", asked))


def answer(completion):
    found = ANSWER.search(completion.text)
    return found[1] if found and completion.finished else None


def test_the_same_question_setting_path_and_seed_give_the_same_text():
    question = KEY[0].question

    assert drawn(Simulated(KEY), question, count=5) == drawn(Simulated(KEY), question, count=5)
    other_seed = drawn(Simulated(KEY, seed=1), question, count=5)
    assert drawn(Simulated(KEY), question, count=5) != other_seed


def test_paths_go_on_from_job_to_job():
    question, whole, parts = KEY[0].question, Simulated(KEY), Simulated(KEY)

    in_parts = drawn(parts, question, count=2) + drawn(parts, question, count=3)

    assert in_parts == drawn(whole, question, count=5)


def test_at_temperature_0_all_paths_are_one():
    assert len({each.text for each in drawn(Simulated(KEY), KEY[0].question, 0, 4)}) == 1


# On 2,000 questions the standard error of an accuracy is 1.1 points.
WITHIN = 0.025


@pytest.mark.parametrize(
    ("temperature", "expected"),
    [
        # Published for Cohere Command on GSM8K: greedy, 5 and 30 paths.
        pytest.param(0, {1: 0.517}, id="greedy"),
        pytest.param(1.0, {5: 0.592, 30: 0.68}, id="published"),
        # By the model in the docstring.
        pytest.param(0.7, {1: 0.464, 5: 0.590, 30: 0.663}, id="0.7"),
        pytest.param(0.5, {1: 0.470, 5: 0.580, 30: 0.626}, id="0.5"),
    ],
)
def test_accuracies_are_those_published(temperature, expected):
    curve = curve_of(SUMS, temperature, 30 if temperature else 1)

    assert {paths: curve[paths - 1] for paths in expected} == {
        paths: pytest.approx(accuracy, abs=WITHIN) for paths, accuracy in expected.items()
    }


def test_choices_are_guessed_right_more_often_and_gain_by_votes_too():
    exam = [KeyedQuestion(f"Which is {n}?", "ABCD"[n % 4], tuple("ABCD")) for n in range(2000)]

    greedy, warm = curve_of(exam, 0, 1), curve_of(exam, 0.7, 10)

    assert greedy[0] == pytest.approx(0.641, abs=WITHIN)
    assert warm[9] == pytest.approx(0.770, abs=WITHIN)


@pytest.mark.parametrize("temperature", [0.5, 0.7, 1.0])
def test_the_questions_of_the_demo_show_what_more_paths_gain(temperature):
    key = read_answer_key(EXAMPLES / "word_problems.jsonl")

    greedy, curve = curve_of(key, 0, 1)[0], curve_of(key, temperature, 30)

    # One path is below greedy, five are above, and more never lose half a point.
    assert 0.49 < greedy < 0.54
    assert curve[0] < greedy < curve[4] < curve[9] < curve[29]
    assert max(curve) - curve[29] < 0.005
    assert curve[29] - greedy > 0.1


def curve_of(key, temperature, count):
    """The exact accuracy by number of paths, for as many completions of each question."""
    source = Simulated(key)
    return [point.mean for point in Curve.of(chances_of(source, key, temperature, count)).points()]


def chances_of(source, key, temperature, count):
    for keyed in key:
        answers = [answer(each) for each in drawn(source, keyed.question, temperature, count)]
        votes = Counter(each for each in answers if each)
        gold = f"({keyed.answer})" if keyed.labels else keyed.answer
        yield question_chances(votes, gold, unanswered=count - votes.total())


def test_a_few_texts_cannot_be_read_and_a_few_are_cut_off():
    source = Simulated(KEY)
    texts = [each for keyed in KEY[:200] for each in drawn(source, keyed.question, 0.7, 20)]

    unread = sum(answer(each) is None for each in texts) / len(texts)
    cut = sum(not each.finished for each in texts) / len(texts)

    assert 0.008 < unread < 0.025
    assert 0.003 < cut < 0.012


def test_a_text_longer_than_the_tokens_asked_for_is_cut_off():
    (completion,) = drawn(Simulated(KEY), KEY[0].question, max_tokens=3)

    assert len(completion.text) <= 12
    assert not completion.finished


@pytest.mark.parametrize(
    ("right", "labels", "possible"),
    [
        pytest.param("B", "ABCD", {"(A)", "(B)", "(C)", "(D)"}, id="letters"),
        pytest.param("2", "123", {"(1)", "(2)", "(3)"}, id="numbers"),
        pytest.param("A, C", "ABC", {"(A, C)", "(A, B)", "(B, C)"}, id="two of three"),
        pytest.param("A, B", "AB", {"(A, B)", "(A)"}, id="all are right"),
    ],
)
def test_choices_are_answered_with_labels(right, labels, possible):
    source = Simulated([KeyedQuestion("Which one is it?", right, tuple(labels))])

    answers = {answer(each) for each in drawn(source, "Which one is it?", 1.0, 80)} - {None}

    assert f"({right})" in answers
    assert answers == possible


def test_texts_are_answered_with_texts_of_the_set():
    days = [KeyedQuestion(f"On which day of the week was {n}?", f"day {n % 3}") for n in range(9)]

    answers = {answer(each) for each in drawn(Simulated(days), days[0].question, 1.0, 60)} - {None}

    assert answers == {"day 0", "day 1", "day 2"}


def test_options_shown_are_chosen_from_where_the_key_is_not_known():
    asked = "Which?\n(A) one\n(B) two"

    answers = {answer(each) for each in drawn(Simulated(), asked, 1.0, 60)} - {None}

    assert answers == {"(A)", "(B)"}


def test_a_question_without_a_key_is_answered_all_the_same():
    completions = drawn(Simulated(), "Ben has 3 cats. How many?", count=4)

    assert len(completions) == 4


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.jsonl", '{"question": "q", "answer": "1+1\\n#### 1,002"}\n', ("q", "1002")),
        ("a.jsonl", '{"question": "q", "answer": 7}\n\n', ("q", "7")),
        ("a.jsonl", '{"question": "q"}', ("q", "")),
        (
            "a.jsonl",
            '{"question": "q", "choices": {"A": "1", "B": "2"}, "answer": "B"}',
            ("q", "B", ("A", "B")),
        ),
        ("a.jsonl", '{"question": "a\u2028b", "answer": "1"}', ("a\u2028b", "1")),
        (
            "a.csv",
            'question,choices,answer\nq,"[""u"", ""v""]",B\n',
            ("q", "B", ("A", "B")),
        ),
        ("a.csv", "question,A,B,answer\nq,u,v,A\n", ("q", "A", ("A", "B"))),
        ("a.csv", "question,answer\nq,[1\n", ("q", "[1")),
        ("a.csv", '\ufeffquestion,answer\n"How, many?",12\n', ("How, many?", "12")),
    ],
)
def test_an_answer_key_is_read(tmp_path, name, content, expected):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")

    assert read_answer_key(path) == [KeyedQuestion(*expected)]


@pytest.mark.parametrize("content", ["not json", "[]", '{"text": "q"}', '{"question": " "}'])
def test_an_answer_key_of_another_form_is_refused(tmp_path, content):
    path = tmp_path / "key.jsonl"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(AnswerKeyError, match=r"key\.jsonl"):
        read_answer_key(path)
