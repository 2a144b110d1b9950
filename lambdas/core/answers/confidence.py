"""Self-reported confidence: reads it from a completion, and removes it from the text."""

import re

from lambdas.core.answers.markers import NON_SPACE
from lambdas.core.answers.own_text import own_text

CONFIDENCE_INSTRUCTION = (
    'After that, add one last line: "Confidence: C", where C is a whole number from 0 to 100 that'
    " says how sure you are that your answer is right."
)


_AMOUNT = r"""
    (?P<{0}> \d{{1,3}} (?:\.\d{{1,6}})? | \.\d{{1,6}} ) (?![.,]?\d)
    (?P<{0}_of> [ ]?% | \ percent\b | [ ]?(?:/|out\ of)[ ]?(?:100|10|1)(?![.,]?\d) )?"""
# `Confidence: 85`, `**Confidence (0-100):** 85%`, `"confidence": 0.85`, "I am 85% sure".
# These are not statements: "with confidence: 18", "Answer and confidence: 18, 85".
_STATEMENT = re.compile(
    rf"""
    (?<![\w-]) (?<!with\ ) (?<!full\ ) (?<!high\ ) (?<!great\ ) (?<!complete\ ) (?<!and\ ) (?<!&\ )
    confidence (?: \ (?:level|score|rating|percentage) )?
    (?: \ (?:in|for|of)\ (?:this|my|the)\ (?:(?:final|proposed)\ )?(?:answer|solution)
      | \ that\ [a-z]+\ (?:final\ )?(?:answer|solution)\ is\ (?:correct|right|true) )?
    (?: \ ?\([^()\n]{{1,30}}\) )?
    (?P<quote> \\?["'] )? [*_`]{{0,3}} [ ]? (?: [:=] | \b(?:is|of)\b ) [*_`]{{0,3}} [ ]?
    (?: (?:about|around|approximately|at)\  )? [*_`"'(\[~]{{0,4}}
    (?: {_AMOUNT.format("amount")}
      | (?: (?:very|fairly|quite)\  )? (?:high|medium|moderate|low|certain|sure)\b
      | -?\d[\d.,]{{0,20}} [ ]? %? )
  | (?<!\w) I (?:'m|’m|\ am) \ (?:about\ )? {_AMOUNT.format("sure")}
    \ (?:confident|sure|certain)\b (?:\ (?:in|that|of)\ (?:this|my|the)\ answer\b)?
    """,
    re.VERBOSE | re.IGNORECASE,
)


def self_reported_confidence(text: str) -> float | None:
    r"""Return the confidence that a completion states last, from 0 to 1.

    Args:
        text: a completion; its thoughts and the questions it invented are ignored.

    Returns:
        `None` if none is stated, if it is outside 0 to 100 or given in words. `None` also for
        a bare 1: on the scale of the instruction it is one percent, on a common other scale
        certainty.

    >>> texts = [f"It is 18.\nConfidence: {stated}" for stated in ("85", "0.85", "8/10")]
    >>> [self_reported_confidence(text) for text in texts]
    [0.85, 0.85, 0.8]
    >>> self_reported_confidence("It is 18.")
    """
    found = next(reversed([*_STATEMENT.finditer(own_text(text, NON_SPACE))]), None)
    return _share(found) if found else None


_SCALE = re.compile(r"\d+\Z")


def _share(found: re.Match[str]) -> float | None:
    """Return the stated share: a decimal up to 1 is a share itself, anything else percent."""
    group = "amount" if found["amount"] else "sure"
    amount, of = found[group], found[f"{group}_of"]
    if not amount or (amount == "1" and not of):
        return None
    scale = int(found_scale[0]) if (found_scale := _SCALE.search(of or "")) else 100
    share = float(amount) / (1 if not of and "." in amount and float(amount) <= 1 else scale)
    return share if share <= 1 else None


def self_reported_percent(text: str) -> int | None:
    """Return the confidence that a completion states last, in whole percent, as it is stored."""
    confidence = self_reported_confidence(text)
    return None if confidence is None else round(100 * confidence)


# What belongs to a statement: the whole line before it if nothing else is there, or a bracket.
_BEFORE = re.compile(
    r"""(?: (?:\A|(?<=\n)) [-\ \t*_#>`•(\[]{0,12}
      | [\ \t]? [,;|–—-]? [\ \t]? (?:\#{2,4}\ )? [*_`(\[]{0,3} )
    (?:and\ )? (?:with\ (?:a\ )?)? (?: (?:my|the|overall|final)\ ){0,2} \Z""",
    re.VERBOSE | re.IGNORECASE,
)
_AFTER = re.compile(r"[ \t]?[)\]*_`]{0,4}[.;]?(?!\d)[*_`]{0,3}")
_BEFORE_CHARS = 32


def without_confidence(text: str) -> str:
    r"""Return a completion without its statements of confidence, ready for reading the answer.

    JSON members stay: the answer beside them has a name, and the rest would not parse.

    >>> without_confidence("So it is 18.\n**Confidence:** 85%")
    'So it is 18.'
    """
    rest, end = [], 0
    for found in _STATEMENT.finditer(text):
        if found["quote"]:
            continue
        near = text[max(end, found.start() - _BEFORE_CHARS) : found.start()]
        before = _BEFORE.search(near)
        rest.append(text[end : found.start() - (len(before[0]) if before else 0)])
        after = _AFTER.match(text, found.end())
        end = after.end() if after else found.end()
    return " ".join((*rest, text[end:])).strip() if rest else text
