"""Where a question's telling completions lie: one for its winner, one against, one silent."""

import msgspec


class Example(msgspec.Struct, frozen=True, array_like=True):
    """A completion in a job's output.

    Attributes:
        wave: of the job.
        job: its name.
        file: which of the job's output files, in the order of their keys.
        start: of the record's row in it, in bytes.
        size: of that row, in bytes.
        place: the completion among those of the record.
    """

    wave: int
    job: str
    file: int
    start: int
    size: int
    place: int


class Examples(msgspec.Struct, omit_defaults=True):
    """A question's telling completions in one setting; a line of `votes/LANE.examples.jsonl`.

    Attributes:
        won: a path for the winner.
        lost: a path for the strongest other answer, which is `lost_answer`.
        silent: a path without an answer.
        lost_answer: `None` where all answers are the winner.
    """

    won: Example | None = None
    lost: Example | None = None
    silent: Example | None = None
    lost_answer: str | None = None
