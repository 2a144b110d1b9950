"""The simulated reasoner."""

import re
from collections import Counter

import pytest

from selfconsistency.bedrock.answers.answer_key import (
    AnswerKeyError,
    KeyedQuestion,
    read_answer_key,
)
from selfconsistency.bedrock.answers.simulated import LABEL, Simulated
from selfconsistency.bedrock.answers.source import Asked, Turn

KEY = [
    KeyedQuestion(f"Ann has {n} pens and buys {n % 7 + 2}. How many pens?", str(n + n % 7 + 2))
    for n in range(10, 610)
]
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


def share_right(temperature, count):
    source = Simulated(KEY)
    right = voted = 0.0
    for keyed in KEY:
        answers = [answer(each) for each in drawn(source, keyed.question, temperature, count)]
        votes = Counter(each for each in answers if each)
        top = max(votes.values(), default=0)
        tied = [each for each in votes if votes[each] == top]
        right += answers.count(keyed.answer) / count
        voted += (keyed.answer in tied) / max(1, len(tied))
    return right / len(KEY), voted / len(KEY)


def test_it_is_labelled():
    assert Simulated(KEY).label == LABEL
    assert "simulated" in LABEL


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


def test_a_vote_over_paths_is_right_more_often_than_a_greedy_answer():
    greedy, _ = share_right(0, 1)
    single, voted = share_right(0.7, 15)

    assert 0.52 < greedy < 0.70
    assert voted - single > 0.06


def test_heat_costs_a_little():
    assert share_right(0.5, 10)[0] > share_right(1.0, 10)[0]


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
