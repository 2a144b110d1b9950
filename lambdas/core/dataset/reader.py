"""Read a dataset: lines of a file in, checked and sanitized questions out."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from lambdas.contract.schema import Choice, Question
from lambdas.core.dataset.files import (
    MAX_QUESTIONS,
    FileNote,
    FileRow,
    LineProblem,
    json_rows,
)
from lambdas.core.dataset.golds import Asked, Reading, gold_of, infer_reading
from lambdas.core.dataset.sanitize import sanitize
from lambdas.core.dataset.schemas import RawQuestion, choices_to_select, read_members
from lambdas.core.dataset.tables import table_rows
from lambdas.core.dataset.validation import (
    gold_problem,
    id_problems,
    repeated_id_problem,
    row_problems,
    without_controls,
)
from lambdas.core.errors import RequestError
from lambdas.core.text import Line

_TABLES = (".csv", ".tsv")


class DatasetRow(NamedTuple):
    """One row of a dataset: its question, or what is wrong with it.

    Attributes:
        line: its number in the file; in a JSON document, of the row.
        question: `None` if the row has problems.
        problems: what the user must correct.
        unscored: why its answer cannot be scored, `None` if it can or has none.
        repeated: whether an earlier row has the same text and options.
        sanitized: whether prompt markers in its texts were broken.
        cleaned: whether control characters in its texts became spaces.
        note: what the user should know of how the file was read; then it is no row.
        raw: its members by their meaning, `None` if it is no object.
    """

    line: int
    question: Question | None = None
    problems: tuple[str, ...] = ()
    unscored: str | None = None
    repeated: bool = False
    sanitized: bool = False
    cleaned: bool = False
    raw: RawQuestion | None = None
    note: str = ""

    def messages(self, file: str) -> list[str]:
        """Return its problems with file and line."""
        return [f"{file} line {self.line}: {problem}" for problem in self.problems]


def file_rows(lines: Iterable[Line], file: str) -> Iterator[FileRow | FileNote | LineProblem]:
    """Yield the rows of a dataset's file, JSON unless its name ends in `.csv` or `.tsv`."""
    is_table = file.lower().endswith(_TABLES)
    return table_rows(lines, file) if is_table else json_rows(lines)


def reading_of(
    lines: Iterable[Line], file: str, asked: Asked, limit: int | None = None
) -> Reading | None:
    """Return how a dataset is to be read; `None` if it has no question. See `infer_reading`."""
    return infer_reading(_first_rows(lines, file), asked, limit)


def read_rows(
    lines: Iterable[Line], file: str, reading: Reading, *, limit: int | None = None
) -> Iterator[DatasetRow]:
    """Yield every row of a dataset, so that one pass finds every problem.

    Memory grows with the number of questions alone, by two hashes each.

    Args:
        lines: of the file.
        file: its name.
        reading: of the whole dataset.
        limit: the most questions to read, `None` for all.
    """
    seen = _SeenQuestions()
    for row in _first_rows(lines, file):
        if not isinstance(row, FileRow):
            yield _without_members(row)
            continue
        found = read_members(row.members, reading.seed, inline=reading.task == "multiple_choice")
        raw = without_controls(found)
        problems = row_problems(raw, reading)
        problems += id_problems(raw.id) if reading.own_ids else []
        if problems or not isinstance(raw.text, str):
            yield DatasetRow(row.line, problems=tuple(problems), raw=raw)
            continue
        checked = _checked_row(row.line, raw, raw.text, reading, seen)
        yield checked if raw is found else checked._replace(cleaned=True)
        if len(seen.ids) == limit:
            return


def questions_of(
    lines: Iterable[Line], file: str, reading: Reading, *, limit: int | None = None
) -> Iterator[Question]:
    """Yield the questions of a dataset; the arguments are those of `read_rows`.

    Raises:
        RequestError: with the problems of the first row that has any.
    """
    for row in read_rows(lines, file, reading, limit=limit):
        if row.problems:
            raise RequestError(row.messages(file))
        if row.question is not None:
            yield row.question


def _first_rows(lines: Iterable[Line], file: str) -> Iterator[FileRow | FileNote | LineProblem]:
    """Yield as many rows as a dataset may have, wrong ones too, and a problem if it has more."""
    rows = 0
    for row in file_rows(lines, file):
        if not isinstance(row, FileNote):
            rows += 1
            if rows > MAX_QUESTIONS:
                yield LineProblem(row.line, f"more than {MAX_QUESTIONS:,} rows; split the dataset")
                return
        yield row


def _without_members(row: LineProblem | FileNote) -> DatasetRow:
    if isinstance(row, FileNote):
        return DatasetRow(0, note=row.message)
    return DatasetRow(row.line, problems=(row.message,))


class _SeenQuestions:
    """Hashes of the ids, with their lines, and of the texts of the questions so far."""

    def __init__(self) -> None:
        self.ids: dict[int, int] = {}
        self.texts: set[int] = set()


def _checked_row(
    line: int, raw: RawQuestion, text: str, reading: Reading, seen: _SeenQuestions
) -> DatasetRow:
    """Return the row of a question without problems of its own, compared with earlier ones."""
    gold = gold_of(raw, reading)
    question = _question(len(seen.ids), raw, text, gold, own_id=reading.own_ids)
    first_line = seen.ids.setdefault(hash(question.id), line)
    if first_line != line:
        return DatasetRow(line, problems=(repeated_id_problem(question.id, first_line),), raw=raw)
    text_hash = hash((question.text, question.choices))
    repeated = text_hash in seen.texts
    seen.texts.add(text_hash)
    clean = _sanitize(question)
    return DatasetRow(
        line=line,
        question=clean,
        unscored=gold_problem(raw, reading, gold),
        repeated=repeated,
        sanitized=clean is not question,
        raw=raw,
    )


def _question(
    index: int, raw: RawQuestion, text: str, gold: str | None, *, own_id: bool
) -> Question:
    question_id = str(raw.id if own_id and raw.id is not None else f"q{index}")
    chosen = choices_to_select(text, gold) if raw.parsed_choices else 1
    return Question(index, question_id, text, gold, raw.choices, chosen)


def _sanitize(question: Question) -> Question:
    """Return a question without prompt markers: the same object if it has none."""
    labels = {choice.label.casefold() for choice in question.choices}
    text = sanitize(question.text, labels)
    texts = [sanitize(choice.text, labels) for choice in question.choices]
    if text == question.text and texts == [choice.text for choice in question.choices]:
        return question
    pairs = zip(question.choices, texts, strict=True)
    choices = tuple(Choice(choice.label, clean) for choice, clean in pairs)
    return replace(question, text=text, choices=choices)
