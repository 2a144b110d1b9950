"""The number that a phrase or a sentence states."""

import re

from lambdas.contract import DecimalMark
from lambdas.core.answers.markers import DIGIT, ExtractedAnswer
from lambdas.core.answers.normalize import CANNOT_TELL_PATTERN, after_verbs, plain_numbers
from lambdas.core.answers.notation import (
    EASY_PHRASE,
    PAIR,
    SYMBOL,
    FoundNumber,
    easy_number,
    is_plain_formula,
    leading_number,
    numbers,
    phrase_number,
)
from lambdas.core.answers.numerals import spelled_out_number

_NO_ANSWER = re.compile(
    rf"""{CANNOT_TELL_PATTERN}
  | \b(?: null | none | nan | n/a | unknown | undefined | unclear | undetermined | indeterminate
      | impossible | insufficient | no\ (?:answer|solution|unique\ \w{{1,20}})
      | not\ (?:available|possible|enough|determined|determinable|provided|given|specified
          |applicable|known|clear|sufficient|computable|solvable) )\b""",
    re.VERBOSE | re.IGNORECASE,
)


def from_phrase(phrase: str) -> ExtractedAnswer | None:
    """Return the number that a plain phrase comes down to, or that it is a formula."""
    number = DIGIT.search(phrase)
    if _NO_ANSWER.search(phrase, 0, number.start() if number else len(phrase)):
        return ExtractedAnswer(None)
    phrase = _ASIDE.sub("", phrase) if "(" in phrase else phrase
    side = _right_hand_side(phrase)
    if PAIR.match(phrase) or _BOUND.match(side) or _PARTS.match(side):
        return ExtractedAnswer(None)
    if side is not phrase and (easy := EASY_PHRASE.fullmatch(side)):
        return ExtractedAnswer(easy_number(easy))
    if is_plain_formula(side) and not (sole_number(side) and SYMBOL.search(side)):
        return ExtractedAnswer(_restated(side) or _difference(side))
    answer = None if side.startswith("between") else _phrase_number(phrase, side)
    if answer or _FORMULA_FIRST.match(side):
        return ExtractedAnswer(answer)
    return None


def from_sentence(sentence: str) -> ExtractedAnswer | None:
    """Return the number that a sentence of prose states, or that it states a formula."""
    sentence = _ASIDE.sub("", sentence) if "(" in sentence else sentence
    sentence = _without_reasons(sentence) if " because " in sentence else sentence
    side = _right_hand_side(sentence)
    if _BOUND.match(side):
        return ExtractedAnswer(None)
    if is_plain_formula(side):
        return ExtractedAnswer(_restated(side) or _difference(side))
    answer = _phrase_number(sentence, side, prose=True)
    if answer:
        return ExtractedAnswer(None if _is_part(answer, side) else answer)
    stated = next(after_verbs(sentence), "") if side is sentence else side
    unreadable = _FORMULA_FIRST.match(side) or is_plain_formula(stated)
    return ExtractedAnswer(None) if unreadable else None


def _without_reasons(sentence: str) -> str:
    claim = sentence.partition(" because ")[0]
    return claim if DIGIT.search(claim) else sentence


# "more than 12" says no number.
_BOUND = re.compile(
    r"[\s\"'*:]{0,8}(?:more|less|greater|fewer|higher|lower|larger|smaller) than -?\d",
    re.IGNORECASE,
)
_LARGE = r"""(?:hours?|hrs?|h|minutes?|mins?|days?|weeks?|months?|years?|feet|foot|ft|pounds?|lbs?
    |dollars?|met(?:er|re)s?|m|kilomet(?:er|re)s?|km|kilograms?|kg|gallons?|quarts?|miles?)"""
_SMALL = r"""(?:hours?|hrs?|minutes?|mins?|seconds?|secs?|days?|weeks?|months?|inch(?:es)?|in
    |ounces?|oz|cents?|centimet(?:er|re)s?|cm|met(?:er|re)s?|grams?|g|quarts?|pints?|cups?|yards?)"""
# Two numbers that are parts of one quantity, or its bounds.
_TWO_PARTS = rf"""(?<![\d.,])
    (?: (?P<large>\d[\d.,]{{0,9}}) \s?{_LARGE}\.?,?\ (?:and\ )? (?P<small>\d[\d.,]{{0,9}})
        \s?{_SMALL}(?![\w'’])(?!\ (?:in|of|for|each|per|ago|later)\b)
      | (?P<least>\d[\d.,]{{0,9}})\s?[~～]\s?(?P<most>\d[\d.,]{{0,9}}) )"""
_PARTS = re.compile(rf"""[\s"'*:>(\[]{{0,8}} {_TWO_PARTS}""", re.VERBOSE | re.IGNORECASE)
_ANY_PARTS = re.compile(_TWO_PARTS, re.VERBOSE | re.IGNORECASE)
_RANGE = re.compile(
    r"\b(?:takes?|costs?|needs?|about|around|approximately|roughly|is|are|be|between)"
    r" (?P<least>\d[\d.,]{0,9}) (?:to|and) (?P<most>\d[\d.,]{0,9})"
    r"(?: (?![a-z]{1,12} (?:is|are)\b)[a-z]|[.\s]{0,3}\Z)"
)


def _is_part(answer: str, sentence: str) -> bool:
    """Whether a number is one of two that are parts of one quantity, as in `3 hours 45 minutes`."""
    pair = _ANY_PARTS.search(sentence) or _RANGE.search(sentence)
    return pair is not None and answer in (each and each.strip(".,") for each in pair.groups())


SENTENCE_END = re.compile(r"\n|(?<!approx)(?<!Rs)(?<!No)[.!?](?=[\s\"'*)]|$)")
_ENUMERATOR = re.compile(r"(?m)^[ \t*#]{0,8}(?:\d{1,2}[.)]|[Ss]tep \d{1,2}\W)[ \t]{1,4}(?=\D)")


def sentences_of(text: str, mark: DecimalMark | None) -> list[str]:
    """Return the plain sentences of a text, without the numbers of a list's lines."""
    phrases = SENTENCE_END.split(_ENUMERATOR.sub("", plain_numbers(text, mark)))
    return [phrase for phrase in phrases if phrase.strip()]


# An aside in brackets; behind an operator brackets are part of a formula.
_ASIDE = re.compile(r"(?<=[^\s\-+*/×÷=(])\s\([^()\n=]{0,120}\)(?!\s?[*/×÷])")
_FORMULA_FIRST = re.compile(r"[\s\"'*:>(\[]{0,8}(?:-?\d|between\s-?\d)")
_JOINS = re.compile(r"[-+*/×÷^]\s|[×÷^]|\*")


def _restated(phrase: str) -> str | None:
    """Return the value that a phrase such as `0.9 or 9/10`, or `0.9 or 90%`, gives twice."""
    first = leading_number(phrase)
    if first and (percent := _AS_PERCENT.match(phrase, first.end)):
        return percent[1]
    values = set() if _JOINS.search(phrase) else {each.value for each in numbers(phrase)}
    return values.pop() if len(values) == 1 and "or" in phrase else None


_SUBTRACTION = re.compile(r"(?:^|(?<=\s))(\d{1,9})-(\d{1,9})[.\s]*\Z")


def _difference(phrase: str) -> str | None:
    """Return the value of a phrase such as `10-5`; `5-10` may be a range."""
    found = _SUBTRACTION.search(phrase)
    value = int(found[1]) - int(found[2]) if found else -1
    return str(value) if value >= 0 else None


_OPERATOR = re.compile(r"\s{0,2}[-+*/×÷x^]\s{0,2}[(\d]")


def _phrase_number(phrase: str, side: str, *, prose: bool = False) -> str | None:
    """Return the number that a plain sentence, with this right-hand side, comes down to.

    In prose, a number that the sentence begins with may be anything; elsewhere it is the answer.
    """
    if answer := sole_number(phrase, prose=prose):
        return answer
    found = None if prose and side is phrase else leading_number(side)
    if found and not _OPERATOR.match(side, found.end):
        return _with_another(found.value, side[found.end :])
    words = None if DIGIT.search(side) else spelled_out_number(side)
    return words or _stated_number(side)


def _with_another(value: str, rest: str) -> str | None:
    """Return the number that goes on as `or 25%`, `or 7/8`, or `to 8`; `None` if it is open."""
    if percent := _AS_PERCENT.match(rest):
        return percent[1]
    other = leading_number(rest[joined.end() :]) if (joined := _JOINED.match(rest)) else None
    return None if other and other.value != value else value


_JOINED = re.compile(r"\s(?:or|to|and)\s(?=-?\d)")
_AS_PERCENT = re.compile(r",?\s(?:or|which is|i\.e\.,?)\s([1-9]\d{0,2}(?:\.\d{0,3}[1-9])?)\s?%")
_PAUSE = re.compile(r"(?<![-+*/×÷=(])\s\(|[.,;:!?]+(?=\s|$)|\n")


_FINITE_VERB = re.compile(r"\b(?:is|are|was|were|has|have|had|will|would)\b")


def sole_number(phrase: str, *, prose: bool = False) -> str | None:
    """Return the number that a phrase begins with, if no other number comes before a pause.

    A clause such as "3 were added, so now there are 12" only leads to what follows it.
    """
    pause = _PAUSE.search(phrase)
    clause = phrase[: pause.start()] if pause else phrase
    if pause and DIGIT.search(phrase, pause.end()):
        leads = prose or not DIGIT.search(clause) or _FINITE_VERB.search(clause)
        if leads:
            return None
    return phrase_number(clause.strip())


def _right_hand_side(phrase: str) -> str:
    """Return the last side of an equation; for `25/3 ≈ 8.33` the exact side."""
    sides = re.split(r"[=≈]", phrase)
    if len(sides) == 1:
        return phrase
    approximate = "≈" in phrase and phrase.rindex("≈") > phrase.rfind("=")
    if (approximate or not DIGIT.search(sides[-1])) and sole_number(sides[-2]):
        return sides[-2]
    named = None if DIGIT.search(sides[-1]) else _NUMBER_LAST.search(sides[-2])
    return named[0] if named else sides[-1]


# As in `that gives 25 = x`.
_NUMBER_LAST = re.compile(r"(?<=[a-z,:] )-?\d[\d.,/]{0,20}\s{0,2}\Z")


_NUMBER_VERB = re.compile(
    r"\b(?:is|are|was|were|be|equals)\s{1,3}(?:(?:about|approximately|around|roughly|only|exactly"
    r"|just|now|then|equal to|a total of|at least|at most)\s{1,3}){0,2}"
    r"(?=[-.\d]|(?:minus|negative)\s\d)",
    re.IGNORECASE,
)
# What stands before a number that only says how, when or of what.
_CIRCUMSTANCE = re.compile(
    r"""(?: \b(?: across | after | among | at | because | before | between | by | during | every
            | for | from | if | into | on | over | per | since | than | using | when | within
            | (?<!finish\ )(?<!finishing\ )in
            | (?<!able\ )(?<!going\ )(?<!ha[ds]\ )(?<!have\ )(?<!is\ )(?<!need\ )(?<!needs\ )
              (?<!required\ )(?<!wants\ )(?<!was\ )to\ (?!find|get|give|obtain)[a-z]{2,12}
            | (?<!left\ )(?<!up\ )(?<!leaving\ \w\w\w\ )with ) (?:\ [a-z]{2,12}ing)?
      | \d\ (?:dollar|pound|day|week|month|year|hour|minute)s?(?:\ and)?
      | \d\ (?:foot|feet|ft|lbs?)(?:\ and)?
      | \d\S{0,12}\ (?:[A-Za-z%-]{1,15}\ ){0,3}of | \bout\ of
      | \bat\ (?:[a-z]{1,5}\ )?(?:cost|pace|price|rate|speed)\ of )
    (?:\ (?:the|an?|his|her|their|its|my|our|your|these|those|each|every|all|other|first|last|next
          |only|about) ){0,2}
    [ ]-?\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_CIRCUMSTANCE_CHARS = 80


def _stated_number(phrase: str) -> str | None:
    """Return the last number behind a verb such as "is", or else the last that is an object.

    >>> _stated_number("Tim saves 34 per month by cancelling his 60 cable package")
    '34'
    """
    for clause in reversed(_CLAUSE_END.split(phrase)):
        if not _SUBORDINATE.match(clause) and (answer := _clause_number(clause)):
            return answer
    found_numbers = [*numbers(phrase)]
    if not found_numbers:
        return _difference(phrase)
    meant = [each.value for each in found_numbers if not _is_denied(phrase, each)]
    return meant[-1] if meant else None


_CLAUSE_END = re.compile(r"[,;:]\s")
_SUBORDINATE = re.compile(
    r"""\s*(?: (?:or|because|since|as|if|given|assuming|not)\b
      | (?: (?:which|that)\ (?:is|are|was)\ )?
        \d\S{0,12}\ (?:[a-z]{1,12}\ ){0,2}(?:[a-z]{2,9}er|more|less)\ than\b )""",
    re.VERBOSE | re.IGNORECASE,
)


def _clause_number(clause: str) -> str | None:
    for verb in reversed([*_NUMBER_VERB.finditer(clause)]):
        found = leading_number(clause[verb.end() :])
        if _DENIED_BEFORE.search(clause[: verb.start()]):
            continue
        if found and not _OPERATOR.match(clause, verb.end() + found.end):
            return found.value
    for each in reversed([*numbers(clause)]):
        before = clause[max(0, each.start - _CIRCUMSTANCE_CHARS) : each.start]
        if _is_denied(clause, each):
            continue
        if not (clause[each.end :].startswith("-") or _CIRCUMSTANCE.search(f" {before}")):
            return each.value
    return None


_DENIED_BEFORE = re.compile(
    r"(?:\bnot|n['’]t|\bcannot)\ (?:be\ )?(?:equal\ to\ )?\Z", re.IGNORECASE
)
_DENIED_BEHIND = re.compile(
    r"\ (?:is|was)\ (?:wrong|incorrect|not (?:the|right|correct|it)\b)", re.IGNORECASE
)
_DENIAL_CHARS = 24


def _is_denied(phrase: str, number: FoundNumber) -> bool:
    before = phrase[max(0, number.start - _DENIAL_CHARS) : number.start]
    return bool(_DENIED_BEFORE.search(before) or _DENIED_BEHIND.match(phrase, number.end))
