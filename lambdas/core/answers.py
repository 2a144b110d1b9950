"""The answer in a completion, by task."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Protocol

from lambdas.core.extraction import arithmetic, exact, multiple_choice, offered
from lambdas.core.extraction.confidence import without_confidence
from lambdas.core.extraction.slots import DIGIT, own
from lambdas.core.families import Completion
from lambdas.core.reading import Reading
from lambdas.core.sets.question import Choice, Question

# More different answers than these are no classes.
MAX_LABELS = 200
_AGAIN = 2
# Thoughts that were opened and never closed: what would answer was not reached.
_OPENED = re.compile(r"\s{0,20}<(?P<tag>think|thinking|thought|reasoning)>")


class ReadAnswer(Protocol):
    """Reads the answers to the questions of a shard."""

    def __call__(self, completion: Completion, question: int) -> str | None:
        """Return the canonical answer of a completion, `None` where none can be read.

        Args:
            completion: as the model gave it.
            question: the number of its question within the shard, from 0.
        """


def reader_of(reading: Reading, questions: Iterable[Question]) -> ReadAnswer:
    """Return what reads the answers of a shard.

    Args:
        reading: of the run's plan.
        questions: of the shard, read only where the task needs their choices, or the labels
            that the set has. No question's own right answer decides how its paths are read.
    """
    read = _of_task(reading, questions)
    return _unsure(read) if reading.confidence else read


def _unsure(read: ReadAnswer) -> ReadAnswer:
    """Return what reads completions without what they say of their own confidence."""

    def read_rest(completion: Completion, question: int) -> str | None:
        return read(replace(completion, text=without_confidence(completion.text)), question)

    return read_rest


def _of_task(reading: Reading, questions: Iterable[Question]) -> ReadAnswer:
    if reading.task == "multiple_choice":
        return _of_choices(questions)
    if reading.task == "exact":
        return _of_text(reading, questions)
    return read_arithmetic


# A number needs no question; the parameter is there for `ReadAnswer`.
def read_arithmetic(completion: Completion, question: int = 0) -> str | None:  # noqa: ARG001
    """Return the number a completion answers with, `None` where none can be read.

    A completion that was cut off answers only where it had gone on to invent a next question:
    what stands before that is whole. The last number of a text broken off is no answer.

    >>> read_arithmetic(Completion("So it is 4 + 14", cut_off=True))
    >>> read_arithmetic(Completion("The answer is 18. Q: What is 4 + 14", cut_off=True))
    '18'
    """
    return _read(completion, arithmetic.extract, DIGIT)


def _of_text(reading: Reading, questions: Iterable[Question]) -> ReadAnswer:
    usual = reading.pattern is None and reading.json_key is None
    golds = [each.gold for each in questions] if usual else []
    counts = Counter(gold for gold in golds if gold is not None)
    if len(counts) > MAX_LABELS + 1:
        golds.clear()

    @cache
    def extract(own_gold: str | None) -> Callable[[str], str | None]:
        return exact.reader(reading, labels_of(counts, own_gold) if golds else frozenset())

    def read(completion: Completion, question: int) -> str | None:
        return _read(completion, extract(golds[question] if golds else None), exact.SAID)

    return read


def labels_of(golds: Counter[str], own: str | None) -> frozenset[str]:
    """Return the labels of a set that classifies: right answers that come again and again.

    Args:
        golds: how many questions of a shard have each right answer.
        own: the right answer of the question that is read, which is left out of the count: how
            a question is read must not depend on its own right answer.

    Returns:
        The right answers that at least two other questions have. None where the others have
        more than 200 different ones, or are fewer than two for each: these are no classes.

    >>> golds = Counter(["yes", "yes", "yes", "no", "no", "no", "maybe"])
    >>> sorted(labels_of(golds, "yes"))
    ['no', 'yes']
    """
    questions = golds.total() - (own is not None)
    different = len(golds) - (own is not None and golds[own] == 1)
    if different > MAX_LABELS or 2 * different > questions:
        return frozenset()
    return frozenset(gold for gold, count in golds.items() if count - (gold == own) >= _AGAIN)


def _of_choices(questions: Iterable[Question]) -> ReadAnswer:
    asked = [(tuple(_short(each.choices)), each.chosen) for each in questions]

    def read(completion: Completion, question: int) -> str | None:
        choices, chosen = asked[question]
        return _read(
            completion,
            lambda text: multiple_choice.extract(text, choices, chosen),
            multiple_choice.SAID,
        )

    return read


def _short(choices: Iterable[Choice]) -> Iterator[Choice]:
    """Yield options without what no answer is compared with: a shard's are all in memory."""
    for choice in choices:
        yield Choice(choice.label, choice.text[: offered.LONGEST_OPTION + 1])


def _read(
    completion: Completion, extract: Callable[[str], str | None], said: re.Pattern[str]
) -> str | None:
    text = completion.text
    if "<" in text[:20] and (opened := _OPENED.match(text)) and f"</{opened['tag']}>" not in text:
        return None
    if not completion.cut_off:
        return extract(text)
    whole = own(text, said).rstrip()
    goes_on = not text.rstrip().endswith(whole)
    return extract(whole) if goes_on else None
