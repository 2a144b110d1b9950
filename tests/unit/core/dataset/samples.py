"""Reads small datasets for the tests of their rows."""

import json
from dataclasses import dataclass

from lambdas.contract import Task
from lambdas.contract.schema import Question
from lambdas.core.dataset.files import MAX_LINE_BYTES
from lambdas.core.dataset.reader import read_rows
from lambdas.core.text import split_lines


@dataclass(frozen=True, slots=True)
class ReadDataset:
    """What was read: questions, problems with file and line, the task, and counts of questions."""

    questions: list[Question]
    problems: list[str]
    task: Task | None
    repeated: int
    sanitized: int


def read_dataset(
    *rows: dict[str, object] | bytes,
    file: str = "q.jsonl",
    limit: int | None = None,
    task: Task | None = None,
) -> ReadDataset:
    """Read a dataset that is given by its rows."""
    content = b"\n".join(
        row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows
    )
    lines = split_lines([content], MAX_LINE_BYTES)
    read = list(read_rows(lines, file, limit=limit, task=task))
    return ReadDataset(
        questions=[row.question for row in read if row.question],
        problems=[message for row in read for message in row.messages(file)],
        task=read[-1].task if read else task,
        repeated=sum(row.repeated for row in read),
        sanitized=sum(row.sanitized for row in read),
    )
