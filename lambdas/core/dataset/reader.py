"""Read a dataset: lines of JSONL or CSV in, checked and sanitized questions out."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from lambdas.contract import Task
from lambdas.contract.schema import Choice, Question
from lambdas.core.dataset.files import MAX_QUESTIONS, LineProblem, Members, csv_rows, json_rows
from lambdas.core.dataset.sanitize import sanitize
from lambdas.core.dataset.schemas import (
    QUESTION_MEMBERS,
    RawQuestion,
    choices_to_select,
    gold_of,
    has_question_column,
    infer_task,
    read_members,
    wrapping_member,
)
from lambdas.core.dataset.validation import id_problems, repeated_id_problem, row_problems
from lambdas.core.errors import RequestError
from lambdas.core.text import Line, quoted_name


class DatasetRow(NamedTuple):
    """One row of a dataset: its question, or what is wrong with it.

    Attributes:
        line: its number in the file.
        task: of the dataset; `None` before the first row with a question.
        question: `None` if the row has problems.
        problems: what the user must correct.
        repeated: whether an earlier row has the same text and options.
        sanitized: whether prompt markers in its texts were broken.
        unread: names of the members that are not read, if it has no answer.
    """

    line: int
    task: Task | None
    question: Question | None = None
    problems: tuple[str, ...] = ()
    repeated: bool = False
    sanitized: bool = False
    unread: tuple[str, ...] = ()

    def messages(self, file: str) -> list[str]:
        """Return its problems with file and line."""
        return [f"{file} line {self.line}: {problem}" for problem in self.problems]


def read_rows(
    lines: Iterable[Line], file: str, *, limit: int | None = None, task: Task | None = None
) -> Iterator[DatasetRow]:
    """Yield every row of a dataset, so that one pass finds every problem.

    Memory grows with the number of questions alone, by two hashes each.

    Args:
        lines: of the file; JSON objects, or CSV if its name ends in `.csv`.
        file: its name.
        limit: the most questions to read, `None` for all.
        task: of the dataset, `None` to infer it from the first row with a question.
    """
    seen = _SeenQuestions()
    for row in _raw_rows(lines, file):
        if isinstance(row, LineProblem):
            yield DatasetRow(row.line, task, problems=(row.message,))
            continue
        (line, raw), text = row, row.raw.text
        if task is None and isinstance(text, str):
            task = infer_task(raw)
        gold = gold_of(task or "arithmetic", raw)
        problems = row_problems(raw, task or "arithmetic", gold) + id_problems(raw.id)
        if problems or task is None or not isinstance(text, str):
            yield DatasetRow(line, task, problems=tuple(problems))
            continue
        if len(seen.ids) == MAX_QUESTIONS:
            too_many = f"more than {MAX_QUESTIONS:,} questions; split the dataset"
            yield DatasetRow(line, task, problems=(too_many,))
            return
        question = _question(len(seen.ids), raw, text, gold)
        yield _checked_row(line, task, raw, question, seen)
        if len(seen.ids) == limit:
            return


def questions_of(
    lines: Iterable[Line], file: str, *, limit: int | None = None, task: Task | None = None
) -> Iterator[Question]:
    """Yield the questions of a dataset; the arguments are those of `read_rows`.

    Raises:
        RequestError: with the problems of the first row that has any.
    """
    for row in read_rows(lines, file, limit=limit, task=task):
        if row.question is None:
            raise RequestError(row.messages(file))
        yield row.question


class _RawRow(NamedTuple):
    line: int
    raw: RawQuestion


def _raw_rows(lines: Iterable[Line], file: str) -> Iterator[_RawRow | LineProblem]:
    """Yield what the rows hold, up to one that shows that the file is no dataset at all."""
    tabular = file.lower().endswith(".csv")
    for row in csv_rows(lines) if tabular else json_rows(lines):
        if isinstance(row, LineProblem):
            yield row
            continue
        raw = read_members(row.members)
        if raw.text is None and (wrapper := wrapping_member(row.members)):
            yield LineProblem(row.line, _wrapped(wrapper))
            return
        if tabular and not has_question_column(row.members):
            yield LineProblem(1, _no_question_column(row.members))
            return
        yield _RawRow(row.line, raw)


def _wrapped(name: str) -> str:
    # The user may run this command, so it contains no name with odd characters.
    path = f".{name}[]" if name.isidentifier() and name.isascii() else ".NAME[]"
    way_out = f"must be JSONL, one object a line: jq -c '{path}' FILE makes it so"
    return f"{quoted_name(name)} holds the questions, {way_out}"


def _no_question_column(row: Members) -> str:
    return f"none of {len(row):,} columns is named {QUESTION_MEMBERS}; name them"


class _SeenQuestions:
    """Hashes of the ids, with their lines, and of the texts of the questions so far."""

    def __init__(self) -> None:
        self.ids: dict[int, int] = {}
        self.texts: set[int] = set()


def _question(index: int, raw: RawQuestion, text: str, gold: str | None) -> Question:
    question_id = str(raw.id if raw.id is not None else f"q{index}")
    chosen = choices_to_select(text, gold) if raw.parsed_choices else 1
    return Question(index, question_id, text, gold, raw.choices, chosen)


def _checked_row(
    line: int, task: Task, raw: RawQuestion, question: Question, seen: _SeenQuestions
) -> DatasetRow:
    """Return the row of a question without problems of its own, compared with earlier ones."""
    first_line = seen.ids.setdefault(hash(question.id), line)
    if first_line != line:
        return DatasetRow(line, task, problems=(repeated_id_problem(question.id, first_line),))
    text_hash = hash((question.text, question.choices))
    repeated = text_hash in seen.texts
    seen.texts.add(text_hash)
    clean = _sanitize(question)
    return DatasetRow(
        line=line,
        task=task,
        question=clean,
        repeated=repeated,
        sanitized=clean is not question,
        unread=raw.unread,
    )


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
