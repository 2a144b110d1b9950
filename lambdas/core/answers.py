"""The answer in a completion, by task."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from lambdas.core.extraction import arithmetic, exact, multiple_choice, offered
from lambdas.core.extraction.slots import DIGIT, own
from lambdas.core.families import Completion
from lambdas.core.reading import Reading
from lambdas.core.sets.question import Choice, Question

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
        questions: of the shard, read only where the task needs their choices.
    """
    if reading.task == "multiple_choice":
        return _of_choices(questions)
    if reading.task == "exact":
        return _of_text(reading)
    return read_arithmetic


def read_arithmetic(completion: Completion, question: int = 0) -> str | None:  # noqa: ARG001
    """Return the number a completion answers with, `None` where none can be read.

    A completion that was cut off answers only where it had gone on to invent a next question:
    what stands before that is whole. The last number of a text broken off is no answer.

    >>> read_arithmetic(Completion("So it is 4 + 14", cut_off=True))
    >>> read_arithmetic(Completion("The answer is 18. Q: What is 4 + 14", cut_off=True))
    '18'
    """
    return _read(completion, arithmetic.extract, DIGIT)


def _of_text(reading: Reading) -> ReadAnswer:
    extract = exact.reader(reading)

    def read(completion: Completion, question: int) -> str | None:  # noqa: ARG001
        return _read(completion, extract, exact.SAID)

    return read


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
