"""Survey a dataset before it is paid for: sizes, findings, warnings, and why it is refused."""

import re
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from string import ascii_lowercase

from lambdas.contract import Task
from lambdas.contract.entries import DatasetFindings
from lambdas.contract.schema import Question
from lambdas.core.costs.loads import DatasetSize, token_upper_bound
from lambdas.core.dataset.golds import SHOWING_ROWS, Asked, Reading
from lambdas.core.dataset.layouts import ANSWER_LIKE, ANSWERS, CHOICES, plain_name
from lambdas.core.dataset.reader import DatasetRow, read_rows, reading_of
from lambdas.core.errors import RowProblems
from lambdas.core.question import choices_block
from lambdas.core.sampling.records import encoded
from lambdas.core.text import Line, count_of, quoted_name

# Names of members kept in all, and of these shown in a sentence; lines of unscored rows kept.
_MAX_MEMBERS, _MAX_NAME_CHARS = 200, 100
_SHOWN_MEMBERS = 12
_MAX_UNSCORED_LINES = 1_000
_SHOWN_LINES = 10
_SHOWN_GOLDS = 10
_WITHOUT_TASK = Reading("arithmetic")


@dataclass(frozen=True, slots=True)
class DatasetSurvey:
    """What passes over a dataset find: sizes, not texts.

    Attributes:
        reading: how it is to be read; `None` if there is no question.
        findings: for the run's record.
        labelled: questions with a known correct answer.
        question_bytes: of each question and its choices in a record, once each.
        choices_bytes: those of the question's bytes that are its choices.
        size: of all questions together, for the estimate.
        warnings: for the reader of the report.
        problems: why the dataset is refused; the first ones.
        more_problems: how many more there are.
    """

    reading: Reading | None
    findings: DatasetFindings
    labelled: int
    question_bytes: "array[int]"
    choices_bytes: "array[int]"
    size: DatasetSize
    warnings: tuple[str, ...]
    problems: tuple[str, ...] = ()
    more_problems: int = 0

    @property
    def task(self) -> Task | None:
        """The task as requested, or inferred; `None` if there is no question."""
        return self.reading.task if self.reading else None


def survey_dataset(
    open_lines: Callable[[], Iterable[Line]],
    file: str,
    asked: Asked | None = None,
    *,
    limit: int | None = None,
) -> DatasetSurvey:
    """Go through a dataset twice, to learn how it is to be read and to read it.

    Args:
        open_lines: returns the lines of the file, from its start.
        file: its name.
        asked: by the request.
        limit: the most questions to read, `None` for all.
    """
    asked = asked or Asked()
    reading = reading_of(open_lines(), file, asked, limit)
    counts = _Counts(file, reading, asked)
    for row in read_rows(open_lines(), file, reading or _WITHOUT_TASK, limit=limit):
        counts.add(row)
    return counts.survey()


class _Counts:
    """Counts over the rows of a dataset."""

    def __init__(self, file: str, reading: Reading | None, asked: Asked) -> None:
        self._file, self._reading, self._asked = file, reading, asked
        self._question_bytes, self._choices_bytes = array("L"), array("L")
        self._token_bound = self._choices_bound = self._longest_bound = 0
        self._labelled = self._repeated = self._sanitized = self._cleaned = self._same_options = 0
        self._only_letters = True
        self._members = _Members()
        self._revealing: dict[str, int] = {}
        self._lists: dict[str, int] = {}
        self._judged_wrong = 0
        self._golds: list[str] = []
        self._problems = RowProblems(file)
        self._unscored = RowProblems(file)
        self._unscored_lines: list[int] = []
        self._notes: list[str] = []

    def add(self, row: DatasetRow) -> None:
        self._members.add(row)
        for problem in row.problems:
            self._problems.add(row.line, problem)
        self._notes += filter(None, [row.note])
        question = row.question
        if question is None:
            return
        if row.raw is not None:
            _count(self._revealing, row.raw.revealing)
            _count(self._lists, row.raw.lists)
            self._judged_wrong += row.raw.judged_wrong
        self._measure(question)
        self._labelled += question.gold is not None
        self._repeated += row.repeated
        self._sanitized += row.sanitized
        self._cleaned += row.cleaned
        self._same_options += len({choice.text for choice in question.choices}) < len(
            question.choices
        )
        self._only_letters &= question.gold is None or _is_letter(question)
        if question.gold is not None and len(self._golds) < _SHOWN_GOLDS:
            self._golds.append(question.gold)
        if row.unscored:
            self._unscored.add(row.line, row.unscored)
            self._unscored_lines += [row.line][: _MAX_UNSCORED_LINES - len(self._unscored_lines)]

    def _measure(self, question: Question) -> None:
        block = choices_block(question.choices)
        choices_bytes, choices_bound = len(encoded(block)), token_upper_bound(block)
        self._question_bytes.append(len(encoded(question.text)) + choices_bytes)
        self._choices_bytes.append(choices_bytes)
        bound = token_upper_bound(question.text) + choices_bound
        self._token_bound += bound
        self._choices_bound += choices_bound
        self._longest_bound = max(self._longest_bound, bound)

    def survey(self) -> DatasetSurvey:
        questions = len(self._question_bytes)
        set_problems = [*self._set_problems(questions)]
        messages = [*self._problems.messages(), *set_problems]
        warnings = tuple(self._warnings(questions))
        size = DatasetSize(
            sum(self._question_bytes),
            self._token_bound,
            self._longest_bound,
            sum(self._choices_bytes),
            self._choices_bound,
        )
        return DatasetSurvey(
            reading=self._reading,
            findings=self._findings(questions, warnings),
            labelled=self._labelled,
            question_bytes=self._question_bytes,
            choices_bytes=self._choices_bytes,
            size=size,
            warnings=warnings,
            problems=tuple(messages),
            more_problems=self._problems.more,
        )

    def _set_problems(self, questions: int) -> Iterator[str]:
        """Yield why the dataset as a whole is refused."""
        if not questions and not self._problems:
            yield f"{self._file} holds no question, must have one in each line"
        unscored, most = self._unscored.count, self._asked.unscored_at_most
        answered = self._labelled + unscored
        if unscored > most * answered:
            yield from self._unscored.messages()
            yield (
                f"{self._file}: {unscored:,} of {count_of(answered, 'answer')} cannot be scored,"
                f" must be at most {most:.3g} of them; correct these rows, or raise"
                " unscored_at_most to run them without a score"
            )
        yield from self._missed_members(questions)
        yield from self._misleading_members(questions)
        yield from self._position_problems()
        yield from self._comma_problems()

    def _position_problems(self) -> Iterator[str]:
        """Yield why positions of right options cannot be told."""
        reading = self._reading
        if reading is None or reading.task != "multiple_choice":
            return
        if reading.contradicting:
            yield (
                f"{self._file}: right options given by position: some rows count from 0, others"
                " from 1; correct them, or write the options' letters"
            )
        if reading.open_positions >= SHOWING_ROWS:
            yield (
                f"{self._file}: right options given by position: none of"
                f" {reading.open_positions:,} rows shows whether they count from 0 or from 1;"
                " write the options' letters"
            )

    def _comma_problems(self) -> Iterator[str]:
        if self._reading and self._reading.open_commas and self._asked.task is None:
            yield (
                f"{self._file}: answers such as 3,5 may be one number or two; give"
                ' "decimal_mark": "," for one, or "task": "exact" for two'
            )

    def _misleading_members(self, questions: int) -> Iterator[str]:
        """Yield which members give the answer away, or say that it is none."""
        for name, rows in self._revealing.items():
            if 2 * rows > questions:
                yield (
                    f"{self._file}: {quoted_name(name)} is in the prompt and states the right"
                    f" answer in {rows:,} of {count_of(questions, 'question')}; leave it out"
                )
        if self._judged_wrong:
            yield (
                f'{self._file}: "label" is 0 beside {count_of(self._judged_wrong, "answer")}, and'
                " may say that these are wrong; leave out their rows, and the label"
            )

    def _missed_members(self, questions: int) -> Iterator[str]:
        """Yield which members that are not used seem to be the answers or the options."""
        likely = [name for name in self._members.unused if _like_answer(name)]
        run_anyway = self._asked.unscored_at_most == 1
        if questions and not self._members.answers and likely and not run_anyway:
            names = ", ".join(map(quoted_name, likely[:_SHOWN_MEMBERS]))
            yield (
                f"{self._file}: no row has an answer, but {names} may hold it; rename it to answer,"
                ' or give "unscored_at_most": 1 to run without a score'
            )
        lists = [name for name, rows in self._lists.items() if 2 * rows > questions]
        if not (self._only_letters and self._labelled):
            lists = [name for name in lists if _like_choices(name)]
        if lists and not self._members.options and self._asked.task is None:
            names = ", ".join(map(quoted_name, lists[:_SHOWN_MEMBERS]))
            yield (
                f"{self._file}: {names} may hold the options; rename it to options, or give"
                ' "task": "exact" or "arithmetic" to run without options'
            )
        hidden = _option_like(self._members.unused)
        if hidden and self._only_letters and self._labelled and self._asked.task is None:
            names = ", ".join(map(quoted_name, hidden[:_SHOWN_MEMBERS]))
            yield (
                f"{self._file}: all answers are single letters, and {names} may be the options;"
                ' rename them to A, B, C …, or give "task": "exact" to run without options'
            )

    def _findings(self, questions: int, warnings: tuple[str, ...]) -> DatasetFindings:
        reading, members = self._reading, self._members
        return DatasetFindings(
            questions=questions,
            labelled=self._labelled,
            task=reading.task if reading else None,
            asked=tuple(members.asked),
            options=tuple(members.options),
            answers=tuple(members.answers),
            unused=tuple(members.unused),
            golds=tuple(self._golds),
            yes_no=bool(reading and reading.yes_no),
            decimal_mark=reading.decimal_mark if reading else None,
            unscored_lines=tuple(self._unscored_lines),
            warnings=warnings,
        )

    def _warnings(self, questions: int) -> Iterator[str]:
        yield from self._notes
        yield from self._text_warnings()
        yield from self._reading_warnings()
        unscored = self._unscored.count
        if unscored:
            lines = ", ".join(map(str, self._unscored_lines[:_SHOWN_LINES]))
            more = f" and {unscored - _SHOWN_LINES:,} more" if unscored > _SHOWN_LINES else ""
            yield (
                f"{count_of(unscored, 'question')} with an answer that cannot be scored: voted,"
                f" not scored; lines {lines}{more}: {self._unscored.first_message}"
            )
        unlabelled = questions - self._labelled - unscored
        if unlabelled:
            yield f"{count_of(unlabelled, 'question')} without an answer: voted, not scored"
        if self._members.unused:
            yield f"members that are not used: {_listed(self._members.unused)}"

    def _text_warnings(self) -> Iterator[str]:
        if self._sanitized:
            yield (
                f"{count_of(self._sanitized, 'question')} contained prompt markers: the colon after"
                ' a speaker such as "Q:" at a line start became a semicolon, and tokens such as'
                ' "</s>" and option labels at a line start got a space; letters and digits are'
                " unchanged"
            )
        if self._cleaned:
            yield (
                f"{count_of(self._cleaned, 'question')} contained control characters: each became"
                " a space"
            )
        if self._repeated:
            yield (
                f"{count_of(self._repeated, 'question')} with the text of an earlier one; each is"
                " sampled and counted on its own"
            )
        if self._same_options:
            yield (
                f"{count_of(self._same_options, 'question')} with options of equal text: only"
                " their labels tell them apart"
            )

    def _reading_warnings(self) -> Iterator[str]:
        reading = self._reading
        if reading is None:
            return
        if not reading.own_ids:
            yield "ids that repeat: the questions are numbered q0, q1, q2 … instead"
        if reading.open_positions and reading.task == "multiple_choice":
            yield (
                "right options given by position: counted from 0, as no row shows otherwise; check"
                " the right answers, or write the options' letters"
            )
        if reading.counted_from == 1:
            yield "right options given by position: counted from 1, as the answers show"
        if reading.open_mark:
            yield (
                "no right answer shows which mark separates decimals: a completion's 1.234 is read"
                ' as its language has it where a phrase such as "Die Antwort ist" shows that,'
                ' else as in English; give "decimal_mark": "," or "."'
            )


class _Members:
    """Names of members by what they are used for, in the order of their first row."""

    def __init__(self) -> None:
        self.asked: dict[str, int] = {}
        self.options: dict[str, int] = {}
        self.answers: dict[str, int] = {}
        self.unused: dict[str, int] = {}

    def add(self, row: DatasetRow) -> None:
        raw = row.raw
        if raw is None:
            return
        _count(self.asked, raw.asked)
        _count(self.options, raw.option_names)
        if raw.answer is not None:
            _count(self.answers, [raw.answer_name or "options"])
        _count(self.unused, raw.unused)


def _count(rows_by_name: dict[str, int], names: Iterable[str]) -> None:
    """Add a row with these members; names are cut, and made such that they can be written."""
    for name in names:
        known = name[:_MAX_NAME_CHARS].encode(errors="backslashreplace").decode()
        if known in rows_by_name or len(rows_by_name) < _MAX_MEMBERS:
            rows_by_name[known] = rows_by_name.get(known, 0) + 1


def _is_letter(question: Question) -> bool:
    """Return whether a question without options has a letter for its answer."""
    gold = question.gold or ""
    return not question.choices and len(gold) == 1 and gold in ascii_lowercase


def _option_like(names: Iterable[str]) -> list[str]:
    """Return names that are alike but for their last letter, such as `resp_a` and `resp_b`."""
    alike: dict[str, list[str]] = {}
    for name in names:
        if re.fullmatch(r".*(?:[^A-Za-z]|\A)[A-Ja-j]", name):
            alike.setdefault(plain_name(name)[:-1], []).append(name)
    return max(alike.values(), key=len) if any(len(each) > 1 for each in alike.values()) else []


def _like_answer(name: str) -> bool:
    """Return whether a member may hold answers, by its name or one letter away from it."""
    plain = plain_name(name)
    known = bool(get_close_matches(plain, ANSWERS[:4], n=1, cutoff=0.8))
    return known or ANSWER_LIKE.search(plain) is not None


def _like_choices(name: str) -> bool:
    """Return whether a member may hold options, by its name or a slip away from it."""
    return bool(get_close_matches(plain_name(name), CHOICES, n=1, cutoff=0.8))


def _listed(unused: dict[str, int]) -> str:
    names = [f"{quoted_name(name)} ({rows:,})" for name, rows in unused.items()]
    more = len(names) - _SHOWN_MEMBERS
    return ", ".join(names[:_SHOWN_MEMBERS]) + (f" and {more} more" if more > 0 else "")
