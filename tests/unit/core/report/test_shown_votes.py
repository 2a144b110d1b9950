"""The final answer stands among the votes that the explorer shows."""

from lambdas.contract.votes import FinalRecord, VoteRecord
from lambdas.core.report.explorer_rows import highlights_of
from lambdas.core.report.shown_votes import with_final

FINAL = FinalRecord("q0", "8", "8", True, 3, 5, False, 1, {"8": 3, "6": 2}, 0)


def a_vote(setting: str, answer: str, paths: int, wave: int = 1) -> VoteRecord:
    """Return a vote of paths that all agree; the right answer is 8."""
    right = answer == "8"
    return VoteRecord(
        "q0", setting, answer, "8", right, paths, paths, {answer: paths}, 0, False, wave
    )


def test_the_final_answer_stands_behind_greedy_s_and_before_the_settings_it_is_of() -> None:
    votes = {
        "greedy": a_vote("greedy", "6", 1),
        "T0.5": a_vote("T0.5", "6", 2),
        "T0.7": a_vote("T0.7", "8", 3, wave=2),
    }

    shown = with_final(votes, FINAL)

    assert list(shown) == ["greedy", "final", "T0.5", "T0.7"]
    assert (shown["final"].answer, shown["final"].votes) == ("8", {"8": 3, "6": 2})
    assert shown["final"].wave == 2


def test_a_setting_that_votes_alone_is_the_final_answer_and_stands_once() -> None:
    votes = {"greedy": a_vote("greedy", "6", 1), "T0.7": a_vote("T0.7", "8", 3)}

    assert with_final(votes, FINAL) == votes


def test_a_question_is_interesting_for_its_final_answer() -> None:
    votes = {
        "greedy": a_vote("greedy", "8", 1),
        "T0.5": a_vote("T0.5", "6", 2),
        "T0.7": a_vote("T0.7", "8", 3),
    }

    # T0.5 alone would have lost what greedy has.
    assert "vote_lost" in highlights_of(votes)
    assert highlights_of(with_final(votes, FINAL)) == {"split": -0.2}
