"""Numeric answers: the number that a completion or a dataset gives, in one canonical form."""

import re
from decimal import Decimal
from functools import lru_cache
from itertools import chain

from lambdas.contract import DecimalMark
from lambdas.core.answers.markers import (
    DIGIT,
    MARKED_CHARS,
    WINDOW_CHARS,
    AnswerMarker,
    ExtractedAnswer,
    answer_field,
    answer_markers,
    first_answer,
)
from lambdas.core.answers.normalize import CANNOT_TELL, after_verbs, plain_numbers
from lambdas.core.answers.notation import (
    EASY_NUMBER,
    EASY_PHRASE,
    MAX_NUMBER_CHARS,
    MAX_TEXT_CHARS,
    SET,
    canonical_number,
    decimal_mark_of,
    easy_number,
    is_formula,
    is_open,
    leading_number,
    phrase_number,
    without_name,
)
from lambdas.core.answers.numerals import spelled_out_number
from lambdas.core.answers.own_text import is_mixed, own_text
from lambdas.core.answers.rejections import asserted, is_plain
from lambdas.core.answers.statements import (
    SENTENCE_END,
    from_phrase,
    from_sentence,
    sentences_of,
    sole_number,
)

__all__ = [
    "MAX_NUMBER_CHARS",
    "canonical_number",
    "extract_number",
    "gold_number",
    "spelled_out_number",
]

# The common ending of a completion, if nothing else can take precedence.
_COMMON_ENDING = re.compile(
    rf"(?:nswer\ is(?:\ approximately)?|nswer:|\n(?:[Aa]ns\ =|\#\#\#\#)){EASY_NUMBER}\Z",
    re.VERBOSE | re.ASCII,
)
_ENDING_CHARS = 48


def extract_number(text: str, decimal_mark: DecimalMark | None = None) -> str | None:
    r"""Return the answer a careful reader takes from a completion, `None` if it has none.

    Args:
        text: a completion; only its last 24,000 characters are read.
        decimal_mark: what stands before decimals. Without it the numbers, the words that
            announce the answer and the rest of the text tell, else English is assumed.

    Returns:
        A canonical number. In order of precedence: a JSON member or XML element named answer;
        the last of `\boxed{}`, `####`, "the answer is" and labels such as `Answer:` that gives
        a number; the last number. In an equation the right-hand side counts. Text from the
        next question on, which base models invent, is ignored.

        `None` also if the text says that there is no answer, or gives a formula, a range or
        several numbers.

    >>> extract_number("She sells 16 - 3 - 4 = 9 eggs for 9 * 2 = $18. The answer is $18.")
    '18'
    >>> extract_number("The answer cannot be determined from these 3 numbers.")
    >>> extract_number(r"The area of a circle of radius 3 is \boxed{9\pi}.")
    """
    text = text.rstrip()
    start = -1 if decimal_mark == "," else _ending_start(text)
    ending = _ending_number(text[start:]) if start >= 0 else None
    if ending and _is_all(text, start):
        return ending
    text = own_text(text)
    extracted = _from_field(text, decimal_mark) or _from_markers(text, decimal_mark)
    if not extracted:
        extracted = _from_end(asserted(text[-WINDOW_CHARS:]), decimal_mark)
    return extracted.answer if extracted else None


def _ending_start(text: str) -> int:
    """Return where the last announcement of an answer near the end begins, -1 without one."""
    start = text.rfind("nswer", -_ENDING_CHARS)
    return start if start >= 0 else text.rfind("\n", -_ENDING_CHARS)


# The paths of a question end alike.
@lru_cache(maxsize=4_096)
def _ending_number(ending: str) -> str | None:
    """Return the number in the usual form that an announcement at the end of a text gives."""
    found = _COMMON_ENDING.match(ending)
    return easy_number(found) if found else None


def _is_all(text: str, start: int) -> bool:
    """Whether nothing in a text can take precedence over what is announced at an offset."""
    if is_mixed(text) or ('"' in text and 'nswer"' in text):
        return False
    return text[start] == "\n" or is_plain(text, start)


def gold_number(value: object, decimal_mark: DecimalMark | None = None) -> str | None:
    r"""Return a dataset's answer as a canonical number, `None` if it is not one.

    Args:
        value: a number; its text; text with a unit as in ASDiv (`9 (apples)`); a list of one
            as in AddSub (`[43.0]`); or a worked solution ending as GSM8K's do (`#### 72`).
        decimal_mark: what stands before decimals. Without it `3,5` is no number, for it may be
            two.

    >>> [gold_number(value) for value in ("48 + 24 = 72 #### 72", 72, 72.0, "1,000", "yes", None)]
    ['72', '72', '72', '1000', None, None]
    >>> [gold_number(value) for value in ("x = 3", "(3,4]", r"2\sqrt{113}", "# 540")]
    ['3', None, None, '540']
    """
    if isinstance(value, list | tuple) and len(value) == 1:
        (value,) = value
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = str(value)
    decimal_mark = decimal_mark if isinstance(value, str) else "."
    last = text.rpartition("####")[2].strip(" #")
    if "boxed" not in last and is_formula(last):
        return None
    if is_open(last) and not decimal_mark:
        return None
    phrase = plain_numbers(last[: MAX_TEXT_CHARS + 1], decimal_mark)
    if answer := phrase_number(without_name(phrase).strip(), decimal_mark):
        return answer
    extracted = _from_markers(text, decimal_mark)
    return extracted.answer if extracted else None


def _from_field(text: str, mark: DecimalMark | None) -> ExtractedAnswer | None:
    value = answer_field(text)
    if value is None:
        return None
    easy = None if mark == "," else EASY_PHRASE.match(value)
    if easy and easy.end() == len(value):
        return ExtractedAnswer(easy_number(easy))
    if not value.strip():
        return ExtractedAnswer(None)
    if SET.match(value):
        return ExtractedAnswer(None)
    if first := _NUMBER_FIRST.match(value):
        return ExtractedAnswer(canonical_number(first[1]))
    mark = _decimal_mark(value, text, mark)
    sentences = [*sentences_of(value, mark)]
    if len(sentences) > 1 and not _ends_first(sentences):
        sentences.reverse()
    extracted = (from_phrase(each.lstrip(_OPENING)) for each in sentences)
    unreadable = ExtractedAnswer(None) if DIGIT.search(value) else None
    return next((each for each in extracted if each), unreadable)


# `18. She sells` gives the answer; `1. She sells` begins a list.
_NUMBER_FIRST = re.compile(r"\s*(?!1\.)(\d{1,2})\.\s+(?=[A-Z])")
_OPENING = " \t\n\"'*:>="


def _ends_first(sentences: list[str]) -> bool:
    """Return whether the first of some sentences is the answer, and the others explain it."""
    bare = leading_number(sentences[0])
    if bare and not sentences[0][bare.end :].strip(_OPENING + ")."):
        return True
    return bool(sole_number(sentences[0])) and not any("=" in each for each in sentences[1:])


# The point comes first, for the search to be fast.
_POINT_AND_THREE = re.compile(r"\.(?<=\d\.)(?<!\D0\.)\d{3}(?!\d|[.,]\d)")


def _decimal_mark(phrase: str, text: str, mark: DecimalMark | None) -> DecimalMark | None:
    """Return the decimal mark to read a phrase with, told by the whole text where it is open."""
    if mark or not _POINT_AND_THREE.search(phrase):
        return mark
    return "," if decimal_mark_of(text[-WINDOW_CHARS:]) == "," else None


def _from_markers(text: str, mark: DecimalMark | None) -> ExtractedAnswer | None:
    found = first_answer(answer_markers(text), lambda marker: from_marker(marker, text, mark))
    return found[1] if found else None


def from_marker(
    marker: AnswerMarker, text: str, mark: DecimalMark | None = None
) -> ExtractedAnswer | None:
    """Return what a marker of a text gives, `None` if that is neither a number nor a refusal."""
    mark = mark or marker.decimal_mark
    easy = None if mark == "," else EASY_PHRASE.match(marker.text)
    if _is_second_box(marker, text) or (not easy and SET.match(marker.text)):
        return ExtractedAnswer(None)
    if easy:
        return ExtractedAnswer(easy_number(easy))
    mark = _decimal_mark(marker.text, text, mark)
    if marker.kind == "hashes":
        return _from_hashes(marker, text, mark)
    if marker.kind == "box":
        several = is_open(marker.text) and not mark
        extracted = None if several else from_phrase(plain_numbers(marker.text, mark))
        return extracted or ExtractedAnswer(None)
    return _from_announced(marker, text, mark)


def _from_announced(
    marker: AnswerMarker, text: str, mark: DecimalMark | None
) -> ExtractedAnswer | None:
    """Return what follows "the answer is" or a label, which may also introduce the reasoning."""
    phrase = plain_numbers(marker.text, mark).lstrip(_OPENING)
    if _LIST.match(phrase):
        return None
    sentence = SENTENCE_END.split(phrase, maxsplit=1)[0]
    if is_open(sentence) and not mark:
        return ExtractedAnswer(None)
    alone = DIGIT.search(sentence) and sole_number(sentence)
    if marker.kind == "label" and not alone:
        rest = phrase[len(sentence) :]
        reasons = "=" in rest or not DIGIT.search(text, 0, marker.start)
        goes_on = DIGIT.search(rest if reasons else "") or DIGIT.search(_below(marker, text))
        return None if goes_on else _from_clause(sentence, mark)
    return _from_clause(sentence, mark)


# The steps of a solution, numbered.
_LIST = re.compile(
    r"1[.)]\s+(?:(?=[A-Z])[^\n]{1,300}\n[ \t\n*]{0,9}2[.)]\s|[-$]{0,2}\d[\d,.]{0,20}\s{0,3}\Z)"
)
_BOX_CHARS = 60
# As in `\boxed{3} and \boxed{4}`.
_ANOTHER_BOX = re.compile(
    r"\\boxed\{[^{}]{1,20}\}\$?\s?(?:\\text\{\s?)?(?:,|and|or)\s?\}?\s?\$?\\boxed\{\Z"
)


def _is_second_box(marker: AnswerMarker, text: str) -> bool:
    near = max(0, marker.start - _BOX_CHARS)
    return marker.kind == "box" and bool(_ANOTHER_BOX.search(text, near, marker.start))


def _from_clause(sentence: str, mark: DecimalMark | None) -> ExtractedAnswer | None:
    extracted = from_phrase(sentence)
    return extracted or (None if DIGIT.search(sentence) else _in_words(sentence, mark))


def _below(marker: AnswerMarker, text: str) -> str:
    """Return what follows the marker's line, where reasoning that a label introduces goes on."""
    lines = text[marker.start :].lstrip().split("\n", 1)
    return lines[1] if len(lines) > 1 else ""


_HEADING = re.compile(r"\s{0,3}(?:\d{1,2}[.):]\s|[A-Z][a-z]{2,9}\s\d{1,2}\s{0,2}(?:[:.)-]|$))")


def _from_hashes(
    marker: AnswerMarker, text: str, mark: DecimalMark | None
) -> ExtractedAnswer | None:
    """Return the number right behind `####`, which words may follow; headings give none."""
    line = plain_numbers(marker.text.strip().split("\n", 1)[0], mark)
    if answer := phrase_number(line.strip(), mark):
        return ExtractedAnswer(answer)
    before = text[: marker.start].rstrip(" \t")
    if not before.endswith("####") or _HEADING.match(line):
        return None
    within_line = bool(before.rstrip("#").rpartition("\n")[2].strip())
    sentence = SENTENCE_END.split(line, maxsplit=1)[0].lstrip(_OPENING)
    if leading_number(sentence) or within_line or not DIGIT.search(_below(marker, text)):
        return from_phrase(sentence)
    return None


_PARAGRAPH_CHARS = 1_000
# A last line of at most so many characters may be the answer in words.
_WORD_CHARS = 30


def _from_end(text: str, mark: DecimalMark | None) -> ExtractedAnswer | None:
    """Return the number of the last sentence that has one, none if the text ends in a refusal."""
    if _UNFINISHED.search(text[-_HEADING_CHARS:]) or _is_refusal(text) or _ends_within_box(text):
        return None
    mark = _decimal_mark(text[-_PARAGRAPH_CHARS:], text, mark)
    last: str | None = None
    for line in reversed(text.split("\n")):
        if last is not None and not _NUMERIC.search(line):
            continue
        sentences = sentences_of(line[-_PARAGRAPH_CHARS:], mark)
        if last is None and sentences:
            last = sentences[-1]
            if CANNOT_TELL.search(last):
                return None
            in_words = len(last) <= _WORD_CHARS and not DIGIT.search(last)
            if in_words and (words := _in_words(last, mark)):
                return words
        if extracted := _from_line(line, sentences, mark):
            return extracted
    return _in_words(last, mark) if last else None


def _ends_within_box(text: str) -> bool:
    """Whether a text breaks off within a box, where a number may be part of a longer one."""
    opened = text.rfind("\\boxed{", max(0, len(text) - MARKED_CHARS))
    return opened >= 0 and "}" not in text[opened:]


# A text that ends in a heading was going on.
_UNFINISHED = re.compile(
    r"(?:\A|\n)[ \t]{0,4}(?:#{1,6}[ \t]|\*\*)?[ \t]{0,2}(?:Step|Part)[ \t]\d{1,2}"
    r"(?:[*:.)\s]{0,6}|(?<=[#*] (?:Step|Part) \d)[:.)](?![^\n]*(?:nswer|otal))[^\n=]{1,80})\Z"
)
_HEADING_CHARS = 120
_REFUSAL = re.compile(
    r"""\W{0,4}(?: (?:(?:I['’]m|I\ am)\ )?sorry,?\ (?:but|I)\b | I\ apologi[sz]e,?\ but\b
      | (?:I['’]m|I\ am)\ unable | unable\ to\b
      | I\ (?:can(?:no|['’])t | don['’]t\ (?:know|have)) | as\ an\ AI\b
      | (?:it|this|the\ (?:problem|question|answer|given\ information))\b[^.\n=]{0,40}?
        (?:\bnot|n['’]t|\bcannot)\b[^.\n=]{0,20}?
        \b(?:(?:enough|sufficient)\ (?:information|data|details)|determined)\b )""",
    re.VERBOSE | re.IGNORECASE,
)
_CONCLUDES = re.compile(
    r"[=]|\b(?:so|therefore|thus|hence|total|answer is|assum\w{1,4}|if)\b", re.IGNORECASE
)
_REFUSAL_CHARS = 400


def _is_refusal(text: str) -> bool:
    """Whether a short text begins with a refusal and concludes nothing after it."""
    short = len(text) <= _REFUSAL_CHARS
    return short and bool(_REFUSAL.match(text)) and not _CONCLUDES.search(text)


_NUMERIC = re.compile(r"[\d½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]")
_BOLD = re.compile(r"\*\*([^*\n]{1,60})\*\*")


def _from_line(line: str, sentences: list[str], mark: DecimalMark | None) -> ExtractedAnswer | None:
    bold = (canonical_number(phrase, mark) for phrase in reversed(_BOLD.findall(line)))
    if answer := next((each for each in bold if each), None):
        return ExtractedAnswer(answer)
    extracted = (from_sentence(each) for each in reversed(sentences) if DIGIT.search(each))
    return next((each for each in extracted if each), None)


def _in_words(sentence: str, mark: DecimalMark | None) -> ExtractedAnswer | None:
    """Return the number in words that a sentence is or states."""
    english = mark != ","
    stated = chain([sentence], after_verbs(sentence))
    words = (spelled_out_number(each, english=english) for each in stated)
    answer = next((each for each in words if each), None)
    return ExtractedAnswer(answer) if answer else None
