"""Reads small datasets for the tests of their rows."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from lambdas.contract import Task
from lambdas.contract.schema import Question
from lambdas.core.dataset.files import MAX_DOCUMENT_BYTES
from lambdas.core.dataset.golds import Asked, Reading
from lambdas.core.dataset.reader import DatasetRow, read_rows, reading_of
from lambdas.core.survey import DatasetSurvey, survey_dataset
from lambdas.core.text import Line, split_lines

Row = dict[str, object] | bytes


@dataclass(frozen=True, slots=True)
class ReadDataset:
    """What was read: rows, and how; `file` is for the messages."""

    rows: list[DatasetRow]
    reading: Reading | None
    file: str

    @property
    def questions(self) -> list[Question]:
        return [row.question for row in self.rows if row.question]

    @property
    def golds(self) -> list[str | None]:
        return [question.gold for question in self.questions]

    @property
    def problems(self) -> list[str]:
        return [message for row in self.rows for message in row.messages(self.file)]

    @property
    def unscored(self) -> list[str | None]:
        return [row.unscored for row in self.rows]

    @property
    def task(self) -> Task | None:
        return self.reading.task if self.reading else None


def content_of(*rows: Row) -> bytes:
    """Return rows as the lines of a file."""
    return b"\n".join(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)


def lines_of(*rows: Row) -> Iterator[Line]:
    """Return the lines of a dataset that is given by its rows."""
    return split_lines([content_of(*rows)], MAX_DOCUMENT_BYTES)


def read_dataset(
    *rows: Row, file: str = "q.jsonl", limit: int | None = None, task: Task | None = None
) -> ReadDataset:
    """Read a dataset that is given by its rows."""
    reading = reading_of(lines_of(*rows), file, Asked(task), limit)
    read = read_rows(lines_of(*rows), file, reading or Reading(task or "arithmetic"), limit=limit)
    return ReadDataset([*read], reading, file)


def surveyed(
    *rows: Row, file: str = "q.jsonl", asked: Asked | None = None, limit: int | None = None
) -> DatasetSurvey:
    """Survey a dataset that is given by its rows."""
    return survey_dataset(lambda: lines_of(*rows), file, asked, limit=limit)
