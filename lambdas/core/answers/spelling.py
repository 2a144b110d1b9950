"""The one spelling in which an exact answer is counted."""

import re
from collections.abc import Mapping
from typing import Literal
from unicodedata import lookup, normalize

from lambdas.contract import DecimalMark
from lambdas.core.answers.normalize import TAG
from lambdas.core.answers.numeric import canonical_number

# A class, a name, a date. All distinct answers of a partition are in memory while it votes.
MAX_ANSWER_CHARS = 120
YesNo = Literal["yes", "no"]

_PLAIN = re.compile(r"[A-Za-z0-9]+(?:[ /-][A-Za-z0-9]+)*", re.ASCII)
_FORMULA_WORD = re.compile(r"sqrt|infinity|(?<![A-Za-z])pi(?![A-Za-z])", re.IGNORECASE)
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})", re.ASCII)


def normalised(
    text: str, decimal_mark: DecimalMark | None = None, yes_no: bool = False
) -> str | None:
    r"""Return the one form in which an answer is counted, `None` if it is empty or too long.

    Args:
        text: an answer. Ignored are case, spaces that part nothing, quotes, Markdown, brackets
            around it, the full stop, tags, and how LaTeX or people write the same formula.
            Characters within words count, and so do brackets around a list, for they tell an
            interval from a pair. Days and months get two digits. A bare number is counted by
            its value, without a sign of its unit such as `$`, `%` or `°`.
        decimal_mark: of the run; a comma also between `3` and `5` parts a list if it is `None`.
        yes_no: whether the answers are booleans, of which each has one spelling.

    >>> [normalised(text) for text in ("**Not  Sure.**", "1/5/2021", "1,000.0", "...")]
    ['not sure', '01/05/2021', '1000', None]
    >>> [normalised(text) for text in (r"\left(1,\dfrac{\pi}2\right)", "(1, pi/2)", r"25\%")]
    ['(1, π/2)', '(1, π/2)', '25']
    >>> normalised("3,5", ","), normalised("True", yes_no=True)
    ('3.5', 'yes')
    """
    if len(text) > MAX_ANSWER_CHARS:
        return None
    plain = _PLAIN.fullmatch(text) and not _FORMULA_WORD.search(text)
    answer = _figure(text.lower(), decimal_mark) if plain else _stable(_folded(text), decimal_mark)
    return BOOLEANS.get(answer, answer) if yes_no and answer else answer


def boolean(value: object) -> YesNo | None:
    """Return a boolean as "yes" or "no", `None` if the value is none.

    Args:
        value: `true` or `false`; or one of the words for them, in any language of MGSM.

    >>> [boolean(value) for value in (True, "False.", "Yes", "不是", 1, "maybe")]
    ['yes', 'no', 'yes', 'no', None, None]
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    return BOOLEANS.get(normalised(value) or "") if isinstance(value, str) else None


_YES = """yes yeah yep true correct right ja wahr richtig oui vrai sí si verdadero cierto correcto
    sim verdadeiro certo sì vero да da верно правда 是 是的 对 正确 真 はい 正しい 네 예 참
    हाँ हां सही نعم صحيح হ্যাঁ ndiyo kweli అవును ใช่ ya benar bẹẹni"""
_NO = """no nope false incorrect wrong untrue nein falsch non faux falso falsa incorrecto não нет
    неверно ложь 否 不 不是 不对 错 错误 假 いいえ 아니요 아니오 거짓
    नहीं गलत لا خطأ না hapana లేదు ไม่ ไม่ใช่ tidak salah rárá"""
_SPELLINGS: tuple[tuple[YesNo, str], ...] = (("yes", _YES), ("no", _NO))
BOOLEANS: Mapping[str, YesNo] = {
    normalize("NFKC", word): each for each, words in _SPELLINGS for word in words.split()
}

_SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SIGNS = str.maketrans(
    {
        **dict.fromkeys('`"“”«»', ""),
        **dict.fromkeys("‘’", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("×·⋅∙", "*"),
        "⁄": "/",
    }
)
_QUOTES = str.maketrans(dict.fromkeys('`"', ""))
_RAISED = re.compile(rf"⁻?[{_SUPERSCRIPTS}]+")
_VULGAR_FRACTION = re.compile("[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]")


def _folded(text: str) -> str:
    """Return a text without differences of case and width, as Unicode folds them."""
    if text.isascii():
        return text.lower().translate(_QUOTES)
    # Folding would merge x² with x2, and 3½ with 31/2.
    text = _RAISED.sub(lambda found: f"^{normalize('NFKC', found[0]).replace('−', '-')}", text)
    text = _VULGAR_FRACTION.sub(_written_out, text).translate(_SIGNS)
    # Folding may produce what normalizing changes again, and the other way round.
    text = normalize("NFKC", normalize("NFKC", text).casefold()).casefold()
    return text.translate(_SIGNS)


def _written_out(found: re.Match[str]) -> str:
    above, below = normalize("NFKC", found[0]).split("⁄")
    return rf"\frac{{{above}}}{{{below}}}"


_MAX_ROUNDS = 12


def _stable(text: str, decimal_mark: DecimalMark | None) -> str | None:
    """Return a folded text once nothing is left to be simplified; `None` if that never ends."""
    for _ in range(_MAX_ROUNDS):
        before, text = text, " ".join(text.split())
        if _ONLY_BRACKETS.fullmatch(text):
            return " ".join(text.replace(" ", ""))
        text = _without_edges(_without_markup(text))
        figure = _figure(text, decimal_mark)
        if figure != text:
            return figure
        text = _respaced(_without_brackets(text))
        if text == before:
            return text if 0 < len(text) <= MAX_ANSWER_CHARS else None
    return None


_ONLY_BRACKETS = re.compile(r"[()\[\]{}<>][()\[\]{}<> ]*")
_NUMBER = re.compile(
    r"""(?P<sign>[-+]?) [$€£]? (?P<minus>-?)
    (?P<digits> (?: [1-9]\d{0,2}(?:,\d{3})+ | [1-9]\d?(?:,\d\d)+,\d{3} | \d{1,40} )
        (?:\.\d{0,39})? | \.\d{1,39} ) \ ?[%°]?""",
    re.VERBOSE | re.ASCII,
)
_SWAPPED = str.maketrans(",.", ".,")


def _figure(text: str, decimal_mark: DecimalMark | None) -> str:
    """Return a bare number by its value, a date in two digits; any other text as it is."""
    if not any(map(str.isdigit, text)):
        return text
    found = _NUMBER.fullmatch(text.translate(_SWAPPED) if decimal_mark == "," else text)
    if found and not (found["sign"] and found["minus"]):
        sign = "-" if "-" in (found["sign"], found["minus"]) else ""
        return canonical_number(sign + found["digits"].replace(",", "")) or text
    if date := _DATE.fullmatch(text):
        return f"{date[1]:0>2}/{date[2]:0>2}/{date[3]}"
    return text


_EDGES = " \t\n*_'$~.,;:!?"
_LEADING_POINT = re.compile(r"\.(?=\w)")
_HEADING = re.compile(r"#{1,6} (?=\S)")


# Behind a space, and no suit of cards: these may be part of the answer.
_EMOJI = re.compile(r"(?<=\S)\s{1,3}[\u2600-\u2653\u2670-\u27bf\ufe0f\U0001f300-\U0001faff]{1,6}\Z")


def _without_edges(text: str) -> str:
    """Return a text without what surrounds it; a sign that stands alone is an answer."""
    heading = _HEADING.match(text)
    inner = text[heading.end() if heading else 0 :].strip(_EDGES)
    inner = inner if inner.isascii() else _EMOJI.sub("", inner)
    start = text.find(inner)
    if inner and start and _LEADING_POINT.match(text, start - 1):
        inner = f".{inner}"
    return inner or (text if len(text) == 1 and text != "." else "")


# Stars of emphasis touch a word; between two operands, or alone, they multiply.
_STARS = re.compile(r"(?<![\w)\]}])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w(\[{\\√])")


def _without_markup(text: str) -> str:
    """Return a text without tags, emphasis and LaTeX."""
    if "<" in text:
        text = TAG.sub("", text)
    if "*" in text and len(text) > 1:
        text = _STARS.sub("", text)
    if "\\" in text or "{" in text or "$" in text or "~" in text:
        for pattern, replacement in _LATEX:
            text = pattern.sub(replacement, text)
    if "\\" in text or "√" in text or "^" in text or "_" in text or "sqrt" in text:
        text = _with_plain_formulas(text)
    return text


# Every pattern takes a bounded number of steps from each position of a short text.
_LATEX = (
    (re.compile(r"\\\\(?=[a-z(\[$%])(?!.*\\(?:begin|end)\b)"), r"\\"),
    (re.compile(r"(?<![\\a-z\d])\${1,2}(\S|\S[^$]{0,80}?\S)(?<!\\)\${1,2}(?![a-z\d])"), r"\1"),
    (re.compile(r"\\[()\[\]]"), ""),
    (re.compile(r"\\(?:left|right|big{1,2}[lr]?)(?![a-z])\.?"), ""),
    (re.compile(r"\\! ?|\\(?:displaystyle|limits)(?![a-z])"), ""),
    (re.compile(r"(?<=\d)(?:\{,\}|,?\\[,;: ]|~)(?=\d{3}(?!\d))"), ","),
    (re.compile(r"(?<!\\)\\[,;: ]|~|\\q?quad(?![a-z])"), " "),
    (re.compile(r"(?<!\\)\\(?=[^a-z0-9\s\\{}])"), ""),
    (re.compile(r"(?<=\d)\\(?:text|mathrm|mbox)[a-z]{0,6}\s?\{ ?([^{}]*)\}"), r" \1"),
    (re.compile(r"\\(?:text|math|bf|rm|it|[fm]?box)[a-z]{0,12}\s?(?:\{([^{}]*)\})?"), r"\1"),
    (re.compile(r"\\(begin|end)\{(?:[bp]matrix|array)\}(?:\{[clr| ]*\})?"), r"\\\1{matrix}"),
    (re.compile(r"(?<=\{matrix\}) | ?(\\\\|&) ?(?=.*\\end)| (?=\\end)"), r"\1"),
)
_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lamda mu nu xi pi rho sigma tau"
    " upsilon phi chi psi omega"
)
_FUNCTIONS = "sin cos tan cot sec csc arcsin arccos arctan log ln exp"
_COMMANDS: Mapping[str, str] = {
    **{name: lookup(f"GREEK SMALL LETTER {name}") for name in _GREEK.split()},
    **{name: f"{name} " for name in _FUNCTIONS.split()},
    **dict.fromkeys(("cdot", "times", "ast"), "*"),
    **dict.fromkeys(("le", "leq", "leqslant"), "≤"),
    **dict.fromkeys(("ge", "geq", "geqslant"), "≥"),
    **dict.fromkeys(("ne", "neq"), "≠"),
    **dict.fromkeys(("emptyset", "varnothing"), "∅"),
    **dict.fromkeys(("mid", "vert"), "|"),
    **dict.fromkeys(("ldots", "cdots", "dots"), "..."),
    "lambda": "λ",
    "infty": "∞",
    "cup": "∪",
    "cap": "∩",
    "pm": "±",
    "in": "∈",
    "div": "÷",
    "approx": "≈",
    "degree": "°",
    "lbrace": r"\{",
    "rbrace": r"\}",
}
_COMMAND = re.compile(r"\\([a-z]+) ?")
_WORD_SIGN = re.compile(r"(?<![a-z\\])(?:(pi)|(infinity))(?![a-z])")
_ROOT = re.compile(
    r"(?:\\?(?<![a-z])sqrt|√)\s?(?:\[(\w{1,3})\]\s?)?(?:[{(]([^{}()]*)[)}]|(\d+|[^\W\d_]))"
)
_DEGREE = re.compile(r"\s?\^\s?(?:\{\s?°\s?\}|°|\{?\\circ(?![a-z])\s?\}?)")
_RAISED_GROUP = re.compile(r"([\^_])\s?(?:\{([^{}]*)\}|(-\w+))")
_FRACTION = re.compile(
    r"(?P<before>\S?)\s?\\[dtc]?frac\s?(?:\{([^{}]*)\}|([^\W_]))\s?(?:\{([^{}]*)\}|([^\W_]))(?=\s?(?P<after>\S?))"
)


def _with_plain_formulas(text: str) -> str:
    """Return a text with LaTeX's formulas as people type them, the innermost first."""
    text = _DEGREE.sub("°", text)
    text = _COMMAND.sub(lambda found: _COMMANDS.get(found[1], found[0]), text)
    text = _RAISED_GROUP.sub(lambda found: found[1] + _operand(found[2] or found[3] or ""), text)
    text = _ROOT.sub(_root, text)
    text = _FRACTION.sub(_fraction, text)
    return text.replace(r"\{", "{").replace(r"\}", "}")


def _root(found: re.Match[str]) -> str:
    degree = f"[{found[1]}]" if found[1] and found[1] != "2" else ""
    return f"√{degree}{_operand(found[2] or found[3] or '')}"


_OPERAND = re.compile(r"\d+|[^\W\d_]|\([^()]*\)")
_NUMERATOR = re.compile(r"-?[\w^√.*]+|\([^()]*\)|[\w√]*\([^()]*\)")
_JOINS_BEFORE = re.compile(r"[^\W\d]|[)^/√]")
_JOINS_AFTER = re.compile(r"[\w(^/√!\\]")


def _operand(text: str) -> str:
    """Return what binds as one: a number or a letter as it is, all else in brackets."""
    text = text.strip()
    return text if _OPERAND.fullmatch(text) else f"({text})"


def _fraction(found: re.Match[str]) -> str:
    before = found["before"]
    above, below = (found[2] or found[3] or "").strip(), (found[4] or found[5] or "").strip()
    above = above if _NUMERATOR.fullmatch(above) else f"({above})"
    below = below if below.startswith("√") and _OPERAND.fullmatch(below[1:]) else _operand(below)
    fraction = f"{above}/{below}"
    if before.isdigit():
        return f"{before} {fraction}"
    joined = _JOINS_BEFORE.match(before) or _JOINS_AFTER.match(found["after"])
    return f"{before}({fraction})" if joined else f"{before}{fraction}"


_BRACKETS = ("()", "[]", "{}", "<>")
_WORD = re.compile(
    r"""(?<![^\W\d_])
    (?! (?: infinity | sqrt | log | exp | (?:arc)?(?:sin|cos|tan|cot|sec|csc)h? ) (?![^\W\d_]) )
    [^\W\d_]{3}""",
    re.VERBOSE,
)


def _without_brackets(text: str) -> str:
    """Return a text without brackets around it, unless they hold a list of numbers or letters."""
    if len(text) > 1 and text[0] + text[-1] in _BRACKETS and _closes_last(text):
        inner = text[1:-1]
        listed = ("," in inner or ";" in inner) and not _WORD.search(inner)
        return text if listed else inner
    unopened = text.endswith(")") and not any(bracket in text for bracket in "([{<")
    return text[:-1] if unopened else text


def _closes_last(text: str) -> bool:
    """Whether the bracket that a text begins with is closed by its last character."""
    depth = 0
    for position, character in enumerate(text):
        depth += (character in "([{<") - (character in ")]}>")
        if not depth:
            return position == len(text) - 1
    return False


_LISTED = re.compile(r"(?<=\S) ?, ?(?=\S)")
_COMMA = re.compile(r"(?<=\S) ?,(?!(?<=\d,)\d{3}(?!\d)) ?(?=\S)")
_OPERATOR = re.compile(r"(?<=[^\s,;]) ?([-+*/^=<>≤≥≠≈±∪∩∈÷|]) ?(?=\S)")
_INSIDE = re.compile(
    r"(?<=[(\[{|]) | (?=[)\]}|])| (?=\()|(?<=[\d)]) (?=(?:[^\W\d_]|[√∞])(?![^\W\d_]|\.))"
)
_RATIO = re.compile(r"(?<=\d) ?: ?(?=\d)")


def _respaced(text: str) -> str:
    """Return a text with the spaces of a formula, or of a list, in one way.

    A dash before a number with a space between, as in `- 5`, may begin an item of a list.
    """
    formula = not _WORD.search(text)
    if "," in text:
        # Between brackets numbers are listed: (12,102) is an interval.
        listed = formula and any(bracket in text for bracket in "([{")
        text = (_LISTED if listed else _COMMA).sub(", ", text)
    if not formula:
        return text
    text = _WORD_SIGN.sub(lambda found: "π" if found[1] else "∞", text)
    return _RATIO.sub(":", _INSIDE.sub("", _OPERATOR.sub(r"\1", text)))
