"""Numeric answers: the number that a completion or a dataset gives, in one canonical form."""

import re
from collections.abc import Iterator
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from itertools import chain

from lambdas.contract import DecimalMark
from lambdas.core.answers.markers import (
    DIGIT,
    WINDOW_CHARS,
    AnswerMarker,
    ExtractedAnswer,
    answer_field,
    answer_markers,
)
from lambdas.core.answers.normalize import CANNOT_TELL, CANNOT_TELL_PATTERN, plain_numbers
from lambdas.core.answers.own_text import is_mixed, own_text
from lambdas.core.answers.rejections import asserted, is_plain

MAX_TEXT_CHARS = 300
MAX_NUMBER_CHARS = 40
# The common ending of a completion; read at once if nothing else can take precedence.
_COMMON_ENDING = re.compile(
    r"""(?:nswer\ is|nswer:|\n[Aa]ns\ =|(?<!\#)\#\#\#\#)\ ?\*{0,2}(-?)\$?
    ( [1-9]\d{0,2}(?:,\d{3}){1,4} | [1-9]\d{0,14} | 0(?=\.) ) (\.\d{1,20})?
    \*{0,2} (?: \ (?!hundred|thousand|million|billion|trillion)[A-Za-z]{1,15} ){0,2} \.?\Z""",
    re.VERBOSE | re.ASCII,
)
_ENDING_CHARS = 48


def extract_number(text: str) -> str | None:
    r"""Return the answer a careful reader takes from a completion, `None` if it has none.

    Args:
        text: a completion; only its last 24,000 characters are read.

    Returns:
        A canonical number. In order of precedence: a JSON member or XML element named answer;
        the last of `\boxed{}`, `####`, "the answer is" and labels such as `Answer:` that gives
        a number; the last number. In an equation the right-hand side counts. Text from the
        next question on, which base models invent, is ignored.

        `None` also if the text says that there is no answer.

    >>> extract_number("She sells 16 - 3 - 4 = 9 eggs for 9 * 2 = $18. The answer is $18.")
    '18'
    >>> extract_number("The answer cannot be determined from these 3 numbers.")
    """
    text = text.rstrip()
    ending = _COMMON_ENDING.search(text, max(0, len(text) - _ENDING_CHARS))
    if (
        ending
        and not (('"' in text and 'nswer"' in text) or is_mixed(text))
        and is_plain(text, ending.start())
    ):
        whole = ending[1] + ending[2].replace(",", "")
        return canonical_number(whole + ending[3]) if ending[3] else whole
    text = own_text(text)
    extracted = _from_field(text) or _from_markers(text)
    return extracted.answer if extracted else _last_number(asserted(text[-WINDOW_CHARS:]))


def gold_number(value: object, decimal_mark: DecimalMark | None = None) -> str | None:
    """Return a dataset's answer as a canonical number, `None` if it is not one.

    Args:
        value: a number; its text; text with a unit as in ASDiv (`9 (apples)`); a list of one
            as in AddSub (`[43.0]`); or a worked solution ending as GSM8K's do (`#### 72`).

    >>> [gold_number(value) for value in ("48 + 24 = 72 #### 72", 72, 72.0, "1,000", "yes", None)]
    ['72', '72', '72', '1000', None, None]
    """
    if isinstance(value, list | tuple) and len(value) == 1:
        (value,) = value
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        return None
    text = str(value)
    if answer := canonical_number(text.rpartition("####")[2]):
        return answer
    extracted = _from_markers(text)
    return extracted.answer if extracted else None


_UNIT = re.compile(
    r"(?:[^\d.=+*×÷<>^\n-]|-(?=[A-Za-z])|(?<=[A-Za-z])\.|(?<=[A-Za-z)])\^-?\d){0,60}[.!\s]*",
    re.ASCII,
)


def canonical_number(text: str) -> str | None:
    r"""Return the one canonical form of a number, `None` if the text is not exactly one number.

    Args:
        text: a number as people write it: with thousands separators, currency, percent sign or
            unit; as a fraction, mixed number, time of day (in hours), power of ten or in words;
            in LaTeX or Markdown.

    Returns:
        Digits without leading or trailing zeros, with `-` and `.` where needed. A percent sign
        is a unit: `20%` is 20. Values are equal if they round to the same millionth (below
        a thousandth: to the same six significant digits). So 1/3, 0.333333 and
        0.3333333333333333 are one value, and 7.999999999999999 is 8.

    >>> numbers = ("1,000", "$1000.00", "1/3", r"-\frac{3}{4}", "2:30 pm", "n/a")
    >>> [canonical_number(number) for number in numbers]
    ['1000', '1000', '0.333333', '-0.75', '2.5', None]
    """
    if text.isdecimal() and text.isascii() and text[0] != "0" and len(text) <= MAX_NUMBER_CHARS:
        return text
    if len(text) > MAX_TEXT_CHARS:
        return None
    phrase = plain_numbers(text).strip()
    found = _leading_number(phrase)
    if found is None:
        return spelled_out_number(phrase)
    return found[0] if _UNIT.fullmatch(phrase, found[1]) else None


_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety"
)
_WORD_VALUES = dict(zip(_WORDS.split(), (*range(20), *range(20, 100, 10)), strict=True))
_WORD_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_ANY_WORD = "|".join((*_WORD_VALUES, "hundred", *_WORD_SCALES))
_NUMBER_WORDS = re.compile(
    rf"""[^A-Za-z0-9]{{0,20}}
    (?: (?:only|just|about|approximately|exactly) \s )?
    (?P<minus> (?:minus|negative) \s )?
    (?: (?P<half> (?:(?:one|an?) [ -])? half )
      | (?:an? \s (?=hundred|thousand|million))?
        (?P<words> (?:{_ANY_WORD}) (?: (?:-|\s|\sand\s) (?:{_ANY_WORD}) ){{0,15}} ) )
    \b (?!\s+of\b)""",
    re.VERBOSE | re.IGNORECASE,
)


def spelled_out_number(text: str) -> str | None:
    """Return, in digits, the number in words that a text begins with, `None` if it has none.

    >>> texts = ("Twenty-five apples.", "one hundred and four", "half")
    >>> [spelled_out_number(text) for text in texts]
    ['25', '104', '0.5']
    >>> spelled_out_number("one of them")
    """
    found = _NUMBER_WORDS.match(text)
    if not found:
        return None
    words = found["words"]
    value = "0.5" if found["half"] else str(_value_of_words(re.split(r"[\s-]", words.lower())))
    return f"-{value}" if found["minus"] and value != "0" else value


def _value_of_words(words: list[str]) -> int:
    total = group = 0
    for word in words:
        if word in _WORD_SCALES:
            total, group = total + max(group, 1) * _WORD_SCALES[word], 0
        elif word == "hundred":
            group = max(group, 1) * 100
        else:
            group += _WORD_VALUES.get(word, 0)
    return total + group


_BEFORE_NUMBER = re.compile(
    r"""(?: [\s"'>:;=~≈+(\[*_,]
      | (?: about | approximately | approx\.? | around | roughly | nearly | exactly | only | just
          | a\ total\ of | equal\ to | equals ) \b )+""",
    re.VERBOSE | re.IGNORECASE,
)
_MINUS_WORD = re.compile(r"(?:minus|negative)\s+(?=[\d.])", re.IGNORECASE)
_NUMBER = re.compile(
    r"""
    (?: (?<![\w)\]%]) (?P<minus>-) | (?<![\w^]) (?<!\^-) )
    (?:
        (?: (?P<whole> \d{1,12} ) [ ]{1,3} (?:and[ ])? )?
        (?P<above> \d{1,3}(?:,\d{3}){1,4} | \d{1,15} ) [ ]?/[ ]?
        (?P<below> \d{1,3}(?:,\d{3}){1,4} | \d{1,15} ) (?! [\d/] | [.,]\d )
    |
        (?P<hour> \d{1,2} ) : (?P<minute> [0-5]\d ) (?! [\d:] )
    |
        (?<!\d,) (?P<comma> (?: \d{1,3}(?:\.\d{3}){1,12} | \d{1,15} ) ,\d{1,2} ) (?! \d | [.,]\d )
    |
        (?P<dots> \d{1,3}(?:\.\d{3}){2,12} ) (?! \d | [.,]\d )
    |
        10 [ ]? \^ [ ]? (?P<ten> -?\d{1,3} ) (?!\d)
    |
        (?P<digits>
            (?: \d{1,3}(?:,\d{2,3}){0,12},\d{3} (?!\d) | \d+ ) (?: \.\d+ )? | \.\d+
        )
        (?! \d | \.\d | [ ]? \^ [ ]? -?\d )
        (?: [eE] (?P<exponent> [+-]?\d{1,3} ) (?! \w | \.\d ) )?
        (?: [ ]? [×xX*·] [ ]? 10 [ ]? (?: \^ | \*\* ) [ ]? (?P<power> -?\d{1,3} ) (?!\d) )?
        (?: [ -]? (?P<scale> hundred | thousand | million | billion | trillion ) \b
          | (?P<k> [kK] ) \b )?
    )
    """,
    re.VERBOSE | re.ASCII,
)


def _leading_number(phrase: str) -> tuple[str, int] | None:
    """Return the canonical number that a plain phrase begins with, and where it ends."""
    start = lead.end() if (lead := _BEFORE_NUMBER.match(phrase)) else 0
    negative = _MINUS_WORD.match(phrase, start)
    found = _NUMBER.match(phrase, negative.end() if negative else start)
    value = _canonical_match(found, negated=negative is not None) if found else None
    return (value, found.end()) if found and value else None


_EXACT = Context(prec=120, traps=[DivisionByZero, InvalidOperation, Overflow])
_SCALE_EXPONENTS = {
    "one": 0,
    "hundred": 2,
    "thousand": 3,
    "k": 3,
    "million": 6,
    "billion": 9,
    "trillion": 12,
}


def _canonical_match(found: re.Match[str], *, negated: bool = False) -> str | None:
    """Return the canonical form of a match, `None` if it is too long or has no value."""
    if found.end() - found.start() > MAX_NUMBER_CHARS:
        return None
    try:
        value = _decimal_value(found)
    except (DivisionByZero, InvalidOperation, Overflow):
        return None
    return _rounded(value.copy_negate() if bool(found["minus"]) != negated else value)


def _decimal_value(found: re.Match[str]) -> Decimal:
    if found["above"]:
        ratio = _EXACT.divide(_parsed(found["above"]), _parsed(found["below"]))
        return _EXACT.add(Decimal(found["whole"] or 0), ratio)
    if found["hour"]:
        hours = _EXACT.divide(Decimal(found["minute"]), Decimal(60))
        return _EXACT.add(Decimal(found["hour"]), hours)
    if found["comma"]:
        return Decimal(found["comma"].replace(".", "").replace(",", "."))
    if found["dots"]:
        return Decimal(found["dots"].replace(".", ""))
    if found["ten"]:
        return Decimal(f"1e{found['ten']}")
    scale = _SCALE_EXPONENTS[(found["scale"] or found["k"] or "one").lower()]
    exponent = scale + int(found["exponent"] or 0) + int(found["power"] or 0)
    return _EXACT.scaleb(_parsed(found["digits"]), exponent)


def _parsed(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))


_MILLIONTH = Decimal("0.000001")
_THOUSANDTH = Decimal("0.001")
_SIX_DIGITS = Context(prec=6)


def _rounded(value: Decimal) -> str | None:
    if not value:
        return "0"
    if abs(value.adjusted()) > MAX_NUMBER_CHARS:
        return None
    small = value.copy_abs() < _THOUSANDTH
    rounded = _SIX_DIGITS.plus(value) if small else _EXACT.quantize(value, _MILLIONTH)
    digits = format(rounded, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _from_field(text: str) -> ExtractedAnswer | None:
    value = answer_field(text)
    if value is None:
        return None
    return _from_phrase(plain_numbers(value)) if value.strip() else ExtractedAnswer(None)


def _from_markers(text: str) -> ExtractedAnswer | None:
    extracted = (_from_marker(marker, text) for marker in answer_markers(text))
    return next((each for each in extracted if each), None)


def _from_marker(marker: AnswerMarker, text: str) -> ExtractedAnswer | None:
    if marker.kind == "hashes":
        answer = canonical_number(marker.text.strip().split("\n", 1)[0])
        return ExtractedAnswer(answer) if answer else None
    phrase = plain_numbers(marker.text).lstrip(" \t\n\"'*:>[(=")
    if marker.kind != "box":
        phrase = _SENTENCE_END.split(phrase, maxsplit=1)[0]
    if marker.kind == "label" and not _sole_number(phrase) and DIGIT.search(_below(marker, text)):
        return None
    return _from_phrase(phrase)


def _below(marker: AnswerMarker, text: str) -> str:
    """Return what follows the marker's line, where reasoning that a label introduces goes on."""
    lines = text[marker.start :].lstrip().split("\n", 1)
    return lines[1] if len(lines) > 1 else ""


_NO_ANSWER = re.compile(
    rf"""{CANNOT_TELL_PATTERN}
  | \b(?: null | none | nan | n/a | unknown | undefined | unclear | undetermined | indeterminate
      | impossible | insufficient | no\ (?:answer|solution|unique\ \w{{1,20}})
      | not\ (?:available|possible|enough|determined|determinable|provided|given|specified
          |applicable|known|clear|sufficient|computable|solvable) )\b""",
    re.VERBOSE | re.IGNORECASE,
)


def _from_phrase(phrase: str) -> ExtractedAnswer | None:
    number = DIGIT.search(phrase)
    if _NO_ANSWER.search(phrase, 0, number.start() if number else len(phrase)):
        return ExtractedAnswer(None)
    answer = _phrase_number(phrase)
    return ExtractedAnswer(answer) if answer else None


_OPERATOR = re.compile(r"\s{0,2}[-+*/×÷x^]\s{0,2}[(\d]")


def _phrase_number(phrase: str) -> str | None:
    """Return the number that a plain phrase, or a few sentences, come down to."""
    answer = _sole_number(phrase)
    if answer:
        return answer
    side = _right_hand_side(phrase)
    found = _leading_number(side)
    if found and not _OPERATOR.match(side, found[1]):
        return found[0]
    return spelled_out_number(side) or _last_stated_number(side)


_PAUSE = re.compile(r"(?<![-+*/×÷=(])\s\(|[.,;:!?]+(?=\s|$)|\n")


def _sole_number(phrase: str) -> str | None:
    """Return the number that a phrase begins with, if no other number comes before a pause."""
    return canonical_number(_PAUSE.split(phrase, maxsplit=1)[0])


def _right_hand_side(phrase: str) -> str:
    """Return the last side of an equation; for `25/3 ≈ 8.33` the exact side."""
    sides = re.split(r"[=≈]", phrase)
    if len(sides) == 1:
        return phrase
    approximate = "≈" in phrase and phrase.rindex("≈") > phrase.rfind("=")
    if (approximate or not DIGIT.search(sides[-1])) and _sole_number(sides[-2]):
        return sides[-2]
    return sides[-1]


_NUMBER_VERB = re.compile(
    r"\b(?:is|are|was|were|be|equals)\s{1,3}(?:(?:about|approximately|around|roughly|only|exactly"
    r"|just|now|then|equal to|a total of|at least|at most)\s{1,3}){0,2}(?=[-.\d])",
    re.IGNORECASE,
)


def _last_stated_number(phrase: str) -> str | None:
    """Return the last number that follows a verb such as "is", or else the last number."""
    for verb in reversed([*_NUMBER_VERB.finditer(phrase)]):
        found = _leading_number(phrase[verb.end() :])
        if found and not _OPERATOR.match(phrase, verb.end() + found[1]):
            return found[0]
    return next(reversed([*_numbers(phrase)]), None)


def _numbers(phrase: str) -> Iterator[str]:
    """Yield the canonical numbers in a plain phrase."""
    for found in _NUMBER.finditer(phrase):
        if value := _canonical_match(found):
            yield value


_PARAGRAPH_CHARS = 1_000


def _last_number(text: str) -> str | None:
    """Return the number of the last sentence that has one, `None` if the text ends in a refusal."""
    sentences = _sentences(text[-_PARAGRAPH_CHARS:])
    if sentences and CANNOT_TELL.search(sentences[-1]):
        return None
    lines = (line for line in reversed(text.split("\n")) if DIGIT.search(line))
    return next((answer for line in lines if (answer := _number_of_line(line))), None)


_BOLD = re.compile(r"\*\*([^*\n]{1,60})\*\*")


def _number_of_line(line: str) -> str | None:
    bold = [canonical_number(phrase) for phrase in _BOLD.findall(line)]
    sentences = reversed(_sentences(line[-_PARAGRAPH_CHARS:]))
    answers = chain(reversed(bold), map(_phrase_number, sentences))
    return next((answer for answer in answers if answer), None)


_SENTENCE_END = re.compile(r"\n|(?<!approx)(?<!Rs)(?<!No)[.!?](?=[\s\"'*)]|$)")
_ENUMERATOR = re.compile(r"(?m)^[ \t*#]{0,8}(?:\d{1,2}[.)]|[Ss]tep \d{1,2}\W)[ \t]{1,4}(?=\D)")


def _sentences(text: str) -> list[str]:
    phrases = _SENTENCE_END.split(plain_numbers(_ENUMERATOR.sub("", text)))
    return [phrase for phrase in phrases if phrase.strip()]


def is_formula(text: str) -> bool:
    """STUB."""
    return "\\" in text and canonical_number(text) is None


def decimal_mark_of(text: str) -> DecimalMark | None:
    """STUB."""
    if re.fullmatch(r"[\d,]*\.\d{1,2}|[\d,]+\.\d+", text.strip()) and not re.fullmatch(
        r"\d{1,3}\.\d{3}", text.strip()
    ):
        return "."
    if re.fullmatch(r"[\d.]*,\d{1,2}|[\d.]{4,},\d+", text.strip()):
        return ","
    return None
