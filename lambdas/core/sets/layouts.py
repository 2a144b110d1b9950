"""Question sets as their authors publish them: which member of a row holds what."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lambdas.core.sets.options import Offered, columns, options_of
from lambdas.core.sets.question import Choice

# Spellings of published sets, in lower case and without "@"; the first that a row has counts.
_TEXTS = (
    ("question_concat",),  # SVAMP on Hugging Face
    ("body", "question"),  # SVAMP, ASDiv
    ("question",),  # GSM8K, MultiArith on Hugging Face, MMLU, ARC, CommonsenseQA, AQuA
    ("squestion",),  # MultiArith and AddSub, as in MAWPS
)
_ANSWERS = (
    "answer",  # GSM8K, SVAMP, ASDiv; MMLU's index
    "final_ans",  # MultiArith on Hugging Face
    "lsolutions",  # MultiArith and AddSub, as in MAWPS
)
_RIGHT_OPTIONS = (
    "answerkey",  # ARC, CommonsenseQA
    "correct",  # AQuA
)
_OPTIONS = ("choices", "options")
_STEM = "stem"  # of ARC and CommonsenseQA, whose options stand beside it
_READ = frozenset(
    {"id", "rationale", *_ANSWERS, *_RIGHT_OPTIONS, *_OPTIONS}.union(*_TEXTS),
)
KNOWN_TEXTS = "question, question_concat or sQuestion"


@dataclass(frozen=True, slots=True)
class Published:
    """What a row holds, wherever its authors put it; unchecked, `None` where it has none.

    `others` are the members that are not read, of a row without an answer: one may be it.
    """

    id: object
    text: object
    answer: object
    rationale: object
    options: Offered | None
    others: tuple[str, ...] = ()

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Its options, none where it has none."""
        return self.options.choices if self.options else ()


def published(row: Mapping[str, Any]) -> Published:
    """Return what a row of a question set, or of an exemplars file, holds.

    >>> published({"Body": "He has $ 4.", "Question": "Left?", "Answer": 1.0}).text
    'He has $ 4. Left?'
    >>> published({"question": {"stem": "Which?", "choices": [{"label": "A", "text": "x"}]}}).text
    'Which?'
    """
    members = _members(row)
    question = members.get("question")
    if isinstance(question, dict):
        members |= _members(question) | {"question": question.get(_STEM)}
    options = _options(members, row)
    answers = (*_RIGHT_OPTIONS, *_ANSWERS) if options else _ANSWERS
    answer = _first(members, answers)
    others = (name for name in members if name not in _READ) if answer is None else ()
    return Published(
        id=members.get("id"),
        text=_text(members),
        answer=answer,
        rationale=members.get("rationale"),
        options=options,
        others=tuple(others),
    )


def names_question(names: Iterable[str]) -> bool:
    """Return whether the columns of a file are named, and the question among them."""
    known = {name.lower() for name in names}
    return any(known.issuperset(spelling) for spelling in _TEXTS)


def wrapped(row: Mapping[str, Any]) -> str | None:
    """Return the member that wraps a whole set in one row, `None` where none does.

    >>> wrapped({"version": 1, "data": [{"question": "1 + 1?"}]})
    'data'
    """
    if _text(_members(row)) is not None:
        return None
    return next((name for name, value in row.items() if _is_set(value)), None)


def _is_set(value: object) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _members(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row's members by their names in lower case; of two alike the first."""
    members: dict[str, Any] = {}
    for name, value in row.items():
        members.setdefault(name.lstrip("@").lower(), value)
    return members


def _text(members: Mapping[str, Any]) -> object:
    for names in _TEXTS:
        parts = [members.get(name) for name in names]
        texts = [part.strip() for part in parts if isinstance(part, str)]
        if 1 < len(parts) == len(texts):
            return " ".join(filter(None, texts))
        if len(parts) == 1 and parts[0] is not None:
            return parts[0]
    return None


def _options(members: Mapping[str, Any], row: Mapping[str, Any]) -> Offered | None:
    given = _first(members, _OPTIONS)
    return columns(row) if given is None else options_of(given)


def _first(members: Mapping[str, Any], names: tuple[str, ...]) -> object:
    values = (members.get(name) for name in names)
    return next((value for value in values if value is not None and value != ""), None)
