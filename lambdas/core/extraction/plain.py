"""Completions without their dress: LaTeX, Markdown, currency signs and look-alike characters."""

import re
from unicodedata import normalize

_FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
# Zero in Arabic, Persian, Devanagari, Bengali, Thai and full-width digits.
_ZEROS = (0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50, 0xFF10)
_LOOKALIKES = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", ""),
        **dict.fromkeys("\u2243\u2245", "≈"),
        **{chr(zero + digit): str(digit) for zero in _ZEROS for digit in range(10)},
        **{sign: rf"\frac{normalize('NFKC', sign).replace('⁄', '')}" for sign in _FRACTIONS},
        **{superscript: f"^{digit}" for digit, superscript in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
        **{wide: chr(ord(wide) - 0xFEE0) for wide in "，．：／％＝＋＄"},
        **dict(zip("\u2044\u066b\u066c’“”", '/.,\'""', strict=True)),
        "⁻": "^-",
    }
)

# Every pattern takes a bounded number of steps from each position.
_LATEX = (
    (re.compile(r"(?<=\d)(?=\\[dtc]?frac)"), " "),
    (re.compile(r"\\[dtc]?frac\s?\{(-?[\d,.]{1,20})\}\s?\{([\d,.]{1,20})\}"), r"\1/\2 "),
    (re.compile(r"\\[dtc]?frac\s?(\d)\s?(\d)"), r"\1/\2 "),
    (re.compile(r"\^(?:\{\\circ\}|\\circ(?![A-Za-z]))"), "°"),
    (re.compile(r"\^\{(-?\d{1,4})\}"), r"^\1"),
    (re.compile(r"_\{[^{}]{0,40}\}"), "_"),
    (re.compile(r"\{,\}|\\[,;:!> ](?=\d{3})"), ","),
    (re.compile(r"\\(?:times|cdot)(?![A-Za-z])"), "×"),
    (re.compile(r"\\approx(?![A-Za-z])"), "≈"),
    (re.compile(r"\\[()\[\],;:!> ]|\\\\|~"), " "),
    (re.compile(r"\\(?:text|math|box|fbox|mbox|display)[a-z]{0,12}(?![A-Za-z])"), ""),
    (re.compile(r"\\[A-Za-z]{1,20}"), " "),
    (re.compile(r"[\\{}]"), ""),
)
_LINE_BREAK = re.compile(r"\\n(?!eq|e\b|abla|ot|u\b)")
_CALCULATOR = re.compile(r"<<[^<>\n]{0,200}>>")
_BOLD = re.compile(r"(?<!\d)(?:\*\*|__)|(?:\*\*|__)(?!\d)|`")
_JOINED = re.compile(r"(?<=\d)_(?=\d{3})")
_CURRENCY = re.compile(r"(?:\b(?:US|AU|CA|NZ|HK|[CAS]))?(?:(?<!\d)[$€£¥₹₩] ?(?=[-.\d])|[$€£¥₹₩])")
_CURRENCY_CODE = re.compile(r"\b(?:USD|EUR|GBP|INR|Rs\.?) ?(?=-?[\d.])")
_SPACED = re.compile(r"(?<![\d.,/])[1-9]\d{0,2}(?: \d{3}){1,6}(?![\d/]|[.,]\d)")


def plain(text: str) -> str:
    r"""Return a short text with its numbers as `-1,234.5`, `3/4` or `2×10^5`.

    Takes time in proportion to the text's length; callers pass what they read, not a
    whole completion.

    >>> plain(r"\(\boxed{-\$1{,}250}\)").strip()
    '-1,250'
    >>> plain("so **10 000** is <<2*5000=10000>>10 000, or ¾")
    'so 10,000 is 10,000, or 3/4 '
    """
    if not text.isascii():
        text = text.translate(_LOOKALIKES)
    if "\\" in text or "{" in text:
        text = _without_latex(text)
    if "<<" in text:
        text = _shown_only(text)
    if "*" in text or "_" in text or "`" in text:
        text = _BOLD.sub("", _JOINED.sub("", text))
    if "$" in text or not text.isascii():
        text = _CURRENCY.sub("", text)
    text = _CURRENCY_CODE.sub("", text)
    return _SPACED.sub(lambda number: number[0].replace(" ", ","), text)


def _without_latex(text: str) -> str:
    text = _LINE_BREAK.sub("\n", text.replace("\\\\", "\\"))
    text = text.replace("\\$", "$").replace("\\%", "%")
    for pattern, replacement in _LATEX:
        text = pattern.sub(replacement, text)
    return text


def _shown_only(text: str) -> str:
    """Drop calculator annotations (`<<3+4=7>>7`), unless nothing but them shows the number."""
    shown = _CALCULATOR.sub("", text)
    return shown if re.search(r"\d", shown) else text.replace("<<", " ").replace(">>", " ")
