"""A right answer of a set, said as it stands in the set, is read as the set's own."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lambdas.core.extraction.exact import reader
from lambdas.core.extraction.refusals import CANNOT_TELL
from lambdas.core.extraction.spelling import LONGEST_ANSWER, normalised
from lambdas.core.reading import Reading

USUAL = reader(Reading("exact"))

GOLDS = [
    *("card_arrival", "10:30", "10:30 AM", "10:30 a.m.", "St. Louis", "Dr. Strange", "Mr. Smith"),
    *("Mrs. Dalloway", "Mt. St. Helens", "J. K. Rowling", "J.R.R. Tolkien", "George W. Bush"),
    *("U.S. Senate", "U.S.A.", "Martin Luther King Jr.", "No. 5", "Fig. 2.1", "e.g. cats"),
    *("probably true", "definitely not", "mostly true", "most likely", "simply connected"),
    *("still water", "just war", "New York (state)", "Georgia (country)", "New York, NY"),
    *("x = 5", "y=3", "either", "It depends", "that depends", "null", "none", "unknown", "n/a"),
    *("no one", "no-fly zone", "yes-man", "No. 10", "Genesis 3:16", "3:1", "2 and 3", "1/2"),
    *("open since 1990", "C++", "C#", ".NET", "node.js", "v1.2.3", "a*b", "2**3", "f(x)"),
    *("user@example.com", "https://example.com/a_b", "50%", "$5", "-3", "3.50", "don't", "it’s"),
    *("__init__", "snake_case_name", "Straße", "日本", "São Paulo", "rock & roll", "A/B", "5'10\""),
    *("May 1, 2021", "1/5/2021", "B", "(b)", "not entailment", "Spider-Man: Homecoming", "a, b, c"),
    *(r"\frac{1}{2}", r"\text{Maybe}", "$x^2$", "[1, 2]", "{a}", "x > y", 'the "real" one', "A*"),
]
# "is" before a figure says what something is; after these words reasons begin, or doubts.
CUTS = {"is", "are", "was", "were", "be", "equals", "because", "since", "as", "either", "answer"}
CUTS |= {"depends", "or", "and", "yes", "no", "q", "a", "ans"}
WORDS = st.from_regex(r"[A-Za-z]{1,9}|[0-9]{1,4}", fullmatch=True).filter(
    lambda word: word.lower() not in CUTS
)
INNER = st.sampled_from(
    [" ", " ", " ", "_", "-", "/", "'", ", ", " & ", "+", "*", " * ", "=", "@", ":", "#", "."]
)


@st.composite
def texts(draw: st.DrawFn) -> str:
    words = draw(st.lists(WORDS, min_size=1, max_size=6))
    return "".join(part for word in words for part in (word, draw(INNER))).rstrip(" _-/',&+*=@:#.")


def sayings(gold: str) -> list[str]:
    return [
        f"The answer is {gold}.",
        f"It takes a while.\n\nAnswer: {gold}",
        f"It takes a while. The answer is **{gold}**.",
        f"So it goes: \\boxed{{{gold}}}",
        json.dumps({"why": "it goes so", "answer": gold}),
    ]


@pytest.mark.parametrize("gold", GOLDS)
def test_a_right_answer_is_read_as_the_set_gives_it(gold: str) -> None:
    # JSON's null is no text.
    said = [text for text in sayings(gold) if not (gold == "null" and text.startswith("{"))]

    assert [USUAL(text) for text in said] == [normalised(gold)] * len(said)


@given(gold=texts())
def test_any_short_text_is_read_as_the_set_gives_it(gold: str) -> None:
    assume(normalised(gold) is not None and not CANNOT_TELL.search(gold))

    assert {USUAL(text) for text in sayings(gold)} == {normalised(gold)}


@pytest.mark.parametrize(
    ("gold", "read"),
    [
        pytest.param("no, thanks", "no", id="yes or no, and more"),
        pytest.param("It rains. It pours", "it rains", id="two sentences"),
        pytest.param("late because of rain", "late", id="a reason"),
        pytest.param("3 or 4", None, id="undecided"),
        pytest.param("not enough information", None, id="a refusal"),
    ],
)
def test_some_right_answers_cannot_be_told_from_remarks(gold: str, read: str | None) -> None:
    assert USUAL(f"The answer is {gold}.") == read


@pytest.mark.parametrize("gold", ["insufficient information", "cannot say", "can't tell", "null"])
def test_a_place_that_the_user_names_is_taken_at_its_word(gold: str) -> None:
    by_key = reader(Reading("exact", json_key="label"))
    by_pattern = reader(Reading("exact", pattern=r"Label: (.+)"))

    assert by_key(json.dumps({"label": gold})) == gold
    assert by_pattern(f"Label: {gold}") == gold


LABELS = frozenset(
    ["yes", "no", "can't tell", "not enough information", "new york", "new york city", "null"]
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("The answer is can't tell.", "can't tell", id="reads like a refusal"),
        pytest.param("Not enough information", "not enough information", id="alone"),
        pytest.param(
            "The answer is not enough information, as no year is given.",
            "not enough information",
            id="before a pause",
        ),
        pytest.param("The answer is New York City.", "new york city", id="the longer one"),
        pytest.param("Answer: New York (the state)", "new york", id="before a bracket"),
        pytest.param("Answer: New York, NY. It is big.", "new york", id="before a comma"),
        pytest.param("The answer is clearly yes", "yes", id="after an adverb"),
        pytest.param('{"answer": null}', "null", id="JSON's null"),
        pytest.param("Answer: yes, no", None, id="two of them"),
        pytest.param("The answer is New Yorkers.", "new yorkers", id="part of a word"),
        pytest.param("The answer is maybe.", "maybe", id="none of them"),
        pytest.param("It cannot be determined.", None, id="a refusal in other words"),
    ],
)
def test_labels_of_the_set_are_answers(text: str, expected: str | None) -> None:
    assert reader(Reading("exact"), LABELS)(text) == expected


@given(gold=texts())
def test_a_label_is_read_wherever_it_stands(gold: str) -> None:
    label = normalised(gold)
    assume(label is not None)

    read = reader(Reading("exact"), frozenset([label or ""]))

    assert {read(text) for text in (gold, *sayings(gold))} == {label}


def test_the_longest_answer_is_read() -> None:
    gold = "long " * (LONGEST_ANSWER // 5 - 1) + "tail"

    assert USUAL(f"The answer is {gold}.") == gold
