"""Question sets: JSONL or CSV in, checked questions out, one at a time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from lambdas.contract import Task
from lambdas.core.errors import RequestError
from lambdas.core.lines import Line
from lambdas.core.sets import limits, rows
from lambdas.core.sets.checks import problems_of, repeated_id, unfit_id
from lambdas.core.sets.kinds import name_shown
from lambdas.core.sets.layouts import KNOWN_TEXTS, Published, names_question, published, wrapped
from lambdas.core.sets.neutral import neutral
from lambdas.core.sets.question import Choice, Question
from lambdas.core.sets.tasks import chosen_of, gold_of, task_of

MAX_LINE_BYTES = limits.MAX_LINE_BYTES
_KEPT_PROBLEMS = 40
_KEPT_NAMES = 12


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
        if len(ids) == limits.MAX_QUESTIONS:
            findings.add(number, f"more than {limits.MAX_QUESTIONS:,} questions; split the set")
            return
        first = ids.setdefault(hash(question.id), number)
        if first != number:
            findings.add(number, repeated_id(question.id, first))
            continue
        asked = hash((question.text, question.choices))
        findings.repeated += asked in texts
        if len(findings.others) < _KEPT_NAMES:
            findings.others.update(row.others)
        texts.add(asked)
        yield _in_place(question, findings)
        if len(ids) == limit:
            return


def _rows(lines: Iterable[Line], findings: Findings) -> Iterator[tuple[int, Published]]:
    """Yield what the rows hold, up to one that shows that the file is no set at all."""
    tabular = findings.file.lower().endswith(".csv")
    read = rows.csv_rows if tabular else rows.json_rows
    for number, row in read(lines, findings.add):
        here = published(row)
        if here.text is None and (wrap := wrapped(row)):
            findings.add(number, _wrapped(wrap))
            return
        if tabular and not names_question(row):
            findings.add(1, f"none of {len(row):,} columns is named so: {KNOWN_TEXTS}; name them")
            return
        yield number, here


def _wrapped(name: str) -> str:
    # A name that is none goes into no command that its reader may run.
    path = f".{name}[]" if name.isidentifier() and name.isascii() else ".NAME[]"
    way_out = f"must be JSONL, one object a line: jq -c '{path}' FILE makes it so"
    return f"{name_shown(name)} holds the questions, {way_out}"


def _question(index: int, number: int, row: Published, findings: Findings) -> Question | None:
    if findings.task is None and isinstance(row.text, str):
        findings.task = task_of(row)
    task = findings.task or "arithmetic"
    problems = problems_of(row, task) + unfit_id(row.id)
    for problem in problems:
        findings.add(number, problem)
    if problems or not isinstance(row.text, str):
        return None
    right = gold_of(task, row)
    chosen = chosen_of(row.text, right) if row.options else 1
    named = str(row.id if row.id is not None else f"q{index}")
    return Question(index, named, row.text, right, row.choices, chosen)


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
