"""Answers that a completion names but rejects or only supposes: they lose to plain ones."""

import pytest

from lambdas.contract.schema import AnswerSpec, Choice
from lambdas.core.answers.exact import exact_extractor
from lambdas.core.answers.multiple_choice import extract_choice
from lambdas.core.answers.numeric import extract_number

LETTERED = tuple(Choice(label, "") for label in "ABCDE")
TOWNS = tuple(
    Choice(label, text) for label, text in zip("ABC", ("Paris", "London", "Rome"), strict=True)
)


@pytest.mark.parametrize(
    "text",
    [
        "Answer: B\n\nExplanation: it is wet.\n\nIncorrect answers:\nA: It is dry.\nC: It is hot.",
        "**Correct Answer:** B\n\n**Incorrect Answers:**\n\n* **A:** No.\n* **C:** No.",
        "Answer: B\n\nWhy the other options are wrong:\nOption A: too short\nOption C: too long",
        "B\n\nWhy not A: it is short.\nWhy not C: it is long.",
        "The correct answer is **B**.\n\n| Option | Why it is wrong |\n|---|---|\n| A | short |",
        "Answer: **B**\n\n| Option | Verdict |\n| --- | --- |\n| A | Incorrect |\n| B | Correct |",
        "Answer: B\n\n- **A** is wrong as it is short.\n- **D** would be correct if x were 3.",
        "**(B)**\n\n* **(A)**: It would be correct if the gas were ideal.\n* **(C)**: No.",
        "A) Incorrect: x\nB) Correct: y\nC) Incorrect: z\n\nTherefore, the answer is B.",
        "B is the answer.\n\nIncorrect options:\nA: is wrong\nC: is the best answer only for tin",
        "Answer: B\nWrong answers: A, C and D",
        "The answer is B\nOther answers:\nA - too low\nC - too high",
        "Choice $\\mathbf{B}$ is correct. It is 5.Choice $A$ is incorrect and may result from an"
        " error. Choice $\\mathrm{C}$ is incorrect. This is the diameter.",
        "Choice $B$ is the best answer.Choices $A$ and $D$ are incorrect, not moral (choice A).",
    ],
)
def test_options_listed_as_wrong_do_not_vote(text: str) -> None:
    assert extract_choice(text, LETTERED) == "B"


@pytest.mark.parametrize(
    "text",
    [
        "The answer is B.\n\nA common mistake is to think that the answer is A.",
        "The answer is B. Although option A is correct in another context, it fails here.",
        "The answer is B. C is the answer to a different question.",
        "The answer is B. Many would choose C.",
        "The answer is B. A is tempting but wrong.",
        "The answer is B. It cannot be A.",
        "The answer is B. Note that A is a common distractor.",
        "The answer is B. Trap answer: C.",
        "The answer is B. Common wrong answer: C.",
        "The answer is B. Is the answer A? No.",
        "The answer is B. The answer is not A.",
        "The answer is B. I doubt that the answer is A.",
        "The answer is B. At first glance the answer is A.",
        "The answer is B, although many people think the answer is C.",
        "The answer is B, not A, although A is correct for cats.",
        "The answer is B because if A were correct, the sky would be green.",
        "The answer is B. While option (C) may look like the correct answer, it is not.",
        "Some students will say A is correct. The answer is B.",
        "B is correct, since A is only correct when x is negative.",
        "answer B is right; C is wrong as it is short",
        "The answer is B rather than C.",
        "B, not A",
        "B is right. A is the answer you get if you add.",
        "B.\n\nExplanation: A would be right if it were oral. C is the right choice in children.",
        "**B** is the correct answer.\n\n**A**: it would be correct if n > 3.\n**C**: is the best"
        " choice for n = 2, but n = 5.",
        "The answer is B. (A), (C), and (D) are distractors.",
        "The answer is B, A and C are incorrect.",
        "Answer: B\n\nAlternative answer: A if you count zero.",
        "B\n\nNote: if n is even, then the answer would be A.",
    ],
)
def test_a_rejected_option_loses_to_a_plain_one(text: str) -> None:
    assert extract_choice(text, LETTERED) == "B"


@pytest.mark.parametrize(
    "text",
    [
        "The answer is B. If it were ice, the answer would be C.",
        "The answer is B. It would be A if the sign were different.",
        "The answer is (B). With another formula, if we had one, the answer could be (C).",
        "The correct option is B. Option A would be correct if the question asked about France.",
        "Final answer: B\n\nNote: if the question had been about mass, the answer would be D.",
        "Had we used meters, the answer would be A. But we use feet, so the answer is B.",
        "The answer is B.\n\nOption C would be the right answer if the patient were pregnant.",
    ],
)
def test_a_supposed_option_loses_to_a_plain_one(text: str) -> None:
    assert extract_choice(text, LETTERED) == "B"


@pytest.mark.parametrize(
    "text",
    [
        "One might think the answer is D, but it is B.",
        "One might think the answer is D, but the correct answer is B.",
        "You might think the answer is D; however, it is B.",
        "The answer that you might expect is A, but the correct one is B.",
        "The obvious answer is A, but that is wrong. The correct answer is B.",
        "It might seem that A is the best answer, but B is correct.",
        "Initially, A seems correct. However, B is the best choice.",
        "The answer is A. Wait, that is wrong: the answer is B.",
        "The answer is A. Wait, no. The answer is B.",
        "Is the answer A? No, the answer is B.",
        "not A but B",
        "It is not A, but B.",
        "Answer: It is not A, the answer is B",
        "Answer: rules out C, leaving B",
        "I considered (A), but it is incorrect. Final answer: B.",
        "I have no doubt that the answer is B.",
        "If x is 3, then the answer would be B.",
        "You should choose B.",
        "Students should choose B.",
        "Although A is tempting, the answer is B.",
        "It is a common mistake to add, so the answer is B.",
        "B is the only correct option.",
        "So B.",
    ],
)
def test_a_correction_and_the_only_answer_count(text: str) -> None:
    assert extract_choice(text, LETTERED) == "B"


@pytest.mark.parametrize(
    "text",
    [
        *("cannot be A", "It cannot be A.", "The answer cannot be A.", "Answer: not C"),
        *("A is tempting but wrong", "(A) is the distractor", "Many would choose C"),
        *("it would be A if it were red", "eliminate A, so B or C", "Why not A: it is short."),
        *("The wrong answer is A.", "A would be correct if it were prime.", "You might choose A."),
        *("Neither A nor B is correct.", "The trap answer is A.", "I don't think the answer is C."),
        *("It's unlikely that the answer is C.", "The answer is definitely not C.", "Answer: II"),
        "If it were ice, the answer would be C",
        "A common mistake is to think that the answer is A.",
        "There is no reason to think the answer is C.",
    ],
)
def test_what_is_only_rejected_or_unreal_is_no_answer(text: str) -> None:
    assert extract_choice(text, LETTERED) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The answer is Rome, not Paris.", "C", id="a contrast"),
        pytest.param("Not Paris but Rome.", "C", id="not but"),
        pytest.param("Paris is tempting, but the answer is Rome.", "C", id="tempting"),
        pytest.param("Answer: Rome\n\nOption A: Paris - it is in France.", "C", id="listed"),
        pytest.param("If it were France, the answer would be Paris.", None, id="unreal"),
    ],
)
def test_rejected_texts_of_options_do_not_vote(text: str, expected: str | None) -> None:
    assert extract_choice(text, TOWNS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The answer is 18. A common mistake is to answer 12.", "18", id="mistake"),
        pytest.param("The answer is 18. Many think the answer is 12.", "18", id="many think"),
        pytest.param("The answer is not 12 but 18.", "18", id="not but"),
        pytest.param("The answer is 18. The answer is not 12.", "18", id="denied"),
        pytest.param("Most guess that it is 12. The answer is 18.", "18", id="a guess before"),
        pytest.param("One might think the answer is 12, but it is 18.", "18", id="put right"),
        pytest.param(
            "The answer is 18. If there were 3 boxes, the answer would be 12.", "18", id="unreal"
        ),
        pytest.param("You might think the answer is 12", None, id="only a thought"),
        pytest.param(r"\boxed{18}. A common error is to write \boxed{12}.", "18", id="boxed"),
        pytest.param("The answer is 18. The wrong answer is 12.", "18", id="the wrong answer"),
        pytest.param("Although 12 is tempting, the answer is 18.", "18", id="tempting"),
        pytest.param("One could choose 3 of 5, so the answer is 18.", "18", id="a way to choose"),
        pytest.param("He made 3 mistakes, so the answer is 18.", "18", id="mistakes in a story"),
        pytest.param("She got 12 wrong answers. The answer is 18.", "18", id="answers in a story"),
        pytest.param("6 people who think so pay 3.\nThe answer is 18.", "18", id="a line before"),
        pytest.param("If he had 20 and ate 2, the answer would be 18.", "18", id="the question's"),
    ],
)
def test_rejected_numbers_do_not_vote(text: str, expected: str | None) -> None:
    assert extract_number(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The answer is yes. Many think the answer is no.", "yes", id="many think"),
        pytest.param("You might think the answer is Rome, but it is Ulm.", "ulm", id="put right"),
        pytest.param("The answer is not Rome but Ulm.", "ulm", id="not but"),
        pytest.param("The wrong answer is no. The answer is yes.", "yes", id="the wrong answer"),
        pytest.param("Answer: not enough info", "not enough info", id="a class that begins so"),
        pytest.param("The answer is not hateful.", "not hateful", id="a class in a sentence"),
    ],
)
def test_rejected_texts_do_not_vote(text: str, expected: str) -> None:
    assert exact_extractor(AnswerSpec("exact"))(text) == expected


@pytest.mark.parametrize(
    "unit",
    [
        *("one might think ", "if it were ", "not the ", "many people ", "but ", "not A but "),
        *("the answer would be A if ", "wrong answer: ", "one might think the answer is A, but "),
        *("A would be correct if ", "although A is correct, ", "why not A: ", "A is only correct "),
    ],
    ids=repr,
)
def test_a_hostile_text_is_read_in_linear_time(unit: str) -> None:
    # A quadratic step over 100 kB would take minutes.
    for extract in (extract_number, exact_extractor(AnswerSpec("exact"))):
        extract(unit * (100_000 // len(unit)))
    extract_choice(unit * (100_000 // len(unit)), LETTERED)


@pytest.mark.parametrize(
    "text",
    [
        "It depends: if x > 0 the answer is A, otherwise the answer is B.",
        "If x > 0, the answer is A. If x < 0, the answer is B.",
        "For a gas the result changes; if it is a liquid, the answer is C, else the answer is D",
        "The answer is A if x > 0, otherwise B.",
        "If n is even, the correct option is (A), but if n is odd, the correct option is (B).",
    ],
)
def test_different_answers_in_different_cases_are_none(text: str) -> None:
    assert extract_choice(text, LETTERED) is None


@pytest.mark.parametrize(
    "text",
    [
        "The answer is 18. If you count both, the answer is 20.",
        "If each of the 9 boys has 2 caps, the answer is 18.",
        "Answer: 18\n\nIf Sunday counts too, the answer is 20.",
        "So if we add 5 and 13, the answer is 18.",
    ],
)
def test_an_answer_in_one_case_alone_counts_for_want_of_another(text: str) -> None:
    assert extract_number(text) == "18"


@pytest.mark.parametrize(
    "text",
    [
        "The answer isn't A, it's C.",
        "The answer is **not** A; it is C.",
        "The correct answer isn't A but rather C.",
        "The answer can't be A, so it's C.",
        "The answer is A. Wait, actually it's C.",
        "Answer: A\n\nLet me reconsider. Gold does not rust. So it's C.",
        "Answer: A\n\n**Correction:** C",
        "Answer: A. Oops, I meant C.",
    ],
)
def test_what_takes_the_place_of_a_rejected_option_votes(text: str) -> None:
    assert extract_choice(text, LETTERED) == "C"


@pytest.mark.parametrize(
    "text",
    [
        "The answer is 12. Oops, it should be 18.",
        "The answer is 12.\n\nActually, let me recheck: 5 + 13 = 18. So it's 18.",
        "Answer: 12\n\nCorrection: 18",
        "The answer isn't 12.5, it's 18.",
        "The answer is 18. Wait, let me check: 18 - 13 = 5. Yes.",
        "The answer isn't obvious. We add 5 and 13, which gives 18.",
        "Each long answer question is worth 5 points.\n\nThe test has 9 + 9 = 18 points.",
        "The number of short answers is 6, and the number of long answers is 12. So 18 in total.",
    ],
)
def test_a_late_correction_counts_and_a_check_does_not(text: str) -> None:
    assert extract_number(text) == "18"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The answer isn't Paris, it's Lyon.", "lyon"),
        ("The answer is not 05/01/2021; it is 05/02/2021.", "05/02/2021"),
        ("The answer is Paris. Wait, actually it's Lyon.", "lyon"),
        ("Answer: Paris\n\nWait, is Paris a capital? Yes.", "paris"),
    ],
)
def test_texts_are_corrected_as_options_are(text: str, expected: str) -> None:
    assert exact_extractor(AnswerSpec("exact"))(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The answer isn't yes, it's no.", "no"),
        ("The answer is not yes; it is no.", "no"),
        ("Answer: yes\n\nCorrection: no", "no"),
        ("If it rains, the answer is yes, otherwise the answer is no.", None),
    ],
)
def test_booleans_are_corrected_as_options_are(text: str, expected: str | None) -> None:
    assert exact_extractor(AnswerSpec("exact", yes_no=True))(text) == expected


@pytest.mark.parametrize(
    "unit",
    [
        *(
            "not 1, it is ",
            "the answer isn't ",
            "wait, it's ",
            "correction: ",
            "if A, ",
            "\nNote: 1 ",
        ),
        *("A: true ", '{"a": ', "{", "3 hours 4 ", "1 to 2 ", "\\boxed{1} and ", "1. A\n2. "),
    ],
    ids=repr,
)
def test_hostile_corrections_are_read_in_linear_time(unit: str) -> None:
    # A quadratic step over 400 kB would take hours.
    text = unit * (100_000 // len(unit))

    extract_number(text)
    extract_choice(text, LETTERED)
    exact_extractor(AnswerSpec("exact"))(text)
