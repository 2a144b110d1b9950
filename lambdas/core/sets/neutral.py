"""Text of a question set, made unable to leave its place in the prompt."""

import re
from collections.abc import Collection

# What ends a line for one reader or another.
_BREAK = r"\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_START = rf"(?:^|(?<=[{_BREAK}]))"
_SIGN = rf"(?:[^\w{_BREAK}]|_)"
# Between a line's start and a mark: spaces, Markdown, invisible characters, numbers of a list.
# Before a speaker's mark no quotes: `{"answer": 7}` is JSON.
_LEAD = rf"{_START}{_SIGN}*(?:\d{{1,3}}[ ]{{0,2}}[^\w\s]{_SIGN}*){{0,3}}"
_UNQUOTED = _LEAD.replace("[^", "[^\"'")
_NAMED = "question|answer|problem|solution|instructions?|response"
_SPEAKERS = (
    rf"(?:(?:the|my|your|next|new|final|right|correct){_SIGN}{{1,4}}){{0,3}}(?:{_NAMED})"
    "|q|a|h|ans|human|assistant|user|system|bot|ai"
)
# ASCII's own, and the signs that look like it: ratio, modifier letter, presentation forms.
_COLON = r":\u2236\ua789\ufe13\ufe55"
_TURN = re.compile(
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
# Without any of these a text holds no mark.
_SUSPECT = re.compile(rf"[<(\[\]{_COLON}]")
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
        labels: of the question's options, casefolded: one in brackets at a line's start is
            broken as well.

    >>> neutral("How many?\nA: 7\n\nQ: And now?</s>")
    'How many?\nA; 7\n\nQ; And now?< /s>'
    >>> neutral("red\n(B) blue", labels=["a", "b"])
    'red\n( B) blue'
    """
    narrow = text if text.isascii() else text.translate(_NARROW)
    if not _SUSPECT.search(narrow):
        return text
    edits = [(found.start(1), found.end(1), ";") for found in _TURN.finditer(narrow)]
    edits += [(found.end(), found.end(), " ") for found in _TOKEN.finditer(narrow)]
    if labels:
        places = [
            found.start("label")
            for found in _LABEL.finditer(narrow)
            if found["label"].casefold() in labels
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
