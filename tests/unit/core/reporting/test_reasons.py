"""Why a question is telling: each reason, its rank, and when it is none."""

import pytest

from lambdas.core.reporting.reasons import REASONS, reasons_of
from lambdas.core.voting.lane import Voted
from tests.unit.core.reporting.asked import greedy, voted


def reasons(*votes: Voted) -> dict[str, float]:
    return dict(reasons_of({vote.setting: vote for vote in votes}))


@pytest.mark.parametrize(
    ("votes", "expected"),
    [
        pytest.param([greedy("18"), voted({"18": 5})], {}, id="all right: nothing to tell"),
        pytest.param(
            [greedy("26"), voted({"18": 4, "26": 1})], {"vote_gained": 0.8}, id="greedy wrong"
        ),
        pytest.param(
            [greedy(None), voted({"18": 4, "26": 1})],
            {"vote_gained": 0.8, "unanswered": 1 + 1 / 6},
            id="greedy silent is greedy wrong",
        ),
        pytest.param(
            [greedy("18"), voted({"26": 4, "18": 1})],
            {"vote_lost": 0.8, "wrong": 0.8},
            id="greedy right",
        ),
        pytest.param(
            [greedy("26"), voted({"26": 4, "18": 1})], {"wrong": 0.8}, id="both wrong: no change"
        ),
        pytest.param([voted({"18": 3, "26": 2})], {"split": -0.2}, id="split at a fifth"),
        pytest.param([voted({"18": 3, "26": 1})], {}, id="not split at a half"),
        pytest.param([voted({"18": 1})], {}, id="a lone path is not split"),
        pytest.param(
            [voted({"18": 1}, unanswered=4)], {"unanswered": 0.8}, id="silence is no other answer"
        ),
        pytest.param(
            [voted({}, unanswered=5)], {"unanswered": 2.0, "wrong": 0.0}, id="no vote at all"
        ),
        pytest.param([voted({})], {"unanswered": 1.0}, id="no path came back"),
        pytest.param([greedy("26")], {"wrong": 1.0}, id="greedy alone is the vote"),
        pytest.param(
            [greedy("26", gold=None), voted({"18": 3, "26": 3}, gold=None)],
            {"split": 0.0},
            id="without a right answer none is wrong",
        ),
    ],
)
def test_the_reasons_of_a_question(votes: list[Voted], expected: dict[str, float]) -> None:
    assert reasons(*votes) == pytest.approx(expected)


def test_of_several_settings_the_most_telling_counts() -> None:
    cool = voted({"18": 3, "26": 3, "7": 4}, setting="T0.5")
    warm = voted({"18": 6, "26": 3, "7": 1}, setting="T0.7")
    hot = voted({"18": 4, "26": 4, "7": 2}, setting="T1.0")

    found = reasons(greedy("26"), cool, warm, hot)

    assert found == pytest.approx({"vote_gained": 0.6, "split": 0.0, "wrong": 0.4})


def test_reasons_come_in_their_order() -> None:
    found = reasons(
        greedy("26"),
        voted({"18": 3}, setting="T0.5"),
        voted({"26": 2, "18": 2}, setting="T0.7", unanswered=1),
    )

    assert list(found) == ["vote_gained", "split", "unanswered", "wrong"]
    assert [reason for reason in REASONS if reason in found] == list(found)
