"""What sentences say of numbers: which one is meant, and which only explains or bounds it."""

import pytest

from lambdas.core.answers.numeric import extract_number


@pytest.mark.parametrize(
    "text",
    [
        "So Ann has 18 eggs.\n\nCheck: 18 - 13 = 5 ✓",
        "**18**\n\nVerification: 18/2 = 9 ✓",
        "The total is 18.\n\nTo verify: 18 × 2 = 36, which matches.",
        "So the total is 18.\n\n**Note:** this assumes 7 days a week.",
        "She has 18 left.\n\nLet me know if you have 2 more questions!",
        "She has 18 left. Feel free to ask for the other 3 ways.",
        "That's 18, which is 6 more than 12.",
        "Thus 18 is the total, and 12 is wrong.",
        "Check: 5 + 10 = 15.\n\nCheck again: 5 + 13 = 18, so there are 18.",
        "Answer:\n1. Ann has 5.\n2. Ben has 13.\n3. Together they have 18.",
    ],
)
def test_what_follows_or_explains_an_answer_does_not_vote(text: str) -> None:
    assert extract_number(text) == "18"


@pytest.mark.parametrize(
    "text",
    [
        "Answer: 3 hours and 45 minutes",
        "So it takes her 3 hours and 45 minutes.",
        '{"answer": "5 feet 3 inches"}',
        "Answer: 10~15",
        "It takes 10 to 15 minutes.",
        "The answer is more than 12.",
        "less than 18",
        "It can't be 12.",
        r"So $x$ is \boxed{12} or \boxed{18}",
        "### Step 3: Add 5",
        "Step 1: Ann has 5.\nStep 2: Ben has 13.\nStep 3:",
        "The problem does not give enough information. There are 3 unknowns.",
        "Sorry, I can't help with that. Call 911.",
        "The answer is 3,5.",
    ],
)
def test_parts_bounds_and_unfinished_texts_are_no_answer(text: str) -> None:
    assert extract_number(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("So it is minus 3 degrees outside.", "-3"),
        ("It takes 3 hours and 45 minutes, which is 225 minutes.", "225"),
        ("His score went from 10 to 15.", "15"),
        ("Step 1: 5\nStep 2: 13\nStep 3: 18", "18"),
        ("I'm sorry for the mix-up. So it is 5 + 13 = 18.", "18"),
        ("Answer: at least 18", "18"),
    ],
)
def test_numbers_that_only_look_like_these_count(text: str, expected: str) -> None:
    assert extract_number(text) == expected
