"""A user's own patterns: RE2, which finds a match in time in proportion to the text, always."""

from functools import lru_cache
from typing import Any

import re2

# Of a completion as much is searched; the last match of a pattern may look at all that follows
# each of the matches before it, so that this also bounds the work.
SEARCHED_BYTES = 4_000
MAX_PATTERN = 1_000
# Instructions of the compiled pattern; where its states outgrow their memory, each character
# costs up to as many steps.
MAX_PROGRAM = 5_000
_PROBES = (b"", b"a", b"a b", b"0\n", b"- A,1")


# RE2's Python module has no types; a compiled pattern stays between its functions.
@lru_cache(maxsize=32)
def compiled(pattern: str) -> Any:
    """Return a compiled pattern.

    Raises:
        re2.error: it is no regular expression of RE2's.
        UnicodeEncodeError: it has half of a surrogate pair.
    """
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern.encode(), options)


def last_match(pattern: Any, text: str) -> str | None:
    r"""Return the first group of the last match, or all of it where there is no group.

    >>> last_match(compiled(r"is (\w+)"), "It is red, no, it is blue")
    'blue'
    """
    searched = text.encode(errors="replace")
    last = None
    for found in pattern.finditer(searched, max(0, len(searched) - SEARCHED_BYTES)):
        last = found if found.end() > found.start() else last
    said = last.group(1 if pattern.groups else 0) if last else None
    return said.decode(errors="replace") if said is not None else None


def pattern_problem(pattern: str) -> str | None:
    r"""Return why a pattern cannot be used and what to do about it, `None` where it can.

    >>> pattern_problem(r"Label: (\w+)")
    >>> pattern_problem("(a)(b)")
    'it has 2 groups; keep one and write the others as (?:...)'
    """
    if len(pattern) > MAX_PATTERN:
        return f"it has {len(pattern):,} characters; give at most {MAX_PATTERN:,}"
    try:
        return _unfit(compiled(pattern))
    except UnicodeEncodeError:
        return "it has half of a surrogate pair; write the character itself"
    except re2.error as error:
        return _refused(error.args[0].decode(errors="replace"))


def _unfit(pattern: Any) -> str | None:
    if pattern.groups > 1:
        return f"it has {pattern.groups} groups; keep one and write the others as (?:...)"
    if pattern.programsize > MAX_PROGRAM:
        return (
            f"it compiles to {pattern.programsize:,} instructions, at most {MAX_PROGRAM:,} are"
            " allowed; repeat less, for instance with + instead of {1,500}"
        )
    if any(each.start() == each.end() for probe in _PROBES for each in pattern.finditer(probe)):
        return "it matches the empty text; let it match at least one character, with + for *"
    return None


def _refused(reason: str) -> str:
    if "(?=" in reason or "(?!" in reason or "(?<" in reason:
        return (
            f"{reason}; RE2 does not look around: match the context and put the answer in a group"
        )
    if "escape sequence: \\" in reason and reason[-1:].isdigit():
        return f"{reason}; RE2 has no backreferences: write out what is repeated"
    if "repetition size" in reason or "too large" in reason:
        return f"{reason}; RE2 repeats at most 1,000 times in all: use + or *"
    return f"{reason}; write it as RE2 has it, https://github.com/google/re2/wiki/Syntax"
