"""Check a dataset on this machine: read exactly as Plan would, with nothing sent anywhere."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lambdas.contract.entries import DatasetFindings
from lambdas.contract.schema import AnswerSpec, Question
from lambdas.core.answers.reader import answer_reader
from lambdas.core.dataset.reader import questions_of
from lambdas.core.models.base import Completion
from lambdas.core.planning import PlannedRun
from lambdas.core.question import choices_block
from selfconsistency.bedrock.answers.recorded import (
    RecordedQuestion,
    RecordingError,
    completion_of,
    read_recording,
)
from selfconsistency.local_plan import WITHOUT_STACK, local_lines, read_locally
from selfconsistency.shell import ClientError, complain, one_line, print_line, printable
from selfconsistency.tables import finding_lines

_NOT_LETTERS = re.compile(r"[\W_]+")
_RULE = "─" * 60
_END_CHARS = 60


class ReadText(msgspec.Struct, frozen=True):
    """A completion, and what is read out of it."""

    question_id: str
    setting: str
    answer: str | None
    gold: str | None
    text: str

    @property
    def right(self) -> bool:
        """Whether the answer is the right one."""
        return self.gold is not None and self.answer == self.gold


class Checked(msgspec.Struct, frozen=True):
    """What a check found.

    Attributes:
        findings: how the dataset is read; `None` if it cannot be read at all.
        problems: why a run would be refused; none if it would not.
        prompt: of the first question, "" if the run would be refused.
        texts: what is read out of each completion of an answers file.
    """

    findings: DatasetFindings | None
    problems: tuple[str, ...]
    prompt: str = ""
    texts: tuple[ReadText, ...] = ()


def check(questions: Path, request: Mapping[str, Any], answers: Path | None = None) -> Checked:
    """Return what a run of a dataset would find before it submits anything.

    Args:
        questions: the dataset.
        request: the other keys of a run's request; `few_shot` may be a local file.
        answers: recorded completions: `{"question": …, "samples": {setting: [text, …]}}` a line.

    Raises:
        ClientError: a file cannot be read, or the answers have no question of the dataset.
    """
    local = read_locally(questions, request)
    tried = local.plan(WITHOUT_STACK)
    planned = tried.planned
    if planned is None:
        return Checked(local.findings, tried.problems)
    read = [*_questions(questions, planned)]
    texts = tuple(_read_texts(answers, read, planned.plan.answer_spec)) if answers else ()
    first = read[0]
    prompt = planned.plan.prompt.around(first.text, choices_block(first.choices))
    return Checked(local.findings, (), prompt, texts)


def show_check(checked: Checked, console: Console, most: int) -> None:
    """Print what a check found.

    Args:
        checked: by `check`.
        console: to print on.
        most: completions to show, those that are not right first; 0 for all.
    """
    if checked.findings:
        findings = checked.findings
        # Of a run that would be refused, warnings say what the problems say.
        shown = findings.model_copy(update={"warnings": ()}) if checked.problems else findings
        for line in finding_lines(shown):
            print_line(console, line)
    if checked.problems:
        complain("\n".join(checked.problems))
        return
    print_line(console, f"prompt of the first question, {len(checked.prompt):,} characters:")
    print_line(console, f"{_RULE}\n{checked.prompt}\n{_RULE}")
    if checked.texts:
        console.print(_shares_table(shares(checked.texts)))
        console.print(_texts_table(checked.texts, most))


@dataclass(frozen=True, slots=True)
class Share:
    """How many completions of a setting were read, and read right."""

    setting: str
    texts: int
    read: int
    scored: int
    right: int


def shares(texts: Iterable[ReadText]) -> list[Share]:
    """Return for each setting how many of its completions were read, and read right."""
    counts: dict[str, Counter[str]] = {}
    for each in texts:
        counted = counts.setdefault(each.setting, Counter())
        counted["texts"] += 1
        counted["read"] += each.answer is not None
        counted["scored"] += each.gold is not None
        counted["right"] += each.right
    return [
        Share(setting, counted["texts"], counted["read"], counted["scored"], counted["right"])
        for setting, counted in counts.items()
    ]


def _shares_table(found: Iterable[Share]) -> Table:
    table = Table("setting", "texts", "read", "right", title="Answers", title_justify="left")
    for each in found:
        read, right = _percent(each.read, each.texts), _percent(each.right, each.scored)
        table.add_row(each.setting or "all", f"{each.texts:,}", read, right)
    return table


def _percent(count: int, of: int) -> str:
    return f"{count:,} ({100 * count / of:.1f} %)" if of else "–"


def _texts_table(texts: Sequence[ReadText], most: int) -> Table:
    """Return what is read out of completions, those that are not right first."""
    shown = sorted(texts, key=lambda each: (each.right, each.answer is not None))[: most or None]
    title = f"{len(shown):,} of {len(texts):,} completions; --most 0 shows all"
    table = Table("question", "setting", "read", "right", title=title, title_justify="left")
    table.add_column("end of the completion", no_wrap=True, overflow="ellipsis")
    for each in shown:
        end = one_line(each.text)[-_END_CHARS:]
        cells = (each.question_id, each.setting, each.answer or "–", each.gold or "–", end)
        table.add_row(*(Text(printable(cell)) for cell in cells))
    return table


def _questions(questions: Path, planned: PlannedRun) -> Iterator[Question]:
    lines = local_lines(questions)
    limit = planned.request.limit
    return questions_of(lines, questions.name, planned.reading, limit=limit)


def _read_texts(
    answers: Path, questions: Sequence[Question], spec: AnswerSpec
) -> Iterator[ReadText]:
    read = answer_reader(spec, questions)
    recorded = _recorded(answers)
    places = _places(recorded, questions)
    if not places:
        raise ClientError(f"{answers}: no question of it is one of the dataset")
    for row, place in places:
        question = questions[place]
        samples = row.samples if isinstance(row.samples, dict) else {"": row.samples}
        for setting, texts in samples.items():
            for sample in map(completion_of, texts):
                answer = read(Completion(sample.text, not sample.finished), place)
                yield ReadText(question.id, setting, answer, question.gold, sample.text)


def _recorded(answers: Path) -> list[RecordedQuestion]:
    try:
        return read_recording(answers)
    except RecordingError as error:
        raise ClientError(str(error)) from error


def _places(
    recorded: Sequence[RecordedQuestion], questions: Sequence[Question]
) -> list[tuple[RecordedQuestion, int]]:
    """Return each recorded question with its place in the dataset.

    A recording may have a question without the passage before it, which the dataset's ends with,
    unless several passages have it. Equal questions are taken in order.
    """
    by_letters: dict[str, list[int]] = {}
    by_last_line: dict[str, list[str]] = {}
    for place, question in enumerate(questions):
        letters = _letters(question.text)
        by_letters.setdefault(letters, []).append(place)
        by_last_line.setdefault(_letters(_last_line(question.text)), []).append(letters)
    found = []
    for row in recorded:
        letters = _letters(row.question)
        places = by_letters.get(letters, [])
        if letters and not places:
            alike = by_last_line.get(_letters(_last_line(row.question)), [])
            whole = {each for each in alike if each.endswith(letters)}
            places = by_letters[whole.pop()] if len(whole) == 1 else []
        if letters and places:
            found.append((row, places.pop(0) if len(places) > 1 else places[0]))
    return found


def _last_line(text: str) -> str:
    return text.strip().rpartition("\n")[2]


def _letters(text: str) -> str:
    return _NOT_LETTERS.sub("", text).casefold()
