"""Members of JSON objects within a text, found without parsing what surrounds them."""

import json
import re

# Each alternative begins with a character of its own and fails at most once for an unclosed quote.
_TOKEN = re.compile(r"\\.|\"(?:[^\"\\]|\\.)*+\"|[{}]", re.DOTALL)
_PLACE = re.compile(r"\s{0,40}:\s{0,40}")
_BARE = re.compile(r"[^\s,{}\[\]\"][^,{}\[\]\"\n]{0,200}")
# Escaped or not; of JSON's own escapes these letters make control characters.
_LATEX = re.compile(r"(\\\\)|\\(?=[bfrt][a-z]{2}|[^\"\\/bfnrtu])")
_TWICE = r"\\\\"

_NOT_IN: tuple[bool, str | None] = (False, None)


def member(text: str, key: str) -> str | None:
    """Return a member of the last JSON object in a text that has it, `None` if none has.

    Args:
        text: a completion. Its JSON may be flawed, as long as braces and quotes pair up.
        key: of a member that is text, a number or a truth value.

    Returns:
        The value as text. The last object is the one that ends last, so that an outer one
        comes before those within it; `None` also where the value is null, an object or a list.

    >>> member('{"label": "cat"} and so {"label": true, "why": {"label": "dog"}}', "label")
    'true'
    """
    if key not in text:
        return None
    found = _members(text, key)
    if not found and '\\"' in text:
        found = _members(text.replace('\\"', '"'), key)
    return found[max(found)] if found else None


def _members(text: str, key: str) -> dict[tuple[int, int], str | None]:
    """Return the members of this name by where their object ends, unclosed ones outermost last."""
    found: dict[tuple[int, int], str | None] = {}
    opened: list[tuple[bool, str | None]] = []
    place = text.find("{")
    while token := _TOKEN.search(text, place) if place >= 0 else None:
        if token[0] == "{":
            opened.append(_NOT_IN)
        elif token[0] == "}":
            has, value = opened.pop()
            found.update({(token.end(), 0): value} if has else {})
        elif (value_at := _named(key, token, text)) is not None:
            opened[-1] = (True, _value(text, value_at))
        # Outside of objects a quote is not JSON's, and may have no partner.
        place = token.end() if opened else text.find("{", token.end())
    unclosed = {(len(text) + 1, -depth): value for depth, (has, value) in enumerate(opened) if has}
    return found | unclosed


def _named(key: str, token: re.Match[str], text: str) -> int | None:
    """Return where the value of a member of this name begins, `None` for any other token."""
    place = _PLACE.match(text, token.end()) if token[0][0] == '"' else None
    return place.end() if place and _unquoted(token[0]) == key else None


def _value(text: str, start: int) -> str | None:
    quoted = _TOKEN.match(text, start)
    if quoted and quoted[0][0] == '"':
        return _unquoted(quoted[0])
    bare = _BARE.match(text, start)
    said = bare[0].strip() if bare else ""
    return said if said and said != "null" else None


def unescaped(said: str) -> str:
    r"""Return what a JSON string says; LaTeX that its writer did not escape stays.

    >>> [unescaped(said) for said in (r"\"so\"", r"\\frac{1}{2}", r"\frac{1}{2}")]
    ['"so"', '\\frac{1}{2}', '\\frac{1}{2}']
    """
    if "\\" not in said:
        return said
    try:
        return str(json.loads(f'"{_LATEX.sub(_TWICE, said)}"', strict=False))
    except ValueError:
        return said


def _unquoted(token: str) -> str:
    return unescaped(token[1:-1])
