"""Answers read per second and core, against the regular expressions of lm-evaluation-harness.

Its filters for GSM8K (EleutherAI/lm-evaluation-harness, `lm_eval/tasks/gsm8k/`) are run on the same
texts. `strict-match` takes the first `#### N`, which models write that were shown solutions in
GSM8K's own form, or with chain-of-thought exemplars the first "The answer is N.";
`flexible-extract` takes the last number of the text.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from benchmarks.measure import Measurement, rates, timed
from benchmarks.samples import RECORDED, completions
from lambdas.core.extraction import arithmetic, exact, multiple_choice
from lambdas.core.reading import Reading
from lambdas.core.sets.question import Choice

BASELINE = "flexible-extract"
_STRICT = re.compile(r"#### (\-?[0-9\.\,]+)")
_STRICT_COT = re.compile(r"The answer is (\-?[0-9\.\,]+).")
_FLEXIBLE = re.compile(r"(-?[$0-9.,]{2,})|(-?[0-9]+)")
_INVALID = "[invalid]"
# What the harness leaves out of account when it compares an answer with the right one.
_IGNORED = re.compile(r",|\$|\.$")
_AT_LEAST = 2_000
_CHOICES = RECORDED.with_name("mcq_command-r-plus.recorded.jsonl")
_DATES = RECORDED.with_name("date_gpt-3.5.recorded.jsonl")
_OPTIONS = tuple(Choice(label, "") for label in "ABCDE")
_OWN_CHOICE = "Fish need a place to hide, which rocks give them. The answer is (A) rocks."
_OWN_DATE = "Yesterday was April 30, 2021, so today is May 1, 2021.\nA: 05/01/2021"

Read = Callable[[str], str | None]


def measure() -> list[Measurement]:
    """Return the rates of each task, and for arithmetic how many answers are right."""
    choice = partial(multiple_choice.extract, choices=_OPTIONS)
    sets: list[tuple[str, Read, Sequence[str]]] = [
        ("arithmetic", arithmetic.extract, completions()),
        ("multiple choice", choice, _texts(_CHOICES, _OWN_CHOICE)),
        ("exact", exact.reader(Reading("exact")), _texts(_DATES, _OWN_DATE)),
    ]
    measured = [each for task, read, texts in sets for each in _rates(task, read, texts)]
    return [*measured, *_right(arithmetic.extract)]


def _rates(task: str, read: Read, texts: Sequence[str]) -> list[Measurement]:
    enough = [*islice(cycle(texts), max(_AT_LEAST, len(texts)))]
    seconds = timed(
        {
            BASELINE: _each(flexible, enough),
            "strict-match": _each(strict, enough),
            "strict-match, CoT": _each(_strict_cot, enough),
            "ours": _each(read, enough),
        }
    )
    return rates(f"extraction, {task}", seconds, {"completions": len(enough)}, BASELINE)


def _right(read: Read) -> Iterator[Measurement]:
    """Yield the share of recorded completions that each reads as the right answer."""
    if not RECORDED.exists():
        return
    pairs = [*_with_golds()]
    readers: dict[str, Read] = {
        BASELINE: flexible,
        "strict-match": strict,
        "strict-match, CoT": _strict_cot,
        "ours": read,
    }
    shares = {
        name: 100 * sum(_bare(each(text)) == gold for text, gold in pairs) / len(pairs)
        for name, each in readers.items()
    }
    for name, share in shares.items():
        ratio = share / shares[BASELINE]
        yield Measurement("extraction, right", name, share, "%", BASELINE, ratio)


def _with_golds() -> Iterator[tuple[str, str]]:
    asked = RECORDED.with_name(RECORDED.name.replace("recorded", "questions"))
    golds = {row["question"]: _bare(str(row["answer"])) for row in _rows(asked)}
    for row in _rows(RECORDED):
        for texts in row["samples"].values():
            yield from ((text, golds[row["question"]]) for text in texts)


def _first(pattern: re.Pattern[str], text: str) -> str:
    found: list[str] = pattern.findall(text)
    return found[0].strip() if found else _INVALID


# What strict-match takes: the first `#### N`.
strict = partial(_first, _STRICT)
_strict_cot = partial(_first, _STRICT_COT)


def flexible(text: str) -> str:
    """Return what flexible-extract takes: the last number."""
    found = _FLEXIBLE.findall(text)
    return next(group for group in found[-1] if group).strip() if found else _INVALID


def _bare(answer: str | None) -> str:
    return _IGNORED.sub("", (answer or "").rpartition("#### ")[2])


def _texts(path: Path, own: str) -> list[str]:
    if not path.exists():
        return [own]
    return [text for row in _rows(path) for texts in row["samples"].values() for text in texts]


def _rows(path: Path) -> Iterator[dict[str, dict[str, list[str]]]]:
    yield from (json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line)


def _each(read: Read, texts: Sequence[str]) -> Callable[[], None]:
    def run() -> None:
        for text in texts:
            read(text)

    return run
