"""The explorer: rows in the set's order, paths where they are selector, never too large."""

from random import Random
from string import ascii_letters

import msgspec
import pytest

from lambdas.contract.votes import Examples
from lambdas.core.report.explorer import (
    MAX_PATH_CHARACTERS,
    Explorer,
    fit_explorer,
    make_explorer,
    pack,
)
from lambdas.core.report.explorer_rows import QuestionRow, VoteRow
from lambdas.core.report.explorer_selection import ExampleSelector, Limits, QuestionVotes
from tests.unit.core.report.question_samples import (
    a_question,
    a_vote,
    example,
    greedy_vote,
    unanimous,
)


def explorer(
    *questions: QuestionVotes, limits: Limits | None = None, path: str | None = "So 18."
) -> Explorer:
    selector = ExampleSelector(len(questions), limits)
    for each in questions:
        selector.add(each)
    return make_explorer(selector, [path for _ in selector.paths_to_show()])


def size_bytes(found: Explorer) -> int:
    return len(msgspec.json.encode(found))


def vote_row(row: QuestionRow, setting: str = "T0.7") -> VoteRow:
    return row.settings[setting]


def test_a_question_is_shown_with_its_votes_and_paths() -> None:
    paths = Examples(example(12, 0), example(12, 1), example(12, 2), rival_answer="26")
    both = {"greedy": Examples(winner=example(12, job="j0001")), "T0.7": paths}
    votes = greedy_vote("26"), a_vote({"18": 3, "26": 1}, unanswered=1)
    selector = ExampleSelector(1)
    selector.add(a_question(12, *votes, examples=both, id_="gsm-12"))

    found = make_explorer(selector, ["greedy's", "winning", "losing", "unanswered"])

    assert (found.total, found.shown, found.with_paths) == (1, 1, 1)
    assert found.questions == [
        QuestionRow(
            id="gsm-12",
            question="How many eggs?",
            gold="18",
            highlights=("vote_gained", "unanswered"),
            settings={
                "greedy": VoteRow(
                    answer="26",
                    correct=False,
                    paths=1,
                    support=1,
                    votes=[("26", 1)],
                    unanswered=0,
                    tied=False,
                    wave=1,
                    winner_path="greedy's",
                ),
                "T0.7": VoteRow(
                    answer="18",
                    correct=True,
                    paths=5,
                    support=3,
                    votes=[("18", 3), ("26", 1)],
                    unanswered=1,
                    tied=False,
                    wave=1,
                    winner_path="winning",
                    rival_path="losing",
                    rival_answer="26",
                    unanswered_path="unanswered",
                ),
            },
        )
    ]


def test_settings_keep_their_order() -> None:
    (row,) = explorer(
        a_question(
            0,
            greedy_vote("18"),
            a_vote({"18": 1}, setting="T0.5"),
            a_vote({"18": 1}, setting="T1.0"),
        )
    ).questions

    assert list(row.settings) == ["greedy", "T0.5", "T1.0"]


def test_questions_are_in_the_dataset_s_order_and_only_highlights_have_paths() -> None:
    gained = a_question(3, greedy_vote("26"), a_vote({"18": 4, "26": 1}))

    found = explorer(unanimous(0), unanimous(1), unanimous(2), gained, limits=Limits(with_paths=2))

    assert [row.id for row in found.questions] == ["id0", "id1", "id2", "id3"]
    assert [vote_row(row).winner_path for row in found.questions] == [
        "So 18.",
        None,
        None,
        "So 18.",
    ]
    assert (found.total, found.shown, found.with_paths) == (4, 4, 2)


def test_what_could_not_be_read_is_left_out() -> None:
    found = explorer(unanimous(0), path=None)

    assert found.with_paths == 0
    assert vote_row(found.questions[0]).winner_path is None


def test_an_empty_text_is_a_path() -> None:
    assert explorer(unanimous(0), path="").with_paths == 1


def test_a_long_path_is_cut_and_says_so() -> None:
    found = explorer(unanimous(0), path="x" * 20_000)

    text = vote_row(found.questions[0]).winner_path
    assert text == "x" * (MAX_PATH_CHARACTERS - 7) + "… [cut]"


def test_a_run_without_a_question_shows_none() -> None:
    assert explorer() == Explorer(total=0, shown=0, with_paths=0, questions=[])


def test_if_long_paths_do_not_fit_all_are_cut_shorter() -> None:
    limits = Limits(size_bytes=100_000)

    found = explorer(*map(unanimous, range(20)), limits=limits, path="x" * 4_000)

    lengths = {len(vote_row(row).winner_path or "") for row in found.questions}
    # 40 paths: at 2,000 characters 80,000 bytes, and rows of some 400 each.
    assert lengths == {2_000}
    assert found.with_paths == 20
    assert size_bytes(found) <= 100_000


@pytest.mark.parametrize("letter", ["x", "é", "😀", "<", "\x00", "\u2028"])
@pytest.mark.parametrize("questions", [20, 60])
def test_no_text_makes_the_explorer_too_large(letter: str, questions: int) -> None:
    limits = Limits(with_paths=30, questions=50, size_bytes=200_000)
    votes = a_vote({letter * 20_000 + str(number): 1 for number in range(25)})
    text = letter * 1_000_000

    found = explorer(
        *(a_question(index, greedy_vote("26"), votes, text=text) for index in range(questions)),
        limits=limits,
        path=letter * 4_001,
    )

    assert 100_000 < size_bytes(found) <= 200_000
    assert found.total == questions
    # 17,500 bytes each at most: six for each of a question's 2,000 characters and of its paths'
    # 500, 1,200 for each of two settings.
    assert found.shown >= 11


def test_rows_fill_what_paths_leave() -> None:
    limits = Limits(with_paths=2, size_bytes=50_000)

    found = explorer(*map(unanimous, range(1_000)), limits=limits)

    assert 49_000 < size_bytes(found) <= 50_000
    assert [row.id for row in found.questions] == [f"id{n}" for n in range(found.shown)]


def test_texts_that_compress_badly_get_less_room() -> None:
    selector = ExampleSelector(60, Limits(size_bytes=440_000))
    chance = Random(7)
    for number in range(60):
        selector.add(unanimous(number))
    texts = ["".join(chance.choices(ascii_letters, k=3_000)) for _ in selector.paths_to_show()]

    found = fit_explorer(selector, texts, most_characters=100_000)

    assert 50_000 < len(pack(found)) <= 100_000
    assert len(pack(make_explorer(selector, texts))) > 100_000
