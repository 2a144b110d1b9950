"""A pseudo-reasoner: plausible chains of thought, right as often as a middling model's.

It knows the answer key and does not think. Its figures show that the machinery works
and nothing about any model, so every job it answers carries `LABEL`.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import accumulate
from typing import Final

from local.bedrock.answers.chains import chain_of_thought, wrong_labels, wrong_numbers
from local.bedrock.answers.finder import QuestionFinder, asked_part
from local.bedrock.answers.layouts import KeyedQuestion
from local.bedrock.answers.options import labels_shown
from local.bedrock.answers.places import Places
from local.bedrock.answers.source import CHARS_PER_TOKEN, Asked, Completion, Place

LABEL: Final = "answered by a simulated reasoner, not by a model"

# How often a question is got right is drawn from Beta(0.8, 0.5), 61 % on average: about as
# skewed as small models are on GSM8K, so that 5 paths gain some 6 points and 30 some 10.
EASE_ALPHA, EASE_BETA = 0.8, 0.5
EASE_LOST_PER_DEGREE = 0.08
DISTRACTOR_WEIGHTS = (0.62, 0.22, 0.10, 0.06)
UNREADABLE = 0.008
CUT_OFF = 0.007


@dataclass(frozen=True, slots=True)
class _Mind:
    """What the reasoner would say to one question, and how often it is right."""

    question: str
    right: str
    wrong: tuple[str, ...]
    ease: float


class Simulated:
    """Answers by chance, the same for the same question, setting, path number and seed.

    At temperature 0 all paths of a question are one, as a model's would be.
    """

    label = LABEL
    at_once = 1

    def __init__(self, questions: Sequence[KeyedQuestion] = (), seed: int = 0) -> None:
        self._keyed = {each.question: each for each in questions}
        self._finder = QuestionFinder(self._keyed)
        self._places = Places()
        self._seed = seed
        texts = (each.answer for each in questions if not (each.labels or _is_number(each.answer)))
        self._texts = sorted(set(filter(None, texts)))
        self._mind = lru_cache(maxsize=16_384)(self._made_up)

    def reserve(self, scope: str, asked: Asked) -> Place:
        """Number the paths."""
        return self._places.take(scope, self._question(asked).question, asked, rows=1)

    def answers(self, asked: Asked, place: Place) -> list[Completion]:
        """Make up as many completions as asked for."""
        mind = self._mind(self._question(asked))
        first = place.first if asked.temperature else 0
        step = 1 if asked.temperature else 0
        paths = (first + step * number for number in range(asked.count))
        return [self._completion(mind, asked, path) for path in paths]

    def _question(self, asked: Asked) -> KeyedQuestion:
        """Return the question; one that is not in the key has no right answer to hit."""
        found = self._finder.find(asked)
        if found is not None:
            return self._keyed[found]
        question = asked_part(asked.turns[-1].text).strip()
        return KeyedQuestion(question, "", labels_shown(question))

    def _made_up(self, keyed: KeyedQuestion) -> _Mind:
        chance = random.Random(keyed.question)  # noqa: S311
        right, wrong = keyed.answer, self._texts
        if keyed.labels:
            right = right or chance.choice(keyed.labels)
            wrong = [f"({each})" for each in wrong_labels(right, keyed.labels, chance)]
            right = f"({right})"
        elif not right or _is_number(right) or len(wrong) == 1:
            right = right or str(chance.randint(2, 200))
            wrong = list(wrong_numbers(keyed.question, right, chance))
        else:
            wrong = [each for each in chance.sample(wrong, min(5, len(wrong))) if each != right]
        kept = tuple(wrong[: len(DISTRACTOR_WEIGHTS)])
        return _Mind(keyed.question, right, kept, chance.betavariate(EASE_ALPHA, EASE_BETA))

    def _completion(self, mind: _Mind, asked: Asked, path: int) -> Completion:
        temperature = asked.temperature or 0.0
        chance = random.Random(f"{self._seed}|{mind.question}|{temperature}|{path}")  # noqa: S311
        ease = mind.ease * (1 - EASE_LOST_PER_DEGREE * temperature)
        answer = mind.right
        if chance.random() >= ease:
            answer = chance.choices(mind.wrong, cum_weights=_weights(len(mind.wrong)))[0]
        fate = chance.random()
        text = chain_of_thought(mind.question, None if fate < UNREADABLE else answer, chance)
        if UNREADABLE <= fate < UNREADABLE + CUT_OFF:
            return Completion(text[: len(text) // 2].rstrip(), finished=False)
        limit = asked.max_tokens * CHARS_PER_TOKEN
        return Completion(text[:limit], finished=len(text) <= limit)


@lru_cache
def _weights(count: int) -> tuple[float, ...]:
    return tuple(accumulate(DISTRACTOR_WEIGHTS[:count]))


def _is_number(answer: str) -> bool:
    try:
        return Decimal(answer).is_finite()
    except InvalidOperation:
        return False
