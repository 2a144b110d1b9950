"""Makes up chains of thought and wrong answers for the simulated reasoner."""

import random
import re
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation

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
LOST = "I am not certain which of these amounts is meant, so this cannot be settled."


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
