"""A pseudo-reasoner: plausible chains of thought, right as often as a middling model's.

It knows the answer key and does not think. Its figures show that the machinery works
and nothing about any model.

Its accuracies follow those published for Cohere Command on GSM8K: 51.7 % greedily, about 59 % with
5 paths and 68 % with 30 paths at temperature 1.0. Each question has its shares of answers:

* the right one has p = 0.92 u, with u uniform from 0 to 1 and fixed for the question. Of several
  labels, one is right by a lucky guess as well: p + (1 - p) / labels;
* the i-th of up to 8 wrong ones has 1 - p times 1 / i^1.1, divided by the sum of these.

The greedy chain draws from these shares to the power of 1.25. A path at temperature T repeats its
answer with probability (1 - T) / 2, if that is above 0, and else draws from the shares: heat makes
single paths worse and votes better. 1.5 % of all texts have no answer.

Accuracy in percent with 1, 5, 10 and 30 paths, on 20,000 made-up questions, where greedy is right
for 51.7 of numbers and 64.1 of four labels:

    numbers      T = 0.5   47.0   58.0   61.1   62.6
                 T = 0.7   46.4   59.0   63.4   66.3
                 T = 1.0   45.6   59.2   64.5   68.1
    four labels  T = 0.7   59.6   72.2   77.0   80.6
"""

import operator
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from hashlib import blake2b
from itertools import accumulate
from random import Random
from struct import Struct

from selfconsistency.bedrock.answers.answer_key import KeyedQuestion, labels_shown
from selfconsistency.bedrock.answers.finder import QuestionFinder, asked_part
from selfconsistency.bedrock.answers.source import CHARS_PER_TOKEN, Asked, Completion, Place, Places

MOST_EASE = 0.92
# One of several draws under which the few questions of examples/ are neither easy nor hard.
DRAW = 205
MOST_WRONG_ANSWERS = 8
WRONG_SHARES_FALL = 1.1
GREEDY_SHARPNESS = 1.25
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
Number = int | Decimal
# Of the larger number and the smaller.
STEPS: tuple[tuple[str, Callable[[Number, Number], Number]], ...] = (
    ("+", operator.add),
    ("-", operator.sub),
    ("*", operator.mul),
)
LEADS = ("That makes", "So we get", "Then", "This gives", "Next,")
LOST = "I am not certain which of these amounts is meant, so this cannot be decided."


_DRAWS = Struct("<16I")
_RANGE = 2**32


class _Chance:
    """A few draws that follow from a digest: much quicker than a generator seeded with a text."""

    def __init__(self, digest: bytes) -> None:
        self._draws: Iterator[int] = iter(_DRAWS.unpack(digest))

    def share(self) -> float:
        """Return a number from 0 to below 1."""
        return next(self._draws) / _RANGE

    def place(self, count: int) -> int:
        """Return a place in a sequence of so many."""
        return next(self._draws) * count // _RANGE


@dataclass(frozen=True, slots=True)
class _Mind:
    """What the reasoner may say to one question.

    Attributes:
        digest: of seed and question, to be continued with setting and path.
        numbers: the first ones in the question.
        answers: the right one, then wrong ones, the likeliest first.
        shares: of the answers, summed up; the last one is 1.
        greedy: what the greedy chain says.
    """

    digest: blake2b
    numbers: tuple[Number, ...]
    answers: tuple[str, ...]
    shares: tuple[float, ...]
    greedy: str

    def chance(self, temperature: float, path: int) -> _Chance:
        """Return the draws of one path."""
        digest = self.digest.copy()
        digest.update(f"{temperature}|{path}".encode())
        return _Chance(digest.digest())


class Simulated:
    """Answers by chance, the same for the same question, setting, path number and seed.

    At temperature 0 all paths of a question are one, as a model's would be.
    """

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
        # Not the seed's business: another seed asks the same model again.
        chance = Random(f"{DRAW}|{keyed.question}")  # noqa: S311
        ease = MOST_EASE * chance.random()
        if keyed.labels:
            ease += (1 - ease) / len(keyed.labels)
        right, wrong = self._answers_to(keyed, chance)
        answers = (right, *wrong[:MOST_WRONG_ANSWERS])
        shares = _shares(ease, len(answers) - 1)
        digest = blake2b(f"{self._seed}|{keyed.question}|".encode())
        sharp = [share**GREEDY_SHARPNESS for share in shares]
        greedy = chance.choices(answers, sharp)[0]
        return _Mind(digest, _numbers_in(keyed.question), answers, _summed(shares), greedy)

    def _answers_to(self, keyed: KeyedQuestion, chance: Random) -> tuple[str, list[str]]:
        """Return the right answer, and wrong ones in order of their likelihood."""
        right, texts = keyed.answer, self._texts
        if keyed.labels:
            right = right or chance.choice(keyed.labels)
            return f"({right})", [f"({each})" for each in wrong_labels(right, keyed.labels, chance)]
        if not right or _is_number(right) or len(texts) == 1:
            right = right or str(chance.randint(2, 200))
            return right, list(wrong_numbers(keyed.question, right, chance))
        drawn = chance.sample(texts, min(MOST_WRONG_ANSWERS + 1, len(texts)))
        return right, [each for each in drawn if each != right]

    def _completion(self, mind: _Mind, asked: Asked, path: int) -> Completion:
        temperature = asked.temperature or 0.0
        chance = mind.chance(temperature, path)
        answer = _answer(mind, temperature, chance)
        slip = chance.share()
        text = chain_of_thought(mind.numbers, None if slip < UNREADABLE else answer, chance)
        if UNREADABLE <= slip < UNREADABLE + CUT_OFF:
            return Completion(text[: len(text) // 2].rstrip(), finished=False)
        limit = asked.max_tokens * CHARS_PER_TOKEN
        return Completion(text[:limit], finished=len(text) <= limit)


def _answer(mind: _Mind, temperature: float, chance: _Chance) -> str:
    repeats, drawn = chance.share(), chance.share()
    if temperature == 0 or repeats < (1 - temperature) / 2:
        return mind.greedy
    return mind.answers[bisect_right(mind.shares, drawn)]


def _shares(ease: float, wrong: int) -> list[float]:
    """Return the share of the right answer and of each wrong one."""
    weights = [1 / place**WRONG_SHARES_FALL for place in range(1, wrong + 1)]
    return [ease, *((1 - ease) * weight / sum(weights) for weight in weights)]


def _summed(shares: Sequence[float]) -> tuple[float, ...]:
    # Not by a sum, which may end just below 1.
    return (*accumulate(shares[:-1]), 1.0)


def _numbers_in(question: str) -> tuple[Number, ...]:
    written = (number.replace(",", "") for number in NUMBER.findall(question)[:4])
    return tuple(Decimal(number) if "." in number else int(number) for number in written)


def _is_number(answer: str) -> bool:
    try:
        return Decimal(answer).is_finite()
    except InvalidOperation:
        return False


def chain_of_thought(numbers: Sequence[Number], answer: str | None, chance: _Chance) -> str:
    """Return a short chain that ends "The answer is N.", or gets lost without an answer."""
    opening = OPENINGS[chance.place(len(OPENINGS))]
    if answer is None:
        return f"{opening} {LOST}"
    sentences = [opening]
    reached = numbers[0] if numbers else 0
    for number in numbers[1:]:
        lead = LEADS[chance.place(len(LEADS))]
        sign, step = STEPS[chance.place(len(STEPS))]
        left, right = (reached, number) if reached > number else (number, reached)
        reached = step(left, right)
        sentences.append(f"{lead} {_shown(left)} {sign} {_shown(right)} = {_shown(reached)}.")
    return " ".join([*sentences, f"The answer is {answer}."])


def wrong_numbers(question: str, right: str, chance: Random) -> tuple[str, ...]:
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


def wrong_labels(right: str, labels: Sequence[str], chance: Random) -> list[str]:
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


def _shown(number: Number) -> str:
    if isinstance(number, int):
        return str(number)
    rounded = number.quantize(Decimal("0.01")).normalize()
    return f"{rounded:f}"
