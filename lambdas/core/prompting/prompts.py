"""Prompts: what stands before and after each question, the same in every record of a run."""

import json
from collections.abc import Mapping, Sequence
from typing import cast

from lambdas.contract import Task
from lambdas.core.errors import RequestError
from lambdas.core.extraction.confidence import CONFIDENCE_INSTRUCTION
from lambdas.core.prompting.exemplars import Exemplar
from lambdas.core.prompting.prompt import Field, Prompt
from lambdas.core.prompting.templates import EXEMPLARS, read_template
from lambdas.core.reading import Reading
from lambdas.core.records import choices_block

_STEPS_ALONE = "Work out each answer step by step, in a few sentences."
_STEPS = f"{_STEPS_ALONE} End with one more sentence:"
_ENDINGS: Mapping[Task, str] = {
    "arithmetic": '"The answer is N.", where N is a number.',
    "multiple_choice": '"The answer is (X).", where X is the label of the right option; where a'
    ' question wants several, "The answer is (X, Y).", with all their labels.',
    "exact": '"The answer is X.", where X is the answer and nothing else.',
}
_QUESTION: Mapping[Task, str] = {
    "arithmetic": "Q: {question}\nA:",
    "multiple_choice": "Q: {question}\n{choices}\nA:",
    "exact": "Q: {question}\nA:",
}


def prompt_for(reading: Reading, exemplars: Sequence[Exemplar], template: str | None) -> Prompt:
    r"""Return a run's prompt.

    Without a template it is the few-shot prompt of Wei et al. 2022, arXiv 2201.11903, after an
    instruction that says how an answer ends; without exemplars the instruction and the question
    are left, a zero-shot prompt.

    Args:
        reading: of the run: its task, and where an exact answer is to stand.
        exemplars: in order; left out where a template has no place for them.
        template: the user's own, `None` for the task's.

    Raises:
        RequestError: the template cannot be used.

    >>> sum_of_two = Exemplar("1 + 1?", "The answer is 2.")
    >>> prompt_for(Reading("arithmetic"), [sum_of_two], None).texts[0][-34:]
    'Q: 1 + 1?\nA: The answer is 2.\n\nQ: '
    """
    own = f"{_ending(reading)}\n\n{{exemplars}}{_QUESTION[reading.task]}"
    parsed = read_template(own if template is None else template, reading.task)
    if parsed.problems:
        raise RequestError(parsed.problems)
    worked = "".join(_worked(exemplar) for exemplar in exemplars)
    texts, fields = [parsed.texts[0]], []
    for field, text in zip(parsed.fields, parsed.texts[1:], strict=True):
        if field == EXEMPLARS:
            texts[-1] += worked + text
        else:
            fields.append(cast(Field, field))
            texts.append(text)
    times = parsed.fields.count(EXEMPLARS)
    return Prompt(tuple(texts), tuple(fields), times * len(exemplars), times * len(worked))


def _ending(reading: Reading) -> str:
    """Return how the prompt says that an answer ends, braces doubled as a template has them."""
    if reading.json_key is not None:
        shape = json.dumps({reading.json_key: "X"}, ensure_ascii=False)
        ending = f"{_STEPS_ALONE} End with {shape}, where X is the answer and nothing else."
    elif reading.pattern is not None:
        place = f"as this regular expression has it: {reading.pattern}"
        ending = f"{_STEPS_ALONE} End with the answer, {place}"
    else:
        ending = f"{_STEPS} {_ENDINGS[reading.task]}"
    if reading.confidence:
        ending += f" {CONFIDENCE_INSTRUCTION}"
    return ending.replace("{", "{{").replace("}", "}}")


def _worked(exemplar: Exemplar) -> str:
    block = choices_block(exemplar.choices)
    options = f"\n{block}" if block else ""
    return f"Q: {exemplar.question}{options}\nA: {exemplar.rationale}\n\n"
