"""A pseudo-reasoner: plausible chains of thought, right as often as a middling model's.

It knows the answer key and does not think. Its figures show that the machinery works
and nothing about any model, so every job it answers carries `LABEL`.
"""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from itertools import accumulate
from typing import Final

from selfconsistency.bedrock.answers.answer_key import KeyedQuestion, labels_shown
from selfconsistency.bedrock.answers.finder import QuestionFinder, asked_part
from selfconsistency.bedrock.answers.source import CHARS_PER_TOKEN, Asked, Completion, Place, Places

LABEL: Final = "answered by a simulated reasoner, not by a model"
# How often a question is got right is drawn from Beta(0.8, 0.5), 61 % on average: about as
# skewed as small models are on GSM8K, so that 5 paths gain some 6 points and 30 some 10.
EASE_ALPHA, EASE_BETA = 0.8, 0.5
EASE_LOST_PER_DEGREE = 0.08
DISTRACTOR_WEIGHTS = (0.62, 0.22, 0.10, 0.06)
UNREADABLE = 0.008
CUT_OFF = 0.007
NUMBER = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")
OPENINGS = (
    "Let's think step by step.",
    "We work this out one step at a time.",
    "First we look at what is given.",
    "Start with the numbers in the question.",
    "Let us go through it.",
)
STEPS: tuple[tuple[str, Callable[[Decimal, Decimal], Decimal]], ...] = (
    ("{} + {} = {}", lambda left, right: left + right),
    ("{} - {} = {}", lambda left, right: abs(left - right)),
    ("{} * {} = {}", lambda left, right: left * right),
)
LEADS = ("That makes", "So we get", "Then", "This gives", "Next,")
LOST = "I am not certain which of these amounts is meant, so this cannot be decided."


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
    broken = None

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
        slip = chance.random()
        text = chain_of_thought(mind.question, None if slip < UNREADABLE else answer, chance)
        if UNREADABLE <= slip < UNREADABLE + CUT_OFF:
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


def chain_of_thought(question: str, answer: str | None, chance: random.Random) -> str:
    """Return a short chain that ends "The answer is N.", or gets lost without an answer."""
    given = [Decimal(number.replace(",", "")) for number in NUMBER.findall(question)[:6]]
    sentences = [chance.choice(OPENINGS)]
    if answer is None:
        return f"{sentences[0]} {LOST}"
    reached = given[0] if given else Decimal(chance.randint(2, 20))
    for number in given[1:4]:
        form, step = chance.choice(STEPS)
        left, right = max(reached, number), min(reached, number)
        reached = step(left, right)
        sum_shown = form.format(_shown(left), _shown(right), _shown(reached))
        sentences.append(f"{chance.choice(LEADS)} {sum_shown}.")
    return " ".join([*sentences, f"The answer is {answer}."])


def wrong_numbers(question: str, right: str, chance: random.Random) -> tuple[str, ...]:
    """Return wrong answers such as slips make of this question, the likeliest first."""
    try:
        value = Decimal(right)
    except InvalidOperation:
        return (f"not {right}", "unknown", "none of these", "something else")
    given = [Decimal(number.replace(",", "")) for number in NUMBER.findall(question)]
    slips = [value + number for number in given[-2:]] + [abs(value - given[0])] if given else []
    slips += [value * 2, value + 1, value + 10, value * 10, abs(value - 1), value + 3]
    wrong = list(dict.fromkeys(_shown(slip) for slip in slips if slip != value))
    first = wrong[:5]
    chance.shuffle(first)
    return tuple(first + wrong[5:])


def wrong_labels(right: str, labels: Sequence[str], chance: random.Random) -> list[str]:
    """Return wrong choices, as many labels each as the right one has, the likeliest first.

    Of one label it is another; of several, such as "A, C", one is exchanged for another.
    """
    chosen = right.split(", ")
    others = [label for label in labels if label not in chosen]
    chance.shuffle(others)
    swapped = [
        sorted((set(chosen) - {given}) | {other}, key=labels.index)
        for given in chosen
        for other in others
    ]
    # Where all are right, the slip is to miss one.
    return [", ".join(each) for each in swapped] or [", ".join(chosen[:-1]) or "?"]


def _shown(number: Decimal) -> str:
    rounded = number.quantize(Decimal("0.01")).normalize()
    return f"{rounded:f}"
