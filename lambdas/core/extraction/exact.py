"""Answers that vote as text: labels, yes or no, dates; read where they stand or by a pattern."""

import re
from collections.abc import Callable, Collection
from functools import partial

from lambdas.core.extraction.members import member
from lambdas.core.extraction.patterns import compiled, last_match, pattern_problem
from lambdas.core.extraction.slots import own
from lambdas.core.extraction.spelling import normalised
from lambdas.core.extraction.text_reader import TextReader
from lambdas.core.reading import Reading

__all__ = ["normalised", "pattern_problem", "reader"]

SAID = re.compile(r"\S")


def reader(reading: Reading, labels: Collection[str] = ()) -> Callable[[str], str | None]:
    r"""Return what reads a completion's answer as normalised text, `None` where it has none.

    Args:
        reading: with a pattern, its last match answers, of which the first group if it has
            one; with a key, that member of the last JSON object that has it: whatever stands
            there. With neither, the usual places are read, in order of precedence: a JSON
            member or XML element named answer; the last of a box, "the answer is" and labels
            such as `Answer:` or `A:`; what the last sentence ends with in bold, after a label
            such as `Sentiment:`, or after "is" if that has a digit; the text itself, if it is
            one line of at most 100 characters. A long text never votes.
        labels: normalised answers that the set is known to have. What a usual place says is
            one of these if it begins with one, up to a pause, even if it reads like a refusal.

    >>> read = reader(Reading("exact", pattern=r"Label: (\w+)"))
    >>> [read(text) for text in ("Label: Cat? No. Label: DOG.", "a dog")]
    ['dog', None]
    >>> read = reader(Reading("exact"), ["can't tell", "yes"])
    >>> [read(text) for text in ("So the answer is yes.", "Answer: can't tell, it is too dark.")]
    ['yes', "can't tell"]
    """
    find = _finder(reading)
    if find is None:
        return partial(_stated, TextReader(frozenset(labels)))

    def read(text: str) -> str | None:
        said = find(own(text, SAID))
        return None if said is None else normalised(said)

    return read


def _stated(places: TextReader, text: str) -> str | None:
    verdict = places.verdict(own(text, SAID))
    return verdict.answer if verdict else None


def _finder(reading: Reading) -> Callable[[str], str | None] | None:
    if reading.json_key is not None:
        return partial(member, key=reading.json_key)
    return partial(last_match, compiled(reading.pattern)) if reading.pattern else None
