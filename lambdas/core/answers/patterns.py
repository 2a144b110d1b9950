"""Where a user says the answer stands: behind an RE2 pattern, or in a JSON member.

RE2 never backtracks: its time is always proportional to the text.
"""

import json
import re
from functools import lru_cache
from typing import Any

import re2

# Only the end of a completion is searched. The last match of a pattern may look at all the text
# behind each match before it, so this also bounds the work.
SEARCHED_BYTES = 4_000
MAX_PATTERN_CHARS = 1_000
# Instructions of the compiled pattern. If its states outgrow their memory, each character costs
# up to as many steps.
MAX_PROGRAM = 5_000


# RE2's Python module has no types; a compiled pattern is only passed between these functions.
@lru_cache(maxsize=32)
def compile_pattern(pattern: str) -> Any:
    """Return a compiled pattern.

    Raises:
        re2.error: it is not a regular expression of RE2.
        UnicodeEncodeError: it has half of a surrogate pair.
    """
    options = re2.Options()
    options.log_errors = False
    return re2.compile(pattern.encode(), options)


def last_match(pattern: Any, text: str) -> str | None:
    r"""Return the first group of the last match, or the whole match if there is no group.

    >>> last_match(compile_pattern(r"is (\w+)"), "It is red, no, it is blue")
    'blue'
    """
    searched = text.encode(errors="replace")
    last = None
    for found in pattern.finditer(searched, max(0, len(searched) - SEARCHED_BYTES)):
        last = found if found.end() > found.start() else last
    answer = last.group(1 if pattern.groups else 0) if last else None
    return answer.decode(errors="replace") if answer is not None else None


def pattern_error(pattern: str) -> str | None:
    r"""Return why a pattern cannot be used and what to do about it, `None` if it can.

    >>> pattern_error(r"Label: (\w+)")
    >>> pattern_error("(a)(b)")
    'it has 2 groups; keep one and write the others as (?:...)'
    """
    if len(pattern) > MAX_PATTERN_CHARS:
        return f"it has {len(pattern):,} characters; give at most {MAX_PATTERN_CHARS:,}"
    try:
        return _unusable(compile_pattern(pattern))
    except UnicodeEncodeError:
        return "it has half of a surrogate pair; write the character itself"
    except re2.error as error:
        return _not_compiled(error.args[0].decode(errors="replace"))


_PROBES = (b"", b"a", b"a b", b"0\n", b"- A,1")


def _unusable(pattern: Any) -> str | None:
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


def _not_compiled(reason: str) -> str:
    if "(?=" in reason or "(?!" in reason or "(?<" in reason:
        return f"{reason}; RE2 has no look-around: match the context, put the answer in a group"
    if "escape sequence: \\" in reason and reason[-1:].isdigit():
        return f"{reason}; RE2 has no backreferences: write out what is repeated"
    if "repetition size" in reason or "too large" in reason:
        return f"{reason}; RE2 allows at most 1,000 repetitions in all: use + or *"
    return f"{reason}; use RE2's syntax, https://github.com/google/re2/wiki/Syntax"


def last_json_member(text: str, key: str) -> str | None:
    """Return a member of the last JSON object in a text that has it, `None` if none has.

    Args:
        text: a completion. Its JSON may be flawed, as long as braces and quotes pair up.
        key: of a member that is a string, a number or a boolean.

    Returns:
        The value as text. The last object is the one that ends last, so an outer object comes
        before those within it. `None` also if the value is null, an object or a list.

    >>> text = '{"label": "cat"} and so {"label": true, "why": {"label": "dog"}}'
    >>> last_json_member(text, "label")
    'true'
    """
    if key not in text:
        return None
    found = _members(text, key)
    if not found and '\\"' in text:
        found = _members(text.replace('\\"', '"'), key)
    return found[max(found)] if found else None


# Each alternative begins with a character of its own and fails at most once for an unclosed quote.
_TOKEN = re.compile(r"\\.|\"(?:[^\"\\]|\\.)*+\"|[{}]", re.DOTALL)
_NO_MEMBER: tuple[bool, str | None] = (False, None)


def _members(text: str, key: str) -> dict[tuple[int, int], str | None]:
    """Return members by the end of their object; unclosed objects come last, outermost last."""
    found: dict[tuple[int, int], str | None] = {}
    opened: list[tuple[bool, str | None]] = []
    position = text.find("{")
    while token := _TOKEN.search(text, position) if position >= 0 else None:
        if token[0] == "{":
            opened.append(_NO_MEMBER)
        elif token[0] == "}":
            has, value = opened.pop()
            found.update({(token.end(), 0): value} if has else {})
        elif (value_at := _value_offset(key, token, text)) is not None:
            opened[-1] = (True, _value(text, value_at))
        # Outside of objects a quote is not JSON's, and may have no partner.
        position = token.end() if opened else text.find("{", token.end())
    unclosed = {(len(text) + 1, -depth): value for depth, (has, value) in enumerate(opened) if has}
    return found | unclosed


_COLON = re.compile(r"\s{0,40}:\s{0,40}")


def _value_offset(key: str, token: re.Match[str], text: str) -> int | None:
    """Return where the value begins if the token is this key, `None` for any other token."""
    colon = _COLON.match(text, token.end()) if token[0][0] == '"' else None
    return colon.end() if colon and unescape_json(token[0][1:-1]) == key else None


_UNQUOTED = re.compile(r"[^\s,{}\[\]\"][^,{}\[\]\"\n]{0,200}")


def _value(text: str, start: int) -> str | None:
    quoted = _TOKEN.match(text, start)
    if quoted and quoted[0][0] == '"':
        return unescape_json(quoted[0][1:-1])
    unquoted = _UNQUOTED.match(text, start)
    value = unquoted[0].strip() if unquoted else ""
    return value if value and value != "null" else None


# A backslash of LaTeX, escaped or not; JSON's own escapes b, f, r and t make control characters.
_LATEX = re.compile(r"(\\\\)|\\(?=[bfrt][a-z]{2}|[^\"\\/bfnrtu])")
_DOUBLED = r"\\\\"


def unescape_json(string: str) -> str:
    r"""Return the content of a JSON string; LaTeX that the writer did not escape stays.

    >>> [unescape_json(text) for text in (r"\"so\"", r"\\frac{1}{2}", r"\frac{1}{2}")]
    ['"so"', '\\frac{1}{2}', '\\frac{1}{2}']
    """
    if "\\" not in string:
        return string
    try:
        return str(json.loads(f'"{_LATEX.sub(_DOUBLED, string)}"', strict=False))
    except ValueError:
        return string
