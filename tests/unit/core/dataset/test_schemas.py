"""Published schemas: the members of a row by their meaning, and none that is lost."""

import pytest

from lambdas.contract.schema import Choice
from lambdas.core.dataset.schemas import choices_to_select, has_question_column, read_members
from tests.unit.core.dataset.samples import Row, read_dataset, surveyed

UP_DOWN = (Choice("A", "up"), Choice("B", "down"))


@pytest.mark.parametrize(
    ("row", "text", "answer"),
    [
        pytest.param(
            {"question": "How many?", "answer": "8 * 9 = 72\n#### 72"},
            "How many?",
            "8 * 9 = 72\n#### 72",
            id="GSM8K",
        ),
        pytest.param(
            {"ID": "c-1", "Body": "He has $ 4.", "Question": "Left?", "Answer": 1.0},
            "He has $ 4. Left?",
            1.0,
            id="SVAMP",
        ),
        pytest.param(
            {"Body": "He", "Question": "b?", "question_concat": "He. b?", "Answer": "1"},
            "He. b?",
            "1",
            id="SVAMP on Hugging Face",
        ),
        pytest.param(
            {"iIndex": 3, "sQuestion": "How many?", "lEquations": ["X=7"], "lSolutions": [7.0]},
            "How many?",
            [7.0],
            id="MultiArith, AddSub",
        ),
        pytest.param(
            {"question": "How many?", "final_ans": "7"},
            "How many?",
            "7",
            id="MultiArith on Hugging Face",
        ),
        pytest.param(
            {"body": "Seven apples.", "question": "And two?", "answer": "9 (apples)"},
            "Seven apples. And two?",
            "9 (apples)",
            id="ASDiv",
        ),
        pytest.param(
            {"@ID": "n-1", "Body": "", "Question": "1 + 1?", "Answer": "2"},
            "1 + 1?",
            "2",
            id="ASDiv's XML as JSON, no body",
        ),
    ],
)
def test_published_arithmetic_datasets_are_read(
    row: dict[str, object], text: str, answer: object
) -> None:
    found = read_members(row)

    assert (found.text, found.answer, found.parsed_choices) == (text, answer, None)


@pytest.mark.parametrize(
    ("row", "answer"),
    [
        pytest.param({"question": "?", "choices": ["up", "down"], "answer": 1}, 1, id="MMLU"),
        pytest.param(
            {"question": "?", "A": "up", "B": "down", "answer": "B"}, "B", id="MMLU's columns"
        ),
        pytest.param(
            {"Question": "?", "A": "up", "B": "down", "Answer": "B"}, "B", id="MMMLU's columns"
        ),
        pytest.param(
            {"question": "?", "options": ["A)up", "B)down"], "rationale": "r", "correct": "B"},
            "B",
            id="AQuA",
        ),
        pytest.param(
            {
                "id": "x",
                "question": "?",
                "choices": {"text": ["up", "down"], "label": ["A", "B"]},
                "answerKey": "B",
            },
            "B",
            id="ARC, CommonsenseQA on Hugging Face",
        ),
        pytest.param(
            {
                "id": "x",
                "question": {
                    "stem": "?",
                    "choices": [{"text": "up", "label": "A"}, {"text": "down", "label": "B"}],
                },
                "answerKey": "B",
            },
            "B",
            id="ARC, CommonsenseQA",
        ),
        pytest.param(
            {
                "question": "?",
                "options": {"A": "up", "B": "down"},
                "answer_idx": "B",
                "answer": "d",
            },
            "d",
            id="a letter map",
        ),
        pytest.param({"question": "?", "choices": ["up", "down"]}, None, id="no answer"),
    ],
)
def test_published_multiple_choice_datasets_are_read(
    row: dict[str, object], answer: object
) -> None:
    found = read_members(row)

    assert (found.text, found.answer, found.choices) == ("?", answer, UP_DOWN)


def test_a_row_without_any_known_member_holds_nothing() -> None:
    found = read_members({"colour": "red"})

    assert (found.id, found.text, found.answer, found.parsed_choices) == (None, None, None, None)


def test_the_member_correct_counts_only_beside_options() -> None:
    assert read_members({"question": "?", "correct": "7", "answer": "8"}).answer == "8"


@pytest.mark.parametrize(
    ("names", "known"),
    [
        (["id", "Question", "A", "B"], True),
        (["Body", "Question"], True),
        (["What is 1 + 1?", "1", "2", "3", "4", "B"], False),
    ],
)
def test_a_question_column_is_recognised(names: list[str], known: bool) -> None:
    assert has_question_column(names) is known


@pytest.mark.parametrize(
    ("text", "right", "chosen"),
    [
        pytest.param("Which float? (Choose two.)", None, 2, id="in brackets"),
        pytest.param("Which float? Select THREE.", None, 3, id="capitals"),
        pytest.param("Please pick 4 options: which float?", None, 4, id="digits"),
        pytest.param("Which two of the metals float?", None, 2, id="which two"),
        pytest.param("Select all that apply.", None, 0, id="all that apply"),
        pytest.param("Which float?\nMark all correct answers", "B", 0, id="all, one is right"),
        pytest.param(
            "Choose two numbers from 1 to 9. How likely is 3?", None, 1, id="a word problem"
        ),
        pytest.param(
            "In how many ways can Ann choose two of the hats?", None, 1, id="another word problem"
        ),
        pytest.param("Which float? (Choose two.)", "A,B,D", 3, id="three are right"),
        pytest.param("Which float?", "A,C", 2, id="two are right, nothing said"),
        pytest.param("Which float?", "A", 1, id="one"),
    ],
)
def test_how_many_options_a_question_asks_for(text: str, right: str | None, chosen: int) -> None:
    assert choices_to_select(text, right) == chosen


@pytest.mark.parametrize(
    ("row", "text"),
    [
        pytest.param(
            {"question": "Who?", "passage": "Ann sang.", "answer": "Ann"},
            "Ann sang.\nWho?",
            id="a passage behind the question",
        ),
        pytest.param(
            {"flores_passage": "Ann sang.", "question": "Who?", "mc_answer1": "Ann"},
            "Ann sang.\nWho?",
            id="Belebele",
        ),
        pytest.param(
            {"Context": "Ann sang.", "Question": "Who?"}, "Ann sang.\nWho?", id="names in capitals"
        ),
        pytest.param(
            {"paragraphs": ["Ann sang.", "Ben slept."], "question": "Who?"},
            "Ann sang.\nBen slept.\nWho?",
            id="paragraphs in a list",
        ),
        pytest.param(
            {"context": {"contexts": ["Ann sang."], "labels": ["METHODS"]}, "question": "Who?"},
            "Ann sang.\nWho?",
            id="PubMedQA's object of texts and labels",
        ),
        pytest.param(
            {"table": [["Name", "Age"], ["Ann", 7]], "question": "Who is 7?"},
            "Name | Age\nAnn | 7\nWho is 7?",
            id="a table of cells",
        ),
        pytest.param(
            {"table": {"header": ["Name"], "rows": [["Ann"]]}, "question": "Who?"},
            "Name\nAnn\nWho?",
            id="WikiTableQuestions",
        ),
        pytest.param(
            {"question": "Who?", "table": "Name\nAnn", "table_title": "Singers"},
            "Singers\nName\nAnn\nWho?",
            id="TabMWP's title before its table",
        ),
        pytest.param(
            {"premise": "Ann fell.", "question": "cause", "choice1": "Ice.", "choice2": "Sun."},
            "Ann fell.\ncause",
            id="COPA",
        ),
        pytest.param(
            {"support": "Iron rusts.", "question": "What rusts?"},
            "Iron rusts.\nWhat rusts?",
            id="SciQ",
        ),
        pytest.param(
            {"question": "Who?", "text": "Ann sang.", "type": {"x": True}},
            "Ann sang.\nWho?",
            id="LogiQA 2.0's text",
        ),
        pytest.param(
            {"question": "Who?", "text": "Q: Who?\nA: Ann", "answer": "Ann"},
            "Who?",
            id="a training text, which has the answer",
        ),
        pytest.param(
            {"puzzle": "Ann is not red.", "question": "Who?", "choices": ["Ann", "Ben"]},
            "Ann is not red.\nWho?",
            id="ZebraLogic's puzzle",
        ),
        pytest.param(
            {"question": "Does it follow?", "premise": "Ann sang.", "hypothesis": "One sang."},
            "Ann sang.\nOne sang.\nDoes it follow?",
            id="a premise and a hypothesis",
        ),
        pytest.param(
            {"background_description": ["Ann sang.", ""], "question_text": "Who?"},
            "Ann sang.\n\nWho?",
            id="M3Exam",
        ),
        pytest.param(
            {"ctx": "Ann opens the door and", "endings": ["goes in.", "flies."], "label": "0"},
            "Ann opens the door and",
            id="HellaSwag's context is its question",
        ),
        pytest.param(
            {"instruction": "Add the numbers.", "input": "1 and 2", "output": "3"},
            "Add the numbers.\n1 and 2",
            id="Alpaca",
        ),
        pytest.param(
            {"passage": "", "hint": None, "context": float("nan"), "question": "Who?"},
            "Who?",
            id="empty members",
        ),
    ],
)
def test_texts_that_belong_to_a_question_stand_before_it(row: Row, text: str) -> None:
    read = read_dataset(row)

    assert [question.text for question in read.questions] == [text]


@pytest.mark.parametrize(
    ("row", "unused"),
    [
        pytest.param({"fact1": "Iron rusts."}, ("fact1",), id="OpenBookQA's fact"),
        pytest.param({"notes": {"by": "Ann"}, "tags": ["x"]}, ("notes", "tags"), id="any type"),
        pytest.param({"Question": "Which other one?"}, ("Question",), id="a second question"),
        pytest.param(
            {"weather ": 0, "empty": [], "none": None}, ("weather ",), id="a zero is used"
        ),
        pytest.param({"problem": "Another text."}, ("problem",), id="another name of a question"),
        pytest.param({"solution": "It is 2.", "target": "3"}, ("solution", "target"), id="others"),
        pytest.param({"": "no name"}, ("",), id="a member without a name"),
        pytest.param({"rationale": "So."}, ("rationale",), id="a rationale"),
        pytest.param(
            {"question": {"stem": "Which?", "hardness": 3}}, ("hardness",), id="within the question"
        ),
    ],
)
def test_every_other_member_with_content_is_named(
    row: dict[str, object], unused: tuple[str, ...]
) -> None:
    survey = surveyed({"question": "Which metal?", "answer": "2", **row})

    assert survey.findings.unused == unused
    assert survey.warnings[-1].startswith("members that are not used: ")


@pytest.mark.parametrize(
    "name", ["image", "Image", "image_1", "decoded_image", "img_path", "figure"]
)
def test_a_member_that_only_an_eye_can_read_is_refused(name: str) -> None:
    read = read_dataset({"question": "Which?", name: {"bytes": "iVBOR"}}, {"question": "And?"})

    assert len(read.questions) == 1
    assert read.problems == [
        f'q.jsonl line 1: "{name}" is given, must be empty: only texts are sent to the model; leave'
        " out the rows that need an image, or the member where none does"
    ]


@pytest.mark.parametrize("place", ["<image 1>", "<img_3408>", "<IMAGE2>"])
def test_a_question_with_a_place_for_an_image_is_refused(place: str) -> None:
    read = read_dataset({"question": f"What is in {place}?"}, {"question": "Is <img> an HTML tag?"})

    assert len(read.questions) == 1
    assert "line 1: question has a place for an image" in read.problems[0]


def test_an_empty_image_is_no_image() -> None:
    assert read_dataset({"question": "?", "image": None, "image_1": ""}).problems == []


def test_a_passage_that_is_no_text_is_refused() -> None:
    read = read_dataset({"question": "?", "context": {"title": ["a"], "sentences": [["b"]]}})

    assert read.problems == [
        "q.jsonl line 1: context is an object, must be a text or a list of texts: it belongs to the"
        " question; write it as one, or remove it"
    ]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        pytest.param("problem", "solution", id="MATH"),
        pytest.param("input", "target", id="GSM-Hard"),
        pytest.param("Question", "Final answer", id="GAIA"),
        pytest.param("prompt", "answer", id="Kaggle"),
        pytest.param("query", "ground_truth", id="Ragas' ground truth"),
        pytest.param("user_input", "reference", id="Ragas' reference"),
        pytest.param("instruction", "output", id="Alpaca without an input"),
        pytest.param("sQuestion", "lSolutions", id="MAWPS"),
        pytest.param("question", "answer_number", id="MGSM"),
        pytest.param("QUERY", "ANSWER", id="capitals"),
        pytest.param("input", "ideal", id="evals"),
    ],
)
def test_questions_and_answers_go_by_many_names(question: str, answer: str) -> None:
    read = read_dataset({"topic": "sums", question: "One and one?", answer: "2"})

    assert [(each.text, each.gold) for each in read.questions] == [("One and one?", "2")]
