"""Answers that vote as text, and how a gold answer reads within a completion."""

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lambdas.contract.schema import AnswerSpec
from lambdas.core.answers.exact import MAX_ANSWER_CHARS, TextReader, exact_extractor, normalised
from lambdas.core.answers.markers import NON_SPACE
from lambdas.core.answers.normalize import CANNOT_TELL
from lambdas.core.answers.own_text import own_text

USUAL = exact_extractor(AnswerSpec("exact"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("positive", "positive", id="one word"),
        pytest.param("Not sure!", "not sure", id="one short line"),
        pytest.param("The answer is yes.", "yes", id="answer is"),
        pytest.param("Yes, because all cats purr.", "yes", id="yes with a reason"),
        pytest.param("Answer: **Positive**", "positive", id="label"),
        pytest.param("Answer:\nCat", "cat", id="label, next line"),
        pytest.param("Answer: yes\n\nIt purrs.", "yes", id="reasons below"),
        pytest.param("So it is late.\nA: 1/5/2021", "01/05/2021", id="A:"),
        pytest.param("Late.\nA: 01/05/2021 (if today is Monday)", "01/05/2021", id="aside"),
        pytest.param(r"\boxed{\text{Maybe}}", "maybe", id="boxed"),
        pytest.param("<answer> Red </answer>", "red", id="XML"),
        pytest.param('{"answer": "New York, NY"}', "new york, ny", id="JSON"),
        pytest.param('{"answer": true}', "true", id="JSON truth value"),
        pytest.param("The answer is May 1, 2021.", "may 1, 2021", id="date in words"),
        pytest.param("The answer is 1,000.0.", "1000", id="number by value"),
        pytest.param("The answer is simply 4/19/1969.", "04/19/1969", id="adverb"),
        pytest.param("The answer is unknown.", "unknown", id="unknown is a class"),
        pytest.param("The answer is none.", "none", id="none is a class"),
        pytest.param("No. Wait, the answer is yes.", "yes", id="correction"),
        pytest.param("It drags on and on.\nSentiment: negative", "negative", id="a class's label"),
        pytest.param("Some reasons follow.\n\n**Spam**", "spam", id="last line, bold"),
        pytest.param(
            "Monday is over.\nSo the date is 4/5/2020.", "04/05/2020", id="date at the end"
        ),
        pytest.param("The answer is red.\n\nQ: Next?\nA: blue", "red", id="invented question"),
        pytest.param("<think>yes</think>No", "no", id="thoughts"),
        pytest.param("The train leaves. Answer: 10:30 AM", "10:30 am", id="a time of day"),
        pytest.param("It rains.\nIt is 10:30 AM.", "10:30 am", id="a time of day at the end"),
        pytest.param("Dr. Strange", "dr. strange", id="a title, alone"),
        pytest.param("Answer: B. Because it purrs.", "b", id="a letter, then a sentence"),
        pytest.param("The answer is vitamin C. It helps.", "vitamin c", id="no initial"),
        pytest.param(
            "The answer is Apple Inc. The firm grows.", "apple inc", id="an end after all"
        ),
        pytest.param("The answer is 5 (cats).", "5", id="a figure has no name in brackets"),
        pytest.param("The answer is Paris (the capital).", "paris", id="a remark in brackets"),
        pytest.param("The answer is -2, but take care.", "-2", id="a figure with a reservation"),
        pytest.param("The answer is clearly red.", "red", id="an adverb of no weight"),
        pytest.param(r"Intent: card\_arrival", "card_arrival", id="escaped by Markdown"),
        pytest.param("<answer><b>Yes</b></answer>", "yes", id="a tag"),
        pytest.param(r'{"answer": "\frac{1}{2}"}', "1/2", id="LaTeX JSON does not escape"),
        pytest.param("The answer is $(1, 2.5)$.", "(1, 2.5)", id="a formula with dots and commas"),
        pytest.param(r"The final answer is $x = \frac{1}{2}$. I am sure.", "x=1/2", id="inline"),
        pytest.param("The answer is\n\\[\n(2, \\infty)\n\\]", "(2, ∞)", id="a displayed formula"),
        pytest.param(
            r"So it is \boxed{f(x) = (x + 1)^2}.", "f(x)=(x+1)^2", id="an equation, boxed"
        ),
        pytest.param(r"The answer is \dfrac{3}{4}.", "3/4", id="a formula without its signs"),
        pytest.param(r"The answer is x = (3, 5).", "x=(3, 5)", id="a bracket behind a sign"),
        pytest.param("Hence\n$$\nx = 2 \\cdot 3\n = 6 \\pi.\n$$", "6π", id="a formula at the end"),
        pytest.param("So the answer is } ) )", "} ) )", id="brackets are the answer"),
        pytest.param("Check it twice.\n#### -5", "-5", id="a negative number behind hashes"),
    ],
)
def test_an_answer_is_read_behind_its_usual_markers(text: str, expected: str) -> None:
    assert USUAL(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n", id="blank"),
        pytest.param("First this, then that. " * 20, id="a long text never votes"),
        pytest.param("Some words on it.\n\nSome more words on it all.", id="two lines of prose"),
        pytest.param("The answer cannot be determined.", id="cannot"),
        pytest.param("I'm sorry, I do not know.", id="apology"),
        pytest.param("The answer is 3 or 4.", id="undecided"),
        pytest.param("Either yes or no.", id="either"),
        pytest.param("A: It depends on the year.", id="depends"),
        pytest.param("Answer: either 1/2/2020 (if it leaps) or 1/3/2020", id="either of two"),
        pytest.param('{"answer": null}', id="null"),
        pytest.param("### Conclusion\n\nWords differ.\n\nSo do their meanings.", id="heading"),
    ],
)
def test_a_text_without_an_answer_abstains(text: str) -> None:
    assert USUAL(text) is None


def test_the_last_match_of_a_pattern_is_the_answer() -> None:
    read = exact_extractor(AnswerSpec("exact", pattern=r"\d{1,2}/\d{1,2}/\d{4}"))

    assert read("It was 1/2/2020, so it is 3/4/2020 now.") == "03/04/2020"
    assert read("No date.") is None


def test_the_group_of_a_pattern_is_the_answer() -> None:
    read = exact_extractor(AnswerSpec("exact", pattern=r"Label: (\w+)"))

    assert read("Label: cat? No. Label: Dog.") == "dog"


def test_a_pattern_reads_unicode_and_half_characters() -> None:
    read = exact_extractor(AnswerSpec("exact", pattern=r"is (.+)"))

    assert read("it is caf\u00e9") == "caf\u00e9"
    assert read("\ud800 it is so") == "so"


def test_a_pattern_does_not_read_the_next_question() -> None:
    read = exact_extractor(AnswerSpec("exact", pattern=r"A: (\w+)"))

    assert read("A: red\n\nQ: And now?\nA: blue") == "red"


def test_a_member_is_the_answer_and_nothing_else_is() -> None:
    read = exact_extractor(AnswerSpec("exact", json_key="label"))

    assert read('{"why": "the answer is dog", "label": "Cat"}') == "cat"
    assert read("The answer is dog.") is None
    assert read('{"label": null}') is None


@given(text=st.text())
def test_whatever_is_read_is_normalised(text: str) -> None:
    answer = USUAL(text)

    assert answer is None or normalised(answer) == answer


@pytest.mark.parametrize(
    "spec", [AnswerSpec("exact"), AnswerSpec("exact", json_key="label")], ids=repr
)
@pytest.mark.parametrize(
    "unit",
    [
        *("{", "}", '{"label": ', '"', '\\"', '{"a\\', "\\boxed{", "Q:", "\n\nQ: ", "answer is "),
        *(
            "is ",
            "is = ",
            "(",
            "((",
            "**",
            "label: ",
            "either ",
            " ",
            "\n",
            "A: ",
            "1 or ",
            "\u00bd",
            "Mr. ",
            "J. ",
            "a (b) ",
            "yes, ",
            "*a",
        ),
    ],
    ids=repr,
)
def test_a_hostile_text_is_read_in_linear_time(unit: str, spec: AnswerSpec) -> None:
    # A quadratic step over 200 kB would take minutes.
    exact_extractor(spec, ["yes", "no"])(unit * (200_000 // len(unit)))


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
# "is" before a figure says what something is; other words here begin reasons or doubts.
CUTS = {"is", "are", "was", "were", "be", "equals", "because", "since", "as", "either", "answer"}
CUTS |= {"depends", "or", "and", "yes", "no", "q", "a", "ans"}
WORDS = st.from_regex(r"[A-Za-z]{1,9}|[0-9]{1,4}", fullmatch=True).filter(
    lambda word: word.lower() not in CUTS
)
INNER = st.sampled_from(
    [" ", " ", " ", "_", "-", "/", "'", ", ", " & ", "+", "*", " * ", "=", "@", ":", "#", "."]
)


@st.composite
def short_texts(draw: st.DrawFn) -> str:
    words = draw(st.lists(WORDS, min_size=1, max_size=6))
    return "".join(part for word in words for part in (word, draw(INNER))).rstrip(" _-/',&+*=@:#.")


def phrasings(gold: str) -> list[str]:
    return [
        f"The answer is {gold}.",
        f"It takes a while.\n\nAnswer: {gold}",
        f"It takes a while. The answer is **{gold}**.",
        f"So it goes: \\boxed{{{gold}}}",
        json.dumps({"why": "it goes so", "answer": gold}),
    ]


@pytest.mark.parametrize("gold", GOLDS)
def test_a_gold_answer_is_read_as_the_dataset_gives_it(gold: str) -> None:
    # JSON's null is not text.
    texts = [text for text in phrasings(gold) if not (gold == "null" and text.startswith("{"))]

    assert [USUAL(text) for text in texts] == [normalised(gold)] * len(texts)


@given(gold=short_texts())
def test_any_short_text_is_read_as_the_dataset_gives_it(gold: str) -> None:
    assume(normalised(gold) is not None and not CANNOT_TELL.search(gold))

    assert {USUAL(text) for text in phrasings(gold)} == {normalised(gold)}


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
def test_some_gold_answers_cannot_be_distinguished_from_remarks(
    gold: str, read: str | None
) -> None:
    assert USUAL(f"The answer is {gold}.") == read


@pytest.mark.parametrize("gold", ["insufficient information", "cannot say", "can't tell", "null"])
def test_what_a_user_defined_pattern_or_key_finds_is_taken_literally(gold: str) -> None:
    by_key = exact_extractor(AnswerSpec("exact", json_key="label"))
    by_pattern = exact_extractor(AnswerSpec("exact", pattern=r"Label: (.+)"))

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
def test_labels_of_the_dataset_are_answers(text: str, expected: str | None) -> None:
    assert exact_extractor(AnswerSpec("exact"), LABELS)(text) == expected


@given(gold=short_texts())
def test_a_label_is_read_wherever_it_stands(gold: str) -> None:
    label = normalised(gold)
    assume(label is not None)

    read = exact_extractor(AnswerSpec("exact"), frozenset([label or ""]))

    assert {read(text) for text in (gold, *phrasings(gold))} == {label}


ENDINGS = st.sampled_from(
    [
        *(
            "The answer is ",
            "\nA: ",
            "Answer: ",
            "answer:",
            "\nA:",
            "A: ",
            "It is ",
            "not ",
            "either ",
        ),
        *(
            "05/01/2021",
            "5/1/2021",
            "yes",
            "No",
            "the",
            "18",
            "007",
            "maybe",
            "null",
            "or ",
            "cats",
        ),
        *(
            ".",
            " ",
            "\n",
            "!",
            "'answer': ",
            '{"answer": "',
            '"',
            "Q: ",
            "<think>",
            "</think>",
            "18,000",
        ),
    ]
)


@given(text=st.lists(ENDINGS, max_size=9).map("".join))
def test_a_common_ending_is_read_as_any_other(text: str) -> None:
    for labels in (frozenset[str](), LABELS):
        extracted = TextReader(labels).extract(own_text(text, NON_SPACE))

        assert exact_extractor(AnswerSpec("exact"), labels)(text) == (
            extracted.answer if extracted else None
        )


def test_the_longest_answer_is_read() -> None:
    gold = "long " * (MAX_ANSWER_CHARS // 5 - 1) + "tail"

    assert USUAL(f"The answer is {gold}.") == gold
