"""Sanitize the texts of a dataset, so that none of them imitates the structure of the prompt."""

import re
from collections.abc import Collection

# Every character that some reader takes for a line's end.
_BREAK = r"\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_START = rf"(?:^|(?<=[{_BREAK}]))"
_NON_WORD = rf"(?:[^\w{_BREAK}]|_)"
# Between a line's start and a marker: spaces, Markdown, invisible characters, list numbers.
# No quotes before a speaker: `{"answer": 7}` is JSON.
_LEAD = rf"{_START}{_NON_WORD}*(?:\d{{1,3}}[ ]{{0,2}}[^\w\s]{_NON_WORD}*){{0,3}}"
_UNQUOTED = _LEAD.replace("[^", "[^\"'")
_NAMED = "question|answer|problem|solution|instructions?|response"
_SPEAKERS = (
    rf"(?:(?:the|my|your|next|new|final|right|correct){_NON_WORD}{{1,4}}){{0,3}}(?:{_NAMED})"
    "|q|a|h|ans|human|assistant|user|system|bot|ai"
)
# The ASCII colon, and characters that look like it: ratio, modifier letter, presentation forms.
_COLON = r":\u2236\ua789\ufe13\ufe55"
_SPEAKER = re.compile(
    # "Question 2:", "**Q**:"; not "A 12:30 train", nor "A 5:3 ratio".
    rf"{_UNQUOTED}(?:{_SPEAKERS})(?:\d{{1,3}}|[ ]\d{{1,3}}(?![{_COLON}]\d))?"
    rf"(?:[^\w;{_BREAK}{_COLON}]|_){{0,4}}([{_COLON}])",
    re.IGNORECASE,
)
_LABEL = re.compile(rf"{_LEAD}\((?P<label>[^\W_]{{1,2}})\)")
_TAGS = (
    r"s|pad|unk|bos|eos|cls|sep|sop|eop|mask|(?:start|begin|beginning|end)_of_[a-z]{1,12}"
    r"|[a-z_]{1,24}_token|(?:special_|extra_id_|unused)\d{1,4}|fim_[a-z]{1,12}|sys|minimax"
    "|think|thinking|thought|reasoning|tools|tool_call|tool_response|arg_key|arg_value"
    "|question|problem|choices|options|answer|exemplars?|examples?|instructions?"
    "|system|user|human|assistant"
)
_BRACKETED = (
    "inst|sys|system_prompt|available_tools|tool_calls|tool_results|tool_content|args|think"
    r"|img|img_break|img_end|prefix|suffix|middle|control_\d{1,4}|[gs]?mask"
)
_TOKEN = re.compile(
    rf"""<(?= [|/] | (?:{_TAGS})\b )
    | \[(?= /?(?:{_BRACKETED})\] | e~\[ )
    # MiniMax's "]~b]ai", "]~!b[", "]!p~[", "]<]image[>[".
    | \](?= ~!?[a-z][\[\]] | ![a-z]~\[ | <\][a-z] )""",
    re.IGNORECASE | re.VERBOSE,
)
# A text without any of these has no marker.
_SUSPECT = re.compile(rf"[<(\[\]{_COLON}]")
# Full-width characters to the ASCII that they look like, one to one.
_NARROW = {0xFEE0 + code: code for code in range(0x21, 0x7F)}


def sanitize(text: str, labels: Collection[str] = ()) -> str:
    r"""Return a text without prompt markers; every letter and digit stays as it is.

    A speaker at a line's start (`Q:`, `Answer:`, `Human:`) gets a semicolon for its colon; a
    dash could change a value. Chat-template tokens and closing tags get a space after their first
    character. Sanitizing twice changes nothing more. Time is linear in the length of the text.

    Args:
        text: of a question, or of one of its options.
        labels: of the question's options, casefolded: one of these in brackets at a line's start
            gets a space as well.

    >>> sanitize("How many?\nA: 7\n\nQ: And now?</s>")
    'How many?\nA; 7\n\nQ; And now?< /s>'
    >>> sanitize("red\n(B) blue", labels=["a", "b"])
    'red\n( B) blue'
    """
    ascii_like = text if text.isascii() else text.translate(_NARROW)
    if not _SUSPECT.search(ascii_like):
        return text
    edits = [(found.start(1), found.end(1), ";") for found in _SPEAKER.finditer(ascii_like)]
    edits += [(found.end(), found.end(), " ") for found in _TOKEN.finditer(ascii_like)]
    if labels:
        starts = [
            found.start("label")
            for found in _LABEL.finditer(ascii_like)
            if found["label"].casefold() in labels
        ]
        edits += [(start, start, " ") for start in starts]
    return _replace(text, sorted(edits)) if edits else text


def _replace(text: str, edits: list[tuple[int, int, str]]) -> str:
    """Return a text with spans replaced; they are in order and do not overlap."""
    pieces, end = [], 0
    for start, stop, replacement in edits:
        pieces += [text[end:start], replacement]
        end = stop
    return "".join([*pieces, text[end:]])
