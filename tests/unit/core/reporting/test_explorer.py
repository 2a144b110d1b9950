"""The explorer: rows in the set's order, paths where they are telling, never too large."""

from random import Random
from string import ascii_letters
from typing import Any

import msgspec
import pytest

from lambdas.core.reporting.explorer import MAX_PATH_CHARACTERS, fitting_explorer, make_explorer
from lambdas.core.reporting.packed import packed
from lambdas.core.reporting.telling import Asked, Limits, Telling
from lambdas.core.voting.examples import Examples
from tests.unit.core.reporting.asked import asked, dull, example, greedy, voted


def explorer(
    *questions: Asked, limits: Limits | None = None, path: str | None = "So 18."
) -> dict[str, Any]:
    telling = Telling(len(questions), limits)
    for each in questions:
        telling.add(each)
    return make_explorer(telling, [path for _ in telling.wanted()])


def size_bytes(found: dict[str, Any]) -> int:
    return len(msgspec.json.encode(found))


def test_a_question_is_shown_with_its_votes_and_paths() -> None:
    paths = Examples(example(12, 0), example(12, 1), example(12, 2), lost_answer="26")
    both = {"greedy": Examples(won=example(12, job="j0001")), "T0.7": paths}
    telling = Telling(1)
    telling.add(
        asked(
            12, greedy("26"), voted({"18": 3, "26": 1}, unanswered=1), examples=both, id_="gsm-12"
        )
    )

    found = make_explorer(telling, ["greedy's", "winning", "losing", "silent"])

    assert found == {
        "total": 1,
        "shown": 1,
        "with_paths": 1,
        "questions": [
            {
                "id": "gsm-12",
                "question": "How many eggs?",
                "gold": "18",
                "why": ("vote_gained", "unanswered"),
                "settings": {
                    "greedy": {
                        "answer": "26",
                        "correct": False,
                        "paths": 1,
                        "support": 1,
                        "votes": [("26", 1)],
                        "unanswered": 0,
                        "tied": False,
                        "wave": 1,
                        "won": "greedy's",
                    },
                    "T0.7": {
                        "answer": "18",
                        "correct": True,
                        "paths": 5,
                        "support": 3,
                        "votes": [("18", 3), ("26", 1)],
                        "unanswered": 1,
                        "tied": False,
                        "wave": 1,
                        "won": "winning",
                        "lost": "losing",
                        "lost_answer": "26",
                        "silent": "silent",
                    },
                },
            }
        ],
    }


def test_settings_keep_their_order() -> None:
    (row,) = explorer(
        asked(0, greedy("18"), voted({"18": 1}, setting="T0.5"), voted({"18": 1}, setting="T1.0"))
    )["questions"]

    assert list(row["settings"]) == ["greedy", "T0.5", "T1.0"]


def test_questions_stand_in_the_sets_order_and_only_the_most_telling_have_paths() -> None:
    gained = asked(3, greedy("26"), voted({"18": 4, "26": 1}))

    found = explorer(dull(0), dull(1), dull(2), gained, limits=Limits(with_paths=2))

    assert [row["id"] for row in found["questions"]] == ["id0", "id1", "id2", "id3"]
    assert [row["settings"]["T0.7"].get("won") for row in found["questions"]] == [
        "So 18.",
        None,
        None,
        "So 18.",
    ]
    assert (found["total"], found["shown"], found["with_paths"]) == (4, 4, 2)


def test_what_could_not_be_read_is_left_out() -> None:
    found = explorer(dull(0), path=None)

    assert found["with_paths"] == 0
    assert "won" not in found["questions"][0]["settings"]["T0.7"]


def test_an_empty_text_is_a_path() -> None:
    assert explorer(dull(0), path="")["with_paths"] == 1


def test_a_long_path_is_cut_and_says_so() -> None:
    found = explorer(dull(0), path="x" * 20_000)

    won = found["questions"][0]["settings"]["T0.7"]["won"]
    assert won == "x" * (MAX_PATH_CHARACTERS - 7) + "… [cut]"


def test_a_run_without_a_question_shows_none() -> None:
    assert explorer() == {"total": 0, "shown": 0, "with_paths": 0, "questions": []}


def test_where_long_paths_do_not_fit_all_are_cut_shorter() -> None:
    limits = Limits(size_bytes=100_000)

    found = explorer(*map(dull, range(20)), limits=limits, path="x" * 4_000)

    lengths = {len(row["settings"]["T0.7"]["won"]) for row in found["questions"]}
    # 40 paths: at 2,000 characters 80,000 bytes, and rows of some 400 each.
    assert lengths == {2_000}
    assert found["with_paths"] == 20
    assert size_bytes(found) <= 100_000


@pytest.mark.parametrize("letter", ["x", "é", "😀", "<", "\x00", "\u2028"])
@pytest.mark.parametrize("questions", [20, 60])
def test_no_text_makes_the_explorer_too_large(letter: str, questions: int) -> None:
    limits = Limits(with_paths=30, questions=50, size_bytes=200_000)
    votes = voted({letter * 20_000 + str(number): 1 for number in range(25)})
    text = letter * 1_000_000

    found = explorer(
        *(asked(index, greedy("26"), votes, text=text) for index in range(questions)),
        limits=limits,
        path=letter * 4_001,
    )

    assert 100_000 < size_bytes(found) <= 200_000
    assert found["total"] == questions
    # 17,500 bytes each at most: six for each of a question's 2,000 characters and of its paths'
    # 500, 1,200 for each of two settings.
    assert found["shown"] >= 11


def test_rows_fill_what_paths_leave() -> None:
    limits = Limits(with_paths=2, size_bytes=50_000)

    found = explorer(*map(dull, range(1_000)), limits=limits)

    assert 49_000 < size_bytes(found) <= 50_000
    assert [row["id"] for row in found["questions"]] == [f"id{n}" for n in range(found["shown"])]


def test_texts_that_hardly_compress_get_less_room() -> None:
    telling = Telling(60, Limits(size_bytes=400_000))
    chance = Random(7)
    for number in range(60):
        telling.add(dull(number))
    texts = ["".join(chance.choices(ascii_letters, k=3_000)) for _ in telling.wanted()]

    found = fitting_explorer(telling, texts, most_characters=100_000)

    assert 50_000 < len(packed(found)) <= 100_000
    assert len(packed(make_explorer(telling, texts))) > 100_000
