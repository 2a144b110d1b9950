"""Answers extracted per second and core, compared to lm-evaluation-harness.

Its regular expressions for GSM8K (EleutherAI/lm-evaluation-harness, `lm_eval/tasks/gsm8k/`) run on
the same texts. `strict-match` takes the first `#### N`, which models write after exemplars in
GSM8K's own form, or with chain-of-thought exemplars the first "The answer is N.".
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
from lambdas.contract.schema import AnswerSpec, Choice
from lambdas.core.answers.exact import exact_extractor
from lambdas.core.answers.multiple_choice import extract_choice
from lambdas.core.answers.numeric import extract_number

BASELINE = "flexible-extract"
_STRICT = re.compile(r"#### (\-?[0-9\.\,]+)")
_STRICT_COT = re.compile(r"The answer is (\-?[0-9\.\,]+).")
_FLEXIBLE = re.compile(r"(-?[$0-9.,]{2,})|(-?[0-9]+)")
_INVALID = "[invalid]"
# What the harness ignores when it compares an answer with the gold answer.
_IGNORED = re.compile(r",|\$|\.$")
_MIN_TEXTS = 2_000
_CHOICES = RECORDED.with_name("mcq_command-r-plus.recorded.jsonl")
_DATES = RECORDED.with_name("date_gpt-3.5.recorded.jsonl")
_OPTIONS = tuple(Choice(label, "") for label in "ABCDE")
_OWN_CHOICE = "Fish need a place to hide, which rocks give them. The answer is (A) rocks."
_OWN_DATE = "Yesterday was April 30, 2021, so today is May 1, 2021.\nA: 05/01/2021"

Extract = Callable[[str], str | None]


def measure() -> list[Measurement]:
    """Return the rates of each task, and for arithmetic the share of right answers."""
    choice = partial(extract_choice, choices=_OPTIONS)
    sets: list[tuple[str, Extract, Sequence[str]]] = [
        ("arithmetic", extract_number, completions()),
        ("multiple choice", choice, _texts(_CHOICES, _OWN_CHOICE)),
        ("exact", exact_extractor(AnswerSpec("exact")), _texts(_DATES, _OWN_DATE)),
    ]
    measured = [each for task, extract, texts in sets for each in _rates(task, extract, texts)]
    return [*measured, *_right(extract_number)]


def _rates(task: str, extract: Extract, texts: Sequence[str]) -> list[Measurement]:
    repeated = [*islice(cycle(texts), max(_MIN_TEXTS, len(texts)))]
    seconds = timed(
        {
            BASELINE: _each(flexible, repeated),
            "strict-match": _each(strict, repeated),
            "strict-match, CoT": _each(_strict_cot, repeated),
            "ours": _each(extract, repeated),
        }
    )
    return rates(f"extraction, {task}", seconds, {"completions": len(repeated)}, BASELINE)


def _right(extract: Extract) -> Iterator[Measurement]:
    """Yield the share of recorded completions from which each extracts the right answer."""
    if not RECORDED.exists():
        return
    pairs = [*_with_golds()]
    extractors: dict[str, Extract] = {
        BASELINE: flexible,
        "strict-match": strict,
        "strict-match, CoT": _strict_cot,
        "ours": extract,
    }
    shares = {
        name: 100 * sum(_bare(each(text)) == gold for text, gold in pairs) / len(pairs)
        for name, each in extractors.items()
    }
    for name, share in shares.items():
        ratio = share / shares[BASELINE]
        yield Measurement("extraction, right", name, share, "%", BASELINE, ratio)


def _with_golds() -> Iterator[tuple[str, str]]:
    questions = RECORDED.with_name(RECORDED.name.replace("recorded", "questions"))
    golds = {row["question"]: _bare(str(row["answer"])) for row in _rows(questions)}
    for row in _rows(RECORDED):
        for texts in row["samples"].values():
            yield from ((text, golds[row["question"]]) for text in texts)


def _first(pattern: re.Pattern[str], text: str) -> str:
    found: list[str] = pattern.findall(text)
    return found[0].strip() if found else _INVALID


# The answer of strict-match: the first `#### N`.
strict = partial(_first, _STRICT)
_strict_cot = partial(_first, _STRICT_COT)


def flexible(text: str) -> str:
    """Return the answer of flexible-extract: the last number."""
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


def _each(extract: Extract, texts: Sequence[str]) -> Callable[[], None]:
    def run() -> None:
        for text in texts:
            extract(text)

    return run
