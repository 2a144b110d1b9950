"""Where a text answer ends: at a stop that ends a sentence, or where the reasons begin."""

import re
from collections.abc import Iterator

_STOP = re.compile(r"[.!?](?=[\s\"'”’*)\]]|$)|\n")
_WORD = re.compile(r"[^\s(\[\"'“‘*]+\Z")
_NEXT = re.compile(r"[\s\"'”’*)\]]*([^\s\"'“‘*(\[]*)")
_TITLE = re.compile(
    "mrs?|ms|mx|dr|prof|st|mt|ft|rev|hon|gen|col|maj|capt|lt|sgt|sra?", re.IGNORECASE
)
# Whether the sentence goes on after these shows in the word that follows.
_SHORTENED = re.compile(
    r"jr|etc|al|inc|ltd|co|corp|dept|est|approx|vs|ca|cf|resp|min|max|(?:[^\W\d_]\.)+[^\W\d_]",
    re.IGNORECASE,
)
_NUMBERED = re.compile("nos?|nr|fig|eq|sec|ch|vol|pt|art|pp?", re.IGNORECASE)
_INITIAL = re.compile(r"[A-Z]\.")
# These begin a sentence more often than they go on with a name.
_STARTER = re.compile(
    r"""(?: an?|and|as|at|because|both|but|by|for|from|he|hence|here?|his|however|i|if|in|its?|let
      |my|no|note?|of|on|one|or|our|q|question|reason(?:ing)?|she|since|so|some|that|their|then
      |the|there|therefore|these|they|this|those|thus|to|we|what|when|which|while|with|yes
      |your?|also|although|answer|explanation|given|first|final ) [.,:;]?""",
    re.VERBOSE,
)
_ASIDE = re.compile(
    r"""[,;]?\s(?: because\b | since\ (?!\d) | as\ (?:it|the|he|she|they)\b
      | in\ \S{2,12}\ format\Z | i\.e\.[\s,] | \( )""",
    re.VERBOSE | re.IGNORECASE,
)
# A name may have a word or two in brackets: New York (state).
_NAMED_SO = re.compile(
    r"""\(
    (?!(?:if|as|or|and|not|assum\w{1,4}|because|since|given|which|the|i\.e|e\.g)\b)
    [^\W\d]\S{0,30}(?:\s\S{1,30}){0,2}\)\W*\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_FIGURE = re.compile(r"\W{0,4}\d")
_BREAK = re.compile(r"[,;:.!?(]|\s[-–—]|\s(?:because|since|as)\b")
_BREAKS = 12


def sentence(line: str) -> str:
    """Return a line up to the stop that ends its first sentence.

    Args:
        line: a short text. The stop of a title, an initial or a number ends nothing.

    >>> [sentence(text) for text in ("St. Louis. It is big.", "At 10 a.m. on Monday. So be it.")]
    ['St. Louis', 'At 10 a.m. on Monday']
    """
    for stop in _STOP.finditer(line):
        if stop[0] != "." or not _abbreviates(line, stop.start()):
            return line[: stop.start()]
    return line


def without_reasons(phrase: str) -> str:
    """Return a phrase up to where it goes on to explain; a name keeps its brackets.

    >>> [without_reasons(text) for text in ("late, because it rains", "Rome (city)", "5 (cats)")]
    ['late', 'Rome (city)', '5']
    """
    figure = _FIGURE.match(phrase)
    for aside in _ASIDE.finditer(phrase):
        bracket = aside[0].endswith("(") and not figure
        if not (bracket and _NAMED_SO.match(phrase, aside.end() - 1)):
            return phrase[: aside.start()]
    return phrase


def beginnings(line: str) -> Iterator[str]:
    """Yield a line, and then what of it stands before a pause, the longest first.

    >>> [*beginnings("New York, NY. It is")]
    ['New York, NY. It is', 'New York, NY', 'New York']
    """
    yield line
    pauses = [found.start() for found in _BREAK.finditer(line)][:_BREAKS]
    yield from (line[:place] for place in reversed(pauses))


def _abbreviates(line: str, place: int) -> bool:
    """Whether the stop at a place belongs to the word before it, and the sentence goes on."""
    following = _NEXT.match(line, place + 1)
    word = _WORD.search(line, max(0, place - 12), place)
    if not (word and following and following[1]):
        return False
    before, after = word[0], following[1]
    if _TITLE.fullmatch(before):
        return after[0].isupper()
    if _NUMBERED.fullmatch(before):
        return after[0].isdigit()
    # A letter alone is a class, "B. Because", unless another initial follows.
    initial = len(before) == 1 and before.isupper() and (word.start() or _INITIAL.match(after))
    if initial or _SHORTENED.fullmatch(before):
        return not (after[0].isupper() and _STARTER.fullmatch(after.lower()))
    return False
