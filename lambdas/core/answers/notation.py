"""How numbers are written: their canonical form, what is a formula instead, and decimal marks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from fractions import Fraction

from lambdas.contract import DecimalMark
from lambdas.core.answers.markers import DIGIT
from lambdas.core.answers.normalize import plain_numbers
from lambdas.core.answers.numerals import SCALES, spelled_out_number

MAX_TEXT_CHARS = 300
MAX_NUMBER_CHARS = 40

_UNIT = re.compile(
    r"""(?: [^\d.=+*×÷<>^!\n§π√∞±-] | -(?=[A-Za-z]{2}) | (?<=[A-Za-z])\. | (?<=[A-Za-z])\^-?\d
      ){0,60} [.\s]*""",
    re.VERBOSE | re.ASCII,
)


def canonical_number(text: str, decimal_mark: DecimalMark | None = None) -> str | None:
    r"""Return the one canonical form of a number, `None` if the text is not exactly one number.

    Args:
        text: a number as people write it: with thousands separators, currency, percent sign or
            unit; as a fraction, mixed number, time of day (in hours), power of ten or in words;
            in LaTeX or Markdown.
        decimal_mark: what stands before decimals. Without it `70.000` is 70 and `1,234` is 1234,
            while `1.250,00` says by itself that it is 1250.

    Returns:
        Digits without leading or trailing zeros, with `-` and `.` where needed. A percent sign
        is a unit: `20%` is 20. Values are equal if they round to the same millionth (below
        a thousandth: to the same six significant digits). So 1/3, 0.333333 and
        0.3333333333333333 are one value, and 7.999999999999999 is 8.

    >>> numbers = ("1,000", "$1000.00", "1/3", r"-\frac{3}{4}", "2:30 pm", "n/a", r"7\pi")
    >>> [canonical_number(number) for number in numbers]
    ['1000', '1000', '0.333333', '-0.75', '2.5', None, None]
    >>> canonical_number("70.000", ",")
    '70000'
    """
    if text.isdecimal() and text.isascii() and text[0] != "0" and len(text) <= MAX_NUMBER_CHARS:
        return text
    if len(text) > MAX_TEXT_CHARS or SET.match(text):
        return None
    return phrase_number(plain_numbers(text, decimal_mark).strip(), decimal_mark)


def canonical_fraction(value: Fraction) -> str | None:
    """Return the canonical form of an exact value, `None` if it has too many digits.

    >>> canonical_fraction(Fraction(1, 3)), canonical_fraction(Fraction(36, 2))
    ('0.333333', '18')
    """
    try:
        return _rounded(_EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)))
    except (DivisionByZero, InvalidOperation, Overflow):
        return None


def phrase_number(phrase: str, decimal_mark: DecimalMark | None = None) -> str | None:
    """Return the canonical form of the number that a plain phrase is, with its unit."""
    if len(phrase) > MAX_TEXT_CHARS:
        return None
    found = None if PAIR.match(phrase) else leading_number(phrase)
    if found is None:
        unreadable = DIGIT.search(phrase) or SYMBOL.search(phrase)
        return None if unreadable else spelled_out_number(phrase, english=decimal_mark != ",")
    return found.value if _UNIT.fullmatch(phrase, found.end) else None


# Signs that make a formula of the numbers beside them.
SYMBOL = re.compile(r"[§π√∛∞±∓∪∩∈∉≤≥≠]")
_WORD = re.compile(r"(?<![A-Za-z§])[A-Za-z]{4}")
_MAX_WORDS = 4
_FORMULA = re.compile(
    r"""(?: [\d\s.,:;+*/×÷^=<>()\[\]|%°!&'_-]
      | (?<![A-Za-z]) (?: (?!(?:an|as|at|be|by|do|go|he|if|in|is|it|me|my|no|of|on|so|up|us|we)\b)
          [a-z]{1,2} | and | sin | cos | tan | log ) (?![A-Za-z]) )++""",
    re.VERBOSE | re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}")
# Braces in LaTeX, which `plain_numbers` leaves out.
SET = re.compile(r"[\s$*:=(]{0,8}(?:\\[a-z]{1,8}\s?)?\\\{")
# Such as (2, 3), [0, 1) and x = 3, y = 4.
PAIR = re.compile(
    r"""\s{0,4}(?: [(\[]\s? (?: -?[\d.§π√∞][^\s,()]{0,20} | [a-z] ) \s?, \s?-?(?:[\d.§π√∞]|[a-z]\b)
      | (?: [A-Za-z]\s?=\s?[^=,]{1,30} (?: ,\s?(?:and\s)? | [.\s]{0,3}\Z ) ){2,6} \Z )""",
    re.VERBOSE,
)
_TERM = re.compile(r"\d|\^|(?<![A-Za-z])[A-Za-z]\s?[-+*]\s?[A-Za-z](?![A-Za-z])")
# Of these a reader cannot say whether they are one number or two.
_OPEN = re.compile(r"\$?-?\d{1,3},\d\$?")
_NAME = re.compile(r"\s*(?:[A-Za-z](?:\w{0,20}|\([a-z]\))|§[A-Za-z]{1,12}§)\s{0,2}=\s?(?=[^=]*\Z)")


def is_formula(text: str) -> bool:
    r"""Return whether a text is a formula, or several numbers, and not one number.

    Args:
        text: a dataset's answer, or what stands in `\boxed{}`.

    >>> texts = (r"\frac{\sqrt3}{2}", "(2, 3)", "2k", "10-15", r"\frac9{19}", "x = 3", "12 cm")
    >>> [is_formula(text) for text in texts]
    [True, True, True, True, False, False, False]
    """
    if len(text) > MAX_TEXT_CHARS:
        return False
    return bool(SET.match(text)) or is_plain_formula(plain_numbers(text))


def is_plain_formula(phrase: str) -> bool:
    """Return whether a plain phrase is a formula, or several numbers, and not one number."""
    phrase = without_name(phrase).strip().rstrip(".")
    if SYMBOL.search(phrase) and len(_WORD.findall(phrase)) <= _MAX_WORDS:
        return True
    if not _FORMULA.fullmatch(phrase) or _DATE.fullmatch(phrase):
        return False
    return bool(_TERM.search(phrase)) and phrase_number(phrase) is None


def without_name(phrase: str) -> str:
    """Return a phrase without the name that it gives a value: `x = 3` is 3."""
    return phrase[found.end() :] if (found := _NAME.match(phrase)) else phrase


def is_open(text: str) -> bool:
    """Return whether a text such as `3,5` may be one number or two."""
    return bool(_OPEN.fullmatch(text.strip()))


_DECIDES_COMMA = re.compile(
    r"(?<![\d.,(\[])(?:[1-9]\d{0,2}(?:\.\d{3}){1,6},\d{1,9}|[1-9]\d{0,2}(?:\.\d{3}){2,6}|0,\d{2,9}"
    r"|\d{1,9},\d\d)(?![\d,]|\.\d)"
)
_DECIDES_POINT = re.compile(
    r"(?<![\d.,])(?:[1-9]\d{0,2}(?:,\d{3}){1,6}\.\d{1,9}|[1-9]\d{0,2}(?:,\d{3}){2,6}|0?\.\d{1,9}"
    r"|\d{1,9}\.(?:\d\d?|\d{4,9}))(?![\d.]|,\d)"
)


def decimal_mark_of(text: str) -> DecimalMark | None:
    """Return the decimal mark that the numbers of a text tell, `None` if none or both do.

    >>> [decimal_mark_of(text) for text in ("1.250,00", "12,50", "0.75", "70.000", "1,234")]
    [',', ',', '.', None, None]
    """
    comma, point = _DECIDES_COMMA.search(text), _DECIDES_POINT.search(text)
    if bool(comma) == bool(point):
        return None
    return "," if comma else "."


# A number in the usual form, with a unit of at most two words: read at once.
EASY_NUMBER = rf"""\ ?\*{{0,2}}(-?)\$?
    ( [1-9]\d{{0,2}}(?:,\d{{3}}){{1,4}} | [1-9]\d{{0,14}} | 0(?=\.) )
    ( \. (?:(?<=[ $*-]0\.)|(?!\d{{3}}\b)) \d{{1,20}} )?
    %?\*{{0,2}} (?: \ (?!(?:{"|".join(SCALES)})\b)[A-Za-z]{{2,15}} ){{0,2}} \.?"""
EASY_PHRASE = re.compile(rf"{EASY_NUMBER}(?:\s*\Z|\n)", re.VERBOSE | re.ASCII)
# Of a canonical number, with the point before them.
_CANONICAL_DECIMALS = 7


def easy_number(found: re.Match[str]) -> str | None:
    """Return the canonical form of a number in the usual form."""
    minus, whole, decimals = found.groups()
    if "," in whole:
        whole = whole.replace(",", "")
    if not decimals:
        return f"-{whole}" if minus else whole
    number = f"{minus}{whole}{decimals}"
    if len(decimals) > _CANONICAL_DECIMALS:
        return canonical_number(number)
    number = number.rstrip("0").rstrip(".")
    return "0" if number == "-0" else number


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A number within a plain phrase: its canonical form, where it starts and where it ends."""

    value: str
    start: int
    end: int


_BEFORE_NUMBER = re.compile(
    r"""(?: [\s"'>:;=~≈+(\[*_,]
      | (?: about | approximately | approx\.? | around | roughly | nearly | exactly | only | just
          | a\ total\ of | equal\ to | equals ) \b )+""",
    re.VERBOSE | re.IGNORECASE,
)
_MINUS_WORD = re.compile(r"(?:minus|negative)\s+(?=[\d.])", re.IGNORECASE)


def leading_number(phrase: str) -> FoundNumber | None:
    """Return the number that a plain phrase begins with."""
    start = lead.end() if (lead := _BEFORE_NUMBER.match(phrase)) else 0
    negative = _MINUS_WORD.match(phrase, start)
    found = _NUMBER.match(phrase, negative.end() if negative else start)
    return _found(found, negated=negative is not None) if found else None


def numbers(phrase: str) -> Iterator[FoundNumber]:
    """Yield the numbers in a plain phrase."""
    for found in _NUMBER.finditer(phrase):
        if number := _found(found):
            yield number


# Letters beside a number are a variable, unless they are a unit: `2x` and `2xy`, not `2m`.
_VARIABLE = r"""
    (?: [abdefijknoqrtu-zBDEGHIMO-UX-Z] | [cp](?<!\d\d[cp])(?<!\d\d\ [cp]) )"""
# A number is read as a whole or not at all, so nothing may join it on either side.
_NUMBER = re.compile(
    rf"""
    (?: (?<![\w)\]%§]) (?P<minus>-) | (?<![\w^]) (?<!\^-) (?<!\d-) )
    (?<! \d[.,:/'] ) (?<! [A-Za-z]/ ) (?<! [§π√±≤≥≠] ) (?<! [§π√±≤≥≠][ ] )
    (?:
        (?: (?P<whole> \d{{1,12}} ) [ ]{{1,3}} (?:and[ ])? )?
        (?P<above> \d{{1,3}}(?:,\d{{3}}){{1,4}} | \d{{1,15}} ) [ ]?/[ ]?
        (?P<below> \d{{1,3}}(?:,\d{{3}}){{1,4}} | \d{{1,15}} ) (?! [\d/] | [.,]\d )
    |
        (?P<hour> \d{{1,2}} ) : (?P<minute> [0-5]\d ) (?! [\d:] )
    |
        (?P<comma> [1-9]\d{{0,2}}(?:\.\d{{3}}){{1,12}},\d{{1,15}} | 0,\d{{1,15}}
          | \d{{1,15}},(?: \d{{1,2}} | \d{{4,15}} ) ) (?! \d | [.,]\d )
          (?: [ -]? (?P<comma_scale> {{scale}} ) \b )?+
    |
        (?P<dots> [1-9]\d{{0,2}}(?:\.\d{{3}}){{2,12}} ) (?! \d | [.,]\d )
    |
        10 [ ]? \^ [ ]? (?P<ten> -?\d{{1,3}} ) (?!\d)
    |
        (?P<digits>
            (?: [1-9]\d{{0,2}}(?:,\d{{2,3}}){{0,12}},\d{{3}} (?!\d) | \d+ ) (?: \.\d+ )? | \.\d+
        )
        (?! \d | [.,]\d | [ ]? \^ [ ]? -?\d | [ ]\d{{1,3}}/\d )
        (?: [eE] (?P<exponent> [+-]?\d{{1,3}} ) (?! \w | \.\d ) )?+
        (?: [ ]? [×xX*·] [ ]? 10 [ ]? (?: \^ | \*\* ) [ ]? (?P<power> -?\d{{1,3}} ) (?!\d) )?+
        (?: [ -]? (?P<scale> {{scale}} ) \b
          | (?P<letter> K\b | k(?<=\.\dk)\b
              | [kMB] (?=[ ](?! (?:and|are|for|if|is|or|when|where|with) \b ) [A-Za-z]{{2}} ) )
        )?+
    )
    (?! [:/'-]\d | [ ]?[§π√∞±≤≥≠]
      | {_VARIABLE} (?! [\w'’&] | \.m ) | [a-ln-z]\^ | [A-Z]{{1,4}}_ | [abcnuvwxyz]{{2,3}} (?! \w )
      | [ ] {_VARIABLE} (?! [\w'’&-] | \.\w | [ ]\w )
      | [ ]?/[ ]? {_VARIABLE} (?! [\w'’] ) | [ ]?\([A-Za-z][-+*/^)] )
    """.replace("{scale}", "|".join(sorted(SCALES, key=len, reverse=True))),
    re.VERBOSE | re.ASCII,
)
_EXACT = Context(prec=120, traps=[DivisionByZero, InvalidOperation, Overflow])
_LETTER_EXPONENTS = {"k": 3, "K": 3, "M": 6, "B": 9}


def _found(found: re.Match[str], *, negated: bool = False) -> FoundNumber | None:
    """Return the canonical form of a match, `None` if it is too long or has no value."""
    if found.end() - found.start() > MAX_NUMBER_CHARS:
        return None
    try:
        value = _decimal_value(found)
    except (DivisionByZero, InvalidOperation, Overflow):
        return None
    rounded = _rounded(value.copy_negate() if bool(found["minus"]) != negated else value)
    return FoundNumber(rounded, found.start(), found.end()) if rounded else None


def _decimal_value(found: re.Match[str]) -> Decimal:
    if found["digits"]:
        scale = SCALES[found["scale"]] if found["scale"] else 0
        letter = _LETTER_EXPONENTS[found["letter"]] if found["letter"] else 0
        exponent = scale + letter + int(found["exponent"] or 0) + int(found["power"] or 0)
        return _EXACT.scaleb(_parsed(found["digits"]), exponent)
    if found["above"]:
        return _EXACT.add(Decimal(found["whole"] or 0), _ratio(found))
    if found["hour"]:
        hours = _EXACT.divide(Decimal(found["minute"]), Decimal(60))
        return _EXACT.add(Decimal(found["hour"]), hours)
    if found["comma"]:
        scale = SCALES[found["comma_scale"]] if found["comma_scale"] else 0
        return _EXACT.scaleb(Decimal(found["comma"].replace(".", "").replace(",", ".")), scale)
    if found["dots"]:
        return Decimal(found["dots"].replace(".", ""))
    return Decimal(f"1e{found['ten']}")


def _ratio(found: re.Match[str]) -> Decimal:
    above, below = _parsed(found["above"]), _parsed(found["below"])
    if found["whole"] and above >= below:
        # No mixed number: perhaps two numbers, or a product.
        raise InvalidOperation
    return _EXACT.divide(above, below)


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
