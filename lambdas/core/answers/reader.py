"""Reads the answers of a shard's completions, as the run's task requires."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from typing import Protocol

from msgspec.structs import replace

from lambdas.contract import DecimalMark
from lambdas.contract.schema import AnswerSpec, Choice, Question
from lambdas.core.answers.confidence import without_confidence
from lambdas.core.answers.exact import exact_extractor
from lambdas.core.answers.markers import DIGIT, NON_SPACE
from lambdas.core.answers.multiple_choice import extract_choice
from lambdas.core.answers.numeric import extract_number
from lambdas.core.answers.options import MAX_OPTION_CHARS
from lambdas.core.answers.own_text import find_own_text
from lambdas.core.models.base import Completion

# More distinct gold answers than this are not classes.
MAX_LABELS = 200
_MIN_REPEATS = 2


class ReadAnswer(Protocol):
    """Reads the answers to the questions of a shard."""

    def __call__(self, completion: Completion, question: int) -> str | None:
        """Return the canonical answer of a completion, `None` if none can be read.

        Args:
            completion: as the model gave it.
            question: index of its question within the shard.
        """


def answer_reader(spec: AnswerSpec, questions: Iterable[Question]) -> ReadAnswer:
    """Return the function that reads the answers of a shard.

    Args:
        spec: from the run's plan.
        questions: of the shard; only read if the task needs their choices or the dataset's
            labels. A question's own gold answer never influences how its paths are read.
    """
    read = _task_reader(spec, questions)
    if spec.next_question:
        read = _before_next_question(read, spec)
    return _ignoring_confidence(read) if spec.confidence else read


def _ignoring_confidence(read: ReadAnswer) -> ReadAnswer:
    """Return a reader that skips what completions say about their own confidence."""

    def read_rest(completion: Completion, question: int) -> str | None:
        return read(replace(completion, text=without_confidence(completion.text)), question)

    return read_rest


def _before_next_question(read: ReadAnswer, spec: AnswerSpec) -> ReadAnswer:
    """Return a reader that reads up to where a completion continues the run's own prompt."""
    required = DIGIT if spec.task == "arithmetic" else NON_SPACE

    def read_own(completion: Completion, question: int) -> str | None:
        text = completion.text
        if not any(lead in text for lead in spec.next_question):
            return read(completion, question)
        own = find_own_text(text, required, spec.next_question)
        cut_off = completion.cut_off and not own.ended
        return read(replace(completion, text=own.text, cut_off=cut_off), question)

    return read_own


def _task_reader(spec: AnswerSpec, questions: Iterable[Question]) -> ReadAnswer:
    if spec.task == "multiple_choice":
        return _choice_reader(questions)
    if spec.task == "exact":
        return _exact_reader(spec, questions)
    if spec.decimal_mark:
        return partial(read_arithmetic, decimal_mark=spec.decimal_mark)
    return read_arithmetic


# A number needs no question; the parameter is there for `ReadAnswer`.
def read_arithmetic(
    completion: Completion,
    question: int = 0,  # noqa: ARG001
    *,
    decimal_mark: DecimalMark | None = None,
) -> str | None:
    """Return the number that a completion answers with, `None` if none can be read.

    A completion that was cut off counts only if the model had already invented a next
    question: the text before that is complete. The last number of a broken-off text is no
    answer.

    >>> read_arithmetic(Completion("So it is 4 + 14", cut_off=True))
    >>> read_arithmetic(Completion("The answer is 18. Q: What is 4 + 14", cut_off=True))
    '18'
    """
    text = _complete_text(completion, DIGIT) if completion.cut_off else completion.text
    return None if text is None else extract_number(text, decimal_mark)


def _choice_reader(questions: Iterable[Question]) -> ReadAnswer:
    options = [(tuple(_truncated(each.choices)), each.chosen) for each in questions]

    def read(completion: Completion, question: int) -> str | None:
        choices, chosen = options[question]
        return _read(completion, lambda text: extract_choice(text, choices, chosen), NON_SPACE)

    return read


def _truncated(choices: Iterable[Choice]) -> Iterator[Choice]:
    """Yield options without text that is never compared: a whole shard's are in memory."""
    for choice in choices:
        yield Choice(choice.label, choice.text[: MAX_OPTION_CHARS + 1])


def _exact_reader(spec: AnswerSpec, questions: Iterable[Question]) -> ReadAnswer:
    user_defined = spec.pattern is not None or spec.json_key is not None
    golds = [] if user_defined else [each.gold for each in questions]
    counts = Counter(gold for gold in golds if gold is not None)
    if len(counts) > MAX_LABELS + 1:
        golds.clear()

    @cache
    def extractor(own_gold: str | None) -> Callable[[str], str | None]:
        return exact_extractor(spec, class_labels(counts, own_gold) if golds else frozenset())

    def read(completion: Completion, question: int) -> str | None:
        return _read(completion, extractor(golds[question] if golds else None), NON_SPACE)

    return read


def class_labels(golds: Counter[str], own_gold: str | None) -> frozenset[str]:
    """Return the labels of a classification dataset: gold answers that occur repeatedly.

    Args:
        golds: how many questions of a shard have each gold answer.
        own_gold: that of the question being read. It is left out of the count, as a question's
            own gold answer must not influence how its paths are read.

    Returns:
        The gold answers that at least two other questions have. None if the others have more
        than 200 distinct ones, or fewer than two questions for each: these are not classes.

    >>> golds = Counter(["yes", "yes", "yes", "no", "no", "no", "maybe"])
    >>> sorted(class_labels(golds, "yes"))
    ['no', 'yes']
    """
    questions = golds.total() - (own_gold is not None)
    distinct = len(golds) - (own_gold is not None and golds[own_gold] == 1)
    if distinct > MAX_LABELS or 2 * distinct > questions:
        return frozenset()
    others = ((gold, count - (gold == own_gold)) for gold, count in golds.items())
    return frozenset(gold for gold, count in others if count >= _MIN_REPEATS)


def _read(
    completion: Completion, extract: Callable[[str], str | None], required: re.Pattern[str]
) -> str | None:
    text = _complete_text(completion, required) if completion.cut_off else completion.text
    return None if text is None else extract(text)


def _complete_text(cut_off: Completion, required: re.Pattern[str]) -> str | None:
    """Return what a completion that was cut off says in full, `None` if that is nothing."""
    own = find_own_text(cut_off.text, required)
    return own.text.rstrip() if own.ended else None
