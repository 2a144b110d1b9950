"""Texts of a prompt that give the right answer away."""

import re

# Behind these a text states an answer.
_STATES = re.compile(
    r"\b(?:(?:answer|solution|response)\b\s{0,3}(?:is\b|was\b|[:;=])|(?P<short>A:))[\s:*\"'`($]{0,8}",
    re.IGNORECASE,
)
_END_OF_ANSWER = re.compile(r"(?!\w|[.,]\d|\s(?:or|and)\b)")
_BESIDE = " .()"
# A longer answer is a solution.
_LONGEST = 100


def plain_answer(answer: object) -> str:
    r"""Return an answer as texts may state it, "" if it is none that can be looked for.

    >>> [plain_answer(answer) for answer in ("It is 7.\n#### 7", "(B)", 51, True)]
    ['7', 'b', '51', '']
    """
    if isinstance(answer, bool) or not isinstance(answer, str | int | float):
        return ""
    plain = str(answer).rpartition("####")[2].strip(_BESIDE).casefold()
    return plain if len(plain) <= _LONGEST else ""


def states_answer(text: str, plain: str, *, of_question: bool = False) -> bool:
    """Return whether a text states an answer, or is no more than it.

    Args:
        text: of a member that is shown.
        plain: the answer, by `plain_answer`.
        of_question: whether the text is a question, in which `A: 7` may be anything.

    >>> states_answer("So the answer is 51.", "51"), states_answer("The answer is 510.", "51")
    (True, False)
    """
    if not plain or plain not in text.casefold():
        return False
    if not of_question and text.strip(_BESIDE).casefold() == plain:
        return True
    for found in _STATES.finditer(text):
        if of_question and found["short"]:
            continue
        end = found.end() + len(plain)
        if text[found.end() : end].casefold() == plain and _END_OF_ANSWER.match(text, end):
            return True
    return False
