"""Answers to arithmetic questions: the number that a completion, or a question set, gives."""

import re
from decimal import Decimal

from lambdas.core.extraction.number import canonical, leading, numbers
from lambdas.core.extraction.plain import plain
from lambdas.core.extraction.refusals import CANNOT, CANNOT_TELL
from lambdas.core.extraction.slots import DIGIT, WINDOW, Slot, field, own, slots
from lambdas.core.extraction.verdict import Verdict
from lambdas.core.extraction.words import leading_words

# How most completions end; read without further ado where nothing else can take precedence.
_ENDING = re.compile(
    r"""(?:nswer\ is|nswer:|\n[Aa]ns\ =|(?<!\#)\#\#\#\#)\ ?\*{0,2}(-?)\$?
    ( [1-9]\d{0,2}(?:,\d{3}){1,4} | [1-9]\d{0,14} | 0(?=\.) ) (\.\d{1,20})?
    \*{0,2} (?: \ (?!hundred|thousand|million|billion|trillion)[A-Za-z]{1,15} ){0,2} \.?\Z""",
    re.VERBOSE | re.ASCII,
)
_REACH = 48
_PARAGRAPH = 1000

_NONE = re.compile(
    rf"""{CANNOT}
  | \b(?: null | none | nan | n/a | unknown | undefined | unclear | undetermined | indeterminate
      | impossible | insufficient | no\ (?:answer|solution|unique\ \w{{1,20}})
      | not\ (?:available|possible|enough|determined|determinable|provided|given|specified
          |applicable|known|clear|sufficient|computable|solvable) )\b""",
    re.VERBOSE | re.IGNORECASE,
)
_HEAD = re.compile(r"(?<![-+*/×÷=(])\s\(|[.,;:!?]+(?=\s|$)|\n")
_SENTENCE = re.compile(r"\n|(?<!approx)(?<!Rs)(?<!No)[.!?](?=[\s\"'*)]|$)")
_OPERATOR = re.compile(r"\s{0,2}[-+*/×÷x^]\s{0,2}[(\d]")
_STATED = re.compile(
    r"\b(?:is|are|was|were|be|equals)\s{1,3}(?:(?:about|approximately|around|roughly|only|exactly"
    r"|just|now|then|equal to|a total of|at least|at most)\s{1,3}){0,2}(?=[-.\d])",
    re.IGNORECASE,
)
_BOLD = re.compile(r"\*\*([^*\n]{1,60})\*\*")
_ENUMERATOR = re.compile(r"(?m)^[ \t*#]{0,8}(?:\d{1,2}[.)]|[Ss]tep \d{1,2}\W)[ \t]{1,4}(?=\D)")


def extract(text: str) -> str | None:
    r"""Return the answer that a careful reader takes from a completion, `None` where it has none.

    Args:
        text: a completion; of a long one the last 24,000 characters are read.

    Returns:
        A canonical number. In order of precedence: a JSON member or XML element named answer;
        the last of `\boxed{}`, `####`, "the answer is" and labels such as `Answer:` that gives
        a number; the last number. Of an equation the right-hand side counts. What follows
        the next question, which base models invent, is left out.

        `None` also where the text says that there is no answer.

    >>> extract("She sells 16 - 3 - 4 = 9 eggs for 9 * 2 = $18. The answer is $18.")
    '18'
    >>> extract("The answer cannot be determined from these 3 numbers.")
    """
    text = text.rstrip()
    ending = _ENDING.search(text, max(0, len(text) - _REACH))
    if ending and not ("Q" in text or 'nswer"' in text or "<answer>" in text):
        whole = ending[1] + ending[2].replace(",", "")
        return canonical(whole + ending[3]) if ending[3] else whole
    text = own(text)
    for verdict in (_in_field(text), _in_slots(text)):
        if verdict:
            return verdict.answer
    return _last(text[-WINDOW:])


def gold(value: object) -> str | None:
    """Return a question set's answer as a canonical number, `None` where it is not one.

    Args:
        value: a number, its text, with a unit as in ASDiv (`9 (apples)`), a list of one as in
            AddSub (`[43.0]`), or a worked solution that ends as GSM8K's do, `#### 72`.

    >>> [gold(value) for value in ("48 + 24 = 72 #### 72", 72, 72.0, "1,000", "yes", None)]
    ['72', '72', '72', '1000', None, None]
    """
    if isinstance(value, list | tuple) and len(value) == 1:
        (value,) = value
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = str(value)
    if answer := canonical(text.rpartition("####")[2]):
        return answer
    verdict = _in_slots(text)
    return verdict.answer if verdict else None


def _in_field(text: str) -> Verdict | None:
    stated = field(text)
    if stated is None:
        return None
    return _verdict(plain(stated)) if stated.strip() else Verdict(None)


def _in_slots(text: str) -> Verdict | None:
    return next((verdict for slot in slots(text) if (verdict := _in_slot(slot, text))), None)


def _in_slot(slot: Slot, text: str) -> Verdict | None:
    if slot.mark == "rule":
        answer = canonical(slot.text.strip().split("\n", 1)[0])
        return Verdict(answer) if answer else None
    bare = plain(slot.text).lstrip(" \t\n\"'*:>[(=")
    if slot.mark != "box":
        bare = _SENTENCE.split(bare, maxsplit=1)[0]
    if slot.mark == "names" and not _sole(bare) and DIGIT.search(_below(slot, text)):
        return None
    return _verdict(bare)


def _verdict(bare: str) -> Verdict | None:
    number = DIGIT.search(bare)
    if _NONE.search(bare, 0, number.start() if number else len(bare)):
        return Verdict(None)
    answer = _read(bare)
    return Verdict(answer) if answer else None


def _below(slot: Slot, text: str) -> str:
    """Return what follows the line of a slot: reasoning that a label announced goes on there."""
    lines = text[slot.start :].lstrip().split("\n", 1)
    return lines[1] if len(lines) > 1 else ""


def _read(bare: str) -> str | None:
    """Return the number that a plain phrase, or a few sentences, come down to."""
    answer = _sole(bare)
    if answer:
        return answer
    bare = _right_hand(bare)
    found = leading(bare)
    if found and not _OPERATOR.match(bare, found[1]):
        return found[0]
    return leading_words(bare) or _stated(bare)


def _sole(bare: str) -> str | None:
    """Return the number a phrase begins with, if it gives no other before a pause."""
    return canonical(_HEAD.split(bare, maxsplit=1)[0])


def _right_hand(bare: str) -> str:
    """Return what the last equation comes to; of `25/3 ≈ 8.33` the exact side."""
    sides = re.split(r"[=≈]", bare)
    if len(sides) == 1:
        return bare
    approximate = "≈" in bare and bare.rindex("≈") > bare.rfind("=")
    if (approximate or not DIGIT.search(sides[-1])) and _sole(sides[-2]):
        return sides[-2]
    return sides[-1]


def _stated(bare: str) -> str | None:
    """Return the last number that a verb such as "is" introduces, or else the last number."""
    for verb in reversed([*_STATED.finditer(bare)]):
        stated = leading(bare[verb.end() :])
        if stated and not _OPERATOR.match(bare, verb.end() + stated[1]):
            return stated[0]
    return next(reversed([*numbers(bare)]), None)


def _last(text: str) -> str | None:
    """Return what the last sentence with a number comes to, `None` where a refusal ends it all."""
    sentences = _sentences(text[-_PARAGRAPH:])
    if sentences and CANNOT_TELL.search(sentences[-1]):
        return None
    lines = (line for line in reversed(text.split("\n")) if DIGIT.search(line))
    return next((answer for line in lines if (answer := _in_line(line))), None)


def _in_line(line: str) -> str | None:
    bold = [canonical(phrase) for phrase in _BOLD.findall(line)]
    answers = (_read(sentence) for sentence in reversed(_sentences(line[-_PARAGRAPH:])))
    return next((answer for answer in (*reversed(bold), *answers) if answer), None)


def _sentences(text: str) -> list[str]:
    bare = plain(_ENUMERATOR.sub("", text))
    return [sentence for sentence in _SENTENCE.split(bare) if sentence.strip()]
