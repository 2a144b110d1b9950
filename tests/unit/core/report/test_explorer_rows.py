"""A row of the explorer: its highlights, what it shows, and that no text makes it large."""

import msgspec
import pytest

from lambdas.contract.schema import Choice, Question
from lambdas.contract.votes import Examples, VoteRecord
from lambdas.core.report.explorer_rows import (
    HIGHLIGHTS,
    QuestionRow,
    Room,
    VoteRow,
    encode_row,
    highlights_of,
    question_text,
)
from tests.unit.core.report.question_samples import a_vote, greedy_vote

ROOM = Room(characters=300, size_bytes=8_000)
QUESTION = Question(3, "gsm-3", "How many eggs?", "18")


def highlights(*votes: VoteRecord) -> dict[str, float]:
    return dict(highlights_of({vote.setting: vote for vote in votes}))


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        pytest.param([greedy_vote("18"), a_vote({"18": 5})], {}, id="all right"),
        pytest.param(
            [greedy_vote("26"), a_vote({"18": 4, "26": 1})], {"vote_gained": 0.8}, id="greedy wrong"
        ),
        pytest.param(
            [greedy_vote(None), a_vote({"18": 4, "26": 1})],
            {"vote_gained": 0.8, "unanswered": 1 + 1 / 6},
            id="greedy without an answer is wrong",
        ),
        pytest.param(
            [greedy_vote("18"), a_vote({"26": 4, "18": 1})],
            {"vote_lost": 0.8, "wrong": 0.8},
            id="greedy right",
        ),
        pytest.param(
            [greedy_vote("26"), a_vote({"26": 4, "18": 1})],
            {"wrong": 0.8},
            id="both wrong",
        ),
        pytest.param([a_vote({"18": 3, "26": 2})], {"split": -0.2}, id="split at a fifth"),
        pytest.param([a_vote({"18": 3, "26": 1})], {}, id="not split at a half"),
        pytest.param([a_vote({"18": 1})], {}, id="a lone path is not split"),
        pytest.param(
            [a_vote({"18": 1}, unanswered=4)],
            {"unanswered": 0.8},
            id="no answer is no other answer",
        ),
        pytest.param(
            [a_vote({}, unanswered=5)], {"unanswered": 2.0, "wrong": 0.0}, id="no vote at all"
        ),
        pytest.param([a_vote({})], {"unanswered": 1.0}, id="no path came back"),
        pytest.param([greedy_vote("26")], {"wrong": 1.0}, id="greedy alone is the vote"),
        pytest.param(
            [greedy_vote("26", gold=None), a_vote({"18": 3, "26": 3}, gold=None)],
            {"split": 0.0},
            id="without a right answer none is wrong",
        ),
    ],
)
def test_the_highlights_of_a_question(votes: list[VoteRecord], expected: dict[str, float]) -> None:
    assert highlights(*votes) == pytest.approx(expected)


def test_the_setting_with_the_highest_score_counts() -> None:
    cool = a_vote({"18": 3, "26": 3, "7": 4}, setting="T0.5")
    warm = a_vote({"18": 6, "26": 3, "7": 1}, setting="T0.7")
    hot = a_vote({"18": 4, "26": 4, "7": 2}, setting="T1.0")

    found = highlights(greedy_vote("26"), cool, warm, hot)

    assert found == pytest.approx({"vote_gained": 0.6, "split": 0.0, "wrong": 0.4})


def test_highlights_come_in_their_order() -> None:
    found = highlights(
        greedy_vote("26"),
        a_vote({"18": 3}, setting="T0.5"),
        a_vote({"26": 2, "18": 2}, setting="T0.7", unanswered=1),
    )

    assert list(found) == ["vote_gained", "split", "unanswered", "wrong"]
    assert [name for name in HIGHLIGHTS if name in found] == list(found)


def row(vote: VoteRecord, question: Question = QUESTION, room: Room = ROOM) -> QuestionRow:
    examples = {"T0.7": Examples(rival_answer="26")}
    encoded = encode_row(question, {"T0.7": vote}, examples, ("split",), room)
    return msgspec.json.decode(encoded, type=QuestionRow)


def test_a_row_has_the_question_its_votes_by_count_and_its_highlights() -> None:
    found = row(a_vote({"7": 1, "18": 3, "26": 2}, unanswered=4))

    assert found == QuestionRow(
        id="gsm-3",
        question="How many eggs?",
        gold="18",
        highlights=("split",),
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
                rival_answer="26",
            )
        },
    )


def test_answers_beyond_the_twentieth_are_added_up() -> None:
    votes = {f"{number:02}": 1 for number in range(25)} | {"18": 9}

    pairs = row(a_vote(votes)).settings["T0.7"].votes

    assert len(pairs) == 21
    assert pairs[0] == ("18", 9)
    assert pairs[1:4] == [("00", 1), ("01", 1), ("02", 1)]
    assert pairs[-1] == ("…", 5)


@pytest.mark.parametrize(("answers", "others"), [(20, 0), (21, 1), (26, 6)])
def test_a_row_says_how_many_answers_are_left_out(answers: int, others: int) -> None:
    votes = {f"{number:02}": 2 for number in range(answers)}

    found = row(a_vote(votes)).settings["T0.7"]

    assert found.answers_left_out == others
    assert (found.votes[-1] == ("…", 2 * others)) is bool(others)


def test_a_long_answer_is_cut() -> None:
    found = row(a_vote({"x" * 20_000: 2})).settings["T0.7"]

    assert found.votes == [("x" * 199 + "…", 2)]
    assert found.answer == "x" * 199 + "…"


def test_choices_are_part_of_the_question() -> None:
    question = Question(0, "q0", "Which?", "A", (Choice("A", "three"), Choice("B", "four")))

    assert question_text(question, 100) == "Which?\n(A) three\n(B) four"


@pytest.mark.parametrize("letter", ["x", "é", "😀", "<", "\x00", '"', "\u2028"])
def test_no_text_makes_a_row_large(letter: str) -> None:
    long = letter * 20_000
    question = Question(0, long, letter * 1_000_000, long)
    vote = a_vote({f"{number}{long}": 1 for number in range(100)}, gold=long)

    encoded = encode_row(question, {"T0.7": vote}, {}, (), Room(300, 350))

    # An id and a gold of 200 characters, a question of 300, each at most six bytes, and 1,200.
    assert len(encoded) <= 6 * 700 + 1_200 + 200


def test_a_row_with_less_room_shows_answers_in_less_detail() -> None:
    votes = {f"answer number {number:02} of many": 1 for number in range(30)}

    shown = [
        len(row(a_vote(votes), room=Room(300, size)).settings["T0.7"].votes)
        for size in (8_000, 700, 100)
    ]

    assert shown == [21, 9, 4]
