"""Votes against greedy's on the same questions, summed up while they pass by."""

from collections import defaultdict
from collections.abc import Mapping

from lambdas.core.settings import GREEDY
from lambdas.core.statistics.paired import Compared, Paired
from lambdas.core.voting.ballots import chance_of
from lambdas.core.voting.lane import Voted

# Questions kept before they are summed up.
_BLOCK = 10_000


class Pairing:
    """Goes through a run's questions once; memory is bounded."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Compared]] = defaultdict(list)
        self._sums: dict[str, Paired] = {}

    def add(self, votes: Mapping[str, Voted]) -> None:
        """Look at a question's votes, by setting; without greedy's there is nothing to compare."""
        greedy = votes.get(GREEDY)
        if greedy is None or greedy.correct is None:
            return
        for setting, vote in votes.items():
            if vote is not greedy and vote.correct is not None:
                rows = self._rows[setting]
                rows.append(_compared(vote, greedy))
                if len(rows) >= _BLOCK:
                    self._sum_up(setting)

    def paired(self) -> dict[str, Paired]:
        """Return the sums by setting; a setting of which nothing was compared is not there."""
        for setting in self._rows:
            self._sum_up(setting)
        return dict(self._sums)

    def _sum_up(self, setting: str) -> None:
        found = Paired.of(self._rows[setting])
        self._rows[setting].clear()
        self._sums[setting] = self._sums.get(setting, Paired()) + found


def _compared(vote: Voted, greedy: Voted) -> Compared:
    return Compared(_chance(vote), _chance(greedy), vote.correct is True, greedy.correct is True)


def _chance(vote: Voted) -> float:
    leaders = [answer for answer, count in vote.votes.items() if count == vote.support]
    return chance_of(leaders, vote.gold)
