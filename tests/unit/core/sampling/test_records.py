"""Records: their ids, and lines equal to a plain serialisation."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.contract import InvocationType
from lambdas.contract.schema import AnswerSpec, Choice, Prompt, Question
from lambdas.core.models.base import Sampling
from lambdas.core.models.registry import form_named
from lambdas.core.prompts.build import build_prompt
from lambdas.core.prompts.exemplars import builtin_exemplars
from lambdas.core.sampling.jobs import RecordSpec
from lambdas.core.sampling.records import RecordWriter, encoded, parse_record_id, record_id

PROMPT = Prompt(("Q: ", "\nA:"), ("question",))
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.integers(0, 9_999_999), st.integers(0, 99))
def test_record_ids_are_eleven_alphanumerics_that_read_back(question: int, path: int) -> None:
    made = record_id(question, path)

    assert re.fullmatch(r"[A-Za-z0-9]{11}", made)
    assert parse_record_id(made) == (question, path)


@pytest.mark.parametrize(
    "text", ["", "CALL0000001", "q0000001s1", "q0000001s001", "q0000001s01\n", "q٠٠٠٠٠٠١s٠١"]
)
def test_a_record_id_that_is_not_ours_is_recognised(text: str) -> None:
    assert parse_record_id(text) is None


@pytest.mark.parametrize(
    ("family", "form", "generations"),
    [("nova", "Converse", 1), ("cohere-command", "InvokeModel", 2)],
)
def test_the_records_of_a_mix_take_its_temperatures_in_turn(
    family: str, form: InvocationType, generations: int
) -> None:
    writer = RecordWriter(form_named(family, form), PROMPT, Sampling(0.5, 512), (0.5, 0.7, 1.0))
    specs = tuple(RecordSpec(number * generations, generations, number) for number in (2, 3, 4, 5))

    (lines,) = writer.lines([Question(7, "x", "?", None)], {7: specs})

    bodies = [json.loads(line)["modelInput"] for line in lines.splitlines()]
    members = [body.get("inferenceConfig", body) for body in bodies]
    assert [each["temperature"] for each in members] == [1.0, 0.5, 0.7, 1.0]


@given(TEXTS, TEXTS)
def test_a_line_holds_the_question_within_the_prompt_whatever_its_characters(
    before: str, text: str
) -> None:
    writer = RecordWriter(
        form_named("nova", "Converse"),
        Prompt((before, "\nA:"), ("question",)),
        Sampling(0.7, 512),
    )

    (lines,) = writer.lines([Question(7, "x", text, None)], {7: (RecordSpec(3, 1),)})

    assert lines.count(b"\n") == 1
    assert json.loads(lines) == {
        "recordId": "q0000007s03",
        "modelInput": {
            "messages": [{"role": "user", "content": [{"text": f"{before}{text}\nA:"}]}],
            "inferenceConfig": {"maxTokens": 512, "temperature": 0.7},
        },
    }


@pytest.mark.parametrize(
    ("family", "type_", "where"),
    [
        pytest.param("claude", "Converse", "additionalModelRequestFields", id="Converse"),
        pytest.param("claude", "InvokeModel", None, id="Claude's own form"),
        pytest.param("openai", "InvokeModel", None, id="chat completions"),
    ],
)
def test_a_record_has_the_request_s_fields_for_the_model(
    family: str, type_: InvocationType, where: str | None
) -> None:
    form, fields = form_named(family, type_), {"thinking": {"type": "disabled"}}
    question, specs = Question(7, "x", "1?", None), {7: (RecordSpec(3, 1),)}

    def record(sampling: Sampling) -> dict[str, Any]:
        (line,) = RecordWriter(form, PROMPT, sampling).lines([question], specs)
        body: dict[str, Any] = json.loads(line)["modelInput"]
        return body

    plain = record(Sampling(0.7, 512))
    found = record(Sampling(0.7, 512, model_fields=fields))

    assert found == plain | ({where: fields} if where else fields)


def test_each_question_has_a_record_for_each_count_of_generations() -> None:
    writer = RecordWriter(
        form_named("cohere-command", "InvokeModel"),
        Prompt(("Q: ", ""), ("question",)),
        Sampling(1.0, 100),
    )
    records = dict.fromkeys((0, 12), (RecordSpec(5, 3), RecordSpec(8, 2), RecordSpec(10, 1)))

    lines = b"".join(writer.lines([Question(n, "x", "one", None) for n in (0, 12)], records))

    found = [json.loads(line) for line in lines.splitlines()]
    assert [row["recordId"] for row in found] == [
        "q0000000s05",
        "q0000000s08",
        "q0000000s10",
        "q0000012s05",
        "q0000012s08",
        "q0000012s10",
    ]
    assert [row["modelInput"].get("num_generations") for row in found[:3]] == [3, 2, None]


@given(st.lists(TEXTS, max_size=4))
def test_the_overhead_predicts_the_size_of_records(texts: list[str]) -> None:
    writer = RecordWriter(
        form_named("nova", "Converse"),
        build_prompt(AnswerSpec("arithmetic"), builtin_exemplars("arithmetic"), None),
        Sampling(0.5, 512),
    )
    records = dict.fromkeys(range(4), (RecordSpec(0, 1), RecordSpec(1, 1)))

    lines = writer.lines([Question(n, "x", text, None) for n, text in enumerate(texts)], records)

    texts_bytes = sum(2 * len(encoded(text)) for text in texts)
    assert len(b"".join(lines)) == texts_bytes + 2 * writer.overhead(1) * len(texts)


def test_a_record_of_several_completions_has_a_size_of_its_own() -> None:
    writer = RecordWriter(
        form_named("cohere-command", "InvokeModel"),
        Prompt(("Q: ", ""), ("question",)),
        Sampling(1.0, 100),
    )
    records = {3: (RecordSpec(0, 1), RecordSpec(1, 5))}

    (lines,) = writer.lines([Question(3, "x", "one", None)], records)

    one, five = lines.split(b"\n")[:-1]
    assert len(one) + 1 == writer.overhead(1) + len("one")
    assert len(five) + 1 == writer.overhead(5) + len("one")


def test_questions_without_records_are_skipped() -> None:
    writer = RecordWriter(
        form_named("nova", "Converse"), Prompt(("Q: ", ""), ("question",)), Sampling(1.0, 100)
    )
    records = {2: (RecordSpec(0, 1),), 5: (RecordSpec(7, 1),)}

    lines = list(writer.lines([Question(n, "x", "one", None) for n in range(9)], records))

    assert [json.loads(line)["recordId"] for line in lines] == ["q0000002s00", "q0000005s07"]


def test_a_line_is_ascii_so_that_no_reader_breaks_it() -> None:
    assert encoded('é"\n\u2028\u0085') == b'\\u00e9\\"\\n\\u2028\\u0085'


@pytest.mark.parametrize(
    "text",
    ["\U0001f400", "\U00010000", "SLOT0", "SSLOT0SLOT1", "\\udc00", '"}SLOT', "{question}"],
)
def test_the_fields_are_found_in_any_prompt(text: str) -> None:
    prompt = Prompt((text, text, text), ("question", "choices"))
    writer = RecordWriter(form_named("cohere-command", "InvokeModel"), prompt, Sampling(1.0, 9))
    choices = (Choice("A", f"{text}a"), Choice("B", "b"))

    (line,) = writer.lines([Question(1, "x", f"{text}?", None, choices)], {1: (RecordSpec(0, 1),)})

    prompted = json.loads(line)["modelInput"]["prompt"]
    assert prompted == f"{text}{text}?{text}(A) {text}a\n(B) b{text}"
