"""Build a run's prompt: the text around each question, the same in every record."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from lambdas.contract import Task
from lambdas.contract.schema import AnswerSpec, Field, Prompt
from lambdas.core.answers.confidence import CONFIDENCE_INSTRUCTION
from lambdas.core.errors import RequestError
from lambdas.core.prompts.exemplars import Exemplar
from lambdas.core.prompts.templates import EXEMPLARS_FIELD, parse_template
from lambdas.core.question import choices_block

_STEPS = "Work out each answer step by step, in a few sentences."
_ENDINGS: Mapping[Task, str] = {
    "arithmetic": '"The answer is N.", where N is a number.',
    "multiple_choice": '"The answer is (X).", where X is the label of the right option; where a'
    ' question wants several, "The answer is (X, Y).", with all their labels.',
    "exact": '"The answer is X.", where X is the answer and nothing else.',
}
_YES_NO = '"The answer is X.", where X is yes or no.'
_COMMA = '"The answer is N.", where N is a number written as in 1.234,5.'
_QUESTION: Mapping[Task, str] = {
    "arithmetic": "Q: {question}\nA:",
    "multiple_choice": "Q: {question}\n{choices}\nA:",
    "exact": "Q: {question}\nA:",
}


def build_prompt(spec: AnswerSpec, exemplars: Sequence[Exemplar], template: str | None) -> Prompt:
    r"""Return a run's prompt.

    Without a template it is the few-shot prompt of Wei et al. 2022, arXiv 2201.11903, after an
    instruction how to end an answer. Without exemplars, only the instruction and the question
    remain: a zero-shot prompt.

    Args:
        spec: the run's task, and where an exact answer must stand.
        exemplars: in order; omitted if the template has no field for them.
        template: the user's own, `None` for the task's.

    Raises:
        RequestError: the template cannot be used.

    >>> sum_of_two = Exemplar("1 + 1?", "The answer is 2.")
    >>> build_prompt(AnswerSpec("arithmetic"), [sum_of_two], None).texts[0][-34:]
    'Q: 1 + 1?\nA: The answer is 2.\n\nQ: '
    """
    parsed = parse_template(_default_template(spec) if template is None else template, spec.task)
    if parsed.problems:
        raise RequestError(parsed.problems)
    examples = "".join(_example(exemplar) for exemplar in exemplars)
    texts, fields = [parsed.texts[0]], []
    for field, text in zip(parsed.fields, parsed.texts[1:], strict=True):
        if field == EXEMPLARS_FIELD:
            texts[-1] += examples + text
        else:
            fields.append(cast(Field, field))
            texts.append(text)
    times = parsed.fields.count(EXEMPLARS_FIELD)
    return Prompt(tuple(texts), tuple(fields), times * len(exemplars), times * len(examples))


def _default_template(spec: AnswerSpec) -> str:
    instruction = _instruction(spec).replace("{", "{{").replace("}", "}}")
    return f"{instruction}\n\n{{exemplars}}{_QUESTION[spec.task]}"


def _instruction(spec: AnswerSpec) -> str:
    """Return the request to reason in steps and to end in a form that can be read."""
    if spec.json_key is not None:
        shape = json.dumps({spec.json_key: "X"}, ensure_ascii=False)
        instruction = f"{_STEPS} End with {shape}, where X is the answer and nothing else."
    elif spec.pattern is not None:
        form = f"as this regular expression has it: {spec.pattern}"
        instruction = f"{_STEPS} End with the answer, {form}"
    else:
        ending = _YES_NO if spec.yes_no else _ENDINGS[spec.task]
        ending = _COMMA if spec.task == "arithmetic" and spec.decimal_mark == "," else ending
        instruction = f"{_STEPS} End with one more sentence: {ending}"
    return f"{instruction} {CONFIDENCE_INSTRUCTION}" if spec.confidence else instruction


def _example(exemplar: Exemplar) -> str:
    block = choices_block(exemplar.choices)
    choices = f"\n{block}" if block else ""
    return f"Q: {exemplar.question}{choices}\nA: {exemplar.rationale}\n\n"
