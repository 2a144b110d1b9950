"""What a lane needs after a vote: its open questions by certainty, and the paths it lost."""

from dataclasses import dataclass

import msgspec


class OpenQuestion(msgspec.Struct, frozen=True, array_like=True):
    """A question that may get more paths: its index, and how many were asked for so far.

    A line of `votes/LANE.open.jsonl`, least certain first.
    """

    question: int
    sampled: int


class LostRecord(msgspec.Struct, frozen=True, array_like=True):
    """Paths of a question that were asked for and did not come back, one after the other.

    A line of `votes/LANE.lost.jsonl`, by first path.
    """

    question: int
    first_path: int
    generations: int


@dataclass(frozen=True, slots=True)
class Certainty:
    """Open questions whose vote is equally certain.

    Attributes:
        confidence: that the leader is the majority answer, from 0 to 1.
        questions: how many.
    """

    confidence: float
    questions: int


@dataclass(frozen=True, slots=True)
class LostFrom:
    """Records to be asked for again: how many that begin with this path, and their paths."""

    first_path: int
    records: int
    completions: int


@dataclass(frozen=True, slots=True)
class LaneNeed:
    """What a lane may be given in the next wave; `votes/LANE.need.json`.

    Attributes:
        lane: its name.
        setting: of the lane.
        shard: of the lane.
        questions: of the lane.
        open: those that may get new paths, least certain first.
        lost: records to be asked for again, by first path.
        lost_questions: questions that these are of.
        finished: questions that wait for neither.
        sampled: new paths asked for so far, over all questions.
        spent: of those that wait for neither, those that no path is to come of any more, though
            their votes do not say enough for the rule.
        short: of the spent, those that have had fewer paths than a question may get.
        asked: questions that the last wave asked records of.
    """

    lane: str
    setting: str
    shard: str
    questions: int
    open: tuple[Certainty, ...]
    lost: tuple[LostFrom, ...]
    lost_questions: int
    finished: int
    sampled: int
    spent: int = 0
    short: int = 0
    asked: int = 0

    @property
    def settled(self) -> int:
        """The questions that have left because the rule says so."""
        return self.finished - self.spent

    @property
    def lost_paths(self) -> int:
        """The paths that may be asked for again."""
        return sum(lost.completions for lost in self.lost)

    @property
    def open_questions(self) -> int:
        """The questions that may get new paths."""
        return sum(group.questions for group in self.open)
