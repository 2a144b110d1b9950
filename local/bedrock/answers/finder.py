"""Which of the known questions a prompt asks, exemplars before it notwithstanding."""

from collections.abc import Collection
from functools import lru_cache

from local.bedrock.answers.source import Asked

QUESTION, ANSWER, PARAGRAPH = "Q: ", "\nA:", "\n\n"
CACHED_PROMPTS = 4096


class QuestionFinder:
    """Finds a known question in a conversation, quickly in the usual form `Q: … A:`."""

    def __init__(self, questions: Collection[str]) -> None:
        self._by_words = {_words(question): question for question in questions}
        self._stripped = {question: question.strip() for question in questions}
        self._search = lru_cache(CACHED_PROMPTS)(self._search_prompt)

    def find(self, asked: Asked) -> str | None:
        """Return the question as it was known, or None.

        The last message is looked at first: all of it, and what stands after its
        last "Q: ". Otherwise it is the known question that ends last in the
        conversation, the longest of those that end there.
        """
        last = asked.turns[-1].text
        quick = self._by_words.get(_words(asked_part(last)))
        return quick or self._by_words.get(_words(last)) or self._search(asked.prompt)

    def _search_prompt(self, prompt: str) -> str | None:
        best, best_place = None, (0, 0)
        for question, text in self._stripped.items():
            start = prompt.rfind(text)
            place = (start + len(text), len(text))
            if start >= 0 and place > best_place:
                best, best_place = question, place
        return best


def asked_part(text: str) -> str:
    """Return what stands between the last "Q: " and the "A:" after it, or the whole text.

    An "A:" that paragraphs follow is an exemplar's: then it is the last of these.
    """
    question, _, begun = text.rpartition(QUESTION)[2].partition(ANSWER)
    return begun.rpartition(PARAGRAPH)[2] if PARAGRAPH in begun.strip() else question


def _words(text: str) -> str:
    return " ".join(text.split())
