"""What a completion's places say in terms of one question's options."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile

from lambdas.core.extraction.choice_places import (
    CALL_BEFORE,
    CONCLUDES,
    MARK,
    MEMBER,
    NOT,
    NOT_BUT,
    dismissed,
    dismissive,
    left,
    opening,
    stated,
)
from lambdas.core.extraction.labels import leading, mentioned
from lambdas.core.extraction.offered import Options
from lambdas.core.extraction.phrases import beginning, endings, lines, sentences
from lambdas.core.extraction.refusals import NONE_OF_THEM, refuses
from lambdas.core.extraction.several import all_of, by_lines, by_texts, unnumbered
from lambdas.core.extraction.slots import Slot, field, slots
from lambdas.core.extraction.verdict import Verdict

_LATEST = 2_000
_TRIED = 12
_LISTED = 3


@dataclass(frozen=True, slots=True)
class ChoiceReader:
    """Reads for the options of one question; each method returns `None` where nothing is said.

    Attributes:
        options: of the question.
        chosen: how many of them are to be named, 0 where it is not said.
    """

    options: Options
    chosen: int

    def verdict(self, text: str) -> Verdict | None:
        """Return what a completion comes down to."""
        found = self._in_field(text) or self._in_statements(text)
        return found or self._at_start(text[:_LATEST]) or self._in_conclusion(text[-_LATEST:])

    def _in_field(self, text: str) -> Verdict | None:
        said = field(text)
        if said is None and ('":' in text or "':" in text):
            said = next(reversed(MEMBER.findall(text)), None)
        return self._of_phrase(said.strip("[] ")) if said else None

    def _in_statements(self, text: str) -> Verdict | None:
        """Return what the last place says that says anything."""
        read = ((slot.start, self._in_slot(slot, text)) for slot in slots(text, MARK))
        start, verdict = next((found for found in read if found[1]), (0, None))
        statement = stated(text, max(start, len(text) - _LATEST))
        said = self._of_labels(leading(statement["label"], self.options)) if statement else None
        return said or verdict

    def _in_slot(self, slot: Slot, text: str) -> Verdict | None:
        if slot.mark == "names" and text[slot.start - 1] == "(":
            return self._in_call(slot, text)
        if slot.mark == "rule":
            return self._of_labels(leading((lines(slot.text) or [""])[0], self.options))
        return self._of_phrase(slot.text)

    def _in_call(self, slot: Slot, text: str) -> Verdict | None:
        said = [slot.text.split("\n", 1)[0]]
        start = slot.start
        while found := CALL_BEFORE.search(text, max(0, start - 100), start):
            said.append(found["said"])
            start = found.start("said")
        labels = [leading((lines(each) or [""])[0], self.options) for each in said]
        if all(labels):
            return self._of_labels(tuple(label for each in labels for label in each or ()))
        return self._of_phrase(said[0].partition('")')[0].removesuffix(")"))

    def _at_start(self, text: str) -> Verdict | None:
        """Return the label that opens a text, as in `C) 4m`, unless it begins a list."""
        found = lines(text)
        first = opening(found[0]) if found else None
        if not first or self._lists(found):
            return None
        if dismissed(first["rest"]) and not self.options.saying(first["rest"]):
            return None
        # "A:" is also what prompts begin an answer with, and "1." begins a first step.
        doubtful = found[0].startswith("A:") or first["label"].isdecimal()
        if first["rest"] and doubtful and not self.options.saying(first["rest"]):
            return None
        return self._of_labels(leading(found[0], self.options))

    def _in_conclusion(self, text: str) -> Verdict | None:
        """Return what the last sentence concludes that names an option."""
        if listed := self._listed_last(lines(text)):
            return listed
        last, *before = [*reversed(sentences(text)[-_TRIED:])] or [""]
        if verdict := self._in_last(last):
            return verdict
        for sentence in before:
            labels = mentioned(sentence, self.options)
            if labels and CONCLUDES.search(sentence) and not dismissive(sentence):
                return self._of_labels(labels)
        return None

    def _in_last(self, sentence: str) -> Verdict | None:
        """Return what the last sentence says, also by ruling out the other options."""
        remaining = self.options.label_of.get((left(sentence) or "").upper())
        label = remaining or self._denial(sentence) or self._whole(sentence)
        if label:
            return self._of_labels((label,))
        if dismissive(sentence):
            return self._refusal(sentence) if refuses(sentence) else None
        labels = mentioned(sentence, self.options) or leading(sentence, self.options)
        return self._of_labels(labels) if labels else self._in_sentence(sentence)

    def _denial(self, sentence: str) -> str | None:
        """Return the option that says "false" or the like, where that is what a sentence says."""
        if not dismissive(sentence) or mentioned(sentence, self.options):
            return None
        said = filter(dismissive, (sentence, *endings(sentence)))
        return next((label for each in said if (label := self.options.saying(each))), None)

    def _of_phrase(self, phrase: str) -> Verdict | None:
        """Return what a phrase comes down to that stands where an answer belongs."""
        found = lines(phrase)
        if found and (contrast := NOT_BUT.match(found[0])):
            return self._of_phrase(contrast["rest"])
        if not found or self._lists(found) or NOT.match(found[0]):
            return None
        if self.chosen != 1:
            found = unnumbered(found, self.options)
        sentence = (sentences(found[0]) or [""])[0]
        if label := self._whole(found[0]) or self._whole(sentence):
            first: tuple[str, ...] | None = (label,)
        else:
            first = leading(found[0], self.options)
        if first is None:
            return self._in_sentence(sentence)
        more = by_lines(found[1:], self.options) if self.chosen != 1 else ()
        return self._of_labels((*first, *more))

    def _whole(self, phrase: str) -> str | None:
        """Return the option whose text is the whole phrase, unless labels can be read in it."""
        said = phrase.strip(" .,;:!?")
        glued = self.chosen != 1 and len(said) <= _LISTED
        return None if glued or said.upper() in self.options.label_of else self.options.saying(said)

    def _in_sentence(self, sentence: str) -> Verdict | None:
        if refusal := refuses(sentence):
            labels = mentioned(sentence[refusal.end() :], self.options)
            return self._of_labels(labels) if labels else self._refusal(sentence)
        labels = mentioned(sentence, self.options) or self._several(sentence)
        heads = (sentence, beginning(sentence))
        phrases = heads if len(labels) > 1 else (*heads, *endings(sentence))
        label = next((label for each in phrases if (label := self.options.saying(each))), None)
        labels = (label,) if label and not (labels and self.chosen != 1) else labels
        return self._of_labels(labels) if labels else None

    def _several(self, sentence: str) -> tuple[str, ...]:
        if self.chosen == 1:
            return ()
        return all_of(sentence, self.options) or by_texts(sentence, self.options)

    def _refusal(self, sentence: str) -> Verdict:
        none = NONE_OF_THEM.search(sentence)
        return Verdict(self.options.none if none else self.options.cannot)

    def _heads(self, found: Iterable[str]) -> tuple[str, ...]:
        """Return the labels that lines begin with, up to one that begins with none."""
        firsts = map(opening, found)
        labels = (first and self.options.label_of.get(first["label"].upper()) for first in firsts)
        return tuple(label for label in takewhile(bool, labels) if label)

    def _listed_last(self, found: list[str]) -> Verdict | None:
        """Return what several lines at the end name that each begin with a label."""
        labels = self._heads(reversed(found))
        if len(labels) < 2:
            return None
        listing = self.chosen == 1 or len(set(labels)) == len(self.options.labels)
        return Verdict(None) if listing else self._of_labels(labels)

    def _lists(self, found: list[str]) -> bool:
        """Whether lines give the options themselves, in order."""
        firsts = self.options.labels[:_LISTED]
        heads = [opening(line) for line in found[: len(firsts)]]
        labels = [head["label"].upper() for head in heads if head]
        return labels == [label.upper() for label in firsts]

    def _of_labels(self, labels: tuple[str, ...] | None) -> Verdict | None:
        if labels is None:
            return None
        named = dict.fromkeys(labels)
        fits = len(named) == self.chosen if self.chosen else bool(named)
        return Verdict(self.options.named(named) if fits else None)
