"""What texts say of options: each judged in turn, ruled out, or concluded on in a few words."""

import pytest

from lambdas.contract.schema import AnswerSpec, Choice
from lambdas.core.answers.exact import exact_extractor
from lambdas.core.answers.multiple_choice import extract_choice

METALS = tuple(
    Choice(label, text)
    for label, text in zip("ABCD", ("iron", "copper", "tin", "none of these"), strict=True)
)
CLASSES = frozenset(["positive", "negative", "neutral"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(A) Incorrect. (B) Incorrect. (C) Correct. (D) Incorrect.", "C"),
        ("A. iron ❌\nB. copper ❌\nC. tin ✅\nD. none ❌", "C"),
        ("A: False\nB: False\nC: True\nD: False", "C"),
        ("A) Wrong. It rusts.", None),
        ("It's C. Why? Because A and B are wrong.", "C"),
        ("It does not rust, so C.", "C"),
        ("By elimination, C.", "C"),
        ("It's not A, it's C", "C"),
        ("So it's tin.", "C"),
        ("None", "D"),
        ("A is less likely than C.", None),
        ("I cannot determine which of A or B is right.", None),
        ("The answer is A... hmm, no. C.", "C"),
        ("Answer: C\n\nNote: My previous answer was A.", "C"),
    ],
)
def test_short_judgements_name_an_option(text: str, expected: str | None) -> None:
    assert extract_choice(text, METALS) == expected


@pytest.mark.parametrize("text", ["- A\n- C", "A: iron\nC: tin", "A) yes\nC) yes"])
def test_lines_name_several_options(text: str) -> None:
    assert extract_choice(text, METALS, 0) == "A,C"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The sentiment is positive.", "positive"),
        ("The review is positive, not negative.", "positive"),
        ("Answer: The sentiment is negative", "negative"),
        ("Answer: positive 😊", "positive"),
        ('{"sentiment": "neutral"}', "neutral"),
        ("It cannot be positive.", "it cannot be positive"),
    ],
)
def test_a_sentence_names_a_known_label(text: str, expected: str) -> None:
    assert exact_extractor(AnswerSpec("exact"), CLASSES)(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The answer is Paris, not London.", "paris"),
        ("Answer: Paris, which is the capital", "paris"),
        ("It's 05/02/2021, not 05/01/2021.", "05/02/2021"),
        ("The answer is 18, not 12.", "18"),
        ("Answer: Paris ✅", "paris"),
        ("Answer: not at all", "not at all"),
        (r"So it is \boxed{18", None),
        ("I don't know.", None),
    ],
)
def test_remarks_behind_a_text_are_left_out(text: str, expected: str | None) -> None:
    assert exact_extractor(AnswerSpec("exact"))(text) == expected
