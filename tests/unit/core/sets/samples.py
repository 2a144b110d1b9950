"""Reading of small question sets, for the tests of what comes of it."""

import json

from lambdas.contract import Task
from lambdas.core.lines import split_lines
from lambdas.core.sets.question import Question
from lambdas.core.sets.questions import MAX_LINE_BYTES, Findings, read_questions


def reading(
    *rows: dict[str, object] | bytes, file: str = "q.jsonl", task: Task | None = None
) -> tuple[list[Question], Findings]:
    """Return the questions of a set given by its rows, and what was found in it."""
    content = b"\n".join(
        row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows
    )
    findings = Findings(file)
    lines = split_lines([content], MAX_LINE_BYTES)
    return list(read_questions(lines, findings, task=task)), findings
