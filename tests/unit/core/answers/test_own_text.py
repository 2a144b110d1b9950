"""Thoughts and invented questions: neither votes, and nothing goes before the first answer."""

import pytest

from lambdas.contract.schema import AnswerSpec, Choice, Question
from lambdas.core.answers.markers import DIGIT, NON_SPACE
from lambdas.core.answers.own_text import OwnText, find_own_text, own_text
from lambdas.core.answers.reader import answer_reader
from lambdas.core.models.base import Completion

# Each with thoughts that name another answer first.
THOUGHTS = {
    "DeepSeek, Qwen": "<think>\nThe answer is 5?\n</think>\n\n{}",
    "opened by the prompt": "Maybe the answer is 5.\n</think>\n\n{}",
    "capitals and spaces": "< Think >The answer is 5.</ THINK >{}",
    "Claude's prompts": "<scratchpad>\nAnswer: 5\n</scratchpad>\n{}",
    "Nova": "<thinking> The answer is 5. </thinking>\n{}",
    "one within another": "<thinking>5? <reflection>6</reflection> 7?</thinking>{}",
    "one within itself": "<think>5 <think>6</think> the answer is 7</think>{}",
    "an attribute": '<analysis step="1">The answer is 5.</analysis>{}',
    "two blocks": "<think>Is it 5?</think>Let us see. <think>The answer is 6.</think>{}",
    "Magistral": "[THINK]So the answer is 5, is it?[/THINK]{}",
    "Kimi-VL": "◁think▷The answer is 5.◁/think▷{}",
    "Seed-OSS": "<seed:think>The answer is 5.</seed:think>{}",
    "LongCat": "<longcat_think>The answer is 5.</longcat_think>\n{}",
    "Sky-T1": "<|begin_of_thought|>The answer is 5.<|end_of_thought|>\n\n"
    "<|begin_of_solution|>{}<|end_of_solution|>",
    "Command A": "<|START_THINKING|>The answer is 5.<|END_THINKING|>"
    "<|START_RESPONSE|>{}<|END_RESPONSE|>",
    "MedGemma": "<unused94>thought\nThe answer is 5.<unused95>{}",
    "Gemma 4": "<|channel>thought\nThe answer is 5.<channel|>{}<turn|>",
    "Apertus": "<|inner_prefix|>The answer is 5.<|inner_suffix|>{}<|assistant_end|>",
    "Solar Open": "<|think|>The answer is 5.<|end|><|begin|>assistant<|content|>{}<|end|>",
    "gpt-oss": "<|channel|>analysis<|message|>The answer is 5.<|end|>"
    "<|start|>assistant<|channel|>final<|message|>{}<|return|>",
    "gpt-oss with a preamble": "<|channel|>analysis<|message|>5?<|end|><|start|>assistant"
    "<|channel|>commentary<|message|>The answer is 6.<|end|>"
    "<|start|>assistant<|channel|>final <|constrain|>json<|message|>{}<|return|>",
    "gpt-oss without its tokens": "analysisThe answer is 5.assistantfinal{}",
    "Granite": "\n\nHere is my thought process: the answer is 5. Here is my response: {}",
    "Apriel": "The answer is 5.\n[BEGIN FINAL RESPONSE]\n{}\n[END FINAL RESPONSE]\n<|end|>",
    "HuatuoGPT": "## Thinking\n\nThe answer is 5.\n\n## Final Response\n\n{}",
}
POND = [Question(0, "pond", "Where?", None, (Choice("A", "rocks"), Choice("B", "sand")))]


def whole(text: str) -> Completion:
    return Completion(text, cut_off=False)


@pytest.mark.parametrize("text", THOUGHTS.values(), ids=THOUGHTS)
def test_thoughts_do_not_vote_and_the_answer_behind_them_does(text: str) -> None:
    number = answer_reader(AnswerSpec("arithmetic"), [])
    choice = answer_reader(AnswerSpec("multiple_choice"), POND)
    exact = answer_reader(AnswerSpec("exact"), [])

    assert number(whole(text.format("The answer is 18.")), 0) == "18"
    assert choice(whole(text.format("The answer is (B).")), 0) == "B"
    assert exact(whole(text.format("The answer is May 1, 2020.")), 0) == "may 1, 2020"


@pytest.mark.parametrize("text", THOUGHTS.values(), ids=THOUGHTS)
def test_thoughts_without_an_answer_behind_them_are_none(text: str) -> None:
    read = answer_reader(AnswerSpec("arithmetic"), [])

    assert read(whole(text.format("")), 0) is None
    assert read(whole(text.format("I cannot tell.")), 0) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("<think>The answer is 5.", id="from the start"),
        pytest.param("Let me see.\n<reasoning>The answer is 5.", id="further on"),
        pytest.param("[THINK]The answer is 5.", id="Magistral"),
        pytest.param("◁think▷The answer is 5.", id="Kimi-VL"),
        pytest.param("<|START_THINKING|>The answer is 5.", id="Command A"),
        pytest.param("<|channel|>analysis<|message|>The answer is 5.<|end|>", id="gpt-oss"),
        pytest.param("analysisThe answer is 5.", id="gpt-oss without its tokens"),
        pytest.param("<think>5</think>Hm. <think>The answer is 6.", id="a second block"),
    ],
)
@pytest.mark.parametrize("cut_off", [False, True])
def test_thoughts_that_do_not_end_reach_no_answer(text: str, cut_off: bool) -> None:
    for spec in (AnswerSpec("arithmetic"), AnswerSpec("exact")):
        assert answer_reader(spec, [])(Completion(text, cut_off=cut_off), 0) is None


NEXT = {
    "Q:": "\n\nQ: Ann has 3.\nA: It is 4.",
    "Q :": "\nQ : Ann has 3.\nA: 4",
    "in the same line": " Question: Ann has 3. Answer: 4",
    "bold": "\n**Question:** Ann has 3.\n**Answer:** 4",
    "numbered": "\n\nQuestion 2: Ann has 3.\nAnswer 2: 4",
    "Q2": "\n\nQ2: Ann has 3.\nA2: 4",
    "the next": "\n\nNext question: Ann has 3.\nThe answer is 4.",
    "a problem's number": "\n\nProblem 3. Ann has 3.\nAnswer: 4",
    "a heading": "\n\n## Problem 7\nAnn has 3.\n\n#### 4",
    "a heading with no number": "\n\n### Question\nAnn has 3.\n### Answer\n4",
    "an example": "\n\nExample 2:\nAnn has 3.\nAnswer: 4",
    "an exercise": "\n\nExercise 7. Ann has 3.\nAnswer: 4",
    "an input": "\n\nInput: Ann has 3.\nOutput: 4",
    "Alpaca": "\n\n### Instruction:\nAnn has 3.\n\n### Response:\n#### 4",
    "Vicuna": "\nUSER: Ann has 3.\nASSISTANT: The answer is 4.",
    "a speaker": "\n\nHuman: Ann has 3.\n\nAssistant: The answer is 4.",
    "ChatML": "<|im_end|>\n<|im_start|>user\nAnn has 3.<|im_end|>\n<|im_start|>assistant\n4",
    "Llama 3": "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\nAnn has 3, so 4.",
    "Llama 2": " </s><s>[INST] Ann has 3. [/INST] The answer is 4.",
    "Mistral": "[INST] Ann has 3. [/INST] The answer is 4.",
    "Gemma": "<end_of_turn>\n<start_of_turn>user\nAnn has 3.<end_of_turn>\n4",
    "Phi": "<|end|><|user|>\nAnn has 3.<|end|><|assistant|>\nThe answer is 4.",
    "DeepSeek": "<｜end▁of▁sentence｜><｜User｜>Ann has 3.<｜Assistant｜>The answer is 4.",
    "GPT-2": "<|endoftext|>Ann has 3. The answer is 4.",
    "a next turn that thinks": "<|im_end|>\n<|im_start|>assistant\n<think>\nThe answer is 4",
    "German": "\n\nFrage: Ann hat 3.\nAntwort: 4",
    "Spanish": "\n\nPregunta: Ann tiene 3.\nRespuesta: 4",
    "Russian": "\n\nЗадача: Ann 3.\nОтвет: 4",
    "Chinese": "\n\n问题：Ann 3。\n答案：4",
    "Japanese": "\n\n問題: Ann 3。\n答え: 4",
    "Swahili": "\n\nSwali: Ann 3.\nJibu: 4",
    "Thai": "\n\nโจทย์: Ann 3\nคำตอบ: 4",
    "Telugu": "\n\nప్రశ్న: Ann 3\nసమాధానం: 4",
    "Bengali": "\n\nপ্রশ্ন: Ann 3\nউত্তর: 4",
    "Vietnamese": "\n\nCâu hỏi: Ann 3\nCâu trả lời: 4",
    "Hindi": "\n\nप्रश्न: Ann 3\nउत्तर: 4",
    "Arabic": "\n\nسؤال: Ann 3\nالجواب: 4",
    "Korean": "\n\n문제: Ann 3\n답: 4",
    "Yoruba": "\n\nÌbéèrè: Ann 3\nÌdáhùn: 4",
    "another Q": "\n\nAnother Q2: Ann has 3.\nA: 4",
    "a new problem": "\n\nNew problem: Ann has 3.\nAnswer: 4",
    "a Q in bold": "\n\n**Q3**\nAnn has 3.\nA: 4",
}


@pytest.mark.parametrize("following", NEXT.values(), ids=NEXT)
@pytest.mark.parametrize("cut_off", [False, True])
def test_an_invented_next_question_does_not_vote(following: str, cut_off: bool) -> None:
    number = answer_reader(AnswerSpec("arithmetic"), [])
    exact = answer_reader(AnswerSpec("exact"), [])
    choice = answer_reader(AnswerSpec("multiple_choice"), POND)
    lettered = following.replace("4", "A")

    assert number(Completion(f"The answer is 18.{following}", cut_off=cut_off), 0) == "18"
    assert exact(Completion(f"The answer is red.{following}", cut_off=cut_off), 0) == "red"
    assert choice(Completion(f"The answer is (B).{lettered}", cut_off=cut_off), 0) == "B"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Question: How many are 5 and 13?\nAnswer: 18", id="the question repeated"),
        pytest.param("**Question:** 5 and 13?\n\n**Answer:** 18", id="repeated in bold"),
        pytest.param("Sure, with 3 steps!\n\nQuestion: 5 and 13?\nAnswer: 18", id="a preamble"),
        pytest.param(
            "Question 1: How many first? 5.\nQuestion 2: And then? 13.\nThe answer is 18.",
            id="questions from least to most",
        ),
        pytest.param("It has 2 cases.\nExample: 5 and 13.\nThe answer is 18.", id="an example"),
        pytest.param("<|im_start|>assistant\nThe answer is 18.", id="a token first"),
        pytest.param("<s> The answer is 18.</s>", id="a token first and last"),
        pytest.param("The answer is <|begin_of_box|>18<|end_of_box|>.", id="GLM's box"),
        pytest.param("Take 5 < 6 and 7 > 3. The answer is 18.", id="comparisons"),
        pytest.param("Sub-Question 5: none. The answer is 18.", id="within a word"),
    ],
)
def test_nothing_is_cut_before_the_answer(text: str) -> None:
    assert answer_reader(AnswerSpec("arithmetic"), [])(whole(text), 0) == "18"


def test_the_runs_own_template_shows_where_an_invented_question_begins() -> None:
    spec = AnswerSpec("exact", next_question=("Riddle >",))
    text = "The answer is red.\n\nRiddle > What is up?\nThe answer is blue."

    assert answer_reader(spec, [])(whole(text), 0) == "red"
    assert answer_reader(spec, [])(Completion(text, cut_off=True), 0) == "red"
    assert answer_reader(spec, [])(whole("Riddle > Which?\nThe answer is blue."), 0) == "blue"


def test_what_follows_is_told_from_a_text_that_ends() -> None:
    assert find_own_text("It is 4.\n\nQ: Next?") == OwnText("It is 4.\n\n", ended=True)
    assert find_own_text("It is 4. <think>5</think>") == OwnText("It is 4. ", ended=False)


def test_a_text_with_nothing_else_stays_as_it_is() -> None:
    assert own_text("It is 4.\n* So it is.\n") == "It is 4.\n* So it is.\n"


@pytest.mark.parametrize("required", [DIGIT, NON_SPACE], ids=["digit", "any sign"])
@pytest.mark.parametrize(
    "unit",
    [
        *("<think>", "</think>", "<", "< ", "<think ", "[THINK]", "◁think▷", "<|a", "<｜a", "1Q:"),
        *("\n", "\n#", "\nQ2:", "\nQuestion 1:\n", "\nNext question:", "1\nExample 1:", "sure\n"),
        *("<|end|>", "<|channel|>final", "assistantfinal", "<|begin_of_box|>", "nswer is "),
    ],
    ids=repr,
)
def test_a_hostile_text_is_searched_in_linear_time(unit: str, required: object) -> None:
    # A quadratic step over 200 kB would take minutes.
    text = unit * (200_000 // len(unit))

    assert len(find_own_text(text, DIGIT if required is DIGIT else NON_SPACE).text) <= len(text)


def test_end_tokens_without_number_end_an_answer_once() -> None:
    assert own_text("It is 4." + "</s>" * 500) == "It is 4."
    assert own_text("</s>It is 4.") == "It is 4."
