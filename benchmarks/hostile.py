"""Reading texts made to be slow: the worst of them at 100 kB, and against itself at 10 kB.

A step that takes the square of a text's length takes a hundred times the time for ten times the
text; one that looks at each character a bounded number of times takes ten times as much.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from benchmarks.extraction import BASELINE, Read, flexible, strict
from benchmarks.measure import Measurement, timed
from lambdas.core.extraction import arithmetic, exact, multiple_choice
from lambdas.core.reading import Reading
from lambdas.core.sets.question import Choice

SHORT, LONG = 10_000, 100_000
_UNITS = (
    *("1", "1,", "1 ", "1/", "-", "=", "$", "(", "{", '"', "*", "\\", "#", "A", "Q:", "\n"),
    *("1 = ", "A, ", "A or ", "(A) ", "\nA: ", "\n\nQ: ", "Answer(", "Answer: ", "#### "),
    *("answer is ", "the answer is A. ", "\\boxed{", "\\frac{1}{", '{"answer": ', "<answer>"),
    *("cannot be ", "one hundred and ", "1 + ", "10^", "**1** ", "<<1+1=2>>", "\\text{", "A is "),
)
_OPTIONS = tuple(Choice(label, f"{place} m") for place, label in enumerate("ABCDE"))


def measure() -> list[Measurement]:
    """Return, for each reader, its slowest text and the most that a longer one takes."""
    readers: dict[str, Read] = {
        BASELINE: flexible,
        "strict-match": strict,
        "arithmetic": arithmetic.extract,
        "multiple choice": partial(multiple_choice.extract, choices=_OPTIONS),
        "exact": exact.reader(Reading("exact")),
        "exact, pattern": exact.reader(Reading("exact", pattern=r"(?:[a-z ]+)+: (\w+)")),
        "exact, JSON key": exact.reader(Reading("exact", json_key="answer")),
    }
    short = {name: _milliseconds(read, SHORT) for name, read in readers.items()}
    long = {name: _milliseconds(read, LONG) for name, read in readers.items()}
    return [*_slowest(long), *_growth(short, long)]


def _milliseconds(read: Read, size: int) -> dict[str, float]:
    """Return how long each unit's text takes, in milliseconds."""
    texts = {unit: unit * (size // len(unit)) for unit in _UNITS}
    taken = timed({unit: partial(read, text) for unit, text in texts.items()})
    return {unit: 1000 * seconds for unit, seconds in taken.items()}


def _slowest(long: Mapping[str, Mapping[str, float]]) -> Iterator[Measurement]:
    worst = {name: max(taken.values()) for name, taken in long.items()}
    for name, figure in worst.items():
        ratio = figure / worst[BASELINE]
        yield Measurement("hostile text, 100 kB", name, figure, "ms", BASELINE, ratio)


def _growth(
    short: Mapping[str, Mapping[str, float]], long: Mapping[str, Mapping[str, float]]
) -> Iterator[Measurement]:
    for name, taken in long.items():
        unit = max(taken, key=taken.__getitem__)
        ratio = taken[unit] / short[name][unit]
        yield Measurement("hostile text, growth", name, taken[unit], "ms", "10 kB of it", ratio)
