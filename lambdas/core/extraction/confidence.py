"""The confidence that a completion states for its answer, and the completion without it."""

import re

from lambdas.core.extraction.slots import own

CONFIDENCE_INSTRUCTION = (
    'After that, add one last line: "Confidence: C", where C is a whole number from 0 to 100 that'
    " says how sure you are that your answer is right."
)

_SAID = re.compile(r"\S")
_AMOUNT = r"""
    (?P<{0}> \d{{1,3}} (?:\.\d{{1,6}})? | \.\d{{1,6}} ) (?![.,]?\d)
    (?P<{0}_of> [ ]?% | \ percent\b | [ ]?(?:/|out\ of)[ ]?(?:100|10|1)(?![.,]?\d) )?"""
# `Confidence: 85`, `**Confidence (0-100):** 85%`, `"confidence": 0.85`, "I am 85% sure". What says
# how an answer is given is no statement: "with confidence: 18", "Answer and confidence: 18, 85".
_STATED = re.compile(
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
# What dresses a statement: all before it in its line if there is nothing else, or a bracket.
_BEFORE = re.compile(
    r"""(?: (?:\A|(?<=\n)) [-\ \t*_#>`•(\[]{0,12}
      | [\ \t]? [,;|–—-]? [\ \t]? (?:\#{2,4}\ )? [*_`(\[]{0,3} )
    (?:and\ )? (?:with\ (?:a\ )?)? (?: (?:my|the|overall|final)\ ){0,2} \Z""",
    re.VERBOSE | re.IGNORECASE,
)
_AFTER = re.compile(r"[ \t]?[)\]*_`]{0,4}[.;]?(?!\d)[*_`]{0,3}")
_SCALE = re.compile(r"\d+\Z")
_DRESS = 32


def stated_confidence(text: str) -> float | None:
    r"""Return the confidence that a completion states last, from 0 to 1.

    Args:
        text: a completion, its thoughts and the questions that it invented left out of account.

    Returns:
        `None` where none is stated, where it is beyond 0 to 100 or given in words, and for a
        bare 1, which is a hundredth on the scale that was asked for and all on the usual other.

    >>> [stated_confidence(f"It is 18.\nConfidence: {said}") for said in ("85", "0.85", "8/10")]
    [0.85, 0.85, 0.8]
    >>> stated_confidence("It is 18.")
    """
    found = next(reversed([*_STATED.finditer(own(text, _SAID))]), None)
    return _share(found) if found else None


def stated_percent(text: str) -> int | None:
    """Return the confidence that a completion states last, in whole percent, as it is kept."""
    stated = stated_confidence(text)
    return None if stated is None else round(100 * stated)


def without_confidence(text: str) -> str:
    r"""Return a completion without what it says of its confidence, so that answers can be read.

    Members of JSON are left: an answer beside them is named, and what is cut would not parse.

    >>> without_confidence("So it is 18.\n**Confidence:** 85%")
    'So it is 18.'
    """
    kept, end = [], 0
    for found in _STATED.finditer(text):
        if found["quote"]:
            continue
        near = text[max(end, found.start() - _DRESS) : found.start()]
        dress = _BEFORE.search(near)
        kept.append(text[end : found.start() - (len(dress[0]) if dress else 0)])
        after = _AFTER.match(text, found.end())
        end = after.end() if after else found.end()
    return " ".join((*kept, text[end:])).strip() if kept else text


def _share(found: re.Match[str]) -> float | None:
    """Return what a statement comes to: with a point and up to 1 a share, otherwise percent."""
    group = "amount" if found["amount"] else "sure"
    said, of = found[group], found[f"{group}_of"]
    if not said or (said == "1" and not of):
        return None
    scale = int(found_scale[0]) if (found_scale := _SCALE.search(of or "")) else 100
    share = float(said) / (1 if not of and "." in said and float(said) <= 1 else scale)
    return share if share <= 1 else None
