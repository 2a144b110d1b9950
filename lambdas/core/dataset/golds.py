"""The right answers of a dataset: how the whole set writes them, and each in canonical form."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Literal

from lambdas.contract import DecimalMark, Task
from lambdas.core.answers.exact import MAX_ANSWER_CHARS, boolean, normalised
from lambdas.core.answers.markers import answer_markers
from lambdas.core.answers.notation import decimal_mark_of, is_formula
from lambdas.core.answers.numeric import gold_number
from lambdas.core.dataset.choices import ambiguity, correct_labels, position_of
from lambdas.core.dataset.files import FileRow
from lambdas.core.dataset.layouts import NO_ANSWER, NO_NUMBER
from lambdas.core.dataset.schemas import RawQuestion, is_absent, read_members
from lambdas.core.text import encodable, quoted_name

# A longer answer that is no number is reasoning without its number, not a class or a date.
SHORT_ANSWER = 100
# Rows that cannot be scored, as a share of those with an answer, unless the request names one.
UNSCORED_AT_MOST = 0.05
# Questions whose numbers are looked at for the decimal mark.
_READ_FOR_MARK = 2_000
_NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,]\d{1,6}){1,5}(?![\w.,]*\d)", re.ASCII)
_OPEN_NUMBER = re.compile(r"[1-9]\d{0,2}\.\d{3}", re.ASCII)
Kind = Literal["none", "no number", "number", "comma", "boolean", "formula", "text", "long"]
# As many positions at one end that none at the other contradicts them.
_SLIPS = 20
# In as many rows with positions, the first or the last option is right in some.
SHOWING_ROWS = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request says of how its dataset is read; `None` to infer it from the dataset."""

    task: Task | None = None
    decimal_mark: DecimalMark | None = None
    unscored_at_most: float = UNSCORED_AT_MOST
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """How a dataset is read, decided by all of its rows and by the request.

    Attributes:
        task: of the dataset.
        yes_no: whether all answers are booleans, or yes and no.
        decimal_mark: of its numbers, `None` if nothing decides it.
        open_mark: whether nothing decides it and it matters: the dataset has such as `1.234` or
            `2,50`.
        counted_from: where the positions of right options are counted from, `None` if no row
            shows it.
        open_commas: whether nothing tells if answers such as `3,5` are one number or two.
        open_positions: rows with positions of which none shows what they are counted from.
        contradicting: whether some show that they are counted from 0, and others from 1.
        own_ids: whether the ids tell its questions apart; else they are numbered.
        seed: of the request.
    """

    task: Task
    yes_no: bool = False
    decimal_mark: DecimalMark | None = None
    open_mark: bool = False
    counted_from: int | None = None
    open_commas: bool = False
    open_positions: int = 0
    contradicting: bool = False
    own_ids: bool = True
    seed: int = 0


def infer_reading(rows: Iterable[object], asked: Asked, limit: int | None = None) -> Reading | None:
    """Return how a dataset is to be read, `None` if none of its rows has a question.

    With options it is multiple choice. With numbers for answers it is arithmetic, but for a
    share that may stay unscored; with other short answers `exact`; without answers arithmetic.

    Args:
        rows: of the file; those that are no `FileRow` are skipped.
        asked: by the request.
        limit: the most questions to read, `None` for all.
    """
    evidence = _Evidence()
    raws = (read_members(row.members, asked.seed) for row in rows if isinstance(row, FileRow))
    for raw in islice((raw for raw in raws if isinstance(raw.text, str)), limit):
        evidence.add(raw)
    return evidence.reading(asked) if evidence.questions else None


def kind_of(answer: object) -> Kind:
    """Return what kind of answer a row without options has.

    >>> [kind_of(answer) for answer in (True, "3,000", "no", "Paris", None)]
    ['boolean', 'number', 'boolean', 'text', 'none']
    """
    answer = _only(answer)
    if is_absent(answer):
        return "none"
    if says_no_number(answer):
        return "none" if says_no_answer(answer) else "no number"
    if _boolean_of(answer):
        return "boolean"
    if gold_number(answer) is not None and not _is_half_day(answer):
        return "number"
    if isinstance(answer, str) and _COMMA.fullmatch(answer.strip()):
        return "comma"
    return "formula" if states_formula(answer) else _kind_of_text(answer)


def _kind_of_text(answer: object) -> Kind:
    text = _stated(answer)
    return "text" if isinstance(text, str) and len(text.strip()) <= SHORT_ANSWER else "long"


# One number with a decimal comma, or two numbers.
_COMMA = re.compile(r"[+-]?\d{1,9},\d{1,9}", re.ASCII)
# As numbers, 11:45 in the morning and in the evening would be one.
_HALF_DAY = re.compile(r"\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\.?", re.IGNORECASE | re.ASCII)
# "No, it sinks." is an answer with its explanation.
_EXPLAINED = re.compile(
    r"(yes|no|true|false)\s{0,2}[,.;:(–—-]\s{1,2}[^\W\d].*", re.IGNORECASE | re.DOTALL
)


def _is_half_day(answer: object) -> bool:
    return isinstance(answer, str) and _HALF_DAY.fullmatch(answer.strip()) is not None


def _boolean_of(answer: object) -> str | None:
    """Return the canonical boolean that an answer is, or that it explains; else `None`."""
    if isinstance(answer, bool):
        return boolean(answer)
    if not isinstance(answer, str):
        return None
    explained = _EXPLAINED.fullmatch(answer.strip())
    return boolean(answer) or (boolean(explained[1]) if explained else None)


def says_no_answer(answer: object) -> bool:
    """Return whether an answer is a word for none at all, as in a table without a value."""
    return isinstance(answer, str) and answer.strip().lower() in NO_ANSWER


def says_no_number(answer: object) -> bool:
    """Return whether an answer says that there is none, such as the text "None"."""
    return isinstance(answer, str) and answer.strip().lower() in NO_NUMBER


def gold_of(row: RawQuestion, reading: Reading) -> str | None:
    """Return a row's correct answer in canonical form, `None` if it is not one of the task."""
    if reading.task == "arithmetic":
        return gold_number(_only(row.answer), reading.decimal_mark)
    if reading.task == "exact":
        return _gold_text(_only(row.answer), reading)
    parsed = row.parsed_choices
    labels = correct_labels(row.answer, parsed, reading.counted_from) if parsed else None
    return labels if _contradiction(row, labels) is None else None


def expected_answer(row: RawQuestion, reading: Reading) -> str:
    """Return what a row's answer must be, with the way out."""
    if reading.task == "arithmetic":
        return _expected_number(row.answer)
    if reading.task == "exact":
        return _expected_text(row.answer)
    parsed = row.parsed_choices
    labels = correct_labels(row.answer, parsed, reading.counted_from) if parsed else None
    if other := _contradiction(row, labels):
        return f"but {quoted_name(other)} names another option; correct one of them"
    ambiguous = ambiguity(row.answer, parsed, reading.counted_from) if parsed else None
    known = ", ".join(choice.label for choice in row.choices)
    return ambiguous or f"must be among the options {known}, or absent"


def _contradiction(row: RawQuestion, labels: str | None) -> str | None:
    """Return the name of a member that names other options than the answer does."""
    if labels is None or row.parsed_choices is None:
        return None
    named = ((name, correct_labels(value, row.parsed_choices)) for name, value in row.other_answers)
    return next((name for name, other in named if other not in (None, labels)), None)


@dataclass(slots=True)
class _Evidence:
    """What the rows show of how their dataset is to be read."""

    questions: int = 0
    with_options: int = 0
    kinds: Counter[Kind] = field(default_factory=Counter)
    positions: Counter[int | None] = field(default_factory=Counter)
    marks: set[DecimalMark] = field(default_factory=set)
    marks_in_questions: set[DecimalMark] = field(default_factory=set)
    open_mark: bool = False
    ids: set[int] = field(default_factory=set)
    repeated_ids: bool = False

    def add(self, raw: RawQuestion) -> None:
        self.questions += 1
        if raw.id is not None:
            self.repeated_ids |= hash(str(raw.id)) in self.ids
            self.ids.add(hash(str(raw.id)))
        if self.questions <= _READ_FOR_MARK:
            for number in _NUMBER.findall(str(raw.text)):
                self._add_number(number, self.marks_in_questions)
        if raw.parsed_choices is not None:
            self.with_options += 1
            position = position_of(raw.answer, raw.parsed_choices)
            if position is not None:
                base = {0: 0, len(raw.choices): 1}.get(position)
                # The names of columns tell, or the row is refused; a list counts from 0.
                open_list = base is None and raw.parsed_choices.counted_from == (0,)
                self.positions[base] += base is not None or open_list
            if raw.option_names:
                return
        self.kinds[kind_of(raw.answer)] += 1
        if isinstance(raw.answer, str) and len(raw.answer) <= SHORT_ANSWER:
            self._add_number(raw.answer, self.marks)

    def _add_number(self, text: str, marks: set[DecimalMark]) -> None:
        mark = decimal_mark_of(text)
        marks |= {mark} if mark else set()
        self.open_mark |= _OPEN_NUMBER.fullmatch(text) is not None

    def reading(self, asked: Asked) -> Reading:
        # Questions decide nothing: their language need not be that of the answers.
        mark = next(iter(self.marks)) if len(self.marks) == 1 else None
        mark = asked.decimal_mark or mark
        with_commas = self._task(asked.unscored_at_most, ",")
        task = asked.task or (with_commas if mark == "," else self._task(asked.unscored_at_most))
        answered = self.kinds.total() - self.kinds["none"]
        shown = {base: self.positions[base] for base in (0, 1) if self.positions[base]}
        most = max(shown, key=lambda base: shown[base], default=0)
        contradicting = len(shown) == 2 and min(shown.values()) * _SLIPS > max(shown.values())
        is_open = self.open_mark or "," in self.marks_in_questions
        return Reading(
            task=task,
            yes_no=task == "exact" and 0 < answered == self.kinds["boolean"],
            decimal_mark=mark,
            open_mark=is_open and not mark,
            open_commas=mark is None and task == "exact" and with_commas == "arithmetic",
            counted_from=most if shown else None,
            open_positions=0 if shown else self.positions[None],
            contradicting=contradicting,
            own_ids=not self.repeated_ids,
            seed=asked.seed,
        )

    def _task(self, unscored_at_most: float, mark: DecimalMark | None = None) -> Task:
        numbers = self.kinds["number"] + (self.kinds["comma"] if mark == "," else 0)
        if 2 * self.with_options > self.questions:
            return "multiple_choice"
        answered = self.kinds.total() - self.kinds["none"]
        if numbers > self.kinds["boolean"]:
            answered -= self.kinds["no number"]
        others = answered - numbers
        if others <= unscored_at_most * answered:
            return "arithmetic"
        return "arithmetic" if 2 * self.kinds["long"] > answered else "exact"


def _stated(answer: object) -> object:
    """Return the answer that a worked solution states: behind `####`, or in its last box."""
    if not isinstance(answer, str):
        return answer
    if "####" in answer:
        return answer.rpartition("####")[2].strip()
    if "\\box" in answer or "\\fbox" in answer:
        return next(_boxes(answer), answer)
    return answer


def _boxes(text: str) -> Iterator[str]:
    return (marker.text for marker in answer_markers(text) if marker.kind == "box")


def _only(answer: object) -> object:
    """Return the one answer of a list, of SQuAD's texts or of DROP's object; else as it is."""
    match answer:
        case {"text": [*texts]} | {"spans": [*texts]} if texts:
            return _only(texts)
        case {"number": str(number)} if number:
            return number
        case {"date": {**parts}} if any(parts.values()):
            return " ".join(
                str(parts[name]) for name in ("day", "month", "year") if parts.get(name)
            )
        case {"text": str(text)}:
            return text
        case [first, *others]:
            return _only(first) if all(other == first for other in others) else answer
    return answer


def _gold_text(answer: object, reading: Reading) -> str | None:
    if reading.yes_no:
        return _boolean_of(answer)
    text = _stated(answer)
    if isinstance(text, int | float):
        text = json.dumps(text)
    if not isinstance(text, str) or not encodable(text):
        return None
    return normalised(text, decimal_mark=reading.decimal_mark)


def states_formula(answer: object) -> bool:
    """Return whether an answer is a formula, or a worked solution that ends in one."""
    text = _stated(answer)
    return isinstance(text, str) and is_formula(text)


def _expected_number(answer: object) -> str:
    if states_formula(answer):
        return (
            'must be a number; use "task": "exact", which compares formulas by how they are written'
        )
    return 'must be a number, or absent; use "task": "exact" for answers that are texts'


def _expected_text(answer: object) -> str:
    if isinstance(answer, str) and not encodable(answer):
        return "must be UTF-8 text: it holds half a surrogate pair"
    if isinstance(answer, str) and len(answer) > MAX_ANSWER_CHARS:
        return (
            f"must be at most {MAX_ANSWER_CHARS} characters long, as no longer answer votes;"
            " shorten it, or leave it out"
        )
    if isinstance(answer, list | dict):
        return "must be one text, number, true or false, or absent; keep one right answer"
    return "must be a text with letters or digits, a number, true or false, or absent"
