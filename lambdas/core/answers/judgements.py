"""What sentences say of options: which one is right, which are ruled out, and which is left."""

import re

from lambdas.core.answers.announcements import is_denied, right_labels
from lambdas.core.answers.rejections import (
    Standing,
    is_not_meant,
    standing,
    supposition,
)

_STATEMENT = re.compile(
    r"""(?: (?P<called>[Oo]ption|[Cc]hoice|[Ll]etter)\ )?
    (?<![\w'’(\[{])(?P<open>[\[(*"'$]{0,3}(?:\\[a-z]{4,8}\{)?)
    (?P<label>[A-Za-z]|\d{1,2})(?![\w'’])[\])*"'}$]{0,3}
    (?:(?:\)|:|\*)\ ?[^.:()\n]{1,60}?)??
    (?P<verb> \ (?:best|most\ \w{1,20}ly)\b
      | \ (?:is|seems|appears|must\ be|would\ be|looks|provides|offers)
    \ (?:(?:therefore|thus|clearly|indeed|likely|to\ be|the|most|only|single|one|our|my)\ ){0,4}
    (?:correct|right|best|answer|closest|suitable|appropriate|accurate)\b)""",
    re.VERBOSE,
)


def last_judged(text: str, start: int, *, supposed: bool) -> str | None:
    """Return the label of the last statement such as "C is correct" behind an offset.

    Args:
        text: a completion.
        start: offset of what is read.
        supposed: whether a statement that holds only under a condition counts, without another.

    >>> last_judged("If A is right, 2 is odd. So (b) is the best choice.", 0, supposed=False)
    'b'
    """
    found = reversed([*_STATEMENT.finditer(text, start)])
    ranked = [(each, _rank(each, text)) for each in found if _is_label(each)]
    plain = next((each for each, rank in ranked if rank == "plain"), None)
    other = next((each for each, rank in ranked if rank == "supposed"), None) if supposed else None
    first = plain or other
    return first["label"] if first else next(right_labels(text, start), None)


def _is_label(found: re.Match[str]) -> bool:
    """Tell a label from the words "a" and "I" and from a number."""
    unmarked = not (found["called"] or found["open"])
    return not (unmarked and (found["label"] in "aiI" or found["label"].isdecimal()))


_SUPPOSED = re.compile(
    r"\b(?:if|whether|assum\w{1,4}|unless|although|though|while|whereas|despite|n?either|nor|not)"
    r"\W{1,3}(?:\w{1,20}\W{1,3})?\Z|\bwhich of (?:\w{1,20}\W{1,3}){1,2}\Z",
    re.IGNORECASE,
)
# Behind a statement: it holds elsewhere, or only seems to hold.
_ELSEWHERE = re.compile(
    r"""[^.;\n]{0,24}?\b(?: only\ (?:if|when|for|in)
      | (?:in|for|to|under)\ (?:an?\ ?)?(?:other|different|general|some)
      | but\ (?:not|only|it|this|that|wrong) )\b""",
    re.VERBOSE | re.IGNORECASE,
)

_ONLY = re.compile(r"(?<!the )\bonly\b(?! one)")
# "The right choice in children", which may not be what is asked.
_QUALIFIED = re.compile(
    r"""(?:\ (?:answer|option|choice|one|treatment|method|way))?
    \ (?: you\ (?:get|would) | if | when
      | (?:in|for|to|under|among|at)\ (?!th(?:is|ese|e)\b|our\b|it\b) )""",
    re.VERBOSE,
)


def _rank(found: re.Match[str], text: str) -> Standing:
    """Return whether a statement is plain, or only a supposition, as in "if A is right"."""
    start, verb = found.start(), found["verb"]
    if _SUPPOSED.search(text, max(0, start - 40), start) or _ONLY.search(verb):
        return "rejected"
    if _ELSEWHERE.match(text, found.end()):
        return "rejected"
    rank = standing(text, start)
    if rank == "rejected":
        return rank
    rank = supposition(text, found.start("verb"), found.end(), rank)
    qualified = rank == "plain" and _QUALIFIED.match(text, found.end())
    return "supposed" if qualified else rank


_CALLED_WRONG = re.compile(
    r"\W{0,4}(?:incorrect|wrong|false|no)\b(?=[.,;:!])|\s?[❌✗✘]", re.IGNORECASE
)
_JUDGED = re.compile(
    r"\W{0,3}(?:is|isn['’]t|was|wasn['’]t|can(?:not|['’]t)\sbe\s(?:the|right|correct|true))\b"
)


# "(A) Incorrect", "B: False", "C. tin ✅": each option on its own, with what it is.
_IN_TURN = re.compile(
    r"""(?:^|(?<=[.\n✅❌✓✗✔✘])[ \t]?) [\s*_>-]{0,6} \(?(?P<label>[A-J])[):.][*_]{0,2}\s
    (?: [^\n✅❌✓✗✔✘():]{0,80}?[\s*_:(-]{1,4} )??
    (?: (?P<right>correct|true|right|✅|✓|✔️?)|(?P<wrong>incorrect|false|wrong|❌|✗|✘) )
    (?=[\s.,;:)*_—–-]|\Z)""",
    re.VERBOSE | re.IGNORECASE,
)


def judged_in_turn(text: str) -> list[re.Match[str]]:
    """Return where a text judges an option, with the groups `label`, `right` and `wrong`.

    >>> [bool(found["right"]) for found in judged_in_turn("(A) Incorrect. (B) Correct.")]
    [False, True]
    """
    judges = any(map(text.__contains__, ("orrect", "rue", "alse", "ight", "rong", "✅", "✓", "✔")))
    return [*_IN_TURN.finditer(text)] if judges else []


def is_dismissed(rest: str) -> bool:
    """Whether the text behind a label at the start of a completion speaks against the label.

    >>> [is_dismissed(rest) for rest in ("is wrong, so is B", "not sure")]
    [True, False]
    """
    judged = _JUDGED.match(rest)
    if _CALLED_WRONG.match(rest):
        return True
    return bool(judged) and is_dismissive(re.split("[,.;]", rest, maxsplit=1)[0])


_DISMISSES = re.compile(
    r"""\b(?: not\b(?!\ only) | (?:is|do|does|are|was|were|would|could|should)n['’]t
      | in(?:correct|valid|appropriate)
      | distract\w{1,4} | tempting
      | less\ (?:\w{2,14}\ ){1,2}than | wrong | neither | eliminat\w{1,4}
      | rul(?:es?|ed|ing)\ out | unlikely | irrelevant )\b""",
    re.VERBOSE | re.IGNORECASE,
)
# A question may ask which option cannot be true; then this is what the answer says.
_DENIES = re.compile(r"\b(?:cannot|can['’]t|false|except)\b", re.IGNORECASE)
_THEREFORE = re.compile(
    r"\W{0,3}(?:so|therefore|thus|hence|in conclusion|consequently)\b", re.IGNORECASE
)
CONCLUDES = re.compile(
    r"""\b(?: so | therefore | thus | hence | correct | best | right | answer | choose | select
      | pick | go\ with | must | closest | likely | conclud\w{1,4} | final(?:ly)? | most )\b""",
    re.VERBOSE | re.IGNORECASE,
)
NOT = re.compile(r"\W{0,4}(?:not|never|neither)\b", re.IGNORECASE)
NOT_BUT = re.compile(
    r"\bnot\s(?!only\b)[^.;]{1,60}?"
    r"(?:\bbut\s(?:(?:rather|instead)\s)?|(?<=\w)[,;]\s(?:it|that)(?:['’]s|\sis)\s)(?P<rest>.+)",
    re.IGNORECASE,
)
IT_IS_LABEL = re.compile(r"(?:it|that|so it)(?:['’]s| is) \(?[A-J]\)?", re.IGNORECASE)
# At the end of a sentence: "…, so D."
SO_AT_END = re.compile(
    r"\b(?:so|therefore|thus|hence|elimination),?\s(?:(?:option|choice)\s)?\(?(?P<label>[A-J])\)?\W{0,3}\Z"
)
# A label alone: "So B."
SO = re.compile(
    r"\W{0,3}(?:(?:so|hence|thus|therefore)\b|=>|→)[,:]?\s*(?=\(?[A-Z]\W{0,3}\Z)", re.IGNORECASE
)
# Behind an answer: "A and C are wrong".
OTHERS_WRONG = re.compile(
    r"""[,;.]\s\(?[A-Z]\)? (?: (?:,|\sand|\sor|,\sand)\s \(?[A-Z]\)? ){0,8}
    \s(?:is|are)\s(?:all\s|both\s)?(?:wrong|incorrect|not|false|distractors)\b""",
    re.VERBOSE,
)
RATHER_THAN = re.compile(
    r"(?P<rest>.{1,80}?)(?:,\s?not|\srather than|\sinstead of)\s\(?(?:[Oo]ption\s)?[A-Z](?![\w'’])"
)


def is_dismissive(sentence: str) -> bool:
    """Whether a sentence speaks against what it names, unless that is its conclusion.

    >>> texts = ("A cannot be.", "Thus A cannot be.", "Thus A is wrong.")
    >>> [is_dismissive(text) for text in texts]
    [True, False, True]
    """
    denies = _DENIES.search(sentence) and not _THEREFORE.match(sentence)
    dismissed = denies or _DISMISSES.search(sentence) or is_denied(sentence)
    return bool(dismissed) or is_not_meant(sentence)


_LEAVING = re.compile(
    r"""\b(?: leav(?:es|ing) | [Ww]e\ (?:get|have|obtain) | left\ with )\ (?:us\ )?(?:with\ )?
    (?:(?:only|just)\ )?(?:(?:option|choice|answer)\ )?
    (?: \((?P<round>[A-Za-z]|\d{1,2})\)(?!\w) | (?P<bare>[A-Z])(?=\s*(?:\Z|[.,;:!)])) )
    (?!\s?[,/&]?\s?(?:and|or)\b)""",
    re.VERBOSE,
)


def remaining_label(sentence: str) -> str | None:
    """Return the only label that a sentence does not rule out, `None` if it names none.

    >>> remaining_label("A and B are wrong, leaving (C)")
    'C'
    """
    found = _LEAVING.search(sentence)
    return (found["round"] or found["bare"]) if found else None
