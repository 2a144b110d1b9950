"""Options of many kinds decide what a completion means."""

import pytest

from lambdas.core.extraction.multiple_choice import extract
from lambdas.core.sets.question import Choice

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def options(*texts: str, labels: str = LETTERS) -> tuple[Choice, ...]:
    return tuple(Choice(label, text) for label, text in zip(labels, texts, strict=False))


DAYS = options("25 days", "26 days", "27 days", "28 days")
TOWNS = options("Paris", "Lyon", "Nice", "None of the above")
PONDS = options("rocks", "sand", "a thick blanket of weeds", "water")
BOTH = options("I only", "II only", "Both A and B", "Neither A nor B")
SUMS = options("x > y", "y > x", "x = y", "It cannot be determined from what is given")
WEATHER = options("evaporation", "rain", "snow", "hail", labels="1234")
HALVES = options("1/2", "1/4", "2/3", "3/4")
ROOTS = options(r"$\frac{1}{2}$", r"$\frac{1}{3}$", r"$\sqrt{2}$", "2")
ANGLES = options(r"$\frac{\pi}{2}$", r"$\pi$", r"$2\pi$", r"$90^\circ$")
BLOOD = options("A", "AB", "O", "B")
ROMAN = options("I", "II", "I and II", "III")
TRUTH = options("True", "False")
ALPHABET = options(*[""] * 26)


@pytest.mark.parametrize(
    ("text", "choices", "expected"),
    [
        pytest.param("The answer is 28.", DAYS, "D", id="value of one option"),
        pytest.param("The answer is 5.", DAYS, None, id="value of none"),
        pytest.param("1,900", options("1900", "1,980"), "A", id="separators"),
        pytest.param("The answer is 4.", options("4 m", "4 km"), None, id="value of two"),
        pytest.param("The answer is nice", TOWNS, "C", id="a word of another meaning"),
        pytest.param("None of the above.", TOWNS, "D", id="none is an option"),
        pytest.param("The answer is none of these.", TOWNS, "D", id="none, in other words"),
        pytest.param("The answer cannot be determined.", SUMS, "D", id="cannot is an option"),
        pytest.param("The answer is both A and B.", BOTH, "C", id="labels in a text"),
        pytest.param("The answer is C: Both A and B", BOTH, "C", id="label, then labels"),
        pytest.param("D. Neither A nor B", BOTH, "D", id="label, then labels, no answer is"),
        pytest.param("The answer is a thick blanket of weeds.", PONDS, "C", id="article in text"),
        pytest.param("Fish hide. The answer is the rocks, of course.", PONDS, "A", id="an aside"),
        pytest.param("The answer is a rock.", PONDS, None, id="a like text is no option"),
        pytest.param("Answer: A", PONDS, "A", id="the letter A"),
        pytest.param("The answer is A because rocks hide fish.", PONDS, "A", id="A, with a reason"),
        pytest.param("Sand (B) and weeds (C) rot. It is rocks (A).", PONDS, "A", id="brackets"),
        pytest.param("A: It is dark there, so sand (B).", PONDS, "B", id="A: of the prompt"),
        pytest.param("The answer is 2.", WEATHER, "2", id="numeric label"),
        pytest.param("2) rain", WEATHER, "2", id="numeric label and text"),
        pytest.param("The answer is rain.", WEATHER, "2", id="text of a numeric label"),
        pytest.param("Option 3 is correct.", WEATHER, "3", id="numeric option"),
        pytest.param("The answer is 2.5", WEATHER, None, id="a number is no label"),
        pytest.param("1. Heat.\n2. Steam.\nAnswer: 4", WEATHER, "4", id="steps are no labels"),
        pytest.param(r"The answer is $\frac{1}{2}$.", ROOTS, "A", id="a fraction of LaTeX"),
        pytest.param(r"\boxed{\frac{1}{3}}", ROOTS, "B", id="a fraction in a box"),
        pytest.param(r"\boxed{\dfrac34}", HALVES, "D", id="a fraction without braces"),
        pytest.param(r"The answer is $\sqrt{2}$.", ROOTS, "C", id="a root"),
        pytest.param("The answer is \u221a2.", ROOTS, "C", id="a root as a sign"),
        pytest.param("The answer is 2.", ROOTS, "D", id="a number is no root"),
        pytest.param(r"\boxed{\frac{\pi}{2}}", ANGLES, "A", id="half of pi"),
        pytest.param("The answer is 2\u03c0.", ANGLES, "C", id="pi as a sign"),
        pytest.param("The answer is 2.", ANGLES, None, id="a number is no pi"),
        pytest.param(r"The answer is $90^{\circ}$.", ANGLES, "D", id="degrees"),
        pytest.param("The answer is AB.", BLOOD, "B", id="a text of two letters"),
        pytest.param("AB", BLOOD, "B", id="a text of two letters alone"),
        pytest.param("The answer is O.", BLOOD, "C", id="a letter that is a text, no label"),
        pytest.param("The answer is B.", BLOOD, "B", id="a letter that is a label and a text"),
        pytest.param("The answer is II.", ROMAN, "B", id="a Roman number"),
        pytest.param("The statement is False.", TRUTH, "B", id="false is an option"),
        pytest.param("So it is true.", TRUTH, "A", id="true is an option"),
        pytest.param("D. It cannot be determined", SUMS, "D", id="label, then a refusal's text"),
        pytest.param("D. Cannot be determined.", SUMS, "D", id="label, then a refusal in short"),
        pytest.param("B is false.", ROMAN, None, id="false is a judgement"),
        pytest.param("I think so.", ALPHABET, None, id="the pronoun I"),
        pytest.param("The answer is I.", ALPHABET, "I", id="the label I"),
        pytest.param("The answer is Z", ALPHABET, "Z", id="the 26th"),
        pytest.param("The answer is B", options("", "", labels="ab"), "b", id="the set's case"),
        pytest.param("B", options("", ""), "B", id="two options"),
    ],
)
def test_options_decide_what_a_text_means(
    text: str, choices: tuple[Choice, ...], expected: str | None
) -> None:
    assert extract(text, choices) == expected
