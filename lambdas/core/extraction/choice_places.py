"""Where completions name the option they choose, and what tells a choice from a remark."""

import re

# As for arithmetic, and "the correct option is"; groups are named as `slots` expects them.
MARK = re.compile(
    r"""
    \\f?box(?:ed)?\ ?(?P<box>\{)
  | \#(?<!\#\#)\#{2,3}(?!\#)(?=(?P<rule>[ \t]{0,4}))
  | (?:nswer|hoice\b|ption\b|election\b)
    (?= (?P<says> (?: (?<=nswer)[^.\n:=?!{}"]{0,80}? | \ (?:here\ |then\ )? )
          \b(?:is|IS|are|was|be|would\ be|must\ be|should\ be|(?=can(?:not|'t|\ not)\b))\b :? )
      | (?P<names> \((?!s\)) | [sS]? [^.\n:=?!{}"]{0,40}? [*_"')\]]{0,4}
          (?: \s?[:=→] | \s{0,2}\n ) ) )
  | <(?:final(?:_?answer)?|choice|option|letter|selection|solution|label|verdict)>(?P<tagged>)
  | \[\[(?P<judged>)(?=\(?[A-Za-z0-9]{1,2}\)?\]\])
  | \n[*\#>\ \t]{0,6}(?:A|[Aa]ns|ANS)(?=(?P<line>[*_]{0,4}[ ]?[:=]))
    """,
    re.VERBOSE,
)
# A call that stands right before another: `Answer("B") or Answer("D")`.
CALL_BEFORE = re.compile(
    r"""nswer\(\s?(?P<said>[^()\n]{1,40})\s?\)
    [\s,/&;.]{0,6}(?:or|and)?\s{0,4}(?:[Aa]ction:\s?)?[Aa]nswer\(\Z""",
    re.VERBOSE,
)
MEMBER = re.compile(
    r"""(?:choice|option|letter|selection)\\?["']\s{0,8}:\s{0,8}\\?["']?([^"'\\,}\n]{1,80})""",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    r"""(?: (?P<called>[Oo]ption|[Cc]hoice|[Ll]etter)\ )?
    (?<![\w'’(\[])(?P<open>[\[(*"']{0,3})(?P<label>[A-Za-z]|\d{1,2})(?![\w'’])[\])*"']{0,3}
    (?:(?:\)|:|\*)\ ?[^.:()\n]{1,60}?)??
    (?:\ (?:best|most\ \w{1,20}ly)\b
      | \ (?:is|seems|appears|must\ be|would\ be|looks|provides|offers)
    \ (?:(?:therefore|thus|clearly|indeed|likely|to\ be|the|most|only|single|one|our|my)\ ){0,4}
    (?:correct|right|best|answer|closest|suitable|appropriate|accurate)\b)""",
    re.VERBOSE,
)
_IF = re.compile(
    r"\b(?:if|whether|assum\w{1,4}|unless)\W{1,3}(?:\w{1,20}\W{1,3})?\Z", re.IGNORECASE
)
_OPENING = re.compile(
    r"""[\W_]{0,6}(?:(?:option|choice)\s)?\(?(?P<label>[A-Za-z]|\d{1,2})
    (?: [):.]{1,2}(?!\w) | \s?\Z | \s[-–—]\s ) \s?(?P<rest>.*)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_DISMISSES = re.compile(
    r"""\b(?: not\b(?!\ only) | (?:is|do|does|are|was|were)n['’]t | in(?:correct|valid|appropriate)
      | wrong | neither | eliminat\w{1,4} | rul(?:es?|ed|ing)\ out | unlikely | irrelevant )\b""",
    re.VERBOSE | re.IGNORECASE,
)
# What is looked for where a question asks which cannot be true.
_DENIES = re.compile(r"\b(?:cannot|can['’]t|false|except)\b", re.IGNORECASE)
_SO = re.compile(r"\W{0,3}(?:so|therefore|thus|hence|in conclusion|consequently)\b", re.IGNORECASE)
CONCLUDES = re.compile(
    r"""\b(?: so | therefore | thus | hence | correct | best | right | answer | choose | select
      | pick | go\ with | must | closest | likely | conclud\w{1,4} | final(?:ly)? | most )\b""",
    re.VERBOSE | re.IGNORECASE,
)
NOT = re.compile(r"\W{0,4}(?:not|never|neither)\b", re.IGNORECASE)
NOT_BUT = re.compile(
    r"\W{0,4}not\s(?!only\b)[^.;]{1,60}?\bbut\s(?:(?:rather|instead)\s)?(?P<rest>.+)", re.IGNORECASE
)
# What is left once the others are ruled out.
_LEFT = re.compile(
    r"""\b(?: leav(?:es|ing) | [Ww]e\ (?:get|have|obtain) | left\ with )\ (?:us\ )?(?:with\ )?
    (?:(?:only|just)\ )?(?:(?:option|choice|answer)\ )?
    (?: \((?P<round>[A-Za-z]|\d{1,2})\)(?!\w) | (?P<bare>[A-Z])(?=\s*(?:\Z|[.,;:!)])) )
    (?!\s?[,/&]?\s?(?:and|or)\b)""",
    re.VERBOSE,
)
_JUDGED = re.compile(
    r"\W{0,3}(?:is|isn['’]t|was|wasn['’]t|can(?:not|['’]t)\sbe\s(?:the|right|correct|true))\b"
)


def stated(text: str, start: int = 0) -> re.Match[str] | None:
    """Return the last statement such as "C is correct" from a place on, with its `label`.

    >>> found = stated("If A is right, 2 is odd. So (b) is the best choice.")
    >>> found and found["label"]
    'b'
    """
    found = reversed([*_STATEMENT.finditer(text, start)])
    return next((each for each in found if _is_label(each) and not _supposed(each, text)), None)


def dismissive(sentence: str) -> bool:
    """Whether a sentence speaks against what it names, unless that is its conclusion.

    >>> [dismissive(text) for text in ("A cannot be.", "Thus A cannot be.", "Thus A is wrong.")]
    [True, False, True]
    """
    denies = _DENIES.search(sentence) and not _SO.match(sentence)
    return bool(denies or _DISMISSES.search(sentence))


def opening(line: str) -> re.Match[str] | None:
    """Return the `label` that a line begins with as lists of options do, and the `rest`."""
    return _OPENING.match(line)


def left(sentence: str) -> str | None:
    """Return the label that a sentence says is left, `None` where it says none.

    >>> left("A and B are wrong, leaving (C)")
    'C'
    """
    found = _LEFT.search(sentence)
    return (found["round"] or found["bare"]) if found else None


def dismissed(rest: str) -> bool:
    """Whether what follows a label at the start of a text speaks against it.

    >>> [dismissed(rest) for rest in ("is wrong, so is B", "not sure")]
    [True, False]
    """
    return bool(_JUDGED.match(rest)) and dismissive(re.split("[,.;]", rest, maxsplit=1)[0])


def _supposed(found: re.Match[str], text: str) -> bool:
    start = found.start()
    return _IF.search(text, max(0, start - 40), start) is not None


def _is_label(found: re.Match[str]) -> bool:
    """Tell a label from the words "a" and "I" and from a number."""
    plain = not (found["called"] or found["open"])
    return not (plain and (found["label"] in "aiI" or found["label"].isdecimal()))
