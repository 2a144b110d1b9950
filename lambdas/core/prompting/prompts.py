"""Prompts: what stands before and after each question, the same in every record of a run."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from lambdas.contract import Task
from lambdas.core.errors import RequestError
from lambdas.core.prompting.exemplars import Exemplar
from lambdas.core.prompting.prompt import Field, Prompt
from lambdas.core.prompting.templates import EXEMPLARS, read_template
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where an exact answer is to stand: what the pattern matches, or a member of a JSON object."""

    pattern: str | None
    json_key: str | None


def prompt_for(
    task: Task, exemplars: Sequence[Exemplar], template: str | None, place: Place | None = None
) -> Prompt:
    r"""Return a run's prompt.

    Without a template it is the few-shot prompt of Wei et al. 2022, arXiv 2201.11903, after an
    instruction that says how an answer ends; without exemplars the instruction and the question
    are left, a zero-shot prompt.

    Args:
        task: of the run.
        exemplars: in order; left out where a template has no place for them.
        template: the user's own, `None` for the task's.
        place: where an exact answer is to stand, `None` for the closing sentence.

    Raises:
        RequestError: the template cannot be used.

    >>> prompt_for("arithmetic", [Exemplar("1 + 1?", "The answer is 2.")], None).texts[0][-34:]
    'Q: 1 + 1?\nA: The answer is 2.\n\nQ: '
    """
    ending = f"{_STEPS} {_ENDINGS[task]}" if place is None else _ending_at(place)
    own = f"{ending}\n\n{{exemplars}}{_QUESTION[task]}"
    parsed = read_template(own if template is None else template, task)
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


def _ending_at(place: Place) -> str:
    if place.json_key is not None:
        shape = json.dumps({place.json_key: "X"}, ensure_ascii=False)
        ending = f"End with {shape}, where X is the answer and nothing else."
    else:
        ending = f"End with the answer, as this regular expression has it: {place.pattern}"
    return f"{_STEPS_ALONE} " + ending.replace("{", "{{").replace("}", "}}")


def _worked(exemplar: Exemplar) -> str:
    block = choices_block(exemplar.choices)
    options = f"\n{block}" if block else ""
    return f"Q: {exemplar.question}{options}\nA: {exemplar.rationale}\n\n"
