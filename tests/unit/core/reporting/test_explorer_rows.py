"""A row of the explorer: what it shows, and that no text makes it large."""

import msgspec
import pytest

from lambdas.core.reporting.explorer_rows import (
    QuestionRow,
    Room,
    VoteRow,
    question_text,
    row_of,
)
from lambdas.core.sets.question import Choice, Question
from lambdas.core.voting.examples import Examples
from lambdas.core.voting.lane import Voted
from tests.unit.core.reporting.asked import voted

ROOM = Room(characters=300, size_bytes=8_000)
QUESTION = Question(3, "gsm-3", "How many eggs?", "18")


def row(vote: Voted, question: Question = QUESTION, room: Room = ROOM) -> QuestionRow:
    examples = {"T0.7": Examples(lost_answer="26")}
    encoded = row_of(question, {"T0.7": vote}, examples, ("split",), room)
    return msgspec.json.decode(encoded, type=QuestionRow)


def test_a_row_has_the_question_its_votes_by_count_and_why_it_is_there() -> None:
    found = row(voted({"7": 1, "18": 3, "26": 2}, unanswered=4))

    assert found == QuestionRow(
        id="gsm-3",
        question="How many eggs?",
        gold="18",
        why=("split",),
        settings={
            "T0.7": VoteRow(
                answer="18",
                correct=True,
                paths=10,
                support=3,
                votes=[("18", 3), ("26", 2), ("7", 1)],
                unanswered=4,
                tied=False,
                wave=1,
                lost_answer="26",
            )
        },
    )


def test_answers_beyond_the_twentieth_are_summed_up() -> None:
    votes = {f"{number:02}": 1 for number in range(25)} | {"18": 9}

    pairs = row(voted(votes)).settings["T0.7"].votes

    assert len(pairs) == 21
    assert pairs[0] == ("18", 9)
    assert pairs[1:4] == [("00", 1), ("01", 1), ("02", 1)]
    assert pairs[-1] == ("…", 5)


@pytest.mark.parametrize(("answers", "others"), [(20, 0), (21, 1), (26, 6)])
def test_how_many_answers_are_left_out_is_told(answers: int, others: int) -> None:
    votes = {f"{number:02}": 2 for number in range(answers)}

    found = row(voted(votes)).settings["T0.7"]

    assert found.others == others
    assert (found.votes[-1] == ("…", 2 * others)) is bool(others)


def test_a_long_answer_is_cut() -> None:
    found = row(voted({"x" * 20_000: 2})).settings["T0.7"]

    assert found.votes == [("x" * 199 + "…", 2)]
    assert found.answer == "x" * 199 + "…"


def test_choices_are_part_of_the_question() -> None:
    question = Question(0, "q0", "Which?", "A", (Choice("A", "three"), Choice("B", "four")))

    assert question_text(question, 100) == "Which?\n(A) three\n(B) four"


@pytest.mark.parametrize("letter", ["x", "é", "😀", "<", "\x00", '"', "\u2028"])
def test_no_text_makes_a_row_large(letter: str) -> None:
    long = letter * 20_000
    question = Question(0, long, letter * 1_000_000, long)
    vote = voted({f"{number}{long}": 1 for number in range(100)}, gold=long)

    encoded = row_of(question, {"T0.7": vote}, {}, (), Room(300, 350))

    # An id and a gold of 200 characters, a question of 300, each at most six bytes, and 1,200.
    assert len(encoded) <= 6 * 700 + 1_200 + 200


def test_answers_are_told_in_less_detail_where_a_row_has_less_room() -> None:
    votes = {f"answer number {number:02} of many": 1 for number in range(30)}

    shown = [
        len(row(voted(votes), room=Room(300, size)).settings["T0.7"].votes)
        for size in (8_000, 700, 100)
    ]

    assert shown == [21, 9, 4]
