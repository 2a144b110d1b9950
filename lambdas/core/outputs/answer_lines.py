"""What a record brought: a line of a job's `answers.jsonl`."""

import msgspec


class Answers(msgspec.Struct, omit_defaults=True):
    """A line of `answers.jsonl`: a record's answers, in the order of its paths.

    Attributes:
        q: the question's index.
        s: the record's first path.
        a: its answers; `None` where the path was sampled but none can be read.
        p: of the job's parts the record's, from 0.
        f: of the job's output files the row's, in the order of their keys.
        o: where the row begins in the file, in bytes.
        n: the bytes of the row, 0 of one without completions.
        e: paths without an answer because the service failed; they may be asked for again.
        c: whether the calculator finds the answers' equations right, as far as there are any.
        d: the confidences that the completions state, in percent.
    """

    q: int
    s: int
    a: list[str | None]
    p: int = 0
    f: int = 0
    o: int = 0
    n: int = 0
    e: int = 0
    c: list[bool | None] | None = None
    d: list[int | None] | None = None
