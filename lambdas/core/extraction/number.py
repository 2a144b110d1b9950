"""Numbers as people write them, and the one spelling under which they are counted."""

import re
from collections.abc import Iterator
from decimal import Context, Decimal, DivisionByZero, InvalidOperation, Overflow

from lambdas.core.extraction.plain import plain
from lambdas.core.extraction.words import leading_words

LONGEST_TEXT = 300
LONGEST_NUMBER = 40
_DECIMALS = Decimal("0.000001")
_SMALL = Decimal("0.001")
_EXACT = Context(prec=120, traps=[DivisionByZero, InvalidOperation, Overflow])
_SHORT = Context(prec=6)

_SCALES = {
    "one": 0,
    "hundred": 2,
    "thousand": 3,
    "k": 3,
    "million": 6,
    "billion": 9,
    "trillion": 12,
}
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
_LEAD = re.compile(
    r"""(?: [\s"'>:;=~≈+(\[*_,]
      | (?: about | approximately | approx\.? | around | roughly | nearly | exactly | only | just
          | a\ total\ of | equal\ to | equals ) \b )+""",
    re.VERBOSE | re.IGNORECASE,
)
_MINUS_WORD = re.compile(r"(?:minus|negative)\s+(?=[\d.])", re.IGNORECASE)
_UNIT = re.compile(
    r"(?:[^\d.=+*×÷<>^\n-]|-(?=[A-Za-z])|(?<=[A-Za-z])\.|(?<=[A-Za-z)])\^-?\d){0,60}[.!\s]*",
    re.ASCII,
)


def canonical(text: str) -> str | None:
    r"""Return a number's one spelling, `None` where the text is not one number, with its unit.

    Args:
        text: as people write numbers: with thousands separators, currency, percent sign or a
            unit, as fraction, mixed number, time of day (in hours), power of ten, number word,
            in LaTeX or Markdown.

    Returns:
        Digits without leading or trailing zeros, with `-` and `.` where needed. A percent sign
        is a unit: `20%` is 20. Values are equal when they round to the same millionth (below
        a thousandth: to the same six significant digits), so 1/3, 0.333333 and
        0.3333333333333333 are one, and 7.999999999999999 is 8.

    >>> [canonical(n) for n in ("1,000", "$1000.00", "1/3", r"-\frac{3}{4}", "2:30 pm", "n/a")]
    ['1000', '1000', '0.333333', '-0.75', '2.5', None]
    """
    if text.isdecimal() and text.isascii() and text[0] != "0" and len(text) <= LONGEST_NUMBER:
        return text
    if len(text) > LONGEST_TEXT:
        return None
    bare = plain(text).strip()
    found = leading(bare)
    if found is None:
        return leading_words(bare)
    return found[0] if _UNIT.fullmatch(bare, found[1]) else None


def leading(bare: str) -> tuple[str, int] | None:
    """Return the number that a `plain` text begins with, and where it ends."""
    start = lead.end() if (lead := _LEAD.match(bare)) else 0
    negative = _MINUS_WORD.match(bare, start)
    found = _NUMBER.match(bare, negative.end() if negative else start)
    value = _spelling(found, negated=negative is not None) if found else None
    return (value, found.end()) if found and value else None


def numbers(bare: str) -> Iterator[str]:
    """Yield the numbers in a `plain` text."""
    for found in _NUMBER.finditer(bare):
        if value := _spelling(found):
            yield value


def _spelling(found: re.Match[str], *, negated: bool = False) -> str | None:
    """Return the canonical spelling of a match, `None` for what is too long or has no value."""
    if found.end() - found.start() > LONGEST_NUMBER:
        return None
    try:
        value = _value(found)
    except (DivisionByZero, InvalidOperation, Overflow):
        return None
    return _rounded(value.copy_negate() if bool(found["minus"]) != negated else value)


def _value(found: re.Match[str]) -> Decimal:
    if found["above"]:
        ratio = _EXACT.divide(_decimal(found["above"]), _decimal(found["below"]))
        return _EXACT.add(Decimal(found["whole"] or 0), ratio)
    if found["hour"]:
        return _EXACT.add(
            Decimal(found["hour"]), _EXACT.divide(Decimal(found["minute"]), Decimal(60))
        )
    if found["comma"]:
        return Decimal(found["comma"].replace(".", "").replace(",", "."))
    if found["dots"]:
        return Decimal(found["dots"].replace(".", ""))
    if found["ten"]:
        return Decimal(f"1e{found['ten']}")
    scale = _SCALES[(found["scale"] or found["k"] or "one").lower()]
    exponent = scale + int(found["exponent"] or 0) + int(found["power"] or 0)
    return _EXACT.scaleb(_decimal(found["digits"]), exponent)


def _decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))


def _rounded(value: Decimal) -> str | None:
    if not value:
        return "0"
    if abs(value.adjusted()) > LONGEST_NUMBER:
        return None
    small = value.copy_abs() < _SMALL
    rounded = _SHORT.plus(value) if small else _EXACT.quantize(value, _DECIMALS)
    digits = format(rounded, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
