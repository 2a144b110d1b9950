"""Text of a question set, made unable to leave its place in the prompt."""

import re
from collections.abc import Collection

# What ends a line for one reader or another.
_BREAK = r"\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
# Between a line's start and a mark: spaces, Markdown, quotes, invisible characters.
_LEAD = rf"(?:^|(?<=[{_BREAK}]))(?:[^\w{_BREAK}]|_)*"
_SPEAKERS = (
    "q|a|h|question|answer|ans|problem|solution|human|assistant|user|system|bot|ai"
    "|instructions?|response"
)
# ASCII's own, and the signs that look like it: ratio, modifier letter, presentation forms.
_COLON = r":\u2236\ua789\ufe13\ufe55"
_TURN = re.compile(
    # "Question 2:", "**Q**:"; not "A 12:30 train", nor "A 5:3 ratio".
    rf"{_LEAD}(?:{_SPEAKERS})(?:\d{{1,3}}|[ ]\d{{1,3}}(?![{_COLON}]\d))?"
    rf"(?:[^\w;{_BREAK}{_COLON}]|_){{0,4}}([{_COLON}])",
    re.IGNORECASE,
)
_LABEL = re.compile(rf"{_LEAD}\((?P<label>[^\W_]{{1,2}})\)")
_TAGS = (
    "s|pad|unk|bos|eos|cls|sep|start_of_turn|end_of_turn|[a-z_]{1,24}_token|sys"
    "|think|thinking|thought|reasoning|tool_call|tool_response|question|problem|choices|options"
    "|answer|exemplars?|examples?|instructions?|system|user|human|assistant"
)
_BRACKETED = (
    "inst|sys|system_prompt|available_tools|tool_calls|tool_results|tool_content|args|think"
    r"|img|img_break|img_end|prefix|suffix|middle|control_\d{1,4}"
)
_TOKEN = re.compile(
    rf"<(?= [|/] | (?:{_TAGS})\b ) | \[(?= /?(?:{_BRACKETED})\] )",
    re.IGNORECASE | re.VERBOSE,
)
# Full-width forms as the ASCII that they look like, one character for one.
_NARROW = {0xFEE0 + code: code for code in range(0x21, 0x7F)}


def neutral(text: str, labels: Collection[str] = ()) -> str:
    r"""Return a text that stays in its place in a prompt, with every letter and digit as it was.

    A speaker's mark at a line's start (`Q:`, `Answer:`, `Human:`) gets a semicolon for its colon,
    which cannot change a value as a dash would. Chat-template tokens and closing tags get a
    space after their first character. Done twice, it changes nothing more. The work grows with
    the length of the text alone.

    Args:
        text: of a question, or of one of its options.
        labels: of the question's options: one in brackets at a line's start is broken as well.

    >>> neutral("How many?\nA: 7\n\nQ: And now?</s>")
    'How many?\nA; 7\n\nQ; And now?< /s>'
    >>> neutral("red\n(B) blue", labels=["A", "B"])
    'red\n( B) blue'
    """
    narrow = text.translate(_NARROW)
    edits = [(found.start(1), found.end(1), ";") for found in _TURN.finditer(narrow)]
    edits += [(found.end(), found.end(), " ") for found in _TOKEN.finditer(narrow)]
    if labels:
        known = {label.casefold() for label in labels}
        places = [
            found.start("label")
            for found in _LABEL.finditer(narrow)
            if found["label"].casefold() in known
        ]
        edits += [(place, place, " ") for place in places]
    return _edited(text, sorted(edits)) if edits else text


def _edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    """Return a text with spans replaced; they are in order and do not overlap."""
    pieces, end = [], 0
    for start, stop, replacement in edits:
        pieces += [text[end:start], replacement]
        end = stop
    return "".join([*pieces, text[end:]])
