"""Yes and no, however a completion puts them."""

import pytest

from lambdas.contract.schema import AnswerSpec
from lambdas.core.answers.exact import exact_extractor

READ = exact_extractor(AnswerSpec("exact", yes_no=True), ["yes", "no"])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("True", id="a word"),
        pytest.param("Yes, as owls can turn their heads.", id="with a reason"),
        pytest.param("**Yes.** Owls can.", id="bold"),
        pytest.param("The answer is: True", id="behind a marker"),
        pytest.param("The statement is true.", id="about the statement"),
        pytest.param("Owls see well.\nThus, the claim above is correct.", id="about the claim"),
        pytest.param(r"\boxed{\text{Yes}}", id="boxed"),
        pytest.param('{"why": "no doubt", "answer": true}', id="JSON"),
        pytest.param("<answer>TRUE</answer>", id="XML"),
        pytest.param("Owls hunt. So the answer is yes", id="at the end"),
        pytest.param("No. Wait, owls do. The answer is yes.", id="a correction"),
        pytest.param("So yes, they would.", id="a conclusion"),
        pytest.param("The answer (Yes or No) is:\n\nYes, they would.", id="on the next line"),
        pytest.param("The answer is most likely yes, as owls do.", id="most likely"),
        pytest.param("The answer is hard to find.\nOverall, yes.", id="decided after all"),
        pytest.param("Therefore, the answer (Yes or No) is yes.", id="both named by the prompt"),
        pytest.param("Réponse : Oui", id="French"),
        pytest.param("答案：是的", id="Chinese"),
        pytest.param("はい。", id="Japanese"),
    ],
)
def test_a_completion_that_agrees_is_yes(text: str) -> None:
    assert READ(text) == "yes"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("That is false.", id="a sentence"),
        pytest.param("The statement is not true.", id="a negation"),
        pytest.param("It isn't correct.", id="a shortened negation"),
        pytest.param("Answer: No, they do not.", id="with a reason"),
        pytest.param("The claim that owls swim is incorrect.", id="a claim that says more"),
        pytest.param("Yes, owls fly. But planes do not count. So the answer is no.", id="the end"),
        pytest.param("<think>Yes, true.</think>\nFalse", id="behind thoughts"),
        pytest.param("No\n\nQ: Do cats purr?\nA: Yes", id="before an invented question"),
        pytest.param("Antwort: Nein", id="German"),
    ],
)
def test_a_completion_that_disagrees_is_no(text: str) -> None:
    assert READ(text) == "no"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Yes and no.", id="both"),
        pytest.param("The answer is yes or no.", id="either"),
        pytest.param("It cannot be determined.", id="a refusal"),
        pytest.param("It depends on the owl.", id="it depends"),
        pytest.param(
            "For owls the answer is no. So the answer (Yes or No) is dependent on the bird.",
            id="taken back",
        ),
        pytest.param("Yes, owls do.\nThe answer (Yes or No) is not known.", id="not known"),
        pytest.param("The statement is not false.", id="a double negation"),
        pytest.param("The claim is partly true.", id="in part"),
        pytest.param("No one knows.", id="a word with no in it"),
        pytest.param("He turned right at the corner", id="a direction"),
        pytest.param("Owls", id="something else"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_completion_that_decides_on_neither_abstains(text: str) -> None:
    assert READ(text) is None


def test_a_pattern_or_a_key_of_the_user_finds_booleans_too() -> None:
    by_key = exact_extractor(AnswerSpec("exact", json_key="verdict", yes_no=True))
    by_pattern = exact_extractor(AnswerSpec("exact", pattern=r"Verdict: (\w+)", yes_no=True))

    assert by_key('{"verdict": false}') == "no"
    assert by_pattern("Verdict: Correct") == "yes"


@pytest.mark.parametrize("unit", ["yes ", "so ", "not ", "the claim it is ", "it is not true. "])
def test_a_hostile_text_is_read_in_linear_time(unit: str) -> None:
    # A quadratic step over 200 kB would take minutes.
    READ(unit * (200_000 // len(unit)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Definitely not.", "no"), ("True or False: True", "yes"), ("Yes/No: No", "no")],
)
def test_short_forms_decide(text: str, expected: str) -> None:
    assert exact_extractor(AnswerSpec("exact", yes_no=True))(text) == expected
