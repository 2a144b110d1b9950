"""Reads which options of one question a completion chooses."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from lambdas.core.answers.judgements import (
    CONCLUDES,
    IT_IS_LABEL,
    NOT,
    NOT_BUT,
    OTHERS_WRONG,
    RATHER_THAN,
    SO,
    SO_AT_END,
    is_dismissed,
    is_dismissive,
    judged_in_turn,
    last_judged,
    remaining_label,
)
from lambdas.core.answers.markers import (
    AnswerMarker,
    ExtractedAnswer,
    answer_field,
    answer_markers,
    first_answer,
)
from lambdas.core.answers.normalize import (
    NONE_OF_THEM,
    after_verbs,
    before_aside,
    find_refusal,
    plain_lines,
    plain_sentences,
)
from lambdas.core.answers.options import Options, leading_labels, mentioned_labels
from lambdas.core.answers.rejections import asserted, is_plain

# As for numbers, and "the correct option is"; `answer_markers` knows the names of the groups.
_MARKER = re.compile(
    r"""
    \\f?box(?:ed)?\ ?(?P<box>\{)
  | \#(?<!\#\#)\#{2,3}(?!\#)(?=(?P<hashes>[ \t]{0,4}))
  | (?:nswer|hoice\b|ption\b|election\b)
    (?= (?P<statement> (?: (?<=nswer)[^.\n:=?!{}"]{0,80}? | \ (?:here\ |then\ )? )
          \b(?:is|IS|are|was|be|would\ be|must\ be|should\ be
          |(?=can(?:not|\ not)\b|(?:is|was|ca|could|would|should)n['’]t\b))\b :? )
      | (?P<label> \((?!s\)) | (?:(?<=nswer)|(?!\ \(?[A-Z]\)?[:*])) [sS]?
          [^.\n:=?!{}"]{0,40}? [*_"')\]]{0,4}
          (?: \s?[:=→] | \s{0,2}\n ) ) )
  | <(?:final(?:_?answer)?|choice|option|letter|selection|solution|label|verdict)>(?P<tag>)
  | \[\[(?P<double_brackets>)(?=\(?[A-Za-z0-9]{1,2}\)?\]\])
  | \n[*\#>\ \t]{0,6}(?:A|[Aa]ns|ANS)(?=(?P<line_label>[*_]{0,4}[ ]?[:=]))
    """,
    re.VERBOSE,
)
# A JSON member that is not named answer.
_CHOICE_MEMBER = re.compile(
    r"""(?:choice|option|letter|selection)\\?["']\s{0,8}:\s{0,8}\\?["']?([^"'\\,}\n]{1,80})""",
    re.IGNORECASE,
)
# A call right before another: `Answer("B") or Answer("D")`.
_CALL_BEFORE = re.compile(
    r"""nswer\(\s?(?P<argument>[^()\n]{1,40})\s?\)
    [\s,/&;.]{0,6}(?:or|and)?\s{0,4}(?:[Aa]ction:\s?)?[Aa]nswer\(\Z""",
    re.VERBOSE,
)
# The common ending of a completion; read at once if nothing else can take precedence.
_COMMON_ENDING = re.compile(
    r"""(?P<announced>nswer(?:\ is|:|\ is:|\()|\\boxed\{)\ ?(?:\*\*|["'($]){0,2}
    (?P<label>[A-Z])["')$}*]{0,4}\.?\Z""",
    re.VERBOSE,
)
_ENDING_CHARS = 32
# Before a call, another one may stand.
_CALL_CHARS = 100
# A JSON member or an XML element may hold the answer.
_FIELDS = ('nswer"', "nswer'", "nswer\\", "<answer>", '":', "':")
# Characters read at the start and the end of a text, and sentences read at its end.
_EDGE_CHARS = 2_000
_MAX_SENTENCES = 12
_OPENINGS = " *_'\"([:"
# Lines that begin with these many first labels, in order, repeat the options.
_REPEATED_OPTIONS = 3
# Up to these many letters may be labels written together, as in `ACD`.
_MAX_GLUED = 3


def label_at_end(text: str, options: Options) -> str | None:
    """Return the option that a common ending names, `None` if anything could precede it.

    >>> from lambdas.contract.schema import Choice
    >>> options = Options.of([Choice(label, "") for label in "ABCD"])
    >>> [label_at_end(text, options) for text in ("The answer is (B).", "The answer is A or B.")]
    ['B', None]
    """
    end = len(text.rstrip())
    ending = _COMMON_ENDING.search(text, end - _ENDING_CHARS, end)
    if not ending or any(map(text.__contains__, _FIELDS)):
        return None
    start = ending.start()
    called = text.startswith("(", ending.end("announced") - 1)
    if called and text.rfind("nswer(", max(0, start - _CALL_CHARS), start) >= 0:
        return None
    label = options.label_of.get(ending["label"])
    return label if is_plain(text, start) else None


@dataclass(frozen=True, slots=True)
class ChoiceReader:
    """Reads the answer to one question; each method returns `None` if the text names none.

    Attributes:
        options: of the question.
        chosen: how many options to choose, 0 for "all that apply".
    """

    options: Options
    chosen: int

    def extract(self, text: str) -> ExtractedAnswer | None:
        """Return the answer of a completion."""
        extracted = self._from_field(text) or self._from_statements(text, supposed=False)
        if extracted:
            return extracted
        start = self._from_start(text[:_EDGE_CHARS]) or self._from_statements(text, supposed=True)
        return start or self._from_conclusion(asserted(text[-_EDGE_CHARS:]))

    def _from_field(self, text: str) -> ExtractedAnswer | None:
        value = answer_field(text)
        if value is None and ('":' in text or "':" in text):
            value = next(reversed(_CHOICE_MEMBER.findall(text)), None)
        return self._from_phrase(value.strip("[] ")) if value else None

    def _from_statements(self, text: str, *, supposed: bool) -> ExtractedAnswer | None:
        """Return the answer of the last marker or statement that has one."""
        markers = takewhile(
            lambda each: supposed or not each.supposed, answer_markers(text, _MARKER)
        )
        found = first_answer(markers, lambda marker: self._from_marker(marker, text))
        start, extracted = found or (0, None)
        judged = last_judged(
            text, max(start, len(text) - _EDGE_CHARS), supposed=supposed and not extracted
        )
        return (judged and self._answer(leading_labels(judged, self.options))) or extracted

    def _from_marker(self, marker: AnswerMarker, text: str) -> ExtractedAnswer | None:
        if marker.kind == "label" and text[marker.start - 1] == "(":
            return self._from_calls(marker, text)
        if marker.kind == "hashes":
            return self._answer(self._first_line_labels(marker.text))
        return self._from_phrase(marker.text)

    def _from_calls(self, marker: AnswerMarker, text: str) -> ExtractedAnswer | None:
        """Return the answer of `Answer("B")`, and of the calls right before it."""
        arguments = [marker.text.split("\n", 1)[0]]
        start = marker.start
        while found := _CALL_BEFORE.search(text, max(0, start - _CALL_CHARS), start):
            arguments.append(found["argument"])
            start = found.start("argument")
        labels = [*map(self._first_line_labels, arguments)]
        if all(labels):
            return self._answer(tuple(label for each in labels for label in each or ()))
        return self._from_phrase(arguments[0].partition('")')[0].removesuffix(")"))

    def _first_line_labels(self, text: str) -> tuple[str, ...] | None:
        return leading_labels((plain_lines(text) or [""])[0], self.options)

    def _from_start(self, text: str) -> ExtractedAnswer | None:
        """Return the label that opens a text, as in `C) 4m`, unless it begins a list."""
        lines = plain_lines(text)
        marked = self._marked_options(text)
        if marked and len(marked) == (self.chosen or len(marked)):
            return self._answer(marked)
        first = match_list_item(lines[0]) if lines else None
        if not first or self._repeats_options(lines):
            return None
        rest = first["rest"]
        # "A:" also opens answers in prompts, and "1." opens a first step.
        doubtful = rest and (lines[0].startswith("A:") or first["label"].isdecimal())
        if (doubtful or is_dismissed(rest)) and not self.options.label_for(rest):
            return None
        more = _labels_of_lines(lines[1:], self.options) if self.chosen != 1 else ()
        labels = leading_labels(lines[0], self.options)
        return self._answer(labels and (*labels, *more))

    def _marked_options(self, text: str) -> tuple[str, ...]:
        """Return the options called right where a text judges each in turn, else none."""
        marks = {found["label"].upper(): found for found in judged_in_turn(text)}
        if not marks or set(marks) != {label.upper() for label in self.options.labels}:
            return ()
        return tuple(
            self.options.label_of[label] for label, found in marks.items() if found["right"]
        )

    def _from_conclusion(self, text: str) -> ExtractedAnswer | None:
        """Return the answer of the last sentence that draws a conclusion about an option."""
        if listed := self._from_last_lines(plain_lines(text)):
            return listed
        last, *before = [*reversed(plain_sentences(text)[-_MAX_SENTENCES:])] or [""]
        if extracted := self._from_last_sentence(last):
            return extracted
        for sentence in before:
            labels = mentioned_labels(sentence, self.options)
            concludes = CONCLUDES.search(sentence) or IT_IS_LABEL.fullmatch(sentence)
            if labels and concludes and not is_dismissive(sentence):
                return self._answer(labels)
        return None

    def _from_last_sentence(self, sentence: str) -> ExtractedAnswer | None:
        """Return the answer of the last sentence, which may rule out all other options."""
        remaining = self.options.label_of.get((remaining_label(sentence) or "").upper())
        if contrast := NOT_BUT.search(sentence) or RATHER_THAN.match(sentence):
            return self._from_phrase(contrast["rest"])
        at_end = SO_AT_END.search(sentence)
        remaining = remaining or (self.options.label_of.get(at_end["label"]) if at_end else None)
        label = remaining or self._denying_option(sentence) or self._option_with_text(sentence)
        if label:
            return self._answer((label,))
        if is_dismissive(sentence):
            return self._refusal(sentence) if find_refusal(sentence) else None
        sentence = SO.sub("", sentence, count=1)
        labels = mentioned_labels(sentence, self.options) or leading_labels(sentence, self.options)
        return self._answer(labels) if labels else self._from_sentence(sentence)

    def _denying_option(self, sentence: str) -> str | None:
        """Return the option that says "false" or the like, if the sentence says the same."""
        if not is_dismissive(sentence) or mentioned_labels(sentence, self.options):
            return None
        phrases = filter(is_dismissive, (sentence, *after_verbs(sentence)))
        return self._first_option(phrases)

    def _from_phrase(self, phrase: str) -> ExtractedAnswer | None:
        """Return the answer of a phrase that stands where an answer belongs."""
        lines = plain_lines(phrase)
        if lines and (contrast := NOT_BUT.match(lines[0].lstrip(_OPENINGS))):
            return self._from_phrase(contrast["rest"])
        if not lines or self._repeats_options(lines) or NOT.match(lines[0]):
            return None
        if self.chosen != 1:
            lines = _without_bullets(lines, self.options)
        lines[0] = OTHERS_WRONG.split(lines[0], maxsplit=1)[0]
        sentence = (plain_sentences(lines[0]) or [""])[0]
        label = self._option_with_text(lines[0]) or self._option_with_text(sentence)
        first = (label,) if label else leading_labels(lines[0], self.options)
        if first is None:
            return self._from_sentence(sentence)
        more = _labels_of_lines(lines[1:], self.options) if self.chosen != 1 else ()
        return self._answer((*first, *more))

    def _option_with_text(self, phrase: str) -> str | None:
        """Return the option whose text is the whole phrase, unless the phrase may be labels."""
        text = phrase.strip(" .,;:!?")
        may_be_labels = self.chosen != 1 and len(text) <= _MAX_GLUED
        if may_be_labels or text.upper() in self.options.label_of:
            return None
        return self.options.label_for(text)

    def _from_sentence(self, sentence: str) -> ExtractedAnswer | None:
        if refusal := find_refusal(sentence):
            labels = mentioned_labels(sentence[refusal.end() :], self.options)
            return self._answer(labels) if labels else self._refusal(sentence)
        labels = mentioned_labels(sentence, self.options) or self._several_options(sentence)
        starts = (sentence, before_aside(sentence))
        phrases = starts if len(labels) > 1 else (*starts, *after_verbs(sentence))
        label = self._first_option(phrases)
        labels = (label,) if label and not (labels and self.chosen != 1) else labels
        return self._answer(labels) if labels else None

    def _first_option(self, phrases: Iterable[str]) -> str | None:
        return next((label for each in phrases if (label := self.options.label_for(each))), None)

    def _several_options(self, sentence: str) -> tuple[str, ...]:
        if self.chosen == 1:
            return ()
        return _all_labels(sentence, self.options) or _labels_of_texts(sentence, self.options)

    def _refusal(self, sentence: str) -> ExtractedAnswer:
        none_of_them = NONE_OF_THEM.search(sentence)
        options = self.options
        return ExtractedAnswer(options.none_label if none_of_them else options.cannot_tell_label)

    def _from_last_lines(self, lines: list[str]) -> ExtractedAnswer | None:
        """Return the labels that several lines at the end begin with."""
        items = map(match_list_item, reversed(lines))
        found = (item and self.options.label_of.get(item["label"].upper()) for item in items)
        labels = tuple(label for label in takewhile(bool, found) if label)
        if len(labels) < 2:
            return None
        listing = self.chosen == 1 or len(set(labels)) == len(self.options.labels)
        return ExtractedAnswer(None) if listing else self._answer(labels)

    def _repeats_options(self, lines: list[str]) -> bool:
        """Whether lines repeat the options themselves, in order."""
        firsts = self.options.labels[:_REPEATED_OPTIONS]
        items = [match_list_item(line) for line in lines[: len(firsts)]]
        labels = [item["label"].upper() for item in items if item]
        return labels == [label.upper() for label in firsts]

    def _answer(self, labels: tuple[str, ...] | None) -> ExtractedAnswer | None:
        """Return labels as an answer, `None` within it if they are not `chosen` in number."""
        if labels is None:
            return None
        named = dict.fromkeys(labels)
        fits = len(named) == self.chosen if self.chosen else bool(named)
        return ExtractedAnswer(self.options.joined(named) if fits else None)


_LIST_ITEM = re.compile(
    r"""[\W_]{0,6}(?:(?:option|choice)\s)?\(?(?P<label>[A-Za-z]|\d{1,2})
    (?: [):.]{1,2}(?!\w) | \s?\Z | \s[-–—]\s ) \s?(?P<rest>.*)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)


def match_list_item(line: str) -> re.Match[str] | None:
    """Match a line that begins as an option in a list does: groups `label` and `rest`."""
    return _LIST_ITEM.match(line)


_COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ALL = re.compile(
    rf"""\W{{0,4}}(?:(?:so|thus|therefore|hence)\W{{1,3}})?
    all\ (?:of\ )?(?:the\ )?
    (?: (?:above|these|those|them)\b
      | (?:(?P<count>{"|".join(_COUNTS)})\ )?(?:options|choices|answers|statements)\b )
    (?: \W{{0,4}}\Z | [^.,;]{{0,20}}\b(?:correct|true|right|apply|valid|hold)\b )""",
    re.VERBOSE | re.IGNORECASE,
)


def _all_labels(sentence: str, options: Options) -> tuple[str, ...]:
    """Return every label if a sentence says that all options are right, else none.

    >>> from lambdas.contract.schema import Choice
    >>> options = Options.of([Choice("A", "iron"), Choice("B", "tin")])
    >>> texts = ("All of the above.", "Not all of the above.")
    >>> [_all_labels(text, options) for text in texts]
    [('A', 'B'), ()]
    """
    found = _ALL.match(sentence)
    if not found:
        return ()
    count = _COUNTS.index(found["count"].lower()) + 2 if found["count"] else len(options.labels)
    return options.labels if count == len(options.labels) else ()


_CONJUNCTION = re.compile(r"\s*[,;&]\s*(?:and\s)?|\s(?:and|as well as)\s")
_MAX_PARTS = 26


def _labels_of_texts(sentence: str, options: Options) -> tuple[str, ...]:
    """Return the labels for a list of options' texts, none if a part of it is not an option.

    >>> from lambdas.contract.schema import Choice
    >>> options = Options.of([Choice("A", "iron"), Choice("B", "wood"), Choice("C", "tin")])
    >>> _labels_of_texts("The metals are iron and tin", options)
    ('A', 'C')
    """
    for phrase in (sentence, *after_verbs(sentence)):
        parts = _CONJUNCTION.split(phrase, maxsplit=_MAX_PARTS)
        labels = [options.label_for(part) for part in parts]
        if len(parts) > 1 and all(labels):
            return tuple(label for label in labels if label)
    return ()


_BULLET = re.compile(r"\s*(?:\d{1,2}[.)]|[-–•])\s+")


def _without_bullets(lines: Iterable[str], options: Options) -> list[str]:
    """Return lines without numbers or dashes before them, unless numbers are labels."""
    return [_BULLET.sub("", line, count=1) if options.lettered else line for line in lines]


def _labels_of_lines(lines: Iterable[str], options: Options) -> Iterator[str]:
    """Yield the options that lines name by label or text, up to a line that names none."""
    labels = (_label_of_line(line, options) for line in lines)
    yield from (label for label in takewhile(bool, labels) if label)


def _label_of_line(line: str, options: Options) -> str | None:
    item = match_list_item(line)
    label = options.label_of.get(item["label"].upper()) if item else None
    return label or options.label_for(line)
