"""Templates: the user's own prompt, its fields, and why it may be refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract import Task
from lambdas.core.prompts.templates import (
    parse_template,
    question_leads,
    template_problems,
    template_task_problems,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def problems(template: str, task: Task | None = "arithmetic") -> list[str]:
    return template_problems(template, task, "builtin")


def test_texts_and_fields_of_a_template_alternate() -> None:
    found = parse_template("{exemplars}Now: {question}\n{choices}!", "multiple_choice")

    assert found.texts == ("", "Now: ", "\n", "!")
    assert found.fields == ("exemplars", "question", "choices")
    assert found.problems == ()


def test_double_braces_are_literal_braces() -> None:
    found = parse_template('{{"q": "{question}"}} {{{question}}}', "exact")

    assert found.texts == ('{"q": "', '"} {', "}")


def test_options_follow_the_first_question_of_a_template_without_their_field() -> None:
    found = parse_template("{question} Again: {question}", "multiple_choice")

    assert found.texts == ("", "\n", " Again: ", "")
    assert found.fields == ("question", "choices", "question")


@given(TEXTS, TEXTS)
def test_a_text_with_its_braces_doubled_comes_back_as_it_was(before: str, after: str) -> None:
    doubled = [text.replace("{", "{{").replace("}", "}}") for text in (before, after)]

    found = parse_template("{question}".join(doubled), "arithmetic")

    assert (found.texts, found.problems) == ((before, after), ())


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        pytest.param(
            "Solve it!",
            'template is "Solve it!", must have the field {question}',
            id="no question",
        ),
        pytest.param(
            "{question}{{question}}\n and }",
            "template has a lone } in line 2, column 6, must be a field such as {question};"
            " write }} for a brace",
            id="a lone brace",
        ),
        pytest.param(
            "{question} {exemplars",
            "template has a lone { in line 1, column 12, must be a field such as {question};"
            " write {{ for a brace",
            id="a field that does not end",
        ),
        *(
            pytest.param(
                f"{{question}} {{{name}}}",
                f"template has the field {{{name}}}, must be {{question}} or {{exemplars}};"
                f" write {{{{{name}}}}} for the text itself",
                id=f"field {name!r}",
            )
            for name in (
                "x",
                "",
                "0",
                "question.x",
                "question[0]",
                "question!r",
                "question:>9",
                "choices",
            )
        ),
    ],
)
def test_a_template_that_cannot_be_used_has_a_problem(template: str, problem: str) -> None:
    assert problems(template) == [problem]


def test_all_problems_of_a_template_are_found() -> None:
    assert len(problems("{a} {b} }")) == 4


def test_of_very_many_problems_some_are_shown() -> None:
    assert len(problems("{x} {" * 30_000)) == 11


def test_a_template_has_at_most_eight_fields() -> None:
    eight = "{exemplars}" + "{question}{choices}" * 3 + "{question}"

    assert problems(eight, "multiple_choice") == []
    assert problems(eight + "{question}", "multiple_choice") == [
        "template has 9 fields ({exemplars} 1, {question} 5, {choices} 3), must have at most 8,"
        " because each is paid for in every record; leave some out"
    ]


def test_a_template_for_an_unknown_task_may_have_options() -> None:
    assert problems("{question}{choices}", None) == []


def test_half_a_surrogate_pair_is_refused() -> None:
    assert problems("{question}\ud800") == [
        "template holds half a surrogate pair, must be UTF-8 text"
    ]


def test_exemplars_of_the_users_own_need_their_field() -> None:
    assert template_problems("{question}", "exact", "shots.jsonl") == [
        'few_shot is "shots.jsonl" and template has no field {exemplars}; add the field, or use'
        ' "few_shot": "none"'
    ]
    assert template_problems("{exemplars}{question}", "exact", "shots.jsonl") == []


def test_without_a_template_nothing_is_wrong_with_it() -> None:
    assert template_problems(None, None, "shots.jsonl") == []


@pytest.mark.parametrize("task", ["multiple_choice", None])
def test_a_field_for_options_fits_a_task_that_has_or_may_have_them(task: Task | None) -> None:
    assert template_task_problems("{question} {choices}", task) == []


def test_a_field_for_options_does_not_fit_a_task_without_them_and_is_the_only_problem() -> None:
    assert template_task_problems("{question} {choices} {x}", "arithmetic") == [
        "template has the field {choices}, must be {question} or {exemplars}; write {{choices}}"
        ' for the text itself; the task is "arithmetic"'
    ]


@pytest.mark.parametrize(
    ("texts", "leads"),
    [
        pytest.param(["Solve it.\n\nFrage: ", "\nAntwort:"], ("Frage:",), id="in the same line"),
        pytest.param(["### Riddle\n", "\n### Solution\n"], ("### Riddle",), id="a line above"),
        pytest.param(["", "\nA:"], (), id="nothing"),
        pytest.param(["1) ", ""], (), id="no word"),
        pytest.param(["So\n" + "long " * 20, ""], (), id="a long sentence"),
        pytest.param(["Q: ", " Again, Q: ", ""], ("Q:", "Again, Q:"), id="two places"),
        pytest.param(["Q: ", "\nQ: ", ""], ("Q:",), id="one lead twice"),
    ],
)
def test_what_stands_before_a_question_may_be_repeated_by_a_model(
    texts: list[str], leads: tuple[str, ...]
) -> None:
    assert question_leads(texts, ["question"] * (len(texts) - 1)) == leads
