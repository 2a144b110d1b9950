"""What a row of a dataset asks: its question with all that belongs to it, options, answer."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lambdas.contract.schema import Choice
from lambdas.core.answers.exact import boolean
from lambdas.core.dataset.choices import MAX_CHOICES, MIN_CHOICES, ParsedChoices, inline_choices
from lambdas.core.dataset.columns import FoundOptions, find_options, is_empty
from lambdas.core.dataset.giveaways import plain_answer, states_answer
from lambdas.core.dataset.layouts import (
    AGREEING_CHOICES,
    ANSWERS,
    CONTEXTS,
    CORRECT_CHOICES,
    IMAGES,
    QUESTIONS,
    STEMS,
    WEAK_ANSWERS,
    Members,
    plain_name,
)
from lambdas.core.text import describe, quoted_name

QUESTION_MEMBERS = "question, problem, input or prompt"
# No longer name is known.
_LONGEST_NAME = 100
_STEM = "stem"  # ARC and CommonsenseQA, which have the options beside it
_NUMBER_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS: Mapping[str, int] = {
    **{word: number for number, word in enumerate(_NUMBER_WORDS, 2)},
    **{str(number): number for number in range(2, 27)},
}
_OF_CHOICES = r"(?:answers|options|choices|statements|responses|items|letters|that|of\ the|correct)"
_CHOOSE = re.compile(
    rf"""
    (?: ^ | [.?!:;(\[\n] ) \s{{0,4}} (?:please\ )?
    (?:choose|select|pick|mark|check|tick|give)\ (?:the\ )?
    (?: (?P<all>all)\b (?=\ (?:that|which|correct|of\ the|answers|options|applicable))
      | (?P<count>{"|".join(_NUMBERS)}) (?= \s{{0,4}}(?:[.)\]:;]|$) | \ {_OF_CHOICES}\b ) )
  | \bwhich\ (?P<which>{"|".join(_NUMBERS)})\ {_OF_CHOICES}\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RawQuestion:
    """The members of a row by their meaning, unchecked; `None` for those that it lacks.

    Attributes:
        id: of the question.
        text: of the question, behind the texts that belong to it.
        answer: the right one.
        rationale: of an exemplar.
        parsed_choices: its options.
        asked: names of the members in `text`, in order.
        option_names: of the members with the options.
        answer_name: of the member with the answer, "" without one.
        other_answers: further members that name the right option, by their own names.
        unused: names of all other members that are not empty.
        problems: members that belong to the question and cannot be shown as text.
        revealing: names of the members in `text` that state the answer.
        lists: names of unused members that hold several texts, as options do.
        judged_wrong: whether the row seems to say that its answer is not the right one.
    """

    id: object
    text: object
    answer: object
    rationale: object
    parsed_choices: ParsedChoices | None
    asked: tuple[str, ...] = ()
    option_names: tuple[str, ...] = ()
    answer_name: str = ""
    other_answers: tuple[tuple[str, str], ...] = ()
    unused: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    revealing: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    judged_wrong: bool = False

    @property
    def choices(self) -> tuple[Choice, ...]:
        """Its options, none if it has none."""
        return self.parsed_choices.choices if self.parsed_choices else ()


def read_members(row: Members, seed: int = 0, *, inline: bool = True) -> RawQuestion:
    r"""Return what a row of a dataset, or of an exemplars file, holds.

    Args:
        row: with any members.
        seed: decides the order of options whose dataset always gives the right one first.
        inline: whether options within the text of a question are options; else they stay there.

    >>> read_members({"passage": "He ran.", "Question": "Did he?", "Answer": True}).text
    'He ran.\nDid he?'
    """
    members, names = _by_plain_name(row)
    asked = _question(members, QUESTIONS)
    options = find_options(members, str(asked.text), seed)
    if asked.text is None and options:
        asked = _question(members, STEMS)
    asked = _with_numbers(asked, members)
    if inline and options is None and isinstance(asked.text, str):
        asked, options = _with_inline_options(asked, members)
    answer_name, answer = _answer(members, options)
    before = _context(members, asked)
    used = {"id", answer_name, *asked.names, *before.names}
    used |= set(options.names) if options else set()
    unused = [name for name in members if name not in used and not is_empty(members[name])]

    def originals(plain: Iterable[str]) -> tuple[str, ...]:
        return tuple(names[name] for name in plain)

    return RawQuestion(
        id=members.get("id"),
        text=_joined(before.texts, asked.text),
        answer=answer,
        rationale=members.get("rationale"),
        parsed_choices=options.parsed if options else None,
        asked=originals((*before.names, *asked.names)),
        option_names=originals(options.names if options else ()),
        answer_name=names.get(answer_name, ""),
        other_answers=tuple(
            (names[name], value)
            for name, value in _others(members, answer_name)
            if options and name not in options.names
        )
        + _marked_options(options, names, answer_name),
        unused=originals(unused),
        problems=(*before.problems, *_image_problems(members, names, asked.text)),
        revealing=originals(_revealing(before, asked, answer)),
        lists=originals(name for name in unused if _holds_several(members[name])),
        judged_wrong=options is None and _is_judged_wrong(members, answer_name, answer),
    )


def question_text(row: Members) -> object:
    """Return the question of a row as it stands there, `None` if no member is known as one."""
    members, _ = _by_plain_name(row)
    text = _question(members, QUESTIONS).text
    if text is None and find_options(members, "", 0):
        return _question(members, STEMS).text
    return text


def has_question(row: Members) -> bool:
    """Return whether a row, or a map of columns, has a member that is known as a question."""
    return question_text(row) is not None


def has_question_column(names: Iterable[str]) -> bool:
    """Return whether these names of columns include the question's."""
    return has_question(dict.fromkeys(names, "?"))


def is_absent(answer: object) -> bool:
    """Return whether a row has no answer."""
    return is_empty(answer) or (isinstance(answer, str) and not answer.strip())


def choices_to_select(text: str, correct: str | None) -> int:
    """Return how many options a question asks for, 0 for "all that apply".

    If the correct labels are known they decide, because a word problem may say "choose two hats".

    Args:
        text: of the question.
        correct: its correct labels joined by commas, `None` if they are not known.

    >>> choices_to_select("Which metals float? (Choose two.)", None)
    2
    >>> choices_to_select("Select all that apply: which are prime?", "A,C")
    0
    >>> choices_to_select("In how many ways can Ann choose two hats?", None)
    1
    """
    found = _CHOOSE.search(text)
    if found and found["all"]:
        return 0
    if correct is not None:
        return correct.count(",") + 1
    number = found["count"] or found["which"] if found else None
    return _NUMBERS[number.lower()] if number else 1


def _by_plain_name(row: Members) -> tuple[dict[str, Any], dict[str, str]]:
    """Return members by plain name, and their own names; of two equal names the first counts.

    A question that is an object holds members itself, as `stem` and `choices` in ARC.
    """
    members: dict[str, Any] = {}
    names: dict[str, str] = {}
    for name, value in row.items():
        plain = plain_name(name) if len(name) <= _LONGEST_NAME else ""
        # No plain name has a space, so that the second of two is used for nothing, and named.
        if not plain or members.get(plain, value) != value:
            plain = f" {len(members)}"
        members[plain], names[plain] = value, name
    nested = members.get("question")
    if isinstance(nested, dict):
        others = {name: value for name, value in nested.items() if name != _STEM}
        inner, inner_names = _by_plain_name({**others, "question": nested.get(_STEM)})
        return members | inner, inner_names | names
    return members, names


@dataclass(frozen=True, slots=True)
class _Question:
    """The text of a question, and the plain names of its members."""

    text: object
    names: tuple[str, ...] = ()


def _question(members: Members, spellings: Iterable[tuple[str, ...]]) -> _Question:
    for names in spellings:
        parts = [members.get(name) for name in names]
        if len(parts) == 1 and not (parts[0] is None or parts[0] == []):
            return _Question(parts[0], names)
        texts = [part.strip() for part in parts if isinstance(part, str)]
        if len(parts) == len(texts) > 1:
            separator = "\n" if names[0] == "instruction" else " "
            return _Question(separator.join(filter(None, texts)), names)
    return _Question(None)


_NUMBER_PLACE = re.compile(r"\b(?:number|N_)(\d{1,2})\b", re.ASCII)


def _with_numbers(asked: _Question, members: Members) -> _Question:
    """Return a question with its numbers in their places, as in MAWPS for SVAMP's models.

    >>> _with_numbers(_Question("number0 + number1 ?"), {"numbers": "3.0 4.5"}).text
    '3 + 4.5 ?'
    """
    numbers = members.get("numbers")
    if not isinstance(numbers, str) or not isinstance(asked.text, str):
        return asked
    values = [number.removesuffix(".0") for number in numbers.split()]
    places = [int(place) for place in _NUMBER_PLACE.findall(asked.text)]
    if not places or max(places) >= len(values):
        return asked
    text = _NUMBER_PLACE.sub(lambda found: values[int(found[1])], asked.text)
    return _Question(text, (*asked.names, "numbers"))


def _answer(members: Members, options: FoundOptions | None) -> tuple[str, object]:
    """Return the plain name of the member with the answer, and the answer."""
    names = CORRECT_CHOICES if options else ANSWERS
    found = (name for name in names if name in members and not is_absent(members[name]))
    if options is None:
        name = next((name for name in found if not _is_class(name, members[name])), "")
        # A solution beside an empty answer is no answer: GSM-Plus says there why none exists.
        lacks = "answer" in members and name in WEAK_ANSWERS
        return ("", None) if lacks else (name, members.get(name))
    if options.answer is not None:
        return "", options.answer
    name = next((name for name in found if name not in options.names), "")
    if not name and options.parsed.marked:
        return "", options.parsed.marked.split(",")
    answer = _label_of_column(members.get(name), options)
    # In test splits without answers, -1 stands for none.
    return name, None if answer in (-1, "-1") else answer


def _marked_options(
    options: FoundOptions | None, names: Mapping[str, str], answer_name: str
) -> tuple[tuple[str, str], ...]:
    """Return the member whose options are marked as right, where another one has the answer."""
    if options is None or not answer_name or not options.parsed.marked:
        return ()
    return ((names[options.names[0]], options.parsed.marked),)


def _holds_several(value: object) -> bool:
    match value:
        case [*texts] if MIN_CHOICES <= len(texts) <= MAX_CHOICES:
            return all(isinstance(text, str | int | float) for text in texts)
        case {"A": _, "B": _} | {"text": [_, _, *_]}:
            return True
    return False


def _is_judged_wrong(members: Members, answer_name: str, answer: object) -> bool:
    """Return whether a label 0 says that an answer is a wrong one, as in MultiRC."""
    text = answer.strip() if isinstance(answer, str) else ""
    label = members.get("label")
    return answer_name == "answer" and label in (0, "0") and not (text == "" or boolean(text))


_CLASS = re.compile(r"\d{1,2}", re.ASCII)


def _others(members: Members, answer_name: str) -> Iterator[tuple[str, str]]:
    """Yield other members that name the right option by its label or text, not its position."""
    for name in AGREEING_CHOICES:
        value = members.get(name)
        if name != answer_name and isinstance(value, str) and not value.strip().isdecimal():
            yield name, value


def _is_class(name: str, value: object) -> bool:
    """Return whether an answer is the number of a class whose name the row does not give."""
    return name == "label" and (isinstance(value, int) or _CLASS.fullmatch(str(value)) is not None)


def _label_of_column(answer: object, options: FoundOptions) -> object:
    """Return an answer; for one that names an option's member, such as `option2`, its label."""
    plain = plain_name(answer) if isinstance(answer, str) else ""
    if len(plain) < 2 or len(options.names) != len(options.parsed.choices):
        return answer
    labels = (choice.label for choice in options.parsed.choices)
    return dict(zip(options.names, labels, strict=True)).get(plain, answer)


def _with_inline_options(
    asked: _Question, members: Members
) -> tuple[_Question, FoundOptions | None]:
    """Return a question and the options that stand within it, if it has any."""
    answers = (members[name] for name in CORRECT_CHOICES if not is_absent(members.get(name)))
    found = inline_choices(str(asked.text), next(answers, None))
    if found is None:
        return asked, None
    return _Question(found[0], asked.names), FoundOptions(found[1], ())


@dataclass(frozen=True, slots=True)
class _Context:
    """Texts that stand before a question, the names of their members, and those unreadable."""

    texts: tuple[str, ...]
    names: tuple[str, ...]
    problems: tuple[str, ...]


def _context(members: Members, asked: _Question) -> _Context:
    names = [
        name
        for name in CONTEXTS
        if name in members and name not in asked.names and not is_absent(members[name])
    ]
    if "text" in names and _holds_question(str(members["text"]), asked, members):
        # A whole training text, with the question and often its answer.
        names.remove("text")
    texts = [_context_text(members[name]) for name in names]
    problems = tuple(
        f"{name} is {describe(members[name])}, must be a text or a list of texts: it belongs to"
        " the question; write it as one, or remove it"
        for name, text in zip(names, texts, strict=True)
        if text is None
    )
    return _Context(tuple(filter(None, texts)), tuple(names), problems)


_NO_LETTERS = re.compile(r"[\W_]+")
# A shorter question may stand in any text by chance.
_ENOUGH_LETTERS = 12


def _holds_question(text: str, asked: _Question, members: Members) -> bool:
    """Return whether a text repeats a question, maybe in another layout."""
    if str(asked.text) in text:
        return True
    letters = _NO_LETTERS.sub("", text)
    parts = [_NO_LETTERS.sub("", str(members.get(name, ""))) for name in asked.names]
    return sum(map(len, parts)) >= _ENOUGH_LETTERS and all(part in letters for part in parts)


def _revealing(before: _Context, asked: _Question, answer: object) -> Iterator[str]:
    """Yield the names of members that state the answer."""
    gold = plain_answer(answer)
    for name, text in zip(before.names, before.texts, strict=False):
        if states_answer(text, gold):
            yield name
    if isinstance(asked.text, str) and states_answer(asked.text, gold, of_question=True):
        yield from asked.names[-1:]


def _context_text(value: Any) -> str | None:
    """Return a passage, a list of passages or a table as text, `None` if it is none of these."""
    match value:
        case str():
            return value.strip()
        case [*texts] if texts and all(isinstance(text, str) for text in texts):
            return "\n".join(text.strip() for text in texts)
        # PubMedQA; MS MARCO.
        case {"contexts": [*texts]} | {"passage_text": [*texts]}:
            return _context_text(texts)
        case {"header": [*header], "rows": [*rows]}:  # WikiTableQuestions
            return _context_text([header, *rows])
        case [list(), *_] if all(isinstance(cells, list) for cells in value):
            return "\n".join(" | ".join(map(str, cells)) for cells in value)
    return None


def _joined(before: Sequence[str], text: object) -> object:
    return "\n".join([*before, text.strip()]) if before and isinstance(text, str) else text


@lru_cache(maxsize=4096)
def _is_image(name: str) -> bool:
    return IMAGES.fullmatch(name) is not None


# As in MMMU and OlympiadBench: <image 1>, <img_3408>.
_IMAGE_PLACE = re.compile(r"<(?:image|img)[ _]?\d{1,6}>", re.IGNORECASE)


def _image_problems(members: Members, names: Mapping[str, str], text: object) -> Iterator[str]:
    if isinstance(text, str) and _IMAGE_PLACE.search(text):
        yield (
            "question has a place for an image, must be text alone: only texts are sent to the"
            " model; leave out the rows that need an image"
        )
    for name, value in members.items():
        if _is_image(name) and not is_absent(value):
            yield (
                f"{quoted_name(names[name])} is given, must be empty: only texts are sent to the"
                " model; leave out the rows that need an image, or the member where none does"
            )
