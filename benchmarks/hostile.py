"""Extraction from hostile texts: the slowest of them at 100 kB, compared to itself at 10 kB.

A quadratic step takes a hundred times as long for ten times the text. One that looks at each
character a bounded number of times takes ten times as long.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from benchmarks.extraction import BASELINE, Extract, flexible, strict
from benchmarks.measure import Measurement, timed
from lambdas.contract.schema import AnswerSpec, Choice
from lambdas.core.answers.exact import exact_extractor
from lambdas.core.answers.multiple_choice import extract_choice
from lambdas.core.answers.numeric import extract_number

SHORT, LONG = 10_000, 100_000
_UNITS = (
    *("1", "1,", "1 ", "1/", "-", "=", "$", "(", "{", '"', "*", "\\", "#", "A", "Q:", "\n"),
    *("1 = ", "A, ", "A or ", "(A) ", "\nA: ", "\n\nQ: ", "Answer(", "Answer: ", "#### "),
    *("answer is ", "the answer is A. ", "\\boxed{", "\\frac{1}{", '{"answer": ', "<answer>"),
    *("<think>", "</think>", "<|a", "\nQ2:", "\nNext question:", "1\nExample 1:", "x^{", "√("),
    *("one might think ", "if it were ", "not A but ", "答案是A", "die Antwort ist A "),
    *("1 234,", "3万", "½", "$1k ", "\\pi", "1 of ", "x=1, ", "by 1, "),
    *("cannot be ", "one hundred and ", "1 + ", "10^", "**1** ", "<<1+1=2>>", "\\text{", "A is "),
    *("not 1, it is ", "wait, it's ", "\nNote: 1 ", "3 hours 4 ", "A: true ", '{"a": ', "if A, "),
)
_OPTIONS = tuple(Choice(label, f"{place} m") for place, label in enumerate("ABCDE"))


def measure() -> list[Measurement]:
    """Return each extractor's time for its slowest text, and the growth with the text's size."""
    extractors: dict[str, Extract] = {
        BASELINE: flexible,
        "strict-match": strict,
        "arithmetic": extract_number,
        "multiple choice": partial(extract_choice, choices=_OPTIONS),
        "exact": exact_extractor(AnswerSpec("exact")),
        "exact, yes or no": exact_extractor(AnswerSpec("exact", yes_no=True)),
        "exact, pattern": exact_extractor(AnswerSpec("exact", pattern=r"(?:[a-z ]+)+: (\w+)")),
        "exact, JSON key": exact_extractor(AnswerSpec("exact", json_key="answer")),
    }
    short = {name: _milliseconds(extract, SHORT) for name, extract in extractors.items()}
    long = {name: _milliseconds(extract, LONG) for name, extract in extractors.items()}
    return [*_slowest(long), *_growth(short, long)]


def _milliseconds(extract: Extract, size: int) -> dict[str, float]:
    """Return the time of each unit's text in milliseconds."""
    texts = {unit: unit * (size // len(unit)) for unit in _UNITS}
    taken = timed({unit: partial(extract, text) for unit, text in texts.items()})
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
