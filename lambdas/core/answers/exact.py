"""Exact answers: labels, yes or no, dates and other short texts, which vote as normalised text."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial

from lambdas.contract import DecimalMark
from lambdas.contract.schema import AnswerSpec
from lambdas.core.answers.booleans import extract_boolean
from lambdas.core.answers.markers import (
    DIGIT,
    NON_SPACE,
    AnswerMarker,
    ExtractedAnswer,
    answer_field,
    answer_markers,
    first_answer,
)
from lambdas.core.answers.normalize import CANNOT_TELL, after_verbs, plain_text
from lambdas.core.answers.own_text import is_mixed, own_text
from lambdas.core.answers.patterns import (
    compile_pattern,
    last_json_member,
    last_match,
    unescape_json,
)
from lambdas.core.answers.rejections import asserted, is_plain
from lambdas.core.answers.spelling import MAX_ANSWER_CHARS, boolean, normalised

__all__ = ["MAX_ANSWER_CHARS", "boolean", "exact_extractor", "normalised"]


def exact_extractor(spec: AnswerSpec, labels: Collection[str] = ()) -> Callable[[str], str | None]:
    r"""Return a function that extracts a completion's answer, `None` if it has none.

    Args:
        spec: with a pattern, the answer is the last match, or its first group if it has one.
            With a JSON key, it is that member of the last JSON object that has it. Both are
            taken literally. With neither, in order of precedence: a JSON member or XML element
            named answer; the last of `\boxed{}`, "the answer is" and labels such as `Answer:`
            or `A:`; the end of the last sentence, if it is bold, follows a label such as
            `Sentiment:`, or follows "is" and has a digit; the text itself, if it is one line
            of at most 100 characters. A long text never votes. Where the dataset's golds are
            booleans, the answer is "yes", "no" or `None`.
        labels: normalised answers known from the dataset. Where one of these begins a phrase,
            up to a pause, it is the answer, even if it reads like a refusal.

    >>> extract = exact_extractor(AnswerSpec("exact", pattern=r"Label: (\w+)"))
    >>> [extract(text) for text in ("Label: Cat? No. Label: DOG.", "a dog")]
    ['dog', None]
    >>> extract = exact_extractor(AnswerSpec("exact"), ["can't tell", "yes"])
    >>> texts = ("So the answer is yes.", "Answer: can't tell, it is too dark.")
    >>> [extract(text) for text in texts]
    ['yes', "can't tell"]
    """
    find = _finder(spec)
    if find is None:
        reader = TextReader(frozenset(labels), spec.decimal_mark)
        return _extract_boolean if spec.yes_no else partial(_extract, reader)

    def extract(text: str) -> str | None:
        found = find(own_text(text, NON_SPACE))
        return None if found is None else normalised(found, spec.decimal_mark, spec.yes_no)

    return extract


def _finder(spec: AnswerSpec) -> Callable[[str], str | None] | None:
    if spec.json_key is not None:
        return partial(last_json_member, key=spec.json_key)
    return partial(last_match, compile_pattern(spec.pattern)) if spec.pattern else None


def _extract_boolean(text: str) -> str | None:
    return extract_boolean(own_text(text, NON_SPACE))


# The common ending of a completion: one word, number or date; read at once if nothing else can
# take precedence.
_COMMON_ENDING = re.compile(
    r"""(?: nswer\ is | nswer: | (?:\A|\n)A: ) \ ?
    (?: (?P<date> \d\d/\d\d/\d{4} )
      | (?P<word> [A-Za-z]{1,20} | \d{1,2}/\d{1,2}/\d{2,4} | \d{1,9} ) ) \.?\Z""",
    re.VERBOSE | re.ASCII,
)
_ENDING_CHARS = 40


def _extract(reader: "TextReader", text: str) -> str | None:
    text = text.rstrip()
    ending = _COMMON_ENDING.search(text, max(0, len(text) - _ENDING_CHARS))
    if ending and is_plain(text, ending.start()) and not (is_mixed(text) or _has_field(text)):
        return ending["date"] or normalised(ending["word"])
    extracted = reader.extract(own_text(text, NON_SPACE))
    return extracted.answer if extracted else None


def _has_field(text: str) -> bool:
    return "nswer'" in text or ('"' in text and ('nswer"' in text or 'nswer\\"' in text))


_SHORT_CHARS = 100
_DENIAL = re.compile(r"\b(?:not|never|cannot|neither|n?or|if|whether)\b|n['’]t\b", re.IGNORECASE)
_FIGURE_CHARS = 40


_SURELY = re.compile(
    r"(?:(?:therefore|thus|hence|clearly|obviously|indeed|that(?=\s(?:the|it)\b))\s)+(?=\S)",
    re.IGNORECASE,
)
_ADVERB = re.compile(
    r"(?:(?:simply|just|also|still|about|approximately|exactly|therefore|thus|then|probably"
    r"|most likely|likely|clearly|definitely|indeed|that)\s)+(?=\S)",
    re.IGNORECASE,
)
_UNDECIDED = re.compile(
    r"\beither\b.{1,80}\bor\b|\b(?:it|that|this) depends (?:on|upon|how|wh\w{2,6})\b"
    r"|\d\sor\s[$€£]?\d|\A\W{0,3}I (?:do not|don['’]t) (?:really )?know\b",
    re.IGNORECASE,
)
_EITHER = re.compile(r"\W{0,4}either\s.{1,80}\sor\b", re.IGNORECASE)
_YES_NO = re.compile(
    r"\W{0,4}(yes|no)\b(?=[\s*]{0,3}(?:[,;:!]|\.(?!\s?\d+\W*$)|$)|\s?[–—]|\s-\s)", re.IGNORECASE
)
_APOLOGY = re.compile(
    r"\W{0,4}(?:I['’]m sorry|I am sorry|sorry|I apologi[sz]e|as an AI)\b", re.IGNORECASE
)
_BOLD = re.compile(r"\*\*([^*\n]{1,60})\*\*\W{0,3}\Z")
_LABELLED = re.compile(
    r"""[\W_]{0,4}(?:(?:final|predicted|my|the|overall)\s)?(?:label|class|category|classification|sentiment
    |verdict|prediction|output|conclusion|decision|response|date|intent|topic|emotion|stance)
    [\W_]{0,3}:\s?(.{1,60})\Z""",
    re.VERBOSE | re.IGNORECASE,
)
_LEAD_IN = re.compile(rf"(?:{_ADVERB.pattern})?(?:(?:the|an?)\s+(?=\S))?", re.IGNORECASE)
_LISTED = re.compile(r"\s?[,;/]\s?(?:(?:and|or|but)\s)?")
_EQUATION = re.compile(r"\W{0,4}[A-Za-z]\s?=")
_SENTENCE_END = re.compile(r"[.!?](?=[\s\"'*)]|$)|\n")


@dataclass(frozen=True, slots=True)
class TextReader:
    """Reads answers as normalised texts; each method returns `None` if the text gives none.

    Attributes:
        labels: normalised answers known from the dataset; may be empty.
        decimal_mark: of the run.
    """

    labels: Collection[str] = ()
    decimal_mark: DecimalMark | None = None

    def extract(self, text: str) -> ExtractedAnswer | None:
        """Return the answer of a completion."""
        if (value := answer_field(text)) is not None:
            return self._from_field(unescape_json(value))
        # "A:" is a label at the start of a line, and so at the start of a text.
        found = first_answer(answer_markers(f"\n{text}"), self._from_marker)
        return found[1] if found else self._from_own_words(text)

    def _from_own_words(self, text: str) -> ExtractedAnswer | None:
        """Return the answer of a text without any marker; that of a broken box is none."""
        return None if "\\boxed" in text else self._from_end(asserted(text).strip())

    def _from_field(self, value: str) -> ExtractedAnswer | None:
        if value.strip() == "null" and "null" not in self.labels:
            return ExtractedAnswer(None)
        return self._from_phrase(value)

    def _from_marker(self, marker: AnswerMarker) -> ExtractedAnswer | None:
        if marker.kind == "hashes":
            # Without a digit, a line behind ### is a heading.
            answer = self._normalised(marker.text.strip().split("\n", 1)[0])
            figure = answer and answer.lstrip("-")[:1].isdigit() and len(answer) <= _FIGURE_CHARS
            return ExtractedAnswer(answer) if figure else None
        if marker.kind == "box" and _is_formula(marker.text):
            return self._from_formula(marker.text)
        return self._from_phrase(marker.text)

    def _from_formula(self, formula: str) -> ExtractedAnswer | None:
        if CANNOT_TELL.search(formula) or _UNDECIDED.search(formula):
            return ExtractedAnswer(None)
        answer = self._normalised(formula)
        return ExtractedAnswer(answer) if answer else None

    def _normalised(self, text: str) -> str | None:
        return normalised(text, self.decimal_mark)

    def _from_phrase(self, phrase: str) -> ExtractedAnswer | None:
        """Return the answer of a phrase that stands where an answer belongs.

        A long phrase has no answer, for it is reasoning.
        """
        phrase = phrase.strip().lstrip(":= \t*")
        if formula := _FORMULA.match(phrase) if phrase[:1] in ("$", "\\") else None:
            return self._from_formula(formula[formula.lastgroup or 0])
        line = phrase.split("\n", 1)[0].strip()
        if label := self._leading_label(line):
            return label
        if yes_no := _YES_NO.match(line):
            return ExtractedAnswer(yes_no[1].lower())
        sentence = _first_sentence(line) if "." in line or len(line) > _SHORT_CHARS else line
        sentence = _SURELY.sub("", _without_reasons(sentence), count=1)
        undecided = _UNDECIDED.search(sentence) or _EITHER.match(line)
        if undecided or CANNOT_TELL.search(sentence):
            return ExtractedAnswer(None)
        figure = _figure(sentence) if DIGIT.search(sentence) else None
        answer = self._normalised(figure or sentence)
        return ExtractedAnswer(answer) if answer else None

    def _leading_label(self, line: str) -> ExtractedAnswer | None:
        """Return the known label that a line begins with, no answer if it lists another."""
        for phrase in _prefixes(line) if self.labels else ():
            if label := self._known_label(phrase):
                separator = _LISTED.match(line, len(phrase))
                others = _prefixes(line[separator.end() :]) if separator else ()
                other = next((each for each in map(self._known_label, others) if each), label)
                return ExtractedAnswer(label if other == label else None)
        return self._stated_label(line) if self.labels else None

    def _stated_label(self, line: str) -> ExtractedAnswer | None:
        """Return the known label that a short line says something is."""
        claim = _without_reasons(_first_sentence(line))
        if len(line) > _SHORT_CHARS or _DENIAL.search(claim):
            return None
        stated = map(self._known_label, after_verbs(plain_text(claim)))
        label = next((each for each in stated if each), None)
        return ExtractedAnswer(label) if label else None

    def _known_label(self, phrase: str) -> str | None:
        lead = _LEAD_IN.match(phrase)
        phrases = (phrase, phrase[lead.end() :] if lead else "")
        answers = map(self._normalised, phrases)
        return next((each for each in answers if each in self.labels), None)

    def _from_end(self, text: str) -> ExtractedAnswer | None:
        """Return the answer of the last line, or the text itself if it is short."""
        if formula := _LAST_FORMULA.search(text, max(0, len(text) - _FORMULA_CHARS)):
            return self._from_formula(_SIDE.split(formula[1])[-1])
        line = text.rpartition("\n")[2].strip()
        found = _BOLD.search(line[-_SHORT_CHARS:]) or _LABELLED.match(line)
        if found:
            return self._from_phrase(found[1])
        short = text == line and len(text) <= _SHORT_CHARS
        if short and (label := self._leading_label(text)):
            return label
        sentences = [each for each in _SENTENCE_END.split(line[-1_000:]) if each.strip(" \"'*)")]
        if not sentences or CANNOT_TELL.search(sentences[-1]):
            return None
        alone = short and len(_first_sentence(text)) >= len(text.rstrip(" .!?\"'*)"))
        equation = alone and _EQUATION.match(text)
        figure = None if equation else _last_figure(sentences[-1])
        if figure and (answer := self._normalised(figure)):
            return ExtractedAnswer(answer)
        return self._from_phrase(text) if alone and not _APOLOGY.match(text) else None


# A formula that is all of a phrase's first sentence, between the signs that LaTeX has for it.
_FORMULA = re.compile(
    r"""(?: \$\$ (?P<display> [^$]{1,200} ) \$\$ | \$ (?P<inline> (?:[^$\n\\]|\\.){1,200}+ ) \$
      | \\\( (?P<round> .{1,200}? ) \\\) | \\\[ (?P<square> .{1,200}? ) \\\] )
    [*\s]{0,4}+ (?: \Z | [.;,!] (?:\s|\*|\Z) | (?<=\n) )""",
    re.VERBOSE | re.DOTALL,
)
# A displayed formula that ends a text; its last side is what the text arrives at.
_LAST_FORMULA = re.compile(r"(?:\$\$|\\\[)([^$]{1,200}?)(?:\$\$|\\\])[\s.*]{0,4}\Z", re.DOTALL)
_FORMULA_CHARS = 240
_SIDE = re.compile(r"(?<![<>!])=")
_FORMULA_SIGN = re.compile(r"\\(?!text|mathrm|mbox)|[=^]|\A\s?[(\[]")


def _is_formula(text: str) -> bool:
    """Whether the content of a box is to be taken whole, for its signs do not end a sentence."""
    return _FORMULA_SIGN.search(text) is not None


_IS = re.compile(r"\b(?:is|are|was|were|be|equals)\s|(?<=[A-Za-z]):\s", re.IGNORECASE)
_BUT = re.compile(r"[,;]\s(?:but|which|although|though|assuming)\b", re.IGNORECASE)


def _figure(phrase: str) -> str | None:
    """Return the number or date that a phrase is, or that follows "is" in it."""
    lead = _ADVERB.match(phrase)
    phrase = _BUT.split(phrase[lead.end() :] if lead else phrase, maxsplit=1)[0]
    ends = [found.end() for found in _IS.finditer(phrase)]
    return _number_or_date(phrase[ends[-1] :] if ends else phrase)


def _last_figure(sentence: str) -> str | None:
    """Return the number or date that follows the last verb such as "is" in a sentence."""
    if _UNDECIDED.search(sentence):
        return None
    return _number_or_date(next(after_verbs(plain_text(_without_reasons(sentence))), ""))


# A number, or a date such as May 1, 2021.
_NUMBER_OR_DATE = re.compile(r"[-+$€£]?\.?\d|[A-Z][a-z]{2,8}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}\Z")


def _number_or_date(phrase: str) -> str | None:
    phrase = phrase.strip(" *_`\"'")
    return phrase if len(phrase) <= _FIGURE_CHARS and _NUMBER_OR_DATE.match(phrase) else None


_STOP = re.compile(r"[.!?](?=[\s\"'”’*)\]]|$)|\n")


def _first_sentence(line: str) -> str:
    """Return a line up to the stop that ends its first sentence.

    Args:
        line: a short text. The stop of a title, an initial or a number does not end a sentence.

    >>> texts = ("St. Louis. It is big.", "At 10 a.m. on Monday. So be it.")
    >>> [_first_sentence(text) for text in texts]
    ['St. Louis', 'At 10 a.m. on Monday']
    """
    for stop in _STOP.finditer(line):
        if stop[0] != "." or not _is_abbreviation(line, stop.start()):
            return line[: stop.start()]
    return line


_WORD = re.compile(r"[^\s(\[\"'“‘*]+\Z")
_NEXT = re.compile(r"[\s\"'”’*)\]]*([^\s\"'“‘*(\[]*)")
_TITLE = re.compile(
    "mrs?|ms|mx|dr|prof|st|mt|ft|rev|hon|gen|col|maj|capt|lt|sgt|sra?", re.IGNORECASE
)
_NUMBERED = re.compile("nos?|nr|fig|eq|sec|ch|vol|pt|art|pp?", re.IGNORECASE)
_INITIAL = re.compile(r"[A-Z]\.")
# Whether the sentence goes on after one of these depends on the word that follows.
_SHORTENED = re.compile(
    r"jr|etc|al|inc|ltd|co|corp|dept|est|approx|vs|ca|cf|resp|min|max|(?:[^\W\d_]\.)+[^\W\d_]",
    re.IGNORECASE,
)
# These words begin a sentence more often than they continue a name.
_STARTER = re.compile(
    r"""(?: an?|and|as|at|because|both|but|by|for|from|he|hence|here?|his|however|i|if|in|its?|let
      |my|no|note?|of|on|one|or|our|q|question|reason(?:ing)?|she|since|so|some|that|their|then
      |the|there|therefore|these|they|this|those|thus|to|we|what|when|which|while|with|yes
      |your?|also|although|answer|explanation|given|first|final ) [.,:;]?""",
    re.VERBOSE,
)


def _is_abbreviation(line: str, stop: int) -> bool:
    """Whether the stop at an offset belongs to the word before it, and the sentence goes on."""
    following = _NEXT.match(line, stop + 1)
    word = _WORD.search(line, max(0, stop - 12), stop)
    if not (word and following and following[1]):
        return False
    before, after = word[0], following[1]
    if _TITLE.fullmatch(before):
        return after[0].isupper()
    if _NUMBERED.fullmatch(before):
        return after[0].isdigit()
    # A letter alone is a class, "B. Because", unless another initial follows.
    initial = len(before) == 1 and before.isupper() and (word.start() or _INITIAL.match(after))
    if initial or _SHORTENED.fullmatch(before):
        return not (after[0].isupper() and _STARTER.fullmatch(after.lower()))
    return False


_FIGURE = re.compile(r"\W{0,4}\d")
_ASIDE = re.compile(
    r"""[,;]?\s(?: because\b | since\ (?!\d) | as\ (?:it|the|he|she|they)\b
      | (?<=[,;]\s)(?:not\b(?!\s(?:at\ all|even|yet|sure|only|necessarily|enough))
        |which\b(?![^.]*\d|.{0,20}\b(?:not|unknown)\b))
      | (?:rather\ than|instead\ of)\b
      | in\ \S{2,12}\ format\Z | i\.e\.[\s,] | (?<![-+*/=^,(]\s)(?<!and\s)(?<!cup\s)\( )""",
    re.VERBOSE | re.IGNORECASE,
)
# A name may have a word or two in brackets: New York (state).
_NAME_IN_BRACKETS = re.compile(
    r"""\(
    (?!(?:if|as|or|and|not|assum\w{1,4}|because|since|given|which|the|i\.e|e\.g)\b)
    [^\W\d]\S{0,30}(?:\s\S{1,30}){0,2}\)\W*\Z""",
    re.VERBOSE | re.IGNORECASE,
)


def _without_reasons(phrase: str) -> str:
    """Return a phrase up to the point where it starts to explain; a name keeps its brackets.

    >>> texts = ("late, because it rains", "Rome (city)", "5 (cats)")
    >>> [_without_reasons(text) for text in texts]
    ['late', 'Rome (city)', '5']
    """
    figure = _FIGURE.match(phrase)
    for aside in _ASIDE.finditer(phrase):
        bracket = aside[0].endswith("(") and not figure
        if not (bracket and _NAME_IN_BRACKETS.match(phrase, aside.end() - 1)):
            return phrase[: aside.start()]
    return phrase


_PAUSE = re.compile(r"[,;:.!?(]|\s[-–—]|\s(?:because|since|as)\b")
_MAX_PAUSES = 12


def _prefixes(line: str) -> Iterator[str]:
    """Yield a line, and then its beginnings up to each pause, the longest first.

    >>> [*_prefixes("New York, NY. It is")]
    ['New York, NY. It is', 'New York, NY', 'New York']
    """
    yield line
    pauses = [found.start() for found in _PAUSE.finditer(line)][:_MAX_PAUSES]
    yield from (line[:end] for end in reversed(pauses))
