"""Arithmetic expressions within prose: `She has 2 * $3 (coins) + 4 apples` holds 2 * 3 + 4."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Sign = Literal["+", "-", "*", "/", "(", ")"]
# How tightly each sign binds.
USUAL: Mapping[str, int] = {"+": 1, "-": 1, "*": 2, "/": 2}
FLAT: Mapping[str, int] = {"+": 1, "-": 1, "*": 1, "/": 1}
PRODUCTS_FIRST: Mapping[str, int] = {"+": 1, "-": 1, "*": 3, "/": 2}
MAX_TOKENS = 80
_MAX_CLAUSE_CHARS = 600


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written.

    Attributes:
        value: without regard to a percent sign.
        decimals: number of digits after the point.
        percent: whether a percent sign follows.
    """

    value: Fraction
    decimals: int = 0
    percent: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression in a text.

    Attributes:
        tokens: numbers and signs, brackets balanced, as they would be typed into a calculator.
        words: units and other words within and behind it, in lower case, in order.
        certain: whether it surely begins where it seems to, so that nothing is left out.
    """

    tokens: tuple[Number | Sign, ...]
    words: tuple[str, ...] = ()
    certain: bool = True

    @property
    def numbers(self) -> tuple[Number, ...]:
        """The numbers, from left to right."""
        return tuple(token for token in self.tokens if isinstance(token, Number))

    @property
    def adds(self) -> bool:
        """Whether anything is added or subtracted."""
        return "+" in self.tokens or "-" in self.tokens


_TOKEN = re.compile(
    r"""
    (?P<number> (?<!\d)(?<!\d[.,])(?!0\d) (?: (?: \d{1,3}(?:,\d{3}){1,4} | \d{1,15} ) (?!\d|,\d)
                    (?: \.(?P<decimals>\d{1,20}) )? | \.(?P<pointed>\d{1,20}) )
        (?! \d | \.\d | st\b | nd\b | rd\b | th\b | (?![xX][ ]?[\d(]) [A-Za-z](?![A-Za-z]) )
        (?P<percent> [ ]?% | [ ]percent\b )? )
  | (?P<sign> [-+*×÷/·] (?![A-Za-z]) | (?<![A-Za-z])[xX](?=\s?[-\d(.]) )
  | (?P<sign_word> (?: times | plus | minus | multiplied\ by | divided\ by )\ (?=[\d(.]) )
  | (?P<share> of\ (?:(?:the|his|her|their|its|all|those|these)\ )?(?=[\d(.]) )
  | (?P<opening> \( ) | (?P<closing> \) )
  | (?P<word> -?[A-Za-z][A-Za-z'-]* \b(?![\d_]) | /[A-Za-z]+ )
  | (?P<space> \s+ )
  | (?P<other> . )
    """,
    re.VERBOSE | re.ASCII | re.DOTALL,
)
_SIGNS: Mapping[str, Sign] = {
    **dict.fromkeys(("+", "plus"), "+"),
    **dict.fromkeys(("-", "minus"), "-"),
    **dict.fromkeys(("*", "×", "·", "x", "X", "times", "multiplied by"), "*"),
    **dict.fromkeys(("/", "÷", "divided by"), "/"),
}
# Words in brackets are a remark: `10 (bicycles) + 9 (tricycles)`.
_REMARK = re.compile(r"\([A-Za-z][A-Za-z '/-]{1,60}\)")
_BEFORE_NUMBER = frozenset("+-*/(")
_ONE_LETTER = frozenset({"a", "A", "I"})


def expressions(clause: str) -> list[Expression]:
    """Return the expressions of a clause; a number alone is an expression too.

    Args:
        clause: text with plain numbers, without a sign of equality and without punctuation.

    >>> [len(each.tokens) for each in expressions("12 eggs for 3 friends is 12 / 3 eggs each")]
    [1, 1, 3]
    """
    if len(clause) > _MAX_CLAUSE_CHARS:
        return []
    clause = _REMARK.sub(" ", clause)
    parser = _Parser()
    for found in _TOKEN.finditer(clause):
        parser.take(found)
    parser.close()
    return parser.found


class _Parser:
    """Parses tokens from left to right; behind one that fits nowhere, expressions are uncertain."""

    def __init__(self) -> None:
        self.found: list[Expression] = []
        self._tokens: list[Number | Sign] = []
        # Indices of the brackets that are still open.
        self._open: list[int] = []
        # Words since the last number, sign or expression.
        self._words: list[str] = []
        # Words of the current expression before those.
        self._units: list[str] = []
        self._certain = self._next_certain = self._certain_within = True
        self._negative = False
        self._end = -1

    def take(self, found: re.Match[str]) -> None:
        """Take one token."""
        glued = found.start() == self._end
        match found.lastgroup:
            case "space":
                return
            case "number":
                self._number(found)
            case "sign" | "sign_word":
                self._sign(found)
            case "share":
                self._share()
            case "opening":
                self._opening(glued=glued)
            case "closing":
                self._closing()
            case "word":
                self._word(found[0], glued=glued)
            case _:
                self._break()
        self._end = found.end()

    def close(self) -> None:
        """Add the expression if it is complete, starting at the last bracket that is still open."""
        tokens = self._tokens
        if self._open:
            tokens = tokens[self._open[-1] + 1 :]
            self._certain = self._open[-1] == 0 and self._certain_within
        if tokens and not self._expecting():
            words = (*self._units, *self._words)
            self.found.append(Expression(tuple(tokens), words, self._certain))
        self._tokens, self._units, self._open = [], [], []

    def _number(self, found: re.Match[str]) -> None:
        self._make_room()
        digits = found["decimals"] or found["pointed"] or ""
        bare = found["number"].removesuffix(found["percent"] or "").replace(",", "")
        amount = Fraction(f"-{bare}" if self._negative else bare)
        self._negative = False
        self._tokens.append(Number(amount, len(digits), bool(found["percent"])))

    def _opening(self, *, glued: bool) -> None:
        if glued and not self._expecting():
            self._tokens.append("*")
        if len(self._tokens) >= MAX_TOKENS:
            self._break()
        # A bracket behind a number holds a remark, unless the equation continues within it.
        remark = not self._expecting()
        self._make_room()
        self._certain_within = self._certain
        self._certain &= not remark
        self._open.append(len(self._tokens))
        self._tokens.append("(")

    def _closing(self) -> None:
        if self._open and not self._expecting():
            self._open.pop()
            self._tokens.append(")")
        else:
            self._break(certain=self._certain)

    def _sign(self, found: re.Match[str]) -> None:
        sign = _SIGNS[found[0].strip()]
        if not self._expecting() and len(self._tokens) < MAX_TOKENS:
            self._units += self._words
            self._words = []
            self._tokens.append(sign)
        elif sign == "-" and not self._negative and found.string[found.end() :][:1].isdigit():
            self._negative = True
        else:
            self._break()

    def _share(self) -> None:
        """Take "of 50": it multiplies after `20%` and `1/2`, and is a word after `5 boxes`."""
        last = self._tokens[-1] if self._tokens else None
        share = isinstance(last, Number) and (last.percent or self._tokens[-2:-1] == ["/"])
        if not self._words and (share or last == ")"):
            self._tokens.append("*")
        else:
            self._word("of", glued=False)

    def _word(self, word: str, *, glued: bool) -> None:
        bare = word.lstrip("-")
        unknown = bare not in _ONE_LETTER or glued or (bare == "A" and bool(self._tokens))
        variable = len(bare) == 1 and unknown
        if variable or (word[0] == "/" and not glued):
            self._break()
            return
        # `7/20 of the mixture` continues with something that is not a number.
        goes_on = bool(self._tokens) and not self._expecting() and not self._words
        self._certain &= not (goes_on and links(word))
        self._words.append(word.lower())

    def _break(self, *, certain: bool = False) -> None:
        """End the expression at what no expression contains: a variable, a power, a root."""
        self._certain &= certain
        self.close()
        self._words = []
        self._next_certain = self._negative = False

    def _make_room(self) -> None:
        """Begin a new expression, unless the current one expects a number or a bracket."""
        if not self._expecting():
            self._next_certain = bool(self._words) and not self._open
            self.close()
        elif self._tokens and not all(is_determiner(word) for word in self._words):
            self._break()
        if not self._tokens:
            self._certain = self._next_certain and begins_clearly(
                self._words, after_number=bool(self.found)
            )
            self._next_certain = True
        self._words = []

    def _expecting(self) -> bool:
        """Whether a number or a bracket has to follow."""
        return not self._tokens or (self._tokens[-1] in _BEFORE_NUMBER)


def value(
    tokens: Sequence[Number | Sign],
    ranks: Mapping[str, int] = USUAL,
    *,
    hundredths: bool = True,
    rightmost: bool = False,
) -> Fraction | None:
    """Return the value of an expression, `None` if it divides by zero.

    Args:
        tokens: of a well-formed expression.
        ranks: how tightly each sign binds.
        hundredths: whether `20%` is 0.2 and not 20.
        rightmost: whether signs that bind alike are applied from right to left.

    Method: two stacks, one of values and one of signs (Dijkstra's shunting yard), so that deep
    brackets need no recursion.

    >>> value([Number(Fraction(2)), "+", Number(Fraction(3)), "*", Number(Fraction(4))])
    Fraction(14, 1)
    """
    values: list[Fraction] = []
    signs: list[Sign] = []
    try:
        for token in (*tokens, ")"):
            if isinstance(token, Number):
                values.append(token.value / 100 if hundredths and token.percent else token.value)
            else:
                _take(token, values, signs, ranks, rightmost=rightmost)
    except ZeroDivisionError:
        return None
    return values.pop()


def _take(
    sign: Sign,
    values: list[Fraction],
    signs: list[Sign],
    ranks: Mapping[str, int],
    *,
    rightmost: bool,
) -> None:
    """Apply the earlier signs that bind at least as tightly, and keep this sign for later."""
    if sign == "(":
        signs.append(sign)
        return
    rank = ranks.get(sign, 0) + rightmost
    while signs and signs[-1] != "(" and ranks[signs[-1]] >= rank:
        second, first = values.pop(), values.pop()
        values.append(_apply(signs.pop(), first, second))
    if sign != ")":
        signs.append(sign)
    elif signs:
        signs.pop()


def _apply(sign: Sign, first: Fraction, second: Fraction) -> Fraction:
    match sign:
        case "+":
            return first + second
        case "-":
            return first - second
        case "*":
            return first * second
        case _:
            return first / second


def _words(*texts: str) -> frozenset[str]:
    return frozenset(word for text in texts for word in text.split())


# Words that change a value or its unit, wherever they stand in an equation.
_CHANGING = _words(
    "two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty",
    "hundred hundreds thousand thousands million millions billion trillion dozen dozens pair pairs",
    "half halves third thirds fourth quarter quarters fifth twice thrice double doubled triple",
    "tripled score gross percent percents squared cubed halved root sqrt mod modulo remainder",
    "factorial cent cents penny pennies nickel nickels dime dimes round rounded rounding rounds",
    "am pm",
)
# Within an expression, these show that another sentence has begun: `9 because - 18/-2`.
_JOINING = _words(
    "because so and then which that is are was has have if since but where while or equals gives",
    "leaves therefore thus hence",
)
# Before an expression, these make it part of another: `half of 10 + 2`, `day 1 - 5`.
_TAKING = _CHANGING | _words("average mean log no step day week month year part case")
# So do these if a number stands before them: `5 and 3 + 1`, `5 less than 10 + 2`.
_LINKING = _words("of and by from to than per over times plus minus divided multiplied less")
# These separate an expression from such words.
_STOPPING = _words(
    "is are was were be been has have had so then that means costs makes gets get total sum spends",
    "earns pays because which since where while therefore thus hence",
)
_WORDS_BEFORE = 4
_DETERMINERS = _words("the another a an his her their its about only additional other")
# Units of one kind.
_UNIT_FAMILIES: Sequence[frozenset[str]] = (
    _words("second sec minute min hour hr day week month year yr decade century"),
    _words("inch inche in foot feet ft yard yd mile mm cm km meter metre centimeter kilometer"),
    _words("ounce oz pound lb kg gram kilogram ton"),
    _words("ml liter litre cup pint quart gallon tablespoon teaspoon milliliter"),
)


def begins_clearly(before: Sequence[str], *, after_number: bool) -> bool:
    """Whether an expression begins where it seems to.

    Args:
        before: the words before it, back to the last number of its clause.
        after_number: whether there is such a number.

    >>> [begins_clearly(words.split(), after_number=True) for words in ("so she has", "of the")]
    [True, False]
    """
    near = before[: -_WORDS_BEFORE - 1 : -1]
    if tuple(near[:2]) in {("of", "total"), ("of", "sum"), ("to", "comes"), ("to", "equal")}:
        return True
    taking = _TAKING | _LINKING if after_number else _TAKING
    for word in near:
        if word in _STOPPING:
            return True
        if word in taking:
            return False
    return True


def is_determiner(word: str) -> bool:
    """Whether a word may stand between a sign and its number, as in `5 + another 3`."""
    return word in _DETERMINERS


def links(word: str) -> bool:
    """Whether a word right behind a number links it to something else, as in `3/4 of a cake`."""
    return word in _LINKING


def changes_value(words: Collection[str]) -> bool:
    """Whether any of an equation's words changes a value or its unit."""
    return any(word in _CHANGING for word in words)


def joins_sentences(words: Collection[str]) -> bool:
    """Whether the words of an expression belong to more than one sentence."""
    return any(word in _JOINING for word in words)


def mixes_units(words: Collection[str]) -> bool:
    """Whether words name two units of one kind, so that a sum may convert one to the other.

    >>> [mixes_units({"hours", other}) for other in ("hour", "minutes", "miles")]
    [False, True, False]
    """
    named = {word.strip("-/").removesuffix("s") for word in words}
    return any(len(named & family) > 1 for family in _UNIT_FAMILIES)
