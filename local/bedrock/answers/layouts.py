"""The layouts in which question sets are published, as far as an answer key is in them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from local.bedrock.answers.options import Option, options_in

GSM8K_MARK = "####"
# "9 (apples)" of ASDiv, "1,000", "72".
_NUMBER = re.compile(r"(-?\d[\d,]*(?:\.\d+)?)(?:\s*\([^()]*\))?")
_PARTS = re.compile(r"[\s,;/&]+")


@dataclass(frozen=True, slots=True)
class KeyedQuestion:
    """A question with its right answer ("" if not known) and the labels it chooses from.

    Several right labels are one answer, such as "A, C". Without labels the answer is a number or
    a short text.
    """

    question: str
    answer: str
    labels: tuple[str, ...] = ()


def keyed(row: Mapping[str, Any]) -> KeyedQuestion | None:
    """Return a row's question and answer, None where it has no question.

    Known are GSM8K, SVAMP, ASDiv, MultiArith and AddSub; options as a list, a map of letters,
    texts that begin with "A)", ARC's texts beside labels, its nested stem, or columns A, B, C.
    """
    members = {str(name).lower(): member for name, member in row.items()}
    nested = members.get("question")
    if isinstance(nested, Mapping):
        members |= {str(name).lower(): member for name, member in nested.items()}
        members["question"] = nested.get("stem")
    question = _question(members)
    if not question.strip():
        return None
    options = options_in(members)
    given = _first(members, _CHOSEN if options else _ANSWERS)
    if options:
        labels = tuple(option.label for option in options)
        return KeyedQuestion(question, _right_labels(given, options), labels)
    return KeyedQuestion(question, _right_answer(given))


def _question(members: Mapping[str, Any]) -> str:
    concatenated, body = members.get("question_concat"), members.get("body")
    if isinstance(concatenated, str):
        return concatenated
    asked = members.get("question") or members.get("squestion")
    parts = (part for part in (body, asked) if isinstance(part, str))
    return asked if body is None and isinstance(asked, str) else " ".join(map(str.strip, parts))


def _first(members: Mapping[str, Any], names: Iterable[str]) -> Any:
    return next((members[name] for name in names if members.get(name) not in (None, "")), None)


def _right_answer(given: Any) -> str:
    value = given[0] if isinstance(given, list) and given else given
    if value is None or isinstance(value, list):
        return ""
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    text = text.rpartition(GSM8K_MARK)[2].strip()
    number = _NUMBER.fullmatch(text)
    return number[1].replace(",", "") if number else text


def _right_labels(given: Any, options: list[Option]) -> str:
    """Return the right labels in the options' order, parted by commas; "" where none is known."""
    chosen = {label for each in _listed(given, options) for label in _labels_of(each, options)}
    return ", ".join(option.label for option in options if option.label in chosen)


def _listed(given: Any, options: list[Option]) -> list[Any]:
    """Return the right options one by one: a text such as "A, C" is several unless it is one."""
    if isinstance(given, list):
        return given
    if not isinstance(given, str) or _labels_of(given, options):
        return [] if given is None else [given]
    parts = [part for part in _PARTS.split(given) if part not in ("", "and")]
    # "AC", if all of it is labels.
    run = list(given.strip()) if len(parts) == 1 else []
    return run if all(_labels_of(letter, options) for letter in run) and run else parts


def _labels_of(given: Any, options: list[Option]) -> list[str]:
    """Return the label that an answer names: itself, by its text, or by its place from 0."""
    spelled = str(given).strip()
    named = [each.label for each in options if spelled.strip("().").upper() == each.label.upper()]
    written = [each.label for each in options if spelled == each.text.strip()]
    placed = [options[int(spelled)].label] if _is_place(spelled, len(options)) else []
    # A number that is no text is a place, as in MMLU, even where an option reads so.
    return (named or (placed if isinstance(given, int) else written) or placed)[:1]


def _is_place(spelled: str, count: int) -> bool:
    return spelled.isascii() and spelled.isdecimal() and int(spelled) < count


_ANSWERS = ("answer", "final_ans", "lsolutions", "answerkey", "target")
_CHOSEN = ("answerkey", "correct", "answer", "label")
