"""Answers extracted per second and core, compared to lm-evaluation-harness.

Its regular expressions for GSM8K (EleutherAI/lm-evaluation-harness, `lm_eval/tasks/gsm8k/`) run on
the same texts. `strict-match` takes the first `#### N`, which models write after exemplars in
GSM8K's own form, or with chain-of-thought exemplars the first "The answer is N.".
`flexible-extract` takes the last number of the text. `last letter` takes the last capital that
stands alone, as its patterns for letters do. For texts the harness has a pattern for each dataset.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from benchmarks.measure import Measurement, rates, timed
from benchmarks.recorded import questions_file
from benchmarks.samples import RECORDED, completions
from lambdas.contract.schema import AnswerSpec, Choice
from lambdas.core.answers.exact import exact_extractor
from lambdas.core.answers.multiple_choice import extract_choice
from lambdas.core.answers.numeric import canonical_number, extract_number
from selfconsistency.check import ReadText, check

BASELINE = "flexible-extract"
_STRICT = re.compile(r"#### (\-?[0-9\.\,]+)")
_STRICT_COT = re.compile(r"The answer is (\-?[0-9\.\,]+).")
_FLEXIBLE = re.compile(r"(-?[$0-9.,]{2,})|(-?[0-9]+)")
_INVALID = "[invalid]"
# What the harness ignores when it compares an answer with the gold answer.
_IGNORED = re.compile(r",|\$|\.$")
_LETTER = re.compile(r"\b([A-J])\b")
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
    return [*measured, *_right()]


def _rates(task: str, extract: Extract, texts: Sequence[str]) -> list[Measurement]:
    repeated = [*islice(cycle(texts), max(_MIN_TEXTS, len(texts)))]
    seconds = timed(
        {
            BASELINE: _each(flexible, repeated),
            "strict-match": _each(strict, repeated),
            "strict-match, CoT": _each(_strict_cot, repeated),
            "last letter": _each(letter, repeated),
            "ours": _each(extract, repeated),
        }
    )
    return rates(f"extraction, {task}", seconds, {"completions": len(repeated)}, BASELINE)


def _right() -> Iterator[Measurement]:
    """Yield for each recorded set how many answers are right, ours and the harness's."""
    for path in sorted(RECORDED.parent.glob("*.recorded.jsonl")):
        checked = check(questions_file(path), {}, path)
        task = checked.findings.task if checked.findings else None
        extractors = _EXTRACTORS.get(str(task), {})
        baseline = next(iter(extractors), "ours")
        counts = {name: _count(extract, checked.texts) for name, extract in extractors.items()}
        counts["ours"] = sum(each.right for each in checked.texts)
        name = f"right, {path.name.removesuffix('.recorded.jsonl')}"
        for contender, count in counts.items():
            ratio = count / max(counts[baseline], 1)
            unit = f"of {len(checked.texts):,}"
            yield Measurement(name, contender, count, unit, baseline, ratio)


def _count(extract: Extract, texts: Sequence[ReadText]) -> int:
    return sum(canonical(extract(each.text)) == each.gold for each in texts)


def canonical(answer: str | None) -> str | None:
    """Return a filter's answer in the form that golds have: a number by its value, a letter."""
    bare = _IGNORED.sub("", answer or "")
    return bare if bare.isalpha() else canonical_number(bare)


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


def letter(text: str) -> str:
    """Return the last capital letter that stands alone."""
    found = _LETTER.findall(text)
    return str(found[-1]) if found else _INVALID


_EXTRACTORS: dict[str, dict[str, Extract]] = {
    "arithmetic": {BASELINE: flexible, "strict-match": strict, "strict-match, CoT": _strict_cot},
    "multiple_choice": {"last letter": letter},
}


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
