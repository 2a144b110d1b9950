"""Completions without formatting: LaTeX, Markdown, currency signs and look-alike characters."""

import re
from collections.abc import Iterator
from unicodedata import normalize

from lambdas.contract import DecimalMark
from lambdas.core.answers.numerals import DIGIT_ZEROS, with_plain_scales

_COMMAND = re.compile(r"\\(?:text|math|bf|rm|it|f?box)[a-z]{0,12}")
TAG = re.compile(r"</?(?:b|i|u|em|strong|code|mark|span|p|br)\s?/?>", re.IGNORECASE)
_QUOTED_LABEL = re.compile(r"(?<!\w)['‘’](\w{1,2})['’](?!\w)")
_FORMATTING = dict.fromkeys(map(ord, '*`$"“”„«»「」『』【】《》{}\\_'))
# Stops of other scripts, which often have no space behind them.
_STOPS = str.maketrans({"。": ". ", "।": ". ", "、": ", ", "،": ", ", "؛": "; ", "؟": "? "})


def plain_text(text: str) -> str:
    r"""Return a text without mere formatting; an apostrophe within a word stays.

    >>> plain_text(r'**"C"** is \\boxed{\\text{D}}')
    'C is D'
    """
    if not text.isascii():
        text = normalize("NFKC", text).translate(_STOPS)
    text = plain_formulas(text)
    if "\\" in text:
        text = _COMMAND.sub("", text)
    if "<" in text:
        text = TAG.sub("", text)
    text = text.translate(_FORMATTING)
    return _QUOTED_LABEL.sub(r"\1", text) if "'" in text else text


_FRACTION = re.compile(r"\\[dtc]?frac\s?(?:\{([^{}]{0,60})\}\s?\{([^{}]{0,60})\}|(\d)\s?(\d))")
_ROOT = re.compile(r"(?:\\?\bsqrt|√)\s?[({]?(\w{1,12})[)}]?")
_DEGREE = re.compile(r"\^(?:\\circ\b|\{\\circ\})")
_PI = re.compile(r"\\pi(?![A-Za-z])")


def plain_formulas(text: str) -> str:
    r"""Return a text with the LaTeX formulas that options contain written as people type them.

    >>> [plain_formulas(text) for text in (r"\frac{\sqrt{3}}{2}", r"2\pi", "90^\\circ", "sqrt(2)")]
    ['√3/2', '2π', '90°', '√2']
    """
    if "sqrt" in text or "√" in text:
        text = _ROOT.sub(r"√\1", text)
    if "\\" not in text:
        return text
    text = _DEGREE.sub("°", _PI.sub("π", text))
    return _FRACTION.sub(lambda part: f"{part[1] or part[3]}/{part[2] or part[4]}", text)


def plain_lines(text: str) -> list[str]:
    """Return the non-blank lines of a short text."""
    return [line for line in map(str.strip, plain_text(text).split("\n")) if line]


_STOP = re.compile(r"[.!?](?=[\s\"')\]]|$)|\n")


def plain_sentences(text: str) -> list[str]:
    """Return the sentences of a short text, each without its full stop."""
    return [sentence for sentence in map(str.strip, _STOP.split(plain_text(text))) if sentence]


_VERB = re.compile(
    r"\b(?:is|are|was|were|be|equals|(?:it|that)['’]s)\b|[=≈]|(?<!\d):|:(?!\d)", re.IGNORECASE
)


def after_verbs(sentence: str) -> Iterator[str]:
    """Yield what follows each verb such as "is", the last one first.

    >>> [*after_verbs("The height is x = 4 m")]
    ['4 m', 'x = 4 m']
    """
    for verb in reversed([*_VERB.finditer(sentence)][-8:]):
        yield sentence[verb.end() :].strip()


_ASIDE = re.compile(r"[,;]?\s(?:because|since|as|so|which|but|\(|[-–—]{1,2}\s)|[,;]\s")


def before_aside(sentence: str) -> str:
    """Return a sentence up to the point where it starts to explain.

    >>> before_aside("the rocks, since fish hide there")
    'the rocks'
    """
    return _ASIDE.split(sentence, maxsplit=1)[0].strip()


# To be used within verbose patterns.
CANNOT_TELL_PATTERN = r"""
    \b(?: can(?:not|'t|’t|\ not) | could(?:n't|n’t|\ not) | unable\ to | possible\ to
      | impossible\ to )
    \ (?:be\ )? (?:[a-z]{1,12}ly\ )?
    (?: determin | answer | solve | calculate | compute | provide | give | say | tell | known )
  | \b(?: not\ enough | insufficient | missing | without\ (?:more|further|additional)
      | inadequate )
    \ (?: information | data | details )
  | \bdata\ (?:is\ |are\ )?(?:in(?:adequate|sufficient)|not\ sufficient)"""
CANNOT_TELL = re.compile(CANNOT_TELL_PATTERN, re.VERBOSE | re.IGNORECASE)
NONE_OF_THEM = re.compile(
    r"""\A\W{0,3}none\W{0,3}\Z | \b(?: none\ of\ (?:the|these|those|them|above)
      | no\ (?:correct|right|valid|suitable)\ (?:answer|option|choice)
      | not\ (?:\w{1,12}\ )?(?:listed|one\ of\ the|among\ the|given\ (?:in|among|as|here)
          |provided\ (?:in|among|as|here)) )""",
    re.VERBOSE | re.IGNORECASE,
)


def find_refusal(sentence: str) -> re.Match[str] | None:
    """Return the words saying that no option is right, or that nobody can answer.

    >>> texts = ("None of these.", "It cannot be determined.", "It is B.")
    >>> [bool(find_refusal(text)) for text in texts]
    [True, True, False]
    """
    return NONE_OF_THEM.search(sentence) or CANNOT_TELL.search(sentence)


_FRACTIONS = "½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
_LOOKALIKES = str.maketrans(
    {
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\u3000", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff", ""),
        **dict.fromkeys("\u2243\u2245", "≈"),
        **dict.fromkeys("。।", ". "),
        **{chr(zero + digit): str(digit) for zero in DIGIT_ZEROS for digit in range(10)},
        **{sign: rf"\frac{normalize('NFKC', sign).replace('⁄', '')}" for sign in _FRACTIONS},
        **{superscript: f"^{digit}" for digit, superscript in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
        **{wide: chr(ord(wide) - 0xFEE0) for wide in "，．：／％＝＋＄！？（）"},
        **dict(zip("\u2044\u066b\u066c\u060c\u061f、’“”", '/.,,?,\'""', strict=True)),
        "⁻": "^-",
    }
)
_BOLD = re.compile(r"(?<!\d)(?:\*\*|__)|(?:\*\*|__)(?!\d)|`")
_JOINED = re.compile(r"(?<=\d)_(?=\d{3}(?!\d))")
_BASE = re.compile(r"(?<=\d)_(?=\d)")
_APOSTROPHE = re.compile(r"(?<=\d)'(?=\d{3}(?!\d))")
_CURRENCY_SIGNS = "$€£¥₹₩₽฿₫₦₺₴₱₪₵₸"
_CURRENCY = re.compile(
    rf"(?:\b(?:US|AU|CA|NZ|HK|MX|SG|[CASR]))?"
    rf"(?:(?<!\d)[{_CURRENCY_SIGNS}] ?(?=[-.\d])|[{_CURRENCY_SIGNS}])"
)
_CURRENCY_CODE = re.compile(
    r"\b(?:USD|EUR|GBP|INR|CHF|BRL|CNY|RMB|JPY|Rs\.?|Rp\.?|[KT]?Sh\.?) ?(?=-?[\d.])"
)
_AND_A_HALF = re.compile(r"(?<=\d) and a half\b")
_NO_CENTS = re.compile(r"(?<=\d)[,.]-(?![\d-])")
# `$2k`, `$2.5M` and `$3bn`, unless the dollar signs enclose a formula.
_THOUSANDS = re.compile(
    r"[$€£]\s?(-?\d[\d.,]{0,20})(?:(k|K)|(m|M| ?mn)|(b|B| ?bn))(?![\w$^&'’])(?! ?[-+*/=])"
)
_SPACED = re.compile(
    r"(?<![\d.,/])(?<!\d )([1-9]\d{0,2}(?: \d{3}){1,6})(?:[.,](\d{1,12}))?(?![\d/]|[.,]\d)"
)


def plain_numbers(text: str, decimal_mark: DecimalMark | None = None) -> str:
    r"""Return a short text with its numbers written as `-1,234.5`, `3/4` or `2×10^5`.

    Args:
        text: takes time in proportion to its length, so callers pass a part of a completion.
        decimal_mark: what the text's language writes before decimals; `None` if that is open,
            where a number such as `1.250,00` stays as it is.

    >>> plain_numbers(r"\(\boxed{-\$1{,}250}\)").strip()
    '-1,250'
    >>> plain_numbers("so **10 000** is <<2*5000=10000>>10 000, or ¾")
    'so 10,000 is 10,000, or 3/4 '
    >>> plain_numbers("70.000 und 1.250,5 und 3,5", ",")
    '70000 und 1250.5 und 3.5'
    """
    if not text.isascii():
        text = text.translate(_LOOKALIKES)
    if "\\" in text or "{" in text:
        text = _without_latex(text)
    if "<<" in text:
        text = _without_annotations(text)
    if "*" in text or "_" in text or "`" in text:
        text = _BOLD.sub("", _BASE.sub("§", _JOINED.sub("", text)))
    if "'" in text:
        text = _APOSTROPHE.sub("", text)
    if "$" in text or not text.isascii():
        text = _CURRENCY.sub("", _THOUSANDS.sub(_in_full, text))
    text = _CURRENCY_CODE.sub("", text)
    if " and a half" in text:
        text = _AND_A_HALF.sub(" 1/2", text)
    if ",-" in text or ".-" in text:
        text = _NO_CENTS.sub("", text)
    if decimal_mark:
        text = _TOKEN.sub(_english_by_point if decimal_mark == "." else _english_by_comma, text)
    text = _SPACED.sub(_grouped, text)
    return text if text.isascii() else with_plain_scales(text)


def _in_full(found: re.Match[str]) -> str:
    scale = "thousand" if found[2] else "million" if found[3] else "billion"
    return f"{found[1]} {scale}"


def _grouped(found: re.Match[str]) -> str:
    grouped = found[1].replace(" ", ",")
    return f"{grouped}.{found[2]}" if found[2] else grouped


_TOKEN = re.compile(r"(?<![\w.,])(?<!\d )\d{1,40}(?:[.,]\d{1,40}){1,20}(?![\d/])")
_WITH_COMMA = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d+)?|\d+,\d+")
_COMMA_DECIMALS = re.compile(r"\d+,(?:\d{1,2}|\d{4,})")


def _english_by_comma(found: re.Match[str]) -> str:
    """Return a number whose decimals follow a comma in English, others as they are."""
    number = found[0]
    if not _WITH_COMMA.fullmatch(number):
        return number
    return number.replace(".", "").replace(",", ".")


def _english_by_point(found: re.Match[str]) -> str:
    """Return a number whose decimals follow a point; what can be none of these is marked."""
    return found[0].replace(",", "§") if _COMMA_DECIMALS.fullmatch(found[0]) else found[0]


# What LaTeX commands mean that no number contains; they are set off by this sign.
FORMULA_SIGN = "§"
# Every pattern takes a bounded number of steps from each position.
_LATEX = (
    (re.compile(r"(?:\{,\}|,?\\[,!] ?|\\[;:> ])(?=\d{3}(?!\d))"), ","),
    (re.compile(r"(?<=\d)(?=\\[dtc]?frac)"), " "),
    (
        re.compile(r"\\[dtc]?frac\s?(\d|\{ ?-?[\d,.]{1,20} ?\})\s?(\d|\{ ?[\d,.]{1,20} ?\})"),
        r"\1/\2 ",
    ),
    (re.compile(r"\^\s?(?:\{\\circ\}|\\circ(?![A-Za-z]))|\\degree(?![A-Za-z])"), "°"),
    (re.compile(r"\^\s?\{?(?:\\[a-z]{2,8}\s?\{)?(st|nd|rd|th)\}{0,2}(?![a-z])"), r"\1"),
    (re.compile(r"\^\{(-?\d{1,4})\}"), r"^\1"),
    (re.compile(r"(?<=[\d)])_(?=[{\\])"), "§_"),
    (re.compile(r"_\{[^{}]{0,40}\}"), "_"),
    (re.compile(r"\\begin\s?\{[a-z]{0,9}(?:matrix|cases|array)\}"), "§"),
    (re.compile(r"\\(?:tag|label|ref|hspace|vspace|phantom|color)\*?\s?\{[^{}]{0,40}\}"), " "),
    (re.compile(r"\\[()\[\],;:!> ]|\\\\|~"), " "),
)
_LINE_BREAK = re.compile(r"\\n(?!eq|e\b|abla|ot|u\b|um\b|ewline|oindent)")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def _without_latex(text: str) -> str:
    text = _LINE_BREAK.sub("\n", text.replace("\\\\", "\\"))
    if "\\u" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).translate(_LOOKALIKES)
    text = text.replace("\\$", "$").replace("\\%", "%")
    for pattern, replacement in _LATEX:
        text = pattern.sub(replacement, text)
    return _BRACES.sub("", _ANY_COMMAND.sub(_without_command, text))


_BRACES = re.compile(r"[\\{}]")
_ANY_COMMAND = re.compile(r"\\([A-Za-z]{1,24})")
_STYLES = ("text", "math", "box", "fbox", "mbox", "display")
_IGNORED = (
    "left right big Big bigg Bigg bigl bigr quad qquad begin end item hline newline par noindent"
    " section subsection subsubsection paragraph implies therefore because thus to dots ldots cdots"
    " underline dollar euro pounds checkmark blacksquare square bf rm it tt large Large huge small"
    " centering num unit SI qty emph rightarrow Rightarrow longrightarrow Longrightarrow"
)
_COMMANDS = dict.fromkeys(_IGNORED.split(), " ") | {
    "times": "×",
    "cdot": "×",
    "div": "÷",
    "approx": "≈",
}


def _without_command(found: re.Match[str]) -> str:
    """Return what a command stands for; what belongs to a formula stays, set off by its sign."""
    name = found[1]
    if name.startswith(_STYLES):
        return ""
    return _COMMANDS.get(name) or f"{FORMULA_SIGN}{name}{FORMULA_SIGN}"


_CALCULATOR = re.compile(r"<<[^<>\n]{0,200}>>")


def _without_annotations(text: str) -> str:
    """Drop calculator annotations (`<<3+4=7>>7`), unless only they show the number."""
    shown = _CALCULATOR.sub("", text)
    return shown if re.search(r"\d", shown) else text.replace("<<", " ").replace(">>", " ")
