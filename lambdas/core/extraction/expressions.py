"""Expressions within prose: `She has 2 * $3 (coins) + 4 apples` holds 2 * 3 + 4."""

import re
from collections.abc import Mapping
from fractions import Fraction

from lambdas.core.extraction.equation_words import begins_clearly, is_determiner, links
from lambdas.core.extraction.expression import Expression, Number, Sign

MAX_TOKENS = 80
_GREATEST_LENGTH = 600

_TOKEN = re.compile(
    r"""
    (?P<number> (?<!\d)(?<!\d[.,])(?!0\d) (?: (?: \d{1,3}(?:,\d{3}){1,4} | \d{1,15} ) (?!\d|,\d)
                    (?: \.(?P<decimals>\d{1,20}) )? | \.(?P<pointed>\d{1,20}) )
        (?! \d | \.\d | st\b | nd\b | rd\b | th\b | (?![xX][ ]?[\d(]) [A-Za-z](?![A-Za-z]) )
        (?P<percent> [ ]?% | [ ]percent\b )? )
  | (?P<sign> [-+*×÷/·] (?![A-Za-z]) | (?<![A-Za-z])[xX](?=\s?[-\d(.]) )
  | (?P<said> (?: times | plus | minus | multiplied\ by | divided\ by )\ (?=[\d(.]) )
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
    """Return the expressions of a clause, a bare number being one as well.

    Args:
        clause: `plain` text without a sign of equality and without punctuation.

    >>> [len(each.tokens) for each in expressions("12 eggs for 3 friends is 12 / 3 eggs each")]
    [1, 1, 3]
    """
    if len(clause) > _GREATEST_LENGTH:
        return []
    clause = _REMARK.sub(" ", clause)
    reader = _Reader()
    for found in _TOKEN.finditer(clause):
        reader.take(found)
    reader.close()
    return reader.found


class _Reader:
    """Takes tokens from left to right; after one that fits nowhere, what is `found` is unsure."""

    def __init__(self) -> None:
        self.found: list[Expression] = []
        self._tokens: list[Number | Sign] = []
        # Places of the brackets that are not closed.
        self._open: list[int] = []
        # Since the last number or sign, or since the last expression, and all of an expression.
        self._words: list[str] = []
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
            case "sign" | "said":
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
        """Keep the expression, if it is whole, from its last bracket that was left open."""
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
        # Behind a number a bracket holds a remark, unless the equation goes on within it.
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
        """Take "of 50": a product after `20%` and `1/2`, a word after `5 boxes`."""
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
        # `7/20 of the mixture` goes on with what is no number.
        goes_on = bool(self._tokens) and not self._expecting() and not self._words
        self._certain &= not (goes_on and links(word))
        self._words.append(word.lower())

    def _break(self, *, certain: bool = False) -> None:
        """End the expression at what is no part of any: a variable, a power, a root."""
        self._certain &= certain
        self.close()
        self._words = []
        self._next_certain = self._negative = False

    def _make_room(self) -> None:
        """Begin an expression, unless a number or a bracket is expected in the one at hand."""
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
        return not self._tokens or (self._tokens[-1] in _BEFORE_NUMBER)
