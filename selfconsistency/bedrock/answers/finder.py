"""Which of the known questions a prompt asks, exemplars before it notwithstanding."""

import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from selfconsistency.bedrock.answers.source import Asked

QUESTION, ANSWER, PARAGRAPH = "Q: ", "\nA:", "\n\n"
CACHED_PROMPTS = 4096
# A question of at least so many letters and digits is looked for anywhere in a prompt; a shorter
# one, such as "1 + 1?", only as a line of its own.
BEGINNING = 12
_NEITHER = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, order=True)
class _Match:
    """A known question in a prompt: where its letters end, and how many they are."""

    end: int
    length: int
    letters: str


class QuestionFinder:
    """Finds a known question in a conversation, in whatever template it stands.

    Letters and digits alone are compared, in one case: white space, punctuation, and markers
    that were made harmless do not matter. Of questions alike in these, the one that stands there
    literally is meant.
    """

    def __init__(self, questions: Collection[str]) -> None:
        self._alike: dict[str, list[str]] = {}
        self._beginnings: dict[str, list[str]] = {}
        for question in questions:
            self._alike.setdefault(letters(question) or _words(question), []).append(question)
        for known in self._alike:
            if len(known) >= BEGINNING:
                self._beginnings.setdefault(known[:BEGINNING], []).append(known)
        self._has_short = any(len(known) < BEGINNING for known in self._alike)
        self._longest = max(map(len, self._alike), default=0)
        self._search = lru_cache(CACHED_PROMPTS)(self._search_text)
        # Records of one question follow one another, and each is looked up more than once.
        self._find_last = lru_cache(CACHED_PROMPTS)(self._find_in_last)

    def find(self, asked: Asked) -> str | None:
        """Return the question as it was known, or None.

        The last message is looked at first: what stands after its last "Q: ", all of it, and
        then the known question that ends last in it, the longest of those that end there.
        """
        return self._find_last(asked.turns[-1].text) or self._search(asked.prompt)

    def _find_in_last(self, last: str) -> str | None:
        for text in dict.fromkeys((asked_part(last), last)):
            alike = self._alike.get(letters(text) or _words(text))
            if alike:
                return _meant(alike, text)
        return self._search(last)

    def _search_text(self, text: str) -> str | None:
        lines = [letters(line) for line in text.splitlines()]
        best = max(self._whole_lines(text, lines), default=None)
        best = max(self._anywhere("".join(lines), best), default=best)
        return _meant(self._alike[best.letters], text) if best else None

    def _anywhere(self, written: str, least: _Match | None) -> Iterator[_Match]:
        """Yield the matches from the last beginning on, until none before can end later."""
        end = least.end if least else 0
        for start in range(len(written) - BEGINNING, -1, -1):
            if start + self._longest < end:
                return
            for known in self._beginnings.get(written[start : start + BEGINNING], ()):
                if written.startswith(known, start):
                    match = _Match(start + len(known), len(known), known)
                    end = max(end, match.end)
                    yield from () if least and match < least else (match,)

    def _whole_lines(self, text: str, lines: list[str]) -> Iterator[_Match]:
        """Yield the short questions that are a line, or all of one behind its first colon."""
        end = 0
        for line, written in zip(text.splitlines() if self._has_short else (), lines, strict=False):
            end += len(written)
            for part in (written, letters(line.partition(":")[2])):
                if 0 < len(part) < BEGINNING and part in self._alike:
                    yield _Match(end, len(part), part)


def asked_part(text: str) -> str:
    """Return what stands between the last "Q: " and the "A:" after it, or the whole text.

    An "A:" that paragraphs follow is an exemplar's: then it is the last of these.
    """
    question, _, begun = text.rpartition(QUESTION)[2].partition(ANSWER)
    return begun.rpartition(PARAGRAPH)[2] if PARAGRAPH in begun.strip() else question


def letters(text: str) -> str:
    """Return the letters and digits of a text, in one case and one way of writing each.

    >>> letters("Which is  it? (A) One")
    'whichisitaone'
    """
    plain = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _NEITHER.sub("", plain).casefold()


def _meant(alike: list[str], text: str) -> str:
    """Return the one that stands in the text literally, and last; the first where none does."""
    if len(alike) == 1:
        return alike[0]
    words = _words(text)
    return max(alike, key=lambda question: words.rfind(_words(question)))


def _words(text: str) -> str:
    return " ".join(text.split())
