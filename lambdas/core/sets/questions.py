"""Question sets: JSONL or CSV in, checked questions out, one at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lambdas.contract import Task
from lambdas.core.errors import RequestError
from lambdas.core.lines import Line
from lambdas.core.sets import options, rows
from lambdas.core.sets.layouts import KNOWN_TEXTS, Published, names_question, published, wrapped
from lambdas.core.sets.neutral import neutral
from lambdas.core.sets.question import Choice, Question
from lambdas.core.sets.tasks import chosen_of, expected, gold_of, is_absent, task_of
from lambdas.core.wording import shown

MAX_LINE_BYTES = rows.MAX_LINE_BYTES
MAX_QUESTIONS = 500_000
_KEPT_PROBLEMS = 40
_KEPT_NAMES = 12
_NO_OPTIONS = (
    f"has no options, must have choices or options: {options.LAYOUTS};"
    ' use "task": "arithmetic" or "exact" for questions without'
)


@dataclass(slots=True)
class Findings:
    """What reading a set brought to light; grows while the set is read.

    Attributes:
        problems: sentences with file, line, value and expectation; the first ones.
        more: further problems, counted only.
        repeated: questions whose text and options stood there before.
        neutralised: questions in which a mark of the prompt's own was broken.
        others: members not read, of questions without an answer; the first names.
        task: asked for, or that of the first row; `None` before there is one.
    """

    file: str
    problems: list[str] = field(default_factory=list)
    more: int = 0
    repeated: int = 0
    neutralised: int = 0
    others: set[str] = field(default_factory=set)
    task: Task | None = None

    def add(self, line: int, problem: str) -> None:
        """Note a problem of a line."""
        if len(self.problems) < _KEPT_PROBLEMS:
            self.problems.append(f"{self.file} line {line}: {problem}")
        else:
            self.more += 1

    def refuse(self) -> None:
        """Raise `RequestError` where a problem was found."""
        if self.problems:
            raise RequestError(self.problems, self.more)


def read_questions(
    lines: Iterable[Line],
    findings: Findings,
    limit: int | None = None,
    task: Task | None = None,
) -> Iterator[Question]:
    """Yield the questions of a set, noting in `findings` what is wrong with it.

    A line with a problem yields nothing, so that one reading finds every problem. Memory grows
    with the number of questions alone, by two hashes each.

    Args:
        lines: the file's lines; JSON objects, or CSV where its name ends in `.csv`.
        findings: collects the problems; the caller refuses the set when reading has ended.
        limit: the most questions to read, `None` for all.
        task: of the set, `None` to tell it from the first row that can be read.
    """
    findings.task = task
    ids: dict[int, int] = {}
    texts: set[int] = set()
    for number, row in _rows(lines, findings):
        question = _question(len(ids), number, row, findings)
        if question is None:
            continue
        if len(ids) == MAX_QUESTIONS:
            findings.add(number, f"more than {MAX_QUESTIONS} questions; split the set")
            return
        first = ids.setdefault(hash(question.id), number)
        if first != number:
            findings.add(number, f"id {shown(question.id)} is that of line {first}, must be new")
            continue
        asked = hash((question.text, question.choices))
        findings.repeated += asked in texts
        if len(findings.others) < _KEPT_NAMES:
            findings.others.update(row.others)
        texts.add(asked)
        yield _in_place(question, findings)
        if len(ids) == limit:
            return


def problems_of(row: Published, task: Task) -> list[str]:
    """Return what is wrong with a row's question, options and answer."""
    problems = _unfit_text(row.text) + _unfit_options(row.options, task)
    if not problems and not is_absent(row.answer) and gold_of(task, row) is None:
        problems.append(f"answer is {shown(row.answer)}, {expected(task, row)}")
    return problems


def encodable(text: str) -> bool:
    """Return whether a text can be written as UTF-8: JSON may bring half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _rows(lines: Iterable[Line], findings: Findings) -> Iterator[tuple[int, Published]]:
    """Yield what the rows hold, up to one that shows that the file is no set at all."""
    tabular = findings.file.lower().endswith(".csv")
    read = rows.csv_rows if tabular else rows.json_rows
    for number, row in read(lines, findings.add):
        here = published(row)
        if here.text is None and (wrap := wrapped(row)):
            way_out = f"must be JSONL, one object a line: jq -c '.{wrap}[]' FILE makes it so"
            findings.add(number, f"{shown(wrap)} holds the questions, {way_out}")
            return
        if tabular and not names_question(row):
            columns = shown(list(row))
            findings.add(1, f"the columns are {columns}, must be named, one of them {KNOWN_TEXTS}")
            return
        yield number, here


def _question(index: int, number: int, row: Published, findings: Findings) -> Question | None:
    if findings.task is None and isinstance(row.text, str):
        findings.task = task_of(row)
    task = findings.task or "arithmetic"
    problems = problems_of(row, task)
    if row.id is not None and not _is_id(row.id):
        problems.append(f"id is {shown(row.id)}, must be a text or whole number")
    for problem in problems:
        findings.add(number, problem)
    if problems or not isinstance(row.text, str):
        return None
    right = gold_of(task, row)
    chosen = chosen_of(row.text, right) if row.options else 1
    named = str(row.id if row.id is not None else f"q{index}")
    return Question(index, named, row.text, right, row.choices, chosen)


def _unfit_text(text: object) -> list[str]:
    if not isinstance(text, str) or not text.strip():
        return [f"question is {shown(text)}, must be a text"]
    if not encodable(text):
        return ["question holds half a surrogate pair, must be UTF-8 text"]
    return []


def _unfit_options(given: options.Offered | None, task: Task) -> list[str]:
    if task != "multiple_choice":
        return [f'has options, must have none for "{task}"; {_way_out(task)}'] if given else []
    if given is None:
        return [_NO_OPTIONS]
    whole = all(encodable(choice.text) for choice in given.choices)
    return [
        *given.problems,
        *([] if whole else ["an option holds half a surrogate pair, must be UTF-8 text"]),
    ]


def _way_out(task: Task) -> str:
    # A pattern and a JSON key ask for "exact" themselves, and go with no other task.
    alone = ", without pattern and json_key" if task == "exact" else ""
    return f'use "task": "multiple_choice"{alone}, or leave the options out of the set'


def _is_id(value: object) -> bool:
    named = isinstance(value, str | int) and not isinstance(value, bool)
    return named and bool(str(value).strip()) and encodable(str(value))


def _in_place(question: Question, findings: Findings) -> Question:
    """Return a question whose texts cannot leave their places in the prompt."""
    labels = {choice.label.casefold() for choice in question.choices}
    text = neutral(question.text, labels)
    texts = [neutral(choice.text, labels) for choice in question.choices]
    before = [choice.text for choice in question.choices]
    if text == question.text and texts == before:
        return question
    findings.neutralised += 1
    pairs = zip(question.choices, texts, strict=True)
    choices = tuple(Choice(choice.label, here) for choice, here in pairs)
    return replace(question, text=text, choices=choices)
